"""What a phone sends: one text, from whose beginning the title is taken."""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field

from channels.text import fit
from kitchen.leads.rules import Urgency
from kitchen.web.schema import Schema

TITLE_MOST = 60
TITLE_LEAST = 2
TEXT_MOST = 5_000
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")


class PocketLeadIn(Schema):
    """What somebody types with a thumb, on the way to where it happens."""

    text: str = Field(min_length=5, max_length=TEXT_MOST)
    place: str = Field("", max_length=80)
    urgency: Urgency = Urgency.NORMAL

    def as_lead(self) -> dict[str, Any]:
        """As a lead is reported: its first sentence, cut to a title, stands above it."""
        return {
            "title": headline(self.text),
            "body": self.text,
            "place": self.place,
            "urgency": self.urgency,
        }


def headline(text: str) -> str:
    """The first sentence that says something, cut to the length of a title."""
    sentences = (found.strip() for found in _SENTENCE.findall(text))
    first = next((each for each in sentences if len(each) >= TITLE_LEAST), text)
    return fit(first, TITLE_MOST)
