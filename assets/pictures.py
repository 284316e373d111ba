"""Pictures: what one is and says, and its renditions by preset.

The work is done in a bounded child process (:mod:`assets.bounded`), for a picture may come from
anyone. :func:`inspect` is what an upload waits for; :func:`render` makes files for channels;
:func:`take_in` does both with one decode, which is what a worker should call.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from assets import bounded
from assets.metadata import Metadata
from assets.presets import STANDARD, Focus, Preset
from assets.refusals import Refused
from assets.sniff import Family, Kind, sniff
from assets.store import Blob

CENTRE: Final = Focus()

Sink = Callable[[BinaryIO], Blob]
"""Where a rendition's bytes go: usually ``store.put``."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that can be decoded: its size as a person sees it, and what it says of itself."""

    mime: str
    width: int
    height: int
    frames: int
    """More than one where it moves; renditions show the first."""
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Rendition:
    """A file made from a picture by a preset: pixels only, named by its bytes."""

    preset: str
    sha256: str
    mime: str
    width: int
    height: int
    size: int
    """Bytes."""


def inspect(path: Path) -> Picture:
    """What the picture at `path` is. Decodes all of it; raises :class:`Refused`."""
    kind = _picture_kind(path)
    return _picture(kind, _decode(path, kind, (), CENTRE).facts)


def render(
    path: Path, presets: Sequence[Preset], sink: Sink, *, focus: Focus = CENTRE
) -> list[Rendition]:
    """Make `presets` of the picture at `path` and hand their bytes to `sink`, in that order."""
    return take_in(path, sink, presets=presets, focus=focus)[1]


def take_in(
    path: Path, sink: Sink, *, presets: Sequence[Preset] = STANDARD, focus: Focus = CENTRE
) -> tuple[Picture, list[Rendition]]:
    """:func:`inspect` and :func:`render` with one decode. Raises :class:`Refused`."""
    kind = _picture_kind(path)
    answer = _decode(path, kind, presets, focus)
    by_name = {preset.name: preset for preset in presets}
    made = {
        name: _keep(by_name[name], width, height, encoded, sink)
        for (name, width, height), encoded in zip(
            answer.facts["renditions"], answer.parts, strict=True
        )
    }
    return _picture(kind, answer.facts), [made[preset.name] for preset in presets]


def _picture_kind(path: Path) -> Kind:
    kind = sniff(path)
    if kind.family is not Family.PICTURE:
        raise Refused("kind_not_accepted", kind=kind.mime)
    return kind


def _decode(path: Path, kind: Kind, presets: Sequence[Preset], focus: Focus) -> bounded.Answer:
    return bounded.ask(
        {
            "path": str(path.resolve()),
            "decoder": kind.decoder,
            "presets": [asdict(preset) for preset in presets],
            "focus": [focus.x, focus.y],
        }
    )


def _picture(kind: Kind, facts: Mapping[str, Any]) -> Picture:
    return Picture(
        mime=kind.mime,
        width=int(facts["width"]),
        height=int(facts["height"]),
        frames=int(facts["frames"]),
        metadata=Metadata.from_json(facts["metadata"]),
    )


def _keep(preset: Preset, width: int, height: int, encoded: bytes, sink: Sink) -> Rendition:
    blob = sink(io.BytesIO(encoded))
    return Rendition(preset.name, blob.sha256, preset.mime, width, height, blob.size)
