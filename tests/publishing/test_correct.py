"""A newer version: it overtakes what has not left, and takes the place of what stands."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from channels.base import Outcome, Rejected
from kitchen.core.errors import WrongState
from kitchen.publishing import announce, correct, invariants, jobs, queries, resolve
from kitchen.publishing.events import PublicationNeedsPerson
from kitchen.publishing.models import PublicationCase
from kitchen.publishing.verbs import actions_of
from kitchen.stories.models import Story
from kitchen.stories.rules import State as StoryState
from tests.publishing.conftest import Outside, Platform, accepted, after, before, handed


@pytest.fixture
def editable(platform: Platform) -> None:
    platform.can_correct = True


def _standing(outside: Outside) -> list[tuple[str, str, str]]:
    return [(str(row.kind), str(row.state), row.code) for row in outside.rows()]


def _sound(outside: Outside) -> None:
    with outside.database.unit(write=False) as session:
        assert invariants.broken(session) == {}


@pytest.mark.usefixtures("editable")
def test_a_correction_takes_the_place_of_what_stands(outside: Outside) -> None:
    story = outside.approve()
    outside.carry()
    first = outside.row()
    outside.approve_again(story, outside.accounts)
    outside.carry()
    assert _standing(outside) == [("publish", "superseded", ""), ("correct", "live", "")]
    assert outside.rows()[1].remote_id == first.remote_id
    assert outside.platform.copies.total() == 1
    assert (outside.platform.calls["publish"], outside.platform.calls["correct"]) == (1, 1)
    _sound(outside)


@pytest.mark.usefixtures("editable")
def test_a_story_corrected_in_place_is_out_again_once_the_correction_is(outside: Outside) -> None:
    story = outside.approve()
    outside.carry()
    with outside.database.unit() as session:
        session.execute(update(Story).values(state=StoryState.APPROVED))
    outside.approve_again(story, outside.accounts)
    announce.announce(outside.database)
    assert _story_state(outside) == "approved"
    outside.carry()
    announce.announce(outside.database)
    assert outside.states() == ["superseded", "live"]
    assert _story_state(outside) == "published"


def _story_state(outside: Outside) -> str:
    with outside.database.unit(write=False) as session:
        return str(session.query(Story).one().state)


@pytest.mark.usefixtures("editable")
def test_a_correction_waits_for_the_outcome_of_its_original(outside: Outside) -> None:
    story = outside.approve()
    outside.platform.play(outside.accounts[0].uid, after)
    outside.carry()
    outside.approve_again(story, outside.accounts)
    outside.carry()
    assert outside.states() == ["unknown", "held"]
    assert outside.rows()[1].hold_reason == "earlier"
    outside.recover()
    assert outside.states() == ["superseded", "live"]
    assert outside.platform.copies.total() == 1


@pytest.mark.usefixtures("editable")
def test_where_the_original_never_came_out_the_newer_version_is_simply_published(
    outside: Outside,
) -> None:
    story = outside.approve()
    outside.platform.play(outside.accounts[0].uid, accepted)
    outside.platform.polls.extend([Outcome.ACCEPTED] * 4 + [Outcome.REFUSED])
    outside.carry()
    outside.approve_again(story, outside.accounts)
    outside.recover()
    assert outside.states() == ["failed", "live"]
    assert outside.platform.calls["correct"] == 0


@pytest.mark.parametrize("play", [Rejected("no"), handed, "held"])
def test_what_has_not_left_is_overtaken_in_the_approving_unit(outside: Outside, play: Any) -> None:
    story = outside.approve()
    if play == "held":
        outside.halt()
    else:
        outside.platform.play(outside.accounts[0].uid, play)
    outside.carry()
    outside.approve_again(story, outside.accounts)
    first, second = outside.rows()
    assert (first.state, second.kind, second.state) == ("superseded", "publish", "ready")


def test_what_is_in_a_persons_hands_is_called_off_by_name(outside: Outside) -> None:
    story = outside.approve()
    outside.platform.play(outside.accounts[0].uid, handed)
    outside.carry()
    told = _heard(outside)
    outside.approve_again(story, outside.accounts)
    assert [event.reason for event in told] == ["overtaken_in_hand"]


def test_an_account_that_the_newer_version_leaves_out_is_named(outside: Outside) -> None:
    story = outside.approve(accounts=2)
    outside.carry()
    told = _heard(outside)
    outside.approve_again(story, outside.accounts[:1])
    assert [(event.reason, event.publication_id) for event in told] == [
        ("left_behind", outside.rows()[1].id)
    ]


def _heard(outside: Outside) -> list[Any]:
    heard: list[Any] = []
    reactions = dict(outside.database.info["reactions"])
    before = reactions[PublicationNeedsPerson]
    follows = [*before.follows, lambda session, event: heard.append(event)]
    reactions[PublicationNeedsPerson] = type(before)(follows=follows)
    outside.database.info["reactions"] = reactions
    return heard


def test_a_worker_that_holds_the_older_version_sends_nothing(outside: Outside) -> None:
    story = outside.approve()
    outside.platform.on_prepare = lambda: _once(outside, story)
    outside.carry()
    assert outside.states() == ["superseded", "live"]
    assert outside.platform.copies.total() == 1
    assert outside.rows()[1].remote_id == f"id-{outside.platform.sent[0].uid}"


def _once(outside: Outside, story: Story) -> None:
    outside.platform.on_prepare = lambda: None
    outside.approve_again(story, outside.accounts)


def test_an_older_version_is_never_sent_again(outside: Outside) -> None:
    """The stale resend: what failed before the newer version came must not come back."""
    story = outside.approve()
    outside.platform.play(outside.accounts[0].uid, Rejected("no"))
    outside.carry()
    uid = outside.row().uid
    outside.approve_again(story, outside.accounts)
    with pytest.raises(WrongState), outside.database.unit() as session:
        row = queries.the_publication(session, uid)
        resolve.try_again(session, outside.newsroom.operator, row)


class TestWhereAPlatformEditsNothing:
    """A correction then asks a person: by hand, anew in place of the old, or not at all."""

    @pytest.fixture
    def stuck(self, outside: Outside) -> str:
        story = outside.approve()
        outside.carry()
        outside.approve_again(story, outside.accounts)
        outside.carry()
        assert _standing(outside)[1] == ("correct", "needs_human", "cannot_correct")
        return outside.rows()[1].uid

    def test_it_offers_what_makes_sense(self, outside: Outside, stuck: str) -> None:
        with outside.database.unit(write=False) as session:
            row = queries.the_publication(session, stuck)
            names = {move.name for move in actions_of(row, outside.newsroom.operator)}
        assert names == {"confirm", "replace", "leave_as_is"}

    def test_the_old_one_goes_before_the_new_one_comes(self, outside: Outside, stuck: str) -> None:
        self._do(outside, stuck, correct.replace)
        most = []
        outside.platform.on_publish = lambda: most.append(outside.platform.copies.total())
        outside.recover()
        assert [(kind, state) for kind, state, _ in _standing(outside)] == [
            ("publish", "gone"),
            ("publish", "live"),
            ("recall", "removed"),
        ]
        assert most == [0]
        _sound(outside)

    def test_withdrawn_meanwhile_it_is_taken_down_once(self, outside: Outside, stuck: str) -> None:
        """The withdrawal is on its way when somebody chooses to replace what it takes down."""
        outside.platform.recalls.append(Rejected("no right", code="53600"))
        with outside.database.unit(write=False) as session:
            story = queries.the_publication(session, stuck).story
        outside.revoke_all(story)
        outside.carry()
        self._do(outside, stuck, correct.replace)
        outside.carry()
        recall = next(row for row in outside.rows() if row.kind == "recall")
        self._do(outside, recall.uid, resolve.confirm_removed, "已在后台删除")
        outside.platform.copies.clear()
        outside.recover()
        assert outside.states() == ["gone", "cancelled", "removed", "removed"]
        _sound(outside)

    def test_it_may_stay_as_it_is_for_a_reason(self, outside: Outside, stuck: str) -> None:
        self._do(outside, stuck, correct.leave_as_is, "平台不支持")
        assert outside.states() == ["live", "failed"]

    def test_it_may_have_been_mended_by_hand(self, outside: Outside, stuck: str) -> None:
        url = outside.rows()[0].remote_url
        self._do(outside, stuck, resolve.confirm, url)
        assert outside.states() == ["superseded", "live"]
        with outside.database.unit(write=False) as session:
            case = session.query(PublicationCase).one()
            assert (case.question, case.decision) == ("cannot_correct", "confirm")
            assert case.decided_by_id == outside.newsroom.operator.id

    def _do(self, outside: Outside, uid: str, verb: Any, *given: Any) -> None:
        with outside.database.unit() as session:
            row = queries.the_publication(session, uid)
            verb(session, outside.newsroom.operator, row, *given)


def test_a_third_version_replaces_what_stands_and_not_what_was_left(outside: Outside) -> None:
    """The second was left as it is; the first still stands, and is what the third corrects."""
    story = outside.approve()
    outside.carry()
    outside.approve_again(story, outside.accounts)
    outside.carry()
    outside.approve_again(story, outside.accounts, number=30)
    outside.carry()
    assert [(row.state, row.code) for row in outside.rows()] == [
        ("live", ""),
        ("superseded", "cannot_correct"),
        ("needs_human", "cannot_correct"),
    ]
    outside.platform.can_correct = True
    with outside.database.unit() as session:
        row = queries.the_publication(session, outside.rows()[2].uid)
        correct.replace(session, outside.newsroom.operator, row)
    outside.recover()
    assert [row.state for row in outside.rows()] == ["gone", "superseded", "live", "removed"]
    assert outside.platform.copies.total() == 1


@pytest.mark.usefixtures("editable")
def test_a_correction_refused_leaves_its_original_to_the_next(outside: Outside) -> None:
    story = outside.approve()
    outside.carry()
    outside.platform.play(outside.accounts[0].uid, before)
    outside.approve_again(story, outside.accounts)
    outside.carry()
    outside.approve_again(story, outside.accounts, number=30)
    outside.platform.play(outside.accounts[0].uid, Rejected("no"))
    outside.recover()
    assert outside.states() == ["superseded", "failed", "live"]
    assert outside.platform.copies.total() == 1
    assert outside.platform.calls["publish"] == 1


@pytest.mark.usefixtures("editable")
def test_a_correction_of_unclear_outcome_is_looked_for_like_any_other(outside: Outside) -> None:
    story = outside.approve()
    outside.carry()
    outside.approve_again(story, outside.accounts)
    outside.platform.play(outside.accounts[0].uid, before)
    outside.carry()
    assert outside.states() == ["live", "unknown"]
    outside.recover()
    assert outside.states() == ["superseded", "live"]
    assert outside.platform.copies.total() == 1


@pytest.mark.usefixtures("editable")
def test_withdrawn_while_a_correction_is_on_its_way_nothing_stays(outside: Outside) -> None:
    story = outside.approve()
    outside.carry()
    outside.approve_again(story, outside.accounts)
    outside.carry()
    outside.revoke_all(story)
    jobs.carry_recalls(outside.database)
    assert outside.platform.copies.total() == 0
    assert outside.states() == ["superseded", "gone", "removed"]


def test_while_a_story_is_mended_its_older_version_waits(outside: Outside) -> None:
    story = outside.approve(accounts=2)
    outside.platform.play(outside.accounts[1].uid, Rejected("no"))
    outside.carry()
    with outside.database.unit() as session:
        session.get_one(Story, story.id).state = StoryState.CORRECTING
    with outside.database.unit() as session:
        row = queries.the_publication(session, outside.rows()[1].uid)
        resolve.try_again(session, outside.newsroom.operator, row)
    outside.carry()
    assert outside.rows()[1].hold_reason == "revised"
