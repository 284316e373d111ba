"""The demo newsroom: a fictional district with people, accounts and stories, and the line shown.

Everything here goes through the stations' own services in somebody's name, as the desk's pages do;
nothing is written past them. It stands above all stations and none knows of it.
"""
