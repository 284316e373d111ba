"""What the pages of indices say, against the ledger: rankings, sheets, courses, scores by steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from tests.evaluation.month import plan
from tests.evaluation.month.formulas import Counts, Part, Term, Worked, bci, bci_simple, dci, wci
from tests.evaluation.month.ledger import DAY, Ledger
from tests.evaluation.month.plan import SPOTS
from tests.evaluation.month.reading import Page, Rows, change
from tests.evaluation.month.visiting import Held, Visit


@dataclass(frozen=True)
class Index:
    name: str
    title: str
    channel: str
    work: Callable[[Counts], Worked]


INDICES = (
    Index("wci-v14.2b", "WCI V14.2b", "wechat", wci),
    Index("bci", "BCI 微博传播指数", "weibo", bci),
    Index("bci-simple", "BCI 简式", "weibo", bci_simple),
    Index("dci", "DCI 抖音传播指数", "douyin", dci),
)
MIXED = {"wci-v14.2b": 0.30, "bci": 0.25, "dci": 0.25, "vci": 0.20}
TITLES = {it.name: it.title for it in INDICES} | {"vci": "VCI 短视频传播指数"}


@dataclass(frozen=True)
class Span:
    """A window: a day, a week from Sunday, or a month that counts as thirty days."""

    kind: str
    first: date

    @property
    def last(self) -> date:
        if self.kind == "month":
            return (self.first + timedelta(days=31)).replace(day=1) - DAY
        return self.first + (6 * DAY if self.kind == "week" else timedelta())

    @property
    def days(self) -> int:
        return 30 if self.kind == "month" else (self.last - self.first).days + 1

    @property
    def former(self) -> Span:
        if self.kind == "month":
            return Span("month", (self.first - DAY).replace(day=1))
        return Span(self.kind, self.first - (7 * DAY if self.kind == "week" else DAY))

    @property
    def ages(self) -> tuple[int, ...]:
        """At which pieces are counted: the newest of these that is told."""
        return {"day": (24,), "week": (1, 6, 24, 72, 168), "month": (168,)}[self.kind]

    @property
    def words(self) -> str:
        first, last = self.first.isoformat(), self.last.isoformat()
        return first if first == last else f"{first} – {last}"


WEEKS = [Span("week", date(2026, 3, 1) + timedelta(days=7 * number)) for number in range(6)]
DAYS = [Span("day", date(2026, 3, day)) for day in (3, 8, 10, 14, 17, 22, 28, 30)]
SPANS = [*DAYS, *WEEKS, Span("month", date(2026, 3, 1))]


def worked(ledger: Ledger, index: Index, spot: str, span: Span) -> Worked:
    """An index of an account in a window."""
    pieces = ledger.within(span.first, span.last, spot=spot)
    newest = {
        it.number: it.told[ages[-1]]
        for it in pieces
        if (ages := [age for age in span.ages if age in it.told])
    }
    counted = index.work(Counts(pieces, newest, span.days))
    return replace(counted, whole=plan.SINCE.date() < span.first)


def ranked(ledger: Ledger, index: Index, span: Span) -> list[tuple[int, str, Worked]]:
    """Ranks of the accounts of a channel; who is level shares one."""
    spots = [it for it in SPOTS if SPOTS[it].channel == index.channel]
    found = {spot: worked(ledger, index, spot, span) for spot in spots}
    ordered = sorted(spots, key=lambda it: (-found[it].value, spots.index(it)))
    return [
        (1 + sum(it.value > found[spot].value for it in found.values()), spot, found[spot])
        for spot in ordered
    ]


def rise(before: Mapping[str, int], name: str, rank: int) -> str:
    return change(before[name] - rank) if name in before else "上期没有名次"


def rankings(visit: Visit, ledger: Ledger) -> Held:
    """Every index in every window, and what a mixture makes of them."""
    for span in SPANS:
        for index in INDICES:
            page = _page(visit, index.name, span)
            lines = ranked(ledger, index, span)
            before = {spot: rank for rank, spot, _ in ranked(ledger, index, span.former)}
            values = [it.value for _, _, it in lines]
            yield _near(page.kpis["最高"][0]), _near(f"{max(values):.2f}")
            yield _near(page.kpis["平均"][0]), _near(f"{sum(values) / len(values):.2f}")
            yield page.kpis["账号"][0], str(len(lines))
            yield page.kpis["暂定"][0], str(sum(it.provisional for _, _, it in lines))
            yield page.tables, {"排名": [_line(*each, before) for each in lines]}
        yield _page(visit, "mcci", span).tables, {"单位排名": _units(ledger, span)}


def _page(visit: Visit, name: str, span: Span) -> Page:
    return visit("indices.index", definition=name, kind=span.kind, day=span.first)


def _near(shown: str) -> float:
    return float(shown.replace(",", ""))


def _line(rank: int, spot: str, told: Worked, before: Mapping[str, int]) -> list[str]:
    place = SPOTS[spot]
    rose = rise(before, spot, rank)
    return [str(rank), place.name, place.unit, f"{told.value:,.2f}", "", rose, told.certain]


def _units(ledger: Ledger, span: Span) -> Rows:
    """Units by the highest of their accounts on each platform, mixed by weight."""
    now, before = _mixed(ledger, span), _mixed(ledger, span.former)
    ranks = {
        unit: 1 + sum(it > value for it, _ in before.values())
        for unit, (value, _) in before.items()
    }
    rows = []
    for unit, (value, told) in sorted(now.items(), key=lambda it: (-it[1][0], it[0] == plan.TOWN)):
        rank = 1 + sum(it > value for it, _ in now.values())
        rows.append([str(rank), unit, f"{value:,.2f}", "", rise(ranks, unit, rank), "".join(told)])
    return rows


def _mixed(ledger: Ledger, span: Span) -> dict[str, tuple[float, list[str]]]:
    found: dict[str, tuple[float, list[str]]] = {}
    for unit in (plan.CENTRE_UNIT, plan.TOWN):
        total, told = 0.0, []
        for name, weight in MIXED.items():
            index = next((it for it in INDICES if it.name == name), None)
            own = [
                it
                for _, spot, it in (ranked(ledger, index, span) if index else ())
                if SPOTS[spot].unit == unit
            ]
            best = max(own, key=lambda it: it.value, default=None)
            shown = "没有账号，计 0"
            if best is not None:
                total += weight * best.value
                shown = f"{best.value:,.2f}" + (" （暂定）" if best.provisional else "")
            told.append(f"{TITLES[name]} × {weight:g}：{shown}")
        found[unit] = total, told
    return found


def sheets(visit: Visit, ledger: Ledger) -> Held:
    """The same as lines of a table."""
    for span in SPANS:
        for index in INDICES:
            asked: dict[str, Any] = {"definition": index.name, "kind": span.kind, "day": span.first}
            rows = visit.sheet("indices.sheet", file="csv", **asked)
            before = {spot: rank for rank, spot, _ in ranked(ledger, index, span.former)}
            expected = [
                [
                    *(str(rank), str(before[spot]), SPOTS[spot].name, SPOTS[spot].unit),
                    *(round(told.value, 2), index.name, str(span.first), str(span.last)),
                    *(str(told.pieces), str(told.unknown), "是" if told.provisional else ""),
                ]
                for rank, spot, told in ranked(ledger, index, span)
            ]
            yield [[*row[:4], float(row[4]), *row[5:]] for row in rows[1:]], expected


def courses(visit: Visit, ledger: Ledger) -> Held:
    """An account's weeks, one after the other."""
    for index in INDICES:
        for spot in (it for it in SPOTS if SPOTS[it].channel == index.channel):
            uid = visit.month.spot(spot).uid
            page = visit("indices.account", uid=uid, definition=index.name, kind="week")
            told = {it.words: worked(ledger, index, spot, it) for it in reversed(WEEKS)}
            before = Span("week", date(2026, 2, 22))
            told[before.words] = worked(ledger, index, spot, before)
            rows = page.tables["逐期分值"]
            expected = [[day, f"{it.value:,.2f}", it.certain] for day, it in told.items()]
            yield [row[:3] for row in rows], expected
            highest = max(it.value for it in told.values())
            yield f"最高 {highest:.2f}。" in page.words, True
            yield page.drawn[0], f"{worked(ledger, index, spot, WEEKS[-1]).value:.0f}"


def scores(visit: Visit, ledger: Ledger) -> Held:
    """Each score by its steps, from the inputs to the number."""
    for span in (*WEEKS[:4], Span("month", date(2026, 3, 1))):
        for index in INDICES:
            links = _page(visit, index.name, span).root.xpath("//tbody//a")
            addresses = [it.get("href") for it in links if "/scores/" in it.get("href")]
            lines = ranked(ledger, index, span)
            for address, (_, spot, told) in zip(addresses, lines, strict=True):
                page = visit("indices.score", uid=address.rsplit("/", 1)[-1])
                yield SPOTS[spot].name in page.words, True
                inputs = {row[0]: row[2] for row in page.tables["输入"]}
                unknown = "未知，暂按 0"
                yield (
                    inputs,
                    {
                        name: unknown if it is None else f"{it:,}"
                        for name, it in told.inputs.items()
                    },
                )
                shown = [rows for caption, rows in page.tables.items() if caption != "输入"]
                yield shown, [list(_steps(part.terms)) for part in told.parts]
                yield _heads(page), [_part(it) for it in told.parts]
                yield _sums(page), _expected_sums(told)


def _steps(terms: Sequence[Term]) -> Iterator[list[str]]:
    for it in terms:
        yield [
            *(it.words, f"{it.inside + 1:,.4f}"),
            *(f"{it.log:.6f}", f"{it.weight:g}", f"{it.share:.6f}"),
        ]


def _heads(page: Page) -> list[str]:
    heads = page.root.xpath("//main//h3")
    return [" ".join(it.text_content().split()).partition("：")[2] for it in heads]


def _part(part: Part) -> str:
    return f"{part.total:.6f} × {part.weight:g} = {part.share:.6f}"


def _sums(page: Page) -> list[str]:
    found = page.root.xpath("//main//h2[starts-with(., '三')]/following-sibling::p")
    return [" ".join(it.text_content().split()) for it in found]


def _expected_sums(told: Worked) -> list[str]:
    shares = " + ".join(f"{it.share:.6f}" for it in told.parts)
    power = str(told.power) if told.power != 1 else ""
    return [
        f"{shares} = {told.total:.6f}",
        f"{told.total:.6f}{power} × {told.factor:g} = {told.value:,.2f}",
    ]
