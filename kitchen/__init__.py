"""The newsroom: the stations of the central kitchen, in the order in which news flows.

A station imports only what lies upstream of it; what happens downstream follows from events in
``reactions.py``. ``app.py`` says what exists, ``roles.py`` who may, ``timetable.py`` what runs
when.
"""
