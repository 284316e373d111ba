"""Subtitles: what is understood, what is refused with its line, and what becomes of it."""

from __future__ import annotations

import pytest

from assets import subtitles
from assets.refusals import Refused
from assets.subtitles import Cue

SRT = """1
00:00:01,000 --> 00:00:02,500
九里桥<b>合龙</b>了
两岸一片欢呼

2
00:01:00,000 --> 00:01:01,000 X1:0
&lt;好&gt;
"""
VTT = """WEBVTT - 说明
Kind: captions

NOTE 一条旁注
不算

intro
00:01.000 --> 00:02.500 line:0
九里桥合龙了

1:00:00.5 --> 1:00:01.000
完
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_srt_is_read_in_the_encodings_that_tools_write(encoding: str) -> None:
    raw = SRT.replace("\n", "\r\n").encode(encoding)
    assert subtitles.read(raw) == [
        Cue(1.0, 2.5, "九里桥合龙了 两岸一片欢呼"),
        Cue(60.0, 61.0, "<好>"),
    ]


def test_webvtt_is_read_without_what_is_not_said() -> None:
    assert subtitles.read(VTT.encode()) == [
        Cue(1.0, 2.5, "九里桥合龙了"),
        Cue(3600.5, 3601.0, "完"),
    ]


def test_what_was_read_is_told_again_alike() -> None:
    cues = subtitles.read(SRT.encode())
    told = subtitles.as_vtt(cues)
    assert told.startswith(b"WEBVTT\n")
    assert b"<" not in told.replace(b"-->", b"")
    assert subtitles.read(told) == cues


@pytest.mark.parametrize(
    ("raw", "code", "line"),
    [
        ("", "subtitles_empty", None),
        ("WEBVTT\n\n", "subtitles_empty", None),
        ("1\n00:00:02,000 --> 00:00:01,000\n倒着走\n", "subtitles_empty", None),
        ("1\n00:00:01,000 --> later\n好\n", "subtitles_not_understood", 2),
        ("1\n00:00:01,000 --> 00:00:02,000\n好\n\n\n只有字\n", "subtitles_not_understood", 6),
        ("<html><script>alert(1)</script></html>", "subtitles_not_understood", 1),
        ("#EXTM3U\nfile:///etc/passwd\n", "subtitles_not_understood", 1),
        ("[Script Info]\n\n[Events]\n", "subtitles_not_understood", 1),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(
    raw: str, code: str, line: int | None
) -> None:
    with pytest.raises(Refused) as refusal:
        subtitles.read(raw.encode())
    assert refusal.value.code == code
    if line is not None:
        assert refusal.value.params["line"] == line


def test_too_much_is_refused() -> None:
    with pytest.raises(Refused):
        subtitles.read(b"1" * (subtitles.MOST_BYTES + 1))
    cue = "00:00:01,000 --> 00:00:02,000\n好\n\n"
    with pytest.raises(Refused):
        subtitles.read((cue * (subtitles.MOST_CUES + 1)).encode())


def test_a_part_of_a_film_has_its_part_of_the_subtitles() -> None:
    cues = [Cue(0, 1, "前"), Cue(1, 3, "跨"), Cue(4, 5, "中"), Cue(9, 10, "后")]
    assert subtitles.between(cues, 2, 9) == [Cue(0.0, 1, "跨"), Cue(2, 3, "中")]


def test_no_words_of_a_stranger_reach_the_setter_as_its_own_language() -> None:
    sly = Cue(0, 1, "{\\pos(0,0)}甲\\N乙")
    script = subtitles.as_ass([sly], (320, 180), owner=sly)
    for said in script.splitlines()[-2:]:
        assert said.startswith("Dialogue:")
        assert "{" not in said
        assert "\\" not in said
