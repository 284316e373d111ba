"""The account registry: who runs which account by which right, and how each of them fares."""
