"""What each event on the wire proves, through a real adapter and a real socket, as one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from channels import weibo
from channels.base import Edition, Form, Owner, Rejected, Remedy
from channels.http import close_connections
from kitchen.core import clock
from kitchen.matrix import service as matrix
from kitchen.people.models import Unit
from kitchen.ports import Ports
from kitchen.publishing import circuits, jobs
from kitchen.publishing.models import Circuit
from kitchen.publishing.rules import Hold
from kitchen.stories.models import FrozenPost
from kitchen.tokens import channel_opener
from tests.channels import platform as wire
from tests.channels.platform import BAD_GATEWAY, CUT_JSON, DROPPED, Answer, Reaction
from tests.channels.twins import MemoryTokens
from tests.publishing.conftest import Outside

SHARE, TIMELINE = "/2/statuses/share.json", "/2/statuses/user_timeline.json"
CREATED = "Fri May 01 12:00:00 +0800 2026"
STATUS = Edition(Form.STATUS, body="荷塘整治完成，居民多了一处散步的地方。")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a socket proves does not depend on where it is written down."""
    return sqlite_url


@pytest.fixture
def ports(ports: Ports) -> Ports:
    return replace(ports, open_channel=channel_opener(ports.store, lambda _account: MemoryTokens()))


@dataclass
class Wire:
    """One Weibo account of ours, and the server that answers for the platform."""

    outside: Outside
    server: wire.Platform

    def deliver(self, answer: Reaction | None = None, base_url: str = "") -> Any:
        """Send one piece to a platform that answers so; how it stands afterwards."""
        self.server.on(SHARE, answer or Answer({"idstr": "5001"}))
        outside = self.outside
        with outside.database.unit() as session:
            account = matrix.register_account(
                session,
                outside.newsroom.admin,
                channel="weibo",
                name="青禾发布",
                handle="qinghe",
                unit=session.get_one(Unit, outside.newsroom.operator.unit_id),
                settings={
                    "uid": "1001",
                    "access_token": "token-of-qinghe",
                    "bound_domain": "127.0.0.1",
                    "server_ip": "127.0.0.1",
                    "base_url": base_url or self.server.url,
                    "site_url": self.server.url,
                },
            )
        outside.accounts.append(account)
        outside.approve_for([account], STATUS)
        outside.carry()
        return outside.row()

    def list(self, *statuses: dict[str, Any]) -> None:
        """What the account's timeline shows from now on."""
        self.server.on(TIMELINE, Answer({"statuses": statuses, "total_number": len(statuses)}))


@pytest.fixture
def weibo_wire(outside: Outside) -> Iterator[Wire]:
    with wire.serving() as server:
        found = Wire(outside, server)
        found.list()
        yield found
        close_connections()


def refusal(code: int, words: str = "", status: int = 400) -> Answer:
    return Answer({"error_code": code, "error": words}, status)


UNSENT: dict[str, Callable[[str], str]] = {
    "the name is unknown": lambda url: "http://weibo.invalid",
    "the connection is refused": lambda url: "http://127.0.0.1:1",
    "the handshake fails": lambda url: url.replace("http://", "https://"),
}


@pytest.mark.parametrize("address", UNSENT.values(), ids=UNSENT)
def test_what_never_left_is_tried_again(weibo_wire: Wire, address: Callable[[str], str]) -> None:
    row = weibo_wire.deliver(base_url=address(weibo_wire.server.url))
    assert (row.state, row.code, row.refusals) == ("backoff", "unsent", 1)


EVIDENCE: dict[str, tuple[Reaction, str, str]] = {
    "a clean answer": (Answer({"idstr": "5001"}), "live", ""),
    "cut off after the request": (DROPPED, "unknown", "no_answer"),
    "429": (Answer("slow down", 429), "backoff", "http_429"),
    "a documented rate code": (
        refusal(10023, "user requests out of rate limit"),
        "backoff",
        "10023",
    ),
    "500": (Answer("oops", 500), "unknown", "http_500"),
    "502 of a gateway": (BAD_GATEWAY, "unknown", "http_502"),
    "504 of a gateway": (Answer("late", 504), "unknown", "http_504"),
    "408": (Answer("late", 408), "unknown", "http_408"),
    "the platform is busy": (refusal(10009, "too many pending tasks"), "unknown", "10009"),
    "an expired token": (refusal(21327, "expired_token", 401), "held", "21327"),
    "a refusal of the content": (refusal(20020, "contains ad url"), "failed", "20020"),
    "a refusal nobody knows": (refusal(29999, "whatever"), "failed", "29999"),
    "a refusal without JSON": (Answer("forbidden", 403), "failed", "http_403"),
    "a duplicate": (refusal(20019, "repeat content"), "unknown", "20019"),
    "a redirect": (Answer("", 302, {"Location": "/elsewhere"}), "unknown", "http_302"),
    "200 with an error inside": (refusal(20020, "contains ad url", 200), "failed", "20020"),
    "200 without the id": (Answer({"text": "ok"}), "unknown", "no_id"),
    "200 with an id of the wrong type": (Answer({"idstr": ["5001"]}), "unknown", "no_id"),
    "200 with a list": (Answer([1, 2, 3]), "unknown", "unreadable"),
    "200 with a number": (Answer(5001), "unknown", "unreadable"),
    "200 with a page": (Answer("<html>ok</html>"), "unknown", "unreadable"),
    "200 with half a body": (CUT_JSON, "unknown", "unreadable"),
    "200 with nothing": (Answer(""), "unknown", "unreadable"),
    "200 without end": (Answer({"idstr": "5001", "more": "x" * 2**21}), "unknown", "no_answer"),
}


@pytest.mark.parametrize(("answer", "state", "code"), EVIDENCE.values(), ids=EVIDENCE)
def test_what_an_answer_proves(weibo_wire: Wire, answer: Reaction, state: str, code: str) -> None:
    row = weibo_wire.deliver(answer)
    assert (row.state, row.code) == (state, code)
    assert len(weibo_wire.server.asked(SHARE)) == 1


def test_the_editor_reads_the_platform_s_own_words(weibo_wire: Wire) -> None:
    assert weibo_wire.deliver(refusal(20020, "contains ad url")).words == "contains ad url"


def test_it_stays_away_as_long_as_it_was_told(weibo_wire: Wire) -> None:
    row = weibo_wire.deliver(Answer("slow down", 429, {"Retry-After": "90"}))
    with weibo_wire.outside.database.unit(write=False) as session:
        away = row.next_at - clock.fresh(session)
    assert timedelta(seconds=60) < away <= timedelta(seconds=90)


def test_an_expired_token_opens_the_circuit_and_nothing_more_is_tried(weibo_wire: Wire) -> None:
    row = weibo_wire.deliver(refusal(21327, "expired_token", 401))
    assert row.hold_reason == Hold.AUTH
    weibo_wire.outside.recover()
    assert len(weibo_wire.server.asked(SHARE)) == 1
    with weibo_wire.outside.database.unit(write=False) as session:
        assert session.query(Circuit).one().reason == Hold.AUTH


def test_an_open_circuit_refuses_before_anything_leaves(weibo_wire: Wire) -> None:
    weibo_wire.deliver(refusal(10023))
    with weibo_wire.outside.database.unit() as session:
        account_id = weibo_wire.outside.accounts[0].id
        circuits.trip(session, account_id, Hold.CIRCUIT, "busy")
    weibo_wire.outside.later(hours=2)
    weibo_wire.outside.carry()
    row = weibo_wire.outside.row()
    assert (row.state, row.hold_reason) == ("held", "circuit")
    assert len(weibo_wire.server.asked(SHARE)) == 1


def _duplicate_of_ours(weibo_wire: Wire) -> Any:
    """The platform says that it has this already, and so it has."""
    weibo_wire.deliver(refusal(20019, "repeat content"))
    with weibo_wire.outside.database.unit(write=False) as session:
        link = session.query(FrozenPost).one().post["link"]
    weibo_wire.list({"idstr": "5001", "text": f"荷塘 {link}", "created_at": CREATED})
    weibo_wire.outside.later(seconds=30)
    jobs.look_at_unknown(weibo_wire.outside.database)
    return weibo_wire.outside.row()


def test_a_duplicate_is_the_receipt_of_an_earlier_success(weibo_wire: Wire) -> None:
    row = _duplicate_of_ours(weibo_wire)
    assert (row.state, row.remote_id) == ("live", "5001")
    assert len(weibo_wire.server.asked(SHARE)) == 1


def test_a_duplicate_taken_for_a_failure_would_be_seen(
    weibo_wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant of the test above: it calls a piece failed that every reader sees."""
    mutant = Remedy(Rejected, Owner.EDITOR, "")
    monkeypatch.setitem(weibo.REMEDIES, "20019", mutant)
    assert _duplicate_of_ours(weibo_wire).state == "failed"
