"""Kuaishou: fragments to the host the platform names, single-use refresh tokens, polling."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from channels import kuaishou_upload
from channels.abilities import Lists, Measures, Replays
from channels.base import NeedsReauth, Outcome, Receipt, Rejected, Unavailable, Unsure
from channels.kuaishou import Kuaishou
from tests.channels.cases import CASES, REFRESH
from tests.channels.platform import DROPPED, Answer, Platform, Request
from tests.channels.twins import COVER, FILES, VIDEO, MemoryFiles, MemoryTokens

CASE = next(case for case in CASES if case.name == "kuaishou")
POST = CASE.post()
NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
LIST = "/openapi/photo/list"
CAPTION = "湖滨公园今天开放\n历时一年的改造完成，市民可以从南门进入。\n#湖滨公园 #民生"


def opened(platform: Platform, tokens: MemoryTokens | None = None) -> Kuaishou:
    CASE.play(platform)
    channel = CASE.open_with(platform.url, MemoryFiles(*FILES), tokens)
    assert isinstance(channel, Kuaishou)
    return channel


def spending(platform: Platform) -> list[str]:
    """Play a platform that takes each refresh token once; the list holds what was spent."""
    spent: list[str] = []

    def renew(request: Request) -> Answer:
        token = request.query["refresh_token"]
        if token != f"r3fresh-{len(spent)}":
            return Answer({"result": 100200100, "error_msg": "refreshToken.discarded"})
        spent.append(token)
        number = len(spent)
        pair = {"access_token": f"t0ken-{number}", "refresh_token": f"r3fresh-{number}"}
        return Answer({"result": 1, "expires_in": 172800, **pair})

    platform.on("/oauth2/refresh_token", renew)
    return spent


def photo(made: datetime = NOW, **more: Any) -> dict[str, Any]:
    given = {"photo_id": "3x1", "caption": CAPTION, "play_url": "https://k.example/3x1"}
    return {**given, "create_time": int(made.timestamp() * 1000), "pending": False, **more}


def test_a_small_video_goes_whole_and_is_published_with_its_cover(platform: Platform) -> None:
    channel = opened(platform)
    receipt = channel.publish(POST, channel.prepare(POST))
    (upload,) = platform.asked("/api/upload")
    assert (upload.body, upload.headers["content-type"]) == (VIDEO, "video/mp4")
    (request,) = platform.asked("/openapi/photo/publish")
    assert request.query["upload_token"] == "up-t0ken"  # noqa: S105
    assert COVER in request.body
    assert CAPTION.encode() in request.body
    assert (receipt.outcome, receipt.task_id) == (Outcome.ACCEPTED, "3x1")


def test_a_large_video_goes_in_fragments_from_zero(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kuaishou_upload, "FRAGMENT_BYTES", 10)
    channel = opened(platform)
    platform.on("/api/upload/fragment", Answer({"result": 1}))
    platform.on("/api/upload/complete", Answer({"result": 1}))
    channel.prepare(POST)
    fragments = platform.asked("/api/upload/fragment")
    assert [request.query["fragment_id"] for request in fragments] == ["0", "1", "2"]
    assert b"".join(request.body for request in fragments) == VIDEO
    (complete,) = platform.asked("/api/upload/complete")
    assert complete.query["fragment_count"] == "3"


def resuming(platform: Platform, existed: bool = True, last: int = 1) -> None:
    """An upload host that takes fragments and tells how far it came."""
    platform.on("/api/upload/fragment", Answer({"result": 1, "checksum": "…"}))
    platform.on("/api/upload/complete", Answer({"result": 1}))
    told = {"result": 1, "existed": existed, "fragment_index": last}
    platform.on("/api/upload/resume", Answer(told))


def fragments(platform: Platform) -> list[str]:
    return [it.query["fragment_id"] for it in platform.asked("/api/upload/fragment")]


@pytest.mark.parametrize(("existed", "last", "sent"), [(True, 1, "012"), (False, -1, "01012")])
def test_an_upload_that_broke_off_goes_on_where_it_stopped(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, existed: bool, last: int, sent: str
) -> None:
    monkeypatch.setattr(kuaishou_upload, "FRAGMENT_BYTES", 10)
    tokens = MemoryTokens()
    channel = opened(platform, tokens)
    resuming(platform, existed, last)
    platform.once("/api/upload/fragment", Answer({"result": 1}), DROPPED)
    with pytest.raises(Unavailable):
        channel.prepare(POST)
    assert "".join(fragments(platform)) == "01"
    parcel = opened(platform, tokens).prepare(POST)
    assert parcel == {"upload_token": "up-t0ken"}
    assert "".join(fragments(platform)) == sent
    assert len(platform.asked("/openapi/photo/start_upload")) == 1
    assert not [name for name in tokens.values if name.startswith("upload")]


def test_an_upload_that_cannot_go_on_begins_anew(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kuaishou_upload, "FRAGMENT_BYTES", 10)
    channel = opened(platform)
    resuming(platform)
    platform.once("/api/upload/fragment", DROPPED)
    with pytest.raises(Unavailable):
        channel.prepare(POST)
    platform.on("/api/upload/resume", Answer({"result": 10000200, "error_msg": "upload_token"}))
    channel.prepare(POST)
    assert len(platform.asked("/openapi/photo/start_upload")) == 2
    assert "".join(fragments(platform)) == "0012"


def test_a_fragment_that_arrived_short_spoils_nothing(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kuaishou_upload, "FRAGMENT_BYTES", 10)
    channel = opened(platform)
    resuming(platform)
    platform.once("/api/upload/fragment", Answer({"result": 1, "size": 9}))
    with pytest.raises(Unavailable):
        channel.prepare(POST)
    assert platform.asked("/api/upload/complete") == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "user@127.0.0.1",
        "evil.example#127.0.0.1",
        "evil.example?127.0.0.1",
        "127.0.0.1@evil.example",
        "[::1]",
        "[1]",
        "localhost",
        "169.254.169.254",
    ],
)
def test_the_file_goes_to_no_host_that_we_do_not_know(platform: Platform, endpoint: str) -> None:
    channel = opened(platform)
    named = Answer({"result": 1, "upload_token": "up-t0ken", "endpoint": endpoint})
    platform.once("/openapi/photo/start_upload", named)
    with pytest.raises(Rejected) as caught:
        channel.prepare(POST)
    assert caught.value.code == "upload_host"
    assert platform.asked("/api/upload") == []


def test_a_refresh_token_is_spent_once_and_its_successor_kept(platform: Platform) -> None:
    tokens = MemoryTokens()
    channel = opened(platform, tokens)
    spent = spending(platform)
    platform.on(LIST, CASE.auth)
    with pytest.raises(NeedsReauth):
        channel.probe()
    assert spent == [REFRESH, "r3fresh-1"]
    assert "r3fresh-2" in tokens.values.values()


def test_many_workers_renew_only_once(platform: Platform) -> None:
    tokens = MemoryTokens()
    channels = [opened(platform, tokens) for _ in range(8)]
    spent = spending(platform)
    platform.on(LIST, Answer({"result": 1, "video_list": []}))
    with ThreadPoolExecutor(8) as workers:
        list(workers.map(lambda channel: channel.probe(), channels))
    assert spent == [REFRESH]


def test_a_new_authorisation_is_used_at_once(platform: Platform) -> None:
    tokens = MemoryTokens()
    opened(platform, tokens)
    platform.on(LIST, Answer({"result": 1, "video_list": []}))
    settings = CASE.channel.Settings("ks1", "s3cret-of-the-app", "old-r3fresh", platform.url)
    Kuaishou(settings, MemoryFiles(), tokens).probe()
    settings = CASE.channel.Settings("ks1", "s3cret-of-the-app", "new-r3fresh", platform.url)
    Kuaishou(settings, MemoryFiles(), tokens).probe()
    asked = platform.asked("/oauth2/refresh_token")
    assert [request.query["refresh_token"] for request in asked] == ["old-r3fresh", "new-r3fresh"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer({"result": 1, "video_info": photo(pending=True)}), Outcome.ACCEPTED),
        (Answer({"result": 100120001, "error_msg": "VIDEO_NOT_EXIST"}), Outcome.ACCEPTED),
        (Answer({"result": "1", "video_info": photo()}), Outcome.LIVE),
    ],
)
def test_polling_until_it_is_processed(
    platform: Platform, answer: Answer, outcome: Outcome
) -> None:
    channel = opened(platform)
    platform.on("/openapi/photo/info", answer)
    receipt = channel.poll(Receipt(Outcome.ACCEPTED, "3x1", task_id="3x1"))
    assert receipt.outcome is outcome
    assert receipt.task_id == "3x1"


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ([photo()], Outcome.LIVE),
        ([photo(pending=True)], Outcome.ACCEPTED),
        ([photo(NOW - timedelta(hours=2))], None),
        ([photo(caption="别的")], None),
        ([], None),
    ],
)
def test_the_list_shows_what_is_there(
    platform: Platform, listed: list[Any], expected: Outcome | None
) -> None:
    channel = opened(platform)
    platform.once(LIST, Answer({"result": 1, "video_list": listed}))
    platform.on(LIST, Answer({"result": 1, "video_list": []}))
    found = channel.find(POST, {}, NOW)
    assert (found and found.outcome) == expected


def test_a_list_that_ignores_the_cursor_tells_nothing(platform: Platform) -> None:
    channel = opened(platform)
    platform.on(LIST, Answer({"result": 1, "video_list": [photo(caption="别的")]}))
    with pytest.raises(Unsure):
        channel.find(POST, {}, NOW)


@pytest.mark.parametrize("result", [1, 100120001])
def test_recall_deletes_even_what_is_gone(platform: Platform, result: int) -> None:
    channel = opened(platform)
    platform.on("/openapi/photo/delete", Answer({"result": result}))
    assert channel.recall(Receipt(Outcome.LIVE, "3x1")).outcome is Outcome.GONE


def test_the_account_is_read_through(platform: Platform) -> None:
    channel = opened(platform)
    assert isinstance(channel, Lists)
    linked = photo(photo_id="2", caption="看 https://n.example/s/a1", pending=True)
    old = photo(NOW - timedelta(days=1), photo_id="1")
    platform.once(LIST, Answer({"result": 1, "video_list": [photo(photo_id="3"), linked, old]}))
    platform.on(LIST, Answer({"result": 1, "video_list": []}))
    first, second = channel.listed(NOW - timedelta(hours=1))
    assert (first.remote_id, first.title, first.at) == ("3", "湖滨公园今天开放", NOW)
    assert (first.url, first.outcome) == ("https://k.example/3x1", Outcome.LIVE)
    assert (second.link, second.outcome) == ("https://n.example/s/a1", Outcome.ACCEPTED)


def test_counts_of_what_is_gone_are_left_out(platform: Platform) -> None:
    channel = opened(platform)
    assert isinstance(channel, Measures)
    told = photo(view_count=120, like_count="7", comment_count=0)
    platform.once("/openapi/photo/info", Answer({"result": 1, "video_info": told}))
    platform.on("/openapi/photo/info", Answer({"result": 100120001}))
    receipts = [Receipt(Outcome.LIVE, "3x1"), Receipt(Outcome.LIVE, "3x2")]
    (found,) = channel.measure(receipts, date(2026, 11, 22))
    assert (found.remote_id, found.reads, found.likes, found.comments) == ("3x1", 120, 7, 0)
    assert (found.shares, found.day) == (None, None)


def test_nobody_is_sure_that_a_repeat_is_answered_with_the_first(platform: Platform) -> None:
    assert not isinstance(opened(platform), Replays)
