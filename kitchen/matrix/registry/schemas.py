"""What comes in and goes out about the registry; forms and the API share it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from kitchen.matrix.registry.library import citation
from kitchen.matrix.registry.models import Clause, Custody, Filing, Regulation, Worker
from kitchen.matrix.registry.rules import (
    Change,
    Eligibility,
    Establishment,
    FilingState,
    Handing,
    Health,
    Vetting,
)
from kitchen.web.schema import Answer, Schema


class EntryIn(Schema):
    """An account that its unit runs by itself; ``unit`` is a uid."""

    channel: str = Field(min_length=1, max_length=32)
    unit: str = Field(min_length=1, max_length=22)
    name: str = Field(min_length=2, max_length=80)
    handle: str = Field(min_length=1, max_length=120)
    opened_on: date | None = None
    certified_as: str = Field("", max_length=120)
    batch: str = Field("", max_length=40)
    public_url: str = Field("", max_length=500, pattern=r"^(https?://[^\s<>\"]+)?$")
    principal: str = Field("", max_length=40)
    supervisor: str = Field("", max_length=40)
    office: str = Field("", max_length=80)
    keepers: str = Field("", max_length=200)
    brand: str = Field("", max_length=40)
    positioning: str = Field("", max_length=200)


class FiguresIn(Schema):
    """What was collected; what is left out is not known."""

    followers: int | None = Field(None, ge=0, le=2_000_000_000)
    posts_30d: int | None = Field(None, ge=0, le=100_000)
    mean_reads: int | None = Field(None, ge=0, le=2_000_000_000)
    last_post_at: datetime | None = None


class SheetIn(Schema):
    """A sheet from a program: the text of a CSV."""

    csv: str = Field(min_length=1, max_length=8_000_000)


class RowFaultOut(Answer):
    row: int
    column: str
    sentence: str


class TakenInOut(Answer):
    """Rows by number (the head is 1), and what is wrong with the others."""

    entered: list[int]
    updated: list[int]
    unchanged: list[int]
    faults: list[RowFaultOut]
    duplicates: list[RowFaultOut]
    founded: list[str]


class HealthOut(Answer):
    """How alive an account is; figures that nobody collected are ``null``."""

    health: Health
    followers: int | None
    posts_30d: int | None
    mean_reads: int | None
    last_post_at: datetime | None
    measured_at: datetime | None


class FilingIn(Schema):
    """A filing to draft. Of a change, the fields as they shall be (``unit`` is a uid)."""

    change: Change
    happened_on: date
    reason: str = Field("", max_length=1000)
    exception_reason: str = Field("", max_length=1000)
    name: str | None = Field(None, max_length=80)
    unit: str | None = Field(None, max_length=22)
    certified_as: str | None = Field(None, max_length=120)
    positioning: str | None = Field(None, max_length=200)
    brand: str | None = Field(None, max_length=40)
    public_url: str | None = Field(None, max_length=500, pattern=r"^(https?://[^\s<>\"]+)?$")
    principal: str | None = Field(None, max_length=40)
    supervisor: str | None = Field(None, max_length=40)
    office: str | None = Field(None, max_length=80)
    keepers: str | None = Field(None, max_length=200)


class MoveIn(Schema):
    """A move of a filing; ``number`` with ``file``, ``note`` with what wants a reason."""

    note: str = Field("", max_length=1000)
    number: str = Field("", max_length=40)


class FilingOut(Answer):
    uid: str
    version: int
    created_at: datetime
    account: str
    account_uid: str
    unit: str
    change: Change
    state: FilingState
    happened_on: date
    due_at: datetime
    reason: str
    changes: dict[str, Any]
    eligibility: Eligibility
    exception_reason: str
    number: str
    consented_by: str
    consented_at: datetime | None
    filed_at: datetime | None
    returned_because: str


def filing_out(filing: Filing) -> FilingOut:
    """A filing as the API shows it."""
    plain = {name: getattr(filing, name) for name in _FILING}
    return FilingOut(
        account=filing.account.name,
        account_uid=filing.account.uid,
        unit=filing.unit.name,
        consented_by=filing.consented_by.name if filing.consented_by else "",
        **plain,
    )


_FILING = set(FilingOut.model_fields) - {"account", "account_uid", "unit", "consented_by"}


class WorkerIn(Schema):
    """A person for the register; ``unit`` is a uid."""

    unit: str = Field(min_length=1, max_length=22)
    name: str = Field(min_length=2, max_length=40)
    phone: str = Field("", max_length=20, pattern=r"^[\d+ -]*$")
    establishment: Establishment


class WorkerChangeIn(Schema):
    """What is said of a person anew."""

    name: str = Field(min_length=2, max_length=40)
    phone: str = Field("", max_length=20, pattern=r"^[\d+ -]*$")
    establishment: Establishment
    left: bool = False
    version: int | None = None


class VettingIn(Schema):
    """What came of a vetting: passed, with body and days, or not, with the reason."""

    passed: bool
    vetted_by: str = Field("", max_length=80)
    vetted_on: date | None = None
    expires_on: date | None = None
    note: str = Field("", max_length=1000)


class AssignIn(Schema):
    """Who is to edit, or no more."""

    worker: str = Field(min_length=1, max_length=22)
    on: bool = True


class WorkerOut(Answer):
    uid: str
    version: int
    name: str
    unit: str
    establishment: Establishment
    state: Vetting
    vetted_by: str
    vetted_on: date | None
    expires_on: date | None
    left: bool
    accounts: list[str]


def worker_out(worker: Worker) -> WorkerOut:
    """A person as the API shows them; their number is for their own unit's page."""
    plain = {name: getattr(worker, name) for name in _WORKER}
    accounts = [account.uid for account in worker.accounts]
    return WorkerOut(unit=worker.unit.name, accounts=accounts, **plain)


_WORKER = set(WorkerOut.model_fields) - {"unit", "accounts"}


class CustodyIn(Schema):
    """A transfer to propose: to the unit with this uid."""

    to_unit: str = Field(min_length=1, max_length=22)
    note: str = Field("", max_length=1000)


class HandOverIn(Schema):
    """The credentials, by the names of the platform's settings; never shown again."""

    settings: dict[str, Any] = Field(default_factory=dict)


class ReasonIn(Schema):
    note: str = Field("", max_length=1000)


class CustodyOut(Answer):
    uid: str
    version: int
    account: str
    account_uid: str
    from_unit: str
    to_unit: str
    state: Handing
    note: str
    handed_at: datetime | None
    received_at: datetime | None


def custody_out(custody: Custody) -> CustodyOut:
    """A transfer as the API shows it, without what it carries."""
    plain = {name: getattr(custody, name) for name in _CUSTODY}
    return CustodyOut(
        account=custody.account.name,
        account_uid=custody.account.uid,
        from_unit=custody.from_unit.name,
        to_unit=custody.to_unit.name,
        **plain,
    )


_CUSTODY = set(CustodyOut.model_fields) - {"account", "account_uid", "from_unit", "to_unit"}


class RegulationIn(Schema):
    """The text of a regulation; of one that is known, its next edition."""

    title: str = Field(min_length=2, max_length=80)
    doc_no: str = Field("", max_length=40)
    issued_by: str = Field("", max_length=80)
    in_force_from: date
    text: str = Field(min_length=1, max_length=200_000)


class ClauseOut(Answer):
    uid: str
    number: str
    text: str
    citation: str


def clause_out(clause: Clause) -> ClauseOut:
    """A clause, and how it is cited."""
    return ClauseOut(
        uid=clause.uid, number=clause.number, text=clause.text, citation=citation(clause)
    )


class RegulationOut(Answer):
    uid: str
    title: str
    edition: int
    doc_no: str
    issued_by: str
    in_force_from: date
    ended_on: date | None
    clauses: list[ClauseOut]


def regulation_out(regulation: Regulation) -> RegulationOut:
    """An edition with its clauses."""
    plain = {name: getattr(regulation, name) for name in _REGULATION}
    return RegulationOut(clauses=[clause_out(it) for it in regulation.clauses], **plain)


_REGULATION = set(RegulationOut.model_fields) - {"clauses"}


class DayIn(Schema):
    """A day of the calendar; ``kind`` ``usual`` lets the weekday speak again."""

    day: date
    kind: str = Field(pattern="^(holiday|working|usual)$")
    name: str = Field("", max_length=40)


class DayOut(Answer):
    day: date
    working: bool
    name: str


class ParameterIn(Schema):
    value: int


class ParameterOut(Answer):
    key: str
    value: int
    default: int
    least: int
    most: int


class BrandOut(Answer):
    brand: str
    accounts: int
    followers: int | None
    per_day: float | None
    mean_reads: int | None
