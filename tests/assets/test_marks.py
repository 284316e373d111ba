"""What a rendition says of itself: the label of generated content, burnt words, the watermark."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from assets import aigc, burning, pictures
from assets.presets import ALL, PRESETS, Box, Marks
from assets.store import FolderStore
from tests.assets.samples import encoded, label, photo, tell_tale

LABEL = {"Label": "1", "ContentProducer": "示例公司", "ProduceID": "p-1"}


def _written(tmp_path: Path, raw: bytes) -> Path:
    path = tmp_path / "source"
    path.write_bytes(raw)
    return path


def _opened(store: FolderStore, sha256: str) -> Image.Image:
    with store.open(sha256) as file:
        image = Image.open(io.BytesIO(file.read()))
        image.load()
        return image


def _labelled() -> dict[str, bytes]:
    """Pictures that carry the label, by where tools put it."""
    text = PngInfo()
    text.add_text("AIGC", label())
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + json.dumps({"AIGC": LABEL}).encode()
    return {
        "XMP": tell_tale(),
        "a text of a PNG": encoded(photo(400, 300), "PNG", pnginfo=text),
        "EXIF of a JPEG": encoded(photo(400, 300), exif=exif.tobytes()),
        "EXIF of a WebP": encoded(photo(400, 300), "WEBP", exif=exif.tobytes()),
        "a JPEG's comment": encoded(photo(400, 300), comment=label().encode()),
    }


@pytest.mark.parametrize("where", _labelled())
def test_the_label_survives_every_rendition(tmp_path: Path, store: FolderStore, where: str) -> None:
    path = _written(tmp_path, _labelled()[where])
    made = pictures.render(path, list(ALL.values()), store.put)
    assert len(made) == len(ALL)
    for each in made:
        kept = store.path(each.sha256)
        assert kept is not None
        assert pictures.inspect(kept).metadata.aigc == LABEL
        assert each.size <= ALL[each.preset].max_bytes


def test_an_independent_reader_finds_the_label_and_nothing_else(
    tmp_path: Path, store: FolderStore
) -> None:
    path = _written(tmp_path, tell_tale())
    (made,) = pictures.render(path, [PRESETS["weibo"]], store.put)
    command = ["exiftool", "-a", "-G1", "-j", str(store.path(made.sha256))]
    (told,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    groups = {name.partition(":")[0] for name in told}
    assert groups <= {"SourceFile", "ExifTool", "System", "File", "JFIF", "Composite", "IFD0"} | {
        "ExifIFD",
        "XMP-x",
        "XMP-TC260",
    }
    assert json.loads(told["ExifIFD:UserComment"]) == {"AIGC": LABEL}
    found = next(text for name, text in told.items() if name.startswith("XMP-TC260:"))
    assert (json.loads(found) if isinstance(found, str) else found) == LABEL


def test_a_label_is_passed_on_without_what_is_hidden_beside_it() -> None:
    hidden = {**LABEL, "Place": "a house", "ProduceID": "x" * 2000}
    assert aigc.read(json.dumps({"AIGC": hidden})) == {
        **LABEL,
        "ProduceID": "x" * aigc.LONGEST,
    }


def test_the_desks_label_is_written_where_a_file_has_none(
    tmp_path: Path, store: FolderStore
) -> None:
    said = {"Label": "2", "ContentPropagator": "青禾区融媒体中心", "PropagateID": "a1"}
    path = _written(tmp_path, encoded(photo(400, 300)))
    (made,) = pictures.render(path, [PRESETS["body"]], store.put, marks=Marks(said))
    kept = store.path(made.sha256)
    assert kept is not None
    assert pictures.inspect(kept).metadata.aigc == said


def test_a_files_own_label_is_not_overruled(tmp_path: Path, store: FolderStore) -> None:
    path = _written(tmp_path, tell_tale())
    (made,) = pictures.render(path, [PRESETS["body"]], store.put, marks=Marks({"Label": "3"}))
    kept = store.path(made.sha256)
    assert kept is not None
    assert pictures.inspect(kept).metadata.aigc == LABEL


@pytest.mark.parametrize("size", [(3000, 2000), (900, 1600), (500, 3000), (240, 160)])
def test_burnt_words_are_as_high_as_the_standard_asks(
    tmp_path: Path, store: FolderStore, size: tuple[int, int]
) -> None:
    """On a black picture the words alone are bright."""
    path = _written(tmp_path, encoded(Image.new("RGB", size), "PNG"))
    marks = Marks(shown="人工智能生成")
    for each in pictures.render(path, list(ALL.values()), store.put, marks=marks):
        image = _opened(store, each.sha256)
        words = image.convert("L").point(lambda level: 255 if level > 120 else 0).getbbox()
        assert words is not None
        left, top, right, bottom = words
        assert left > 0
        assert image.width - right > 0
        assert image.height - bottom > 0
        if min(image.size) > 120:
            assert bottom - top >= 0.05 * min(image.size)


def test_the_watermark_stands_only_where_it_is_wanted(tmp_path: Path, store: FolderStore) -> None:
    path = _written(tmp_path, encoded(photo(900, 600)))
    marks = Marks(owner="青禾融媒", owned=frozenset({"weibo"}))
    presets = [PRESETS["weibo"], PRESETS["body"]]
    plain = pictures.render(path, presets, store.put)
    owned = pictures.render(path, presets, store.put, marks=marks)
    assert owned[0].sha256 != plain[0].sha256
    assert owned[1].sha256 == plain[1].sha256


def test_words_are_never_lower_than_people_can_read() -> None:
    assert burning.words_height((320, 213)) == 13
    assert burning.words_height((100, 90)) == burning.SMALLEST
    assert burning.words_height((2048, 1365)) >= 0.05 * 1365


CROPS = {
    "red": Box(0.0, 0.0, 0.5, 0.5),
    "green": Box(0.5, 0.0, 0.5, 0.5),
    "blue": Box(0.0, 0.5, 0.5, 0.5),
    "yellow": Box(0.5, 0.5, 0.5, 0.5),
}


@pytest.mark.parametrize("colour", CROPS)
@pytest.mark.parametrize("name", ["wechat_cover", "body", "portrait_cover"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_cut_shows_its_part_in_full_detail(
    tmp_path: Path, store: FolderStore, colour: str, name: str, kind: str
) -> None:
    path = _written(tmp_path, encoded(photo(3000, 2000), kind, quality=95))
    (made,) = pictures.render(path, [PRESETS[name]], store.put, crops={name: CROPS[colour]})
    image = _opened(store, made.sha256)
    if name == "body":
        assert image.size == (1080, 720)
    expected = Image.new("RGB", (1, 1), colour).getpixel((0, 0))
    pixel = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(pixel, tuple)
    assert isinstance(expected, tuple)
    assert all(abs(a - b) < 30 for a, b in zip(pixel, expected, strict=True))


def test_a_cut_of_one_shape_leaves_the_others_alone(tmp_path: Path, store: FolderStore) -> None:
    path = _written(tmp_path, encoded(photo(900, 600)))
    plain = pictures.render(path, list(PRESETS.values()), store.put)
    cut = pictures.render(path, list(PRESETS.values()), store.put, crops={"weibo": CROPS["red"]})
    changed = {a.preset for a, b in zip(plain, cut, strict=True) if a.sha256 != b.sha256}
    assert changed == {"weibo"}
