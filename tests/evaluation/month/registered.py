"""What the pages of accounts say of their figures, against the ledger: one, all, and by brand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kitchen.core.clock import CENTRE
from tests.evaluation.month import plan
from tests.evaluation.month.ledger import DAY, NAMES, Ledger, added
from tests.evaluation.month.plan import SPOTS
from tests.evaluation.month.visiting import Held, Visit

NOBODY_KNOWS = "不清楚"


@dataclass(frozen=True)
class Fares:
    """How an account fared on a morning; ``None`` where nobody tells."""

    followers: int | None
    posts: int
    mean: int | None

    @property
    def per_day(self) -> float:
        return self.posts / 30


def mornings(ledger: Ledger) -> list[date]:
    """The days on which figures were asked for, at nine."""
    days = (ledger.now.date() - plan.BEGIN.date()).days + 1
    return [plan.BEGIN.date() + timedelta(days=number) for number in range(days)]


def fares(ledger: Ledger, spot: str, day: date) -> Fares:
    at = datetime.combine(day, time(9), CENTRE)
    own = [it for it in ledger.pieces if it.spot == spot and at - 30 * DAY <= it.at <= at]
    followers, plays = ledger.heard(day)
    if spot == "weibo":
        return Fares(followers, len(own), None)
    if spot == "douyin":
        reads = [plays[it.story.title][0] or 0 for it in own]
        return Fares(None, len(own), round(sum(reads) / len(reads)) if reads else None)
    return Fares(ledger.followers(spot, day - DAY), len(own), None)


def last(ledger: Ledger, spot: str) -> Fares:
    """The latest of each figure: what is not told stays as it was known."""
    days = [fares(ledger, spot, day) for day in mornings(ledger)]
    means = [it.mean for it in days if it.mean is not None]
    return Fares(days[-1].followers, days[-1].posts, means[-1] if means else None)


def accounts(visit: Visit, ledger: Ledger) -> Held:
    """Each account: the latest figures, and the history of them."""
    for spot in SPOTS:
        page = visit("matrix.show", uid=visit.month.spot(spot).uid)
        now = last(ledger, spot)
        kpis = {name: value for name, (value, _) in page.kpis.items()}
        yield kpis["粉丝"], _told(now.followers)
        yield kpis["日均发稿"], f"{now.per_day:.1f}"
        yield kpis["篇均阅读"], _told(now.mean)
        history = [
            " ".join(it.text_content().split())
            for it in page.root.xpath("//*[@id='figures']//details[1]//li")
        ]
        yield history, list(_history(ledger, spot))[-12:]


def _history(ledger: Ledger, spot: str) -> Iterator[str]:
    """A line for each morning on which something was otherwise."""
    before: Fares | None = None
    mean: int | None = None
    for day in mornings(ledger):
        found = fares(ledger, spot, day)
        mean = mean if found.mean is None else found.mean
        now = Fares(found.followers, found.posts, mean)
        if now != before and (now.posts or now.followers or before):
            figures = f"粉丝 {_told(now.followers)} · 近 30 天发稿 {now.posts}"
            yield f"{day} · {figures} · 篇均阅读 {_told(now.mean)}"
        before = now


def _told(value: int | None) -> str:
    return NOBODY_KNOWS if value is None else str(value)


def register(visit: Visit, ledger: Ledger) -> Held:
    """The list of accounts, with their followers."""
    page = visit("matrix.accounts")
    found = {(row[1], row[0]): row[4] for row in page.tables["账号"]}
    for spot, place in SPOTS.items():
        followers = last(ledger, spot).followers
        shown = next(
            value
            for (channel, name), value in found.items()
            if channel == NAMES[place.channel] and name.startswith(place.name)
        )
        yield shown, NOBODY_KNOWS if followers is None else f"{followers:,}"


def brands(visit: Visit, ledger: Ledger) -> Held:
    """All accounts bear one brand: their sums, and the mean of their means."""
    page = visit("registry.brands")
    known = [last(ledger, spot) for spot in SPOTS]
    means = [it.mean for it in known if it.mean is not None]
    followers = added(it.followers for it in known)
    per_day = sum(it.posts for it in known) / 30
    mean = f"{round(sum(means) / len(means)):,}" if means else NOBODY_KNOWS
    row = ["1", plan.BRAND, str(len(known)), mean, f"{followers:,}", f"{per_day:.1f}"]
    yield page.tables[next(iter(page.tables))], [row]
