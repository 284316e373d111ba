"""Watch lists: what they find, what they count, whom they tell, what is forgotten again."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select

from kitchen.core.errors import Forbidden, Invalid, Stale
from kitchen.feedback.intake import Place, Said, take_in
from kitchen.feedback.rules import Kind
from kitchen.matrix.models import Account
from kitchen.opinion import calls, figures, queries, rooms, watching
from kitchen.opinion.models import Item, Watchlist
from kitchen.opinion.rules import Origin, Sensitivity
from kitchen.opinion.watching import Terms
from kitchen.people.queries import the_staff
from kitchen.petitions import asking
from kitchen.petitions.asking import Question
from tests.fixtures.newsroom import Door
from tests.opinion.conftest import Watchroom

MET, RISE = "监测词“%(title)s”有新内容。", "监测词“%(title)s”今天明显变多：%(count)s 条。"


def keep(
    watchroom: Watchroom, sensitivity: Sensitivity = Sensitivity.EVERY, role: str = "duty"
) -> Watchlist:
    with watchroom.database.unit() as session:
        return watching.keep(
            session,
            watchroom.newsroom.actors[role],
            None,
            name="自来水",
            terms=Terms(words=["自来水", "水厂"], places=["柳湾"]),
            owner=the_staff(session, watchroom.editor.uid),
            sensitivity=sensitivity,
        )


def hear(watchroom: Watchroom, *texts: str, kind: Kind = Kind.COMMENT, key: str = "c") -> None:
    now: datetime = watchroom.database.info["now"]
    with watchroom.database.unit() as session:
        account = session.scalars(select(Account)).first()
        if account is None:
            unit_id = watchroom.newsroom.units["青禾区融媒体中心"].id
            account = Account(channel="weibo", name="青禾发布", handle="q", unit_id=unit_id)
            session.add(account)
            session.flush()
        place = Place(account.id, account.unit_id, "weibo")
        take_in(
            session,
            place,
            [Said(f"{key}{at}", kind, "网友", text, now) for at, text in enumerate(texts)],
        )


def items(watchroom: Watchroom) -> list[Item]:
    with watchroom.database.unit(write=False) as session:
        return list(queries.page_of_items(session).items)


def test_comments_that_meet_a_list_are_gathered_and_no_others(watchroom: Watchroom) -> None:
    keep(watchroom)
    hear(watchroom, "自 来-水有股味道", "今天天气好", "柳灣的水廠停了")
    found = items(watchroom)
    assert [it.text for it in found] == ["柳灣的水廠停了", "自 来-水有股味道"]
    assert [hit.terms for hit in found[0].hits] == [["柳湾", "水厂"]]
    assert (found[0].origin, found[0].channel) == (Origin.VOICE, "weibo")
    assert MET in watchroom.heard("editor")
    hear(watchroom, "自 来-水有股味道", "今天天气好", "柳灣的水廠停了")  # heard again
    assert len(items(watchroom)) == 2


def test_private_letters_are_never_looked_at(watchroom: Watchroom) -> None:
    keep(watchroom)
    hear(watchroom, "我家自来水有味", kind=Kind.LETTER)
    assert items(watchroom) == []


def test_of_a_petition_only_its_title_is_kept(watchroom: Watchroom) -> None:
    keep(watchroom)
    with watchroom.database.unit() as session:
        asking.ask(session, "a code", Question("我们小区的水", "自来水三天有味道，没人管。"))
    (found,) = items(watchroom)
    assert (found.origin, found.text) == (Origin.PETITION, "我们小区的水")
    assert "三天" not in found.text


def test_a_list_looks_for_something_and_is_saved_by_whoever_saw_it(watchroom: Watchroom) -> None:
    made = keep(watchroom)
    with watchroom.database.unit() as session:
        owner = the_staff(session, watchroom.editor.uid)
        row = session.get_one(Watchlist, made.id)
        for terms in (Terms(), Terms(words=["水"])):
            with pytest.raises(Invalid):
                watching.keep(
                    session,
                    watchroom.duty,
                    row,
                    name="自来水",
                    terms=terms,
                    owner=owner,
                    sensitivity=Sensitivity.QUIET,
                )
        with pytest.raises(Stale):
            watching.keep(
                session,
                watchroom.duty,
                row,
                name="自来水",
                terms=Terms(words=["自来水"]),
                owner=owner,
                sensitivity=Sensitivity.QUIET,
                seen=made.version + 3,
            )
    with pytest.raises(Forbidden):
        keep(watchroom, role="reporter")


def test_a_rise_is_told_once_a_day(watchroom: Watchroom) -> None:
    keep(watchroom, Sensitivity.RISE)
    hear(watchroom, *["自来水有味"] * 4)
    assert watchroom.heard("editor") == []
    hear(watchroom, *["自来水有味"] * 4, key="d")
    assert watchroom.heard("editor") == [RISE]
    hear(watchroom, "自来水还有味", key="e")
    assert watchroom.heard("editor") == [RISE]


def test_the_trend_counts_by_day_and_platform_and_outlives_the_items(
    watchroom: Watchroom,
) -> None:
    made = keep(watchroom)
    hear(watchroom, "自来水有味", "水厂停了")
    with watchroom.database.unit() as session:
        kept = watching.enter(session, watchroom.duty, text="群里说水厂停了", channel="微信群")
        rumour_item = queries.the_item(session, kept.uid)
        room = rooms.open_room(session, watchroom.duty, title="水厂停水", grade="routine")  # type: ignore[arg-type]
        rooms.attach(session, watchroom.duty, room, rumour_item)
    with watchroom.database.unit(write=False) as session:
        today = figures.trend(session, session.get_one(Watchlist, made.id))[-1]
    assert (today.count, today.channels) == (3, {"weibo": 2, "微信群": 1})
    assert calls.forget(watchroom.database) == 0
    watchroom.later(days=91)
    assert calls.forget(watchroom.database) == 2
    with watchroom.database.unit(write=False) as session:
        assert session.scalars(select(Item.text)).all() == ["群里说水厂停了"]
        assert sum(day.count for day in figures.trend(session, days=100)) == 3
        assert session.scalar(select(func.count(Watchlist.id))) == 1


def test_pages_of_lists_and_items(watchroom: Watchroom, sign_in: Door) -> None:
    duty = sign_in("duty")
    assert sign_in("reporter").get("/opinion").status_code == 403
    refused = duty.post_form("/opinion/lists/new", {"name": "自来水", "words": "水"})
    assert refused.status_code == 422
    assert "每个词至少两个字" in refused.text
    given = {"name": "自来水", "words": "自来水、水厂", "sensitivity": "every", "active": "1"}
    assert duty.post_form("/opinion/lists/new", given).status_code == 302
    hear(watchroom, "自来水有味")
    page = duty.get("/opinion").text
    assert "自来水有味" in page
    assert duty.post_form("/opinion", {"text": "看到的"}).status_code == 422
    typed = {"text": "群里说停水", "channel": "微信群", "link": "https://example.org/1"}
    assert duty.post_form("/opinion", typed).status_code == 302
    with watchroom.database.unit(write=False) as session:
        uid = session.scalars(select(Watchlist.uid)).one()
        item = session.scalars(select(Item.uid).order_by(Item.id)).first()
    assert "自来水、水厂" in duty.get("/opinion/lists").text
    assert "水厂" in duty.get(f"/opinion/lists/{uid}").text
    stale = duty.post_form(f"/opinion/lists/{uid}", {**given, "version": "9"})
    assert stale.status_code == 409
    assert "自来水有味" in duty.get(f"/opinion/signs/new?item={item}").text
    assert "自来水有味" in duty.get(f"/opinion/rumours/new?item={item}").text
    assert duty.get(f"/opinion?watchlist={uid}&origin=voice&q=有味").status_code == 200
