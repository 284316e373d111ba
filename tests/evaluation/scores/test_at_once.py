"""Several graders at one story: the second is told, nobody pays themselves, others stay out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, update

from kitchen.core.errors import Forbidden, Invalid, Stale
from kitchen.evaluation.rules import May
from kitchen.evaluation.scores import appeals, faults, queries, service, sharing
from kitchen.evaluation.scores.models import ScoreShare
from kitchen.evaluation.scores.rules import Fault, Grade, Role
from kitchen.people.models import Post
from tests.evaluation.scores.conftest import JUNE_5, MAY, Counted
from tests.fixtures.newsroom import Door
from tests.review.conftest import at_once

URL = f"/performance/{MAY}"
ALL_OF_IT = [{"role": "采写", "names": "测试reporter", "share": 100}]


def test_of_two_grades_at_once_one_stands_and_the_other_grader_is_told(counted: Counted) -> None:
    uid = counted.story()
    counted.count()
    seen = counted.score(uid).version
    newsroom = counted.newsroom
    ends = at_once(
        lambda: counted.grade(uid, "a", newsroom.committee, seen=seen),
        lambda: counted.grade(uid, "d", newsroom.chief, seen=seen),
    )
    refused = [end for end in ends if end is not None]
    assert [type(each) for each in refused] == [Stale]
    stands = Grade.D if ends[0] else Grade.A
    assert counted.score(uid).grade == stands
    assert refused[0].theirs["grade"] == stands  # type: ignore[union-attr]


def test_of_two_partings_at_once_one_stands(counted: Counted) -> None:
    uid = counted.story()
    counted.count()
    seen, newsroom = counted.score(uid).version, counted.newsroom
    halves = [
        {"role": "采写", "names": "测试reporter", "share": 50},
        {"role": "编辑", "names": "测试editor", "share": 50},
    ]
    ends = at_once(
        lambda: counted.act(sharing.set_by_hand, newsroom.committee, uid, halves, seen),
        lambda: counted.act(sharing.set_by_hand, newsroom.chief, uid, ALL_OF_IT, seen),
    )
    assert [type(each) for each in ends if each is not None] == [Stale]
    assert sum(each.percent for each in counted.score(uid).shares) == 100


@pytest.mark.parametrize("verb", ["grade", "shares", "fault"])
def test_what_the_count_did_to_the_shares_meanwhile_is_read_once_the_month_is_held(
    counted: Counted, verb: str
) -> None:
    uid = counted.story()
    counted.count()
    committee = counted.newsroom.committee
    with counted.database.unit() as session:
        score = queries.the_score(session, queries.the_month(session, MAY), uid)
        assert len(score.shares) == 1
        _part(session, score.id)
        if verb == "grade":
            service.grade(session, committee, score, Grade.A)
        elif verb == "shares":
            sharing.set_by_hand(session, committee, score, ALL_OF_IT)
        else:
            faults.note(session, committee, score, Fault.WORDING, words="别字", url="/x")
    score = counted.score(uid)
    assert sum(each.percent for each in score.shares) == 100
    assert sum(each.points for each in score.shares) == score.points
    assert [each.percent for each in score.shares] == ([100] if verb == "shares" else [60, 40])


def _part(session: Any, score_id: int) -> None:
    """Two share from now on, as the count would write it, behind the back of what was read."""
    blind = {"synchronize_session": False}
    rows = update(ScoreShare).where(ScoreShare.score_id == score_id)
    session.execute(rows.values(percent=60, points=660), execution_options=blind)
    told = {"score_id": score_id, "position": 1, "role": Role.EDITING, "name": "路人"}
    session.execute(insert(ScoreShare.__table__).values(**told, percent=40, points=440))


def test_nobody_gives_themselves_a_share(counted: Counted) -> None:
    uid = counted.story()
    counted.count()
    committee = counted.newsroom.committee
    for name in ("测试committee", "committee"):
        lines = [{"role": "采写", "names": f"测试reporter、{name}", "share": 100}]
        with pytest.raises(Invalid) as refused:
            counted.act(sharing.set_by_hand, committee, uid, lines)
        assert set(refused.value.fields) == {"shares"}
    assert [each.name for each in counted.score(uid).shares] == ["测试reporter"]


def test_a_second_grader_reads_that_somebody_was_faster_and_keeps_what_was_typed(
    sign_in: Door, counted: Counted
) -> None:
    uid = counted.story()
    counted.count()
    card = f"{URL}/stories/{uid}"
    seen = counted.score(uid).version
    committee, chief = sign_in("committee"), sign_in("chief")
    hidden = f'name="version" value="{seen}"'
    assert hidden in committee.get(f"{URL}/grading").text
    assert chief.get(card).text.count(hidden) == 2
    given = {"grade": "a", "genre": "news", "version": seen}
    assert committee.post_form(f"{card}/grade", given).status_code == 302
    late = chief.post_form(f"{card}/grade", {"grade": "d", "genre": "video", "version": seen})
    assert (late.status_code, "别人刚刚改过" in late.text) == (409, True)
    assert counted.score(uid).grade == Grade.A
    assert '<option value="d" selected>' in late.text
    assert '<option value="video" selected>' in late.text
    now = counted.score(uid).version  # sent once more, it is meant
    assert f'name="version" value="{now}"' in late.text
    typed = {"shares": "采写：测试reporter 50%\n编辑：测试editor 50%", "version": seen}
    late = chief.post_form(f"{card}/shares", typed)
    assert (late.status_code, "测试editor 50%" in late.text) == (409, True)
    assert [each.percent for each in counted.score(uid).shares] == [100]
    again = {**typed, "version": counted.score(uid).version}
    assert chief.post_form(f"{card}/shares", again).status_code == 302


def test_a_refusal_is_read_where_its_form_has_gone(sign_in: Door, counted: Counted) -> None:
    uid = counted.story()
    counted.publish()
    committee, card = sign_in("committee"), f"{URL}/stories/{uid}"
    late = committee.post_form(f"{card}/grade", {"grade": "a"})
    assert (late.status_code, "评级已经结束" in late.text) == (409, True)
    typed = {"shares": "采写：测试reporter 100%"}
    late = committee.post_form(f"{card}/shares", typed)
    assert (late.status_code, "分摊不能再改" in late.text) == (409, True)


ROUTES = [
    ("/stories/{story}/grade", {"grade": "z"}),
    ("/stories/{story}/grade", {"grade": "a"}),
    ("/stories/{story}/shares", {"shares": "没有冒号"}),
    ("/stories/{story}/appeal", {"reason": "独" * 501}),
    ("/stories/{story}/faults", {"kind": "wording", "note": "别字", "url": "x"}),
    ("/faults", {"person": "", "note": "漏了", "url": "x"}),
    ("/faults/{fault}/strike", {"note": "假" * 201}),
    ("/../appeals/{appeal}/grant", {"note": "好" * 501}),
    ("/../appeals/{appeal}/refuse", {"note": "好" * 501}),
    ("/finish", {"note": "好" * 201}),
]


@pytest.mark.parametrize(("route", "given"), ROUTES)
def test_a_grader_of_a_section_learns_nothing_of_the_centres_points(
    route: str, given: dict[str, str], sign_in: Door, counted: Counted
) -> None:
    uid = counted.story("没有公布的一篇")
    counted.corrected(uid)
    counted.publish()
    appeal = counted.act(appeals.make, counted.newsroom.reporter, uid, "独家").uid
    with counted.database.unit(write=False) as session:
        (fault,) = queries.faults_of(session, counted.score(uid))
    with counted.database.unit() as session:
        section = counted.newsroom.units["采编部"].id
        theirs = session.query(Post).filter_by(staff_id=counted.newsroom.chief.id).one()
        theirs.unit_id = section
    url = f"{URL}{route}".format(story=uid, fault=fault.uid, appeal=appeal)
    answer = sign_in("chief").post_form(url.replace(f"/{MAY}/..", ""), given)
    assert (answer.status_code, "没有公布的一篇" in answer.text) == (403, False)


def test_a_grader_of_a_section_has_no_hand_in_the_centres_scores(counted: Counted) -> None:
    uid = counted.story()
    counted.at(JUNE_5)
    counted.count()
    section = frozenset({counted.newsroom.units["采编部"].id})
    chief = replace(counted.newsroom.chief, grants={May.GRADE: section})
    with pytest.raises(Forbidden):
        counted.grade(uid, "a", chief)
