"""Tasks as a calendar (RFC 5545), written by hand: the few properties that every calendar reads.

Lines end with CRLF and are folded at 75 octets, never inside a character. Times are on the
newsroom's wall, which knows no summer time, so that its zone is one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from kitchen.core.clock import local

FOLD = 75
"""Octets of a line, its end not counted (RFC 5545, 3.1)."""
ZONE = "Asia/Shanghai"
_ZONE_LINES = (
    "BEGIN:VTIMEZONE",
    f"TZID:{ZONE}",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800",
    "TZNAME:CST",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. ``uid`` never changes, ``sequence`` grows with every change that matters."""

    uid: str
    sequence: int
    begins: datetime
    ends: datetime
    summary: str
    location: str
    description: str
    url: str
    cancelled: bool
    confirmed: bool


def calendar(name: str, entries: Iterable[Entry], stamp: datetime) -> bytes:
    """A whole calendar; ``stamp`` is the moment at which it was written."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Central Kitchen//Assignments//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        *_ZONE_LINES,
    ]
    for entry in entries:
        lines += _event(entry, stamp)
    lines.append("END:VCALENDAR")
    return b"".join(fold(line) for line in lines)


def _event(entry: Entry, stamp: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;TZID={ZONE}:{local(entry.begins):%Y%m%dT%H%M%S}"
    if entry.ends > entry.begins:
        yield f"DTEND;TZID={ZONE}:{local(entry.ends):%Y%m%dT%H%M%S}"
    yield f"SUMMARY:{_text(entry.summary)}"
    for key, value in (("LOCATION", entry.location), ("DESCRIPTION", entry.description)):
        if value:
            yield f"{key}:{_text(value)}"
    yield f"URL:{entry.url}"
    state = "CANCELLED" if entry.cancelled else "CONFIRMED" if entry.confirmed else "TENTATIVE"
    yield f"STATUS:{state}"
    yield "END:VEVENT"


def _text(value: str) -> str:
    """A value of type TEXT (RFC 5545, 3.3.11); other control characters are left out."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    escaped = escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(each for each in escaped if each.isprintable() or each == " ")


def fold(line: str) -> bytes:
    """The line as it goes out: pieces of 75 octets at most, each further one after a blank."""
    pieces, piece = [], b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > FOLD:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
