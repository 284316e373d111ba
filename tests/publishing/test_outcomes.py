"""What became of a story: figures, the matrix, a retry of only what failed, proofs by hash."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from channels.base import Rejected
from kitchen.core.errors import WrongState
from kitchen.publishing import calendar, outcomes, proofs, queries, resolve, retry
from kitchen.stories import queries as stories
from tests.publishing.conftest import Outside


def one_of_six_fails(outside: Outside) -> Any:
    story = outside.approve(accounts=6)
    outside.platform.play(outside.accounts[3].uid, Rejected("今日发布次数已满", code="quota"))
    outside.carry()
    return story


def do(outside: Outside, story: Any, role: str = "operator") -> retry.Retried:
    with outside.database.unit() as session:
        found = stories.the_story(session, story.uid)
        return retry.retry_unsuccessful(session, outside.newsroom.actors[role], found)


def test_partial_success_is_told_in_figures(outside: Outside) -> None:
    story = one_of_six_fails(outside)
    with outside.database.unit(write=False) as session:
        known = outcomes.progress_of(session, [story.id])
        (row,) = outcomes.matrix_of(session, days=7).rows
        assert known == {story.id: outcomes.Progress(total=6, live=5, unsuccessful=1)}
        assert row.progress == known[story.id]
        assert row.troubled


def test_only_what_failed_is_sent_again(outside: Outside) -> None:
    story = one_of_six_fails(outside)
    before = outside.platform.calls["publish"]
    assert do(outside, story) == retry.Retried(sent=1, left=0)
    outside.carry()
    assert outside.states() == ["live"] * 6
    assert outside.platform.calls["publish"] == before + 1
    assert set(outside.platform.copies.values()) == {1}


def test_nothing_is_retried_twice_or_where_nothing_failed(outside: Outside) -> None:
    story = one_of_six_fails(outside)
    do(outside, story)
    with pytest.raises(WrongState, match="没有需要重试"):
        do(outside, story)


def test_without_a_standing_approval_or_the_right_nothing_is_retried(outside: Outside) -> None:
    story = one_of_six_fails(outside)
    with pytest.raises(WrongState, match="没有能重试"):
        do(outside, story, "reporter")
    outside.revoke(story)
    with pytest.raises(WrongState, match="没有能重试"):
        do(outside, story)


def test_an_older_failure_is_not_revived_beside_a_newer_delivery(outside: Outside) -> None:
    story = outside.approve()
    account = outside.accounts[0]
    outside.platform.play(account.uid, Rejected("标题含违规词", code="invalid"))
    outside.carry()
    outside.approve_again(story, [account])
    outside.carry()
    assert outside.states() == ["superseded", "live"]
    with pytest.raises(WrongState, match="没有需要重试"):
        do(outside, story)
    with outside.database.unit(write=False) as session:
        known = outcomes.progress_of(session, [story.id])[story.id]
        assert known == outcomes.Progress(total=1, live=1)


def test_everywhere_has_links_and_receipts_and_then_the_withdrawal(outside: Outside) -> None:
    story = outside.approve(accounts=2)
    outside.carry()
    with outside.database.unit(write=False) as session:
        places = outcomes.everywhere(session, story)
        assert [bool(place.link) for place in places] == [True, True]
        assert [place.receipts[-1].source for place in places] == ["response", "response"]
    outside.revoke(story)
    with outside.database.unit(write=False) as session:
        assert [place.latest.kind for place in outcomes.everywhere(session, story)] == [
            "recall",
            "recall",
        ]


def test_what_is_shown_is_what_is_approved_and_what_was_sent(outside: Outside) -> None:
    story = outside.approve(accounts=2)
    with outside.database.unit(write=False) as session:
        before = proofs.proofs_of(session, story)
        assert all(proof.same and proof.approved and proof.sent is None for proof in before)
    outside.carry()
    with outside.database.unit(write=False) as session:
        after = proofs.proofs_of(session, story)
    sent = {post.uid: post.payload_hash for post in outside.platform.sent}
    assert {proof.frozen.uid: proof.payload_hash for proof in after} == sent
    assert all(proof.same and proof.sent == proof.payload_hash for proof in after)


def test_a_preview_of_other_bytes_than_approved_says_so(outside: Outside) -> None:
    story = outside.approve()
    with outside.database.unit(write=False) as session:
        (proof,) = proofs.proofs_of(session, story)
    assert not proofs.Proof(proof.frozen, "0" * 64, proof.approved).same
    assert not proofs.Proof(proof.frozen, proof.payload_hash, "0" * 64).same
    assert not proofs.Proof(proof.frozen, proof.payload_hash, proof.approved, "0" * 64).same


@pytest.mark.parametrize("read", ["matrix", "everywhere", "calendar", "cases", "console"])
def test_the_number_of_queries_does_not_grow_with_the_rows(outside: Outside, read: str) -> None:
    story = outside.approve(accounts=2)
    outside.carry()

    def queries_now() -> int:
        with outside.database.unit(write=False) as session:
            seen: list[str] = []
            connection = session.connection()
            event.listen(connection, "before_cursor_execute", lambda *told: seen.append(told[2]))
            READS[read](session, story)
            return len(seen)

    few = queries_now()
    for _ in range(5):
        outside.approve(accounts=3)
    outside.carry()
    assert queries_now() == few


def _touch(matrix: outcomes.Matrix) -> None:
    for row in matrix.rows:
        assert row.story.title
        assert [place.publication.account.name for place in row.places.values()]


READS: dict[str, Any] = {
    "matrix": lambda session, story: _touch(outcomes.matrix_of(session, days=7)),
    "everywhere": lambda session, story: outcomes.everywhere(session, story),
    "calendar": lambda session, story: calendar.day_of(session, calendar.clock.today(session)),
    "cases": lambda session, story: queries.open_cases(session),
    "console": lambda session, story: queries.console(session),
}


def test_what_was_resolved_is_not_a_case_any_more(outside: Outside) -> None:
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, RuntimeError("a bug of ours"))
    outside.platform.finds.extend([RuntimeError("cannot be told")] * 60)
    outside.carry()
    outside.recover()
    with outside.database.unit() as session:
        (case,) = queries.open_cases(session)
        assert case.witnesses == 0
        assert case.publication.account.unit.name
        resolve.say_not_there(
            session, outside.newsroom.operator, case.publication, outcomes.clock.now(session)
        )
        (case,) = queries.open_cases(session)
        assert (case.witnesses, queries.count_cases(session)) == (1, 1)
        url = "https://platform.example/a/1"
        resolve.confirm(session, outside.newsroom.operator, case.publication, url)
        assert queries.open_cases(session) == []
