"""What programs are told of the same figures: the API, against the same ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tests.evaluation.month import plan
from tests.evaluation.month.ledger import DAY, FIELDS, NAMES, Ledger, Piece, added
from tests.evaluation.month.overview import PERIODS, all_alarms, in_order, ranked_by_reads
from tests.evaluation.month.plan import SPOTS, STORIES, WRITERS
from tests.evaluation.month.points import MARCH, cards
from tests.evaluation.month.rankings import INDICES, SPANS, WEEKS, Span, ranked, worked
from tests.evaluation.month.registered import last
from tests.evaluation.month.reporting import HELD as REPORTED
from tests.evaluation.month.reporting import made_of, tables
from tests.evaluation.month.visiting import Held, Visit

KINDS = {"burst": "night_burst", "missed": "below_target"}
EXACT = 6
"""Decimals to which two ways of adding the same shares agree."""


def period(visit: Visit, ledger: Ledger) -> Held:
    for since, until in PERIODS:
        for age in (24, 168):
            told = visit.told("insight_api.show", since=since, until=until, age=age)
            now, days = ledger.within(since, until), until - since + DAY
            before = ledger.within(since - days, since - DAY)
            yield told["channels"], _sums(now, age)
            yield told["before"], _sums(before, age)
            for name, falling in (("best", True), ("weakest", False)):
                shown = [(it["title"], it["account"], it["reads"]) for it in told[name]]
                expected = ranked_by_reads(now, age, falling=falling)
                yield shown, [(it.story.title, it.account.name, reads) for it, reads in expected]
            yield told["open_alarms"], len(all_alarms(ledger))


def _sums(pieces: list[Piece], age: int) -> list[dict[str, Any]]:
    return [
        {"channel": channel, "pieces": told.pieces, "known": told.known}
        | {name: getattr(told, name) for name in FIELDS}
        for channel, told in in_order(pieces, age)
    ]


def check_up(visit: Visit, ledger: Ledger) -> Held:
    for story in STORIES:
        told = visit.told("insight_api.story", uid=visit.month.stories[story.title].uid)
        for piece in ledger.of(story):
            own = next(it for it in told["pieces"] if it["account_name"] == piece.account.name)
            shown = {it["age"]: tuple(it[name] for name in FIELDS) for it in own["figures"]}
            yield shown, dict(piece.told)
            heats = {it["age"]: it["heat"] for it in own["figures"]}
            yield heats, {age: ledger.heat(piece, age) for age in piece.told}
            yield own["target_reads"], ledger.goal(piece)


def alarms(visit: Visit, ledger: Ledger) -> Held:
    told = visit.told("insight_api.alarms")["items"]
    shown = [(it["title"], it["account_name"], it["age"], it["concern"]) for it in told]
    expected = [
        (piece.story.title, piece.account.name, age, KINDS[kind])
        for piece, age, kind in all_alarms(ledger)
    ]
    yield sorted(shown), sorted(expected)


def ranking(visit: Visit, ledger: Ledger) -> Held:
    for span in SPANS:
        for index in INDICES:
            told = visit.told("indices_api.ranking", **_asked(index.name, span))["items"]
            before = {spot: rank for rank, spot, _ in ranked(ledger, index, span.former)}
            names = ("rank", "former", "name", "provisional")
            shown = [(*(it[name] for name in names), round(it["value"], EXACT)) for it in told]
            yield (
                shown,
                [
                    (rank, before[spot], SPOTS[spot].name, it.provisional, round(it.value, EXACT))
                    for rank, spot, it in ranked(ledger, index, span)
                ],
            )


def _asked(name: str, span: Span) -> dict[str, Any]:
    return {"definition": name, "kind": span.kind, "day": span.first}


def course(visit: Visit, ledger: Ledger) -> Held:
    for index in INDICES:
        for spot in (it for it in SPOTS if SPOTS[it].channel == index.channel):
            asked = {"definition": index.name, "kind": "week"}
            uid = visit.month.spot(spot).uid
            told = visit.told("indices_api.course", uid=uid, **asked)["items"]
            shown = {it["first_day"]: _score(it) for it in told}
            for span in WEEKS:
                yield shown[str(span.first)], _expected(ledger, index, spot, span)


def score(visit: Visit, ledger: Ledger) -> Held:
    for span in SPANS:
        for index in INDICES:
            lines = visit.told("indices_api.ranking", **_asked(index.name, span))["items"]
            for line, (_, spot, told) in zip(lines, ranked(ledger, index, span), strict=True):
                found = visit.told("indices_api.score", uid=line["scores"][index.name])
                yield _score(found["score"]), _expected(ledger, index, spot, span)
                totals = (round(found["total"], EXACT), round(found["value"], EXACT))
                yield totals, (round(told.total, EXACT), round(told.value, EXACT))


def _score(told: Mapping[str, Any]) -> tuple[Any, ...]:
    value = round(told["value"], EXACT)
    return value, told["inputs"], told["pieces"], told["unknown"], told["provisional"]


def _expected(ledger: Ledger, index: Any, spot: str, span: Span) -> tuple[Any, ...]:
    told = worked(ledger, index, spot, span)
    value = round(told.value, EXACT)
    return value, dict(told.inputs), told.pieces, told.unknown, told.provisional


def stories(visit: Visit, ledger: Ledger) -> Held:
    told = visit.told("performance_api.stories", month=MARCH)["items"]
    yield (
        {it["title"]: it["points"] for it in told},
        {it.story.title: it.points / 100 for it in cards(ledger)},
    )


def story(visit: Visit, ledger: Ledger) -> Held:
    for card in cards(ledger):
        uid = visit.month.stories[card.story.title].uid
        told = visit.told("performance_api.story", month=MARCH, uid=uid)
        yield told["points"], card.points / 100
        yield (
            {it["name"]: (it["percent"], it["points"]) for it in told["shares"]},
            {
                f"测试{who}": (percent, points / 100)
                for who, (percent, points) in card.shares.items()
            },
        )


def people(visit: Visit, ledger: Ledger) -> Held:
    told = visit.told("performance_api.ranking", month=MARCH)["items"]
    yield (
        {it["name"]: it["shared"] for it in told},
        {f"测试{who}": _whole(ledger, who) for who in WRITERS},
    )


def mine(visit: Visit, ledger: Ledger) -> Held:
    for who in WRITERS:
        told = visit.told("performance_api.mine", who, month=MARCH)
        yield (told["shared"], told["total"]), (_whole(ledger, who),) * 2


def _whole(ledger: Ledger, who: str) -> float:
    return sum(it.shares[who][1] for it in cards(ledger) if who in it.shares) / 100


def settled(visit: Visit, ledger: Ledger) -> Held:
    """How many stories of the month there are, each of them graded."""
    told = visit.told("performance_api.show", month=MARCH)
    yield (told["stories"], told["graded"]), (len(cards(ledger)),) * 2


def report(visit: Visit, ledger: Ledger) -> Held:
    """As they stand now; what is frozen was taken from here, and has its page and papers."""
    for span in SPANS:
        if span.kind != "day":
            told = visit.told("reports_api.figures", kind=span.kind, day=span.first)
            yield from _tabled(told, ledger, span)


def edition(visit: Visit, ledger: Ledger) -> Held:
    """Every edition as it was frozen."""
    made = visit.told("reports_api.index")["items"]
    yield len(made), len(plan.REPORTS)
    for line in made:
        told = visit.told("reports_api.show", uid=line["uid"])
        span = Span(line["kind"], date.fromisoformat(line["first_day"]))
        yield from _tabled(told, ledger, span)


def _tabled(told: Mapping[str, Any], ledger: Ledger, span: Span) -> Held:
    found = [_plain(it["rows"]) for section in told["sections"] for it in section["tables"]]
    expected = tables(ledger, span)
    for name in (it for it in REPORTED if it not in KEYED):
        yield _plain(expected[name]) in found, True


def manifold(visit: Visit, ledger: Ledger) -> Held:
    for kind, first in plan.REPORTS:
        told = visit.told("reports_api.manifold", kind=kind, day=first)["items"]
        names = ("title", "stories", "channels", "pieces")
        span = Span(kind, date.fromisoformat(first))
        shown = sorted(tuple(it[name] for name in names) for it in told)
        pieces = ledger.within(span.first, span.last)
        yield shown, sorted((key[0], *counts) for key, counts in made_of(pieces).items())


KEYED = ("采集和产出", "分栏目发稿")
"""Tables whose rows have other names for programs."""


def _plain(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    keys = {name: key for key, name in NAMES.items()}
    return [[keys.get(cell, cell) for cell in row] for row in rows]


def brand(visit: Visit, ledger: Ledger) -> Held:
    (told,) = visit.told("registry_api.brands")["items"]
    known = [last(ledger, spot) for spot in SPOTS]
    means = [it.mean for it in known if it.mean is not None]
    yield (told["brand"], told["accounts"]), (plan.BRAND, len(known))
    yield told["followers"], added(it.followers for it in known)
    yield round(told["per_day"], EXACT), round(sum(it.posts for it in known) / 30, EXACT)
    yield told["mean_reads"], round(sum(means) / len(means)) if means else None


def register(visit: Visit, ledger: Ledger) -> Held:
    found = {it["uid"]: it["followers"] for it in visit.told("matrix_api.index")["items"]}
    for spot in SPOTS:
        yield found[visit.month.spot(spot).uid], last(ledger, spot).followers


def entry(visit: Visit, ledger: Ledger) -> Held:
    for spot in SPOTS:
        told = visit.told("matrix_api.show", uid=visit.month.spot(spot).uid)
        yield told["followers"], last(ledger, spot).followers


def modules(visit: Visit, ledger: Ledger) -> Held:
    for who in WRITERS:
        told = visit.told("search_api.modules", who)["items"]
        found = {it["label"]: it["value"] for module in told for it in module["figures"]}
        yield found["待查看的数据提醒"], len(all_alarms(ledger))
        points = sum(it.shares[who][1] for it in cards(ledger) if who in it.shares)
        yield found["我上次公布的稿分"], (points + 50) // 100


def account(visit: Visit, ledger: Ledger) -> Held:
    for spot in SPOTS:
        uid = visit.month.spot(spot).uid
        told = visit.told("registry_api.show_figures", uid=uid)
        now = last(ledger, spot)
        shown = told["followers"], told["posts_30d"], told["mean_reads"]
        yield shown, (now.followers, now.posts, now.mean)
