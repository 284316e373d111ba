"""Verdicts: levels in order, by different people, bound to what was seen; and every refusal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from kitchen.assignments.models import Assignment, Crew
from kitchen.core import bus, clock
from kitchen.core.audit import AuditEntry
from kitchen.core.errors import Duplicate, Forbidden, Invalid, Refusal, Stale, WrongState
from kitchen.notifications.models import Notice
from kitchen.publishing import correct
from kitchen.publishing.models import Publication
from kitchen.review import queries, reading, routing, service
from kitchen.review.events import StoryApproved
from kitchen.review.models import Approval, Round, Step
from kitchen.review.reviewers import possible_reviewers
from kitchen.review.rules import CLAIM_LIMIT, Level, Stop, default_route
from kitchen.stories import correction, release
from kitchen.stories.models import FrozenPost, Story, Version
from kitchen.stories.queries import the_story
from kitchen.stories.rules import State
from kitchen.topics.rules import Risk
from tests.review.conftest import LADDER, TEXT, Desk, at_once, refused


def states(review: Desk, story_id: int) -> list[str]:
    with review.newsroom.database.unit(write=False) as session:
        return [str(step.state) for step in review.round_of(session, story_id).steps]


def story_state(review: Desk, story_id: int) -> str:
    with review.newsroom.database.unit(write=False) as session:
        return str(session.get_one(Story, story_id).state)


@pytest.mark.parametrize(
    ("risk", "levels"), [(Risk.ROUTINE, 3), (Risk.IMPORTANT, 4), (Risk.MAJOR, 5)]
)
def test_the_last_pass_approves_every_post_and_plans_its_delivery(
    review: Desk, risk: Risk, levels: int
) -> None:
    story_id = review.hand_in(risk)
    review.climb(story_id, *LADDER[: levels - 1])
    assert story_state(review, story_id) == State.IN_REVIEW
    review.pass_as(LADDER[levels - 1], story_id, opinion="可发")
    assert story_state(review, story_id) == State.APPROVED
    with review.newsroom.database.unit(write=False) as session:
        posts = {post.id: post.payload_hash for post in session.scalars(select(FrozenPost))}
        approvals = session.scalars(select(Approval)).all()
        assert {it.frozen_post_id: it.payload_hash for it in approvals} == posts
        signer = review.newsroom.actors[LADDER[levels - 1]]
        assert {it.approver_id for it in approvals} == {signer.id}
        assert len(session.scalars(select(Publication)).all()) == len(posts) == 2
        steps = review.round_of(session, story_id).steps
        assert len({step.reviewer_id for step in steps}) == levels
        signed = session.scalars(select(AuditEntry).where(AuditEntry.action == "pass")).all()
        assert len(signed) == levels


def test_levels_open_one_after_the_other_with_a_time_of_their_own(review: Desk) -> None:
    story_id = review.hand_in()
    assert states(review, story_id) == ["open", "waiting", "waiting"]
    review.pass_as("editor", story_id)
    assert states(review, story_id) == ["passed", "open", "waiting"]
    with review.newsroom.database.unit(write=False) as session:
        first, second, third = review.round_of(session, story_id).steps
        assert first.due_at == first.round.created_at + timedelta(minutes=first.minutes)
        assert second.due_at is not None
        assert third.due_at is None


def test_a_later_level_cannot_be_passed_first(review: Desk) -> None:
    story_id = review.hand_in()
    with pytest.raises(WrongState), review.newsroom.database.unit() as session:
        step = review.round_of(session, story_id).steps[2]
        seen = service.shown_hash(session, step.round.version_id)
        service.pass_(session, review.newsroom.deputy, step, "", seen)
    assert states(review, story_id) == ["open", "waiting", "waiting"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("chief", "not_this_level"),
        ("town_editor", "forbidden"),
        ("reporter", "forbidden"),
        ("operator", "forbidden"),
        ("admin", "forbidden"),
        ("invited", "forbidden"),
    ],
)
def test_only_the_post_of_the_level_over_the_storys_unit_decides(
    review: Desk, name: str, code: str
) -> None:
    story_id = review.hand_in()
    with pytest.raises(Forbidden) as refusal:
        review.pass_as(name, story_id)
    assert refusal.value.reason == code
    assert states(review, story_id)[0] == "open"


def test_a_town_story_is_judged_in_the_town(review: Desk) -> None:
    story_id = review.hand_in(author=review.newsroom.town_editor)
    with pytest.raises(Forbidden):
        review.pass_as("editor", story_id)
    with pytest.raises(Forbidden) as refusal:
        review.pass_as("town_editor", story_id)
    assert refusal.value.reason == "own_story"


def test_nobody_judges_what_they_wrote_or_handed_in(review: Desk) -> None:
    own = review.hand_in(author=review.newsroom.editor)
    handed = review.hand_in(by=review.newsroom.editor)
    for story_id in (own, handed):
        with pytest.raises(Forbidden) as refusal:
            review.pass_as("editor", story_id)
        assert refusal.value.reason == "own_story"
        review.pass_as("second_editor", story_id)


@pytest.mark.parametrize(("answer", "barred"), [("accepted", True), ("declined", False)])
def test_nobody_judges_what_they_gathered(review: Desk, answer: str, barred: bool) -> None:
    story_id = review.hand_in()
    with review.newsroom.database.unit() as session:
        task = Assignment(title="合龙现场", kit=[])
        task.crew = [Crew(staff_id=review.newsroom.editor.id, role="photo", answer=answer)]
        session.add(task)
        session.flush()
        session.get_one(Story, story_id).assignment_id = task.id
    with review.newsroom.database.unit(write=False) as session:
        waits = len(queries.to_decide(session, review.newsroom.editor))
        able = possible_reviewers(session, review.open_step(session, story_id))
    assert waits == (0 if barred else 1)
    assert (review.newsroom.editor.id in {staff.id for staff in able}) is not barred
    if barred:
        with pytest.raises(Forbidden) as refusal:
            review.pass_as("editor", story_id)
        assert refusal.value.reason == "own_story"
    else:
        review.pass_as("editor", story_id)


def _let_editors_sign_twice(review: Desk) -> None:
    """The first two levels belong to the same role, so that one person could sign both."""
    with review.newsroom.database.unit() as session:
        route = [*default_route(Risk.ROUTINE)]
        route.insert(1, Stop(Level.AGAIN, "editor", 60))
        routing.change_route(session, review.newsroom.head, Risk.ROUTINE, route)


def test_nobody_signs_two_levels_of_a_round(review: Desk) -> None:
    _let_editors_sign_twice(review)
    story_id = review.hand_in()
    review.pass_as("editor", story_id)
    with pytest.raises(Forbidden) as refusal:
        review.pass_as("editor", story_id)
    assert refusal.value.reason == "reviewed_already"
    review.pass_as("second_editor", story_id)


def test_the_database_holds_it_where_the_rule_is_passed_by(review: Desk) -> None:
    story_id = review.hand_in()
    review.pass_as("editor", story_id)
    with pytest.raises(IntegrityError), review.newsroom.database.unit() as session:
        second = review.open_step(session, story_id)
        second.reviewer_id = review.newsroom.editor.id


def test_a_verdict_covers_only_what_was_seen(review: Desk) -> None:
    story_id = review.hand_in()
    with pytest.raises(Stale) as refusal:
        review.pass_as("editor", story_id, seen_hash="0" * 64)
    with review.newsroom.database.unit(write=False) as session:
        version_id = review.round_of(session, story_id).version_id
        assert refusal.value.theirs == {"seen_hash": service.shown_hash(session, version_id)}
    assert states(review, story_id)[0] == "open"


def test_an_old_page_cannot_pass_the_next_version(review: Desk) -> None:
    story_id = review.hand_in()
    with review.newsroom.database.unit(write=False) as session:
        seen = service.shown_hash(session, review.round_of(session, story_id).version_id)
    review.return_as("editor", story_id)
    review.hand_in_again(story_id, TEXT + "补一句。")
    with pytest.raises(Stale):
        review.pass_as("editor", story_id, seen_hash=seen)


def test_without_accounts_there_is_nothing_to_sign(review: Desk) -> None:
    review.account_ids.clear()
    story_id = review.hand_in()
    review.climb(story_id, "editor", "chief")
    with pytest.raises(WrongState):
        review.pass_as("deputy", story_id)
    assert states(review, story_id) == ["passed", "passed", "open"]


def test_a_return_needs_a_reason_and_ends_the_round(review: Desk) -> None:
    story_id = review.hand_in()
    review.pass_as("editor", story_id)
    with pytest.raises(Invalid) as refusal:
        review.return_as("chief", story_id, reason="  ")
    assert "note" in refusal.value.fields
    review.return_as("chief", story_id, reason="标题不准")
    assert states(review, story_id) == ["passed", "returned", "skipped"]
    assert story_state(review, story_id) == State.RETURNED
    with review.newsroom.database.unit(write=False) as session:
        told = session.scalars(
            select(Notice).where(Notice.staff_id == review.newsroom.reporter.id)
        ).one()
        assert told.params["reason"] == "标题不准"


@pytest.mark.parametrize("to", [2, 3, -1])
def test_a_return_goes_back_only(review: Desk, to: int) -> None:
    story_id = review.hand_in()
    review.pass_as("editor", story_id)
    with pytest.raises(Invalid) as refusal:
        review.return_as("chief", story_id, to=to)
    assert "to" in refusal.value.fields


def test_a_return_to_a_level_keeps_the_signatures_before_it(review: Desk) -> None:
    story_id = review.hand_in(Risk.IMPORTANT)
    review.climb(story_id, "editor", "chief", "deputy")
    review.return_as("head", story_id, reason="请二审再看导语", to=2)
    assert story_state(review, story_id) == State.IN_REVIEW
    with review.newsroom.database.unit(write=False) as session:
        round_ = review.round_of(session, story_id)
        first = round_.steps[0]
        assert (round_.number, first.carried, first.reviewer_id) == (
            2,
            True,
            review.newsroom.editor.id,
        )
    assert states(review, story_id) == ["passed", "open", "waiting", "waiting"]
    review.climb(story_id, "chief", "deputy", "head")
    assert story_state(review, story_id) == State.APPROVED


def test_who_signed_a_level_that_stands_signs_no_other(review: Desk) -> None:
    _let_editors_sign_twice(review)
    story_id = review.hand_in()
    review.climb(story_id, "editor", "second_editor")
    review.return_as("chief", story_id, to=2)
    with pytest.raises(Forbidden) as refusal:
        review.pass_as("editor", story_id)
    assert refusal.value.reason == "reviewed_already"


def test_a_mended_piece_begins_anew_and_shows_what_changed(review: Desk) -> None:
    story_id = review.hand_in()
    review.climb(story_id, "editor")
    review.return_as("chief", story_id)
    review.hand_in_again(story_id, TEXT.replace("二十天", "十八天"))
    assert states(review, story_id) == ["open", "waiting", "waiting"]
    with review.newsroom.database.unit(write=False) as session:
        round_ = review.round_of(session, story_id)
        for actor, base in (
            (review.newsroom.editor, reading.Base.SEEN),
            (review.newsroom.chief, reading.Base.SEEN),
            (review.newsroom.deputy, reading.Base.PREVIOUS),
        ):
            item = reading.item_of(session, actor, round_, lambda uid, preset: "")
            assert item.compared is not None
            assert item.compared.base is base
            parts = [part for row in item.compared.changes.rows for part in row.parts]
            assert ("gone", "二") in parts
            assert ("new", "八") in parts
        assert round_.number == 2
    review.climb(story_id, "editor", "chief", "deputy")
    assert story_state(review, story_id) == State.APPROVED


def test_the_first_round_has_nothing_to_compare(review: Desk) -> None:
    story_id = review.hand_in()
    with review.newsroom.database.unit(write=False) as session:
        round_ = review.round_of(session, story_id)
        item = reading.item_of(session, review.newsroom.editor, round_, lambda uid, preset: "")
        assert item.compared is None
        assert item.mine is round_.steps[0]
        assert item.seen_hash == service.shown_hash(session, round_.version_id)


def test_a_claim_keeps_others_away_for_a_while(review: Desk) -> None:
    story_id = review.hand_in()
    database = review.newsroom.database
    with database.unit() as session:
        service.claim(session, review.newsroom.editor, review.open_step(session, story_id))
    with pytest.raises(WrongState) as refusal:
        review.pass_as("second_editor", story_id)
    assert refusal.value.reason == "claimed"
    database.info["shift"] = CLAIM_LIMIT + timedelta(seconds=1)
    review.pass_as("second_editor", story_id)


def test_a_story_that_was_taken_back_is_judged_no_more(review: Desk) -> None:
    story_id = review.hand_in()
    with review.newsroom.database.unit() as session:
        release.take_back(session, review.newsroom.reporter, session.get_one(Story, story_id))
    with review.newsroom.database.unit(write=False) as session:
        assert review.round_of(session, story_id).state == "withdrawn"
        assert queries.count_to_decide(session, review.newsroom.editor) == 0
        step_uid = review.round_of(session, story_id).steps[0].uid
    with pytest.raises(WrongState), review.newsroom.database.unit() as session:
        step = queries.the_step(review.round_of(session, story_id), step_uid)
        service.return_(session, review.newsroom.editor, step, "晚了")


def _invite(review: Desk, story_id: int, by: str = "editor", *names: str) -> None:
    with review.newsroom.database.unit() as session:
        units = [review.newsroom.units[name] for name in names]
        round_ = review.round_of(session, story_id)
        service.add_joint(session, review.newsroom.actors[by], round_, units)


def test_a_joint_review_passes_when_all_have_passed(review: Desk) -> None:
    story_id = review.hand_in()
    _invite(review, story_id, "editor", "区网信办")
    review.pass_as("editor", story_id)
    assert states(review, story_id) == ["passed", "open", "waiting", "waiting"]
    with review.newsroom.database.unit(write=False) as session:
        assert len(queries.to_decide(session, review.newsroom.invited, joint=True)) == 1
        assert queries.count_to_decide(session, review.newsroom.chief) == 0
    review.pass_as("invited", story_id)
    assert states(review, story_id) == ["passed", "passed", "open", "waiting"]


def test_an_invited_unit_may_send_it_back(review: Desk) -> None:
    story_id = review.hand_in()
    _invite(review, story_id, "editor", "区网信办")
    review.pass_as("editor", story_id)
    review.return_as("invited", story_id, reason="涉及未公开事项")
    assert story_state(review, story_id) == State.RETURNED


def test_a_joint_review_is_asked_again_when_its_level_is(review: Desk) -> None:
    story_id = review.hand_in()
    _invite(review, story_id, "editor", "区网信办")
    review.climb(story_id, "editor", "invited")
    review.return_as("chief", story_id, to=1)
    assert states(review, story_id) == ["open", "open", "waiting", "waiting"]


@pytest.mark.parametrize(
    ("by", "names", "kind"),
    [
        ("editor", [], Invalid),
        ("editor", ["云溪街道", "采编部"], Invalid),
        ("editor", ["区网信办", "区网信办"], Duplicate),
        ("reporter", ["区网信办"], Forbidden),
        ("town_editor", ["区网信办"], Forbidden),
    ],
)
def test_invitations_are_refused(
    review: Desk, by: str, names: list[str], kind: type[Refusal]
) -> None:
    story_id = review.hand_in()
    with pytest.raises(kind):
        _invite(review, story_id, by, *names)
    assert states(review, story_id) == ["open", "waiting", "waiting"]


def test_reviewers_hear_of_their_turn_and_operators_of_the_approval(review: Desk) -> None:
    story_id = review.hand_in()
    newsroom = review.newsroom

    def told(name: str) -> int:
        with newsroom.database.unit(write=False) as session:
            who = Notice.staff_id == newsroom.actors[name].id
            return len(session.scalars(select(Notice).where(who)).all())

    assert (told("editor"), told("second_editor"), told("town_editor")) == (1, 1, 0)
    assert (told("chief"), told("operator")) == (0, 0)
    review.climb(story_id, "editor", "chief", "deputy")
    assert (told("chief"), told("deputy"), told("operator")) == (1, 1, 1)


def _approved(review: Desk) -> int:
    story_id = review.hand_in()
    review.climb(story_id, "editor", "chief", "deputy")
    return story_id


def _revoke(review: Desk, name: str, story_id: int, reason: str = "数字有误") -> None:
    with review.newsroom.database.unit() as session:
        story = session.get_one(Story, story_id)
        service.revoke(session, review.newsroom.actors[name], story, reason)


@pytest.mark.parametrize("name", ["chief", "deputy", "head", "leader"])
def test_a_revocation_stops_what_has_not_left(review: Desk, name: str) -> None:
    story_id = _approved(review)
    _revoke(review, name, story_id)
    assert story_state(review, story_id) == State.RETURNED
    with review.newsroom.database.unit(write=False) as session:
        approvals = session.scalars(select(Approval)).all()
        assert all(it.revoked_at for it in approvals)
        assert {it.revoked_by_id for it in approvals} == {review.newsroom.actors[name].id}
        assert {str(it.state) for it in session.scalars(select(Publication))} == {"cancelled"}


def test_after_a_revocation_it_climbs_again(review: Desk) -> None:
    story_id = _approved(review)
    _revoke(review, "chief", story_id)
    review.hand_in_again(story_id, TEXT + "补一句。")
    review.climb(story_id, "editor", "chief", "deputy")
    with review.newsroom.database.unit(write=False) as session:
        standing = select(Approval).where(Approval.revoked_at.is_(None))
        assert len(session.scalars(standing).all()) == 2


def test_a_published_story_is_withdrawn(review: Desk) -> None:
    story_id = _approved(review)
    with review.newsroom.database.unit() as session:
        release.publish(session, session.get_one(Story, story_id))
    _revoke(review, "deputy", story_id)
    assert story_state(review, story_id) == State.WITHDRAWN


@pytest.mark.parametrize(
    ("name", "reason", "kind"),
    [
        ("editor", "数字有误", Forbidden),
        ("operator", "数字有误", Forbidden),
        ("reporter", "数字有误", Forbidden),
        ("chief", " ", Invalid),
    ],
)
def test_revocations_are_refused(review: Desk, name: str, reason: str, kind: type[Refusal]) -> None:
    story_id = _approved(review)
    with pytest.raises(kind):
        _revoke(review, name, story_id, reason)
    assert story_state(review, story_id) == State.APPROVED


@pytest.mark.parametrize("in_review", [False, True])
def test_a_revocation_ends_a_correction_wherever_it_has_come_to(
    review: Desk, written: str, in_review: bool
) -> None:
    newsroom = review.newsroom
    with newsroom.database.unit() as session:
        story = the_story(session, written)
        release.submit(session, newsroom.reporter, story)
    review.climb(story.id, "editor", "chief", "deputy")
    with newsroom.database.unit() as session:
        story = the_story(session, written)
        release.publish(session, story)
        reached = [target.account for target in story.targets]
        correction.begin(session, newsroom.second_editor, story, "更正日期", reached)
        if in_review:
            release.submit(session, newsroom.reporter, story)
    _revoke(review, "head", story.id)
    with newsroom.database.unit() as session:
        story = the_story(session, written)
        assert (story.state, story.correction, story.shared) == (State.RETURNED, "", False)
        assert not any(target.bound for target in story.targets)
        assert review.round_of(session, story.id).state in {"passed", "withdrawn"}
        with pytest.raises(WrongState):
            correct.drop(session, newsroom.second_editor, story)
        release.submit(session, newsroom.reporter, story)
    review.climb(story.id, "editor", "chief", "deputy")
    assert story_state(review, story.id) == State.APPROVED


def test_a_correction_is_not_given_up_for_what_is_signed_no_more(
    review: Desk, written: str
) -> None:
    newsroom = review.newsroom
    with newsroom.database.unit() as session:
        story = the_story(session, written)
        release.submit(session, newsroom.reporter, story)
    review.climb(story.id, "editor", "chief", "deputy")
    with newsroom.database.unit() as session:
        story = the_story(session, written)
        correction.begin(session, newsroom.editor, story, "更正日期", [])
        session.execute(update(Approval).values(revoked_at=clock.now(session)))
        with pytest.raises(WrongState, match="已经撤销"):
            correct.drop(session, newsroom.editor, story)


def test_what_was_revoked_cannot_be_revoked_again(review: Desk) -> None:
    story_id = _approved(review)
    _revoke(review, "chief", story_id)
    with pytest.raises(WrongState):
        _revoke(review, "head", story_id)


@pytest.mark.parametrize(
    "change",
    [
        {"payload_hash": "f" * 64},
        {"approver_id": 1},
        {"payload_hash": "f" * 64, "revoked_at": Approval.decided_at},
    ],
)
def test_the_database_refuses_to_change_an_approval(
    review: Desk, change: dict[str, object]
) -> None:
    _approved(review)
    with pytest.raises(DBAPIError), review.newsroom.database.unit() as session:
        session.execute(update(Approval).values(**change))


def test_the_database_refuses_to_restore_or_delete_an_approval(review: Desk) -> None:
    story_id = _approved(review)
    with pytest.raises(DBAPIError), review.newsroom.database.unit() as session:
        session.execute(delete(Approval))
    _revoke(review, "chief", story_id)
    with pytest.raises(DBAPIError), review.newsroom.database.unit() as session:
        session.execute(update(Approval).values(revoked_at=None))


def test_a_post_has_one_approval_that_holds(review: Desk) -> None:
    _approved(review)
    with pytest.raises(IntegrityError), review.newsroom.database.unit() as session:
        first = session.scalars(select(Approval)).first()
        assert first is not None
        copied = ("frozen_post_id", "story_id", "version_id", "account_id", "payload_hash")
        again = {name: getattr(first, name) for name in copied}
        session.add(Approval(**again, approver_id=1, decided_at=first.decided_at))


def _pass_with(review: Desk, name: str, step_uid: str, seen: str) -> None:
    with review.newsroom.database.unit() as session:
        step = session.scalars(select(Step).where(Step.uid == step_uid)).one()
        service.pass_(session, review.newsroom.actors[name], step, "", seen)


def _first_step(review: Desk, story_id: int) -> tuple[str, str]:
    with review.newsroom.database.unit(write=False) as session:
        step = review.open_step(session, story_id)
        return step.uid, service.shown_hash(session, step.round.version_id)


def test_two_people_at_once_leave_one_signature(review: Desk) -> None:
    for _ in range(5):
        story_id = review.hand_in()
        uid, seen = _first_step(review, story_id)
        ends = at_once(
            lambda uid=uid, seen=seen: _pass_with(review, "editor", uid, seen),
            lambda uid=uid, seen=seen: _pass_with(review, "second_editor", uid, seen),
        )
        assert refused(ends) == ["not_its_turn"]
        assert states(review, story_id) == ["passed", "open", "waiting"]


def test_one_person_at_once_signs_one_level(review: Desk) -> None:
    _let_editors_sign_twice(review)
    for _ in range(5):
        story_id = review.hand_in()
        _, seen = _first_step(review, story_id)
        with review.newsroom.database.unit(write=False) as session:
            uids = [step.uid for step in review.round_of(session, story_id).steps[:2]]
        ends = at_once(
            *(lambda uid=uid, seen=seen: _pass_with(review, "editor", uid, seen) for uid in uids)
        )
        assert refused(ends) in (["not_its_turn"], ["reviewed_already"])
        assert states(review, story_id) == ["passed", "open", "waiting", "waiting"]


def test_a_pass_and_a_taking_back_at_once_leave_one_winner(review: Desk) -> None:
    for _ in range(5):
        story_id = review.hand_in()
        review.climb(story_id, "editor", "chief")

        def take_back(story_id: int = story_id) -> None:
            with review.newsroom.database.unit() as session:
                story = session.get_one(Story, story_id, with_for_update=True)
                release.take_back(session, review.newsroom.reporter, story)

        ends = at_once(take_back, lambda story_id=story_id: review.pass_as("deputy", story_id))
        assert sum(end is None for end in ends) == 1
        state = story_state(review, story_id)
        with review.newsroom.database.unit(write=False) as session:
            approvals = select(Approval).where(Approval.story_id == story_id)
            count = len(session.scalars(approvals).all())
        assert (state, count) in {(State.APPROVED, 2), (State.DRAFT, 0)}


def test_two_last_passes_approve_once(review: Desk) -> None:
    story_id = review.hand_in()
    review.climb(story_id, "editor", "chief")
    uid, seen = _first_step(review, story_id)
    ends = at_once(*[lambda: _pass_with(review, "deputy", uid, seen)] * 6)
    assert refused(ends) == ["wrong_state"] * 5
    with review.newsroom.database.unit(write=False) as session:
        assert len(session.scalars(select(Approval)).all()) == 2
        assert len(session.scalars(select(Round)).all()) == 1


def test_two_revocations_at_once_revoke_once(review: Desk) -> None:
    story_id = _approved(review)
    ends = at_once(
        lambda: _revoke(review, "chief", story_id), lambda: _revoke(review, "head", story_id)
    )
    assert refused(ends) == ["wrong_state"]
    with review.newsroom.database.unit(write=False) as session:
        assert len({it.revoked_by_id for it in session.scalars(select(Approval))}) == 1


def test_a_failing_consequence_undoes_the_last_pass(review: Desk) -> None:
    story_id = review.hand_in()
    review.climb(story_id, "editor", "chief")

    def burst(session: object, event: object) -> None:
        raise RuntimeError("the outbox is full")

    reactions = review.newsroom.database.info["reactions"]
    broken = {**reactions, StoryApproved: bus.Reaction(follows=[burst])}
    review.newsroom.database.info["reactions"] = broken
    with pytest.raises(RuntimeError):
        review.pass_as("deputy", story_id)
    assert states(review, story_id) == ["passed", "passed", "open"]
    assert story_state(review, story_id) == State.IN_REVIEW
    with review.newsroom.database.unit(write=False) as session:
        assert session.scalars(select(Approval)).all() == []


def test_the_queue_is_ordered_by_when_it_is_due(review: Desk) -> None:
    late, soon = review.hand_in(), review.hand_in()
    with review.newsroom.database.unit() as session:
        review.open_step(session, late).due_at += timedelta(hours=1)  # type: ignore[operator]
    with review.newsroom.database.unit(write=False) as session:
        waiting = queries.to_decide(session, review.newsroom.editor)
        assert [step.round.story_id for step in waiting] == [soon, late]
        assert queries.count_to_decide(session, review.newsroom.editor) == 2
        assert queries.count_to_decide(session, review.newsroom.chief) == 0
    review.pass_as("editor", soon)
    with review.newsroom.database.unit(write=False) as session:
        decided = queries.decided_by(session, review.newsroom.editor)
        assert [step.round.story_id for step in decided] == [soon]
        trail = queries.trail_of(session, session.get_one(Story, soon))
        assert trail[0].steps[0].reviewer is not None


def test_routes_begin_with_the_law_and_are_kept_once(review: Desk) -> None:
    with review.newsroom.database.unit() as session:
        before = routing.routes(session)
        routing.seed_routes(session)
        routing.seed_routes(session)
        assert routing.routes(session) == before
        assert [len(stops) for stops in before.values()] == [3, 4, 5]


def test_a_changed_route_holds_from_the_next_submission(review: Desk) -> None:
    old = review.hand_in()
    with review.newsroom.database.unit() as session:
        longer = default_route(Risk.MAJOR)
        mark = routing.mark_of(routing.route_of(session, Risk.ROUTINE))
        routing.change_route(session, review.newsroom.admin, Risk.ROUTINE, longer, mark)
    assert len(states(review, old)) == 3
    assert len(states(review, review.hand_in())) == 5
    with pytest.raises(Stale), review.newsroom.database.unit() as session:
        routing.change_route(session, review.newsroom.head, Risk.ROUTINE, longer, mark)


@pytest.mark.parametrize(
    ("name", "levels", "kind"),
    [("chief", 3, Forbidden), ("editor", 3, Forbidden), ("head", 2, Invalid)],
)
def test_route_changes_are_refused(
    review: Desk, name: str, levels: int, kind: type[Refusal]
) -> None:
    stops = default_route(Risk.ROUTINE)[:levels]
    with pytest.raises(kind), review.newsroom.database.unit() as session:
        routing.change_route(session, review.newsroom.actors[name], Risk.ROUTINE, stops)


def test_every_version_that_was_judged_is_kept(review: Desk) -> None:
    story_id = review.hand_in()
    review.return_as("editor", story_id)
    with review.newsroom.database.unit(write=False) as session:
        kinds = session.scalars(select(Version.kind).order_by(Version.number)).all()
        assert [str(kind) for kind in kinds] == ["submitted", "returned"]
