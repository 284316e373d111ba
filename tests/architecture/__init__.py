"""House rules that a machine can keep: who may import whom, and how code is written here."""
