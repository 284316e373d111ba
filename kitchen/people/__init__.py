"""Who is here: the tree of units, the staff and their posts, sign-in, sessions, tokens."""
