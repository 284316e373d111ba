"""The strip and the light copy: what they show, where, and in how many bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from PIL import Image

from assets import encoder, leash, previews, video
from assets.refusals import Refused
from tests.assets.films import FIELDS, film, pattern, tone
from tests.fixtures.processes import descendants, is_gone


@pytest.mark.parametrize(("size", "cell"), [((320, 180), (192, 108)), ((180, 320), (108, 192))])
def test_a_strip_shows_each_moment_in_its_place(
    tmp_path: Path, size: tuple[int, int], cell: tuple[int, int]
) -> None:
    """Red grows from dark to bright over two seconds."""
    source = f"nullsrc=s={size[0]}x{size[1]}:r=20:d=2,format=rgb24,geq=r=N*6:g=0:b=0"
    path = film(tmp_path / "a.mp4", [*FIELDS, source])
    strip, geometry = previews.strip(path, tmp_path, lambda _share: None)
    assert (geometry.columns, geometry.rows) == (5, 4)
    assert (geometry.width, geometry.height) == cell
    assert geometry.every == pytest.approx(0.1)
    with Image.open(strip) as image:
        assert image.size == (5 * cell[0], 4 * cell[1])
        reds = [
            image.getpixel((column * cell[0] + cell[0] // 2, row * cell[1] + cell[1] // 2))[0]
            for row in range(4)
            for column in range(5)
        ]
    assert reds == sorted(reds)
    assert reds[0] < 40
    assert reds[-1] > 190


def test_a_film_of_one_frame_has_a_strip_too(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", pattern(160, 90, 0.1, 10))
    strip, _ = previews.strip(path, tmp_path, lambda _share: None)
    with Image.open(strip) as image:
        assert image.size == (800, 360)


def test_a_proxy_is_light_starts_at_once_and_stands_as_the_film_does(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", pattern(540, 960, 2, 30), sound=tone())
    made = previews.proxy(path, tmp_path, "", lambda _share: None)
    assert (made.width, made.height) == (480, 852)
    assert made.path.read_bytes().find(b"moov") < made.path.read_bytes().find(b"mdat")
    told = video.probe(made.path)
    assert (told.picture_codec, told.sound_codec) == ("h264", "aac")


def test_an_encoder_over_its_time_is_ended(tmp_path: Path) -> None:
    began = time.monotonic()
    endless = ("-v", "error", *FIELDS, "testsrc=size=640x360:rate=30", "-f", "null", "-")
    with pytest.raises(Refused) as refusal:
        encoder.run(endless, most_bytes=0, seconds=0.5, folder=tmp_path)
    assert refusal.value.code == "too_heavy"
    assert time.monotonic() - began < 3


def test_an_encoder_that_would_fill_the_disk_is_ended(tmp_path: Path) -> None:
    out = tmp_path / "a.raw"
    much = ("-v", "error", *FIELDS, "testsrc=size=640x360:rate=30:d=60")
    most = encoder.MOST_SAID
    with pytest.raises(Refused) as refusal:
        encoder.run(
            (*much, "-f", "rawvideo", f"file:{out}"), most_bytes=most, seconds=30, folder=tmp_path
        )
    assert refusal.value.code == "too_heavy"
    assert out.stat().st_size <= most


def test_an_encoder_opens_no_address_and_no_list(tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text("ffconcat version 1.0\nfile http://127.0.0.1:9/a.mp4\n")
    for source in ("http://127.0.0.1:9/a.mp4", "concat:/etc/passwd"):
        with pytest.raises(Refused):
            encoder.run(
                (*encoder.LOCAL_ONLY, "-i", source, "-f", "null", "-"),
                most_bytes=0,
                seconds=5,
                folder=tmp_path,
            )


def test_a_worker_that_is_killed_outright_takes_its_encoder_along(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from assets import encoder;"
        "encoder.run(('-re', '-f', 'lavfi', '-i', 'testsrc=size=64x64:rate=5', '-f', 'null', '-'),"
        f"most_bytes=0, seconds=60, folder=Path({str(tmp_path)!r}))"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as worker:
        deadline = time.monotonic() + 20
        while (
            not (children := descendants("ffmpeg", of=worker.pid)) and time.monotonic() < deadline
        ):
            time.sleep(0.02)
        (child,) = children
        os.kill(worker.pid, signal.SIGKILL)
    psutil.wait_procs([child], timeout=2)
    assert is_gone(child)


def test_a_leash_whose_holder_is_gone_starts_nothing(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    done = subprocess.run(
        [sys.executable, "-I", "-S", leash.__file__, "1", str(1 << 30), "0", "5"]
        + ["/usr/bin/touch", str(trace)],
        check=False,
    )
    assert done.returncode == 1
    assert not trace.exists()
