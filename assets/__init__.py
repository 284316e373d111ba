"""The media store: bytes in, renditions out.

This package knows files, pictures and clips, and nothing of newsrooms: no Flask, no database, no
platform. :mod:`assets.store` keeps bytes under their own hash, :mod:`assets.sniff` says what they
are, :mod:`assets.pictures` reads and renders pictures in a bounded child process,
:mod:`assets.clips` makes a vertical film of still pictures. What cannot be accepted is refused
with :class:`assets.refusals.Refused`, whose sentences stand in one table.
"""
