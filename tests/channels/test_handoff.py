"""Hand-off: a package that a person can work with, and addresses that may close it."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest

from channels.base import HandsOff, Outcome, Rejected
from channels.handoff import HandoffChannel
from channels.registry import channel_classes
from tests.channels.twins import FILES, JPEG, LINK, MemoryFiles, MemoryTokens, master, post

KEYS = [key for key, it in channel_classes().items() if issubclass(it, HandoffChannel)]
by_hand = pytest.mark.parametrize("key", KEYS)


def opened(key: str, *files: bytes) -> HandoffChannel:
    kind = channel_classes()[key]
    channel = kind(kind.Settings(), MemoryFiles(*files), MemoryTokens())
    assert isinstance(channel, HandoffChannel)
    assert isinstance(channel, HandsOff)
    return channel


def test_these_are_finished_by_hand() -> None:
    assert KEYS == ["toutiao_article", "shandian", "shipinhao", "xiaohongshu"]


@by_hand
def test_the_package_is_complete_and_its_sums_are_right(key: str) -> None:
    channel = opened(key, *FILES)
    given = post(channel.compose(master()))
    archive = ZipFile(io.BytesIO(channel.package(given)))
    contents = {name: archive.read(name) for name in archive.namelist()}
    sums = contents.pop("SHA256SUMS").decode()
    for name, data in contents.items():
        assert f"{hashlib.sha256(data).hexdigest()}  {name}\n" in sums
    manifest = json.loads(contents["manifest.json"])
    assert (manifest["channel"], manifest["link"]) == (key, LINK)
    assert manifest["payload_hash"] == given.payload_hash
    assert {item["path"] for item in manifest["media"]} == {n for n in contents if "media/" in n}
    assert all(item["caption"] for item in manifest["media"])
    assert {"body.html", "body.txt"} < set(contents)


def test_the_body_opens_with_its_pictures_from_the_folder() -> None:
    channel = opened("shandian", *FILES)
    archive = ZipFile(io.BytesIO(channel.package(post(channel.compose(master())))))
    page = archive.read("body.html").decode()
    path = page.split('<img src="')[1].split('"')[0]
    assert archive.read(path) == JPEG
    assert archive.read("body.txt").decode().startswith("改造\n公园今天开放。")


@by_hand
def test_the_same_post_makes_the_same_bytes(key: str) -> None:
    channel = opened(key, *FILES)
    given = post(channel.compose(master()))
    assert channel.package(given) == channel.package(given)


@by_hand
def test_publishing_hands_over_and_looking_says_so_again(key: str) -> None:
    channel = opened(key, *FILES)
    given = post(channel.compose(master()))
    parcel = json.loads(json.dumps(channel.prepare(given)))
    receipt = channel.publish(given, parcel)
    assert receipt.outcome is Outcome.HANDED
    assert channel.find(given, parcel, datetime.now(UTC)) == receipt
    assert channel.checklist()


@by_hand
def test_a_missing_file_is_found_before_anyone_is_called(key: str) -> None:
    channel = opened(key)
    with pytest.raises(Rejected):
        channel.prepare(post(channel.compose(master())))


@pytest.mark.parametrize(
    ("key", "url", "accepted"),
    [
        ("xiaohongshu", "https://www.xiaohongshu.com/explore/1", True),
        ("xiaohongshu", " http://xhslink.com/a ", True),
        ("shandian", "https://sdxw.iqilu.com/share/1.html", True),
        ("toutiao_article", "https://www.toutiao.com/article/1/", True),
        ("toutiao_article", "https://toutiao.com.evil.example/1", False),
        ("toutiao_article", "https://eviltoutiao.com/1", False),
        ("toutiao_article", "https://toutiao.com@evil.example/1", False),
        ("toutiao_article", "https://a:b@toutiao.com/1", False),
        ("toutiao_article", "javascript://toutiao.com/%0aalert(1)", False),
        ("toutiao_article", "https://[::1", False),
        ("toutiao_article", "toutiao.com/article/1", False),
        ("toutiao_article", "", False),
    ],
)
def test_only_an_address_of_the_platform_closes_it(key: str, url: str, accepted: bool) -> None:
    assert opened(key).accepts_url(url) is accepted
