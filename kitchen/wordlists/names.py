"""People whom a newsroom must not get wrong: their names, their offices, the order they stand in.

A name that nearly is one is looked for where it is announced by an office of theirs, and elsewhere
where it only sounds like one: two strangers may well be called nearly the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kitchen.wordlists import sounds
from kitchen.wordlists.matching import automaton_of, spans
from kitchen.wordlists.normal import Plain, plain_of
from kitchen.wordlists.phrases import distance
from kitchen.wordlists.rules import Entry, Setting

_SURE = 3
"""Characters from which a name is not met by chance."""
_BETWEEN = re.compile(r"[\s、，,（）()]|和|与|及|以|同志|等")
"""What may stand between names of one list, their offices aside."""
_LOWER = "副代"
"""Written before an office it makes another one of it."""
_FORMER = "原前"


class Fault(StrEnum):
    """What can be wrong about a person."""

    NAME = "name_near"
    TITLE = "title_wrong"
    OUTDATED = "title_outdated"
    ORDER = "name_order"


@dataclass(frozen=True, slots=True)
class Misnamed:
    """A fault, where in the text as written it stands, and how it should read (``right``)."""

    fault: Fault
    start: int
    end: int
    right: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A name or an office in the plain text."""

    start: int
    end: int
    word: str


class Names:
    """The table of leaders, ready to be looked for."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._rows: dict[str, list[Entry]] = {}
        for entry in entries:
            self._rows.setdefault(plain_of(entry.word), []).append(entry)
        titles = {title for rows in self._rows.values() for it in rows for title in _titles(it)}
        long_names = [name for name in self._rows if len(name) >= _SURE]
        self._names = automaton_of((name, name) for name in self._rows)
        self._titles = automaton_of((title, title) for title in titles)
        self._writing = sounds.writing(long_names) if long_names else []
        heard = ((name.translate(self._writing), name) for name in long_names)
        self._sounds = automaton_of(heard)

    def faults(self, plain: Plain, setting: Setting) -> list[Misnamed]:
        """Everything that is wrong about known people, in the order of the text."""
        if not self._rows:
            return []
        names = _apart(_Seen(*each) for each in spans(self._names, plain.words))
        titles = _longest_by_end(_Seen(*each) for each in spans(self._titles, plain.words))
        found = [
            *self._offices(plain, setting, names, titles),
            *self._misspelt(plain, setting, names, titles),
            *self._out_of_order(plain, setting, names, titles),
        ]
        return sorted(found, key=lambda it: (it.start, it.end))

    def _in_force(self, name: str, setting: Setting) -> list[Entry]:
        return [entry for entry in self._rows[name] if entry.holds(setting)]

    def _offices(
        self, plain: Plain, setting: Setting, names: Sequence[_Seen], titles: Mapping[int, _Seen]
    ) -> Iterator[Misnamed]:
        """Offices that stand right before a name and are not, or no longer, that person's."""
        for seen in names:
            announced = _announced(plain, titles.get(seen.start))
            if announced is None:
                continue
            former, title = announced.word[0] in _FORMER, announced.word.lstrip(_FORMER)
            now = self._in_force(seen.word, setting)
            past = [it for it in self._rows[seen.word] if it not in now]
            fault = _office_fault(title, now, past, former=former)
            if fault is not None:
                right = "；".join(entry.title for entry in now)
                start, end = plain.place(announced.start, seen.end)
                yield Misnamed(fault, start, end, right, self._rows[seen.word][0].word)

    def _misspelt(
        self, plain: Plain, setting: Setting, names: Sequence[_Seen], titles: Mapping[int, _Seen]
    ) -> Iterator[Misnamed]:
        """Names that are nearly known: after an office of theirs, or by their sound alone."""
        taken = {place for it in names for place in range(it.start, it.end)}
        for start, end, right in [*self._after_titles(plain, setting, titles), *self._heard(plain)]:
            clear = taken.isdisjoint(range(start, end))
            if clear and self._in_force(right, setting) and _unbroken(plain, start, end):
                taken.update(range(start, end))
                name = self._rows[right][0].word
                yield Misnamed(Fault.NAME, *plain.place(start, end), name, name)

    def _after_titles(
        self, plain: Plain, setting: Setting, titles: Mapping[int, _Seen]
    ) -> Iterator[tuple[int, int, str]]:
        for place, title in titles.items():
            for name in self._rows:
                own = {each for it in self._in_force(name, setting) for each in _titles(it)}
                if title.word in own:
                    for length in (len(name), len(name) - 1, len(name) + 1):
                        written = plain.words[place : place + length]
                        if len(written) == length and _nearly(written, name):
                            yield place, place + length, name
                            break

    def _heard(self, plain: Plain) -> Iterator[tuple[int, int, str]]:
        if self._writing:
            spoken = plain.words.translate(self._writing)
            yield from spans(self._sounds, spoken)

    def _out_of_order(
        self, plain: Plain, setting: Setting, names: Sequence[_Seen], titles: Mapping[int, _Seen]
    ) -> Iterator[Misnamed]:
        """Two or more known names in a row that stand in another order than the table's."""

        def rank(seen: _Seen) -> int:
            return min((it.rank for it in self._in_force(seen.word, setting) if it.rank), default=0)

        ranked = [seen for seen in names if rank(seen)]
        for run in _runs(ranked, lambda one, other: _in_a_row(plain, titles, one, other)):
            order = sorted(run, key=rank)
            if [rank(it) for it in run] != [rank(it) for it in order]:
                right = "、".join(self._rows[it.word][0].word for it in order)
                yield Misnamed(Fault.ORDER, *plain.place(run[0].start, run[-1].end), right)


def _titles(entry: Entry) -> set[str]:
    """An office as a whole and each of several in one."""
    parts = re.split("[、，,；;]", entry.title)
    return {plain for it in (entry.title, *parts) if (plain := plain_of(it))}


def _office_fault(
    title: str, now: Iterable[Entry], past: Iterable[Entry], *, former: bool
) -> Fault | None:
    """What is wrong with saying that a person holds, or (``former``) once held, an office."""
    holds = any(title in _titles(entry) for entry in now)
    held = any(title in _titles(entry) for entry in past)
    if holds or (held and former):
        return None
    return Fault.OUTDATED if held else Fault.TITLE


def _announced(plain: Plain, title: _Seen | None) -> _Seen | None:
    """The office that stands right before a name, with what makes another one of it."""
    if title is None or not _unbroken(plain, title.end - 1, title.end + 1):
        return None
    start = title.start
    while (
        start
        and plain.words[start - 1] in _LOWER + _FORMER
        and _unbroken(plain, start - 1, start + 1)
    ):
        start -= 1
    return _Seen(start, title.end, plain.words[start : title.end])


def _nearly(written: str, name: str) -> bool:
    """Whether it is another writing of the name: it sounds the same, or one character is off."""
    if written == name:
        return False
    if len(written) == len(name) and sounds.alike(written, name):
        return True
    same_family = written[:1] == name[:1]
    return len(name) >= _SURE and same_family and _slip(written, name)


def _slip(written: str, name: str) -> bool:
    turned = sorted(written) == sorted(name)
    return turned or distance(written, name) == 1


def _unbroken(plain: Plain, start: int, end: int) -> bool:
    """Whether it stands in the text without a mark in between; blanks between names are usual."""
    return plain.in_one_breath(*plain.place(start, end))


def _apart(seen: Iterable[_Seen]) -> list[_Seen]:
    """Of names that lie over each other the longer one, in the order of the text."""
    kept: list[_Seen] = []
    for each in sorted(seen, key=lambda it: (it.start, -it.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def _longest_by_end(seen: Iterable[_Seen]) -> dict[int, _Seen]:
    by_end: dict[int, _Seen] = {}
    for each in seen:
        if each.end not in by_end or each.start < by_end[each.end].start:
            by_end[each.end] = each
    return by_end


def _runs(
    names: Sequence[_Seen], together: Callable[[_Seen, _Seen], bool]
) -> Iterator[Sequence[_Seen]]:
    """Names that follow each other with nothing but offices in between, two or more."""
    run: list[_Seen] = []
    for seen in names:
        if run and not together(run[-1], seen):
            if len(run) > 1:
                yield run
            run = []
        run.append(seen)
    if len(run) > 1:
        yield run


def _in_a_row(plain: Plain, titles: Mapping[int, _Seen], one: _Seen, other: _Seen) -> bool:
    _, start = plain.place(one.start, one.end)
    end, _ = plain.place(other.start, other.end)
    between = plain.text[start:end]
    office = _announced(plain, titles.get(other.start))
    if office is not None and office.start >= one.end:
        left, _ = plain.place(office.start, office.end)
        between = between[: left - start]
    return not _BETWEEN.sub("", between)
