"""The month as the platforms tell it: every figure of a page recomputed, by nothing of the house.

It knows the story plan and the answers of the platforms. What a figure means is written out here
once more, from the rules of the newsroom and not from its code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from kitchen.core.clock import CENTRE
from tests.evaluation.month.life import Month, Told
from tests.evaluation.month.plan import SPOTS, STORIES, Planned, Spot

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AGES = {1: "1 小时", 6: "6 小时", 24: "24 小时", 72: "72 小时", 168: "7 天", 720: "30 天"}
FIELDS = ("reads", "likes", "watching", "shares", "comments")
NAMES = {"wechat": "微信公众号", "weibo": "微博", "douyin": "抖音"}


@dataclass(frozen=True)
class Piece:
    """A story on one account, and what it had gathered by each age."""

    number: int
    """Its place among all that went out."""
    story: Planned
    spot: str
    told: Mapping[int, Told]

    @property
    def at(self) -> datetime:
        return self.story.at

    @property
    def account(self) -> Spot:
        return SPOTS[self.spot]

    def figure(self, name: str, age: int) -> int | None:
        return self.told[age][FIELDS.index(name)] if age in self.told else None

    def reads(self, age: int) -> int | None:
        return self.figure("reads", age)


@dataclass(frozen=True)
class Gathered:
    """What some pieces gathered together at one age; a field is ``None`` where none is known."""

    pieces: int
    known: int
    reads: int | None
    likes: int | None
    watching: int | None
    shares: int | None
    comments: int | None


class Ledger:
    """Everything that went out, in its order."""

    def __init__(self, month: Month) -> None:
        self.now = month.now().astimezone(CENTRE)
        self._month = month
        self._followers: dict[tuple[str, date], int] = {}
        out = [(story, spot) for story in STORIES for spot in story.spots]
        self.pieces = [
            Piece(number, story, spot, self._told(story, spot))
            for number, (story, spot) in enumerate(out)
        ]

    # --- what the platforms say ---

    def _told(self, story: Planned, spot: str) -> Mapping[int, Told]:
        if SPOTS[spot].channel == "wechat":
            return self._by_days(story, spot)
        return {age: self._month.said[story.title, spot, age] for age in self.reached(story)}

    def reached(self, story: Planned) -> list[int]:
        """The ages that a story has reached by now."""
        return [age for age in AGES if story.at + age * HOUR <= self.now]

    def _by_days(self, story: Planned, spot: str) -> Mapping[int, Told]:
        """Days added up, to the end of the one on which an age is reached, once it is counted."""
        table = "getarticletotaldetail"
        rows = self._month.street.wechat(spot, table, story.at.date())
        (article,) = (it for it in rows if it["title"] == story.title)
        names = ("read_user", "like_user", "zaikan_user", "share_user", "comment_count")
        found = {}
        for age in (24, 72, 168, 720):
            last = (story.at + age * HOUR).date()
            if datetime.combine(last + DAY, time(9), CENTRE) <= self.now:
                days = [it for it in article["detail_list"] if it["stat_date"] <= str(last)]
                found[age] = tuple(sum(day[name] for day in days) for name in names)
        return found

    def followers(self, spot: str, day: date) -> int:
        """How many followed at the end of that day, by WeChat."""
        if (spot, day) not in self._followers:
            (row,) = self._month.street.wechat(spot, "getusercumulate", day)
            self._followers[spot, day] = int(row["cumulate_user"])
        return self._followers[spot, day]

    def heard(self, day: date) -> tuple[int, Mapping[str, Told]]:
        """Weibo's followers and every film, as they stood that morning."""
        return self._month.heard[day]

    # --- some of the pieces ---

    def within(self, since: date, until: date, **given: object) -> list[Piece]:
        """Pieces that came out on these days, both included; ``spot``, ``channel`` or ``unit``."""
        return [
            it
            for it in self.pieces
            if since <= it.at.date() <= until
            and all(_property(it, name) == value for name, value in given.items())
        ]

    def of(self, story: Planned) -> list[Piece]:
        return [it for it in self.pieces if it.story is story]

    # --- what is usual, and what is odd ---

    def heat(self, piece: Piece, age: int) -> float | None:
        """Reads as a multiple of the median of the account's pieces of the thirty days before."""
        reads = piece.reads(age)
        before = [
            known
            for it in self.pieces
            if it.spot == piece.spot and piece.at - 30 * DAY <= it.at < piece.at
            if (known := it.reads(age)) is not None and not self.doubt(it, age)
        ]
        if reads is None or len(before) < 3 or not median(before):
            return None
        return round(reads / median(before), 1)

    def doubt(self, piece: Piece, age: int) -> str:
        """Why figures at an age are doubted, the gravest first; empty: they are not.

        Of the rules, only the burst of a night can come true here: these platforms begin fast and
        slow down, and one reader in so many likes. That nothing shrinks, and that likes keep their
        share, is checked as well.
        """
        ages = [it for it in piece.told if it <= age]
        if age not in ages or len(ages) < 2:
            return ""
        before, now = (piece.told[it] for it in ages[-2:])
        for then, later in zip(before, now, strict=True):
            assert (then is None) == (later is None)
            assert then is None or later is None or then <= later
        reads, likes = now[0], now[1]
        if reads is None or before[0] is None or likes is None:
            return ""
        assert likes <= reads <= 1_000 * likes or reads < 5_000
        looks = [piece.at + it * HOUR for it in ages[-2:]]
        asleep = looks[0].date() == looks[1].date() and looks[1].time() <= time(6)
        gained = reads - before[0]
        return "night_burst" if asleep and gained >= max(1_000, 3 * before[0]) else ""

    def goal(self, piece: Piece) -> int | None:
        """What a single piece is to be read within a week: those of campaigns alone have one."""
        return 2_000 if piece.story.in_campaign else None

    def missed(self, piece: Piece) -> bool:
        goal, reads = self.goal(piece), piece.reads(168)
        return goal is not None and reads is not None and reads < goal


def _property(piece: Piece, name: str) -> object:
    return piece.spot if name == "spot" else getattr(piece.account, name)


def added(values: Iterable[int | None]) -> int | None:
    """What is known, added up; ``None`` where nothing is."""
    known = [it for it in values if it is not None]
    return sum(known) if known else None


def gathered(pieces: Sequence[Piece], age: int) -> Gathered:
    sums = [added(it.figure(name, age) for it in pieces) for name in FIELDS]
    return Gathered(len(pieces), sum(it.reads(age) is not None for it in pieces), *sums)


def by_channel(pieces: Sequence[Piece]) -> dict[str, list[Piece]]:
    found: dict[str, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(piece.account.channel, []).append(piece)
    return found
