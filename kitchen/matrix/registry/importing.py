"""A sheet into the registry: good rows are kept, bad ones told, repeated ones change nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kitchen.core import audit
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Forbidden, Refusal, Sentence
from kitchen.matrix import service
from kitchen.matrix.models import Account
from kitchen.matrix.registry import figures
from kitchen.matrix.registry.rules import GONE, Figures
from kitchen.matrix.registry.sheets import HEADS, Row, RowFault, read
from kitchen.people import queries as people
from kitchen.people import units
from kitchen.people.models import Unit
from kitchen.people.rules import Level, May

PLAIN = (
    *("opened_on", "certified_as", "batch", "public_url", "brand", "positioning"),
    *("principal", "supervisor", "office", "keepers"),
)
COUNTED = ("followers", "posts_30d", "mean_reads", "last_post_at")


@dataclass(slots=True)
class Outcome:
    """What became of a sheet: rows by number, and what is wrong with the others."""

    entered: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    twice: list[RowFault] = field(default_factory=list)
    """Rows that say again what another row, or another account, says."""
    founded: list[str] = field(default_factory=list)
    """Units that were added to the tree."""


def take_in(session: Session, actor: Actor, data: bytes) -> Outcome:
    """Enter a sheet. Raises :class:`Invalid` for what is no sheet of the registry."""
    rows = read(data)
    desk = _Desk(session, actor)
    outcome = Outcome()
    for row in rows:
        if not row.faults:
            desk.take(row, outcome)
        outcome.faults += row.faults
    told = {"entered": len(outcome.entered), "updated": len(outcome.updated)}
    if outcome.entered or outcome.updated:
        audit.record(
            session, actor, "import_registry", "registry", after={**told, "units": outcome.founded}
        )
    return outcome


class _Desk:
    """Takes rows one after the other, knowing what is registered and what came before."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self.session, self.actor = session, actor
        self.units = people.units_by_name(session)
        known = session.scalars(select(Account).options(joinedload(Account.unit))).all()
        self.accounts = {(it.channel, it.handle): it for it in known}
        self.names: dict[tuple[str, str], str] = {(it.channel, it.name): it.handle for it in known}
        self.rows: dict[tuple[str, str], int] = {}

    def take(self, row: Row, outcome: Outcome) -> None:
        key = row.values["channel"], row.values["handle"]
        if key in self.rows:
            said = N_("和第 %(row)s 行是同一个账号，没有再收。")
            self._twice(row, outcome, said, {"row": self.rows[key]})
            return
        unit = self._unit(row, outcome)
        if unit is None:
            return
        self.rows[key] = row.number
        known = self.accounts.get(key)
        namesake = self.names.get((key[0], row.values["name"]), key[1])
        try:
            if known is None:
                self._enter(row, key, unit)
                outcome.entered.append(row.number)
            elif self._fits(row, known, unit):
                changed = self._update(row, known)
                (outcome.updated if changed else outcome.unchanged).append(row.number)
        except Forbidden:
            row.blame("unit", Sentence(N_("这个单位的账号不归您管，请交由该单位或网信办导入。")))
        except Refusal as refusal:
            row.blame("handle", Sentence(refusal.message, refusal.params))
        if namesake != key[1] and not row.faults:
            said = N_("同一平台已有同名账号（%(handle)s），已收下，请核对是不是同一个。")
            self._twice(row, outcome, said, {"handle": namesake})

    def _twice(self, row: Row, outcome: Outcome, told: str, values: dict[str, Any]) -> None:
        sentence = Sentence(told, values)
        outcome.twice.append(RowFault(row.number, HEADS["handle"], sentence, row.words))

    def _unit(self, row: Row, outcome: Outcome) -> Unit | None:
        """The row's unit; one that is missing is founded by who administers units."""
        name, level = row.values["unit"], row.values.get("level")
        unit = self.units.get(name)
        if unit is None and level is not None and self.actor.may(May.ADMINISTER):
            district = next((it for it in self.units.values() if it.parent_id is None), None)
            unit = units.found(self.session, self.actor, name, level, district)
            self.units[name] = unit
            outcome.founded.append(name)
        if unit is None:
            told = N_("还没有“%(name)s”这个单位。请核对写法，或请管理员先添加单位。")
            row.blame("unit", Sentence(told, {"name": name}))
        elif level is not None and Level(unit.level) != level:
            told = N_("单位登记的层级与这里不同，请核对是哪一个写错了。")
            row.blame("level", Sentence(told))
            return None
        return unit

    def _fits(self, row: Row, known: Account, unit: Unit) -> bool:
        if known.unit_id != unit.id:
            told = N_("这个账号登记在“%(unit)s”名下。要换主办单位，请走变更备案。")
            row.blame("unit", Sentence(told, {"unit": known.unit.name}))
        elif known.state in GONE:
            row.blame("handle", Sentence(N_("这个账号已经关停或并入，不再更新。")))
        return not row.faults

    def _enter(self, row: Row, key: tuple[str, str], unit: Unit) -> None:
        account = service.enter_account(
            self.session,
            self.actor,
            channel=key[0],
            handle=key[1],
            name=row.values["name"],
            unit=unit,
            **_chosen(row.values, PLAIN),
        )
        account.filing_no = row.values.get("filing_no", "")
        self.accounts[key] = account
        self.names[key[0], account.name] = key[1]
        self._count(row, account)

    def _update(self, row: Row, known: Account) -> bool:
        said = {"name": row.values["name"], **_chosen(row.values, PLAIN)}
        changed = service.update_entry(self.session, self.actor, known, **said)
        return self._count(row, known) or bool(changed)

    def _count(self, row: Row, account: Account) -> bool:
        given = _chosen(row.values, COUNTED)
        last, known = given.get("last_post_at"), account.last_post_at
        if last and known and last.date() == known.astimezone(last.tzinfo).date():
            given.pop("last_post_at")  # a sheet knows days, the house knows moments
        if not given:
            return False
        return figures.note(self.session, self.actor, account, Figures(**given), "sheet")


def _chosen(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}
