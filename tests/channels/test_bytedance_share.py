"""Douyin by a person's phone: the code, what is in it, and the callback that closes it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from channels import douyin_share
from channels.abilities import Call, Forged, Listens, Scannable
from channels.base import Form, HandsOff, NeedsReauth, Outcome, Rejected, Unavailable
from channels.douyin_share import DouyinShare, signature
from channels.douyin_webhook import signed
from tests.channels.cases import SECRET, douyin_answer, douyin_error
from tests.channels.platform import BAD_GATEWAY, DROPPED, Platform, Reaction
from tests.channels.twins import CLIP, FILES, LINK, MemoryFiles, MemoryTokens, master, medium, post

TOKEN_PATH, TICKET_PATH, SHARE_PATH = "/oauth/client_token/", "/open/getticket/", "/share-id/"
NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
POST = post(DouyinShare.compose(master()))


def opened(platform: Platform, tokens: MemoryTokens | None = None, **more: str) -> DouyinShare:
    platform.on(TOKEN_PATH, douyin_answer(access_token="clt.1", expires_in=7200))
    platform.on(TICKET_PATH, douyin_answer(ticket="@ticket", expires_in=7200))
    platform.on(SHARE_PATH, douyin_answer(share_id="1700000000000001"))
    settings = douyin_share.DouyinShareSettings(
        client_key="awkey",
        client_secret=SECRET,
        media_base_url="https://m.example.cn",
        media_secret="m3dia",
        base_url=platform.url,
        **more,
    )
    return DouyinShare(settings, MemoryFiles(*FILES), tokens or MemoryTokens())


def code(link: str) -> dict[str, str]:
    parts = urlsplit(link)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "snssdk1128://openplatform/share"
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


def test_the_signature_of_the_platform() -> None:
    golden = "826da1d91207f2a64065e3824738d4b8"
    assert signature("486452656", "@ticket", "1714037059") == golden


def test_a_film_is_handed_over_as_a_code_to_scan(platform: Platform) -> None:
    channel = opened(platform)
    assert isinstance(channel, HandsOff)
    assert isinstance(channel, Scannable)
    assert isinstance(channel, Listens)
    parcel = json.loads(json.dumps(channel.prepare(POST)))
    receipt = channel.publish(POST, parcel)
    assert (receipt.outcome, receipt.task_id) == (Outcome.HANDED, "1700000000000001")
    fields = code(receipt.evidence["scan_link"])
    assert fields["state"] == "1700000000000001"
    assert fields["client_key"] == "awkey"
    assert fields["title"] == f"{POST.edition.title}\n{POST.edition.body}"
    assert json.loads(fields["hashtag_list"]) == ["湖滨公园", "民生"]
    assert fields["video_path"].startswith("https://m.example.cn/f/")
    wanted = signature(fields["nonce_str"], "@ticket", fields["timestamp"])
    assert fields["signature"] == wanted
    (share,) = platform.asked(SHARE_PATH)
    assert share.query["need_callback"] == "true"
    assert share.headers["access-token"] == "clt.1"


def test_the_evidence_holds_no_secret(platform: Platform) -> None:
    channel = opened(platform)
    receipt = channel.publish(POST, channel.prepare(POST))
    told = json.dumps(dict(receipt.evidence))
    assert not [it for it in (SECRET, "m3dia", "@ticket", "clt.1") if it in told]


def test_the_code_is_made_anew_each_time_from_what_was_kept(platform: Platform) -> None:
    tokens = MemoryTokens()
    channel = opened(platform, tokens)
    receipt = channel.publish(POST, channel.prepare(POST))
    again = channel.scan_link(json.loads(json.dumps(dict(receipt.evidence))))
    first, second = code(receipt.evidence["scan_link"]), code(again)
    assert first["nonce_str"] != second["nonce_str"]
    assert first["state"] == second["state"]
    assert len(platform.asked(TICKET_PATH)) == 1
    (life,) = (span for name, span in tokens.lifetimes.items() if name.startswith("ticket"))
    assert life == timedelta(minutes=90)


def test_a_short_ticket_is_not_kept_beyond_its_end(platform: Platform) -> None:
    tokens = MemoryTokens()
    channel = opened(platform, tokens)
    platform.on(TICKET_PATH, douyin_answer(ticket="@ticket", expires_in=60))
    channel.prepare(POST)
    (life,) = (span for name, span in tokens.lifetimes.items() if name.startswith("ticket"))
    assert life == timedelta(seconds=30)


def test_pictures_are_handed_over_in_order(platform: Platform) -> None:
    channel = opened(platform)
    edition = channel.compose(master(video=None))
    assert edition.form is Form.IMAGES
    receipt = channel.publish(post(edition), channel.prepare(post(edition)))
    paths = json.loads(code(receipt.evidence["scan_link"])["image_list_path"])
    assert len(paths) == 1
    assert "video_path" not in code(receipt.evidence["scan_link"])


def test_the_largest_set_still_fits_a_code(platform: Platform) -> None:
    channel = opened(platform)
    pictures = tuple(medium(bytes([at])) for at in range(12))
    edition = channel.compose(master(video=None, pictures=pictures, title="题" * 30))
    handed = {"share_id": "1700000000000001", **douyin_share._shown(edition)}
    link = channel.scan_link(handed)
    assert len(edition.media) == 12
    assert len(link) <= 2953
    assert code(link)["title"] == "题" * 30


def test_a_look_finds_the_code_still_lying_there(platform: Platform) -> None:
    channel = opened(platform)
    parcel = channel.prepare(POST)
    found = channel.find(POST, parcel, NOW)
    assert found is not None
    assert (found.outcome, found.task_id) == (Outcome.HANDED, parcel["share_id"])


@pytest.mark.parametrize("path", [TOKEN_PATH, TICKET_PATH, SHARE_PATH])
@pytest.mark.parametrize("fault", [DROPPED, BAD_GATEWAY], ids=repr)
def test_what_breaks_on_the_way_may_simply_be_repeated(
    platform: Platform, path: str, fault: Reaction
) -> None:
    channel = opened(platform)
    platform.once(path, fault)
    with pytest.raises(Unavailable):
        channel.prepare(POST)
    assert channel.prepare(POST)["share_id"]


def test_a_stale_client_token_is_renewed_once(platform: Platform) -> None:
    channel = opened(platform)
    platform.once(SHARE_PATH, douyin_error(2190008, "expired"))
    assert channel.prepare(POST)["share_id"]
    assert len(platform.asked(TOKEN_PATH)) == 2


def test_a_wrong_secret_needs_a_person(platform: Platform) -> None:
    channel = opened(platform)
    platform.on(TOKEN_PATH, douyin_error(10014, f"client_secret错误 {SECRET}"))
    with pytest.raises(NeedsReauth) as caught:
        channel.probe()
    assert SECRET not in str(caught.value)


def test_a_missing_file_is_found_before_anyone_scans(platform: Platform) -> None:
    channel = opened(platform)
    channel._files = MemoryFiles()
    with pytest.raises(Rejected):
        channel.prepare(POST)
    assert platform.requests == []


@pytest.mark.parametrize(
    ("url", "accepted"),
    [
        ("https://www.douyin.com/video/7300000000000000001", True),
        ("https://v.douyin.com/ikabc/", True),
        ("https://www.iesdouyin.com/share/video/1", True),
        ("https://douyin.com.evil.example/1", False),
    ],
)
def test_only_an_address_of_the_platform_closes_it(
    platform: Platform, url: str, accepted: bool
) -> None:
    assert opened(platform).accepts_url(url) is accepted


def test_the_package_holds_what_the_phone_does_not_show(platform: Platform) -> None:
    channel = opened(platform)
    assert channel.package(POST).startswith(b"PK")
    assert len(channel.checklist()) == 3
    assert LINK not in POST.edition.body


# ---- the callback -----------------------------------------------------------------------------

CONTENT = {"item_id": "@9V/+==", "share_id": "1700000000000001", "video_id": "7300000000000000001"}


def call(content: Any = CONTENT, event: str = "create_video", **changes: Any) -> Call:
    given = {"event": event, "client_key": "awkey", "from_user_id": "open-1", "content": content}
    body = json.dumps({**given, **changes}).encode()
    headers = {"x-douyin-signature": signed(SECRET, body), "msg-id": "m-1"}
    return Call("POST", {}, headers, body, NOW)


@pytest.mark.parametrize("content", [CONTENT, json.dumps(CONTENT)], ids=["object", "text"])
def test_the_callback_closes_the_hand_off(platform: Platform, content: Any) -> None:
    (notice,) = opened(platform).listen(call(content)).notices
    assert (notice.key, notice.proof) == ("m-1", True)
    receipt = notice.receipt
    assert (receipt.outcome, receipt.task_id) == (Outcome.LIVE, "1700000000000001")
    assert receipt.remote_id == "@9V/+=="
    assert receipt.remote_url == "https://www.douyin.com/video/7300000000000000001"


def test_what_came_from_no_code_of_ours_closes_nothing(platform: Platform) -> None:
    assert opened(platform).listen(call({**CONTENT, "share_id": ""})).notices == ()


@pytest.mark.parametrize(("known", "notices"), [("", 1), ("open-1", 1), ("open-2", 0)])
def test_a_private_phone_does_not_count_as_our_account(
    platform: Platform, known: str, notices: int
) -> None:
    assert len(opened(platform, open_id=known).listen(call()).notices) == notices


def test_a_forged_callback_is_refused(platform: Platform) -> None:
    good = call()
    with pytest.raises(Forged):
        opened(platform).listen(replace(good, body=good.body + b" "))


def test_the_composed_post_is_what_douyin_takes() -> None:
    assert POST.edition.media == (CLIP,)
    assert DouyinShare.check(POST.edition) == []
