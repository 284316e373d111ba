"""What pictures say of themselves is read, from every dialect, and never trusted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from assets import pictures
from assets.metadata import CHINA, Metadata
from tests.assets.samples import encoded, label, photo, tell_tale

LABEL = {"Label": "1", "ContentProducer": "示例公司", "ProduceID": "p-1"}


def said_by(tmp_path: Path, raw: bytes) -> Metadata:
    path = tmp_path / "picture"
    path.write_bytes(raw)
    return pictures.inspect(path).metadata


def test_a_press_picture_tells_all(tmp_path: Path) -> None:
    assert said_by(tmp_path, tell_tale()) == Metadata(
        taken_at=datetime(2025, 10, 18, 9, 30, tzinfo=CHINA),
        place=(36.51, 117.2),
        author="MARK-IPTC-AUTHOR",
        caption="稻田里的收割机",
        copyright="示例区融媒体中心",
        device="Camera X-1",
        keywords=("稻田", "秋收"),
        aigc=LABEL,
    )


def test_a_bare_picture_tells_nothing(tmp_path: Path) -> None:
    assert said_by(tmp_path, encoded(photo())) == Metadata()


def test_metadata_survive_the_way_between_processes() -> None:
    full = Metadata(datetime(2025, 1, 2, tzinfo=CHINA), (1.5, -2.5), "a", "b", aigc=LABEL)
    assert Metadata.from_json(full.to_json()) == full
    assert Metadata.from_json(Metadata().to_json()) == Metadata()


@pytest.mark.parametrize(
    ("stamp", "offset", "moment"),
    [
        ("2025:10:18 09:30:00", None, datetime(2025, 10, 18, 9, 30, tzinfo=CHINA)),
        (
            "2025:10:18 09:30:00",
            "+01:00",
            datetime(2025, 10, 18, 9, 30, tzinfo=timezone(timedelta(hours=1))),
        ),
        ("2025:10:18 09:30:00", "later", datetime(2025, 10, 18, 9, 30, tzinfo=CHINA)),
        ("0000:00:00 00:00:00", None, None),
        ("yesterday", None, None),
        ("2025:02:30 09:30:00", None, None),
    ],
)
def test_moment_is_read_with_its_zone(
    tmp_path: Path, stamp: str, offset: str | None, moment: datetime | None
) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = stamp
    if offset:
        exif.get_ifd(0x8769)[0x9011] = offset
    assert said_by(tmp_path, encoded(photo(), exif=exif.tobytes())).taken_at == moment


@pytest.mark.parametrize(
    ("gps", "place"),
    [
        ({1: "N", 2: (36.0, 30.0, 0.0), 3: "E", 4: (117.0, 0.0, 0.0)}, (36.5, 117.0)),
        ({1: "S", 2: (36.0, 30.0, 0.0), 3: "W", 4: (117.0, 0.0, 0.0)}, (-36.5, -117.0)),
        ({1: "N", 2: (95.0, 0.0, 0.0), 3: "E", 4: (117.0, 0.0, 0.0)}, None),
        ({1: "N", 2: (36.0,), 3: "E", 4: (117.0, 0.0, 0.0)}, None),
        ({1: "N", 2: (36.0, 30.0, 0.0)}, None),
        ({}, None),
    ],
)
def test_place_is_read_or_not_there(
    tmp_path: Path, gps: dict[int, object], place: tuple[float, float] | None
) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update(gps)
    assert said_by(tmp_path, encoded(photo(), exif=exif.tobytes())).place == place


def _in_png_text() -> bytes:
    text = PngInfo()
    text.add_itxt("AIGC", label())
    return encoded(photo(64, 64), "PNG", pnginfo=text)


def _in_user_comment() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = bytes(8) + f'{{"AIGC": {label()}}}'.encode()
    return encoded(photo(64, 64), exif=exif.tobytes())


def _in_xmp_attribute() -> bytes:
    quoted = label().replace('"', "&quot;")
    xmp = f'<d xmlns:t="http://www.tc260.org.cn/ns/AIGC/1.0/" t:AIGC="{quoted}"/>'
    return encoded(photo(64, 64), "WEBP", xmp=xmp.encode())


@pytest.mark.parametrize(
    "make",
    [
        _in_png_text,
        _in_user_comment,
        _in_xmp_attribute,
        lambda: encoded(photo(64, 64), comment=label().encode()),
    ],
)
def test_label_of_generated_content_is_found_where_tools_put_it(
    tmp_path: Path, make: Callable[[], bytes]
) -> None:
    assert said_by(tmp_path, make()).aigc == LABEL


@pytest.mark.parametrize(
    "comment", [b"{}", b'{"AIGC": 7}', b"[" * 5000, b'{"Label"', b'"Label"', b"7"]
)
def test_what_only_looks_like_a_label_is_none(tmp_path: Path, comment: bytes) -> None:
    assert said_by(tmp_path, encoded(photo(64, 64), comment=comment)).aigc is None


LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;">]>'
    '<x xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>&b;</dc:creator></x>'
)
FILE = (
    '<!DOCTYPE l [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    '<x xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>&f;</dc:creator></x>'
)


@pytest.mark.parametrize("xmp", [LAUGHS, FILE, "<half", "\x00\x01", "<a/>" * 3])
def test_hostile_xmp_is_ignored(tmp_path: Path, xmp: str) -> None:
    path = tmp_path / "picture"
    padding = " " * 70_000  # past the edge where markup is looked for
    raw = encoded(photo(64, 64), "PNG", xmp=(padding + xmp).encode())
    path.write_bytes(raw)
    assert pictures.inspect(path).metadata.author == ""


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("王村".encode(), "王村"),
        ("王村".encode("gb18030"), "王村"),
        ("José".encode("latin-1"), "José"),
        ("王\x07\x1b[31m\u202e村".encode(), "王[31m村"),
        (b"x" * 9000, "x" * 4000),
    ],
)
def test_caption_is_clean_text_of_bearable_length(tmp_path: Path, raw: bytes, text: str) -> None:
    exif, stand_in = Image.Exif(), "@" * len(raw)
    exif[0x010E] = stand_in
    block = exif.tobytes().replace(stand_in.encode(), raw)
    assert said_by(tmp_path, encoded(photo(64, 64), "PNG", exif=block)).caption == text
