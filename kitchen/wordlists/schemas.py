"""What comes in and goes out about word lists; forms and JSON share it."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from kitchen.web.schema import Answer, Schema
from kitchen.wordlists.entries import trimmed
from kitchen.wordlists.models import WordlistProposal
from kitchen.wordlists.queries import Standing
from kitchen.wordlists.rules import RANK_MOST, Entry, Kind, Level, State
from kitchen.wordlists.service import Outcome, change_of

_APART = re.compile(r"[\n;；|｜]")


def _several(value: Any) -> Any:
    """Words: one a line or between semicolons as people type them, or a list."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(it, str) for it in given):
        return value
    return [part.strip() for it in given for part in _APART.split(it) if part.strip()]


Several = Annotated[list[str], BeforeValidator(_several)]


class EntryIn(Schema):
    """One entry as people fill it in; what its list has no use for is left out."""

    word: str = Field(min_length=1, max_length=200)
    level: Level = Level.CARE
    replacement: str = Field("", max_length=200)
    title: str = Field("", max_length=200)
    rank: int = Field(0, ge=0, le=RANK_MOST)
    note: str = Field("", max_length=500)
    channels: Several = []
    columns: Several = []
    exceptions: Several = []
    valid_from: date | None = None
    valid_to: date | None = None
    note_of_change: str = Field("", max_length=200)

    def entry(self, kind: Kind) -> Entry:
        """What is to stand on the list."""
        values = self.model_dump(exclude={"note_of_change"})
        several = {name: tuple(values[name]) for name in ("channels", "columns", "exceptions")}
        return Entry(kind, **trimmed(kind, {**values, **several}))  # type: ignore[arg-type]


class WhyIn(Schema):
    """Why an entry leaves its list, or why a proposed change is not agreed to."""

    note: str = Field("", max_length=200)


class SheetIn(Schema):
    """A sheet as one text; ``note`` says on what it rests."""

    csv: str = Field(min_length=1, max_length=8_000_000)
    note: str = Field("", max_length=200)


class EntryQuery(Schema):
    q: str | None = Field(None, max_length=60)
    limit: int = Field(100, ge=1, le=500)
    cursor: str | None = None


class ListOut(Answer):
    kind: Kind
    number: int
    count: int
    changed_at: datetime | None
    changed_by: str


class EntryOut(Answer):
    uid: str
    word: str
    level: Level
    replacement: str
    title: str
    rank: int
    note: str
    channels: list[str]
    columns: list[str]
    exceptions: list[str]
    valid_from: date | None
    valid_to: date | None


class OutcomeOut(Answer):
    """The list's version now, or the proposal that waits for a second person."""

    number: int | None = None
    proposal: str | None = None


class RowFaultOut(Answer):
    row: int
    column: str
    sentence: str


class TakenInOut(OutcomeOut):
    taken: int
    faults: list[RowFaultOut]


class ProposalOut(Answer):
    uid: str
    version: int
    kind: Kind
    state: State
    note: str
    proposed_by: str
    added: list[EntryOut]
    dropped: list[EntryOut]


def list_out(standing: Standing) -> ListOut:
    return ListOut.model_validate(standing)


def entry_out(entry: Entry) -> EntryOut:
    return EntryOut.model_validate(entry)


def outcome_out(outcome: Outcome) -> OutcomeOut:
    """What became of a change."""
    if isinstance(outcome, WordlistProposal):
        return OutcomeOut(proposal=outcome.uid)
    return OutcomeOut(number=outcome.number if outcome else None)


def proposal_out(proposal: WordlistProposal) -> ProposalOut:
    change = change_of(proposal)
    return ProposalOut(
        uid=proposal.uid,
        version=proposal.version,
        kind=Kind(proposal.kind),
        state=proposal.state,
        note=proposal.note,
        proposed_by=proposal.proposed_by.name if proposal.proposed_by else "",
        added=[entry_out(it) for it in change.added],
        dropped=[entry_out(it) for it in change.dropped],
    )
