"""The film made of still pictures: it plays, moves, says what it should, and stops cleanly."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from assets import clips, video
from assets.clips import EncodingFailed, make_clip
from assets.refusals import Refused
from tests.assets.samples import encoded, noise, photo, tell_tale

SMALL = 180, 320


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.jpg"
    path.write_bytes(encoded(photo(600, 400)))
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "clip.mp4"


def frame(path: Path, second: float) -> Image.Image:
    """The film's picture at a moment, decoded by ffmpeg."""
    told = subprocess.run(
        [video.ffmpeg(), "-nostdin", "-v", "error", "-ss", str(second), "-i", str(path)]
        + ["-frames:v", "1", "-f", "image2pipe", "-c:v", "png", "pipe:1"],
        capture_output=True,
        check=True,
    ).stdout
    return Image.open(io.BytesIO(told)).convert("RGB")


def boxes(path: Path) -> list[bytes]:
    raw, at, kinds = path.read_bytes(), 0, []
    while at < len(raw):
        kinds.append(raw[at + 4 : at + 8])
        at += int.from_bytes(raw[at : at + 4], "big")
    return kinds


def test_film_is_what_the_platforms_take(picture: Path, out: Path) -> None:
    clip = make_clip([picture, picture], "秋收", ["第一张"], out)
    film = video.probe(out)
    assert (film.width, film.height) == (clip.width, clip.height) == (1080, 1920)
    assert (film.picture_codec, film.sound_codec) == ("h264", "aac")
    assert clip.seconds == pytest.approx(8.4)
    assert film.seconds == pytest.approx(clip.seconds, abs=0.05)
    assert film.size == clip.size == out.stat().st_size
    assert clip.size < 50_000_000
    assert boxes(out).index(b"moov") < boxes(out).index(b"mdat")
    with Image.open(io.BytesIO(clip.poster)) as poster:
        assert (poster.format, poster.size) == ("JPEG", (1080, 1920))


def test_whole_film_decodes_without_a_complaint(picture: Path, out: Path) -> None:
    make_clip([picture], "秋收", [], out, size=SMALL)
    told = subprocess.run(
        [video.ffmpeg(), "-nostdin", "-v", "error", "-xerror", "-i", str(out), "-f", "null", "-"],
        capture_output=True,
        check=True,
    )
    assert told.stderr == b""


@pytest.mark.parametrize("count", [0, 1, 3])
def test_any_number_of_pictures_makes_a_film(picture: Path, out: Path, count: int) -> None:
    clip = make_clip([picture] * count, "秋收", ["一", "二", "三", "四"], out, size=SMALL)
    expected = clips.TITLE_SECONDS + 3 * count if count else clips.ALONE_SECONDS
    assert clip.seconds == pytest.approx(expected)
    assert video.probe(out).seconds == pytest.approx(clip.seconds, abs=0.05)


@pytest.mark.parametrize(
    ("count", "most", "seconds"), [(5, 10.0, 10.0), (40, 12.4, 12.4), (3, 0.0, 5.0), (19, 9.0, 9.0)]
)
def test_film_never_runs_over_its_time(
    picture: Path, out: Path, count: int, most: float, seconds: float
) -> None:
    clip = make_clip([picture] * count, "秋收", [], out, size=(90, 160), max_seconds=most)
    assert clip.seconds == pytest.approx(seconds, abs=0.5)
    assert clip.seconds <= max(most, clips.ALONE_SECONDS)


def test_title_and_caption_are_seen_in_their_scenes(picture: Path, out: Path) -> None:
    make_clip([picture], "秋收的喜悦", ["稻田里的收割机"], out, size=(360, 640))
    plain = out.with_name("plain.mp4")
    make_clip([picture], "", [""], plain, size=(360, 640))
    for second in (1.0, 4.0):
        difference = ImageChops.difference(frame(out, second), frame(plain, second))
        assert difference.getbbox() is not None
        assert max(high for _, high in difference.getextrema()) > 120


def test_picture_drifts_and_its_surroundings_stand_still(tmp_path: Path, out: Path) -> None:
    path = tmp_path / "stripes.png"
    stripes = Image.new("RGB", (600, 400), "white")
    for x in range(0, 600, 40):
        stripes.paste("black", (x, 0, x + 20, 400))
    path.write_bytes(encoded(stripes, "PNG"))
    make_clip([path], "秋收", [], out, size=(360, 640))
    early, late = frame(out, 2.7), frame(out, 4.7)
    changed = ImageChops.difference(early, late).convert("L").point(lambda v: 255 * (v > 60))
    box = changed.getbbox()
    assert box is not None
    assert box[3] - box[1] <= 250  # the window's height, not the frame's


def test_colours_survive_the_encoder(tmp_path: Path, out: Path) -> None:
    path = tmp_path / "red.png"
    path.write_bytes(encoded(Image.new("RGB", (600, 600), (200, 40, 40)), "PNG"))
    make_clip([path], "秋收", [], out, size=SMALL)
    pixel = frame(out, 4.0).getpixel((90, 130))
    assert isinstance(pixel, tuple)
    assert all(abs(a - b) < 12 for a, b in zip(pixel, (200, 40, 40), strict=True))


def test_same_input_gives_the_same_bytes(picture: Path, out: Path) -> None:
    make_clip([picture], "秋收", ["一"], out, size=SMALL)
    first = out.read_bytes()
    make_clip([picture], "秋收", ["一"], out, size=SMALL)
    assert out.read_bytes() == first


def test_nothing_of_the_source_is_in_the_film(tmp_path: Path, out: Path) -> None:
    source = tmp_path / "source.jpg"
    source.write_bytes(tell_tale())
    clip = make_clip([source], "秋收", [], out, size=SMALL)
    for raw in (out.read_bytes(), clip.poster):
        assert b"MARK" not in raw
        assert b"Camera" not in raw


def test_progress_rises_to_the_end(picture: Path, out: Path) -> None:
    told: list[float] = []
    make_clip([picture] * 3, "秋收", [], out, size=(90, 160), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) >= 4


def test_stopping_leaves_neither_file_nor_encoder(picture: Path, out: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(share: float) -> None:
        if share > 0.3:
            raise Stopped

    with pytest.raises(Stopped):
        make_clip([picture] * 3, "秋收", [], out, size=SMALL, progress=stop)
    assert sorted(path.name for path in out.parent.iterdir()) == ["picture.jpg"]


def test_old_film_stays_when_the_new_one_fails(picture: Path, out: Path) -> None:
    out.write_bytes(b"yesterday's film")
    (out.parent / "broken.jpg").write_bytes(picture.read_bytes()[:500])
    with pytest.raises(Refused):
        make_clip([picture, out.parent / "broken.jpg"], "秋收", [], out, size=SMALL)
    assert out.read_bytes() == b"yesterday's film"


def test_failing_encoder_says_why(
    picture: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clips, "_ENCODER", ("-c:v", "no-such-encoder", "-f", "mp4"))
    with pytest.raises(EncodingFailed, match="no-such-encoder"):
        make_clip([picture], "秋收", [], out, size=SMALL)
    assert not out.exists()


@pytest.mark.parametrize("shape", [(400, 3000), (3000, 400), (500, 500), (8, 8)])
def test_picture_of_any_shape_finds_its_place(
    tmp_path: Path, out: Path, shape: tuple[int, int]
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(encoded(noise(*shape), "PNG"))
    caption = "很长的说明文字，" * 20
    make_clip([path], "秋" * 300, [caption], out, size=SMALL, seconds_per_picture=1)
    assert video.probe(out).height == 320


@pytest.mark.parametrize("backwards", [False, True])
def test_each_frame_is_the_picture_cut_at_its_own_pixel(backwards: bool) -> None:
    """Also the half-size colour planes, which have no pixel of their own for odd steps."""
    picture = noise(72, 40)
    scene = clips._Scene(
        Image.new("RGB", (64, 40)),
        8,
        picture=picture,
        window=(0, 0, 64, 40),
        backwards=backwards,
    )
    steps = reversed(range(8)) if backwards else range(8)
    for step, shown in zip(steps, scene, strict=True):
        cut = clips._planes(picture.crop((step, 0, step + 64, 40)))
        assert shown == b"".join(plane.tobytes() for plane in cut), step
