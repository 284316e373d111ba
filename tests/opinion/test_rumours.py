"""Rumours (S28): checked with sources, judged, answered on the whole matrix, measured, closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from kitchen.core.errors import Forbidden, Invalid, Stale, WrongState
from kitchen.matrix.models import Account
from kitchen.opinion import queries, room_work, rumours, statements
from kitchen.opinion.rules import Rumour, Stand, Verdict
from kitchen.publishing.events import PublicationLive
from kitchen.stories.models import Story
from tests.fixtures.newsroom import Door
from tests.opinion.conftest import Watchroom


def accounts(watchroom: Watchroom, *units: str) -> None:
    with watchroom.database.unit() as session:
        session.add_all(
            Account(
                channel="outlet",
                name=f"知青禾{at}",
                handle=f"qinghe-{at}",
                unit_id=watchroom.newsroom.units[unit].id,
            )
            for at, unit in enumerate(units)
        )


def test_without_a_source_there_is_no_verdict(watchroom: Watchroom) -> None:
    uid = watchroom.rumour()
    with pytest.raises(WrongState):
        watchroom.on_rumour(uid, rumours.judge, "deputy", Verdict.UNPROVEN, "查不到")
    watchroom.on_rumour(uid, rumours.check, "duty")
    with pytest.raises(Invalid):
        watchroom.on_rumour(uid, rumours.judge, "deputy", Verdict.FALSE, "不实")
    unproven = watchroom.on_rumour(uid, rumours.judge, "deputy", Verdict.UNPROVEN, "无从查起")
    assert unproven.state == Rumour.JUDGED
    with pytest.raises(WrongState):  # nothing to clarify
        watchroom.on_rumour(uid, statements.draft_clarification, "duty")
    assert watchroom.on_rumour(uid, rumours.close, "duty", "继续留意").state == Rumour.CLOSED


def test_whoever_checks_does_not_judge(watchroom: Watchroom) -> None:
    uid = watchroom.rumour()
    watchroom.on_rumour(uid, rumours.check, "duty")
    with pytest.raises(Forbidden):
        watchroom.on_rumour(uid, rumours.judge, "duty", Verdict.UNPROVEN, "不实")
    with pytest.raises(Forbidden):
        watchroom.on_rumour(uid, rumours.check, "reporter")


def test_a_verdict_on_what_was_changed_meanwhile_is_refused(watchroom: Watchroom) -> None:
    uid = watchroom.rumour()
    seen = watchroom.on_rumour(uid, rumours.check, "duty").version
    with pytest.raises(Stale):
        watchroom.on_rumour(uid, rumours.judge, "deputy", Verdict.UNPROVEN, "无从查起", seen - 1)


def test_the_clarification_is_aimed_at_the_whole_matrix_and_says_its_sources(
    watchroom: Watchroom,
) -> None:
    accounts(watchroom, "青禾区融媒体中心", "云溪街道")
    uid = watchroom.judged()
    rumour = watchroom.on_rumour(uid, statements.draft_clarification, "duty")
    assert rumour.state == Rumour.ANSWERING
    with watchroom.database.unit(write=False) as session:
        story = session.get_one(Story, rumour.story_id)
        assert story.in_unison
        assert len(story.targets) == 2
        assert story.sources[0]["name"] == "区水务局"
        assert "各项合格" in str(story.doc)
    with pytest.raises(WrongState):
        watchroom.on_rumour(uid, statements.draft_clarification, "duty")


def test_once_it_is_out_the_rumour_is_answered_and_its_spread_is_measured(
    watchroom: Watchroom,
) -> None:
    uid = watchroom.judged()
    rumour = watchroom.on_rumour(uid, statements.draft_clarification, "duty")
    with pytest.raises(WrongState):  # it is not out yet
        watchroom.on_rumour(uid, rumours.close, "duty", "已澄清")
    with watchroom.database.unit() as session:
        story = session.get_one(Story, rumour.story_id)
        for _ in range(2):  # told once for each channel
            statements.follow(session, PublicationLive(1, story.id))
        found = queries.the_rumour(session, uid)
        assert found.state == Rumour.ANSWERED
        assert found.answered_at is not None
        room_work.measure(
            session, watchroom.duty, found, channel="微博", copies=12, reads=3400, ours=False
        )
        assert [it.reads for it in queries.measures_of(session, rumour=found.id)] == [3400]
    assert watchroom.on_rumour(uid, rumours.close, "duty", "已澄清").state == Rumour.CLOSED
    assert "澄清已发布：“%(title)s”，请看传播情况。" in watchroom.heard("deputy")


def test_a_verdict_that_does_not_hold_goes_back(watchroom: Watchroom) -> None:
    uid = watchroom.judged()
    watchroom.on_rumour(uid, statements.draft_clarification, "duty")
    with pytest.raises(Invalid):
        watchroom.on_rumour(uid, rumours.check_again, "deputy", "")
    again = watchroom.on_rumour(uid, rumours.check_again, "deputy", "水务局改口")
    assert (again.state, again.verdict, again.story_id) == (Rumour.CHECKING, None, None)


def test_pages_of_rumours(watchroom: Watchroom, sign_in: Door) -> None:
    duty, deputy = sign_in("duty"), sign_in("deputy")
    assert sign_in("reporter").get("/opinion/rumours").status_code == 403
    assert (
        duty.post_form("/opinion/rumours/new", {"text": "水厂出事", "link": "不是链接"}).status_code
        == 422
    )
    at = duty.post_form("/opinion/rumours/new", {"text": "听说水厂出事了"}).location
    assert duty.post_form(f"{at}/check").status_code == 302
    assert duty.post_form(f"{at}/judge", {"verdict": "false"}).status_code == 403
    wrong = deputy.post_form(f"{at}/judge", {"verdict": "false", "finding": "水质合格"})
    assert wrong.status_code == 422
    assert "水质合格" in wrong.text
    assert "还没有来源" in wrong.text
    source = {"name": "区水务局", "stand": "refutes", "words": "水质正常"}
    assert duty.post_form(f"{at}/sources", source).status_code == 302
    assert duty.post_form(f"{at}/sources", {"name": "局"}).status_code == 422
    said = {"verdict": "false", "finding": "水质合格"}
    assert deputy.post_form(f"{at}/judge", said).status_code == 302
    story = duty.post_form(f"{at}/answer").location
    assert story.startswith("/stories/")
    assert "听说水厂出事了" in duty.get(story).text
    assert duty.post_form(f"{at}/measure", {"channel": "微博", "reads": "-1"}).status_code == 422
    assert duty.post_form(f"{at}/measure", {"channel": "微博", "reads": "9"}).status_code == 302
    page = duty.get(at).text
    assert "澄清待发" in page
    assert "区水务局" in page
    with watchroom.database.unit(write=False) as session:
        assert session.scalars(select(Story)).one().title.startswith("关于“听说水厂出事了”")
    assert duty.get("/opinion/rumours?state=all").status_code == 200


def test_the_first_account_that_is_live_answers_the_rumour(watchroom: Watchroom) -> None:
    uid = watchroom.judged()
    rumour = watchroom.on_rumour(uid, statements.draft_clarification, "duty")
    assert rumour.story_id is not None
    with watchroom.database.unit() as session:
        followed = watchroom.database.info["reactions"][PublicationLive].follows
        assert statements.follow in followed
        statements.follow(session, PublicationLive(1, rumour.story_id))
    with watchroom.database.unit(write=False) as session:
        assert queries.the_rumour(session, uid).state == Rumour.ANSWERED


def test_what_a_source_says_stays(watchroom: Watchroom) -> None:
    uid = watchroom.judged()
    with watchroom.database.unit() as session, pytest.raises(WrongState):
        rumours.add_source(
            session,
            watchroom.duty,
            queries.the_rumour(session, uid),
            name="网友",
            stand=Stand.SUPPORTS,
        )


def test_a_piece_that_answers_nothing_costs_one_question(
    watchroom: Watchroom, count_queries: Callable[[], int]
) -> None:
    """A statement has a thousand pieces: what each asks must not grow with the others."""
    with watchroom.database.unit() as session:
        before = count_queries()
        statements.follow(session, PublicationLive(1, story_id=404))
        assert count_queries() == before + 1
