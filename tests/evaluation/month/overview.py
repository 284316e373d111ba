"""What the pages of insight say, against the ledger: the overview, check-ups, alarms, the sheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from tests.evaluation.month import plan
from tests.evaluation.month.ledger import (
    AGES,
    DAY,
    FIELDS,
    NAMES,
    Gathered,
    Ledger,
    Piece,
    by_channel,
    gathered,
)
from tests.evaluation.month.plan import SPOTS, STORIES, WRITERS
from tests.evaluation.month.points import cards
from tests.evaluation.month.reading import NONE, UNKNOWN, Rows, change, count
from tests.evaluation.month.visiting import Held, Visit

PERIODS = (
    (date(2026, 3, 2), date(2026, 4, 12)),
    (date(2026, 3, 1), date(2026, 3, 31)),
    (date(2026, 3, 8), date(2026, 3, 14)),
    (date(2026, 3, 15), date(2026, 3, 21)),
    (date(2026, 4, 1), date(2026, 4, 12)),
)
STEPS = ("选题通过", "派出任务", "动笔", "送审", "签发", "首发")


def overview(visit: Visit, ledger: Ledger) -> Held:
    """Sums of periods by platform, beside the period before; the best, the weakest, the means."""
    for since, until in PERIODS:
        for age in AGES:
            page = visit("insight.index", since=since, until=until, age=age)
            now = ledger.within(since, until)
            days = until - since + DAY
            before = ledger.within(since - days, since - DAY)
            yield page.kpis, _kpis(ledger, now, before, age)
            yield page.tables, _tables(ledger, now, before, until, age)
            yield page.drawn, _bars(now, age)


def _kpis(ledger: Ledger, now: list[Piece], before: list[Piece], age: int) -> dict[str, object]:
    whole, earlier = gathered(now, age), gathered(before, age)
    waiting = len(all_alarms(ledger))
    note = "有阅读数据"
    return {
        "发布条数": (count(whole.pieces), f"{change(whole.pieces - earlier.pieces)} 比前一段"),
        f"阅读（{AGES[age]}）": (count(whole.reads), _compared(whole, earlier)),
        note: (f"{whole.known}／{whole.pieces} 条", "其余未知，不算 0"),
        "待查看的提醒": (count(waiting), ""),
    }


def _compared(now: Gathered, before: Gathered) -> str:
    """Sums only where both are whole, else the means of what is known."""
    if before.reads is None:
        return "前一段没有数据"
    if now.reads is None:
        return ""
    if now.known == now.pieces and before.known == before.pieces:
        return f"{change(now.reads - before.reads)} 比前一段"
    means = [round(it.reads / it.known) for it in (now, before) if it.reads is not None]
    return f"有数据的平均每条 {means[0]:,}，前一段 {means[1]:,}"


def _tables(
    ledger: Ledger, now: list[Piece], before: list[Piece], until: date, age: int
) -> dict[str, Rows]:
    best, weakest = (ranked_by_reads(now, age, falling=it) for it in (True, False))
    named = {"最好的": best, "最弱的": weakest}
    return {
        "各平台": list(_platforms(now, before, age)),
        **{
            title: [_listed(ledger, *each, age) for each in pieces]
            for title, pieces in named.items()
            if pieces
        },
        **_speed(now),
        "篇均阅读": list(_means(ledger, until)),
    }


def ranked_by_reads(pieces: list[Piece], age: int, *, falling: bool) -> list[tuple[Piece, int]]:
    """The five that were read most, or least; of equals the one that came out earlier."""
    known = [(it, reads) for it in pieces if (reads := it.reads(age)) is not None]
    sign = -1 if falling else 1
    return sorted(known, key=lambda it: (sign * it[1], it[0].number))[:5]


def in_order(pieces: list[Piece], age: int) -> list[tuple[str, Gathered]]:
    sums = {channel: gathered(own, age) for channel, own in by_channel(pieces).items()}
    return sorted(sums.items(), key=lambda it: (-(it[1].reads or 0), it[0]))


def _platforms(now: list[Piece], before: list[Piece], age: int) -> Iterator[list[str]]:
    former = dict(in_order(before, age))
    for channel, told in in_order(now, age):
        counts = (told.reads, told.likes, told.shares, told.comments)
        earlier = former[channel].reads if channel in former else None
        shown = [count(it) for it in (*counts, earlier)]
        yield [NAMES[channel], count(told.pieces), count(told.known), *shown]


def _bars(now: list[Piece], age: int) -> list[str]:
    told = [(channel, it.reads) for channel, it in in_order(now, age)]
    return [f"{NAMES[channel]} · {reads:,}" for channel, reads in told if reads is not None]


def _listed(ledger: Ledger, piece: Piece, reads: int, age: int) -> list[str]:
    doubted = " 存疑" if ledger.doubt(piece, age) else ""
    account = piece.account
    where = f"{NAMES[account.channel]} · {account.name}"
    return [piece.story.title, where, f"{reads:,}{doubted}"]


def _speed(now: list[Piece]) -> dict[str, Rows]:
    """From the first word to the readers, of each story; nobody filed a lead."""
    stories = list(dict.fromkeys(it.story for it in now))
    minutes = f"{plan.WRITING // timedelta(minutes=1)} 分钟"
    weeks: dict[date, int] = {}
    for story in stories:
        day = story.at.date()
        monday = day - timedelta(days=day.weekday())
        weeks[monday] = weeks.get(monday, 0) + 1

    def row(name: str, number: int) -> list[str]:
        steps = [NONE] * (len(STEPS) - 1)
        return [f"{name}最慢的一步：{STEPS[-1]}", str(number), *steps, minutes]

    whole = [row(name, len(stories)) for name in ("全部", plan.CENTRE_UNIT)]
    return {
        "全部和各部门": whole,
        "按周": [row(str(monday), weeks[monday]) for monday in sorted(weeks)],
    }


def _means(ledger: Ledger, until: date) -> Iterator[list[str]]:
    """The mean reads of a week, over thirty days, against a thousand."""
    found = []
    for spot in SPOTS:
        pieces = ledger.within(until - 29 * DAY, until, spot=spot)
        told = gathered(pieces, 168)
        if told.reads is not None:
            mean = round(told.reads / told.known)
            found.append((mean >= 1_000, SPOTS[spot].name, told.known, mean))
    for met, name, known, mean in sorted(found):
        yield [name, f"{known:,}", f"{mean:,}", "1,000", "达标" if met else "未达标"]


# --- check-ups ---


def check_ups(visit: Visit, ledger: Ledger) -> Held:
    """Each story by account and age, how warm it is, who told."""
    for story in STORIES:
        page = visit("insight.story", uid=visit.month.stories[story.title].uid)
        pieces = ledger.of(story)
        shown = {name: [row[:-1] for row in rows] for name, rows in page.tables.items()}
        yield shown, {_where(it): list(_ages(ledger, it)) for it in pieces}
        tellers = {name: [row[-1] for row in rows] for name, rows in page.tables.items()}
        for piece in pieces:
            told = tellers[_where(piece)]
            yield [_marked(it) for it in told], list(_tellers(ledger, piece))
        yield page.drawn, [bar for it in pieces if (bar := _latest(it))]
        yield "目标：7 天内阅读 2,000" in page.words, story.in_campaign
        yield page.facts["线索到首发"], UNKNOWN


def _where(piece: Piece) -> str:
    return f"{NAMES[piece.account.channel]} · {piece.account.name}"


def _ages(ledger: Ledger, piece: Piece) -> Iterator[list[str]]:
    of_wechat = piece.account.channel == "wechat"
    shown = [name for name in FIELDS if of_wechat or name != "watching"]
    for age in ledger.reached(piece.story):
        warm = ledger.heat(piece, age)
        figures = [count(piece.figure(name, age)) for name in shown]
        yield [AGES[age], *figures, NONE if warm is None else f"×{warm}"]


def _tellers(ledger: Ledger, piece: Piece) -> Iterator[tuple[bool, bool]]:
    """Of each age: whether the platform told anything, and whether it is doubted."""
    for age in ledger.reached(piece.story):
        yield age in piece.told, bool(ledger.doubt(piece, age))


def _marked(cell: str) -> tuple[bool, bool]:
    return cell.startswith("平台"), "深夜猛涨" in cell


def _latest(piece: Piece) -> str:
    known = [reads for age in piece.told if (reads := piece.reads(age)) is not None]
    return f"{_where(piece)} · {known[-1]:,}" if known else ""


# --- alarms ---


def all_alarms(ledger: Ledger) -> list[tuple[Piece, int, str]]:
    """Every alarm of the month; nobody has looked at any."""
    found = []
    for piece in ledger.pieces:
        found += [(piece, age, "burst") for age in piece.told if ledger.doubt(piece, age)]
        found += [(piece, 168, "missed")] if ledger.missed(piece) else []
    return found


LABELS = {"burst": "深夜猛涨", "missed": "没有达到阅读目标"}


def alarm_list(visit: Visit, ledger: Ledger) -> Held:
    expected = all_alarms(ledger)
    page = visit("insight.alarms")
    rows = page.tables["数据提醒"] if expected else []
    yield sorted(rows), sorted(_alarm_row(*each) for each in expected)


def _alarm_row(piece: Piece, age: int, kind: str) -> list[str]:
    account, reads = piece.account, count(piece.reads(age))
    return [piece.story.title, LABELS[kind], account.name, AGES[age], reads, "待查看"]


def alarm_cards(visit: Visit, ledger: Ledger) -> Held:
    """Each alarm with everything that was seen."""
    expected = {(it[0].story.title, it[0].account.name, it[1]): it for it in all_alarms(ledger)}
    listed = visit("insight.alarms")
    links = [it.get("href") for it in listed.root.xpath("//tbody//th//a")]
    rows = listed.tables.get("数据提醒", [])
    for link, row in zip(links, rows, strict=True):
        piece, age, kind = expected[row[0], row[2], _age_named(row[3])]
        page = visit("insight.alarm", uid=link.rsplit("/", 1)[-1])
        names = {"reads": "阅读", "likes": "点赞", "watching": "在看", "shares": "转发"}
        seen = {
            label: f"{value:,}"
            for name, label in {**names, "comments": "评论"}.items()
            if (value := piece.figure(name, age)) is not None
        }
        goal = {"目标": "2,000"} if kind == "missed" else {}
        yield {name: page.facts[name] for name in page.facts}, {**seen, **goal}


def _age_named(words: str) -> int:
    return next(age for age, name in AGES.items() if name == words)


# --- the sheet to fill in ---


def wanting(visit: Visit, ledger: Ledger) -> Held:
    """Pieces of a month whose reads nobody told, with the ages that they have reached."""
    rows = visit.sheet("insight.sheet", "editor", kind="csv")
    since = ledger.now - 31 * DAY
    pieces = [it for it in ledger.pieces if it.at >= since and it.account.channel == "weibo"]
    lines = [
        [str(age), *[""] * len(FIELDS), it.account.name, it.story.title]
        for it in sorted(pieces, key=lambda it: it.number, reverse=True)
        for age in ledger.reached(it.story)
    ]
    yield [row[1:] for row in rows[1:]], lines


# --- where they are counted elsewhere ---


def modules(visit: Visit, ledger: Ledger) -> Held:
    """The five modules of the kitchen: alarms that wait, and one's own points in whole numbers."""
    for who in WRITERS:
        kpis = visit("modules.index", who).kpis
        yield kpis["待查看的数据提醒"][0], count(len(all_alarms(ledger)))
        points = sum(it.shares[who][1] for it in cards(ledger) if who in it.shares)
        yield kpis["我上次公布的稿分"][0], count((points + 50) // 100)
