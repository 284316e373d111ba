"""Rules of tags: what kinds of words there are, and how they are typed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum


class Facet(StrEnum):
    """What a word says about an asset (IPTC: person shown, location shown, event, and our own)."""

    PERSON = "person"
    PLACE = "place"
    EVENT = "event"
    COLUMN = "column"


TAG_MAX = 40
"""Characters of a word."""
TAGS_AT_MOST = 30
"""Words of one kind that an asset carries."""
_BETWEEN = re.compile(r"[、，,;；\n]+")


def typed(words: str) -> list[str]:
    """The words of a line in which they were typed one after the other."""
    return plain(_BETWEEN.split(words))


def plain(words: Iterable[str]) -> list[str]:
    """Each word once, without gaps around it and only single ones within."""
    tidy = (" ".join(word.split()) for word in words)
    return list(dict.fromkeys(word for word in tidy if word))
