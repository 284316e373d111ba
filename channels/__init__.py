"""Platforms: what each accepts, answers and forbids. Knows nothing of newsrooms.

One file per platform carries a :class:`channels.base.Post` over HTTP and says truthfully what
became of it. ``registry.py`` lists them; ``sandbox/`` plays the platforms over real HTTP.
"""
