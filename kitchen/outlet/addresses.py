"""Where readers find things. ``root`` is the site's own address, or empty within its pages."""

from __future__ import annotations


def home(root: str) -> str:
    return f"{root}/"


def article(root: str, uri: str) -> str:
    """The reader's page of an item."""
    return f"{root}/a/{uri}"


def fingerprint(root: str, uid: str) -> str:
    """What a post carries, on whatever channel; it leads to the page of its story."""
    return f"{root}/s/{uid}"


def column(root: str, slug: str) -> str:
    """The page of a column; without one the front page."""
    return f"{root}/c/{slug}" if slug else home(root)


def feed(root: str, kind: str, slug: str = "") -> str:
    """A feed of the whole site, or of one column."""
    return f"{root}/feeds/{f'c/{slug}/' if slug else ''}{kind}"


def hub(root: str) -> str:
    """Where programs ask to be told of changes."""
    return f"{root}/hub"


def media(root: str, sha256: str) -> str:
    """A file that a visible item shows."""
    return f"{root}/media/{sha256}"
