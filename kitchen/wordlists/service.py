"""Verbs on word lists: change one entry or many, and the second person's word where one is wanted.

Whoever changes a list makes its next version: new entries begin with it, old ones end with it. For
the table of leaders a change is only proposed, and nothing is in force until somebody else agrees.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.db import new_uid
from kitchen.core.errors import N_, Duplicate, Forbidden, Invalid, Stale
from kitchen.core.workflow import carry_out
from kitchen.wordlists import queries
from kitchen.wordlists.entries import demand_sound
from kitchen.wordlists.models import Wordlist, WordlistEntry, WordlistProposal
from kitchen.wordlists.rules import (
    NOTE_LONGEST,
    SEVERAL,
    TWO_PERSONS,
    Entry,
    Kind,
    May,
    entry_from_json,
)
from kitchen.wordlists.seeds import shipped

SHOWN_MOST = 20
"""Words of one change that the audit names; the rows themselves stay for ever."""


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a list: entries that begin, and entries (with their uids) that end."""

    added: Sequence[Entry] = ()
    dropped: Sequence[Entry] = ()

    @property
    def empty(self) -> bool:
        return not self.added and not self.dropped


Outcome = Wordlist | WordlistProposal | None
"""The list at its new version, or what waits for a second person; ``None``: nothing to change."""


def add_entry(session: Session, actor: Actor, entry: Entry, note: str = "") -> Outcome:
    """Put an entry on its list.

    Raises :class:`Forbidden`, :class:`Invalid`, and :class:`Duplicate` for what stands there.
    """
    _authorize(actor, entry)
    _demand_new(session, entry)
    return _change(session, actor, entry.kind, Change([entry]), "add_word", note)


def change_entry(
    session: Session, actor: Actor, kind: Kind, uid: str, entry: Entry, note: str = ""
) -> Outcome:
    """Put ``entry`` in the place of the one named ``uid``.

    Raises what :func:`add_entry` raises, and :class:`Stale` where somebody changed it first.
    """
    _authorize(actor, entry)
    before = _standing(session, kind, uid)
    if replace(entry, uid=uid) == before:
        return None
    if entry.identity != before.identity:
        _demand_new(session, entry)
    return _change(session, actor, kind, Change([entry], [before]), "change_word", note)


def drop_entry(session: Session, actor: Actor, kind: Kind, uid: str, note: str = "") -> Outcome:
    """Take an entry off its list. Raises :class:`Forbidden`, :class:`Stale`."""
    authorize(actor, May.KEEP)
    before = _standing(session, kind, uid)
    return _change(session, actor, kind, Change(dropped=[before]), "drop_word", note)


def take_in(
    session: Session, actor: Actor, kind: Kind, entries: Iterable[Entry], note: str = ""
) -> Outcome:
    """Put many entries on a list at once, as one version: those it knows take their new form.

    Nothing leaves the list. Raises :class:`Forbidden`, :class:`Invalid`.
    """
    authorize(actor, May.KEEP)
    wanted = {entry.identity: entry for entry in entries}
    for entry in wanted.values():
        demand_sound(entry)
    known = {entry.identity: entry for entry in queries.entries(session, kind)}
    added = [it for it in wanted.values() if not _same(known.get(it.identity), it)]
    dropped = [known[entry.identity] for entry in added if entry.identity in known]
    return _change(session, actor, kind, Change(added, dropped), "import_words", note)


def confirm(session: Session, actor: Actor, proposal: WordlistProposal) -> Wordlist:
    """Put into force what somebody else proposed.

    Raises :class:`Forbidden` for whoever proposed it, :class:`WrongState` once it was settled,
    and :class:`Stale` where the list went on without it.
    """
    if actor.id == proposal.proposed_by_id:
        sentence = N_("提议人不能自己确认，请另一位同事核对后确认。")
        raise Forbidden(sentence, permission=str(May.CONFIRM))
    _settle(session, actor, proposal, "confirm", "")
    change = change_of(proposal)
    kind = Kind(proposal.kind)
    for entry in change.added:
        if entry.identity not in {it.identity for it in change.dropped}:
            _demand_new(session, entry)
    return _put_into_force(session, actor, kind, change, "change_leaders", proposal.note)


def refuse(session: Session, actor: Actor, proposal: WordlistProposal, reason: str) -> None:
    """Leave a proposed change, and say why. Raises as :func:`confirm`, and :class:`Invalid`."""
    _settle(session, actor, proposal, "refuse", reason)


def withdraw(session: Session, actor: Actor, proposal: WordlistProposal) -> None:
    """Take one's own proposal back. Raises :class:`Forbidden` for anybody else's."""
    if actor.id != proposal.proposed_by_id:
        raise Forbidden(N_("只能撤回自己的提议。"), permission=str(May.KEEP))
    _settle(session, actor, proposal, "withdraw", "")


def change_of(proposal: WordlistProposal) -> Change:
    """What a proposal would do."""
    return Change(
        [entry_from_json(it) for it in proposal.added],
        [entry_from_json(it) for it in proposal.dropped],
    )


def _authorize(actor: Actor, entry: Entry) -> None:
    authorize(actor, May.KEEP)
    demand_sound(entry)


def _same(known: Entry | None, wanted: Entry) -> bool:
    return known is not None and replace(wanted, uid=known.uid) == known


def _demand_new(session: Session, entry: Entry) -> None:
    queries.the_list(session, entry.kind, held=True)
    known = {it.identity for it in queries.entries(session, entry.kind)}
    if entry.identity in known:
        raise Duplicate(N_("表里已经有“%(word)s”，请直接改那一条。"), word=entry.word)


def _standing(session: Session, kind: Kind, uid: str) -> Entry:
    """The entry as it stands; :class:`Stale` where it was changed or taken off meanwhile."""
    known = queries.the_list(session, kind, held=True)
    if known is None:
        found = next((it for it in shipped(kind) if it.uid == uid), None)
    else:
        found = next(map(queries.entry_of, queries.rows_in_force(session, kind, [uid])), None)
    if found is None:
        raise Stale(N_("这一条刚被别人改过或删掉，请回到列表重新打开。"))
    return found


def _change(
    session: Session, actor: Actor, kind: Kind, change: Change, act: str, note: str
) -> Outcome:
    if change.empty:
        return None
    if kind not in TWO_PERSONS:
        return _put_into_force(session, actor, kind, change, act, note)
    if not note.strip():
        raise Invalid(fields={"note_of_change": N_("请写明依据，例如文件名或任免通知。")})
    proposal = WordlistProposal(
        kind=kind,
        added=[entry.as_json() for entry in change.added],
        dropped=[entry.as_json() for entry in change.dropped],
        note=note.strip()[:NOTE_LONGEST],
        proposed_by_id=actor.id,
    )
    session.add(proposal)
    session.flush()
    audit.record(session, actor, "propose_leaders", proposal, **_told(change), note=proposal.note)
    return proposal


def _settle(
    session: Session, actor: Actor, proposal: WordlistProposal, move: str, reason: str
) -> None:
    settled = {"settled_by_id": actor.id, "settled_at": clock.now(session)}
    carry_out(session, proposal, move, actor, note=reason, changes=settled)


def _put_into_force(
    session: Session, actor: Actor, kind: Kind, change: Change, act: str, note: str
) -> Wordlist:
    """The list's next version, with what begins and without what ends."""
    known = _held(session, actor, kind)
    known.number += 1
    known.stamp, known.changed_at, known.changed_by_id = new_uid(), clock.now(session), actor.id
    _close(session, kind, [entry.uid for entry in change.dropped], known.number)
    session.add_all(_row(entry, known.number) for entry in change.added)
    session.flush()
    before = {"number": known.number - 1, **_told(change)["before"]}
    after = {"number": known.number, **_told(change)["after"]}
    audit.record(session, actor, act, known, before=before, after=after, note=note)
    return known


def _held(session: Session, actor: Actor, kind: Kind) -> Wordlist:
    """The list's row, held until this unit ends; one that was never changed begins as shipped."""
    known = queries.the_list(session, kind, held=True)
    if known is None:
        known = Wordlist(
            kind=kind, number=queries.AS_SHIPPED, stamp=new_uid(), changed_at=clock.now(session)
        )
        known.changed_by_id = actor.id
        session.add(known)
        session.add_all(_row(entry, queries.AS_SHIPPED, entry.uid) for entry in shipped(kind))
        session.flush()
    return known


def _close(session: Session, kind: Kind, uids: Sequence[str], number: int) -> None:
    open_rows = {row.uid: row for row in queries.rows_in_force(session, kind, uids)}
    if len(open_rows) != len(uids):
        raise Stale(N_("其中有一条刚被别人改过或删掉，没有保存。请刷新后重做。"))
    for row in open_rows.values():
        row.until = number


def _row(entry: Entry, since: int, uid: str | None = None) -> WordlistEntry:
    several = {name: list(getattr(entry, name)) for name in SEVERAL}
    plain = ("word", "replacement", "note", "title", "rank", "valid_from", "valid_to")
    values = {name: getattr(entry, name) for name in plain}
    row = WordlistEntry(
        kind=entry.kind, since=since, until=None, level=entry.level, **values, **several
    )
    row.uid = uid or new_uid()
    return row


def _told(change: Change) -> dict[str, dict[str, Any]]:
    """What a change does, as the audit has it."""

    def words(entries: Sequence[Entry]) -> dict[str, Any]:
        shown = [" ".join(filter(None, (it.word, it.title))) for it in entries[:SHOWN_MOST]]
        return {"words": shown, "count": len(entries)}

    return {"before": words(change.dropped), "after": words(change.added)}
