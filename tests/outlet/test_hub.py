"""The hub: asked by anybody, believing only callbacks; what is owed arrives, signed, or is retried.

The subscriber is a real HTTP server on this machine; the house, whose own address is the loopback,
may call it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from channels import strangers
from channels.http import close_connections
from kitchen import app, timetable
from kitchen.outlet import columns, hub, jobs
from kitchen.outlet.models import OutletHubRequest, OutletLinkCheck, OutletSubscription
from kitchen.outlet.rules import LEASE, LONGEST_LEASE, PAUSES, lease_of, pause_after
from kitchen.ports import QuietBell
from tests.channels.platform import DROPPED, Answer, Platform, Request, serving
from tests.fixtures.newsroom import Newsroom
from tests.outlet.conftest import Sender, item, tombstone

ROOT = "http://127.0.0.1:8001"
TOPIC = f"{ROOT}/feeds/items.json"
SECRET = "hubsecret"


@pytest.fixture
def subscriber() -> Iterator[Platform]:
    """A program that confirms whatever it is asked, and takes whatever it is sent."""
    with serving() as platform:
        platform.on("/hook", confirming)
        yield platform
        close_connections()


def confirming(request: Request) -> Answer:
    return Answer(request.query.get("hub.challenge", "thanks"))


def sent(subscriber: Platform) -> list[Request]:
    return [request for request in subscriber.requests if request.method == "POST"]


def ask(
    reader: FlaskClient, subscriber: Platform, mode: str = "subscribe", **more: Any
) -> tuple[int, Any]:
    given = {"mode": mode, "topic": TOPIC, "callback": f"{subscriber.url}/hook", **more}
    answer = reader.post("/hub", data={f"hub.{name}": value for name, value in given.items()})
    return answer.status_code, answer


def subscribed(house: app.House) -> list[OutletSubscription]:
    with house.database.unit(write=False) as session:
        return list(session.scalars(select(OutletSubscription)))


def subscribe(reader: FlaskClient, subscriber: Platform, house: app.House, **more: Any) -> None:
    assert ask(reader, subscriber, **more)[0] == 202
    jobs.carry_hub(house.database)
    assert len(subscribed(house)) == 1


def later(house: app.House, span: timedelta) -> None:
    house.database.info["shift"] = house.database.info.get("shift", timedelta()) + span


def test_the_signature_is_the_standards() -> None:
    golden = "39ea5fc2fe8b1ffb12000212dc53145f15f832ec5ec2bef372ed5e808ac9d9bd"
    assert hub.signature(SECRET, b'{"items":[]}') == f"sha256={golden}"


def test_a_subscription_begins_once_the_callback_said_so(
    reader: FlaskClient, subscriber: Platform, house: app.House
) -> None:
    status, _ = ask(reader, subscriber, lease_seconds="86400")
    assert (status, subscribed(house)) == (202, [])
    assert isinstance(house.ports.bell, QuietBell)
    assert ("hub", 0) in house.ports.bell.rung
    jobs.carry_hub(house.database)
    (asked,) = subscriber.requests
    assert asked.method == "GET"
    assert asked.query["hub.mode"] == "subscribe"
    assert asked.query["hub.topic"] == TOPIC
    assert asked.query["hub.lease_seconds"] == "86400"
    assert len(asked.query["hub.challenge"]) >= 40
    (subscription,) = subscribed(house)
    assert subscription.topic == TOPIC


FORGED = [
    Answer("yes"),
    Answer(""),
    Answer("no such thing", 404),
    Answer("", 302, {"Location": "http://127.0.0.1/"}),
    lambda request: Answer(request.query["hub.challenge"] + " "),
    lambda request: Answer(request.query["hub.challenge"], 403),
]


@pytest.mark.parametrize("answer", FORGED)
def test_whoever_does_not_repeat_the_challenge_is_not_subscribed(
    reader: FlaskClient, subscriber: Platform, house: app.House, answer: Any
) -> None:
    """So nobody can have our feed sent to a victim that never asked for it."""
    subscriber.on("/hook", answer)
    ask(reader, subscriber)
    jobs.carry_hub(house.database)
    assert subscribed(house) == []


def test_nobody_else_can_end_a_subscription(
    reader: FlaskClient, subscriber: Platform, house: app.House
) -> None:
    subscribe(reader, subscriber, house)
    subscriber.on("/hook", Answer("I never asked for that", 404))
    ask(reader, subscriber, "unsubscribe")
    jobs.carry_hub(house.database)
    assert len(subscribed(house)) == 1
    subscriber.on("/hook", confirming)
    ask(reader, subscriber, "unsubscribe")
    jobs.carry_hub(house.database)
    assert subscribed(house) == []


def test_a_change_arrives_as_the_feed_itself_signed(
    reader: FlaskClient, subscriber: Platform, house: app.House, sender: Sender
) -> None:
    subscribe(reader, subscriber, house, secret=SECRET)
    sender.put_item(item())
    jobs.carry_hub(house.database)
    (delivery,) = sent(subscriber)
    assert delivery.body == reader.get("/feeds/items.json").data
    digest = hmac.new(SECRET.encode(), delivery.body, hashlib.sha256).hexdigest()
    assert delivery.headers["x-hub-signature"] == f"sha256={digest}"
    assert delivery.headers["content-type"] == "application/feed+json"
    assert f'<{TOPIC}>; rel="self"' in delivery.headers["link"]
    assert f'<{ROOT}/hub>; rel="hub"' in delivery.headers["link"]


def test_without_a_secret_nothing_is_signed(
    reader: FlaskClient, subscriber: Platform, house: app.House, sender: Sender
) -> None:
    subscribe(reader, subscriber, house)
    sender.put_item(item())
    jobs.carry_hub(house.database)
    assert "x-hub-signature" not in sent(subscriber)[0].headers


def test_several_changes_are_one_delivery_and_a_withdrawal_is_told_too(
    reader: FlaskClient, subscriber: Platform, house: app.House, sender: Sender
) -> None:
    subscribe(reader, subscriber, house)
    sender.put_item(item("first0001"))
    sender.put_item(item("second001"))
    sender.put_item(tombstone("first0001"), match="1")
    jobs.carry_hub(house.database)
    jobs.carry_hub(house.database)
    (delivery,) = sent(subscriber)
    statuses = [entry["_kitchen"]["pubstatus"] for entry in delivery.json["items"]]
    assert statuses == ["canceled", "usable"]


def test_what_does_not_arrive_is_tried_again_and_again_and_then_let_go(
    reader: FlaskClient, subscriber: Platform, house: app.House, sender: Sender
) -> None:
    subscribe(reader, subscriber, house)
    sender.put_item(item())
    subscriber.on("/hook", Answer("not now", 503))
    for _ in range(len(PAUSES) + 3):
        jobs.carry_hub(house.database)
        later(house, PAUSES[-1] + timedelta(minutes=1))
    assert len(sent(subscriber)) == len(PAUSES) + 1
    (subscription,) = subscribed(house)
    assert subscription.due_at is None
    subscriber.on("/hook", confirming)
    sender.put_item(item("second001"), off=int(house.database.info["shift"].total_seconds()))
    jobs.carry_hub(house.database)
    assert len(sent(subscriber)) == len(PAUSES) + 2


def test_a_cut_connection_is_tried_again_before_long(
    reader: FlaskClient, subscriber: Platform, house: app.House, sender: Sender
) -> None:
    subscribe(reader, subscriber, house)
    sender.put_item(item())
    subscriber.once("/hook", DROPPED)
    jobs.carry_hub(house.database)
    later(house, PAUSES[0])
    jobs.ring_for_hub(house.database)
    jobs.carry_hub(house.database)
    assert [delivery.json["items"][0]["id"] for delivery in sent(subscriber)] == [
        f"{ROOT}/a/first0001"
    ] * 2


def test_gone_ends_the_subscription(
    reader: FlaskClient, subscriber: Platform, house: app.House, sender: Sender
) -> None:
    subscribe(reader, subscriber, house)
    subscriber.on("/hook", Answer("", 410))
    sender.put_item(item())
    jobs.carry_hub(house.database)
    assert subscribed(house) == []


def test_a_lease_runs_out_unless_it_is_renewed(
    reader: FlaskClient, subscriber: Platform, house: app.House, sender: Sender
) -> None:
    subscribe(reader, subscriber, house, lease_seconds="7200")
    later(house, timedelta(hours=1))
    subscribe(reader, subscriber, house, lease_seconds="7200")
    later(house, timedelta(minutes=90))
    sender.put_item(item(), off=9000)
    jobs.carry_hub(house.database)
    assert len(sent(subscriber)) == 1
    later(house, timedelta(hours=1))
    sender.put_item(item("second001"), off=12_600)
    jobs.carry_hub(house.database)
    assert len(sent(subscriber)) == 1
    assert subscribed(house) == []


def test_a_change_during_a_delivery_is_delivered_afterwards(
    reader: FlaskClient, subscriber: Platform, house: app.House, sender: Sender
) -> None:
    subscribe(reader, subscriber, house)
    sender.put_item(item("first0001"))

    def meanwhile(_request: Request) -> Answer:
        sender.put_item(item("second001"))
        return Answer("thanks")

    subscriber.once("/hook", meanwhile)
    jobs.carry_hub(house.database)
    assert [len(delivery.json["items"]) for delivery in sent(subscriber)] == [1, 2]


def test_a_worker_that_dies_in_between_delays_and_loses_nothing(
    reader: FlaskClient, subscriber: Platform, house: app.House, sender: Sender
) -> None:
    subscribe(reader, subscriber, house)
    sender.put_item(item())
    with house.database.unit() as session:
        assert len(hub.take(session)) == 1
    jobs.carry_hub(house.database)
    assert sent(subscriber) == []
    later(house, hub.HELD)
    jobs.carry_hub(house.database)
    assert len(sent(subscriber)) == 1


def test_a_column_tells_only_those_who_asked_for_it(
    reader: FlaskClient, subscriber: Platform, newsroom: Newsroom, sender: Sender
) -> None:
    house = newsroom.house
    with house.database.unit() as session:
        block = columns.open_column(session, newsroom.operator, name="青禾印象", slug="look")
        columns.open_column(session, newsroom.operator, name="田野", slug="fields", parent=block)
    subscribe(reader, subscriber, house, topic=f"{ROOT}/feeds/c/look/atom.xml")
    sender.put_item(item("elsewhere"))
    jobs.carry_hub(house.database)
    assert sent(subscriber) == []
    sender.put_item(item("inthere01", subject=[{"name": "田野", "scheme": "column"}]))
    jobs.carry_hub(house.database)
    assert "inthere01" in sent(subscriber)[0].body.decode()
    assert "elsewhere" not in sent(subscriber)[0].body.decode()


REFUSED = [
    ({"topic": "http://elsewhere.example/feeds/items.json"}, "hub.topic"),
    ({"topic": f"{ROOT}/feeds/c/never/items.json"}, "hub.topic"),
    ({"topic": f"{ROOT}/a/first0001"}, "hub.topic"),
    ({"callback": "ftp://example.cn/"}, "hub.callback"),
    ({"callback": "http://user:word@example.cn/"}, "hub.callback"),
    ({"callback": "http://example.cn:25/"}, "hub.callback"),
    ({"secret": "长" * 70}, "hub.secret"),
    ({"mode": "publish"}, "hub.mode"),
    ({"lease_seconds": "-5"}, "hub.lease_seconds"),
    ({"lease_seconds": "soon"}, "hub.lease_seconds"),
]


@pytest.mark.parametrize(("changes", "field"), REFUSED)
def test_what_cannot_be_meant_is_refused_at_the_door(
    reader: FlaskClient, subscriber: Platform, house: app.House, changes: Any, field: str
) -> None:
    given = {"mode": "subscribe", "topic": TOPIC, "callback": f"{subscriber.url}/hook", **changes}
    data = {f"hub.{name}": value for name, value in given.items()}
    answer = reader.post("/hub", data=data, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert field in answer.json["fields"]
    with house.database.unit(write=False) as session:
        assert session.scalars(select(OutletHubRequest)).all() == []


def test_a_house_that_others_can_reach_calls_no_neighbour(
    reader: FlaskClient, subscriber: Platform, house: app.House, sender: Sender
) -> None:
    subscribe(reader, subscriber, house)
    sender.put_item(item())
    before = len(subscriber.requests)
    with house.database.unit() as session:
        (work,) = hub.take(session)
    house.database.info["ports"] = replace(house.ports, public_url="https://news.example.cn")
    at_home = house.database.info["ports"].at_home
    assert jobs._answer(work, loopback=at_home) is hub.Answer.NO
    assert len(subscriber.requests) == before


def test_a_flood_of_wishes_ends(
    reader: FlaskClient, subscriber: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MOST_WAITING", 2)
    hooks = [f"{subscriber.url}/hook?number={number}" for number in range(3)]
    assert [ask(reader, subscriber, callback=hook)[0] for hook in hooks] == [202, 202, 429]
    assert ask(reader, subscriber, callback=hooks[0])[0] == 202


def test_nobody_subscribes_without_end(
    reader: FlaskClient, subscriber: Platform, house: app.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By whichever path or port: a host has so many, and may renew and end those it has."""
    monkeypatch.setattr(hub, "MOST_OF_ONE", 2)
    subscribe(reader, subscriber, house)
    others = [f"{subscriber.url}/more/hook", "http://127.0.0.1:9999/", "http://127.0.0.10:9999/"]
    assert [ask(reader, subscriber, callback=hook)[0] for hook in others] == [202, 422, 202]
    assert ask(reader, subscriber)[0] == 202
    assert ask(reader, subscriber, mode="unsubscribe")[0] == 202


def test_one_call_that_goes_wrong_in_a_new_way_leaves_the_others_alone(
    reader: FlaskClient, subscriber: Platform, house: app.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def surprised(method: str, url: str, **given: Any) -> Any:
        if "/odd/" in url:
            raise RuntimeError("nobody thought of this")
        return really(method, url, **given)

    really = strangers.call
    monkeypatch.setattr(strangers, "call", surprised)
    ask(reader, subscriber, callback=f"{subscriber.url}/odd/hook")
    ask(reader, subscriber)
    jobs.carry_hub(house.database)
    assert [each.callback for each in subscribed(house)] == [f"{subscriber.url}/hook"]
    with house.database.unit(write=False) as session:
        (left,) = session.scalars(select(OutletHubRequest))
        assert left.attempts == 1


def test_one_look_that_goes_wrong_in_a_new_way_leaves_the_others_alone(
    subscriber: Platform, house: app.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def surprised(url: str, **_given: Any) -> int:
        if "/odd/" in url:
            raise RuntimeError("nobody thought of this")
        return 200

    monkeypatch.setattr(strangers, "status_of", surprised)
    odd, fine = f"{subscriber.url}/odd/", f"{subscriber.url}/fine/"
    jobs.look_at_links(house.database, lambda _session: {odd, fine})
    with house.database.unit(write=False) as session:
        looked = {each.url: each.status for each in session.scalars(select(OutletLinkCheck))}
    assert looked == {odd: 0, fine: 200}


def test_what_cannot_be_opened_ends_and_the_others_are_served(
    reader: FlaskClient, subscriber: Platform, house: app.House, sender: Sender
) -> None:
    subscribe(reader, subscriber, house, secret=SECRET)
    for which in ("second", "third"):
        ask(reader, subscriber, callback=f"{subscriber.url}/hook?{which}=1", secret=SECRET)
    with house.database.unit() as session:
        lost = {"secret_sealed": "sealed with a key that is lost"}
        session.execute(update(OutletSubscription).values(**lost))
        second = OutletHubRequest.callback.contains("second")
        session.execute(update(OutletHubRequest).where(second).values(**lost))
    sender.put_item(item())
    jobs.carry_hub(house.database)
    assert [each.callback for each in subscribed(house)] == [f"{subscriber.url}/hook?third=1"]
    with house.database.unit(write=False) as session:
        assert session.scalars(select(OutletHubRequest)).all() == []


def test_a_secret_lies_sealed(reader: FlaskClient, subscriber: Platform, house: app.House) -> None:
    subscribe(reader, subscriber, house, secret=SECRET)
    (subscription,) = subscribed(house)
    assert SECRET not in subscription.secret_sealed


def test_what_the_bell_forgot_the_timetable_remembers(
    reader: FlaskClient, subscriber: Platform, house: app.House
) -> None:
    ask(reader, subscriber)
    assert isinstance(house.ports.bell, QuietBell)
    house.ports.bell.rung.clear()
    jobs.ring_for_hub(house.database)
    assert house.ports.bell.rung == [("hub", 0)]
    assert "hub" in timetable.DOORBELLS
    assert timetable.lanes(2)("hub", 0) == "media"


def test_leases_and_pauses_have_bounds() -> None:
    assert lease_of(None) == LEASE
    assert lease_of(0) == timedelta(hours=1)
    assert lease_of(10**9) == LONGEST_LEASE
    assert [pause_after(tries) for tries in (1, len(PAUSES), len(PAUSES) + 1)] == [
        PAUSES[0],
        PAUSES[-1],
        None,
    ]
