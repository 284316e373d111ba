"""The catalogue on a bucket: taken in, shown, and nothing lost while the store is away."""

from __future__ import annotations

import io
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assets import object_store, parts
from assets.store import Damaged
from kitchen.core import audit
from kitchen.core.errors import Invalid
from kitchen.media import intake, jobs, queries, service
from kitchen.media.models import MediaAsset
from kitchen.media.rules import Making
from kitchen.ports import Ports
from kitchen.web import files
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
) -> Ports:
    """The house's store is a bucket that is reached over a wire."""
    store = opened(
        proxy.endpoint,
        object_server.place(),
        tmp_path / "copies",
        readers=object_server.endpoint,
    )
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


@pytest.fixture
def in_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files count as large ones."""
    monkeypatch.setattr(parts, "LEAF", 500)
    monkeypatch.setattr(object_store, "IN_PARTS", 1000)


def test_whoever_leaps_ahead_gets_that_part_and_the_rest_stays_where_it_is(
    sign_in: Door, newsroom: Newsroom, in_leaves: None, enter: Enter
) -> None:
    uid = enter()
    whole = sign_in("reporter").get(f"/media/{uid}/preview", buffered=True)
    name = whole.headers["ETag"].strip('"')

    def part(span: str, **more: str) -> Any:
        newsroom.ports.store._copies.drop(name)
        asked = {"Range": f"bytes={span}", **more}
        answer = sign_in("reporter").get(f"/media/{uid}/preview", headers=asked, buffered=True)
        assert newsroom.ports.store._copies.path(name) is None or "If-Range" in more
        return answer

    size = len(whole.data)
    for span, (first, last) in {
        "700-1200": (700, 1200),
        "0-": (0, size - 1),
        "900-": (900, size - 1),
        "-300": (size - 300, size - 1),
        f"100-{size * 2}": (100, size - 1),
    }.items():
        answer = part(span)
        assert (answer.status_code, answer.data) == (206, whole.data[first : last + 1])
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{size}"
        for header in ("ETag", "Content-Type", "Cache-Control"):
            assert answer.headers[header] == whole.headers[header]
    assert part(f"{size}-").status_code == 416
    stale = part("0-99", **{"If-Range": '"another"'})
    assert (stale.status_code, stale.data) == (200, whole.data)


def test_a_part_that_rotted_is_never_served(
    sign_in: Door, newsroom: Newsroom, in_leaves: None, enter: Enter
) -> None:
    uid = enter()
    whole = sign_in("reporter").get(f"/media/{uid}/preview", buffered=True)
    name = whole.headers["ETag"].strip('"')
    store = newsroom.ports.store
    store._copies.drop(name)
    rotten = bytearray(whole.data)
    rotten[700] ^= 1
    place = {"Bucket": store._bucket, "Key": store._key(name)}
    store._client.put_object(Body=bytes(rotten), **place)

    def part(span: str) -> Any:
        asked = {"Range": f"bytes={span}"}
        return sign_in("reporter").get(f"/media/{uid}/preview", headers=asked, buffered=True)

    assert part("0-99").data == whole.data[:100]
    assert part("600-800").status_code == 404
    with pytest.raises(Damaged):  # which cuts the answer off
        part("0-800")


def test_a_store_that_is_away_is_said_to_whoever_leaps_ahead(
    sign_in: Door, newsroom: Newsroom, in_leaves: None, enter: Enter, proxy: FaultProxy
) -> None:
    uid = enter()
    span = {"Range": "bytes=600-800"}
    whole = sign_in("reporter").get(f"/media/{uid}/preview", buffered=True)
    store, name = newsroom.ports.store, whole.headers["ETag"].strip('"')
    store._copies.drop(name)
    assert store.parts(name) is not None  # its leaves are known
    proxy.break_by("refuse")
    away = sign_in("reporter").get(f"/media/{uid}/preview", headers=span)
    assert away.status_code == 503
    proxy.mend()
    back = sign_in("reporter").get(f"/media/{uid}/preview", headers=span, buffered=True)
    assert (back.status_code, back.data) == (206, whole.data[600:801])


def test_a_large_download_comes_from_the_store_itself_where_readers_reach_it(
    sign_in: Door, newsroom: Newsroom, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = enter()
    chief = sign_in("chief")
    near = chief.post_form(f"/assets/{uid}/original", buffered=True)
    assert near.status_code == 200  # it is small
    assert "filename*=UTF-8''%E5%A4%A7%E6%A1%A5.jpg" in near.headers["Content-Disposition"]
    monkeypatch.setattr(files, "LINKED_FROM", 1)
    answer = chief.post_form(f"/assets/{uid}/original")
    assert answer.status_code == 303
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "form-action 'self';" in answer.headers["Content-Security-Policy"]
    with urllib.request.urlopen(answer.headers["Location"]) as original:
        assert original.read() == near.data
        assert original.headers["Content-Disposition"] == near.headers["Content-Disposition"]
    with newsroom.database.unit(write=False) as session:
        entries = audit.history(session, queries.the_asset(session, uid))
        assert [each.action for each in entries].count("take_original") == 2
    assert sign_in("editor").post_form(f"/assets/{uid}/original").status_code == 403
    monkeypatch.setattr(newsroom.ports.store, "_readers", None)
    assert chief.post_form(f"/assets/{uid}/original", buffered=True).data == near.data


def test_a_form_may_lead_to_the_store_where_readers_reach_it_and_nowhere_else(
    sign_in: Door, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid, desk = enter(), sign_in.desk
    outside = replace(desk.settings, s3_public_endpoint="https://media.example.cn")
    monkeypatch.setattr(desk, "settings", outside)
    policy = sign_in("chief").get(f"/assets/{uid}").headers["Content-Security-Policy"]
    assert "form-action 'self' https://media.example.cn;" in policy


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
