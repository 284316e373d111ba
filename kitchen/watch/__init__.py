"""The watch: whether our accounts are open to us, and whether on them stands what we put there."""
