"""Patrols of the matrix (S29): what is wrong with accounts, by rule and by sample, and mended."""
