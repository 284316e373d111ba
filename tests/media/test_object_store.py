"""The catalogue on a bucket: taken in, shown, and nothing lost while the store is away."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assets import object_store
from kitchen.core.errors import Invalid
from kitchen.media import intake, jobs, queries, service
from kitchen.media.models import MediaAsset
from kitchen.media.rules import Making
from kitchen.ports import Ports
from tests.assets.samples import encoded, photo
from tests.fixtures.fault_proxy import FaultProxy
from tests.fixtures.newsroom import Door, Newsroom
from tests.fixtures.object_stores import Server, opened
from tests.media.conftest import Enter
from tests.media.test_tus import begin, offset_of, path_of, send

PHOTO = encoded(photo(240, 160))


@pytest.fixture
def proxy(object_server: Server) -> Iterator[FaultProxy]:
    host, port = object_server.endpoint.removeprefix("http://").split(":")
    proxy = FaultProxy((host, int(port)))
    yield proxy
    proxy.close()


@pytest.fixture
def ports(
    ports: Ports,
    object_server: Server,
    proxy: FaultProxy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Ports:
    """The house's store is a bucket that is reached over a wire."""
    monkeypatch.setattr(object_store, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(object_store, "SILENCE_SECONDS", 0.5)
    store = opened(proxy.endpoint, object_server.place(), tmp_path / "copies")
    return replace(ports, store=store)


def test_a_picture_is_taken_in_and_shown(sign_in: Door, newsroom: Newsroom, enter: Enter) -> None:
    uid = enter()
    answer = sign_in("reporter").get(f"/media/{uid}/preview", buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    asked = {"Range": "bytes=2-5"}
    part = sign_in("reporter").get(f"/media/{uid}/preview", headers=asked, buffered=True)
    assert (part.status_code, part.data) == (206, answer.data[2:6])
    original = sign_in("chief").post_form(f"/assets/{uid}/original", buffered=True)
    with newsroom.database.unit(write=False) as session:
        assert len(original.data) == queries.the_asset(session, uid).size


def test_an_upload_meets_an_outage_and_is_finished_afterwards(
    sign_in: Door, newsroom: Newsroom, proxy: FaultProxy
) -> None:
    reporter = sign_in("reporter")
    path = path_of(begin(reporter, len(PHOTO), filename="大桥.jpg"))
    assert send(reporter, path, 0, PHOTO[:1000]).status_code == 204
    proxy.break_by("refuse")
    away = send(reporter, path, 1000, PHOTO[1000:])
    assert (away.status_code, away.json["code"]) == (503, "store_away")
    assert "素材库暂时连不上" in away.json["title"]
    assert away.headers["Retry-After"]
    assert away.headers["Tus-Resumable"] == "1.0.0"
    assert offset_of(reporter, path) == len(PHOTO)
    proxy.mend()
    assert send(reporter, path, len(PHOTO), b"").headers["Upload-Asset"]
    with newsroom.database.unit(write=False) as session:
        asset = session.query(MediaAsset).one()
        names = {asset.sha256, *(each.sha256 for each in asset.renditions)}
    assert all(newsroom.ports.store.is_sound(each) for each in names)


def test_a_page_of_a_store_that_is_away_says_so(
    sign_in: Door, newsroom: Newsroom, enter: Enter, proxy: FaultProxy, tmp_path: Path
) -> None:
    uid = enter()
    with newsroom.database.unit(write=False) as session:
        for each in queries.the_asset(session, uid).renditions:
            newsroom.ports.store._copies.drop(each.sha256)
    proxy.break_by("refuse")
    answer = sign_in("reporter").get(f"/media/{uid}/preview")
    assert answer.status_code == 503
    assert "素材库暂时连不上" in answer.text
    proxy.mend()
    back = sign_in("reporter").get(f"/media/{uid}/preview", buffered=True)
    assert back.status_code == 200


def test_a_clip_waits_until_the_store_is_back(
    newsroom: Newsroom, proxy: FaultProxy, enter: Enter
) -> None:
    uid = enter()
    with newsroom.database.unit() as session:
        picture = queries.the_asset(session, uid)
        clip = service.request_clip(session, newsroom.reporter, [picture], "早市")
        number, sha256 = clip.id, picture.sha256
    newsroom.ports.store._copies.drop(sha256)
    proxy.break_by("refuse")
    jobs.make_clip(newsroom.database, newsroom.ports, number)
    with newsroom.database.unit(write=False) as session:
        waiting = session.get_one(MediaAsset, number)
        assert waiting.making == Making.QUEUED
    proxy.mend()
    assert jobs.ring_for_waiting(newsroom.database, newsroom.ports) == 1


def test_what_is_refused_leaves_nothing_in_the_bucket(newsroom: Newsroom) -> None:
    with pytest.raises(Invalid):
        intake.receive(newsroom.ports.store, io.BytesIO(b"%PDF-1.7 and so on"), "a.pdf")
    assert not list(newsroom.ports.store.names())
