"""All checks in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from kitchen.stories.checks import (
    completeness,
    dates,
    numerals,
    private,
    punctuation,
    repeats,
    sums,
    words,
)
from kitchen.stories.checks.report import Hit, Level, Piece, Report, Where, named
from kitchen.wordlists.matching import covered

CHECKS: tuple[Callable[[Piece], Iterator[Hit]], ...] = (
    completeness.title,
    completeness.text,
    completeness.sources,
    completeness.credit,
    completeness.pictures,
    completeness.machine_help,
    completeness.addresses,
    completeness.answering_links,
    completeness.reprint_label,
    punctuation.pairs,
    punctuation.nested_titles,
    punctuation.half_width,
    punctuation.full_width,
    punctuation.doubled_marks,
    punctuation.beside_each_other,
    punctuation.long_marks,
    punctuation.end_of_title,
    numerals.estimates,
    numerals.mixtures,
    numerals.years,
    numerals.ranges,
    sums.percentages,
    sums.shares,
    sums.times_less,
    sums.growth,
    sums.parts_and_sums,
    dates.dates,
    private.persons,
    repeats.characters,
    repeats.groups,
    words.listed,
)
"""Every check; a new one is a function and a line here."""

MOST = 200
"""Hits that one check tells; a text with more is mended rather than read on."""

_GRAVITY = list(Level)
_ORDER = list(Where)


def examine(piece: Piece) -> Report:
    """Everything that the checks find in a piece, allowed wordings aside."""
    found = (hit for check in CHECKS for hit in islice(check(piece), MOST))
    hits = [hit for hit in found if not _is_allowed(piece, hit)]
    hits.sort(key=lambda hit: (_GRAVITY.index(hit.level), _ORDER.index(hit.where), hit.offset))
    return Report(tuple(named(piece, hits)), piece.text_hash, piece.lists.versions)


def _is_allowed(piece: Piece, hit: Hit) -> bool:
    """Whether what was found stands in a wording that the newsroom allows, before this rule."""
    if not hit.quote or not piece.lists.allowed:
        return False
    wordings = (
        entry.word
        for entry in piece.lists.allowed
        if entry.title in ("", hit.rule) and entry.holds(piece.setting)
    )
    return covered(piece.words_of(hit.where), hit.offset, hit.end, wordings)
