"""What comes in and goes out about checks; forms and JSON share it."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field

from kitchen.core.errors import Sentence
from kitchen.stories import places
from kitchen.stories.checks.explaining import EXPLAINED
from kitchen.stories.checks.report import Hit, Level, Report, Where
from kitchen.stories.models import Story
from kitchen.stories.reprint import LABEL_LONGEST
from kitchen.web.schema import Answer, Schema


class ReasonIn(Schema):
    """Why a hit is none; ``at`` says to which hit the page goes back."""

    reason: str = Field("", max_length=200)
    at: int = 0


class SeenIn(Schema):
    """The version of the draft in which the hit was seen."""

    version: int
    at: int = 0


class ReprintIn(Schema):
    """The four fields that every reprint shows; all empty: the piece is one's own."""

    source: str = Field("", max_length=LABEL_LONGEST)
    author: str = Field("", max_length=LABEL_LONGEST)
    title: str = Field("", max_length=LABEL_LONGEST)
    editor: str = Field("", max_length=LABEL_LONGEST)
    version: int | None = None
    at: int = 0

    def label(self) -> dict[str, str]:
        return self.model_dump(exclude={"version", "at"})


class LearnIn(Schema):
    """The wording that shall be allowed, before this rule alone or before all."""

    word: str = Field(min_length=2, max_length=60)
    this_rule: bool = False


class HitOut(Answer):
    key: str
    rule: str
    level: Level
    where: Where
    quote: str
    offset: int
    sentence: str
    why: str
    basis: str
    note: str
    replacement: str
    false_reason: str
    false_by: str
    begins: int | None = None
    """Place in the document as the editor counts; ``None`` outside the text."""
    ends: int | None = None


class ReportOut(Answer):
    version: int
    text_hash: str
    lists: dict[str, int]
    reprint: dict[str, str]
    hits: list[HitOut]


def report_out(story: Story, report: Report, say: Callable[[Sentence | str], str]) -> ReportOut:
    """A report on a draft in the reader's language, each hit with its place in the document."""
    known = places.places_of(story.doc)
    return ReportOut(
        version=story.version,
        text_hash=report.text_hash,
        lists=dict(report.lists),
        reprint=dict(story.reprint),
        hits=[_hit_out(hit, known, say) for hit in report.hits],
    )


def _hit_out(hit: Hit, known: places.Places, say: Callable[[Sentence | str], str]) -> HitOut:
    explained = EXPLAINED[hit.rule]
    in_text = hit.where is Where.TEXT and bool(hit.quote)
    begins, ends = known.of(hit.offset, hit.end) if in_text else (None, None)
    return HitOut(
        key=hit.key,
        rule=hit.rule,
        level=hit.level,
        where=hit.where,
        quote=hit.quote,
        offset=hit.offset,
        sentence=say(hit.told),
        why=say(explained.why),
        basis=say(explained.basis),
        note=hit.note,
        replacement=hit.replacement,
        false_reason=hit.false.get("reason", ""),
        false_by=hit.false.get("by", ""),
        begins=begins,
        ends=ends,
    )
