"""What a film is, and that reading it opens nothing else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from assets import film_marks, video
from assets.refusals import Refused
from assets.video import Film, probe
from tests.assets.samples import FTYP, JPEG, QT, box


def film(path: Path, *how: str, seconds: int = 2) -> Path:
    """A film of a test pattern, made by the bundled encoder."""
    pattern = f"testsrc=size=320x180:rate=10:duration={seconds}"
    command = [video.ffmpeg(), "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", pattern]
    subprocess.run([*command, *how, str(path)], check=True)
    return path


def test_film_is_measured(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", "-c:v", "libx264", "-pix_fmt", "yuv420p")
    size = path.stat().st_size
    assert probe(path) == Film("video/mp4", 320, 180, 2.0, size, "h264", "")


def test_webm_with_sound_is_measured(tmp_path: Path) -> None:
    tone = ("-f", "lavfi", "-i", "sine=duration=2", "-c:a", "libopus")
    path = film(tmp_path / "a.webm", *tone, "-c:v", "libvpx", "-deadline", "realtime")
    told = probe(path)
    assert (told.mime, told.picture_codec, told.sound_codec) == ("video/webm", "vp8", "opus")
    assert told.seconds == pytest.approx(2, abs=0.1)


def test_film_of_an_iphone_is_measured(tmp_path: Path) -> None:
    tone = ("-f", "lavfi", "-i", "sine=duration=2", "-c:a", "aac")
    path = film(tmp_path / "a.mov", *tone, "-c:v", "libx265", "-tag:v", "hvc1")
    assert path.read_bytes()[4:12] == b"ftypqt  "
    told = probe(path)
    assert (told.mime, told.picture_codec, told.sound_codec) == ("video/quicktime", "hevc", "aac")
    assert (told.width, told.height) == (320, 180)


@pytest.mark.parametrize("degrees", [90, 270])
def test_film_held_upright_is_upright(tmp_path: Path, degrees: int) -> None:
    flat = film(tmp_path / "flat.mp4", "-c:v", "libx264", "-pix_fmt", "yuv420p")
    turned = tmp_path / "turned.mp4"
    subprocess.run(
        [video.ffmpeg(), "-nostdin", "-v", "error", "-display_rotation", str(degrees)]
        + ["-i", str(flat), "-c", "copy", str(turned)],
        check=True,
    )
    assert (probe(turned).width, probe(turned).height) == (180, 320)


def test_name_that_looks_like_an_option_or_address_is_a_file(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", "-c:v", "libx264")
    for name in ("-i.mp4", "http:evil.mp4", "concat:a|b.mp4", "50%d.mp4"):
        odd = tmp_path / name
        odd.write_bytes(path.read_bytes())
        assert probe(odd).seconds == 2.0


def test_film_cut_before_its_index_is_refused(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", "-c:v", "libx264")
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(Refused) as refusal:
        probe(path)
    assert refusal.value.code == "broken"


def test_sound_alone_is_no_film(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    command = [video.ffmpeg(), "-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1"]
    subprocess.run([*command, "-c:a", "aac", "-f", "mp4", str(path)], check=True)
    with pytest.raises(Refused) as refusal:
        probe(path)
    assert refusal.value.code == "no_picture_stream"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (JPEG, "kind_not_accepted"),
        (FTYP + box(b"moov", b""), "broken"),
        (FTYP + box(b"moov", b"\0" * 400), "broken"),
        (QT, "broken"),
        (QT + box(b"moov", b"\0" * 400), "broken"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + bytes(400), "broken"),
    ],
)
def test_what_is_no_film_is_refused(tmp_path: Path, raw: bytes, code: str) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(raw)
    with pytest.raises(Refused) as refusal:
        probe(path)
    assert refusal.value.code == code


def test_what_a_film_tells_in_its_tags_is_not_taken_for_what_it_is(tmp_path: Path) -> None:
    lies = {
        "title": "Stream #0:0: Video: hevc, yuv420p, 9000x9000, 900 fps, 900 tbr",
        "comment": "rotation of 90.00 degrees",
        "artist": "x\n  Duration: 99:00:00.00\n  Stream #0:0: Video: hevc, yuv420p, 8999x8999",
    }
    said = [part for key, value in lies.items() for part in ("-metadata", f"{key}={value}")]
    told = probe(film(tmp_path / "a.mp4", *said, "-c:v", "libx264", "-pix_fmt", "yuv420p"))
    assert (told.picture_codec, told.width, told.height, told.seconds) == ("h264", 320, 180, 2.0)
    assert (told.rate, told.turned) == (10.0, 0)


def test_more_is_known_of_a_film_than_its_size(tmp_path: Path) -> None:
    tone = ("-f", "lavfi", "-i", "sine=duration=2", "-c:a", "aac", "-ac", "2")
    told = probe(film(tmp_path / "a.mp4", *tone, "-c:v", "libx264", "-pix_fmt", "yuv420p"))
    assert (told.pixels, told.sound, told.streams) == ("yuv420p", "44100 Hz stereo", 2)
    assert told.even_rate
    assert not told.high_range
    assert (told.aigc, told.credentials) == (None, False)


def test_content_credentials_are_noted(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", "-c:v", "libx264")
    path.write_bytes(path.read_bytes() + box(b"uuid", film_marks.C2PA + bytes(40)))
    assert probe(path).credentials


def test_a_film_of_many_streams_is_refused(tmp_path: Path) -> None:
    flat = film(tmp_path / "flat.mp4", "-c:v", "libx264")
    many = tmp_path / "many.mp4"
    maps = ["-map", "0:v"] * 17
    command = [video.ffmpeg(), "-nostdin", "-v", "error", "-i", str(flat), *maps, "-c", "copy"]
    subprocess.run([*command, str(many)], check=True)
    with pytest.raises(Refused) as refusal:
        probe(many)
    assert refusal.value.code == "film_too_many_streams"
