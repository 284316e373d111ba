"""What a film says about itself: the label of generated content, Content Credentials, the rest.

The label that GB 45438-2025 prescribes is a JSON text under the key ``AIGC``; in MP4 it stands
among the metadata items of the movie box. It is read from the original and written into all that
is made of it. Content Credentials (C2PA) are a manifest in a box of its own; they bind the bytes
of the original and are void for any other; what they said goes along in our own name
(:mod:`assets.film_signing`).
Whatever else a film tells, where and with what it was taken, stays behind: what leaves the house
is read again, and held against the short list of what a container cannot do without.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

AIGC: Final = "AIGC"
C2PA: Final = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
"""The box of a C2PA manifest store (C2PA specification 2.1, appendix A.5)."""

MOST_TEXT: Final = 4000
MOST_BOXES: Final = 10_000

HARMLESS: Final = frozenset(
    {
        *("major_brand", "minor_version", "compatible_brands", "encoder", "duration"),
        *("handler_name", "vendor_id", "language", AIGC.lower()),
    }
)
"""Keys that every container has, none of which says anything about people."""

_ITEM = re.compile(r"^ {4,}(?P<key>[^\s:][^:]*?) *: (?P<value>.*)$", re.M)


def label_in(told: str) -> Mapping[str, str] | None:
    """The label's fields among what ffmpeg told of a film; ``None`` where there is none."""
    candidates = (value for key, value in _items(told) if key in {"aigc", "comment", "description"})
    return next(filter(None, map(_label, candidates)), None)


def label_of(level: int, in_file: Mapping[str, str] | None) -> str:
    """The label to be written: what the file itself said, as sure as it is known by now.

    `level` is 0 for none, else 1 to 3 as the standard's ``Label``; 1 is surest.
    """
    if not level and not in_file:
        return ""
    said = dict(in_file or {})
    levels = [int(each) for each in (level, said.get("Label", "")) if str(each) in {"1", "2", "3"}]
    said["Label"] = str(min(levels, default=3))
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def writing(label: str) -> tuple[str, ...]:
    """Options for an output: nothing of the input's own metadata, and the label if there is one."""
    item = ("-metadata", f"{AIGC}={label}") if label else ()
    return (
        *("-map_metadata", "-1", "-map_chapters", "-1"),
        *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", *item),
    )


def telling(told: str) -> list[str]:
    """Keys in what ffmpeg told of a film that have no business outside the house."""
    return sorted({key for key, _ in _items(told)} - HARMLESS)


def has_credentials(path: Path) -> bool:
    """Whether an ISO media file carries a C2PA manifest at its top level, where it must stand."""
    with path.open("rb") as file:
        at, size = 0, path.stat().st_size
        for _ in range(MOST_BOXES):
            file.seek(at)
            header = file.read(32)
            if len(header) < 8:
                return False
            length = int.from_bytes(header[:4], "big")
            body = 16 if length == 1 else 8
            if header[4:8] == b"uuid" and header[body : body + 16] == C2PA:
                return True
            if length == 1:
                length = int.from_bytes(header[8:16], "big")
            at += max(8, length or size)
    return False


def _items(told: str) -> Iterator[tuple[str, str]]:
    """Metadata as ffmpeg lists it: indented, a key, a colon, a value. Streams' own lines do not
    count, nor do side data.
    """
    for found in _ITEM.finditer(told):
        key = found["key"].strip().lower()
        if not key.startswith(("stream #", "side data", "duration", "display", "cpb")):
            yield key, found["value"].strip()


def _label(raw: str) -> dict[str, str] | None:
    """The label's fields, whether the text is the label or ``{"AIGC": {...}}`` around it."""
    try:
        value: Any = json.loads(raw[:MOST_TEXT])
        value = value.get(AIGC, value)
        value = json.loads(value) if isinstance(value, str) else value
        return {str(k): str(v)[:500] for k, v in value.items()} if "Label" in value else None
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
