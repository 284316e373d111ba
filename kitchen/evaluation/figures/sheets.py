"""Figures from a sheet: good rows are kept, bad ones told by line, column and remedy.

A row names a piece by its number in the house or by its public address. What is left empty is not
known; the same sheet again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Forbidden, Invalid, Sentence
from kitchen.evaluation.figures import service
from kitchen.evaluation.figures.models import PieceTurn
from kitchen.evaluation.figures.platforms import tells_days
from kitchen.evaluation.figures.rules import (
    BY_DAY,
    COUNT_MOST,
    FIELDS,
    Age,
    Teller,
    Told,
    count_of,
    last_day,
)
from kitchen.matrix.registry.sheets import RowFault, as_sheet, bare, lines_of
from kitchen.publishing.models import Publication

PIECE, AGE = "piece", "age"
HEADS: Mapping[str, str] = {
    PIECE: "发布编号或链接",
    AGE: "时长（小时）",
    "reads": "阅读",
    "likes": "点赞",
    "watching": "在看",
    "shares": "转发",
    "comments": "评论",
}
"""The first line of a sheet; the same in every language, because sheets travel."""
SHOWN = ("账号", "标题")
"""Further columns of the form to fill in, for whoever fills it in; they are not read."""
FORM_MOST = 500
"""Pieces on it; the others stand on the next one, once these are filled in."""
FORM_READ = 200
"""Pieces looked at at once, most of which may be known already."""
FORM_SINCE = timedelta(days=31)
ADDRESS_SINCE = timedelta(days=100)
"""Older pieces are named by their number."""


@dataclass(slots=True)
class Outcome:
    """What became of a sheet: rows by number, and what is wrong with the others."""

    kept: list[int] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the sheet as words, by column."""

    number: int
    cells: Mapping[str, str]

    def fault(self, column: str, told: str | Sentence) -> RowFault:
        """What is wrong with it."""
        sentence = told if isinstance(told, Sentence) else Sentence(told)
        words = "，".join(cell for cell in self.cells.values() if cell)[:80]
        return RowFault(self.number, HEADS.get(column, column), sentence, words)


class _Unfit(Exception):
    """A row cannot be kept: the column, and why."""

    def __init__(self, column: str, told: str | Sentence) -> None:
        self.column, self.told = column, told


def take_in(session: Session, actor: Actor, data: bytes) -> Outcome:
    """Enter a sheet, each row as if by hand. Raises :class:`Invalid` for what is no such sheet."""
    rows = _rows(data)
    pieces = _pieces(session, [row.cells[PIECE] for row in rows])
    entering = service.begin(session, actor, pieces.values(), Teller.SHEET)
    outcome = Outcome()
    for row in rows:
        try:
            _take(entering, row, pieces)
            outcome.kept.append(row.number)
        except _Unfit as unfit:
            outcome.faults.append(row.fault(unfit.column, unfit.told))
        except Forbidden:
            outcome.faults.append(
                row.fault(PIECE, N_("这个账号的数据不归您填，请交由该单位填写。"))
            )
        except Invalid as refusal:
            outcome.faults += [row.fault(name, told) for name, told in refusal.fields.items()]
    entering.judge()
    return outcome


def _take(entering: service.Entering, row: Line, pieces: Mapping[str, PieceTurn]) -> None:
    turn = pieces.get(row.cells[PIECE])
    if turn is None:
        raise _Unfit(PIECE, N_("没有这样一篇已发布的稿件，请核对编号或链接。"))
    told = Told(**{name: _count(name, row.cells.get(name, "")) for name in FIELDS})
    entering.enter(turn, _age(row.cells[AGE]), told)


def _age(cell: str) -> Age:
    try:
        return Age(int(cell))
    except ValueError:
        ages = "、".join(str(int(age)) for age in Age)
        raise _Unfit(AGE, Sentence(N_("时长可以填：%(ages)s。"), {"ages": ages})) from None


def _count(column: str, cell: str) -> int | None:
    try:
        count = count_of(cell) if cell else None
    except ValueError:
        told = N_("请填数字，可以写 1,234、1.2万、10万+；不知道就留空，不要填 0。")
        raise _Unfit(column, told) from None
    if count is not None and count > COUNT_MOST:
        raise _Unfit(column, Sentence(N_("不能大于 %(le)s。"), {"le": COUNT_MOST}))
    return count


def _rows(data: bytes) -> list[Line]:
    numbered = lines_of(data)
    head = [cell.strip() for cell in next(numbered, (1, []))[1]]
    columns = {
        at: name for name, told in HEADS.items() for at, cell in enumerate(head) if cell == told
    }
    missing = [HEADS[name] for name in (PIECE, AGE) if name not in columns.values()]
    if missing:
        told = Sentence(
            N_("第一行要有表头，还缺：%(missing)s。可用的列：%(heads)s。"),
            {"missing": "、".join(missing), "heads": "、".join(HEADS.values())},
        )
        raise Invalid(fields={"file": told})
    return [
        _line(number, columns, cells) for number, cells in numbered if any(map(str.strip, cells))
    ]


def _line(number: int, columns: Mapping[int, str], cells: Sequence[str]) -> Line:
    told = {
        name: bare(cells[at].strip()) if at < len(cells) else "" for at, name in columns.items()
    }
    return Line(number, told)


def _pieces(session: Session, names: Sequence[str]) -> dict[str, PieceTurn]:
    """Pieces by their number, and those of the last months by their address; two queries."""
    known = [name for name in set(names) if name]
    turns = (
        select(PieceTurn)
        .join(Publication, Publication.id == PieceTurn.publication_id)
        .options(joinedload(PieceTurn.publication))
    )
    numbered = session.scalars(turns.where(Publication.uid.in_(known)))
    lately = PieceTurn.live_at >= clock.now(session) - ADDRESS_SINCE
    addressed = session.scalars(turns.where(lately, Publication.remote_url.in_(known)))
    return {turn.publication.remote_url: turn for turn in addressed} | {
        turn.publication.uid: turn for turn in numbered
    }


def form(session: Session, kind: str) -> bytes:
    """The sheet to fill in, ``csv`` or ``xlsx``: the latest pieces of a month, each with the ages
    that it has reached and at which nobody knows its reads.
    """
    now = clock.now(session)
    latest = (
        select(PieceTurn)
        .where(PieceTurn.live_at >= now - FORM_SINCE)
        .options(
            joinedload(PieceTurn.publication),
            joinedload(PieceTurn.story),
            joinedload(PieceTurn.account),
            selectinload(PieceTurn.figures),
        )
        .order_by(PieceTurn.live_at.desc(), PieceTurn.publication_id.desc())
        .execution_options(yield_per=FORM_READ)
    )
    with closing(session.scalars(latest)) as turns:
        wanting = ((turn, ages) for turn in turns if (ages := _wanted(turn, now)))
        listed = list(islice(wanting, FORM_MOST))
    rows: list[list[str | int | None]] = [[*HEADS.values(), *SHOWN]]
    rows += (
        [turn.publication.uid, int(age), *[None] * len(FIELDS), turn.account.name, turn.story.title]
        for turn, ages in listed
        for age in ages
    )
    return as_sheet(rows, kind, "发布数据")


def _wanted(turn: PieceTurn, now: datetime) -> list[Age]:
    known = {row.age for row in turn.figures if row.reads is not None}
    reached = [age for age in Age if turn.live_at + age.span <= now and age not in known]
    return [age for age in reached if not (_told_by_days(turn) and _untellable(turn, age, now))]


def _told_by_days(turn: PieceTurn) -> bool:
    """Whether a platform that tells single days is asked about this piece, or was."""
    asked = turn.next_at is not None or any(row.by_platform for row in turn.figures)
    return tells_days(turn.channel) and turn.account.held and asked


def _untellable(turn: PieceTurn, age: Age, now: datetime) -> bool:
    """Whether single days say nothing of an age: never, or not before its last one is over."""
    if age not in BY_DAY:
        return True
    return last_day(clock.local(turn.live_at), age) >= clock.local(now).date()
