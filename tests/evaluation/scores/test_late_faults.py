"""Faults beside stories: what they take off together, who reads them, and how they are struck."""

from __future__ import annotations

import pytest

from kitchen.core import audit
from kitchen.core.errors import Forbidden, Invalid, WrongState
from kitchen.evaluation.scores import appeals, faults, late, queries
from kitchen.evaluation.scores.models import ScoreFault, StoryScore
from kitchen.evaluation.scores.rules import Fault, Grade
from kitchen.notifications.models import Notice
from kitchen.people.models import Staff
from tests.evaluation.scores.conftest import MAY, Counted
from tests.fixtures.newsroom import Door

JUNE = "2026-06"
EVIDENCE = {"words": "写错了", "url": "/stories/x"}


def note(counted: Counted, uid: str, *kinds: Fault) -> list[str]:
    """The committee notes faults of a story; their uids."""
    committee = counted.newsroom.committee
    return [counted.act(faults.note, committee, uid, kind, **EVIDENCE).uid for kind in kinds]


def miss(counted: Counted, role: str = "reporter", name: str = MAY) -> str:
    """The committee notes news that somebody should have brought; the fault's uid."""
    with counted.database.unit() as session:
        month = queries.the_month(session, name)
        person = session.get_one(Staff, counted.newsroom.actors[role].id)
        committee = counted.newsroom.committee
        return faults.miss(session, committee, month, person, words="漏了火情", url="/x").uid


def strike(counted: Counted, uid: str, role: str = "committee", reason: str = "查无此事") -> None:
    with counted.database.unit() as session:
        actor = counted.newsroom.actors[role]
        faults.strike(session, actor, queries.the_fault(session, uid), reason)


def carried(counted: Counted, role: str = "reporter", name: str = JUNE) -> int:
    return counted.sum_of(counted.newsroom.actors[role], name).carried


def own(counted: Counted, role: str, name: str) -> list[tuple[str, int]]:
    """What somebody reads on their own page of the month."""
    with counted.database.unit(write=False) as session:
        actor = counted.newsroom.actors[role]
        found = late.own(session, actor, queries.the_month(session, name))
        return [(each.fault.kind, each.points) for each in found]


@pytest.mark.parametrize(
    ("kinds", "taken"),
    [
        ((Fault.ORIENTATION,), 1100),
        ((Fault.ORIENTATION, Fault.ORIENTATION), 1100),
        ((Fault.ORIENTATION, Fault.FACT), 1100),
        ((Fault.FACT, Fault.ORIENTATION), 1100),
        ((Fault.FACT, Fault.WORDING), 1200),  # without a veto all of it, as within the month
    ],
)
def test_late_faults_take_what_they_would_have_taken_in_time(
    counted: Counted, kinds: tuple[Fault, ...], taken: int
) -> None:
    in_time, found_late = counted.story("当月查出"), counted.story("过后查出")
    counted.count()
    note(counted, in_time, *kinds)
    assert counted.score(in_time).points == 1100 - taken
    counted.publish()
    note(counted, found_late, *kinds)
    assert carried(counted) == -taken
    counted.count()
    assert carried(counted) == -taken


def test_a_veto_of_july_takes_what_june_has_left(counted: Counted) -> None:
    uid = counted.story()
    counted.publish()
    note(counted, uid, Fault.FACT)
    counted.later(days=30)
    counted.move("lock")
    counted.count()
    counted.move("finish", name=JUNE)
    counted.move("publish", name=JUNE)
    note(counted, uid, Fault.ORIENTATION, Fault.WORDING)
    assert (carried(counted), carried(counted, name="2026-07")) == (-1000, -100)
    counted.count()
    assert (carried(counted), carried(counted, name="2026-07")) == (-1000, -100)


def test_nothing_is_taken_off_late_beside_a_veto_in_time(counted: Counted) -> None:
    uid = counted.story()
    counted.count()
    note(counted, uid, Fault.ORIENTATION)
    counted.publish()
    note(counted, uid, Fault.FACT, Fault.ORIENTATION)
    assert carried(counted) == 0


def test_the_faults_beside_a_struck_veto_count_again(counted: Counted) -> None:
    uid = counted.story()
    counted.publish()
    veto, _ = note(counted, uid, Fault.ORIENTATION, Fault.WORDING)
    strike(counted, veto)
    assert carried(counted) == -200


def test_a_late_veto_follows_a_grade_that_an_appeal_changed(counted: Counted) -> None:
    uid = counted.story()
    counted.publish()
    note(counted, uid, Fault.ORIENTATION)
    reporter, committee = counted.newsroom.reporter, counted.newsroom.committee
    appeal = counted.act(appeals.make, reporter, uid, "应评 A").uid
    counted.answer(appeals.grant, committee, appeal, "确为独家", grade=Grade.A)
    assert (counted.score(uid).points, carried(counted)) == (2200, -2200)


def test_missed_news_is_read_by_whom_it_falls_on_and_struck_after_publication(
    counted: Counted,
) -> None:
    counted.count()
    missed, other = miss(counted), miss(counted, "duty")
    assert own(counted, "reporter", MAY) == []  # not before it is published
    counted.publish()
    assert own(counted, "reporter", MAY) == [("missed", -500)]
    assert own(counted, "second_reporter", MAY) == []
    with counted.database.unit(write=False) as session:
        told = session.query(Notice).filter_by(staff_id=counted.newsroom.reporter.id).all()
        assert [each.url for each in told] == ["/performance?month=2026-05"]
    with pytest.raises(Invalid):
        strike(counted, missed, reason=" ")
    with pytest.raises(Forbidden):
        strike(counted, missed, "reporter")
    strike(counted, missed)
    assert carried(counted, name=MAY) == 0
    assert own(counted, "reporter", MAY) == [("missed", 0)]  # struck, and why, is read too
    with counted.database.unit(write=False) as session:
        fault = queries.the_fault(session, missed)
        last = audit.history(session, fault)[0]
        assert (last.action, last.note) == ("strike_fault", "查无此事")
    counted.lock()
    with pytest.raises(WrongState, match="锁定"):
        strike(counted, other)
    assert carried(counted, "duty", MAY) == -500


def test_a_grader_strikes_no_missed_news_of_their_own(counted: Counted) -> None:
    counted.count()
    with counted.database.unit() as session:
        person = session.get_one(Staff, counted.newsroom.committee.id)
        month, head = queries.the_month(session, MAY), counted.newsroom.head
        uid = faults.miss(session, head, month, person, words="漏了火情", url="/x").uid
    counted.publish()
    with pytest.raises(Forbidden):
        strike(counted, uid)


def test_a_late_fault_is_read_by_those_who_share_and_struck_until_the_lock(
    counted: Counted,
) -> None:
    lines = [
        {"role": "记者", "names": "测试reporter", "share": 60},
        {"role": "编辑", "names": "测试editor", "share": 40},
    ]
    uid = counted.story(credits=lines)
    counted.publish()
    (fault,) = note(counted, uid, Fault.FACT)
    counted.lock()
    counted.later(days=14)
    counted.count()
    counted.move("finish", name=JUNE)
    counted.move("publish", name=JUNE)
    assert own(counted, "reporter", JUNE) == [("fact", -600)]
    assert own(counted, "editor", JUNE) == [("fact", -400)]
    assert own(counted, "duty", JUNE) == []
    strike(counted, fault)
    assert (carried(counted), carried(counted, "editor")) == (0, 0)


def test_within_a_published_story_only_an_appeal_moves_points(counted: Counted) -> None:
    uid = counted.story()
    counted.corrected(uid)
    counted.publish()
    with counted.database.unit(write=False) as session:
        (fault,) = queries.faults_of(session, counted.score(uid))
    with pytest.raises(WrongState, match="申诉"):
        strike(counted, fault.uid)


def test_lateness_that_the_task_counts_is_not_noted_again(counted: Counted) -> None:
    uid = counted.story()
    counted.count()
    with counted.database.unit() as session:
        score = session.query(StoryScore).one()
        score.inputs = {**score.inputs, "task": {"assignment": "x", "on_time": False}}
    with pytest.raises(Invalid) as refused:
        note(counted, uid, Fault.OVERDUE)
    assert set(refused.value.fields) == {"kind"}
    with counted.database.unit(write=False) as session:
        assert session.query(ScoreFault).count() == 0


# --- as people meet them ---


def test_ones_own_page_lists_ones_own_faults_with_the_evidence(
    sign_in: Door, counted: Counted
) -> None:
    counted.count()
    miss(counted)
    counted.publish()
    page = sign_in("reporter").get("/performance?month=2026-05").text
    assert "漏了火情" in page
    assert 'href="/x"' in page
    assert "漏了火情" not in sign_in("editor").get("/performance?month=2026-05").text
    api = "/api/v1/performance/2026-05/mine/faults"
    (told,) = sign_in("reporter").get(api).json["items"]
    assert (told["kind"], told["points"], told["url"]) == ("missed", -5.0, "/x")
    assert sign_in("editor").get(api).json["items"] == []


def test_a_refused_strike_keeps_its_reason_where_it_was_typed(
    sign_in: Door, counted: Counted
) -> None:
    counted.count()
    first, second = miss(counted), miss(counted, "duty")
    counted.publish()
    committee = sign_in("committee")
    url = f"/performance/2026-05/faults/{first}/strike"
    refused = committee.post_form(url, {"note": "假" * 201})
    assert (refused.status_code, refused.text.count(f'value="{"假" * 201}"')) == (422, 1)
    typed = refused.text.index(f'value="{"假" * 201}"')
    field = f'id="strike-{first}"'
    assert refused.text.rindex('id="strike-', 0, typed) == refused.text.index(field)
    assert committee.post_form(url, {"note": "他当天休假"}).status_code == 302
    counted.lock()
    sign_in.visitors.clear()
    committee = sign_in("committee")
    assert "撤销差错</" not in committee.get("/performance/2026-05/faults").text
    late_strike = f"/performance/2026-05/faults/{second}/strike"
    assert committee.post_form(late_strike, {"note": "太晚"}).status_code == 409


def test_a_card_does_not_offer_what_its_task_counts(sign_in: Door, counted: Counted) -> None:
    uid = counted.story()
    counted.count()
    card = f"/performance/2026-05/stories/{uid}"
    assert 'value="overdue"' in sign_in("committee").get(card).text
    with counted.database.unit() as session:
        score = session.query(StoryScore).one()
        score.inputs = {**score.inputs, "task": {"assignment": "x", "on_time": False}}
    page = sign_in("committee").get(card).text
    assert 'value="overdue"' not in page
    assert "逾期交稿" in page
