"""Topics among many short texts, found by the terms that they share; pure and explained (S40).

A term is a run of two to eight letters that stands in several texts and says more than the words of
courtesy around it. The term that holds most texts together makes the first topic, and takes those
texts; then the next, until no term is shared by enough of what is left. The same texts always give
the same topics, and each says by which terms it holds together.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

SHORTEST, LONGEST = 2, 8
"""Letters of a term."""
MOST_TERMS = 5
"""Terms by which a topic is explained."""
_COMPARED = 400
"""Characters of a text that are looked at."""
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z][a-z0-9]+")
_EMPTY = frozenset(
    "的了是吗呢吧啊呀么在和与及或就都也很还又再我你您他她它们这那哪谁个些为从到把被让给对将请能会要想有没不上下来去着过得地之其此每各何几多少"
)
"""Letters that hold no matter: no term reaches over them."""
_COURTESY = frozenset(
    {
        "领导", "书记", "区长", "部门", "相关", "有关", "问题", "情况", "反映", "希望", "建议",
        "咨询", "投诉", "解决", "处理", "答复", "回复", "感谢", "谢谢", "什么", "怎么", "如何",
        "是否", "现在", "已经", "一直", "时候", "时间", "今天", "昨天", "今年", "去年", "居民",
        "市民", "群众", "老百姓", "严重", "影响", "附近", "门口", "旁边",
    }
)  # fmt: skip
"""Words that stand in questions about anything."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text by its key; ``source`` says where it came from."""

    key: str
    title: str
    body: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """What several texts are about: the terms that hold them together, strongest first, and how
    many texts of the time before say the first of them.
    """

    terms: Sequence[str]
    texts: Sequence[Text]
    before: int = 0

    @property
    def name(self) -> str:
        return self.terms[0]

    @property
    def change(self) -> int:
        return len(self.texts) - self.before


def topics_of(
    texts: Sequence[Text],
    least: int,
    earlier: Sequence[Text] = (),
    unsaid: Collection[str] = (),
) -> list[Topic]:
    """The topics of these texts, largest first, each of ``least`` texts or more. ``unsaid`` are
    words that say nothing here, as the name of the district does.
    """
    holders = _held_by(texts)
    strong = {
        term: held
        for term, held in holders.items()
        if len(held) >= least and not any(word in term or term in word for word in unsaid)
    }
    left, topics = set(range(len(texts))), []
    while left:
        best = min(
            (term for term, held in strong.items() if len(held & left) >= least),
            key=lambda term: _rank(term, strong[term] & left),
            default=None,
        )
        if best is None:
            break
        mine = strong[best] & left
        left -= mine
        held = [texts[at] for at in sorted(mine)]
        topics.append(Topic(_told(best, mine, strong), held, _say(best, earlier)))
    return sorted(topics, key=lambda topic: (-len(topic.texts), topic.name))


def _rank(term: str, held: Collection[int]) -> tuple[int, int, str]:
    """More texts go before fewer, then longer terms; of equals the first by its letters."""
    return -len(held), -len(term), term


def _told(best: str, mine: set[int], strong: Mapping[str, set[int]]) -> list[str]:
    """The term itself and those that stand in at least half of the same texts; of a term and a
    part of it only the longer.
    """
    shared = [term for term, held in strong.items() if 2 * len(held & mine) >= len(mine)]
    told = [best]
    for term in sorted(shared, key=lambda it: _rank(it, strong[it] & mine)):
        if not any(term in other or other in term for other in told):
            told.append(term)
    return told[:MOST_TERMS]


def _held_by(texts: Sequence[Text]) -> dict[str, set[int]]:
    """By term, the texts in which it stands; a term that stands only within one longer is left
    out, for the longer says the same better.
    """
    holders: dict[str, set[int]] = defaultdict(set)
    for at, text in enumerate(texts):
        for term in terms_of(text):
            holders[term].add(at)
    shadowed = {
        part
        for term, held in holders.items()
        if len(held) > 1
        for part in (term[1:], term[:-1])
        if holders.get(part) == held
    }
    return {term: held for term, held in holders.items() if term not in shadowed}


def terms_of(text: Text) -> frozenset[str]:
    """Every term that the text might share with others."""
    plain = unicodedata.normalize("NFKC", f"{text.title}\n{text.body[:_COMPARED]}").lower()
    return frozenset(term for run in _runs(plain) for term in _parts(run))


def _runs(plain: str) -> Iterator[str]:
    for run in _RUN.findall(plain):
        if run[0].isascii():
            yield run
        else:
            yield from "".join(" " if letter in _EMPTY else letter for letter in run).split()


def _parts(run: str) -> Iterator[str]:
    if run[0].isascii():
        yield run
        return
    for length in range(SHORTEST, LONGEST + 1):
        for at in range(len(run) - length + 1):
            term = run[at : at + length]
            if term not in _COURTESY:
                yield term


def _say(term: str, texts: Sequence[Text]) -> int:
    return sum(term in terms_of(text) for text in texts)
