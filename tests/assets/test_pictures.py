"""Renditions: every preset's size, shape and bytes, from pictures of every make."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from assets import pictures
from assets.pictures import Rendition
from assets.presets import PRESETS, STANDARD, Fit, Focus, Preset
from assets.refusals import Refused
from assets.store import FolderStore
from tests.assets.samples import encoded, noise, photo, tell_tale

SOURCES = {
    "landscape": photo(3000, 2000),
    "portrait": photo(2000, 3000),
    "small": photo(200, 100),
    "panorama": photo(4000, 500),
    "long strip": photo(500, 6000),
}


def written(tmp_path: Path, raw: bytes) -> Path:
    path = tmp_path / "source"
    path.write_bytes(raw)
    return path


def opened(store: FolderStore, rendition: Rendition) -> Image.Image:
    with store.open(rendition.sha256) as file:
        image = Image.open(io.BytesIO(file.read()))
        image.load()
        return image


def expected_size(preset: Preset, source: tuple[int, int]) -> tuple[int, int]:
    if preset.fit is not Fit.INSIDE:
        return preset.width, preset.height
    scale = min(1, preset.width / source[0], preset.height / source[1])
    return round(source[0] * scale), round(source[1] * scale)


@pytest.mark.parametrize("source", SOURCES)
def test_every_preset_has_its_size_and_keeps_its_limit(
    tmp_path: Path, store: FolderStore, source: str
) -> None:
    path = written(tmp_path, encoded(SOURCES[source], quality=90))
    made = pictures.render(path, list(PRESETS.values()), store.put)
    assert [each.preset for each in made] == list(PRESETS)
    for each in made:
        image, preset = opened(store, each), PRESETS[each.preset]
        assert image.size == (each.width, each.height)
        assert image.size == expected_size(preset, SOURCES[source].size)
        assert image.format == "JPEG"
        assert image.mode == "RGB"
        assert each.size <= preset.max_bytes


@pytest.mark.parametrize("name", ["body", "weibo", "portrait_cover"])
def test_picture_that_hardly_compresses_is_brought_within_the_limit(
    tmp_path: Path, store: FolderStore, name: str
) -> None:
    path = written(tmp_path, encoded(noise(1500, 6000), quality=95))
    (made,) = pictures.render(path, [PRESETS[name]], store.put)
    assert made.size <= PRESETS[name].max_bytes
    assert opened(store, made).size == (made.width, made.height)


def test_limit_out_of_reach_is_said(tmp_path: Path, store: FolderStore) -> None:
    path = written(tmp_path, encoded(noise(800, 800)))
    with pytest.raises(Refused, match="1000 B") as refusal:
        pictures.render(path, [Preset("tiny", 500, 500, Fit.COVER, 1000)], store.put)
    assert refusal.value.code == "bytes_unreachable"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_picture_stands_upright_however_the_camera_was_held(
    tmp_path: Path, store: FolderStore, orientation: int, kind: str
) -> None:
    """Store the picture turned as a camera would, and get it back as a person saw it."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    seen = photo(900, 600)
    stored = seen.transpose(undo[orientation]) if orientation > 1 else seen
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = written(tmp_path, encoded(stored, kind, exif=exif.tobytes(), quality=90))
    picture, (made,) = pictures.take_in(path, store.put, presets=[PRESETS["thumb"]])
    image = opened(store, made)
    assert (picture.width, picture.height) == (900, 600)
    assert image.size == (320, 213)
    for corner, colour in {
        (20, 20): (255, 0, 0),
        (300, 20): (0, 128, 0),
        (20, 190): (0, 0, 255),
        (300, 190): (255, 255, 0),
    }.items():
        pixel = image.getpixel(corner)
        assert isinstance(pixel, tuple)
        assert all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=True)), corner


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("L", "JPEG"),
        ("CMYK", "JPEG"),
        ("1", "PNG"),
        ("L", "PNG"),
        ("LA", "PNG"),
        ("P", "PNG"),
        ("RGBA", "PNG"),
        ("I;16", "PNG"),
        ("P", "GIF"),
        ("RGBA", "WEBP"),
        ("RGBA", "AVIF"),
        ("RGB", "HEIF"),
        ("RGBA", "HEIF"),
    ],
)
def test_every_kind_of_pixel_comes_out_as_plain_colour(
    tmp_path: Path, store: FolderStore, mode: str, kind: str
) -> None:
    grey = Image.new("L", (800, 600), 128)
    deep = Image.frombytes("I;16", (800, 600), b"\x00\x80" * (800 * 600))
    source = deep if mode == "I;16" else grey.convert(mode)
    path = written(tmp_path, encoded(source, kind))
    (made,) = pictures.render(path, [PRESETS["thumb"]], store.put)
    pixels = opened(store, made)
    assert pixels.mode == "RGB"
    if mode != "1":
        pixel = pixels.getpixel((160, 120))
        assert isinstance(pixel, tuple)
        assert all(abs(value - 128) < 12 for value in pixel)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "AVIF", "HEIF"])
def test_what_is_transparent_stands_on_white_paper(
    tmp_path: Path, store: FolderStore, kind: str
) -> None:
    clear = Image.new("RGBA", (900, 700), (0, 0, 0, 0))
    path = written(tmp_path, encoded(clear, kind))
    (made,) = pictures.render(path, [PRESETS["thumb"]], store.put)
    pixel = opened(store, made).getpixel((50, 50))
    assert isinstance(pixel, tuple)
    assert min(pixel) > 250


def _profile_with_red_and_green_exchanged() -> bytes:
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    renamed = plain.replace("sRGB".encode("utf-16-be"), "XXXX".encode("utf-16-be"))
    exchanged = renamed
    for old, new in ((b"rXYZ", b"tmpX"), (b"gXYZ", b"rXYZ"), (b"tmpX", b"gXYZ")):
        exchanged = exchanged.replace(old, new)
    return exchanged


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_colour_profile_is_applied_and_left_behind(
    tmp_path: Path, store: FolderStore, kind: str
) -> None:
    red = Image.new("RGB", (600, 400), (250, 10, 10))
    raw = encoded(red, kind, icc_profile=_profile_with_red_and_green_exchanged())
    (made,) = pictures.render(written(tmp_path, raw), [PRESETS["thumb"]], store.put)
    image = opened(store, made)
    pixel = image.getpixel((9, 9))
    assert isinstance(pixel, tuple)
    assert pixel[1] > 200 > pixel[0]
    assert "icc_profile" not in image.info


def test_broken_profile_costs_nothing_but_itself(tmp_path: Path, store: FolderStore) -> None:
    path = written(tmp_path, encoded(photo(), icc_profile=b"no profile at all"))
    (made,) = pictures.render(path, [PRESETS["thumb"]], store.put)
    assert opened(store, made).getpixel((9, 9)) != (0, 0, 0)


def test_first_frame_of_what_moves_is_shown(tmp_path: Path, store: FolderStore) -> None:
    frames = [Image.new("RGB", (400, 300), colour) for colour in ("red", "blue", "green")]
    raw = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
    picture, (made,) = pictures.take_in(
        written(tmp_path, raw), store.put, presets=[PRESETS["thumb"]]
    )
    pixel = opened(store, made).getpixel((100, 100))
    assert picture.frames == 3
    assert isinstance(pixel, tuple)
    assert pixel[0] > 240 > 20 > pixel[2]


@pytest.mark.parametrize(
    ("focus", "colour"),
    [(Focus(0.0, 0.5), "red"), (Focus(0.5, 0.5), "green"), (Focus(1.0, 0.5), "blue")],
)
def test_cut_keeps_the_focal_point(
    tmp_path: Path, store: FolderStore, focus: Focus, colour: str
) -> None:
    bands = Image.new("RGB", (900, 300), "red")
    bands.paste("green", (300, 0, 600, 300))
    bands.paste("blue", (600, 0, 900, 300))
    path = written(tmp_path, encoded(bands, "PNG"))
    (made,) = pictures.render(path, [PRESETS["square_cover"]], store.put, focus=focus)
    expected = Image.new("RGB", (1, 1), colour).getpixel((0, 0))
    pixel = opened(store, made).getpixel((250, 250))
    assert isinstance(pixel, tuple)
    assert isinstance(expected, tuple)
    assert all(abs(a - b) < 30 for a, b in zip(pixel, expected, strict=True))


def test_whole_picture_is_seen_on_its_backdrop(tmp_path: Path, store: FolderStore) -> None:
    path = written(tmp_path, encoded(photo(1500, 1000)))
    (made,) = pictures.render(path, [PRESETS["portrait_cover"]], store.put)
    image = opened(store, made)
    corners = [image.getpixel(at) for at in ((20, 620), (1060, 1300))]
    above = image.getpixel((540, 100))
    assert isinstance(above, tuple)
    assert isinstance(corners[0], tuple)
    assert corners[0][0] > 230
    assert max(above) < 160


def test_nothing_of_the_source_leaves_with_a_rendition(tmp_path: Path, store: FolderStore) -> None:
    raw = tell_tale(labelled=False)
    assert raw.count(b"MARK") >= 7
    made = pictures.render(written(tmp_path, raw), list(PRESETS.values()), store.put)
    for each in made:
        with store.open(each.sha256) as file:
            sent = file.read()
        assert b"MARK" not in sent
        assert not any(word in sent for word in (b"Exif", b"8BIM", b"http", b"ICC_PROFILE"))
        image = opened(store, each)
        assert not dict(image.getexif())
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.skipif(not shutil.which("exiftool"), reason="no exiftool to bear witness")
def test_an_independent_reader_finds_nothing_either(tmp_path: Path, store: FolderStore) -> None:
    path = written(tmp_path, tell_tale(labelled=False))
    (made,) = pictures.render(path, [PRESETS["preview"]], store.put)
    told = subprocess.run(
        ["exiftool", "-a", "-G1", "-s", str(store.path(made.sha256))],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    groups = {line.split("]")[0].strip("[ ") for line in told.splitlines()}
    assert groups <= {"ExifTool", "System", "File", "JFIF", "Composite"}


def test_taking_in_makes_the_standard_set(tmp_path: Path, store: FolderStore) -> None:
    picture, made = pictures.take_in(written(tmp_path, tell_tale()), store.put)
    assert [each.preset for each in made] == [preset.name for preset in STANDARD]
    assert picture == pictures.inspect(tmp_path / "source")


def test_same_picture_gives_the_same_bytes(tmp_path: Path, store: FolderStore) -> None:
    path = written(tmp_path, encoded(photo()))
    once, again = (pictures.render(path, STANDARD, store.put) for _ in range(2))
    assert once == again


def test_film_is_no_picture(tmp_path: Path, store: FolderStore) -> None:
    raw = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + bytes(60)
    with pytest.raises(Refused) as refusal:
        pictures.render(written(tmp_path, raw), STANDARD, store.put)
    assert refusal.value.code == "kind_not_accepted"
