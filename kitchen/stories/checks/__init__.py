"""What a machine can see before people review: pure functions over a master, each hit with advice.

Nothing here decides about a piece. A ``block`` must be mended before it is submitted; everything
else is shown to the author and, attached to the version, to whoever reviews it.
"""
