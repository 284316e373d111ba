"""Kuaishou: fragments to the host the platform names, single-use refresh tokens, polling."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels import kuaishou_upload
from channels.base import NeedsReauth, Outcome, Receipt, Rejected, Unsure
from channels.kuaishou import Kuaishou
from tests.channels.cases import CASES, REFRESH
from tests.channels.platform import Answer, Platform, Request
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
