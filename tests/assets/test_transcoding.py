"""A film in every form: the frame, the part, the weight, the level, what it says of itself."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assets import film_marks, framing, loudness, transcoding, video
from assets.film_presets import FILM_PRESETS, PROXY, FilmPreset, Fit
from assets.framing import Framing
from assets.refusals import Refused
from assets.subtitles import Cue
from assets.transcoding import Made, Wishes, Words
from assets.video import Film
from tests.assets.films import (
    FIELDS,
    exiftool,
    ffmpeg,
    film,
    frame,
    halves,
    lufs,
    noise,
    pattern,
    true_peak,
)
from tests.assets.films import tone as sounding
from tests.fixtures.processes import descendants

PORTRAIT = FILM_PRESETS["film_douyin"]
LANDSCAPE = FILM_PRESETS["film_outlet"]
Make = Callable[..., Made]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """``make(path, preset, …)`` makes one form in a folder of its own."""

    def made(path: Path, preset: FilmPreset, **more: Any) -> Made:
        folder = tmp_path / f"made-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        wishes = Wishes(
            more.get("framing", Framing()), more.get("start", 0.0), more.get("end", 0.0)
        )
        progress = more.get("progress", lambda _share: None)
        words = more.get("words", Words())
        return transcoding.make(path, preset, wishes, words, folder, progress=progress)

    return made


def known(width: int = 1920, height: int = 1080, seconds: float = 30, **more: Any) -> Film:
    return Film("video/mp4", width, height, seconds, 1, "h264", "aac", rate=25.0, **more)


@pytest.mark.parametrize(
    ("size", "preset", "fit", "frame"),
    [
        ((1920, 1080), "film_outlet", Fit.BLUR, (1280, 720)),
        ((1920, 1080), "film_bilibili", Fit.CROP, (1920, 1080)),
        ((1920, 1080), "film_douyin", Fit.BLUR, (1080, 1920)),
        ((1920, 1080), "film_douyin", Fit.CROP, (608, 1080)),
        ((1920, 1080), "film_douyin", Fit.WHOLE, (1920, 1080)),
        ((1080, 1920), "film_outlet", Fit.WHOLE, (720, 1280)),
        ((1080, 1920), "film_kuaishou", Fit.CROP, (1080, 1920)),
        ((320, 180), "film_bilibili", Fit.BLUR, (320, 180)),
        ((161, 91), "film_outlet", Fit.BLUR, (160, 90)),
        ((720, 720), "film_toutiao", Fit.BLUR, (720, 1280)),
    ],
)
def test_a_frame_is_filled_and_never_larger_than_what_the_film_holds(
    size: tuple[int, int], preset: str, fit: Fit, frame: tuple[int, int]
) -> None:
    assert framing.frame_of(known(*size), FILM_PRESETS[preset], Framing(fit)) == frame


def test_a_film_of_oblong_pixels_is_framed_as_it_is_seen() -> None:
    assert framing.shown_size(known(720, 576, aspect=64 / 45)) == (1024, 576)
    assert framing.shown_size(known(576, 720, aspect=64 / 45, turned=90)) == (576, 1024)


@pytest.mark.parametrize(
    ("preset", "seconds", "cut", "code"),
    [
        ("film_toutiao", 61, (0, 0), "film_too_long"),
        ("film_toutiao", 600, (30, 91), "film_too_long"),
        ("film_douyin", 901, (0, 0), "film_too_long"),
        ("film_shipinhao", 2, (0, 0), "film_too_short"),
        ("film_wechat", 3600, (0, 0), "film_too_long_for_bytes"),
        ("film_outlet", 30, (20, 10), "film_cut_empty"),
        ("film_outlet", 30, (31, 0), "film_cut_empty"),
    ],
)
def test_a_part_that_a_platform_does_not_take_is_refused_before_any_work(
    preset: str, seconds: float, cut: tuple[float, float], code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        transcoding.plan(known(seconds=seconds), FILM_PRESETS[preset], Wishes(Framing(), *cut))
    assert refusal.value.code == code


def test_a_chosen_part_fits_where_the_whole_is_too_long() -> None:
    planned = transcoding.plan(
        known(seconds=600), FILM_PRESETS["film_toutiao"], Wishes(start=30, end=89)
    )
    assert planned.seconds == 59


def test_less_room_makes_a_smaller_picture_rather_than_a_mosaic() -> None:
    short = transcoding.plan(known(seconds=30), FILM_PRESETS["film_wechat"], Wishes())
    long = transcoding.plan(known(seconds=240), FILM_PRESETS["film_wechat"], Wishes())
    assert short.frame == (1280, 720)
    assert long.frame[0] < 700
    assert long.kbps * 240 + 128 * 240 < 10_000_000 * 8 / 1000


def test_a_crop_shows_the_part_that_was_chosen(make: Make, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", halves())
    for x, colour in ((0.0, (254, 0, 0)), (1.0, (0, 0, 254))):
        made = make(path, PORTRAIT, framing=Framing(Fit.CROP, x))
        assert (made.width, made.height) == (100, 180)
        image = frame(made.path)
        for place in ((3, 90), (96, 90)):
            assert all(abs(a - b) < 30 for a, b in zip(image.getpixel(place), colour, strict=True))


def test_blurred_sides_fill_the_frame_around_the_whole_film(make: Make, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", halves(), sound=sounding())
    made = make(path, PORTRAIT)
    assert (made.width, made.height) == (320, 568)
    image = frame(made.path)
    assert image.getpixel((40, 284))[0] > 220
    assert image.getpixel((280, 284))[2] > 220
    assert sum(image.getpixel((40, 20))) > 120  # not black
    assert image.getpixel((40, 20)) != image.getpixel((40, 284))


def test_a_part_begins_and_ends_where_it_was_cut(make: Make, tmp_path: Path) -> None:
    colours = "color=red:s=160x90:r=10:d=1[a];color=lime:s=160x90:r=10:d=1[b];[a][b]concat"
    path = film(tmp_path / "a.mp4", [*FIELDS, colours], sound=sounding())
    made = make(path, LANDSCAPE, start=1.0, end=1.8)
    assert made.seconds == pytest.approx(0.8, abs=0.12)
    assert frame(made.path, 0.0).getpixel((80, 45))[1] > 200


@pytest.mark.parametrize("decibel", [-30, -3])
def test_sound_comes_to_the_houses_level_whatever_it_was(
    make: Make, tmp_path: Path, decibel: float
) -> None:
    path = film(tmp_path / "a.mp4", pattern(160, 90, 3), sound=sounding(3, decibel))
    made = make(path, LANDSCAPE)
    assert abs(lufs(path) + 16) > 3
    assert lufs(made.path) == pytest.approx(-16, abs=1)
    assert made.after is not None
    assert made.after.whole == pytest.approx(lufs(made.path), abs=0.5)
    assert made.after.peak <= -1.0


@pytest.mark.parametrize("preset", FILM_PRESETS.values(), ids=lambda preset: preset.name)
def test_every_form_that_goes_to_a_platform_has_the_houses_level(
    make: Make, tmp_path: Path, preset: FilmPreset
) -> None:
    """What AES TD1004.1.15-10 asks of a stream, measured by another filter than ours."""
    path = film(tmp_path / "a.mp4", pattern(160, 90, 4), sound=sounding(4, -24))
    made = make(path, preset)
    assert -20 <= loudness.TARGET <= -16
    assert lufs(made.path) == pytest.approx(loudness.TARGET, abs=0.5)
    assert true_peak(made.path) <= -1.0


def test_what_is_played_at_the_desk_sounds_as_it_came(make: Make, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", pattern(160, 90, 3), sound=sounding(3, -24))
    made = make(path, PROXY)
    assert (made.before, made.after) == (None, None)
    assert lufs(made.path) == pytest.approx(lufs(path), abs=0.5)


def test_sharp_peaks_are_held_down_where_level_alone_would_clip(make: Make, tmp_path: Path) -> None:
    knocks = "aevalsrc='0.9*lt(mod(t,0.5),0.004)*sin(2*PI*900*t)+0.01*sin(2*PI*300*t)':d=3"
    path = film(tmp_path / "a.mp4", pattern(160, 90, 3), sound=[*FIELDS, knocks])
    made = make(path, LANDSCAPE)
    assert made.after is not None
    assert made.before is not None
    assert made.after.whole > made.before.whole
    assert made.after.peak <= -0.9


def test_silence_stays_silent_and_a_film_without_sound_stays_without(
    make: Make, tmp_path: Path
) -> None:
    silence = [*FIELDS, "anullsrc=r=44100:cl=stereo:d=2"]
    quiet = make(film(tmp_path / "a.mp4", pattern(160, 90), sound=silence), LANDSCAPE)
    assert quiet.before is not None
    assert quiet.before.silent
    mute = make(film(tmp_path / "b.mp4", pattern(160, 90)), LANDSCAPE)
    assert mute.before is None
    assert video.probe(mute.path).sound_codec == ""


def test_the_limit_of_bytes_holds_for_what_no_encoder_makes_small(
    make: Make, tmp_path: Path
) -> None:
    path = film(tmp_path / "a.mp4", noise(), sound=sounding())
    narrow = replace(LANDSCAPE, max_bytes=120_000)
    made = make(path, narrow)
    assert made.size == made.path.stat().st_size <= 120_000
    assert make(path, replace(LANDSCAPE, max_bytes=0)).size > 240_000


def test_what_came_out_too_heavy_is_made_again_with_less(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = film(tmp_path / "a.mp4", noise())
    monkeypatch.setattr(transcoding, "_kbps", lambda *_: 2000)  # as if x264 kept to no rate
    made = make(path, replace(LANDSCAPE, max_bytes=150_000))
    assert made.size <= 150_000
    assert made.rounds > 1


def test_a_limit_that_cannot_be_kept_is_said(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = film(tmp_path / "a.mp4", noise())
    monkeypatch.setattr(transcoding, "_kbps", lambda *_: 2000)
    with pytest.raises(Refused) as refusal:
        make(path, replace(LANDSCAPE, max_bytes=500))  # less than the container's own tables
    assert refusal.value.code == "bytes_unreachable"


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_telephone_held_upright_is_made_upright(make: Make, tmp_path: Path, degrees: int) -> None:
    flat = film(tmp_path / "flat.mp4", halves())
    turned = tmp_path / "turned.mp4"
    ffmpeg("-v", "error", "-display_rotation", str(degrees), "-i", flat, "-c", "copy", turned)
    made = make(turned, FILM_PRESETS["film_outlet"], framing=Framing(Fit.WHOLE))
    assert (made.width, made.height) == ((320, 180) if degrees == 180 else (180, 320))
    assert video.probe(made.path).turned == 0
    image = frame(made.path)
    ends = {180: ((300, 90), (20, 90)), 90: ((90, 300), (90, 20)), 270: ((90, 20), (90, 300))}
    red, blue = ends[degrees]
    assert image.getpixel(red)[0] > 200
    assert image.getpixel(blue)[2] > 200


def test_frames_at_odd_distances_come_out_even(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    uneven = "select='not(mod(n,3))+lt(n,20)'"
    film(path, pattern(160, 90, 3, 30), "-vf", uneven, "-fps_mode", "vfr")
    assert not video.probe(path).even_rate
    made = make(path, LANDSCAPE)
    assert video.probe(made.path).even_rate
    assert made.seconds == pytest.approx(3, abs=0.3)


def test_sixty_frames_become_thirty_and_odd_sizes_even(make: Make, tmp_path: Path) -> None:
    path = film(
        tmp_path / "a.mp4", pattern(161, 91, 1, 60), "-c:v", "libx264", "-pix_fmt", "yuv444p"
    )
    made = make(path, LANDSCAPE)
    assert (made.width, made.height) == (160, 90)
    assert video.probe(made.path).rate == 30
    assert video.probe(made.path).pixels == "yuv420p"


def test_ten_bits_and_light_for_bright_screens_become_what_every_screen_shows(
    make: Make, tmp_path: Path
) -> None:
    bright = ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le")
    marks = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:log-level=none"
    path = film(tmp_path / "a.mp4", pattern(160, 90, 1), *bright, "-x265-params", marks)
    told = video.probe(path)
    assert (told.pixels, told.high_range) == ("yuv420p10le", True)
    made = make(path, LANDSCAPE)
    shown = video.probe(made.path)
    assert (shown.pixels, shown.high_range) == ("yuv420p", False)
    assert "bt709" in shown.colour


MARKS = {
    "title": "MARK-TITLE",
    "location": "+36.6512+117.1201/",
    "com.apple.quicktime.location.ISO6709": "+36.6512+117.1201+050/",
    "com.apple.quicktime.make": "MARK-MAKE",
    "com.apple.quicktime.model": "MARK-MODEL",
    "artist": "MARK-ARTIST",
    "comment": "MARK-COMMENT",
    "creation_time": "2026-11-20T08:00:00Z",
}
LABEL = {"Label": "1", "ContentProducer": "001示例", "ProduceID": "p-1"}


@pytest.fixture
def telling(tmp_path: Path) -> Path:
    """A film that tells where and with what it was taken, and that a machine made it."""
    said = {**MARKS, "AIGC": json.dumps(LABEL, ensure_ascii=False)}
    items = [part for key, value in said.items() for part in ("-metadata", f"{key}={value}")]
    path = tmp_path / "telling.mp4"
    return film(
        path, pattern(160, 90), *items, "-metadata:s:v", "title=MARK-STREAM", "-movflags",
        "use_metadata_tags", sound=sounding(),
    )  # fmt: skip


def test_a_form_says_that_a_machine_made_it_and_nothing_else(make: Make, telling: Path) -> None:
    before = json.dumps(exiftool(telling), ensure_ascii=False)
    assert "MARK-MAKE" in before
    told = video.probe(telling)
    assert told.aigc == LABEL
    made = make(telling, PORTRAIT, words=Words(label=film_marks.label_of(1, told.aigc)))
    after = exiftool(made.path)
    (label,) = [value for key, value in after.items() if key.lower().endswith(":aigc")]
    assert (json.loads(label) if isinstance(label, str) else label) == LABEL
    words = json.dumps(after, ensure_ascii=False)
    for trace in ("MARK", "36.65", "117.12", "2026:11:20", "GPS", "Location"):
        assert trace not in words
    assert video.probe(made.path).aigc == LABEL


def test_a_label_is_as_sure_as_is_known_and_keeps_what_it_said() -> None:
    assert film_marks.label_of(0, None) == ""
    assert json.loads(film_marks.label_of(2, None)) == {"Label": "2"}
    assert json.loads(film_marks.label_of(3, LABEL)) == LABEL
    assert json.loads(film_marks.label_of(1, {"Label": "3", "ProduceID": "x"})) == {
        "Label": "1",
        "ProduceID": "x",
    }


def _brightest(path: Path, second: float, part: tuple[int, int, int, int]) -> int:
    return int(frame(path, second).crop(part).convert("L").getextrema()[1])


def test_the_opening_frames_say_that_a_machine_made_it(make: Make, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", [*FIELDS, "color=black:s=320x180:r=10:d=4"])
    made = make(path, LANDSCAPE, words=Words(notice="人工智能生成"))
    corner = (0, 0, 160, 40)
    assert _brightest(made.path, 1.9, corner) > 180
    assert _brightest(made.path, 3.7, corner) < 60


def test_the_name_of_whose_it_is_stands_in_the_corner_throughout(
    make: Make, tmp_path: Path
) -> None:
    path = film(tmp_path / "a.mp4", [*FIELDS, "color=black:s=320x180:r=10:d=4"])
    made = make(path, LANDSCAPE, words=Words(owner="青禾区{\\fs200}融媒体中心"))
    for second in (0.1, 2.0, 3.8):
        assert 100 < _brightest(made.path, second, (0, 140, 160, 180)) < 220  # one sees through it
        assert _brightest(made.path, second, (0, 0, 320, 140)) < 60


def test_subtitles_stand_in_the_picture_while_they_are_said(make: Make, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", [*FIELDS, "color=black:s=320x180:r=10:d=3"])
    cues = [Cue(1.0, 2.0, "九里桥合龙{\\fs200}了")]
    made = make(path, LANDSCAPE, words=Words(cues=cues))
    foot = (0, 100, 320, 180)
    assert _brightest(made.path, 0.5, foot) < 60
    assert _brightest(made.path, 1.5, foot) > 200
    assert _brightest(made.path, 2.5, foot) < 60
    assert _brightest(made.path, 1.5, (0, 0, 320, 60)) < 60
    late = make(path, LANDSCAPE, words=Words(cues=cues), start=1.0)
    assert _brightest(late.path, 0.3, foot) > 200


class _Enough(Exception):
    pass


def test_whoever_is_told_may_end_it_at_once_and_nothing_is_left(make: Make, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", pattern(640, 360, 20, 30))
    ended: list[float] = []

    def enough(share: float) -> None:
        if share > 0:
            ended.append(time.monotonic())
            raise _Enough

    with pytest.raises(_Enough):
        make(path, FILM_PRESETS["film_bilibili"], progress=enough)
    assert time.monotonic() - ended[0] < 1
    assert descendants("ffmpeg") == []


def test_shares_grow_up_to_one(make: Make, tmp_path: Path) -> None:
    told: list[float] = []
    path = film(tmp_path / "a.mp4", pattern(320, 180, 3, 25), sound=sounding(3))
    make(path, LANDSCAPE, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_film_whose_middle_is_rubbish_ends_in_a_film_or_a_refusal(
    make: Make, tmp_path: Path
) -> None:
    path = film(tmp_path / "a.mp4", noise(160, 90), "-movflags", "+faststart")
    raw = bytearray(path.read_bytes())
    middle = len(raw) // 2
    raw[middle : middle + 4000] = bytes(4000)
    path.write_bytes(raw)
    with suppress(Refused):
        assert video.probe(make(path, LANDSCAPE).path).seconds > 0
