"""Places on the lists of others (官方榜单): entered by hand or by a sheet, kept apart from ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Forbidden, Invalid, Sentence
from kitchen.evaluation.indices.models import OfficialRank
from kitchen.evaluation.indices.windows import Kind, window_of
from kitchen.evaluation.rules import May
from kitchen.matrix.models import Account
from kitchen.matrix.registry.sheets import (
    RowFault,
    as_sheet,
    bare,
    count_of,
    day_of,
    lines_of,
    platform_of,
)

HEADS: Mapping[str, str] = {
    "list_name": "榜单",
    "channel": "平台",
    "name": "账号名",
    "week": "周（其中任何一天）",
    "rank": "名次",
    "of_how_many": "参评数",
    "score": "得分",
    "source_url": "出处网址",
}
"""The first line of a sheet; the same in every language, because sheets travel."""
NEEDED = ("list_name", "channel", "name", "week", "rank")
_SHORT = {"周": "week", "总数": "of_how_many", "网址": "source_url", "账号": "name"}
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_SCORE = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
NOT_YOURS = N_("这个账号的数据不归您填，请交由该单位填写。")
_KEPT = ("rank", "of_how_many", "score", "source_url")


def enter(
    session: Session,
    actor: Actor,
    account: Account,
    *,
    list_name: str,
    week: date,
    rank: int,
    of_how_many: int | None = None,
    score: float | None = None,
    source_url: str = "",
) -> OfficialRank:
    """Enter a place on a list; ``week`` is any day of it. What is entered again is replaced.

    Raises :class:`Forbidden` outside the actor's units, :class:`Invalid` for a week that has not
    begun, or a rank beyond the end of the list.
    """
    authorize(actor, May.ENTER, account)
    sunday = window_of(Kind.WEEK, week).first
    if sunday > clock.today(session):
        raise Invalid(fields={"week": N_("这一周还没有到，请重选。")})
    if of_how_many is not None and rank > of_how_many:
        raise Invalid(fields={"rank": N_("名次不能大于参评数。")})
    told = {"rank": rank, "of_how_many": of_how_many, "score": score, "source_url": source_url}
    known = session.scalar(
        select(OfficialRank).where(
            OfficialRank.week == sunday,
            OfficialRank.list_name == list_name,
            OfficialRank.account_id == account.id,
        )
    )
    before = {name: getattr(known, name) for name in _KEPT} if known else {}
    if known and before == told:
        return known
    row = known or OfficialRank(list_name=list_name, account=account, week=sunday)
    for name, value in told.items():
        setattr(row, name, value)
    row.staff_id = actor.id
    session.add(row)
    session.flush()
    named = {"list": list_name, "account": account.name, "week": sunday.isoformat()}
    audit.record(session, actor, "enter_rank", row, before=before, after={**named, **told})
    return row


def drop(session: Session, actor: Actor, rank: OfficialRank) -> None:
    """Take out what was entered by mistake; the audit keeps it. Raises :class:`Forbidden`."""
    authorize(actor, May.ENTER, rank.account)
    before = {name: getattr(rank, name) for name in ("list_name", *_KEPT)}
    audit.record(session, actor, "drop_rank", rank, before=before)
    session.delete(rank)


# --- sheets ---


@dataclass(slots=True)
class TakenIn:
    """What became of a sheet."""

    taken: int = 0
    faults: list[RowFault] = field(default_factory=list)


def take_in(session: Session, actor: Actor, data: bytes) -> TakenIn:
    """Enter a sheet's good rows, and tell what is wrong with the others.

    A row of an account of another unit is refused. Raises :class:`Forbidden` for who enters none,
    :class:`Invalid` for what is no such sheet.
    """
    authorize(actor, May.ENTER)
    lines = lines_of(data)
    columns = _columns(next(lines, (1, []))[1])
    accounts = _Accounts(session)
    outcome = TakenIn()
    for number, cells in lines:
        if not any(map(str.strip, cells)):
            continue
        words = "，".join(cell.strip() for cell in cells if cell.strip())[:80]
        try:
            given = dict(_read(columns, cells))
            account = accounts.named(given.pop("channel"), given.pop("name"))
            enter(session, actor, account, **given)
            outcome.taken += 1
        except _Bad as bad:
            outcome.faults.append(RowFault(number, HEADS[bad.column], bad.told, words))
        except Forbidden:
            outcome.faults.append(RowFault(number, HEADS["name"], Sentence(NOT_YOURS), words))
        except Invalid as refused:
            column, told = next(iter(refused.fields.items()))
            outcome.faults.append(RowFault(number, HEADS[column], told, words))
    return outcome


class _Bad(Exception):
    def __init__(self, column: str, told: Sentence) -> None:
        super().__init__(str(told))
        self.column = column
        self.told = told


class _Accounts:
    """Accounts by platform and name, read once."""

    def __init__(self, session: Session) -> None:
        self._by_name: dict[tuple[str, str], list[Account]] = {}
        for account in session.scalars(select(Account)):
            self._by_name.setdefault((account.channel, account.name), []).append(account)

    def named(self, channel: str, name: str) -> Account:
        found = self._by_name.get((channel, name), [])
        if not found:
            raise _Bad("name", Sentence(N_("台账里没有这个平台上叫这个名字的账号。")))
        if len(found) > 1:
            raise _Bad("name", Sentence(N_("台账里有两个同名账号，请到页面上选账号填写。")))
        return found[0]


def _columns(head: Sequence[str]) -> Mapping[int, str]:
    names = {**{told: name for name, told in HEADS.items()}, **_SHORT, **{it: it for it in HEADS}}
    columns = {at: names[cell.strip()] for at, cell in enumerate(head) if cell.strip() in names}
    missing = [HEADS[name] for name in NEEDED if name not in columns.values()]
    if missing:
        told = Sentence(
            N_("第一行要有表头，还缺：%(missing)s。可用的列：%(heads)s。"),
            {"missing": "、".join(missing), "heads": "、".join(HEADS.values())},
        )
        raise Invalid(fields={"file": told})
    return columns


def _read(columns: Mapping[int, str], cells: Sequence[str]) -> Iterator[tuple[str, Any]]:
    for at, column in columns.items():
        cell = bare(cells[at].strip()) if at < len(cells) else ""
        if cell:
            try:
                yield column, _value(column, cell)
            except ValueError as error:
                raise _Bad(column, error.args[0]) from error
        elif column in NEEDED:
            raise _Bad(column, Sentence(N_("请填写这一项。")))


def _value(column: str, cell: str) -> Any:
    """A cell as a value. Raises ``ValueError`` with a :class:`Sentence`."""
    if column == "channel":
        return platform_of(cell)
    if column == "week":
        return day_of(cell)
    if column in {"rank", "of_how_many"}:
        return _from_one(count_of(cell))
    if column == "score":
        return _score(cell)
    if column == "source_url" and not _ADDRESS.fullmatch(cell):
        raise ValueError(Sentence(N_("网址要以 http:// 或 https:// 开头，中间不能有空格。")))
    longest = {"list_name": 60, "source_url": 500}.get(column, 80)
    if len(cell) > longest:
        raise ValueError(
            Sentence(N_("最多 %(max_length)s 个字，请删减。"), {"max_length": longest})
        )
    return cell


def _from_one(count: int) -> int:
    if count < 1:
        raise ValueError(Sentence(N_("名次和参评数从 1 数起。")))
    return count


def _score(cell: str) -> float:
    plain = cell.replace(",", "")
    if not _SCORE.fullmatch(plain):
        raise ValueError(Sentence(N_("得分要填数字；不知道就留空，不要填 0。")))
    return float(plain)


def empty_sheet(kind: str) -> bytes:
    """The form to fill in, as ``csv`` or ``xlsx``."""
    return as_sheet([list(HEADS.values())], kind, "官方榜单")
