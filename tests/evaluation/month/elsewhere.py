"""What other stations say of collected figures: the registry's sheet, a clean-up, an incident's
reach, and the pay office's sheet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from kitchen.matrix.registry import xlsx
from tests.evaluation.month.ledger import Ledger, added
from tests.evaluation.month.plan import SPOTS, STORIES, WRITERS
from tests.evaluation.month.points import MARCH, cards
from tests.evaluation.month.reading import NONE, count
from tests.evaluation.month.registered import NOBODY_KNOWS, Fares, last
from tests.evaluation.month.visiting import Held, Visit

COLLECTED = ("粉丝数", "近30天发稿数", "篇均阅读")


def sheets(visit: Visit, ledger: Ledger) -> Held:
    """The whole registry as a sheet: what nobody knows is left empty."""
    book = visit.answer("registry.register", kind="xlsx").get_data()
    for lines in (
        visit.sheet("registry.register", kind="csv"),
        [list(it) for it in xlsx.read(book, 1000)],
    ):
        head, *rows = lines
        found = {row[head.index("账号名")]: row for row in rows}
        for key, spot in SPOTS.items():
            row = [*found[spot.name], *[""] * len(head)]
            shown = [row[head.index(name)] for name in COLLECTED]
            now = last(ledger, key)
            yield shown, ["" if it is None else str(it) for it in _figures(now)]


def _figures(now: Fares) -> tuple[int | None, int, int | None]:
    return now.followers, now.posts, now.mean


def cleaned(visit: Visit, ledger: Ledger) -> Held:
    """What the specialists have before them of each account of a clean-up."""
    for item in visit.told("cleanups_api.items", uid=visit.month.cleanup)["items"]:
        page = visit("closings.item", uid=item["uid"])
        shown = [page.facts[name] for name in ("粉丝", "近 30 天发稿", "篇均阅读")]
        now = last(ledger, _spot(item["account"]))
        yield shown, [NOBODY_KNOWS if it is None else str(it) for it in _figures(now)]


def judged(visit: Visit, ledger: Ledger) -> Held:
    """What was known of an account is kept with the opinion on it."""
    items = visit.told("cleanups_api.items", uid=visit.month.cleanup)["items"]
    yield {it["account"] for it in items}, {it.name for it in SPOTS.values()}
    names = ("followers", "posts_30d", "mean_reads")
    for item in items:
        now = _figures(last(ledger, _spot(item["account"])))
        shown = {name: item["figures"][name] for name in names if name in item["figures"]}
        known = {name: it for name, it in zip(names, now, strict=True) if it is not None}
        yield shown, known


def _spot(account: str) -> str:
    return next(key for key, spot in SPOTS.items() if spot.name == account)


# --- an incident ---


def rooms(visit: Visit, ledger: Ledger) -> Held:
    """On how many accounts a statement stands, and how many follow these."""
    for title, uid in visit.month.incidents.items():
        facts = visit("events.show", uid=uid).facts
        accounts, followers = _reach(ledger, title)
        yield facts["发声账号"].split()[0], str(accounts)
        yield facts["覆盖粉丝"], NONE if followers is None else count(followers)


def reaches(visit: Visit, ledger: Ledger) -> Held:
    for title, uid in visit.month.incidents.items():
        told = visit.told("incidents_api.after_action", uid=uid)
        yield (told["live"], told["followers"]), _reach(ledger, title)


def _reach(ledger: Ledger, title: str) -> tuple[int, int | None]:
    spots = next(it for it in STORIES if it.title == title).spots
    return len(spots), added(last(ledger, it).followers for it in spots)


# --- the pay office ---


def pay(visit: Visit, ledger: Ledger) -> Held:
    """Everyone's points of the month, the most first; nobody owes any, so there is no amount."""
    address = f"/performance/{MARCH}/pay"
    text = visit.sent("performance.export", f"{address}.csv").get_data().decode("utf-8-sig")
    book = visit.sent("performance.export", f"{address}.xlsx").get_data()
    found = cards(ledger)
    own = {who: [it.shares[who][1] for it in found if who in it.shares] for who in WRITERS}
    expected = [
        [f"测试{who}", *map(float, (len(own[who]), total / 100, 0, 0, 0, 0, total / 100)), "", ""]
        for who in sorted(own, key=lambda it: -sum(own[it]))
        for total in [sum(own[who])]
    ]
    for lines in (list(csv.reader(io.StringIO(text))), [list(it) for it in xlsx.read(book, 99)]):
        yield [_paid(it) for it in lines[1:]], expected


def _paid(line: Sequence[str]) -> list[str | float]:
    """A line without the name under which one signs in."""
    name, _, *numbers = [*line, *[""] * (11 - len(line))]
    return [name, *(float(it) if it else "" for it in numbers)]
