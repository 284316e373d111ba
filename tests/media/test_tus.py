"""Uploads that may be broken off: the protocol as a table, rights, damage, expiry, many cuts."""

from __future__ import annotations

import base64
import hashlib
import io
import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from werkzeug.exceptions import ClientDisconnected
from werkzeug.test import TestResponse

from assets.sniff import EDGE
from kitchen.core.db import Database
from kitchen.media import tus, tus_rules, tus_views
from kitchen.media.models import MediaAsset
from kitchen.media.tus_models import ResumableUpload
from kitchen.media.tus_staging import Staging
from tests.assets.samples import FTYP, QT, SVG, encoded, photo
from tests.fixtures.newsroom import Door, Newsroom, Visitor

PHOTO = encoded(photo(240, 160))
VERSION = {"Tus-Resumable": "1.0.0"}
PIECE = "application/offset+octet-stream"


def in_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def begin(
    visitor: Visitor, length: int = len(PHOTO), headers: dict[str, str] | None = None, **told: str
) -> TestResponse:
    """Announce a file with the metadata in ``told``."""
    metadata = ",".join(f"{name} {in_base64(it.encode())}" for name, it in told.items())
    given = {"Upload-Length": str(length), "Upload-Metadata": metadata, **VERSION}
    return visitor.call("POST", "/files/tus", headers={**given, **(headers or {})})


def path_of(answer: TestResponse) -> str:
    return "/files/tus/" + answer.headers["Location"].rpartition("/")[2]


def send(visitor: Visitor, path: str, offset: int, piece: bytes, **headers: str) -> TestResponse:
    given = {"Upload-Offset": str(offset), **VERSION, **headers}
    return visitor.call("PATCH", path, data=piece, content_type=PIECE, headers=given)


def checksum(piece: bytes, algorithm: str = "sha256") -> dict[str, str]:
    digest = hashlib.new(algorithm, piece).digest()
    return {"Upload-Checksum": f"{algorithm} {in_base64(digest)}"}


def offset_of(visitor: Visitor, path: str) -> int:
    return int(visitor.call("HEAD", path, headers=VERSION).headers["Upload-Offset"])


@pytest.fixture
def reporter(sign_in: Door) -> Visitor:
    return sign_in("reporter")


@pytest.fixture
def path(reporter: Visitor) -> str:
    """The address of an upload that has begun."""
    return path_of(begin(reporter, filename="大桥.jpg"))


def assets(database: Database) -> list[MediaAsset]:
    with database.unit(write=False) as session:
        return session.query(MediaAsset).all()


def test_the_server_says_what_it_can(sign_in: Door) -> None:
    answer = sign_in.stranger().options("/files/tus")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,checksum,termination,expiration"
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
    assert int(answer.headers["Tus-Max-Size"]) == tus_rules.MOST_LENGTH


def test_a_file_in_two_pieces_becomes_an_asset(reporter: Visitor, newsroom: Newsroom) -> None:
    begun = begin(reporter, filename="大桥.jpg", sha256=hashlib.sha256(PHOTO).hexdigest())
    assert begun.status_code == 201
    assert begun.headers["Upload-Expires"].endswith("GMT")
    path = path_of(begun)
    first = send(reporter, path, 0, PHOTO[:1000], **checksum(PHOTO[:1000]))
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "1000")
    assert "Upload-Asset" not in first.headers
    last = send(reporter, path, 1000, PHOTO[1000:], **checksum(PHOTO[1000:], "sha1"))
    assert last.headers["Upload-Offset"] == str(len(PHOTO))
    (asset,) = assets(newsroom.database)
    assert last.headers["Upload-Asset"] == asset.uid
    assert (asset.filename, asset.sha256) == ("大桥.jpg", hashlib.sha256(PHOTO).hexdigest())
    again = reporter.call("HEAD", path, headers=VERSION)
    assert again.headers["Upload-Asset"] == asset.uid
    assert not Staging(newsroom.house.settings.home).path(path[-22:]).exists()


@pytest.mark.parametrize("uid", ["nobody-began-this", "..", "x" * 300])
def test_giving_up_what_never_began_leaves_nothing(
    reporter: Visitor, newsroom: Newsroom, path: str, uid: str
) -> None:
    assert send(reporter, path, 0, b"x").status_code == 204
    gone = reporter.call("DELETE", f"/files/tus/{uid}", headers=VERSION)
    assert gone.status_code == 404
    assert [it.name for it in (newsroom.house.settings.home / "uploads").iterdir()] == [path[-22:]]


Act = Callable[[Visitor, str], TestResponse]


@pytest.mark.parametrize(
    ("act", "status"),
    [
        pytest.param(lambda it, at: send(it, at, 7, b"x"), 409, id="another offset"),
        pytest.param(lambda it, at: send(it, at, 0, b"x", **checksum(b"y")), 460, id="damaged"),
        pytest.param(
            lambda it, at: send(it, at, 0, b"x", **{"Upload-Checksum": "md5 eA=="}),
            400,
            id="an algorithm we do not know",
        ),
        pytest.param(
            lambda it, at: send(it, at, 0, b"x", **{"Upload-Checksum": "sha1 ???"}),
            400,
            id="no base64",
        ),
        pytest.param(
            lambda it, at: send(it, at, 0, b"x", **{"Tus-Resumable": "0.2.2"}),
            412,
            id="another version",
        ),
        pytest.param(
            lambda it, at: it.call(
                "PATCH", at, data=b"x", headers={**VERSION, "Upload-Offset": "0"}
            ),
            415,
            id="another type",
        ),
        pytest.param(
            lambda it, at: it.call("PATCH", at, data=b"x", content_type=PIECE, headers=VERSION),
            400,
            id="no offset",
        ),
        pytest.param(
            lambda it, at: send(it, at, 0, PHOTO + b"more"), 422, id="longer than it said"
        ),
        pytest.param(lambda it, at: send(it, f"{at}x", 0, b"x"), 404, id="never begun"),
        pytest.param(
            lambda it, at: begin(it, length=tus_rules.MOST_LENGTH + 1), 413, id="too large"
        ),
        pytest.param(
            lambda it, at: begin(it, headers={"Upload-Length": "many"}), 400, id="no length"
        ),
        pytest.param(
            lambda it, at: begin(it, headers={"Upload-Metadata": "filename ???"}),
            400,
            id="metadata that is no base64",
        ),
        pytest.param(lambda it, at: begin(it, sha256="abc"), 422, id="no sha256"),
    ],
)
def test_refusals(reporter: Visitor, path: str, act: Act, status: int) -> None:
    answer = act(reporter, path)
    assert answer.status_code == status
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.mimetype == "application/problem+json"
    assert offset_of(reporter, path) == 0


def test_a_refused_offset_names_the_right_one(reporter: Visitor, path: str) -> None:
    send(reporter, path, 0, PHOTO[:500])
    assert send(reporter, path, 0, PHOTO[:500]).headers["Upload-Offset"] == "500"


def test_an_upload_is_its_owners_alone(sign_in: Door, path: str) -> None:
    other = sign_in("second_reporter")
    head = other.call("HEAD", path, headers=VERSION)
    assert head.status_code == send(other, path, 0, PHOTO).status_code == 404
    assert other.call("DELETE", path, headers=VERSION).status_code == 404
    assert sign_in.stranger().get(path).status_code == 401
    assert begin(sign_in("admin")).status_code == 403
    assert sign_in("reporter").client.post("/files/tus").status_code == 400  # no form token


def test_a_forged_checksum_of_the_whole_ends_the_upload(
    reporter: Visitor, newsroom: Newsroom
) -> None:
    path = path_of(begin(reporter, sha256="0" * 64))
    assert send(reporter, path, 0, PHOTO).status_code == 460
    assert reporter.call("HEAD", path, headers=VERSION).status_code == 404
    assert assets(newsroom.database) == []


def test_a_file_that_cannot_be_used_is_refused_in_words_and_thrown_away(
    reporter: Visitor, newsroom: Newsroom
) -> None:
    path = path_of(begin(reporter, length=len(SVG), filename="图标.svg"))
    answer = send(reporter, path, 0, SVG)
    assert answer.status_code == 422
    assert "网页或 SVG 文件" in answer.json["title"]
    assert reporter.call("HEAD", path, headers=VERSION).status_code == 404
    assert not any(Staging(newsroom.house.settings.home).path("").iterdir())


@pytest.mark.parametrize("step", [EDGE, EDGE - 1])
def test_what_will_be_refused_is_refused_before_it_has_all_come(
    reporter: Visitor, newsroom: Newsroom, step: int
) -> None:
    data = b"%PDF-1.7\n" + bytes(10 * EDGE)
    path = path_of(begin(reporter, length=len(data), filename="文件.pdf"))
    answer, sent = send(reporter, path, 0, data[:step]), step
    if step < EDGE:  # too little to tell
        assert answer.status_code == 204
        answer, sent = send(reporter, path, step, data[step : 2 * step]), 2 * step
    assert answer.status_code == 422
    assert "暂不接收" in answer.json["title"]
    assert sent < len(data) / 4
    assert reporter.call("HEAD", path, headers=VERSION).status_code == 404
    assert not any(Staging(newsroom.house.settings.home).path("").iterdir())


@pytest.mark.parametrize("head", [FTYP, QT, PHOTO[:EDGE]])
def test_a_head_that_may_become_something_is_waited_for(reporter: Visitor, head: bytes) -> None:
    data = head + bytes(2 * EDGE)
    path = path_of(begin(reporter, length=len(data)))
    assert send(reporter, path, 0, data[: EDGE + 1]).status_code == 204


def test_an_upload_that_is_given_up_is_gone(
    reporter: Visitor, path: str, newsroom: Newsroom
) -> None:
    send(reporter, path, 0, PHOTO[:100])
    override = {**VERSION, "X-HTTP-Method-Override": "DELETE"}
    assert reporter.call("POST", path, headers=override).status_code == 204
    assert reporter.call("HEAD", path, headers=VERSION).status_code == 404
    assert not any(Staging(newsroom.house.settings.home).path("").iterdir())


def test_an_expired_upload_says_so_until_it_is_forgotten(
    reporter: Visitor, path: str, newsroom: Newsroom
) -> None:
    send(reporter, path, 0, PHOTO[:100])
    database = newsroom.database
    database.info["home"] = newsroom.house.settings.home
    database.info["shift"] = tus_rules.LASTS + timedelta(minutes=1)
    with database.unit(write=False) as session, pytest.raises(tus.Expired):
        tus.the_upload(session, newsroom.reporter, path[-22:])
    del database.info["shift"]
    with database.unit() as session:
        row = session.query(ResumableUpload).one()
        row.expires_at -= tus_rules.LASTS + timedelta(minutes=1)
    assert reporter.call("HEAD", path, headers=VERSION).status_code == 410
    assert send(reporter, path, 100, PHOTO[100:]).status_code == 410
    assert tus.collect(database) == 1
    assert not any(Staging(newsroom.house.settings.home).path("").iterdir())
    assert reporter.call("HEAD", path, headers=VERSION).status_code == 410
    with database.unit() as session:
        session.query(ResumableUpload).one().expires_at -= tus_rules.REMEMBERED
    tus.collect(database)
    assert reporter.call("HEAD", path, headers=VERSION).status_code == 404


def test_two_requests_at_once_do_not_mix(reporter: Visitor, path: str, newsroom: Newsroom) -> None:
    with Staging(newsroom.house.settings.home).held(path[-22:]):
        assert send(reporter, path, 0, PHOTO[:100]).status_code == 423
    assert send(reporter, path, 0, PHOTO[:100]).status_code == 204


def test_bytes_that_were_never_acknowledged_are_written_over(
    reporter: Visitor, path: str, newsroom: Newsroom
) -> None:
    """A process that ended after it wrote and before it noted has left more than counts."""
    send(reporter, path, 0, PHOTO[:100])
    place = Staging(newsroom.house.settings.home).path(path[-22:])
    place.write_bytes(PHOTO[:100] + b"what nobody was told of")
    assert offset_of(reporter, path) == 100
    assert send(reporter, path, 100, PHOTO[100:]).headers["Upload-Asset"]


def test_a_process_that_ended_before_the_end_was_noted_finishes_when_asked_again(
    reporter: Visitor, path: str, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tus_views._finish

    def dies(_uid: str) -> None:
        raise RuntimeError("the process ends here")

    monkeypatch.setattr(tus_views, "_finish", dies)
    assert send(reporter, path, 0, PHOTO).status_code == 500
    monkeypatch.setattr(tus_views, "_finish", whole)
    assert offset_of(reporter, path) == len(PHOTO)
    assert send(reporter, path, len(PHOTO), b"").headers["Upload-Asset"]
    assert len(assets(newsroom.database)) == 1


class _Cut:
    """A body whose connection breaks after some bytes."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._left = io.BytesIO(data), at

    def read(self, size: int = -1) -> bytes:
        if not self._left:
            raise ClientDisconnected
        piece = self._data.read(min(size, self._left))
        self._left -= len(piece)
        return piece


def _cut(visitor: Visitor, path: str, offset: int, piece: bytes, at: int, **more: str) -> None:
    """Send ``piece``, of which only ``at`` bytes arrive."""
    headers = {"X-CSRFToken": visitor.token, "Upload-Offset": str(offset), **VERSION, **more}
    visitor.client.patch(
        path,
        content_type=PIECE,
        headers=headers,
        environ_overrides={"wsgi.input": _Cut(piece, at), "CONTENT_LENGTH": str(len(piece))},
    )


def test_a_piece_with_a_checksum_counts_whole_or_not_at_all(reporter: Visitor, path: str) -> None:
    _cut(reporter, path, 0, PHOTO[:5000], 1000, **checksum(PHOTO[:5000]))
    assert offset_of(reporter, path) == 0
    _cut(reporter, path, 0, PHOTO[:5000], 1000)
    assert offset_of(reporter, path) == 1000


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_cut_a_hundred_times_the_file_arrives_whole(reporter: Visitor, newsroom: Newsroom) -> None:
    dice = random.Random(11)
    data = encoded(photo(900, 700))
    path = path_of(begin(reporter, len(data), sha256=hashlib.sha256(data).hexdigest()))
    step, offset = len(data) // 101, 0
    for _ in range(100):
        piece = data[offset : offset + 3 * step]
        _cut(reporter, path, offset, piece, dice.randint(1, step))
        offset = offset_of(reporter, path)
    answer = send(reporter, path, offset, data[offset:])
    assert answer.headers["Upload-Asset"]
    (asset,) = assets(newsroom.database)
    assert asset.sha256 == hashlib.sha256(data).hexdigest()


def test_a_small_picture_goes_ahead_and_is_our_own_rendering(
    sign_in: Door, reporter: Visitor, newsroom: Newsroom
) -> None:
    lead = reporter.call("POST", "/api/v1/leads", {"title": "路口积水", "body": "水深三十厘米。"})
    uid = lead.json["uid"]
    path = path_of(begin(reporter, filename="现场.jpg", about=f"lead:{uid}"))
    headers = dict(VERSION)
    thumb = encoded(photo(320, 200))
    assert reporter.call("PUT", f"{path}/thumb", data=thumb, headers=headers).status_code == 204
    shown = sign_in("editor").get(f"{path}/thumb")
    assert shown.mimetype == "image/jpeg"
    assert shown.data != thumb
    shown.close()
    page = sign_in("editor").get(f"/leads/{uid}").text
    assert "还在路上的照片和视频" in page
    assert "现场.jpg" in page
    assert reporter.call("PUT", f"{path}/thumb", data=SVG, headers=headers).status_code == 422
    asset = send(reporter, path, 0, PHOTO).headers["Upload-Asset"]
    put = reporter.call("POST", f"/api/v1/leads/{uid}/pictures", {"asset": asset})
    assert put.status_code == 200
    page = sign_in("editor").get(f"/leads/{uid}").text
    assert "还在路上" not in page
    assert f"/media/{asset}/thumb" in page
    other = sign_in("second_reporter")
    refused = other.call("POST", f"/api/v1/leads/{uid}/pictures", {"asset": asset})
    assert refused.status_code == 403


def test_one_persons_unfinished_uploads_are_bounded(
    reporter: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tus, "MOST_OPEN", 1000)
    assert begin(reporter, length=600).status_code == 201
    assert begin(reporter, length=600).status_code == 413
