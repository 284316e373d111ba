"""How fast a story came from the lead to its readers, step by step (响应时长)."""
