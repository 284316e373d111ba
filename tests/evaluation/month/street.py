"""The platforms of the month, asked over HTTP what they themselves say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx

from kitchen.demo.accounts import PLANS, Place
from kitchen.matrix.models import Account

OURS = "http://127.0.0.1:8001"


@dataclass
class Street:
    """The platforms, living by the newsroom's clock; ``accounts`` are ours on them, by key."""

    url: str
    accounts: dict[str, Account] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._wire = httpx.Client(base_url=self.url)
        self._tokens: dict[str, str] = {}

    def state(self) -> Any:
        return self._wire.get("/__sim__/state").json()

    def opened(self, channel: str, taken: int) -> Mapping[str, Any]:
        """The account of a platform that stands after so many which are taken."""
        found = [it for it in self.state()["accounts"] if it["channel"] == channel]
        if taken < len(found):
            return found[taken]
        answer = self._wire.post("/__sim__/accounts", json={"channel": channel, "count": 1})
        opened: Mapping[str, Any] = answer.json()["accounts"][0]
        return opened

    def settings(self, channel: str, found: Mapping[str, Any]) -> dict[str, Any]:
        plan = next(it for it in PLANS if it.channel == channel)
        return plan.settings(Place(self.url, OURS), found)

    def identity(self, channel: str, found: Mapping[str, Any]) -> str:
        return str(found[next(it for it in PLANS if it.channel == channel).identity])

    def pieces(self, channel: str) -> dict[str, str]:
        """What stands on a platform, by the title that the ledger gives it."""
        return {
            it["title"]: it["id"]
            for it in self.state()["objects"]
            if it["channel"] == channel and it["state"] == "live" and it["kind"] != "draft"
        }

    def say(self, channel: str, remote_id: str, text: str) -> None:
        """A reader writes under a piece."""
        told = {"channel": channel, "id": remote_id, "author": "读者", "text": text}
        assert self._wire.post("/__sim__/readers/comments", json=told).status_code == 201

    def weibo(self, remote_id: str) -> tuple[int | None, ...]:
        """Likes, shares and comments so far, by Weibo's own counter; it tells no reads."""
        query = {"ids": remote_id, "access_token": self._of("weibo")["access_token"]}
        (told,) = self._wire.get("/weibo/2/statuses/count.json", params=query).json()
        return (None, *_whole(told, "attitudes"), None, *_whole(told, "reposts", "comments"))

    def weibo_followers(self) -> int:
        query = {name: self._of("weibo")[name] for name in ("access_token", "uid")}
        told = self._wire.get("/weibo/2/users/show.json", params=query).json()
        return int(told["followers_count"])

    def _of(self, key: str) -> Mapping[str, Any]:
        return self.accounts[key].settings

    def films(self) -> dict[str, tuple[int | None, ...]]:
        """Plays, likes, shares and comments so far of every film, by its title."""
        mine = self._of("douyin")["open_id"]
        found = next(it for it in self.state()["accounts"] if it.get("open_id") == mine)
        answer = self._wire.get(
            "/douyin/video/list/",
            params={"open_id": mine, "cursor": 0, "count": 20},
            headers={"access-token": found["access_token"]},
        )
        names = ("play_count", "digg_count", None, "share_count", "comment_count")
        return {
            it["title"].split()[0]: tuple(
                it["statistics"][name] if name else None for name in names
            )
            for it in answer.json()["data"]["list"]
        }

    def wechat(self, key: str, table: str, day: date) -> list[dict[str, Any]]:
        """A table of WeChat's datacube on one day; asked once the month is over."""
        if key not in self._tokens:
            settings = self._of(key)
            given = {"appid": settings["app_id"], "secret": settings["app_secret"]}
            asked = {"grant_type": "client_credential", **given, "force_refresh": False}
            token = self._wire.post("/wechat/cgi-bin/stable_token", json=asked).json()
            self._tokens[key] = token["access_token"]
        answer = self._wire.post(
            f"/wechat/datacube/{table}",
            params={"access_token": self._tokens[key]},
            json={"begin_date": str(day), "end_date": str(day)},
        )
        rows: list[dict[str, Any]] = answer.json()["list"]
        return rows


def _whole(told: Mapping[str, Any], *names: str) -> Iterator[int]:
    """Weibo writes its numbers as words."""
    return (int(told[name]) for name in names)
