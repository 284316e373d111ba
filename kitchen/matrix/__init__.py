"""The matrix: every account on every platform, who answers for it, and whether it may send."""
