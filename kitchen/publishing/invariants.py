"""What must be true of deliveries at any moment, as questions to the database.

Each asks for offenders: an invariant holds when its query finds nothing. The numbers are those of
the design (I1 no ARMED without an attempt, and so on). Of a revocation and an attempt in the same
instant the locks decide which was first, not the clocks: the later revocation left a recall.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

INVARIANTS: Mapping[str, str] = {
    "I1 armed without an attempt": """
        select p.uid from publication p where p.state = 'armed' and not exists
        (select 1 from attempt a where a.publication_id = p.id and a.attempt_no = p.attempt_no)
    """,
    "I2 sent something else than was approved": """
        select p.uid from attempt a join publication p on p.id = a.publication_id
        where p.kind <> 'recall' and not exists
        (select 1 from approval v where v.frozen_post_id = p.frozen_post_id
         and v.payload_hash = a.request_hash
         and (v.revoked_at is null or v.revoked_at >= a.armed_at or exists
              (select 1 from publication r where r.target_id = p.id)))
    """,
    "I3 two live on one account": """
        select min(p.uid) from publication p where p.kind <> 'recall' and p.state = 'live'
        group by p.story_id, p.account_id having count(*) > 1
    """,
    "I5 approved and nowhere": """
        select v.uid from approval v where v.revoked_at is null and not exists
        (select 1 from publication p where p.frozen_post_id = v.frozen_post_id
         and p.kind <> 'recall')
    """,
    "I5 held without a reason": """
        select p.uid from publication p where p.state = 'held' and p.hold_reason = ''
    """,
    "I6 live without a receipt": """
        select p.uid from publication p where p.state = 'live' and not exists
        (select 1 from receipt r where r.publication_id = p.id and r.outcome = 'live')
    """,
    "I7 revoked, perhaps visible, and not recalled": """
        select p.uid from publication p join approval v on v.frozen_post_id = p.frozen_post_id
        where p.kind <> 'recall' and v.revoked_at is not null
        and p.state in ('armed', 'unknown', 'accepted', 'live', 'needs_human')
        and not exists (select 1 from publication r where r.target_id = p.id)
    """,
    "I9 an attempt beyond the fence": """
        select p.uid from attempt a join publication p on p.id = a.publication_id
        where a.fence > p.fence
    """,
    "I9 attempts whose fences do not grow": """
        select p.uid from attempt a join attempt b on b.publication_id = a.publication_id
        and b.attempt_no > a.attempt_no and b.fence <= a.fence
        join publication p on p.id = a.publication_id
    """,
    "I11 attempts that overlap": """
        select p.uid from attempt a join attempt b on b.publication_id = a.publication_id
        and b.attempt_no > a.attempt_no
        and (a.ended_at is null or b.armed_at < a.ended_at)
        join publication p on p.id = a.publication_id
    """,
}


def broken(session: Session) -> dict[str, list[str]]:
    """The invariants that do not hold, each with the uids of the offenders."""
    found = {name: list(session.scalars(text(query))) for name, query in INVARIANTS.items()}
    return {name: uids for name, uids in found.items() if uids}
