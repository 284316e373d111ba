"""What follows from a merger of units (S52): each column that names one, and what becomes of it.

:data:`COLUMNS` holds each such column of the house, which a test compares with the tables. What is
still under way becomes the successor's own; what is done keeps the name under which it was done,
and is reached through the tree, because the former unit stands below its successor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from kitchen.assignments.models import Assignment, Gear
from kitchen.assignments.rules import State as Task
from kitchen.core import audit
from kitchen.core.access import HOUSE
from kitchen.core.errors import N_, WrongState
from kitchen.core.workflow import carry_out
from kitchen.evaluation.reports.models import Report, ReportSchedule
from kitchen.evaluation.scores.models import ScoreMonth
from kitchen.evaluation.scores.rules import State as Counted
from kitchen.feedback.models import Reply, Voice
from kitchen.feedback.rules import WAITING
from kitchen.leads.feed_models import LeadFeed
from kitchen.leads.models import Lead
from kitchen.leads.rules import State as Told
from kitchen.matrix import service as matrix
from kitchen.matrix.campaigns.models import UnitReview
from kitchen.matrix.group_models import AccountGroup
from kitchen.matrix.models import Account
from kitchen.matrix.registry.custody import UNDER_WAY
from kitchen.matrix.registry.models import AccountWorker, Custody, Evidence, Filing, Worker
from kitchen.matrix.registry.rules import GONE, FilingState, Handing
from kitchen.media.collection_models import MediaCollection
from kitchen.media.lineage_models import MediaAdoption
from kitchen.media.models import MediaAsset
from kitchen.notifications.models import Alarm
from kitchen.opinion.models import EarlySign, RumourCase, Watchlist
from kitchen.opinion.room_models import AgreedLine, Drill, IncidentRoom
from kitchen.opinion.rules import RUNNING, Rumour, Sign
from kitchen.patrols.models import Finding
from kitchen.patrols.rules import UNSETTLED
from kitchen.people.events import UnitClosing, UnitMerged
from kitchen.people.models import Post, Unit, UnitName
from kitchen.petitions.models import Entry, Extension, Petition, PublicAnswer, Rating, Transfer
from kitchen.petitions.rules import SETTLED, Handling, Wish
from kitchen.planning.joint_models import JointActivity
from kitchen.planning.models import Campaign
from kitchen.publishing.models import Publication
from kitchen.review.models import Step
from kitchen.review.rules import StepState
from kitchen.roster.models import DutyLine
from kitchen.sanctions.models import Sanction
from kitchen.sanctions.rules import OPEN
from kitchen.stories.models import Story
from kitchen.stories.rules import OPEN as WRITTEN
from kitchen.stories.rules import State as Piece
from kitchen.tips.models import Tip, TipLook, TipReward
from kitchen.tips.rules import Look, Reward
from kitchen.tips.rules import State as Tipped
from kitchen.topics.models import Meeting, Topic, TopicPlan
from kitchen.topics.rules import MeetingState
from kitchen.topics.rules import State as Subject
from kitchen.watch.models import ForeignPost
from kitchen.watch.rules import State as Foreign

Column = InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Goes:
    """Rows that become the successor's, all of them or those of which ``only`` is true."""

    only: ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Stays:
    """Rows that keep the former unit's name, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class ByHand:
    """Rows that go by a function of their own: something stands in the way of a plain change."""

    how: str


ALL = Goes(true())
_REPLIED = select(Voice.id).where(Voice.state.in_(sorted(WAITING)))
_RUNNING = select(IncidentRoom.id).where(IncidentRoom.state.in_(sorted(RUNNING)))
COLUMNS: Mapping[Column, Goes | Stays | ByHand] = {
    # people: the tree and the posts are changed where units are merged
    Unit.parent_id: ByHand("kitchen.people.units.merge"),
    Unit.merged_into_id: Stays("whoever was merged into it before stands below it"),
    UnitName.unit_id: Stays("its former names still find it, and through it the successor"),
    Post.unit_id: ByHand("kitchen.people.units.merge"),
    # matrix: accounts and people change hands; what was decided and proved does not
    Account.unit_id: ByHand("_accounts"),
    AccountGroup.unit_id: ALL,
    Worker.unit_id: ByHand("_workers"),
    Filing.unit_id: Goes(Filing.state != FilingState.FILED),
    Custody.unit_id: Goes(Custody.state.in_(UNDER_WAY)),
    Custody.from_unit_id: Goes(Custody.state.in_(UNDER_WAY)),
    Custody.to_unit_id: Goes(Custody.state.in_(UNDER_WAY)),
    Evidence.unit_id: Stays("it proves what the former unit did"),
    UnitReview.unit_id: Stays("it says what was found out about the former unit"),
    # duty
    DutyLine.unit_id: ALL,
    # from leads to stories: what is not settled
    Lead.unit_id: Goes(Lead.state.in_([Told.NEW, Told.ADOPTED])),
    LeadFeed.unit_id: ALL,
    Topic.unit_id: Goes(Topic.state.not_in([Subject.MERGED, Subject.REJECTED])),
    TopicPlan.unit_id: ALL,
    Meeting.unit_id: Goes(Meeting.state != MeetingState.CLOSED),
    Assignment.unit_id: Goes(Assignment.state.not_in([Task.DONE, Task.CANCELLED])),
    Gear.unit_id: ByHand("_gear"),
    Story.unit_id: Goes(Story.state.in_([*sorted(WRITTEN), Piece.IN_REVIEW, Piece.APPROVED])),
    Step.unit_id: ByHand("_joint_steps"),
    Campaign.unit_id: ALL,
    JointActivity.unit_id: Goes(JointActivity.ended_at.is_(None)),
    # media: the catalogue says who brought and who claimed
    MediaAsset.unit_id: Stays("it says who brought it"),
    MediaAdoption.unit_id: Stays("it says who claimed it, and for which share"),
    MediaCollection.unit_id: ALL,
    # publishing: a piece was sent in the name of whoever sent it
    Publication.unit_id: Stays("it says in whose name it was sent"),
    ForeignPost.unit_id: Goes(ForeignPost.state == Foreign.OPEN),
    # the public's voice: what still waits for an answer
    Voice.unit_id: Goes(Voice.state.in_(sorted(WAITING))),
    Reply.unit_id: Goes(Reply.voice_id.in_(_REPLIED)),
    Petition.unit_id: Goes(Petition.state.not_in(sorted(SETTLED))),
    Transfer.unit_id: Goes(Transfer.state.in_([Handling.OPEN, Handling.REPLIED])),
    Extension.unit_id: Goes(Extension.state == Wish.ASKED),
    Entry.unit_id: Stays("it says who made the step"),
    Rating.unit_id: Stays("it says whose answer was rated"),
    PublicAnswer.unit_id: ALL,
    PublicAnswer.department_id: Stays("it says who answered"),
    # patrols and measures: what is not done with
    Finding.unit_id: Goes(Finding.state.in_(sorted(UNSETTLED))),
    Sanction.unit_id: Goes(Sanction.state.in_(sorted(OPEN))),
    Alarm.unit_id: Goes(Alarm.closed_at.is_(None)),
    # tips: the source may still write, and is answered by whoever took over
    Tip.unit_id: Goes(Tip.state != Tipped.ERASED),
    TipLook.unit_id: Goes(TipLook.state == Look.ASKED),
    TipReward.unit_id: Goes(TipReward.state == Reward.OFFERED),
    # public opinion: what is still watched, judged and answered
    Watchlist.unit_id: ALL,
    EarlySign.unit_id: Goes(EarlySign.state != Sign.CLOSED),
    RumourCase.unit_id: Goes(RumourCase.state != Rumour.CLOSED),
    IncidentRoom.unit_id: Goes(IncidentRoom.state.in_(sorted(RUNNING))),
    AgreedLine.unit_id: Goes(AgreedLine.incident_id.in_(_RUNNING)),
    Drill.unit_id: Goes(Drill.incident_id.in_(_RUNNING)),
    # points: months that the pay office does not have yet
    ScoreMonth.unit_id: Goes(ScoreMonth.state != Counted.LOCKED),
    # evaluation: what was printed stays as it was, what is to be sent goes on
    Report.unit_id: Stays("a printed report never changes"),
    ReportSchedule.unit_id: ALL,
}
"""Every column that names a unit."""


def follow(session: Session, event: UnitMerged) -> None:
    """Give the successor whatever the former unit has under way."""
    former, into = session.get_one(Unit, event.unit_id), session.get_one(Unit, event.into_id)
    moved = {
        "accounts": _accounts(session, former, into, event.note),
        "workers": _workers(session, former, into),
        "gear": _gear(session, former, into),
        "joint_steps": _joint_steps(session, former, into),
    }
    for column, what in COLUMNS.items():
        if isinstance(what, Goes):
            name = f"{column.class_.__tablename__}.{column.key}"
            moved[name] = moved.get(name, 0) + _change(session, column, what.only, former, into)
    session.expire_all()
    _call_off_what_is_there(session, into, event.note)
    after = {name: count for name, count in moved.items() if count}
    audit.record(session, HOUSE, "follow_merger", into, after=after, note=event.note)


def refuse_to_close(session: Session, event: UnitClosing) -> None:
    """A unit that still answers for accounts is merged, not closed."""
    alive = select(Account.id).where(
        Account.unit_id == event.unit_id, Account.state.not_in(sorted(GONE))
    )
    if session.scalar(alive.limit(1)) is not None:
        raise WrongState(N_("它名下还有账号，请先移交或关停，或者把单位并入别的单位。"))


def _change(
    session: Session, column: Column, only: ColumnElement[bool], former: Unit, into: Unit
) -> int:
    """Write the successor's name; whoever has the row open on a page is told that it changed."""
    model = column.class_
    values: dict[str, Any] = {column.key: into.id}
    if hasattr(model, "version"):
        values["version"] = model.version + 1
    done = session.execute(
        update(model)
        .where(column == former.id, only)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _accounts(session: Session, former: Unit, into: Unit, note: str) -> int:
    """Accounts that are alive; who answers for each is to be filled in anew (S17)."""
    alive = Account.state.not_in(sorted(GONE))
    query = select(Account).where(Account.unit_id == former.id, alive).order_by(Account.id)
    accounts = session.scalars(query).all()
    for account in accounts:
        matrix.move_account(session, HOUSE, account, into, note)
    return len(accounts)


def _workers(session: Session, former: Unit, into: Unit) -> int:
    """People of the register. Whoever is on the successor's already gets the accounts there."""
    there = {
        (each.name, each.phone): each
        for each in session.scalars(select(Worker).where(Worker.unit_id == into.id))
    }
    query = select(Worker).where(Worker.unit_id == former.id).order_by(Worker.id)
    workers = session.scalars(query).all()
    for worker in workers:
        twin = there.get((worker.name, worker.phone))
        if twin is None:
            worker.unit_id, worker.unit = into.id, into
            continue
        known = {each.id for each in twin.accounts}
        for account in list(worker.accounts):
            worker.accounts.remove(account)
            if account.id not in known:
                session.add(AccountWorker(account_id=account.id, worker_id=twin.id))
        worker.left = True
    session.flush()
    return len(workers)


def _gear(session: Session, former: Unit, into: Unit) -> int:
    """Kit and vehicles; of two with one name the newcomer says where it comes from."""
    names = set(session.scalars(select(Gear.name).where(Gear.unit_id == into.id)))
    query = select(Gear).where(Gear.unit_id == former.id).order_by(Gear.id)
    found = session.scalars(query).all()
    for each in found:
        if each.name in names:
            suffix = f"（{former.name}）"[:30]
            each.name = each.name[: 40 - len(suffix)] + suffix
        names.add(each.name)
        each.unit_id, each.unit = into.id, into
    session.flush()
    return len(found)


def _joint_steps(session: Session, former: Unit, into: Unit) -> int:
    """Verdicts still to be given in joint reviews. Where the successor was asked as well, both
    stay: whoever works for it may give either.
    """
    other = aliased(Step)
    asked = select(other.round_id).where(other.unit_id == into.id)
    waiting = Step.state.in_([StepState.WAITING, StepState.OPEN])
    return _change(session, Step.unit_id, waiting & Step.round_id.not_in(asked), former, into)


def _call_off_what_is_there(session: Session, into: Unit, note: str) -> None:
    """Transfers between the two are needless: the account is where it was to go. Where credentials
    are on their way they are received as ever.
    """
    between = (Custody.from_unit_id == into.id, Custody.to_unit_id == into.id)
    query = select(Custody).where(*between, Custody.state == Handing.PROPOSED)
    for custody in session.scalars(query).all():
        carry_out(session, custody, "call_off", HOUSE, note=note)
