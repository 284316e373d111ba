"""Where readers find things. ``root`` is the site's own address, or empty within its pages."""

from __future__ import annotations


def home(root: str) -> str:
    return f"{root}/"


def article(root: str, uri: str) -> str:
    """The reader's page of an item."""
    return f"{root}/a/{uri}"


def media(root: str, sha256: str) -> str:
    """A file that a visible item shows."""
    return f"{root}/media/{sha256}"
