"""Campaigns: many pieces, many accounts, one plan that is looked at before it is saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kitchen.core import clock
from kitchen.core.errors import Duplicate, Forbidden, Invalid, NotFound, Stale, WrongState
from kitchen.matrix.models import Account
from kitchen.planning import queries, service, slots
from kitchen.planning.stagger import Rhythm
from kitchen.stories import queries as stories
from kitchen.stories import release
from tests.fixtures.newsroom import Door, Newsroom

Write = Callable[..., str]
GAP = timedelta(minutes=15)
CONTENT: dict[str, Any] = {"topic": None, "starts_at": None, "plan": "一体发声，分时发布"}


def begin(newsroom: Newsroom, *stories_: str) -> str:
    with newsroom.database.unit() as session:
        campaign = service.begin_campaign(
            session, newsroom.committee, name="庆祝建城七十年", **CONTENT
        )
        for uid in stories_:
            story = stories.the_story(session, uid)
            service.add_piece(session, newsroom.committee, campaign, story)
        return campaign.uid


def test_a_story_belongs_to_one_campaign(newsroom: Newsroom, write: Write) -> None:
    one, other = write(), write()
    uid, second = begin(newsroom, one, other), begin(newsroom)
    with newsroom.database.unit() as session:
        campaign = queries.the_campaign(session, uid)
        assert [piece.story.uid for piece in campaign.pieces] == [one, other]
        story = stories.the_story(session, one)
        with pytest.raises(Duplicate):
            service.add_piece(
                session, newsroom.committee, queries.the_campaign(session, second), story
            )
        service.remove_piece(session, newsroom.committee, campaign, story)
        with pytest.raises(NotFound):
            service.remove_piece(session, newsroom.committee, campaign, story)
        service.add_piece(session, newsroom.committee, queries.the_campaign(session, second), story)


def test_who_plans_and_who_saw_an_older_plan(newsroom: Newsroom) -> None:
    uid = begin(newsroom)
    with newsroom.database.unit() as session:
        campaign = queries.the_campaign(session, uid)
        change = {"name": "庆祝建城七十周年", **CONTENT}
        with pytest.raises(Forbidden):
            service.change_campaign(session, newsroom.reporter, campaign, None, **change)
        with pytest.raises(Forbidden):
            service.begin_campaign(session, newsroom.reporter, name="我的专题")
        seen = campaign.version
        service.change_campaign(session, newsroom.chief, campaign, seen, **change)
        with pytest.raises(Stale):
            service.change_campaign(session, newsroom.editor, campaign, seen, **change)


def test_a_plan_goes_over_all_pieces_mobile_first(newsroom: Newsroom, write: Write) -> None:
    first, second = write(channels=("weibo", "outlet")), write(channels=("outlet",))
    begin(newsroom, first, second)
    with newsroom.database.unit() as session:
        pieces = [stories.the_story(session, uid) for uid in (first, second)]
        lots = slots.lots_of(pieces)
        start = clock.local(clock.now(session)) + timedelta(hours=1)
        plan = slots.proposed(lots, Rhythm(start, GAP))
        assert [lot.account.handle for lot in lots] == ["outlet", "weibo", "outlet"]
        assert [plan[lot.key] for lot in lots] == [start, start + GAP, start + 2 * GAP]
        assert {target.slot for piece in pieces for target in piece.targets} == {None}

        mended = plan | {lots[1].key: start + 3 * GAP}
        slots.save_slots(session, newsroom.editor, pieces, mended)
        assert [(it.account.handle, it.slot) for it in pieces[0].targets] == [
            ("outlet", start),
            ("weibo", start + 3 * GAP),
        ]
        assert pieces[1].targets[0].slot == start + 2 * GAP


def test_what_was_submitted_is_left_out_of_a_plan(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = stories.the_story(session, uid)
        release.submit(session, newsroom.reporter, story)
        assert slots.lots_of([story]) == []
        slots.save_slots(session, newsroom.editor, [story], {})
        with pytest.raises(WrongState):
            release.set_targets(session, newsroom.editor, story, [])


def test_an_embargo_moves_the_plan_and_silence_all_day_refuses_it(
    newsroom: Newsroom, write: Write
) -> None:
    uid = write(channels=("outlet", "weibo"))
    with newsroom.database.unit() as session:
        story = stories.the_story(session, uid)
        start = clock.local(clock.now(session)) + timedelta(hours=1)
        until = start + timedelta(hours=2)
        release.set_embargo(session, newsroom.reporter, story, until)
        lots = slots.lots_of([story])
        plan = slots.proposed(lots, Rhythm(start, GAP))
        assert [plan[lot.key] for lot in lots] == [until, until + GAP]

        silent = session.query(Account).filter_by(handle="weibo").one()
        opens, closes = (until.time().replace(second=0, microsecond=0), (until + GAP).time())
        silent.quiet_from, silent.quiet_until = opens, closes
        with pytest.raises(Invalid) as refused:
            slots.proposed(lots, Rhythm(start, GAP, opens, closes))
        assert refused.value.fields["opens"].params == {"name": silent.name}


def test_two_pieces_close_together_on_one_account_are_pointed_out(
    newsroom: Newsroom, write: Write
) -> None:
    planned, other = write(channels=("weibo",)), write(channels=("weibo", "outlet"))
    with newsroom.database.unit() as session:
        one, two = (stories.the_story(session, uid) for uid in (planned, other))
        slot = clock.now(session) + timedelta(hours=1)
        lots = slots.lots_of([one])
        slots.save_slots(session, newsroom.reporter, [one], {lots[0].key: slot})
        mine = slots.lots_of([two])
        near = {lot.key: slot + timedelta(minutes=9) for lot in mine}
        far = {lot.key: slot + timedelta(minutes=10) for lot in mine}
        weibo = next(lot for lot in mine if lot.account.handle == "weibo")
        assert slots.crowded(session, mine, near) == {weibo.key: one.title}
        assert slots.crowded(session, mine, far) == {}


def test_the_page_proposes_and_saves_only_what_is_sent_back(
    newsroom: Newsroom, write: Write, sign_in: Door
) -> None:
    uid = write(channels=("outlet", "weibo"))
    campaign = begin(newsroom, uid)
    editor = sign_in("editor")
    with newsroom.database.unit(write=False) as session:
        day = clock.local(clock.now(session) + timedelta(days=1))
    at = f"/planning/campaigns/{campaign}/slots"
    assert "错时排期" in editor.get(f"/planning/campaigns/{campaign}").text
    page = editor.get(f"{at}?start={day:%Y-%m-%d}T09:00&gap=15").text
    assert f"{day:%Y-%m-%d}T09:15" in page
    assert editor.get(f"{at}?start=soon").status_code == 422
    with newsroom.database.unit(write=False) as session:
        story = stories.the_story(session, uid)
        assert {target.slot for target in story.targets} == {None}
        outlet, weibo = (f"slot-{uid}-{target.account.uid}" for target in story.targets)
    typed = {outlet: f"{day:%Y-%m-%d}T09:00", weibo: f"{day:%Y-%m-%d}T09:40"}
    assert editor.post_form(at, typed).status_code == 302
    past = editor.post_form(at, {outlet: "2001-01-01T09:00"})
    assert past.status_code == 422
    assert "2001-01-01T09:00" in past.text
    with newsroom.database.unit(write=False) as session:
        story = stories.the_story(session, uid)
        local = [clock.local(it.slot) for it in story.targets if it.slot]
        assert [f"{it:%H:%M}" for it in local] == ["09:00", "09:40"]
    assert sign_in("reporter").get(at).status_code == 403
    assert sign_in("reporter").get(f"/planning/stories/{uid}/slots").status_code == 200


def test_the_api_does_what_the_pages_do(newsroom: Newsroom, write: Write, sign_in: Door) -> None:
    uid = write(channels=("outlet", "weibo"))
    editor = sign_in("editor")
    made = editor.call("POST", "/api/v1/campaigns", {"name": "防御台风"})
    assert made.status_code == 201
    at = f"/api/v1/campaigns/{made.json['uid']}"
    assert editor.call("POST", f"{at}/pieces", {"story": uid}).json["pieces"][0]["story"] == uid
    assert editor.call("POST", f"{at}/pieces", {"story": uid}).status_code == 409
    with newsroom.database.unit(write=False) as session:
        start = (clock.now(session) + timedelta(hours=3)).isoformat()
    lots = editor.call("POST", f"{at}/proposal", {"start": start, "gap": 5}).json["items"]
    assert [lot["channel"] for lot in lots] == ["outlet", "weibo"]
    body = {"slots": [{key: lot[key] for key in ("story", "account", "slot")} for lot in lots]}
    saved = editor.call("PUT", f"{at}/slots", body).json["items"]
    assert [lot["slot"] for lot in saved] == [lot["slot"] for lot in lots]
    changed = editor.call("PUT", at, {"name": "防御台风利奇马", "version": 1})
    assert changed.status_code == 200
    assert editor.call("PUT", at, {"name": "又一个", "version": 1}).status_code == 409
    assert editor.call("DELETE", f"{at}/pieces/{uid}").json["pieces"] == []
    assert editor.get("/api/v1/campaigns").json["items"][0]["name"] == "防御台风利奇马"
