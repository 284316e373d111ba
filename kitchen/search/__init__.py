"""Search: one index for Chinese and English, and for whatever else stands in a text."""
