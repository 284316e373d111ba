"""What must be true of deliveries at any moment, as questions to the database.

Each asks for offenders: an invariant holds when its query finds nothing. The numbers are those of
the design. Of a revocation and an attempt in the same instant the locks decide which was first,
not the clocks: the later revocation left a recall. How long something may wait is no invariant; the
health page tells it (:mod:`kitchen.screens.health`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from kitchen.core import audit


@dataclass(frozen=True, slots=True)
class Invariant:
    """One truth. ``told`` is its name in Chinese and English; ``query`` finds the offenders' uids.

    The words say what a broken one would mean, because only then does anybody read them.
    """

    number: str
    told: str
    query: str

    @property
    def name(self) -> str:
        return f"{self.number} {self.told}"


INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "I1",
        "发出前没有记下尝试 · armed without an attempt",
        """
        select p.uid from publication p where p.state = 'armed' and not exists
        (select 1 from attempt a where a.publication_id = p.id and a.attempt_no = p.attempt_no)
        """,
    ),
    Invariant(
        "I2",
        "发出的不是签发的 · sent something else than was approved",
        """
        select p.uid from attempt a join publication p on p.id = a.publication_id
        where p.kind <> 'recall' and not exists
        (select 1 from approval v where v.frozen_post_id = p.frozen_post_id
         and v.payload_hash = a.request_hash
         and (v.revoked_at is null or v.revoked_at >= a.armed_at or exists
              (select 1 from publication r where r.target_id = p.id and r.kind = 'recall')))
        """,
    ),
    Invariant(
        "I3",
        "同一账号上有两篇 · two live on one account",
        """
        select min(p.uid) from publication p where p.kind <> 'recall' and p.state = 'live'
        group by p.story_id, p.account_id having count(*) > 1
        """,
    ),
    Invariant(
        "I4",
        "两条发布认同一篇 · two deliveries that take one copy for theirs",
        """
        select min(p.uid) from publication p
        where p.kind <> 'recall' and p.state = 'live' and p.remote_id <> ''
        group by p.account_id, p.remote_id having count(*) > 1
        """,
    ),
    Invariant(
        "I5",
        "签发了却没有下文 · approved and nowhere",
        """
        select v.uid from approval v where v.revoked_at is null and not exists
        (select 1 from publication p where p.frozen_post_id = v.frozen_post_id
         and p.kind <> 'recall' and p.state <> 'cancelled')
        """,
    ),
    Invariant(
        "I5",
        "搁置而没有缘由 · held without a reason",
        "select p.uid from publication p where p.state = 'held' and p.hold_reason = ''",
    ),
    Invariant(
        "I6",
        "已发布而没有回执 · live without a receipt",
        """
        select p.uid from publication p where p.state = 'live' and not exists
        (select 1 from receipt r where r.publication_id = p.id and r.outcome = 'live')
        """,
    ),
    Invariant(
        "I7",
        "可能有人看到却没有撤 · revoked, perhaps visible, and not recalled",
        """
        select p.uid from publication p where p.kind <> 'recall'
        and p.state not in ('gone', 'superseded')
        and exists (select 1 from approval v where v.frozen_post_id = p.frozen_post_id)
        and not exists (select 1 from approval v where v.frozen_post_id = p.frozen_post_id
                        and v.revoked_at is null)
        and (p.state in ('armed', 'unknown', 'accepted', 'live', 'needs_human') or exists
             (select 1 from attempt a where a.publication_id = p.id
              and a.outcome not in ('backoff', 'failed', 'held', 'awaiting_hand', 'cancelled')
              and (select count(*) from statement s where s.publication_id = a.publication_id
                   and s.attempt_no = a.attempt_no) < 2))
        and not exists (select 1 from publication r where r.target_id = p.id and r.kind = 'recall')
        """,
    ),
    Invariant(
        "I8",
        "自己审自己，或一人审两级 · judged by its author, or twice by the same person",
        """
        select s.uid from review_step s join review_round r on r.id = s.round_id
        join story on story.id = r.story_id
        join story_version version on version.id = r.version_id
        where s.reviewer_id = story.author_id
        or (s.reviewer_id = version.made_by_id and not s.carried) or exists
        (select 1 from review_step other where other.round_id = s.round_id and other.id < s.id
         and other.reviewer_id = s.reviewer_id)
        """,
    ),
    Invariant(
        "I8",
        "自己签发自己 · approved by its author",
        """
        select v.uid from approval v join story on story.id = v.story_id
        join story_version version on version.id = v.version_id
        where v.approver_id in (story.author_id, version.made_by_id)
        """,
    ),
    Invariant(
        "I9",
        "尝试的栅栏号比发布的还大 · an attempt beyond the fence",
        """
        select p.uid from attempt a join publication p on p.id = a.publication_id
        where a.fence > p.fence
        """,
    ),
    Invariant(
        "I9",
        "栅栏号没有增大 · attempts whose fences do not grow",
        """
        select p.uid from attempt a join attempt b on b.publication_id = a.publication_id
        and b.attempt_no > a.attempt_no and b.fence <= a.fence
        join publication p on p.id = a.publication_id
        """,
    ),
    Invariant(
        "I11",
        "两次尝试重叠 · attempts that overlap",
        """
        select p.uid from attempt a join attempt b on b.publication_id = a.publication_id
        and b.attempt_no > a.attempt_no
        and (a.ended_at is null or b.armed_at < a.ended_at)
        join publication p on p.id = a.publication_id
        """,
    ),
    Invariant(
        "I12",
        "发布凭空消失 · planned, and vanished",
        """
        select e.subject_uid from audit_entry e where e.subject_type = 'publication'
        and not exists (select 1 from publication p where p.uid = e.subject_uid)
        """,
    ),
    Invariant(
        "I12",
        "签发过而从未计划 · approved once, and never planned",
        """
        select v.uid from approval v where not exists
        (select 1 from publication p where p.frozen_post_id = v.frozen_post_id
         and p.kind <> 'recall')
        """,
    ),
)

CHAIN = "I10 审计链断了 · the audit chain is broken"


def examined(session: Session) -> Mapping[str, list[str]]:
    """Every invariant by its name, with the uids of its offenders; where it holds there are none.

    Of the audit chain the first bad entry is the offender. Reads only, and reads everything.
    """
    found = {it.name: list(session.scalars(text(it.query))) for it in INVARIANTS}
    broken_at = audit.verify(session).broken_at
    return {**found, CHAIN: [] if broken_at is None else [str(broken_at)]}


def broken(session: Session) -> dict[str, list[str]]:
    """The invariants that do not hold, each with the uids of the offenders."""
    return {name: uids for name, uids in examined(session).items() if uids}
