"""What the machine found as a page shows it: the text cut at the hits, one of them before one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g

from kitchen.stories import doc as text
from kitchen.stories.checking import checked as report_of
from kitchen.stories.checks.explaining import EXPLAINED
from kitchen.stories.checks.report import Hit, Report, Where
from kitchen.stories.models import Story
from kitchen.stories.reprint import LABEL


@dataclass(frozen=True, slots=True)
class Cut:
    """Words of the text, and the number of the hit that they are, if they are one."""

    words: str
    hit: int | None = None


def checked(story: Story, chosen: int) -> dict[str, Any]:
    """All that the page of the checks needs; ``chosen`` is the number of the hit before one."""
    report = report_of(g.session, story)
    at = min(max(chosen, 0), max(len(report.hits) - 1, 0))
    words = {
        Where.TITLE: story.title,
        Where.DIGEST: story.digest,
        Where.TEXT: text.to_text(story.doc),
    }
    return {
        "report": report,
        "explained": EXPLAINED,
        "chosen": at,
        "hit": report.hits[at] if report.hits else None,
        "parts": {where: cut(told, report, where, at) for where, told in words.items()},
        "reprint_label": LABEL,
    }


def cut(words: str, report: Report, where: Where, chosen: int) -> Sequence[Cut]:
    """One part of the piece cut at its hits; where two overlap, the chosen one shows."""
    hits = [(it, number) for number, it in enumerate(report.hits) if it.where is where and it.quote]
    hits.sort(key=lambda it: (it[1] != chosen, it[0].offset))
    shown: list[tuple[Hit, int]] = []
    for hit, number in hits:
        if all(hit.end <= other.offset or other.end <= hit.offset for other, _ in shown):
            shown.append((hit, number))
    parts: list[Cut] = []
    at = 0
    for hit, number in sorted(shown, key=lambda it: it[0].offset):
        parts += [Cut(words[at : hit.offset]), Cut(words[hit.offset : hit.end], number)]
        at = hit.end
    return [*parts, Cut(words[at:])]
