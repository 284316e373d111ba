"""Kuaishou's adapter against the sandbox: fragments and resuming, pending, early not-found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from channels import kuaishou_upload
from channels.base import Edition, Form, Outcome, Rejected, Unavailable
from channels.kuaishou import Kuaishou
from tests.channels.meeting import account, copies, direct, live, world
from tests.channels.sandbox.playing import film, picture
from tests.channels.twins import MemoryFiles, MemoryTokens, medium, post

__all__ = ["live", "world"]
FILM, COVER = film(seconds=20, size=1000), picture()
CLIP = replace(medium(FILM, "video/mp4", 720, 1280), seconds=20.0)
PIECE = post(
    Edition(Form.VIDEO, title="湖滨公园今天开放", body="南门进", cover=medium(COVER), media=(CLIP,))
)
TODAY = date(2026, 11, 22)


def opened(world: str, tokens: MemoryTokens | None = None) -> Kuaishou:
    found = account(world, "kuaishou")
    settings = Kuaishou.Settings(
        found["app_id"],
        found["app_secret"],
        found["refresh_token"],
        f"{world}/kuaishou",
        "127.0.0.1",
    )
    return Kuaishou(settings, MemoryFiles(FILM, COVER), tokens or MemoryTokens())


def test_a_film_from_upload_to_recall(world: str) -> None:
    channel = opened(world)
    receipt = channel.publish(PIECE, channel.prepare(PIECE))
    assert receipt.outcome is Outcome.ACCEPTED
    looks = []
    for _ in range(4):
        receipt = channel.poll(receipt)
        looks.append(receipt.outcome)
    assert looks[0] is Outcome.ACCEPTED
    assert looks[-1] is Outcome.LIVE
    (seen,) = channel.listed(datetime.now(UTC) - timedelta(hours=1))
    assert (seen.remote_id, seen.url) == (receipt.remote_id, receipt.remote_url)
    (numbers,) = channel.measure([receipt], TODAY)
    assert numbers.reads is not None
    assert channel.recall(receipt).outcome is Outcome.GONE
    assert channel.recall(receipt).outcome is Outcome.GONE
    assert channel.measure([receipt], TODAY) == []


def test_an_upload_goes_on_where_it_stopped(world: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kuaishou_upload, "FRAGMENT_BYTES", 300)
    tokens = MemoryTokens()
    fragment = "/kuaishou-upload/api/upload/fragment"
    opened(world, tokens).probe()
    direct(world, "faults", path=fragment, fault="bad_gateway", moment="after")
    with pytest.raises(Unavailable):
        opened(world, tokens).prepare(PIECE)
    channel = opened(world, tokens)
    assert channel.publish(PIECE, channel.prepare(PIECE)).remote_id
    hits = httpx.get(f"{world}/__sim__/faults").json()["faults"]
    assert [fault["hits"] for fault in hits] == [1]


def test_an_upload_token_publishes_once(world: str) -> None:
    channel = opened(world)
    parcel = channel.prepare(PIECE)
    channel.publish(PIECE, parcel)
    with pytest.raises(Rejected):
        channel.publish(PIECE, parcel)
    assert copies(world) == [1]


def test_the_newest_refresh_token_outlives_a_restart(world: str) -> None:
    tokens = MemoryTokens()
    channel = opened(world, tokens)
    channel.probe()
    for name in [it for it in tokens.values if it.startswith("access")]:
        tokens.drop(name)
    channel.probe()
    assert len([name for name in tokens.values if name.startswith("refresh")]) == 1
