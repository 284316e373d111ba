"""What the pages of points (稿分) say, against the ledger: score cards, everybody's month, mine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from tests.evaluation.month.ledger import DAY, Ledger, Piece
from tests.evaluation.month.plan import STORIES, WRITERS, Planned
from tests.evaluation.month.reading import NONE
from tests.evaluation.month.visiting import Held, Visit

MARCH = "2026-03"
BRIEF = Decimal(5)
"""The base of a text of no more than two hundred characters."""
GRADES = {"a": "2.0", "b": "1.5", "c": "1.0", "d": "0.6"}
MOBILE = ("wechat", "weibo")


@dataclass(frozen=True)
class Reach:
    piece: Piece
    age: int
    reads: int | None
    usual: Decimal | None
    doubted: bool

    @property
    def bonus(self) -> Decimal:
        """3·ln(1 + reads / the usual), ten at the most; nought where something is not known."""
        if self.reads is None or self.usual is None or self.doubted:
            return Decimal(0)
        return min(3 * (1 + Decimal(self.reads) / self.usual).ln(), Decimal(10))

    @property
    def words(self) -> str:
        if self.reads is None:
            return "7 天和 72 小时的阅读数都不知道，不加分"
        if self.doubted:
            return "阅读数存疑，不加分"
        if self.usual is None:
            return "这个账号可比的稿件太少，算不出基线，不加分"
        return (
            f"{self.piece.account.name} 第 {self.age // 24} 天阅读 {self.reads}，"
            f"该账号 30 天中位数 {self.usual}"
        )


def reach(ledger: Ledger, piece: Piece) -> Reach:
    """A piece after seven days against what its account's others had, thirty days back."""
    reads = piece.reads(168)
    peers = [
        known
        for it in ledger.pieces
        if it is not piece and it.spot == piece.spot
        if piece.at - 30 * DAY <= it.at <= piece.at and not ledger.doubt(it, 168)
        if (known := it.reads(168)) is not None
    ]
    usual = max(Decimal(str(median(peers))), Decimal(1)) if len(peers) >= 3 else None
    return Reach(piece, 168, reads, usual, bool(ledger.doubt(piece, 168)))


@dataclass(frozen=True)
class Card:
    """The points of a story, line by line."""

    story: Planned
    reached: Sequence[Reach]

    @property
    def bonus(self) -> Decimal:
        """Of a story's pieces the best counts."""
        return max(it.bonus for it in self.reached)

    @property
    def alike(self) -> list[Reach]:
        """The pieces that may be told as the reason: of several that bring nothing, any."""
        return [it for it in self.reached if it.bonus == self.bonus]

    @property
    def factors(self) -> tuple[Decimal, Decimal]:
        first = any(it in MOBILE or it == "town" for it in self.story.spots)
        return Decimal(GRADES[self.story.grade]), Decimal("1.1") if first else Decimal(1)

    @property
    def lines(self) -> list[tuple[str, str, Decimal]]:
        quality, first = self.factors
        graded = BRIEF * quality
        return [
            ("基础分", NONE, BRIEF),
            ("质量系数", f"×{quality}", graded - BRIEF),
            ("移动端首发系数", f"×{first}", graded * first - graded),
            ("传播加分", NONE, self.bonus),
        ]

    @property
    def points(self) -> int:
        return cents(sum((it[-1] for it in self.lines), Decimal(0)))

    @property
    def shares(self) -> dict[str, tuple[int, int]]:
        """By person: percent and points, to the cent; the larger rest gets what is left over."""
        percents = {self.story.author: 100 - self.story.camera}
        if self.story.camera:
            percents[self.story.helper] = self.story.camera
        parts = {who: self.points * percent // 100 for who, percent in percents.items()}
        rests = {who: self.points * percent % 100 for who, percent in percents.items()}
        left = self.points - sum(parts.values())
        for who in sorted(rests, key=lambda it: -rests[it])[:left]:
            parts[who] += 1
        return {who: (percents[who], parts[who]) for who in percents}


def cents(amount: Decimal) -> int:
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


def cards(ledger: Ledger) -> list[Card]:
    """The stories of March."""
    found = []
    for story in STORIES:
        if story.at.date() <= date(2026, 3, 31):
            found.append(Card(story, [reach(ledger, it) for it in ledger.of(story)]))
    return found


def written(value: int) -> str:
    return f"{value / 100:.2f}"


def signed(amount: Decimal) -> str:
    return f"{cents(amount) / 100:+.2f}"


# --- pages ---


def score_cards(visit: Visit, ledger: Ledger) -> Held:
    for card in cards(ledger):
        uid = visit.month.stories[card.story.title].uid
        page = visit("scores.show", month=MARCH, uid=uid)
        *rows, last = page.tables["怎么算出来的"]
        shown = [(row[0], row[2], row[3]) for row in rows]
        yield shown, [(name, factor, signed(amount)) for name, factor, amount in card.lines]
        yield (last[0], last[3]), ("得分", written(card.points))
        yield rows[3][1].split(" · ")[0] in {it.words for it in card.alike}, True
        yield (
            [[row[0], *row[2:]] for row in page.tables["署名分摊"]],
            [
                [f"测试{who}", f"{percent}%", written(points)]
                for who, (percent, points) in card.shares.items()
            ],
        )


def everybody(visit: Visit, ledger: Ledger) -> Held:
    page = visit("performance.show", month=MARCH)
    yield page.tables["人员稿分"], list(_people(cards(ledger)))
    yield page.facts["稿件"], str(len(cards(ledger)))


def _mine(found: Sequence[Card], who: str) -> list[Card]:
    return [it for it in found if who in it.shares]


def _people(found: Sequence[Card]) -> Iterator[list[str]]:
    sums = {who: sum(it.shares[who][1] for it in _mine(found, who)) for who in WRITERS}
    for who in sorted(sums, key=lambda it: -sums[it]):
        total = written(sums[who])
        zero = written(0)
        stories = str(len(_mine(found, who)))
        yield [f"测试{who}", stories, f"合计{total}", total, zero, zero, zero, NONE, NONE]


def mine(visit: Visit, ledger: Ledger) -> Held:
    """What each of the reporters sees of their own month, once it is published."""
    for who in WRITERS:
        page = visit("performance.index", who, month=MARCH)
        own = _mine(cards(ledger), who)
        total = written(sum(it.shares[who][1] for it in own))
        yield page.facts["稿件"], f"{len(own)} 篇"
        yield (page.facts["稿分"], page.facts["合计"]), (total, total)
        rows = {row[0]: row[2:4] + row[5:] for row in page.tables["我参与的稿件"]}
        yield (
            rows,
            {
                it.story.title: [
                    it.story.grade.upper(),
                    written(it.points),
                    written(it.shares[who][1]),
                ]
                for it in own
            },
        )


def grading(visit: Visit, ledger: Ledger) -> Held:
    page = visit("scores.grading", month=MARCH)
    rows = {row[0]: (row[2], row[3]) for row in page.tables["这个月的稿件"]}
    yield (
        rows,
        {it.story.title: (it.story.grade.upper(), written(it.points)) for it in cards(ledger)},
    )
