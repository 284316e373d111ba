"""The upkeep of the stores: every byte re-hashed, what nobody needs taken away, all of it moved."""
