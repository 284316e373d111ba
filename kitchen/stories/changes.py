"""What changed between two versions, ready to be shown: the blocks, and the facts beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kitchen.core.errors import N_
from kitchen.stories import diff
from kitchen.stories.diff import Op, Row
from kitchen.stories.labels import FIELDS
from kitchen.stories.master import fields_of
from kitchen.stories.models import Story, Version
from kitchen.stories.passages import passages_of

OPS = {
    Op.CHANGED: N_("有改动"),
    Op.RESTYLED: N_("排版有改动"),
    Op.GONE: N_("删去"),
    Op.NEW: N_("新增"),
    Op.LEFT: N_("移走"),
    Op.MOVED: N_("移到这里"),
}
KINDS = {
    "title": N_("标题"),
    "digest": N_("摘要"),
    "heading2": N_("小标题"),
    "heading3": N_("次级小标题"),
    "quote": N_("引文"),
    "bullet": N_("列表"),
    "number": N_("编号列表"),
    "figure": N_("图片"),
    "horizontal_rule": N_("分隔线"),
}
"""Of blocks that are no plain paragraph."""
PARAGRAPH = N_("段落")
THING = N_("内容块")
MARKS = {"strong": N_("加粗"), "em": N_("斜体"), "link": N_("链接")}
_APART = frozenset({"title", "digest"})
"""Fields that are shown as blocks."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Two versions side by side."""

    rows: Sequence[Row]
    fields: Sequence[str]
    """Labels (catalogue ids) of what differs beside title, digest and text."""

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return bool(self.fields) or diff.differs(self.rows)

    @property
    def stretches(self) -> list[tuple[bool, list[Row]]]:
        """The blocks, with what lies unchanged between others ready to be folded away."""
        return diff.folded(self.rows)


def between(before: Story | Version, after: Story | Version) -> Changes:
    """What one has to read to know ``after``, knowing ``before``."""
    rows = diff.rows(passages_of(before), passages_of(after))
    old, new = _fields(before), _fields(after)
    named = [
        FIELDS[name] for name in FIELDS if name not in _APART and old.get(name) != new.get(name)
    ]
    return Changes(rows, list(dict.fromkeys(named)))


def _fields(piece: Story | Version) -> dict[str, object]:
    return dict(fields_of(piece) if isinstance(piece, Story) else piece.fields)


def kind_of(row: Row) -> str:
    """What the block is called, a catalogue id."""
    passage = row.passage
    return KINDS.get(passage.kind, PARAGRAPH if passage.attrs is None else THING)


def mark_of(name: str) -> str:
    """What a mark is called, a catalogue id."""
    return MARKS.get(name.split(" ")[0], THING)
