"""The wire, driven by the newsroom's real adapter over real HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from channels.base import NeedsReauth, Outcome, Rejected, Unsure
from channels.outlet import Outlet, OutletSettings
from kitchen import app
from kitchen.web.face import Face
from tests.outlet.conftest import (
    FILM,
    PICTURE,
    Publish,
    Sender,
    medium,
    open_channel,
    post,
    register,
)

SINCE = datetime(2026, 5, 1, tzinfo=UTC)


def test_a_piece_is_published_and_found_by_its_fingerprint(
    channel: Outlet, publish: Publish
) -> None:
    receipt = publish()
    assert (receipt.outcome, receipt.remote_id) == (Outcome.LIVE, "first0001")
    assert receipt.remote_url.endswith("/a/first0001")
    found = channel.find(post(), {}, SINCE)
    assert found is not None
    assert (found.outcome, found.remote_url) == (Outcome.LIVE, receipt.remote_url)


def test_what_was_never_sent_is_not_found(channel: Outlet) -> None:
    assert channel.find(post("never0001"), {}, SINCE) is None


def test_the_probe_passes_only_with_the_right_secret(address: str, sender: Sender) -> None:
    open_channel(OutletSettings(address, sender.key_id, sender.secret)).probe()
    for settings in (
        OutletSettings(address, sender.key_id, "another secret"),
        OutletSettings(address, "nobody", sender.secret),
    ):
        with pytest.raises(NeedsReauth):
            open_channel(settings).probe()


def test_sending_the_same_again_is_answered_as_the_first_time(
    channel: Outlet, publish: Publish
) -> None:
    first = publish()
    again = publish()
    assert again.evidence == first.evidence


def test_one_fingerprint_never_carries_two_texts(channel: Outlet, publish: Publish) -> None:
    publish()
    with pytest.raises(Unsure) as told:
        publish(title="另一个标题")
    assert told.value.code == "key_reused"


def test_a_correction_replaces_the_text_and_every_fingerprint_still_leads_to_it(
    channel: Outlet, publish: Publish
) -> None:
    first = publish()
    better = post("second002", 2, title="更正：湖滨公园明天开放")
    second = channel.correct(first, better, channel.prepare(better))
    assert (second.remote_id, second.evidence["version"]) == ("first0001", "2")
    for sent in (post(), better):
        found = channel.find(sent, {}, SINCE)
        assert found is not None
        assert found.evidence["version"] == "2"


def test_an_older_correction_never_overwrites_a_newer_one(
    channel: Outlet, publish: Publish
) -> None:
    first = publish()
    second = post("second002", 2, title="第二版")
    channel.correct(first, second, channel.prepare(second))
    late = post("late00003", 3, title="依据第一版改的")
    with pytest.raises(Unsure) as told:
        channel.correct(first, late, channel.prepare(late))
    assert told.value.code == "mismatch"


def test_a_recall_leaves_a_tombstone_twice_the_same(channel: Outlet, publish: Publish) -> None:
    receipt = publish()
    assert channel.recall(receipt).outcome is Outcome.GONE
    assert channel.recall(receipt).outcome is Outcome.GONE
    found = channel.find(post(), {}, SINCE)
    assert found is not None
    assert found.outcome is Outcome.GONE


def test_a_withdrawn_piece_cannot_be_brought_back_under_its_name(
    channel: Outlet, publish: Publish
) -> None:
    receipt = publish()
    channel.recall(receipt)
    better = post("second002", 3)
    with pytest.raises(Rejected) as told:
        channel.correct(receipt, better, channel.prepare(better))
    assert told.value.code == "withdrawn"


def test_a_film_goes_with_the_piece(publish: Publish) -> None:
    receipt = publish(video=medium(FILM, "video/mp4", "航拍"))
    assert receipt.outcome is Outcome.LIVE


def test_a_file_that_lies_about_its_type_is_refused(channel: Outlet) -> None:
    lying = medium(PICTURE, "image/png")
    with pytest.raises(Rejected) as told:
        channel.prepare(post(pictures=(lying,), cover=None))
    assert told.value.code == "type"


def test_another_newsroom_cannot_touch_the_piece(
    address: str, public: Face, house: app.House, publish: Publish
) -> None:
    receipt = publish()
    other = register(public, house, "邻区")
    channel = open_channel(OutletSettings(address, other.key_id, other.secret))
    with pytest.raises(Rejected) as told:
        channel.recall(receipt)
    assert told.value.code == "forbidden"


def test_a_body_without_end_is_cut_off(
    address: str, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chunked body says nothing of its length; the server stops reading at the limit."""
    monkeypatch.setattr("kitchen.outlet.content_api.MOST_MEDIA", 1024 * 1024)

    def chunks() -> Iterator[bytes]:
        for _ in range(3 * 1024):
            yield b" " * 1024

    headers = {
        "X-Kitchen-Key": sender.key_id,
        "X-Kitchen-Timestamp": str(int(time.time())),
        "X-Kitchen-Signature": "sha256=00",
        "Transfer-Encoding": "chunked",
    }
    url = f"{address}/content/v1/media/{'0' * 64}"
    answer = httpx.put(url, content=chunks(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_our_items_are_listed_newest_first_the_withdrawn_ones_as_such(
    channel: Outlet, publish: Publish
) -> None:
    channel.recall(publish("first0001"))
    publish("second001", title="另一篇")
    seen = list(channel.listed(SINCE))
    assert [(each.remote_id, each.outcome) for each in seen] == [
        ("second001", Outcome.LIVE),
        ("first0001", Outcome.GONE),
    ]
    assert seen[0].title == "另一篇"
    assert seen[0].link.endswith("/s/second001")
    assert seen[0].url.endswith("/a/second001")


def test_a_newsroom_lists_only_what_it_sent(
    address: str, public: Face, house: app.House, publish: Publish
) -> None:
    publish()
    other = register(public, house, "邻区")
    theirs = open_channel(OutletSettings(address, other.key_id, other.secret))
    assert list(theirs.listed(SINCE)) == []


def test_a_replay_creates_nothing_and_proves_the_first(channel: Outlet) -> None:
    sent = post()
    parcel = channel.prepare(sent)
    first, again = channel.publish(sent, parcel), channel.replay(sent, parcel)
    assert again.evidence == first.evidence
    assert len(list(channel.listed(SINCE))) == 1


def test_who_has_the_version_already_is_told_so(sender: Sender, publish: Publish) -> None:
    publish()
    path = "/content/v1/items/first0001"
    tag = sender.send("GET", path).headers["ETag"]
    assert tag == '"1"'
    again = sender.send("GET", path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
