"""Bytes on their way in: what is kept, what is refused, and what the store holds afterwards."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image

from assets.presets import PRESETS
from assets.store import FolderStore
from assets.video import ffmpeg, probe
from kitchen.core.errors import Invalid, Refusal, TooLarge
from kitchen.media import intake
from kitchen.media.rules import FILM, MOST_BYTES, Kind
from kitchen.ports import Ports
from tests.assets.samples import HTML, JPEG, M3U8, SVG, archive, encoded, photo
from tests.media.conftest import Receive

SECRET_PLACE = "SECRETPLACE"
TAGS = {"libx264": "avc1", "libx265": "hvc1"}


def _stored(ports: Ports) -> set[str]:
    store = ports.store
    assert isinstance(store, FolderStore)
    return {path.name for path in store.root.rglob("*") if path.is_file()}


def _kept(ports: Ports, sha256: str) -> bytes:
    with ports.store.open(sha256) as stream:
        return stream.read()


def _telling_photo() -> bytes:
    """A photo that says where, when, with what and by whom it was taken."""
    image = photo(400, 300)
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = SECRET_PLACE
    exif[ExifTags.Base.Artist] = "测试记者".encode()
    exif[ExifTags.Base.ImageDescription] = "桥头早市".encode()
    exif[ExifTags.Base.DateTime] = "2026:05:01 06:30:00"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLongitudeRef] = "N", "E"
    gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLongitude] = (37, 26, 4.5), (118, 40, 2.5)
    exif[ExifTags.IFD.GPSInfo] = gps
    return encoded(image, exif=exif)


def _telling_film(folder: Path, name: str = "phone.mp4", *how: str) -> bytes:
    told = ("-metadata", f"location=+37.4+118.6/{SECRET_PLACE}", "-metadata")
    return _film(folder / name, *told, f"title={SECRET_PLACE}", "-pix_fmt", "yuv420p", *how)


def _film(out: Path, *how: str) -> bytes:
    command = [ffmpeg(), "-loglevel", "error", "-f", "lavfi", "-i", "testsrc=s=320x240:r=10:d=1"]
    subprocess.run([*command, *how, str(out)], check=True, stdin=subprocess.DEVNULL)
    return out.read_bytes()


def test_a_picture_is_kept_with_every_shape_and_what_it_says(
    ports: Ports, receive: Receive
) -> None:
    taken = receive(_telling_photo(), "C:\\照片\\早市.jpg")
    assert (taken.kind, taken.mime) == (Kind.PICTURE, "image/jpeg")
    assert (taken.width, taken.height, taken.filename) == (400, 300, "早市.jpg")
    assert (taken.credit, taken.caption) == ("测试记者", "桥头早市")
    assert taken.taken_at is not None
    assert {each.preset for each in taken.renditions} == set(PRESETS)
    assert {taken.sha256, *(each.sha256 for each in taken.renditions)} == _stored(ports)


def test_no_rendition_of_a_picture_tells_where_it_was_taken(ports: Ports, receive: Receive) -> None:
    taken = receive(_telling_photo())
    assert SECRET_PLACE.encode() in _kept(ports, taken.sha256)
    for each in taken.renditions:
        data = _kept(ports, each.sha256)
        assert SECRET_PLACE.encode() not in data
        assert not Image.open(io.BytesIO(data)).getexif()


def test_the_film_that_leaves_does_not_tell_where_it_was_taken(
    ports: Ports, receive: Receive, tmp_path: Path
) -> None:
    taken = receive(_telling_film(tmp_path), "现场.mp4")
    assert SECRET_PLACE.encode() in _kept(ports, taken.sha256)
    film = next(each for each in taken.renditions if each.preset == FILM)
    assert SECRET_PLACE.encode() not in _kept(ports, film.sha256)
    assert (taken.kind, taken.width, taken.height) == (Kind.VIDEO, 320, 240)
    assert taken.seconds == pytest.approx(1, abs=0.2)
    assert {each.preset for each in taken.renditions} == {FILM, *PRESETS}


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_the_film_of_an_iphone_leaves_as_mp4(
    ports: Ports, receive: Receive, tmp_path: Path, codec: str
) -> None:
    data = _telling_film(tmp_path, "IMG_0001.mov", "-c:v", codec, "-tag:v", TAGS[codec])
    taken = receive(data, "IMG_0001.MOV")
    assert (taken.kind, taken.mime, taken.filename) == (
        Kind.VIDEO,
        "video/quicktime",
        "IMG_0001.MOV",
    )
    assert (taken.width, taken.height) == (320, 240)
    (rendition,) = (each for each in taken.renditions if each.preset == FILM)
    assert rendition.mime == "video/mp4"
    clean = tmp_path / "clean"
    clean.write_bytes(_kept(ports, rendition.sha256))
    assert SECRET_PLACE.encode() not in clean.read_bytes()
    assert TAGS[codec].encode() in clean.read_bytes()  # what Apple's players ask for
    found = probe(clean)
    assert (found.mime, found.width, found.height) == ("video/mp4", 320, 240)
    assert {each.preset for each in taken.renditions} == {FILM, *PRESETS}


@pytest.mark.parametrize(
    ("how", "codec"),
    [
        (("-c:v", "prores_ks", "-pix_fmt", "yuv422p10le"), "prores"),
        (("-f", "lavfi", "-i", "sine=duration=1", "-c:a", "pcm_s16le"), "pcm_s16le"),
    ],
)
def test_a_film_whose_codec_cannot_stand_in_mp4_is_refused_by_name(
    ports: Ports, receive: Receive, tmp_path: Path, how: tuple[str, ...], codec: str
) -> None:
    with pytest.raises(Invalid, match=codec) as refused:
        receive(_film(tmp_path / "camera.mov", *how), "camera.mov")
    assert refused.value.reason == "file_codec_not_accepted"
    assert _stored(ports) == set()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        ("只是文字".encode(), "file_unknown_kind"),
        (SVG, "file_markup"),
        (HTML, "file_markup"),
        (M3U8, "file_playlist"),
        (archive(), "file_archive"),
        (b"%PDF-1.7\n", "file_kind_not_accepted"),
        (JPEG + HTML, "file_polyglot"),
        (JPEG[: len(JPEG) // 2], "file_broken"),
    ],
)
def test_a_refused_file_leaves_nothing_and_says_why(
    ports: Ports, receive: Receive, data: bytes, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        receive(data, "照片.jpg")
    assert refused.value.reason == code
    assert str(refused.value).endswith("。")
    assert _stored(ports) == set()


def test_a_film_that_cannot_be_played_is_refused(
    ports: Ports, receive: Receive, tmp_path: Path
) -> None:
    whole = bytearray(_telling_film(tmp_path))
    at = whole.find(b"mdat") + 4
    end = whole.find(b"moov") - 4
    whole[at:end] = bytes(end - at)
    with pytest.raises(Refusal):
        receive(bytes(whole), "坏片.mp4")
    assert _stored(ports) == set()


class _Endless:
    """More bytes than are taken in, made as they are read."""

    def __init__(self) -> None:
        self.left = MOST_BYTES + 1

    def read(self, most: int) -> bytes:
        given = min(most, self.left)
        self.left -= given
        return bytes(given)


def test_a_huge_file_is_refused_with_the_limit_in_words(ports: Ports) -> None:
    stream: Any = _Endless()
    with pytest.raises(TooLarge, match="60 MB"):
        intake.receive(ports.store, stream, "巨大.jpg")
    assert _stored(ports) == set()


def test_a_refused_copy_does_not_harm_an_accepted_file(ports: Ports, receive: Receive) -> None:
    kept = _stored(ports) | {receive().sha256}
    with pytest.raises(Invalid):
        receive(SVG)
    assert kept <= _stored(ports)


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\桌面\\照片.jpg", "照片.jpg"),
        ("坏\x00名\n字.png", "坏名字.png"),
        ("", ""),
        ("长" * 300 + ".jpg", "长" * 196 + ".jpg"),
    ],
)
def test_a_name_loses_its_folders_and_what_cannot_be_printed(given: str, plain: str) -> None:
    assert intake.plain_name(given) == plain
