"""How the public sounded before and after a statement (S46): counted, linked, never guessed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import datetime

import pytest
from sqlalchemy import update

from kitchen.core import clock
from kitchen.feedback.rules import Tone
from kitchen.opinion import calls, drills, figures, queries, room_queries, rooms, watching
from kitchen.opinion.models import OpinionSetting
from kitchen.opinion.room_models import IncidentRoom
from kitchen.opinion.rules import Sensitivity
from kitchen.opinion.tones import Around, Sounds
from kitchen.opinion.watching import Terms
from kitchen.people.queries import the_staff
from kitchen.petitions import asking
from kitchen.petitions.asking import Question
from tests.fixtures.newsroom import Door
from tests.opinion.conftest import Watchroom
from tests.opinion.test_watching import hear

BAD, GOOD, BOTH, PLAIN = (
    "自来水太差了，失望",
    "自来水通了，感谢师傅",
    "自来水通了感谢，水厂却让人失望",
    "自来水几点来",
)


def _answered(watchroom: Watchroom, uid: str) -> datetime:
    """Our statement goes out now."""
    now: datetime = watchroom.database.info["now"]
    with watchroom.database.unit() as session:
        session.execute(update(IncidentRoom).where(IncidentRoom.uid == uid).values(answered_at=now))
    return now


def _listed(watchroom: Watchroom, uid: str, *more: str) -> None:
    """The incident gets a list of its own, and a further one for each of ``more``."""
    with watchroom.database.unit() as session:
        for words in (["自来水", "水厂"], *([each] for each in more)):
            watching.keep(
                session,
                watchroom.duty,
                None,
                name="自来水",
                terms=Terms(words=words),
                owner=the_staff(session, watchroom.duty.uid),
                sensitivity=Sensitivity.QUIET,
                incident=room_queries.the_room(session, watchroom.duty, uid),
            )


def _put_in(watchroom: Watchroom, uid: str, texts: Iterable[str]) -> None:
    """Somebody enters what they saw, and puts it into the room."""
    with watchroom.database.unit() as session:
        room = room_queries.the_room(session, watchroom.duty, uid)
        for text in texts:
            item = watching.enter(session, watchroom.duty, text=text, channel="微信群")
            rooms.attach(session, watchroom.duty, room, item)


def _told(watchroom: Watchroom, uid: str) -> figures.AfterAction:
    with watchroom.database.unit(write=False) as session:
        room = room_queries.the_room(session, watchroom.duty, uid)
        return figures.after_action(session, room)


def _tones(watchroom: Watchroom, uid: str) -> Around:
    tones = _told(watchroom, uid).tones
    assert tones is not None
    return tones


def test_without_a_statement_there_is_no_before_and_no_after(
    watchroom: Watchroom, sign_in: Door
) -> None:
    uid = watchroom.room()
    _listed(watchroom, uid)
    hear(watchroom, BAD)
    told = _told(watchroom, uid)
    assert (told.tones, told.before, told.after) == (None, 0, 0)
    assert "声明还没有发出" in sign_in("duty").get(f"/events/{uid}").text
    api = sign_in("duty").call("GET", f"/api/v1/incidents/{uid}/figures").json
    assert api["tones"] is None


def test_a_statement_about_which_nobody_spoke_has_no_shares(
    watchroom: Watchroom, sign_in: Door
) -> None:
    uid = watchroom.room()
    _answered(watchroom, uid)
    tones = _tones(watchroom, uid)
    assert tones.before.sounds == tones.after.sounds == Sounds()
    assert tones.before.sounds.negative_share is None
    page = sign_in("duty").get(f"/events/{uid}").text
    assert "都没有内容" in page
    assert "<svg width" not in page.split('id="after"')[1]


def test_messages_are_told_by_how_they_sound_before_and_after(watchroom: Watchroom) -> None:
    uid = watchroom.room()
    _listed(watchroom, uid)
    hear(watchroom, BAD, BAD, BAD, GOOD, BOTH, PLAIN, key="before")
    watchroom.later(hours=2)
    _answered(watchroom, uid)
    watchroom.later(minutes=30)
    hear(watchroom, BAD, GOOD, GOOD, GOOD, PLAIN, PLAIN, key="after")
    told, tones = _told(watchroom, uid), _tones(watchroom, uid)
    assert tones.before.sounds == Sounds(6, negative=3, neutral=1, positive=1)
    assert tones.after.sounds == Sounds(6, negative=1, neutral=0, positive=3)
    assert (told.before, told.after) == (6, 6)
    assert (tones.before.sounds.negative_share, tones.after.sounds.negative_share) == (60, 25)
    assert (tones.after.sounds.neutral_share, tones.after.sounds.positive_share) == (0, 75)
    assert (tones.before.sounds.unknown, tones.after.sounds.unknown) == (1, 2)
    assert sum((each.sounds for each in tones.steps), Sounds()).count == 12
    assert (tones.by_day, tones.is_over) == (False, False)
    watchroom.later(hours=24)
    assert _tones(watchroom, uid).is_over


def test_an_unknown_tone_is_unknown_and_in_no_share(watchroom: Watchroom, sign_in: Door) -> None:
    uid = watchroom.room()
    _put_in(watchroom, uid, [PLAIN, PLAIN])
    watchroom.later(hours=1)
    _answered(watchroom, uid)
    sounds = _tones(watchroom, uid).before.sounds
    assert (sounds.count, sounds.neutral, sounds.unknown, sounds.known) == (2, 0, 2, 0)
    assert sounds.neutral_share is None
    page = sign_in("duty").get(f"/events/{uid}").text
    assert "没有一条听得出语气" in page
    assert "<small>未知</small>" in page


def test_what_was_put_into_the_room_is_judged_by_the_same_words(watchroom: Watchroom) -> None:
    uid = watchroom.room()
    watchroom.later(minutes=20)
    _put_in(watchroom, uid, [BAD, GOOD])
    watchroom.later(minutes=20)
    spoken = _answered(watchroom, uid)
    _put_in(watchroom, uid, [GOOD])
    tones = _tones(watchroom, uid)
    assert tones.before.sounds == Sounds(2, negative=1, positive=1)
    assert tones.after.sounds == Sounds(1, positive=1)
    assert tones.before.until == tones.after.since == spoken
    hour = [each for each in tones.steps if each.sounds.count]
    assert [(each.since.minute, each.sounds.count) for each in hour] == [(0, 2), (40, 1)]
    with watchroom.database.unit(write=False) as session:
        items = {it.text: it for it in queries.page_of_items(session).items}
    assert (items[BAD].tone, items[BAD].tone_words) == (Tone.NEGATIVE, "太差、失望")


def test_two_tallies_of_an_hour_are_added_up(watchroom: Watchroom) -> None:
    uid = watchroom.room()
    _listed(watchroom, uid, "感谢")
    watchroom.later(minutes=-30)
    hear(watchroom, BAD, key="a")
    hear(watchroom, BAD, GOOD, key="b")
    watchroom.later(minutes=30)
    _answered(watchroom, uid)
    assert _tones(watchroom, uid).before.sounds == Sounds(4, negative=2, positive=2)


def test_tones_outlive_the_items(watchroom: Watchroom) -> None:
    uid = watchroom.room()
    _listed(watchroom, uid)
    hear(watchroom, BAD, GOOD, PLAIN)
    watchroom.later(hours=1)
    _answered(watchroom, uid)
    before = _tones(watchroom, uid).before.sounds
    watchroom.later(days=91)
    assert calls.forget(watchroom.database) == 3
    assert _tones(watchroom, uid).before.sounds == before == Sounds(3, negative=1, positive=1)


def test_far_windows_are_told_by_the_newsrooms_day(watchroom: Watchroom) -> None:
    uid = watchroom.room()
    _listed(watchroom, uid)
    with watchroom.database.unit() as session:
        session.add(OpinionSetting(name="around_hours", value="72"))
    hear(watchroom, BAD)
    watchroom.later(hours=30)
    _answered(watchroom, uid)
    tones = _tones(watchroom, uid)
    assert tones.by_day
    assert len(tones.steps) == 8
    days = [clock.local(each.since).hour for each in tones.steps]
    assert days == [18, 0, 0, 0, 18, 0, 0, 0]
    (with_it,) = [each for each in tones.steps if each.sounds.count]
    assert with_it.sounds == Sounds(1, negative=1)


def test_of_a_petition_the_title_alone_is_judged(watchroom: Watchroom) -> None:
    uid = watchroom.room()
    _listed(watchroom, uid)
    with watchroom.database.unit() as session:
        asking.ask(session, "a code", Question("我们小区的自来水", "太差了，失望，没人管。"))
    with watchroom.database.unit(write=False) as session:
        (item,) = queries.page_of_items(session).items
    assert (item.tone, item.tone_words) == (Tone.NONE, "")


def test_what_a_drill_says_is_counted_in_its_room_alone(watchroom: Watchroom) -> None:
    with watchroom.database.unit() as session:
        drill = drills.begin(session, watchroom.duty, "fire", 600)
        uid = drill.incident.uid
    watchroom.later(hours=1)
    drills.play(watchroom.database)
    watchroom.later(minutes=1)
    _answered(watchroom, uid)
    with watchroom.database.unit(write=False) as session:
        items = queries.items_of(session, incident=drill.incident_id)
        assert queries.page_of_items(session).items == []
    sounds = _tones(watchroom, uid).before.sounds
    assert sounds.count == len(items) > 0
    assert sounds.negative == sum(it.tone == Tone.NEGATIVE for it in items)


def _links(page: str) -> dict[str, list[str]]:
    """Addresses of lists behind numbers, by the number."""
    found: dict[str, list[str]] = {}
    for href, many in re.findall(r'<a href="(/opinion\?[^"]*incident=[^"]*)">(\d+)</a>', page):
        found.setdefault(many, []).append(html.unescape(href))
    return found


def test_each_number_leads_to_what_was_counted(watchroom: Watchroom, sign_in: Door) -> None:
    uid = watchroom.room()
    _listed(watchroom, uid)
    hear(watchroom, BAD, BAD, GOOD, PLAIN, key="before")
    watchroom.later(hours=3)
    _answered(watchroom, uid)
    watchroom.later(hours=1)
    hear(watchroom, GOOD, GOOD, GOOD, GOOD, GOOD, key="after")
    duty = sign_in("duty")
    page = duty.get(f"/events/{uid}").text
    assert "偏负面 66.7%" in page
    assert page.count("url(#tone-positive)") >= 2
    links = _links(page.split('id="tones"')[1])
    for many, addresses in links.items():
        for address in addresses:
            shown = duty.get(address)
            assert shown.status_code == 200
            assert shown.text.count('<th scope="row"><a href="/inbox/') == int(many), address
    assert {"1", "2", "4", "5"} <= set(links)
    (negative,) = [it for it in links["2"] if "tone=negative" in it][:1]
    assert "偏负面：太差、失望" in duty.get(negative).text
    unknown = next(it for it in links["1"] if "tone=unknown" in it)
    assert PLAIN in duty.get(unknown).text


def test_who_may_not_read_the_lists_sees_the_numbers(watchroom: Watchroom, sign_in: Door) -> None:
    uid = watchroom.room()
    _put_in(watchroom, uid, [BAD])
    watchroom.later(hours=1)
    _answered(watchroom, uid)
    with watchroom.database.unit() as session:
        room = room_queries.the_room(session, watchroom.duty, uid)
        staff = the_staff(session, watchroom.newsroom.actors["liaison"].uid)
        rooms.invite(session, watchroom.duty, room, staff, "police")  # type: ignore[arg-type]
    page = sign_in("liaison").get(f"/events/{uid}").text
    assert "偏负面 100.0%" in page
    assert _links(page) == {}


def test_a_program_reads_the_same_figures(watchroom: Watchroom, sign_in: Door) -> None:
    uid = watchroom.room()
    _put_in(watchroom, uid, [BAD, GOOD, BOTH, PLAIN])
    watchroom.later(hours=1)
    _answered(watchroom, uid)
    duty = sign_in("duty")
    told = duty.call("GET", f"/api/v1/incidents/{uid}/figures").json
    assert told["before"] == 4
    assert told["tones"]["before"]["sounds"] == {
        "count": 4,
        "negative": 1,
        "neutral": 1,
        "positive": 1,
        "unknown": 1,
        "negative_share": 33.3,
        "neutral_share": 33.3,
        "positive_share": 33.3,
    }
    window = told["tones"]["before"]
    asked = {"incident": uid, "tone": "mixed", "since": window["since"], "until": window["until"]}
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    found = duty.call("GET", f"/api/v1/opinion-items?{query}").json["items"]
    assert [(it["text"], it["tone"]) for it in found] == [(BOTH, "mixed")]


@pytest.mark.parametrize("wrong", ["tone=sour", "since=yesterday", "until=2026-11-23T12:00"])
def test_a_list_asked_for_wrongly_is_refused(
    watchroom: Watchroom, sign_in: Door, wrong: str
) -> None:
    assert sign_in("duty").get(f"/opinion?{wrong}").status_code == 422


def test_the_page_asks_no_more_the_more_was_said(
    watchroom: Watchroom, sign_in: Door, statements: list[str]
) -> None:
    uid = watchroom.room()
    _listed(watchroom, uid)
    _answered(watchroom, uid)
    hear(watchroom, BAD, key="a")

    def asked() -> int:
        duty = sign_in("duty")
        duty.get(f"/events/{uid}")
        before = len(statements)
        duty.get(f"/events/{uid}")
        return len(statements) - before

    few = asked()
    for hour in range(6):
        watchroom.later(hours=1)
        hear(watchroom, BAD, GOOD, PLAIN, key=f"h{hour}")
    assert asked() <= few
