"""Pictures and films: the catalogue over the store of bytes, with rights, lineage and uses."""
