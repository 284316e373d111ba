"""Our own app: the signature, versions, tombstones, and the wire as the docstring promises."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from channels.base import ChannelError, Outcome, Rejected, Unsure
from channels.outlet import Outlet, signature
from tests.channels.cases import CASES, SECRET
from tests.channels.platform import Answer, Platform
from tests.channels.twins import CLIP, COVER_PICTURE, PICTURE, post

CASE = next(case for case in CASES if case.name == "outlet")
POST = CASE.post()


def opened(platform: Platform) -> Outlet:
    channel = CASE.play(platform)
    assert isinstance(channel, Outlet)
    return channel


def stored(version: str, pubstatus: str = "usable") -> Answer:
    url = f"https://app.example.cn/a/{POST.uid}"
    return Answer({"uri": POST.uid, "version": version, "pubstatus": pubstatus, "url": url})


def test_the_signature_is_the_one_that_the_docstring_describes() -> None:
    """The expected value was made with openssl."""
    made = signature("hubsecret", "PUT", "/content/v1/items/u1", "1714037059", b'{"items":[]}')
    assert made == "sha256=5c9f720883ce0b9669679e021f732c8932214284133918f1c1f3240e59690a76"


def test_every_request_is_signed_over_method_target_time_and_body(platform: Platform) -> None:
    channel = opened(platform)
    channel.publish(POST, channel.prepare(POST))
    assert len(platform.requests) == 4
    for request in platform.requests:
        time = request.headers["x-kitchen-timestamp"]
        made = signature(SECRET, request.method, request.path, time, request.body)
        assert request.headers["x-kitchen-signature"] == made
        assert request.headers["x-kitchen-key"] == "desk"


def test_media_goes_by_its_hash(platform: Platform) -> None:
    parcel = opened(platform).prepare(POST)
    assert set(parcel["urls"]) == {PICTURE.sha256, COVER_PICTURE.sha256, CLIP.sha256}
    for request in platform.requests:
        assert request.path.endswith(hashlib.sha256(request.body).hexdigest())


def test_the_item_is_shaped_as_ninjs(platform: Platform) -> None:
    channel = opened(platform)
    receipt = channel.publish(POST, channel.prepare(POST))
    request = platform.requests[-1]
    item = request.json
    assert (request.method, request.path) == ("PUT", f"/content/v1/items/{POST.uid}")
    assert request.headers["idempotency-key"] == POST.uid
    assert "if-match" not in request.headers
    assert b"\\u" not in request.body
    assert (item["uri"], item["version"], item["pubstatus"]) == (POST.uid, "1", "usable")
    assert item["headline"] == POST.edition.title
    assert item["subject"] == [{"name": "湖滨公园"}, {"name": "民生"}]
    assert list(item["associations"]) == ["cover", "media-1", "media-2"]
    assert item["associations"]["media-1"]["type"] == "video"
    assert f'<img src="https://app.example.cn/m/{PICTURE.sha256}"' in item["body_xhtml"]
    assert f'data-sha256="{PICTURE.sha256}"' in item["body_xhtml"]
    assert (receipt.outcome, receipt.remote_id) == (Outcome.LIVE, POST.uid)


def test_a_correction_replaces_the_version_that_the_receipt_proves(platform: Platform) -> None:
    channel = opened(platform)
    parcel = channel.prepare(POST)
    first = channel.publish(POST, parcel)
    better = post(replace(POST.edition, title="更正：湖滨公园明天开放"), uid="77aa01", revision=2)
    receipt = channel.correct(first, better, parcel)
    request = platform.requests[-1]
    assert request.path == f"/content/v1/items/{POST.uid}"
    assert request.headers["if-match"] == '"1"'
    assert request.headers["idempotency-key"] == "77aa01"
    assert request.json["altids"] == {"uid": "77aa01"}
    assert receipt.remote_id == POST.uid
    assert receipt.evidence["version"] == "2"


@pytest.mark.parametrize(("status", "code"), [(409, "version"), (412, "mismatch")])
def test_a_newer_version_on_the_app_must_be_looked_at(
    platform: Platform, status: int, code: str
) -> None:
    channel = opened(platform)
    parcel = channel.prepare(POST)
    receipt = channel.publish(POST, parcel)
    platform.once("/content/v1/items/*", Answer({"code": code, "title": "newer"}, status))
    with pytest.raises(Unsure):
        channel.correct(receipt, POST, parcel)


def test_recall_leaves_a_tombstone_and_twice_changes_nothing(platform: Platform) -> None:
    channel = opened(platform)
    receipt = channel.publish(POST, channel.prepare(POST))
    platform.once("/content/v1/items/*", stored("3"))
    gone = channel.recall(receipt)
    request = platform.requests[-1]
    assert gone.outcome is Outcome.GONE
    assert request.headers["if-match"] == '"3"'
    assert (request.json["version"], request.json["pubstatus"]) == ("4", "canceled")
    platform.once("/content/v1/items/*", stored("4", "canceled"))
    puts = [request for request in platform.requests if request.method == "PUT"]
    assert channel.recall(receipt).outcome is Outcome.GONE
    assert puts == [request for request in platform.requests if request.method == "PUT"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (stored("1"), Outcome.LIVE),
        (stored("2", "canceled"), Outcome.GONE),
        (Answer({"code": "unknown", "title": "no such item"}, 404), None),
    ],
)
def test_looking_by_uid(platform: Platform, answer: Answer, outcome: Outcome | None) -> None:
    channel = opened(platform)
    platform.once("/content/v1/items/*", answer)
    found = channel.find(POST, {}, None)  # type: ignore[arg-type]
    assert (found and found.outcome) == outcome


def test_a_wrong_address_is_not_an_absent_item(platform: Platform) -> None:
    channel = opened(platform)
    platform.once("/content/v1/items/*", Answer("<h1>Not Found</h1>", 404))
    with pytest.raises(Rejected):
        channel.find(POST, {}, None)  # type: ignore[arg-type]


def test_a_correction_carries_the_newsrooms_words_for_readers(platform: Platform) -> None:
    channel = opened(platform)
    parcel = channel.prepare(POST)
    first = channel.publish(POST, parcel)
    assert "correction" not in platform.requests[-1].json
    better = replace(
        post(POST.edition, uid="77aa01", revision=2), extras={"correction": "开放时间有误。"}
    )
    channel.correct(first, better, parcel)
    assert platform.requests[-1].json["correction"] == "开放时间有误。"


def test_the_column_goes_with_the_piece(platform: Platform) -> None:
    channel = opened(platform)
    parcel = channel.prepare(POST)
    channel.publish(replace(POST, extras={"column": "青禾田野"}), parcel)
    assert platform.requests[-1].json["subject"][-1] == {"name": "青禾田野", "scheme": "column"}


def test_a_replay_is_the_very_same_request(platform: Platform) -> None:
    channel = opened(platform)
    parcel = channel.prepare(POST)
    first, again = channel.publish(POST, parcel), channel.replay(POST, parcel)
    one, other = platform.requests[-2:]
    assert (one.method, one.path, one.body) == (other.method, other.path, other.body)
    assert one.headers["idempotency-key"] == other.headers["idempotency-key"]
    assert first == again


def listed(uri: str, day: int, pubstatus: str = "usable") -> dict[str, str]:
    return {
        "uri": uri,
        "version": "1",
        "pubstatus": pubstatus,
        "url": f"https://app.example.cn/a/{uri}",
        "headline": f"第 {day} 天",
        "link": f"https://app.example.cn/s/{uri}",
        "firstcreated": f"2026-05-{day:02}T08:00:00+00:00",
    }


def test_our_items_are_walked_newest_first_as_far_back_as_asked(platform: Platform) -> None:
    channel = opened(platform)
    platform.once(
        "/content/v1/items",
        Answer({"items": [listed("c", 9), listed("b", 8, "canceled")], "next": "abc"}),
        Answer({"items": [listed("a", 7), listed("z", 1)], "next": "def"}),
    )
    seen = list(channel.listed(datetime(2026, 5, 5, tzinfo=UTC)))
    assert [(each.remote_id, each.outcome) for each in seen] == [
        ("c", Outcome.LIVE),
        ("b", Outcome.GONE),
        ("a", Outcome.LIVE),
    ]
    assert seen[0].link == "https://app.example.cn/s/c"
    assert [request.query.get("cursor") for request in platform.requests] == [None, "abc"]


@pytest.mark.parametrize("body", [{}, {"items": [{}], "next": None}, {"items": 7, "next": None}])
def test_a_list_that_lacks_something_is_no_list(platform: Platform, body: object) -> None:
    channel = opened(platform)
    platform.once("/content/v1/items", Answer(body))
    with pytest.raises(ChannelError):
        list(channel.listed(datetime(2026, 5, 5, tzinfo=UTC)))
