"""Measures against accounts that are badly kept (S30): proposed, decided, served, answered."""
