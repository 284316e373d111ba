"""Benchmarks: each runs our way and the bare floor in turn in one run, and states the ratio."""
