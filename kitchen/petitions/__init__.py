"""Petitions 在线问政: what people ask, who answers by when, and what the public reads of it."""
