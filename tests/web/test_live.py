"""The event stream: who may have one, how many, and for how long."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import update
from structlog.testing import capture_logs

from kitchen.core import clock
from kitchen.core.errors import TooOften
from kitchen.people.models import SignInSession
from kitchen.web import live
from tests.fixtures.newsroom import Door

STREAM = {"Accept": "text/event-stream"}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> live.Hub:
    """A hub that hears of nothing but what a test hands out."""
    monkeypatch.setattr(live.Hub, "_listen", lambda self: None)
    return live.Hub(Redis())


def test_a_stream_ends_and_says_so_before(hub: live.Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LASTS_SECONDS", 0.3)
    monkeypatch.setattr(live, "RENEWAL_SECONDS", 0.2)
    mailbox = hub.join(frozenset({"leads"}), "staff:a")
    hub._hand_out("leads", b'{"n": 1}')
    stream = live._stream(hub, mailbox, "staff:a")
    said = [next(stream), next(stream)]
    assert said[1] == 'event: changed\ndata: {"topic": "leads", "n": 1}\n\n'
    for each in stream:
        said.append(each)
        if each.startswith("event: renew"):
            hub._hand_out("staff:a", b'{"text": "one more"}')
    kinds = [each.split()[1] for each in said if each.startswith("event")]
    assert kinds == ["changed", "renew", "notice"]
    assert not hub._streams, "its place is free again"


def test_nobody_takes_the_places_of_all(hub: live.Hub) -> None:
    others = hub.join(frozenset(), "staff:b")
    mine = [hub.join(frozenset(), "staff:a") for _ in range(live.STREAMS_EACH)]
    streams = [live._stream(hub, each, "staff:a") for each in mine]
    assert all(next(stream).startswith("retry") for stream in streams)
    one_more = hub.join(frozenset(), "staff:a")
    assert list(streams[0]) == [], "the oldest makes room, and its page is not asked to come again"
    assert [hub.has(each) for each in (others, *mine[1:], one_more)] == [True] * len([*mine, 1])
    with pytest.raises(TooOften):
        for number in range(live.STREAMS_MAX):
            hub.join(frozenset(), f"staff:{number}")
    assert len(hub._streams) == live.STREAMS_MAX


def test_redis_away_is_noted_once_and_waited_for_by_those_who_wait(tmp_path: Path) -> None:
    hub = live.Hub(Redis(unix_socket_path=str(tmp_path / "nobody.sock")))
    with capture_logs() as noted:
        mailbox = hub.join(frozenset({"leads"}), "staff:a")
        listener = hub._thread
        assert listener is not None
        listener.join(2.5)
        assert listener.is_alive(), "somebody waits"
        hub.leave(mailbox)
        listener.join(5)
    assert not listener.is_alive(), "nobody waits any more"
    assert [each["event"] for each in noted] == ["live_interrupted"]
    hub.leave(hub.join(frozenset(), "staff:b"))
    assert hub._thread is not listener, "who comes next is listened for anew"


def test_whoever_is_not_signed_in_is_told_in_a_word(sign_in: Door) -> None:
    refused = sign_in.stranger().get("/live?topics=leads", headers=STREAM)
    assert refused.status_code == 401
    assert "Set-Cookie" not in refused.headers


@pytest.mark.usefixtures("hub")
def test_a_page_left_open_keeps_nobody_signed_in(sign_in: Door) -> None:
    visitor, database = sign_in("editor"), sign_in.newsroom.database
    with database.unit() as session:
        seen = clock.now(session) - timedelta(minutes=10)
        session.execute(update(SignInSession).values(seen_at=seen))
    answer = visitor.get("/live?topics=leads", headers=STREAM)
    assert answer.mimetype == "text/event-stream"
    answer.close()
    with database.unit(write=False) as session:
        assert session.query(SignInSession).one().seen_at == seen
    visitor.get("/leads")
    with database.unit(write=False) as session:
        assert session.query(SignInSession).one().seen_at > seen
