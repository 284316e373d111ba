"""Each invariant finds its own offender, and the command that asks them says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from kitchen.publishing import invariants
from tests.publishing.conftest import Outside

Deed = Callable[[Session, Outside], None]


def _does(*statements: str) -> Deed:
    def deed(session: Session, _outside: Outside) -> None:
        for statement in statements:
            session.execute(text(statement))

    return deed


def _judged_by_its_author(session: Session, outside: Outside, *, carried: bool = False) -> None:
    author = outside.newsroom.reporter.id
    version_id = session.execute(text("select min(version_id) from approval")).scalar_one()
    given = {"version_id": version_id, "author": author}
    session.execute(
        text(
            "insert into review_round (uid, created_at, version, story_id, version_id, number, "
            "risk, state, release_reason) "
            "select 'round', created_at, 1, story_id, id, 1, 'routine', 'passed', '' "
            "from story_version where id = :version_id"
        ),
        given,
    )
    session.execute(
        text(
            "insert into review_step (uid, created_at, version, round_id, position, level, role, "
            "title, joint, minutes, state, reviewer_id, opinion, seen_hash, carried) "
            "select 'step', created_at, 1, id, 1, 'editor', '', '', :no, 1, 'passed', :author, "
            "'', '', :carried from review_round"
        ),
        {**given, "no": False, "carried": carried},
    )


_FIRST_ACCOUNT = "account_id = (select min(account_id) from publication)"
_REVOKED = "update approval set revoked_at = decided_at"
_SECOND_ATTEMPT = """
    insert into attempt
    (publication_id, attempt_no, fence, request_hash, armed_at, outcome, code, words)
    select publication_id, 2, {fence}, request_hash, {at}, 'live', '', '' from attempt
"""

OFFENCES: dict[str, tuple[str, Deed]] = {
    "armed without an attempt": (
        "I1",
        _does("update publication set state = 'armed'", "delete from attempt"),
    ),
    "other bytes were sent": ("I2", _does("update attempt set request_hash = 'other'")),
    "two on one account": (
        "I3",
        _does(
            f"update publication set {_FIRST_ACCOUNT},"  # noqa: S608 - our own words
            " story_id = (select min(story_id) from publication)"
        ),
    ),
    "one copy, two deliveries": (
        "I4",
        _does(
            "drop index uq_publication_remote_id",
            f"update publication set {_FIRST_ACCOUNT}, remote_id = 'x'",  # noqa: S608 - as above
        ),
    ),
    "cancelled, and still approved": ("I5", _does("update publication set state = 'cancelled'")),
    "held for nothing": ("I5", _does("update publication set state = 'held'")),
    "no receipt": ("I6", _does("delete from receipt")),
    "revoked, live, not recalled": ("I7", _does(_REVOKED)),
    "revoked after an unclear attempt": (
        "I7",
        _does(
            _REVOKED,
            "update publication set state = 'cancelled'",
            "update attempt set outcome = 'unknown'",
        ),
    ),
    "judged by its author": ("I8", _judged_by_its_author),
    "judged by its author before": ("I8", partial(_judged_by_its_author, carried=True)),
    "approved by its author": (
        "I8",
        _does("update story set author_id = (select min(approver_id) from approval)"),
    ),
    "beyond the fence": ("I9", _does("update attempt set fence = 9")),
    "a fence that does not grow": ("I9", _does(_SECOND_ATTEMPT.format(fence=1, at="ended_at"))),
    "attempts that overlap": (
        "I11",
        _does(
            "update attempt set ended_at = null",
            _SECOND_ATTEMPT.format(fence=2, at="armed_at"),
        ),
    ),
    "vanished": (
        "I12",
        _does(
            "delete from receipt",
            "delete from attempt",
            "delete from piece_turn",
            "delete from publication",
        ),
    ),
}


@pytest.mark.wrong_books("each offence is planted")
@pytest.mark.parametrize(("number", "plant"), OFFENCES.values(), ids=OFFENCES)
def test_every_invariant_can_be_broken(outside: Outside, number: str, plant: Any) -> None:
    for _ in range(2 if number in {"I3", "I4"} else 1):
        outside.approve()
    outside.carry()
    with outside.database.unit(write=False) as session:
        assert invariants.broken(session) == {}
    with outside.database.unit() as session:
        plant(session, outside)
    with outside.database.unit(write=False) as session:
        assert number in {name.partition(" ")[0] for name in invariants.broken(session)}


@pytest.mark.wrong_books("the chain is cut")
def test_a_cut_chain_is_an_offence(outside: Outside) -> None:
    outside.approve()
    with outside.database.unit() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("drop trigger audit_entry_no_update"))
        else:
            session.execute(text("alter table audit_entry disable trigger user"))
        session.execute(text("update audit_entry set note = 'nothing happened' where id = 1"))
    with outside.database.unit(write=False) as session:
        assert invariants.broken(session) == {invariants.CHAIN: ["1"]}


def test_all_twelve_are_asked() -> None:
    """The fourth is a matter of the platform's own count as well; see the runs with faults."""
    numbers = {it.number for it in invariants.INVARIANTS} | {invariants.CHAIN.partition(" ")[0]}
    assert numbers == {f"I{number}" for number in range(1, 13)}
