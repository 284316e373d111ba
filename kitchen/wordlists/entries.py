"""Whether an entry can stand on its list: the faults of one, and what makes two the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from channels.registry import channel_classes
from kitchen.core.errors import N_, Invalid, Sentence
from kitchen.wordlists.normal import plain_of
from kitchen.wordlists.rules import (
    FIELDS,
    NOTE_LONGEST,
    PHRASE_SHORTEST,
    PHRASES,
    RANK_MOST,
    SEVERAL,
    SEVERAL_MOST,
    WORD_LONGEST,
    Entry,
    Field,
    Kind,
)

_SHORT = ("word", "replacement", "title")


def faults(entry: Entry) -> Mapping[str, Sentence]:
    """By field, what keeps an entry from its list, each with its remedy."""
    found: dict[str, Sentence] = {}
    for field, sentence in _faults(entry):
        found.setdefault(field, sentence)
    return found


def demand_sound(entry: Entry) -> None:
    """Raise :class:`Invalid` with every fault of an entry."""
    if found := faults(entry):
        raise Invalid(fields=found)


def _faults(entry: Entry) -> Iterator[tuple[str, Sentence]]:
    yield from _of_length(entry)
    yield from _of_word(entry)
    yield from _of_scope(entry)
    if entry.kind is Kind.PERSON and not entry.title.strip():
        yield "title", Sentence(N_("请填写职务，例如“区长”。"))
    if not 0 <= entry.rank <= RANK_MOST:
        yield "rank", Sentence(N_("排序填 1 到 %(most)s 的整数，不排序填 0。"), {"most": RANK_MOST})
    if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
        yield "valid_to", Sentence(N_("失效日期早于生效日期，请核对。"))


def _of_length(entry: Entry) -> Iterator[tuple[str, Sentence]]:
    for field in _SHORT:
        if len(getattr(entry, field)) > WORD_LONGEST:
            yield field, Sentence(N_("最多 %(most)s 个字，请删减。"), {"most": WORD_LONGEST})
    if len(entry.note) > NOTE_LONGEST:
        yield "note", Sentence(N_("最多 %(most)s 个字，请删减。"), {"most": NOTE_LONGEST})
    for field in SEVERAL:
        words = getattr(entry, field)
        if len(words) > SEVERAL_MOST or any(len(word) > WORD_LONGEST for word in words):
            told = {"most": SEVERAL_MOST, "longest": WORD_LONGEST}
            yield field, Sentence(N_("最多 %(most)s 项，每项最多 %(longest)s 个字。"), told)


def _of_word(entry: Entry) -> Iterator[tuple[str, Sentence]]:
    plain = plain_of(entry.word)
    if not plain:
        yield "word", Sentence(N_("去掉空格和标点后没有内容，请填写文字。"))
    elif len(plain) < 2:
        yield "word", Sentence(N_("单个字到处都有，至少写两个字。"))
    elif entry.kind in PHRASES and len(plain) < PHRASE_SHORTEST:
        told = {"least": PHRASE_SHORTEST}
        yield "word", Sentence(N_("规范表述至少 %(least)s 个字；更短的请放进错别字表。"), told)
    if entry.replacement and plain_of(entry.replacement) == plain:
        yield "replacement", Sentence(N_("改成的词和原词一样，请核对。"))


def _of_scope(entry: Entry) -> Iterator[tuple[str, Sentence]]:
    unknown = set(entry.channels) - set(channel_classes())
    if unknown:
        told = {"name": "、".join(sorted(unknown))[:WORD_LONGEST]}
        yield "channels", Sentence(N_("没有这个渠道：%(name)s。"), told)


def trimmed(kind: Kind, values: Mapping[str, object]) -> Mapping[str, object]:
    """Without the fields for which the list has no use."""
    used: Collection[Field] = FIELDS[kind]
    return {name: value for name, value in values.items() if name in used}
