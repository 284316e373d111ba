"""What changed between two texts: first sentence by sentence, then character by character."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

Part = tuple[str, str]
"""(``same`` | ``gone`` | ``new``, text)"""

_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]+[”’』」）)]*|[^。！？!?\n]+")  # noqa: RUF001
_ALIKE = 0.4
"""From which likeness on a changed passage is shown by characters rather than whole."""


def compare(before: str, after: str) -> list[Part]:
    """One flowing text in which what went and what came are marked."""
    old, new = _SENTENCE.findall(before), _SENTENCE.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    parts = (
        part
        for operation in matcher.get_opcodes()
        for part in _passage(operation[0], old[slice(*operation[1:3])], new[slice(*operation[3:])])
    )
    return _joined(parts)


def _passage(operation: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Part]:
    before, after = "".join(old), "".join(new)
    if operation == "equal":
        yield "same", before
    elif operation == "replace":
        yield from _by_character(before, after)
    else:
        yield from _whole(before, after)


def _by_character(before: str, after: str) -> Iterator[Part]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < _ALIKE:
        yield from _whole(before, after)
        return
    for operation, start, end, other_start, other_end in matcher.get_opcodes():
        if operation == "equal":
            yield "same", before[start:end]
        else:
            yield from _whole(before[start:end], after[other_start:other_end])


def _whole(before: str, after: str) -> Iterator[Part]:
    if before:
        yield "gone", before
    if after:
        yield "new", after


def _joined(parts: Iterator[Part]) -> list[Part]:
    """Neighbours of the same kind as one part."""
    return [
        (kind, "".join(text for _, text in group))
        for kind, group in groupby(parts, lambda it: it[0])
    ]


def changed(parts: Sequence[Part]) -> bool:
    """Whether anything differs."""
    return any(kind != "same" for kind, _ in parts)
