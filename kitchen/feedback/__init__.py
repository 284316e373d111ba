"""What the public writes to our accounts, and what we answer: one inbox, one clock (S25, S27)."""
