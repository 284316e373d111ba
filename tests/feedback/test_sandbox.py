"""Readers and our answers over real HTTP: the adapters against the sandbox, faults switched on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from channels.base import Channel, Edition, Form
from channels.registry import channel_class
from kitchen import app
from kitchen.demo.accounts import PLANS, Place
from kitchen.feedback.rules import ReplyState, State
from kitchen.matrix.models import Account
from kitchen.ports import Ports
from tests.channels.twins import MemoryFiles, MemoryTokens
from tests.feedback.conftest import Inbox
from tests.fixtures.newsroom import Newsroom
from tests.fixtures.sandbox import Sandbox
from tests.fixtures.served import served
from tests.publishing.conftest import Platform

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LAMP = "路灯什么时候修？"
WORDS = "已派人查看，谢谢您。"
REPLY = "/weibo/2/comments/reply.json"
PLACE_OF_OURS = "http://127.0.0.1:8001"


@pytest.fixture
def ports(ports: Ports) -> Ports:
    """Ports that lead to the real adapters; each account keeps its tokens."""
    tokens: dict[str, MemoryTokens] = {}

    def open_channel(key: str, settings: Any, account: str) -> Channel:
        kind = channel_class(key)
        own = tokens.setdefault(account, MemoryTokens())
        return kind(kind.Settings(**settings), MemoryFiles(), own)

    return replace(ports, open_channel=open_channel)


class Town(Inbox):
    """An inbox whose account stands on the sandbox."""

    sandbox: Sandbox

    def open(self, channel: str) -> str:
        """An account of ours on the platform; what the platform calls it."""
        plan = next(it for it in PLANS if it.channel == channel)
        (found,) = self.ask("accounts", channel=channel, count=1)["accounts"]
        settings = plan.settings(Place(self.sandbox.url, PLACE_OF_OURS), found)
        if channel == "wechat":
            settings["callback_token"] = found["token"]
        with self.database.unit() as session:
            account = Account(
                channel=channel,
                name="青禾发布",
                handle=str(found[plan.identity]),
                unit_id=self.newsroom.operator.unit_id,
                settings=settings,
            )
            session.add(account)
            session.flush()
            self.accounts.append(account)
        return str(found[plan.identity])

    def post(self) -> None:
        """A piece of ours goes out there."""
        words = f"荷塘村路灯改造开工 {PLACE_OF_OURS}/s/post1x{self.accounts[0].id}"
        self.approve_for(self.accounts, Edition(Form.STATUS, body=words))
        self.carry()

    def comment(self, text: str) -> int:
        row = self.row()
        told = self.ask("readers/comments", channel="weibo", id=row.remote_id, text=text)
        return int(told["number"])

    def ask(self, path: str, **wishes: Any) -> Any:
        answer = httpx.post(f"{self.sandbox.url}/__sim__/{path}", json=wishes, timeout=30)
        return answer.raise_for_status().json()

    def replies(self) -> list[str]:
        """What our account wrote under the piece, as the platform shows it."""
        account = self.accounts[0].settings
        query = {"access_token": account["access_token"], "id": self.row().remote_id}
        address = f"{self.sandbox.url}/weibo/2/comments/show.json"
        told = httpx.get(address, params=query).json()["comments"]
        return [it["text"] for it in told if it["user"]["idstr"] == account["uid"]]


@pytest.fixture
def town(newsroom: Newsroom, platform: Platform, sandbox: Sandbox) -> Town:
    made = Town(newsroom, platform)
    made.sandbox = sandbox
    return made


@pytest.mark.parametrize(
    ("fault", "copies"),
    [("", 1), ("drop_after", 1), ("drop_before", 1), ("bad_gateway", 1), ("truncate", 1)],
)
def test_a_comment_on_weibo_is_answered_once_whatever_the_line_does(
    town: Town, sandbox: Sandbox, fault: str, copies: int
) -> None:
    town.open("weibo")
    town.post()
    town.comment(LAMP)
    town.gather(seconds=1)
    town.answer(LAMP, WORDS)
    if fault:
        sandbox.fault(REPLY, fault)
    for _ in range(6):
        town.send(minutes=2)
    assert town.replies() == [WORDS] * copies
    voice = town.voice(LAMP)
    assert (voice.state, voice.reply and voice.reply.state) == (State.REPLIED, ReplyState.SENT)


def test_a_comment_that_was_deleted_on_weibo_is_not_answered(town: Town, sandbox: Sandbox) -> None:
    town.open("weibo")
    town.post()
    number = town.comment(LAMP)
    town.gather(seconds=1)
    town.answer(LAMP, WORDS)
    httpx.delete(f"{sandbox.url}/__sim__/readers/comments/{number}").raise_for_status()
    town.send(seconds=5)
    assert (town.replies(), town.voice(LAMP).state) == ([], State.GONE)


@contextmanager
def public_face(town: Town) -> Iterator[str]:
    """The face that platforms call back."""
    with served(app.create_public(town.newsroom.house)) as address:
        yield address


def until(there: Callable[[], object]) -> None:
    """Wait for what another thread is about to do."""
    patience = time.monotonic() + 10
    while not there():
        assert time.monotonic() < patience
        time.sleep(0.05)


def test_a_private_letter_on_wechat_comes_by_callback_and_is_answered(
    town: Town, sandbox: Sandbox
) -> None:
    appid = town.open("wechat")
    with public_face(town) as address:
        url = f"{address}/callbacks/wechat/{town.accounts[0].uid}"
        town.ask(f"accounts/{appid}/callback", url=url, delay=0)
        town.ask(f"wechat/{appid}/letters", openid="o_reader", content=LAMP)
        until(town.voices)
    town.answer(LAMP, WORDS)
    for _ in range(2):
        town.send(seconds=5)
    told = httpx.get(f"{sandbox.url}/__sim__/wechat/{appid}/letters").json()["letters"]
    assert [(it["text"], it["ours"]) for it in told] == [(LAMP, 0), (WORDS, 1)]
    assert town.voice(LAMP).state == State.REPLIED
