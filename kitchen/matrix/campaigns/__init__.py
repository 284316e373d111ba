"""Clean-up campaigns: which accounts stay, which are closed or merged, and how that is done."""
