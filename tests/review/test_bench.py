"""Stand-ins, proofs, mend and pass, the emergency lane, and the reasons that are offered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from kitchen.core import clock
from kitchen.core.audit import AuditEntry
from kitchen.core.errors import Forbidden, Invalid, Stale, WrongState
from kitchen.notifications.models import Notice
from kitchen.people.models import Staff
from kitchen.publishing.invariants import broken
from kitchen.publishing.models import Publication
from kitchen.review import (
    amending,
    lane,
    proofing,
    queries,
    reading,
    reasons,
    service,
    standins,
)
from kitchen.review.models import Approval, Round, StandIn, Step
from kitchen.review.reviewers import possible_reviewers
from kitchen.stories import release
from kitchen.stories.doc import to_text
from kitchen.stories.models import Story
from kitchen.stories.queries import the_story
from kitchen.stories.retyping import lines_of
from kitchen.topics.rules import Risk
from tests.review.conftest import TEXT, Desk, at_once, refused


def stand_in(review: Desk, holder: str, name: str, hours: int = 8, begins: int = -1) -> int:
    actors = review.newsroom.actors
    with review.newsroom.database.unit() as session:
        now = clock.now(session)
        named = standins.name_stand_in(
            session,
            actors[holder],
            session.get_one(Staff, actors[name].id),
            starts_at=now + timedelta(hours=begins),
            ends_at=now + timedelta(hours=hours),
            reason="出差",
        )
        return named.id


def waits_for(review: Desk, name: str) -> int:
    with review.newsroom.database.unit(write=False) as session:
        actor = review.newsroom.actors[name]
        found = queries.to_decide(session, actor)
        assert queries.count_to_decide(session, actor) == len(found)
        return len(found)


def seen_of(review: Desk, story_id: int) -> str:
    with review.newsroom.database.unit(write=False) as session:
        round_ = review.round_of(session, story_id)
        return service.shown_hash(session, round_.version_id)


def round_state(review: Desk, story_id: int) -> str:
    with review.newsroom.database.unit(write=False) as session:
        return str(review.round_of(session, story_id).state)


def test_a_stand_in_decides_under_their_own_name_for_somebody(review: Desk) -> None:
    story_id = review.hand_in()
    review.pass_as("editor", story_id)
    assert waits_for(review, "head") == 0
    stand_in(review, "chief", "head")
    assert waits_for(review, "head") == 1
    with review.newsroom.database.unit(write=False) as session:
        able = possible_reviewers(session, review.open_step(session, story_id))
        assert {it.id for it in able} == {review.newsroom.chief.id, review.newsroom.head.id}
    review.pass_as("head", story_id)
    with review.newsroom.database.unit(write=False) as session:
        step = review.round_of(session, story_id).steps[1]
        assert step.reviewer_id == review.newsroom.head.id
        assert step.for_id == review.newsroom.chief.id
        told = session.scalars(select(Notice).where(Notice.url == "/review/stand-ins")).all()
        assert [notice.staff_id for notice in told] == [review.newsroom.head.id]


def test_whoever_holds_the_level_decides_in_their_own_right(review: Desk) -> None:
    story_id = review.hand_in()
    stand_in(review, "editor", "second_editor")
    review.pass_as("second_editor", story_id)
    with review.newsroom.database.unit(write=False) as session:
        assert review.round_of(session, story_id).steps[0].for_id is None


def test_nobody_stands_in_for_an_author_or_signs_twice_by_it(review: Desk) -> None:
    own = review.hand_in(author=review.newsroom.chief)
    twice = review.hand_in()
    stand_in(review, "chief", "head")
    stand_in(review, "chief", "editor")
    for story_id in (own, twice):
        review.pass_as("editor", story_id)
    assert waits_for(review, "head") == 1
    with pytest.raises(Forbidden):
        review.pass_as("head", own)
    with pytest.raises(Forbidden) as refusal:
        review.pass_as("editor", twice)
    assert refusal.value.reason == "reviewed_already"


def test_a_stand_in_that_ended_between_page_and_verdict_is_refused(review: Desk) -> None:
    story_id = review.hand_in()
    review.pass_as("editor", story_id)
    named = stand_in(review, "chief", "head")
    with review.newsroom.database.unit(write=False) as session:
        item = reading.item_of(
            session, review.newsroom.head, review.round_of(session, story_id), lambda *_: ""
        )
        assert item.instead_of == review.newsroom.chief.id
    with review.newsroom.database.unit() as session:
        session.execute(
            update(StandIn).where(StandIn.id == named).values(ends_at=clock.now(session))
        )
    with pytest.raises(Forbidden) as refusal:
        review.pass_as("head", story_id)
    assert refusal.value.reason == "not_this_level"
    assert waits_for(review, "head") == 0


def test_a_stand_in_begins_and_ends_by_itself_and_only_the_holder_ends_it(review: Desk) -> None:
    review.pass_as("editor", review.hand_in())
    later = stand_in(review, "chief", "head", hours=8, begins=4)
    assert waits_for(review, "head") == 0
    database = review.newsroom.database
    database.info["shift"] = timedelta(hours=5)
    assert waits_for(review, "head") == 1
    with pytest.raises(Forbidden), database.unit() as session:
        standins.end_stand_in(session, review.newsroom.head, session.get_one(StandIn, later))
    with database.unit() as session:
        standins.end_stand_in(session, review.newsroom.chief, session.get_one(StandIn, later))
    assert waits_for(review, "head") == 0
    with pytest.raises(WrongState), database.unit() as session:
        standins.end_stand_in(session, review.newsroom.chief, session.get_one(StandIn, later))


@pytest.mark.parametrize(
    ("holder", "name", "hours", "field"),
    [
        ("chief", "chief", 8, "stand_in"),
        ("chief", "reporter", 8, "stand_in"),
        ("chief", "town_editor", 8, "stand_in"),
        ("chief", "head", -2, "ends_at"),
        ("chief", "head", 24 * 90, "ends_at"),
    ],
)
def test_a_stand_in_that_cannot_be_is_refused_at_its_field(
    review: Desk, holder: str, name: str, hours: int, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        stand_in(review, holder, name, hours)
    assert list(refusal.value.fields) == [field]


def test_a_level_is_lent_as_far_as_the_stand_in_reviews(review: Desk) -> None:
    """Somebody who changed their section since: no piece waits for who may not judge it."""
    newsroom = review.newsroom
    review.pass_as("editor", review.hand_in())
    with newsroom.database.unit() as session:
        able = {it.id for it in standins.possible_stand_ins(session, newsroom.chief)}
        assert {newsroom.editor.id, newsroom.head.id} <= able
        assert newsroom.town_editor.id not in able
        now = clock.now(session)
        lent = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=8)}
        named = {"holder_id": newsroom.chief.id, "stand_in_id": newsroom.town_editor.id}
        session.add(StandIn(**named, **lent, reason="出差"))
        step = session.scalars(select(Step).where(Step.state == "open")).one()
        able = {it.id for it in possible_reviewers(session, step)}
    assert able == {newsroom.chief.id}
    assert waits_for(review, "town_editor") == 0


def sign_proof(review: Desk, story_id: int, name: str, number: int, seen: str = "") -> None:
    seen = seen or seen_of(review, story_id)
    with review.newsroom.database.unit() as session:
        round_ = review.round_of(session, story_id)
        service.sign_proof(session, review.newsroom.actors[name], round_, number, "已校", seen)


def ask_for_proofs(review: Desk, proofs: int, risk: Risk = Risk.ROUTINE) -> None:
    with review.newsroom.database.unit() as session:
        proofing.change_policy(session, review.newsroom.head, risk, proofs)


def test_the_last_pass_waits_for_every_proof(review: Desk) -> None:
    ask_for_proofs(review, 2)
    story_id = review.hand_in()
    review.climb(story_id, "editor", "chief")
    with pytest.raises(WrongState, match="第 1 校") as refusal:
        review.pass_as("deputy", story_id)
    assert refusal.value.reason == "proofs_missing"
    sign_proof(review, story_id, "operator", 1)
    with pytest.raises(WrongState, match="第 2 校"):
        review.pass_as("deputy", story_id)
    sign_proof(review, story_id, "duty", 2)
    review.pass_as("deputy", story_id)
    with review.newsroom.database.unit(write=False) as session:
        proofs = review.round_of(session, story_id).proofs
        assert {proof.seen_hash for proof in proofs} == {seen_of(review, story_id)}
        assert session.get_one(Story, story_id).state == "approved"


@pytest.mark.parametrize(
    ("name", "number", "kind", "code"),
    [
        ("duty", 2, WrongState, "proof_not_its_turn"),
        ("reporter", 1, Forbidden, "forbidden"),
        ("deputy", 1, Forbidden, "forbidden"),
    ],
)
def test_who_may_not_sign_a_proof(
    review: Desk, name: str, number: int, kind: Any, code: str
) -> None:
    ask_for_proofs(review, 3)
    story_id = review.hand_in()
    with pytest.raises(kind) as refusal:
        sign_proof(review, story_id, name, number)
    assert refusal.value.reason == code


def test_two_proofs_are_not_by_one_person_nor_by_the_writer_nor_of_something_else(
    review: Desk,
) -> None:
    ask_for_proofs(review, 2)
    story_id = review.hand_in(author=review.newsroom.editor)
    with pytest.raises(Forbidden, match="参与了采写"):
        sign_proof(review, story_id, "editor", 1)
    with pytest.raises(Stale):
        sign_proof(review, story_id, "duty", 1, "0" * 64)
    sign_proof(review, story_id, "duty", 1)
    with pytest.raises(Forbidden, match="已经校过"):
        sign_proof(review, story_id, "duty", 2)
    ends = at_once(
        lambda: sign_proof(review, story_id, "operator", 2),
        lambda: sign_proof(review, story_id, "second_editor", 2),
    )
    assert refused(ends) == ["proof_signed"]


def test_signed_proofs_stand_when_a_level_looks_again_and_not_for_a_new_text(review: Desk) -> None:
    ask_for_proofs(review, 1)
    story_id = review.hand_in()
    sign_proof(review, story_id, "duty", 1)
    review.pass_as("editor", story_id)
    review.return_as("chief", story_id, to=1)
    with review.newsroom.database.unit(write=False) as session:
        assert review.round_of(session, story_id).proofs[0].reader_id == review.newsroom.duty.id
    review.return_as("second_editor", story_id)
    review.hand_in_again(story_id, TEXT + "又补一句。")
    with review.newsroom.database.unit(write=False) as session:
        assert review.round_of(session, story_id).proofs[0].reader_id is None


@pytest.mark.parametrize("proofs", [-1, 4])
def test_more_than_three_proofs_there_are_not(review: Desk, proofs: int) -> None:
    with pytest.raises(Invalid):
        ask_for_proofs(review, proofs)


@pytest.fixture
def submitted(review: Desk, written: str) -> int:
    """A real story that the reporter handed in."""
    with review.newsroom.database.unit() as session:
        story = the_story(session, written)
        release.submit(session, review.newsroom.reporter, story, "请审")
        return story.id


def amend(review: Desk, story_id: int, name: str, old: str = "二十", new: str = "十八") -> None:
    seen = seen_of(review, story_id)
    with review.newsroom.database.unit() as session:
        step = review.open_step(session, story_id)
        version = step.round.story_version
        lines = lines_of(version.doc).replace(old, new)
        actor = review.newsroom.actors[name]
        amending.amend_and_pass(session, actor, step, version.title, lines, "改了天数", seen)


def test_a_level_passes_with_the_text_mended_and_the_next_judges_it(
    review: Desk, submitted: int
) -> None:
    amend(review, submitted, "editor")
    with review.newsroom.database.unit(write=False) as session:
        first, second = session.scalars(select(Round).order_by(Round.number)).all()
        assert (first.state, second.state) == ("amended", "open")
        version = second.story_version
        assert "十八天" in to_text(version.doc)
        assert version.made_by_id == review.newsroom.editor.id
        assert second.since_version_id == first.version_id
        assert [step.state for step in second.steps] == ["passed", "open", "waiting"]
        told = session.scalars(select(Notice).where(Notice.url.like("%/history"))).all()
        assert [it.staff_id for it in told] == [review.newsroom.reporter.id]
    review.climb(submitted, "chief", "deputy")
    with review.newsroom.database.unit(write=False) as session:
        assert session.get_one(Story, submitted).state == "approved"
        approvals = session.scalars(select(Approval)).all()
        assert {it.version_id for it in approvals} == {second.version_id}
        assert broken(session) == {}


def test_whoever_mended_or_handed_in_judges_no_later_level(review: Desk, submitted: int) -> None:
    amend(review, submitted, "editor")
    stand_in(review, "chief", "second_editor")
    stand_in(review, "chief", "editor")
    assert waits_for(review, "editor") == 0
    with pytest.raises(Forbidden):
        review.pass_as("editor", submitted)
    review.pass_as("second_editor", submitted)


def test_the_last_level_and_those_who_only_read_do_not_mend(review: Desk, submitted: int) -> None:
    with pytest.raises(Invalid, match="没有改动|标红"):
        amend(review, submitted, "editor", "二十", "二十")
    review.climb(submitted, "editor")
    amend(review, submitted, "chief")
    with pytest.raises(WrongState, match="只审不改"):
        amend(review, submitted, "deputy", "十八", "十七")
    with review.newsroom.database.unit(write=False) as session:
        step = review.open_step(session, submitted)
        told = amending.obstacle_to(review.newsroom.editor, step.round, step)
    assert told is not None
    assert "最后一级" in told


def test_two_reviewers_mend_at_once_and_one_is_told(review: Desk, submitted: int) -> None:
    ends = at_once(
        lambda: amend(review, submitted, "editor"),
        lambda: amend(review, submitted, "second_editor", "二十", "十九"),
    )
    assert len(refused(ends)) == 1
    assert round_state(review, submitted) == "open"


def release_early(review: Desk, story_id: int, name: str = "chief", reason: str = "地震") -> None:
    seen = seen_of(review, story_id)
    with review.newsroom.database.unit() as session:
        round_ = review.round_of(session, story_id)
        lane.release_early(session, review.newsroom.actors[name], round_, reason, seen)


def test_the_lane_releases_now_and_the_other_levels_look_afterwards(review: Desk) -> None:
    story_id = review.hand_in()
    review.pass_as("editor", story_id)
    release_early(review, story_id)
    with review.newsroom.database.unit(write=False) as session:
        round_ = review.round_of(session, story_id)
        assert round_.state == "after"
        assert round_.look_back_due_at is not None
        assert session.get_one(Story, story_id).state == "approved"
        approvals = session.scalars(select(Approval)).all()
        assert {it.approver_id for it in approvals} == {review.newsroom.chief.id}
        assert len(session.scalars(select(Publication)).all()) == len(approvals) == 2
        assert [it.id for it in lane.uses(session)] == [round_.id]
        assert lane.awaiting_look_back(session) == {story_id}
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "release")).one()
        assert entry.note == "地震"
    review.climb(story_id, "chief", "deputy")
    assert round_state(review, story_id) == "passed"
    with review.newsroom.database.unit(write=False) as session:
        assert len(session.scalars(select(Approval)).all()) == 2
        assert lane.awaiting_look_back(session) == frozenset()
        assert broken(session) == {}


@pytest.mark.parametrize(
    ("climbed", "name", "reason", "kind"),
    [
        ([], "chief", "地震", WrongState),
        (["editor"], "editor", "地震", Forbidden),
        (["editor"], "operator", "地震", Forbidden),
        (["editor"], "chief", " ", Invalid),
    ],
)
def test_the_lane_is_narrow(
    review: Desk, climbed: list[str], name: str, reason: str, kind: Any
) -> None:
    story_id = review.hand_in()
    review.climb(story_id, *climbed)
    with pytest.raises(kind):
        release_early(review, story_id, name, reason)
    assert round_state(review, story_id) == "open"


def test_nobody_releases_alone_or_their_own(review: Desk) -> None:
    own = review.hand_in(author=review.newsroom.chief)
    review.pass_as("editor", own)
    with pytest.raises(Forbidden):
        release_early(review, own)
    alone = review.hand_in(Risk.IMPORTANT)
    with review.newsroom.database.unit() as session:
        step = review.open_step(session, alone)
        step.role = "chief"
    review.pass_as("chief", alone)
    with pytest.raises(WrongState, match="另一个人"):
        release_early(review, alone)


def test_who_mended_the_text_is_not_another_who_judged_it(review: Desk, submitted: int) -> None:
    amend(review, submitted, "editor")
    with pytest.raises(WrongState, match="另一个人"):
        release_early(review, submitted, "deputy")
    review.pass_as("chief", submitted)
    release_early(review, submitted, "deputy")


def test_a_late_look_is_called_once(review: Desk) -> None:
    story_id = review.hand_in()
    review.pass_as("editor", story_id)
    release_early(review, story_id)
    database = review.newsroom.database
    lane.escalate(database)
    database.info["shift"] = timedelta(hours=25)
    lane.escalate(database)
    lane.escalate(database)
    with database.unit(write=False) as session:
        told = session.scalars(select(Notice).where(Notice.text.like("%后审已经超时%"))).all()
        names = ("chief", "deputy", "head")
        assert {it.staff_id for it in told} == {review.newsroom.actors[it].id for it in names}
        assert len(told) == 3


def test_what_is_found_afterwards_is_told_and_the_piece_stays_where_it_is(review: Desk) -> None:
    story_id = review.hand_in()
    review.pass_as("editor", story_id)
    release_early(review, story_id)
    review.return_as("chief", story_id, "数字不对")
    assert round_state(review, story_id) == "returned"
    with review.newsroom.database.unit(write=False) as session:
        assert session.get_one(Story, story_id).state == "approved"
        told = session.scalars(select(Notice).where(Notice.text.like("%后审发现问题%"))).all()
        assert review.newsroom.reporter.id in {it.staff_id for it in told}


def test_a_revocation_spares_the_look_afterwards(review: Desk) -> None:
    story_id = review.hand_in()
    review.pass_as("editor", story_id)
    release_early(review, story_id)
    with review.newsroom.database.unit() as session:
        story = session.get_one(Story, story_id)
        service.revoke(session, review.newsroom.deputy, story, "数字有误")
    assert round_state(review, story_id) == "withdrawn"
    assert waits_for(review, "chief") == 0


def test_release_and_verdict_at_once_leave_one_set_of_approvals(review: Desk) -> None:
    story_id = review.hand_in()
    review.climb(story_id, "editor", "chief")
    ends = at_once(
        lambda: release_early(review, story_id, "head"),
        lambda: review.pass_as("deputy", story_id),
    )
    assert len(refused(ends)) <= 1
    with review.newsroom.database.unit(write=False) as session:
        assert len(session.scalars(select(Approval)).all()) == 2


def test_reasons_are_kept_by_the_newsroom_and_counted(review: Desk) -> None:
    database, head = review.newsroom.database, review.newsroom.head
    with database.unit() as session:
        keep = reasons.reasons(session)["facts"]
        reasons.change_reasons(session, head, [keep, "地名写错", " ", keep])
    with database.unit(write=False) as session:
        offered = reasons.reasons(session)
        assert list(offered.values()) == [keep, "地名写错"]
        own = next(key for key in offered if key != "facts")
    story_id = review.hand_in()
    with database.unit() as session:
        step = review.open_step(session, story_id)
        service.return_(session, review.newsroom.editor, step, "桥名", 0, [own, "facts", own])
    with database.unit(write=False) as session:
        opinion = session.scalars(select(Step.opinion).where(Step.opinion != "")).one()
        assert opinion == f"地名写错、{keep}：桥名"  # noqa: RUF001
        assert reasons.used(session) == {own: 1, "facts": 1}


@pytest.mark.parametrize("lines", [[], ["长" * 41], [f"第{n}条" for n in range(25)]])
def test_reasons_that_fit_no_chip_are_refused(review: Desk, lines: list[str]) -> None:
    with pytest.raises(Invalid), review.newsroom.database.unit() as session:
        reasons.change_reasons(session, review.newsroom.head, lines)
    with pytest.raises(Forbidden), review.newsroom.database.unit() as session:
        reasons.change_reasons(session, review.newsroom.chief, ["事实"])


def test_the_queue_is_mine_others_and_all_the_graver_first(review: Desk) -> None:
    routine, major = review.hand_in(), review.hand_in(Risk.MAJOR)
    with review.newsroom.database.unit() as session:
        for story_id in (routine, major):
            review.open_step(session, story_id).due_at = clock.now(session)
    review.pass_as("editor", review.hand_in())
    with review.newsroom.database.unit(write=False) as session:
        editor = review.newsroom.editor
        mine = [step.round.story_id for step in queries.to_decide(session, editor)]
        assert mine == [major, routine]
        assert len(queries.under_way(session, editor)) == 3
        assert len(queries.under_way(session, editor, others=True)) == 1
        assert queries.looking_back(session) == []
