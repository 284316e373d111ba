"""The words that a newsroom keeps an eye on: lists, their versions, how they are found in a text.

Lists hold what may not be said, what is often mistyped, and who is called what. People keep them;
each change makes a new version of the list, and the table of leaders wants two persons for it.
"""
