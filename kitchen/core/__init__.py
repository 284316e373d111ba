"""The mechanisms, each written once: no news words here, and no Flask."""
