"""Who is on duty: lines of duty, shifts with an A and a B, hand-over, stand-in, swaps (S24)."""
