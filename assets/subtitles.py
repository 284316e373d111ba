"""Subtitles: read from SRT or WebVTT, told again as WebVTT, or set in the house's own type.

A file of subtitles comes from anyone. It is read here, strictly and in full, and never handed to
the encoder: what the encoder gets is written by us. Lines break by the rules of
:mod:`assets.typesetting`, and characters that the shipped typeface lacks are never empty boxes.
"""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assets.burning import words_height
from assets.fonts import TYPEFACE
from assets.refusals import Refused
from assets.typesetting import drawable, wrapped

MOST_BYTES: Final = 2_000_000
MOST_CUES: Final = 10_000
MOST_LINES: Final = 3
FONT: Final = "Noto Sans CJK SC"
TYPE_HEIGHT: Final = 1.45
"""libass counts a size from the top of the typeface to its bottom: 116 and 29 for 100 of type."""

_TIMES = re.compile(
    r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})\s*-->\s*"
    r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})(?:\s.*)?"
)
_TAG = re.compile(r"<[^<>]{0,200}>|\{\\[^{}]{0,200}\}")
_PLAIN: Final = str.maketrans({"{": "（", "}": "）", "\\": "/"})
"""Braces and backslashes are libass's own language: none of it comes from a stranger."""
_THROUGH: Final = "&H55FFFFFF,&H91000000"
"""White and its edge as watermarks have them; libass counts how much one sees through."""
_ASIDE = ("NOTE", "STYLE", "REGION")


@dataclass(frozen=True, slots=True)
class Cue:
    """What is said from `start` to `end`, in seconds of the film."""

    start: float
    end: float
    text: str


def read(raw: bytes) -> list[Cue]:
    """The cues of an SRT or WebVTT file, in order. Raises :class:`Refused`."""
    if len(raw) > MOST_BYTES:
        raise Refused("too_large", limit="2 MB")
    cues = list(_cues(_text(raw).splitlines()))
    if not cues:
        raise Refused("subtitles_empty")
    return sorted(cues, key=lambda cue: (cue.start, cue.end))


def between(cues: Iterable[Cue], start: float, end: float) -> list[Cue]:
    """The cues of a part of the film, counted from its beginning."""
    return [
        Cue(max(0.0, cue.start - start), min(cue.end, end) - start, cue.text)
        for cue in cues
        if cue.end > start and cue.start < end
    ]


def as_vtt(cues: Iterable[Cue]) -> bytes:
    """The cues as a WebVTT file that stands beside a film."""
    blocks = [
        f"{_clock(cue.start)} --> {_clock(cue.end)}\n{html.escape(cue.text, quote=False)}\n"
        for cue in cues
    ]
    return "\n".join(["WEBVTT\n", *blocks]).encode()


def as_ass(
    cues: Iterable[Cue], size: tuple[int, int], notice: Cue | None = None, owner: Cue | None = None
) -> str:
    """The cues as libass sets them on a film of `size`; `notice` stands at the top left, `owner`
    at the lower left as on pictures (:mod:`assets.burning`), so that one sees through it.

    On an upright film they keep clear of what apps lay over the bottom fifth of the screen.
    """
    width, height = size
    kind = max(12, round(min(width * 0.052, height * 0.06)))
    foot = round(height * (0.21 if height > width else 0.06))
    small = words_height(size)  # the standard asks for 5 % of the shorter side
    head = (
        f"[Script Info]\nScriptType: v4.00+\nPlayResX: {width}\nPlayResY: {height}\nWrapStyle: 2\n"
        "ScaledBorderAndShadow: yes\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize,"
        " PrimaryColour, OutlineColour, BackColour, Bold, BorderStyle, Outline, Shadow, Alignment,"
        " MarginL, MarginR, MarginV, Encoding\n"
        f"{_style('Words', kind, 2, foot)}{_style('Notice', small, 7, height // 30)}"
        f"{_style('Owner', max(12, small * 5 // 6), 1, small // 2, _THROUGH)}\n"
        "[Events]\nFormat: Layer, Start, End, Style, Text\n"
    )
    said = [
        _event(
            "Words",
            cue,
            wrapped(cue.text.translate(_PLAIN), kind, width * 0.88, most_lines=MOST_LINES),
        )
        for cue in cues
    ]
    if notice:
        said.append(_event("Notice", notice, [notice.text]))
    if owner:
        said.append(_event("Owner", owner, [drawable(owner.text).translate(_PLAIN)]))
    return head + "".join(said)


def burning(script: str, folder: Path) -> str:
    """The filter that sets `script`, which is put into `folder`, where the encoder works.

    The typeface goes there too, so that the filter names no path, and no path need be escaped.
    """
    (folder / "words.ass").write_text(script, encoding="utf-8")
    fonts = folder / "fonts"
    fonts.mkdir(exist_ok=True)
    shutil.copy(TYPEFACE, fonts)
    return "ass=words.ass:fontsdir=fonts"


def _style(
    name: str, size: int, place: int, margin: int, inks: str = "&H00FFFFFF,&H00000000"
) -> str:
    edge = max(1, size // 14)
    return (
        f"Style: {name},{FONT},{round(size * TYPE_HEIGHT)},{inks},&H80000000,"
        f"0,1,{edge},0,{place},{size},{size},{margin},1\n"
    )


def _event(style: str, cue: Cue, lines: Sequence[str]) -> str:
    words = r"\N".join(lines)
    return f"Dialogue: 0,{_clock(cue.start, 2)},{_clock(cue.end, 2)},{style},{words}\n"


def _clock(seconds: float, places: int = 3) -> str:
    unit = 10**places
    whole, part = divmod(round(seconds * unit), unit)
    hours = f"{whole // 3600:02d}" if places == 3 else str(whole // 3600)
    return f"{hours}:{whole // 60 % 60:02d}:{whole % 60:02d}.{part:0{places}d}"


def _text(raw: bytes) -> str:
    for encoding in (
        ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    ):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("subtitles_not_understood", line=1)


def _cues(lines: Sequence[str]) -> Iterator[Cue]:
    """Blocks between blank lines: a number or a name, the times, the words."""
    at = head = 1 if lines and lines[0].startswith("WEBVTT") else 0
    count = 0
    while at < len(lines):
        begin, at = at, _end_of_block(lines, at)
        block = lines[begin:at]
        at += 1
        if not block or block[0].startswith(_ASIDE) or (head and begin == head and _is_head(block)):
            continue
        if (cue := _cue(block, begin)) is not None:
            count += 1
            if count > MOST_CUES:
                raise Refused("too_heavy")
            yield cue


def _is_head(block: Sequence[str]) -> bool:
    """Whether what follows on WebVTT's first line belongs to it."""
    return not any("-->" in line for line in block)


def _end_of_block(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and lines[at].strip():
        at += 1
    return at


def _cue(block: Sequence[str], begin: int) -> Cue | None:
    """The cue of a block; ``None`` where nothing is said. Raises :class:`Refused`."""
    times_at = next((n for n, line in enumerate(block[:2]) if "-->" in line), None)
    if times_at is None:
        raise Refused("subtitles_not_understood", line=begin + 1)
    found = _TIMES.fullmatch(block[times_at].strip())
    if not found:
        raise Refused("subtitles_not_understood", line=begin + times_at + 1)
    start, end = _seconds(found.groups()[:4]), _seconds(found.groups()[4:])
    words = " ".join(html.unescape(_TAG.sub("", line)).strip() for line in block[times_at + 1 :])
    words = "".join(each for each in words if each.isprintable()).strip()[:500]
    if end <= start or not words:
        return None
    return Cue(start, end, words)


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000
