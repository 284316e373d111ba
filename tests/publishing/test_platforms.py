"""Through the real adapters to the platforms of the sandbox, over HTTP, faults included."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from redis import Redis

from channels.base import Edition, Form, Media, Receipt
from channels.wechat import WeChat
from kitchen.core.db import Database
from kitchen.matrix import service as matrix
from kitchen.matrix.models import Account
from kitchen.people.models import Unit
from kitchen.ports import Ports
from kitchen.publishing import jobs
from kitchen.publishing.models import Publication, QuotaEntry
from kitchen.stories.models import Story
from kitchen.tokens import channel_opener, shared_tokens
from tests.fixtures.sandbox import Sandbox
from tests.publishing.conftest import Outside


@pytest.fixture
def ports(ports: Ports, database: Database, redis: Redis) -> Ports:
    """Ports through which channels are opened for real."""
    opener = channel_opener(ports.store, shared_tokens(database, redis, ports.sealer))
    return replace(ports, open_channel=opener)


def register(outside: Outside, sandbox: Sandbox, channel: str) -> Account:
    """The account that the sandbox keeps on this platform, registered with us."""
    known = next(it for it in sandbox.state()["accounts"] if it["channel"] == channel)
    with outside.database.unit() as session:
        unit = session.get_one(Unit, outside.newsroom.operator.unit_id)
        account = matrix.register_account(
            session,
            outside.newsroom.admin,
            channel=channel,
            name=known["name"],
            handle=known["account"],
            unit=unit,
            settings=SETTINGS[channel](known, sandbox.url),
        )
    outside.accounts.append(account)
    return account


SETTINGS: dict[str, Callable[[dict[str, Any], str], dict[str, Any]]] = {
    "weibo": lambda known, url: {
        "uid": known["uid"],
        "access_token": known["access_token"],
        "bound_domain": "127.0.0.1",
        "server_ip": "127.0.0.1",
        "base_url": f"{url}/weibo",
        "site_url": f"{url}/weibo",
    },
    "wechat": lambda known, url: {
        "app_id": known["appid"],
        "app_secret": known["secret"],
        "base_url": f"{url}/wechat",
    },
}


def _cover(outside: Outside) -> Media:
    drawn = io.BytesIO()
    Image.new("RGB", (900, 383), "teal").save(drawn, "JPEG")
    blob = outside.newsroom.ports.store.put(io.BytesIO(drawn.getvalue()))
    return Media(blob.sha256, "image/jpeg", blob.size, 900, 383)


def _copies(sandbox: Sandbox) -> list[int]:
    return list(sandbox.state()["copies"].values())


STATUS = Edition(Form.STATUS, body="荷塘整治完成，居民多了一处散步的地方。")


@pytest.mark.parametrize(
    ("fault", "at_first"),
    [
        (None, "live"),
        ("drop_before", "unknown"),
        ("drop_after", "unknown"),
        ("bad_gateway", "unknown"),
        ("truncate", "unknown"),
    ],
)
def test_weibo_has_one_copy_however_the_answer_comes(
    outside: Outside, sandbox: Sandbox, fault: str | None, at_first: str
) -> None:
    account = register(outside, sandbox, "weibo")
    if fault:
        sandbox.fault("/weibo/2/statuses/share.json", fault, times=1)
    outside.approve_for([account], STATUS)
    outside.carry()
    assert outside.row().state == at_first
    outside.recover()
    row = outside.row()
    assert (row.state, row.code) == ("live", "")
    assert row.remote_id
    assert row.remote_url.startswith(sandbox.url)
    assert _copies(sandbox) == [1]


def test_wechat_drafts_submits_and_is_asked_until_it_is_live(
    outside: Outside, sandbox: Sandbox
) -> None:
    account = register(outside, sandbox, "wechat")
    article = Edition(
        Form.ARTICLE, "荷塘整治完成", "半年整治，荷塘重开。", "<p>正文。</p>", _cover(outside)
    )
    outside.approve_for([account], article)
    outside.carry()
    outside.recover(2)
    assert outside.row().state == "live", (outside.row().code, outside.row().words)
    assert _copies(sandbox) == [1]


@pytest.fixture
def confirming(outside: Outside, sandbox: Sandbox) -> Iterator[Account]:
    """A 公众号 that pushes to its followers, and whose administrator confirms every mass send."""
    account = register(outside, sandbox, "wechat")
    with outside.database.unit() as session:
        row = session.get_one(Account, account.id)
        row.settings = {**row.settings, "mass_send": True}
    sandbox.settings(account.handle, mass_confirm=True)
    yield account
    sandbox.settings(account.handle, mass_confirm=False)


def _push(outside: Outside, account: Account) -> Story:
    article = Edition(
        Form.ARTICLE, "荷塘整治完成", "半年整治，荷塘重开。", "<p>正文。</p>", _cover(outside)
    )
    story = outside.approve_for([account], article)
    outside.carry()
    assert (outside.row().state, outside.row().code) == ("accepted", "89504")
    return story


def test_what_the_administrator_confirms_is_known_by_its_message_and_taken_back(
    outside: Outside, sandbox: Sandbox, confirming: Account
) -> None:
    story = _push(outside, confirming)
    assert _copies(sandbox) == []
    sandbox.confirm(confirming.handle)
    for _ in range(4):
        outside.later(minutes=6)
        jobs.ask_about_accepted(outside.database)
    row = outside.row()
    assert (row.state, row.code) == ("live", ""), row.words
    assert row.task_id.startswith("mass:")
    assert _copies(sandbox) == [1]
    outside.revoke(story)
    jobs.carry_recalls(outside.database)
    assert outside.states() == ["gone", "removed"]
    assert _copies(sandbox) == []


def test_what_is_confirmed_within_the_first_seconds_is_seen_by_the_hand_that_sent_it(
    outside: Outside, sandbox: Sandbox, confirming: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The administrator has the phone in hand: while the hand still asks, the name changes."""
    asked = WeChat.poll

    def poll(self: WeChat, receipt: Receipt) -> Receipt:
        sandbox.confirm(confirming.handle)
        return asked(self, receipt)

    monkeypatch.setattr(WeChat, "poll", poll)
    article = Edition(
        Form.ARTICLE, "荷塘整治完成", "半年整治，荷塘重开。", "<p>正文。</p>", _cover(outside)
    )
    outside.approve_for([confirming], article)
    outside.carry()
    assert (outside.row().state, outside.row().task_id[:5]) == ("live", "mass:")


def test_what_nobody_confirms_fails_and_leaves_the_day_its_place(
    outside: Outside, sandbox: Sandbox, confirming: Account
) -> None:
    _push(outside, confirming)
    with outside.database.unit() as session:
        assert session.query(QuotaEntry).count() == 1
        row = session.get_one(Publication, outside.row().id)
        head, key, asked_at, draft = row.task_id.split(":", 3)
        row.task_id = f"{head}:{key}:{int(asked_at) - 3600}:{draft}"
    outside.later(minutes=6)
    jobs.ask_about_accepted(outside.database)
    assert (outside.row().state, outside.row().code) == ("failed", "confirm_lapsed")
    with outside.database.unit(write=False) as session:
        assert session.query(QuotaEntry).count() == 0


def test_a_platform_that_is_not_there_is_left_alone_and_told(
    outside: Outside, sandbox: Sandbox
) -> None:
    account = register(outside, sandbox, "weibo")
    with outside.database.unit() as session:
        row = session.get_one(Account, account.id)
        row.settings = {**row.settings, "base_url": "http://127.0.0.1:1"}
    outside.approve_for([account], STATUS)
    outside.carry()
    assert (outside.row().state, outside.row().code) == ("backoff", "unsent")
    assert _copies(sandbox) == []
