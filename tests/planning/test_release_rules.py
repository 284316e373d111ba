"""Embargo and the whole matrix at once: what no account may do, and what all do together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from kitchen import reactions
from kitchen.core import clock
from kitchen.core.errors import Forbidden, Invalid, NotFound, WrongState
from kitchen.matrix.models import Account
from kitchen.matrix.queries import the_account
from kitchen.people.queries import units_below
from kitchen.planning import queries as planning
from kitchen.stories import queries, release, service
from kitchen.stories.models import Story
from kitchen.stories.readiness import readiness
from kitchen.stories.release import Aim
from kitchen.stories.rules import out_of_turn, release_at
from tests.fixtures.newsroom import Door, Newsroom

Write = Callable[..., str]
HOUR = timedelta(hours=1)
T = datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("slot", "embargo", "at"),
    [
        (None, None, None),
        (T, None, T),
        (None, T, T),
        (T, T + HOUR, T + HOUR),
        (T + HOUR, T, T + HOUR),
    ],
)
def test_the_later_of_slot_and_embargo_counts(
    slot: datetime | None, embargo: datetime | None, at: datetime | None
) -> None:
    assert release_at(slot, embargo) == at


@pytest.mark.parametrize(
    ("order", "early"),
    [
        ([("outlet", None), ("wechat", None), ("douyin", None)], []),
        ([("wechat", None), ("outlet", None)], [0]),
        ([("outlet", T), ("wechat", None)], [1]),
        ([("outlet", T), ("weibo", T), ("wechat", T)], []),
        ([("outlet", T), ("douyin", T + HOUR), ("weibo", T + 2 * HOUR)], [1]),
    ],
)
def test_who_would_be_out_before_the_mobile_channels(
    order: list[tuple[str, datetime | None]], early: list[int]
) -> None:
    assert out_of_turn(order) == early


def embargo(
    session: Session, newsroom: Newsroom, story: Story, hours: float = 3, **who: Any
) -> datetime:
    until = clock.now(session) + hours * HOUR
    release.set_embargo(session, who.get("actor", newsroom.reporter), story, until)
    return until


def test_no_account_is_sent_anything_before_the_embargo_ends(
    newsroom: Newsroom, write: Write, accounts: dict[str, str]
) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        outlet, weibo = (the_account(session, accounts[key]) for key in ("outlet", "weibo"))
        early = clock.now(session) + HOUR
        release.set_targets(session, newsroom.reporter, story, [Aim(outlet), Aim(weibo, early)])
        until = embargo(session, newsroom, story)
        assert story.embargo == until
        version = release.submit(session, newsroom.reporter, story)
        posts = queries.posts_of(session, version.id)
        assert [post.not_before for post in posts] == [until, until]


def test_a_slot_within_the_embargo_is_refused_by_name(
    newsroom: Newsroom, write: Write, accounts: dict[str, str]
) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        until = embargo(session, newsroom, story)
        outlet = the_account(session, accounts["outlet"])
        with pytest.raises(Invalid) as refused:
            release.set_targets(
                session, newsroom.reporter, story, [Aim(outlet, until - timedelta(minutes=1))]
            )
        assert "保密期" in refused.value.fields["targets"].message
        release.set_targets(session, newsroom.reporter, story, [Aim(outlet, until)])


def test_after_submission_an_editor_may_only_shorten_the_embargo(
    newsroom: Newsroom, write: Write
) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        embargo(session, newsroom, story)
        release.submit(session, newsroom.reporter, story)
        with pytest.raises(Forbidden):
            embargo(session, newsroom, story, 1)
        with pytest.raises(WrongState):
            embargo(session, newsroom, story, 4, actor=newsroom.editor)
        embargo(session, newsroom, story, 1, actor=newsroom.editor)
        release.set_embargo(session, newsroom.editor, story, None)
        assert story.embargo is None
        with pytest.raises(WrongState):
            embargo(session, newsroom, story, 1, actor=newsroom.editor)


def test_an_embargo_lies_ahead_and_is_set_by_who_works_on_the_piece(
    newsroom: Newsroom, write: Write
) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        with pytest.raises(Invalid):
            embargo(session, newsroom, story, -1)
        with pytest.raises(Forbidden):
            embargo(session, newsroom, story, actor=newsroom.second_reporter)


def test_whoever_adopts_a_piece_keeps_its_embargo(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        origin = queries.the_story(session, uid)
        until, origin.shared = embargo(session, newsroom, origin), True
        adopted = service.adopt(session, newsroom.second_reporter, origin, 50)
        release.set_embargo(session, newsroom.second_reporter, adopted, None)
        assert adopted.embargo == until
        with pytest.raises(Invalid):
            early = until - timedelta(minutes=1)
            release.demand_after_embargo(adopted, early, "slot")
        release.demand_after_embargo(adopted, None, "slot")


def test_the_whole_matrix_says_it_at_once_mobile_first(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        retired = session.query(Account).filter_by(handle="douyin").one()
        retired.enabled = False
        story = queries.the_story(session, uid)
        slot = clock.now(session) + HOUR
        with pytest.raises(Forbidden):
            everyone = units_below(session, None)
            release.aim_at_matrix(session, newsroom.reporter, story, slot, everyone)
        release.aim_at_matrix(session, newsroom.editor, story, slot, everyone)
        assert [target.account.handle for target in story.targets] == [
            "outlet",
            "wechat",
            "weibo",
            "yunxi",
            "kuaishou",
        ]
        assert {target.slot for target in story.targets} == {slot}
        assert {edition.channel for edition in story.editions} >= {"outlet", "weibo", "kuaishou"}
        (statement,) = planning.statements(session)
        assert (statement.live, statement.of) == (0, 5)


def test_only_a_units_own_accounts_where_one_is_named(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        town = units_below(session, newsroom.units["云溪街道"].uid)
        release.aim_at_matrix(session, newsroom.editor, story, None, town)
        assert [target.account.handle for target in story.targets] == ["yunxi"]
        with pytest.raises(Invalid):
            section = units_below(session, newsroom.units["采编部"].uid)
            release.aim_at_matrix(session, newsroom.editor, story, None, section)
        with pytest.raises(NotFound):
            units_below(session, "nowhere")


def test_readiness_advises_of_the_wrong_order_and_of_a_lost_access(
    newsroom: Newsroom, write: Write
) -> None:
    uid = write(channels=("weibo", "outlet"))
    with newsroom.database.unit() as session:
        session.query(Account).filter_by(handle="weibo").update({"check": "needs_reauth"})
        session.expire_all()
        state = readiness(session, queries.the_story(session, uid))
        codes = {problem.code: problem.blocks for problem in state.of("weibo")}
        assert codes["out_of_turn"] is codes["account_locked_out"] is False


def test_accounts_not_tried_lately_are_tried_when_they_are_chosen(
    newsroom: Newsroom, write: Write, accounts: dict[str, str], sign_in: Door
) -> None:
    uid = write()
    newsroom.database.info["reactions"] = reactions.table(newsroom.ports)
    with newsroom.database.unit() as session:
        weibo = the_account(session, accounts["weibo"])
        weibo.checked_at = clock.now(session)
    body = {"targets": [{"account": accounts["weibo"]}, {"account": accounts["outlet"]}]}
    answer = sign_in("editor").call("PUT", f"/api/v1/stories/{uid}/targets", body)
    assert answer.status_code == 200
    with newsroom.database.unit(write=False) as session:
        outlet = the_account(session, accounts["outlet"])
    assert newsroom.bell.rung == [("try_access", outlet.id)]


def test_the_page_sets_lifts_and_chooses_all(
    newsroom: Newsroom, write: Write, sign_in: Door
) -> None:
    uid = write()
    editor = sign_in("editor")
    with newsroom.database.unit(write=False) as session:
        until = f"{clock.local(clock.now(session) + HOUR):%Y-%m-%dT%H:%M}"
    assert "还没有检查过授权" in editor.get(f"/stories/{uid}/editions").text
    editor.post_form(f"/stories/{uid}/embargo", {"until": until})
    assert "之前哪个账号都不会发" in editor.get(f"/stories/{uid}/editions").text
    editor.post_form(f"/stories/{uid}/embargo", {"until": ""})
    assert "之前哪个账号都不会发" not in editor.get(f"/stories/{uid}/editions").text
    assert editor.post_form(f"/stories/{uid}/matrix", {}).status_code == 302
    assert editor.get(f"/api/v1/stories/{uid}").json["in_unison"] is True
    assert sign_in("reporter").post_form(f"/stories/{uid}/matrix", {}).status_code == 403
    told = editor.call("PUT", f"/api/v1/stories/{uid}/embargo", {"until": "2001-01-01T09:00"})
    assert told.status_code == 422
