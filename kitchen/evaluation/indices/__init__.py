"""Indices of how far accounts reach (传播指数): formulas by version, scores by window, ranks."""
