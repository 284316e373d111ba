"""Targets of reads (S35, S36): what holds for a piece, and the verbs of whoever sets them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Duplicate, Invalid, NotFound, Stale
from kitchen.evaluation.figures.models import PieceTurn, ReadTarget
from kitchen.evaluation.figures.rules import AS_SHIPPED, Age, Goal, Measure, Scope
from kitchen.evaluation.rules import May
from kitchen.matrix.models import Account
from kitchen.planning.models import Piece as CampaignPiece
from kitchen.stories.models import Story
from kitchen.topics.models import Topic

COLUMN_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Standing:
    """All targets in force, read once for many pieces."""

    rows: Sequence[ReadTarget]

    def general(self, scope: Scope, measure: Measure) -> Goal | None:
        """What holds for all of a scope: what somebody set, else as shipped; it may be nothing."""
        shipped = AS_SHIPPED.get(scope)
        return self._set(scope, measure, "") or (
            shipped if shipped and shipped.measure == measure else None
        )

    def for_accounts(self) -> Goal:
        """What the mean piece of an account without a target of its own is to reach."""
        return self._set(Scope.ALL, Measure.MEAN, "") or AS_SHIPPED[Scope.ALL]

    def for_account(self, account_uid: str) -> Goal:
        """The target of an account's mean piece."""
        return self._set(Scope.ACCOUNT, Measure.MEAN, account_uid) or self.for_accounts()

    def ages_of_accounts(self) -> list[Age]:
        """At which ages the mean pieces of accounts have their targets."""
        own = {Age(row.age) for row in self.rows if row.measure == Measure.MEAN}
        return sorted(own | {self.for_accounts().age})

    def for_piece(
        self, column: str, account_uid: str, topic_uid: str, *, in_campaign: bool = False
    ) -> Goal | None:
        """The narrowest target of a single piece: topic, campaign, account, column, all; it may
        have none.
        """
        item = Measure.ITEM
        return (
            (self._set(Scope.CAMPAIGN, item, topic_uid) if topic_uid else None)
            or (self.general(Scope.CAMPAIGN, item) if in_campaign else None)
            or (self._set(Scope.ACCOUNT, item, account_uid) if account_uid else None)
            or (self._set(Scope.COLUMN, item, column) if column else None)
            or self.general(Scope.ALL, item)
        )

    def _set(self, scope: Scope, measure: Measure, subject: str) -> Goal | None:
        at = (scope, measure, subject)
        return next(
            (goal_of(it) for it in self.rows if (it.scope, it.measure, it.subject) == at), None
        )


def goal_of(target: ReadTarget) -> Goal:
    """What a row asks for."""
    return Goal(Measure(target.measure), Age(target.age), target.reads)


def standing(session: Session) -> Standing:
    """The targets in force."""
    return Standing(session.scalars(select(ReadTarget).order_by(ReadTarget.id)).all())


def goals_of(session: Session, turns: Iterable[PieceTurn]) -> dict[int, Goal]:
    """What each of these pieces is to reach, by publication, where it has a target; two queries."""
    ids = [turn.publication_id for turn in turns]
    held = standing(session)
    known = session.execute(
        select(PieceTurn.publication_id, Story.column, Account.uid, Topic.uid, CampaignPiece.id)
        .join(Story, Story.id == PieceTurn.story_id)
        .join(Account, Account.id == PieceTurn.account_id)
        .outerjoin(Topic, Topic.id == Story.topic_id)
        .outerjoin(CampaignPiece, CampaignPiece.story_id == Story.id)
        .where(PieceTurn.publication_id.in_(ids))
    )
    return {
        publication_id: goal
        for publication_id, column, account_uid, topic_uid, place in known
        if (goal := held.for_piece(column, account_uid, topic_uid or "", in_campaign=bool(place)))
    }


def the_target(session: Session, uid: str) -> ReadTarget:
    """One target. Raises :class:`NotFound`."""
    found = session.scalar(select(ReadTarget).where(ReadTarget.uid == uid))
    if found is None:
        raise NotFound
    return found


def add(
    session: Session,
    actor: Actor,
    *,
    scope: Scope,
    measure: Measure,
    subject: str,
    age: Age,
    reads: int,
) -> ReadTarget:
    """Set a target where none was set. Raises :class:`Forbidden`; :class:`Invalid` for a subject
    that there is not, or a mean of anything but accounts; :class:`Duplicate` where one stands.
    """
    authorize(actor, May.DEFINE)
    if measure == Measure.MEAN and scope not in (Scope.ALL, Scope.ACCOUNT):
        raise Invalid(fields={"scope": N_("篇均目标按账号定，请选“所有”或“某个账号”。")})
    _demand_subject(session, scope, subject)
    named = (
        ReadTarget.scope == scope,
        ReadTarget.measure == measure,
        ReadTarget.subject == subject,
    )
    if session.scalar(select(ReadTarget.id).where(*named)) is not None:
        raise Duplicate(N_("这里已经有一个目标了，请直接修改它。"))
    target = ReadTarget(scope=scope, measure=measure, subject=subject, age=age, reads=reads)
    session.add(target)
    session.flush()
    told = {"scope": scope, "subject": subject, "age": int(age), "reads": reads}
    audit.record(session, actor, "add_target", target, after=told)
    return target


def _demand_subject(session: Session, scope: Scope, subject: str) -> None:
    known = {
        Scope.ALL: lambda: subject == "",
        Scope.COLUMN: lambda: 0 < len(subject) <= COLUMN_LONGEST,
        Scope.ACCOUNT: lambda: _is_there(session, Account, subject),
        Scope.CAMPAIGN: lambda: subject == "" or _is_there(session, Topic, subject),
    }
    if not known[scope]():
        raise Invalid(
            fields={"subject": N_("请写明管哪个栏目、账号或选题；管所有稿件或所有专题的留空。")}
        )


def _is_there(session: Session, kind: type[Account] | type[Topic], uid: str) -> bool:
    return session.scalar(select(kind.id).where(kind.uid == uid)) is not None


def change(
    session: Session,
    actor: Actor,
    target: ReadTarget,
    *,
    age: Age,
    reads: int,
    seen: int | None = None,
) -> None:
    """Ask for more or less, sooner or later. Raises :class:`Stale` for an older ``seen``."""
    authorize(actor, May.DEFINE)
    before = {"age": target.age, "reads": target.reads}
    if seen is not None and seen != target.version:
        raise Stale(theirs=before, version=target.version)
    target.age, target.reads = int(age), reads
    session.flush()
    after = {"age": target.age, "reads": target.reads}
    audit.record(session, actor, "change_target", target, before=before, after=after)


def drop(session: Session, actor: Actor, target: ReadTarget) -> None:
    """Take a target away: the next wider one holds again. Alarms that were raised stay."""
    authorize(actor, May.DEFINE)
    told = {"scope": target.scope, "subject": target.subject, "reads": target.reads}
    audit.record(session, actor, "drop_target", target, before=told)
    session.delete(target)
    session.flush()


def names_of(session: Session, rows: Sequence[ReadTarget]) -> dict[str, str]:
    """What people call the subjects of targets, by subject; two queries."""
    subjects = {row.subject for row in rows}
    accounts = select(Account.uid, Account.name).where(Account.uid.in_(subjects))
    topics = select(Topic.uid, Topic.title).where(Topic.uid.in_(subjects))
    named = {uid: name for query in (accounts, topics) for uid, name in session.execute(query)}
    return {subject: named.get(subject, subject) for subject in subjects}
