"""Pictures: what one is and says, and its renditions by preset.

The work is done in a bounded child process (:mod:`assets.bounded`), for a picture may come from
anyone. :func:`inspect` is what an upload waits for; :func:`render` makes files for channels;
:func:`take_in` does both with one decode, which is what a worker should call.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Final

from assets import bounded
from assets.bounded import Bench
from assets.metadata import Metadata
from assets.presets import NO_MARKS, STANDARD, Box, Focus, Marks, Preset
from assets.refusals import Refused
from assets.sniff import Family, Kind, sniff
from assets.store import Blob

CENTRE: Final = Focus()
UNCUT: Final[Mapping[str, Box]] = MappingProxyType({})

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
    likeness: int | None = field(default=None, compare=False)
    """How it looks (:mod:`assets.likeness`); only known where renditions were made."""


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
    return _picture(kind, _decode(path, kind, (), CENTRE, UNCUT, NO_MARKS).facts)


def render(
    path: Path,
    presets: Sequence[Preset],
    sink: Sink,
    *,
    focus: Focus = CENTRE,
    crops: Mapping[str, Box] = UNCUT,
    marks: Marks = NO_MARKS,
) -> list[Rendition]:
    """Make `presets` of the picture at `path` and hand their bytes to `sink`, in that order."""
    return take_in(path, sink, presets=presets, focus=focus, crops=crops, marks=marks)[1]


def take_in(
    path: Path,
    sink: Sink,
    *,
    presets: Sequence[Preset] = STANDARD,
    focus: Focus = CENTRE,
    crops: Mapping[str, Box] = UNCUT,
    marks: Marks = NO_MARKS,
) -> tuple[Picture, list[Rendition]]:
    """:func:`inspect` and :func:`render` with one decode. Raises :class:`Refused`.

    `crops` are parts cut by hand, by the names of presets. A label of generated content goes into
    every rendition: the file's own, or else that of `marks`.
    """
    kind = _picture_kind(path)
    answer = _decode(path, kind, presets, focus, crops, marks)
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


def _decode(
    path: Path,
    kind: Kind,
    presets: Sequence[Preset],
    focus: Focus,
    crops: Mapping[str, Box],
    marks: Marks,
) -> bounded.Answer:
    request = {
        "path": str(path.resolve()),
        "decoder": kind.decoder,
        "presets": [asdict(preset) for preset in presets],
        "focus": astuple(focus),
        "crops": {name: astuple(box) for name, box in crops.items()},
        "marks": {
            "aigc": dict(marks.aigc) if marks.aigc else None,
            "shown": marks.shown,
            "owner": marks.owner,
            "owned": sorted(marks.owned),
            "silent": marks.silent,
        },
    }
    return bounded.ask(request, bench=_heic() if kind.decoder == "HEIF" else bounded.PICTURES)


@functools.cache
def _heic() -> Bench:
    """The bench with the decoder for HEIC, found without loading that decoder into this process."""
    found = find_spec("pillow_heif")
    assert found is not None
    assert found.origin is not None
    return Bench("assets.heic_workbench", (*bounded.PICTURES.needed, found.origin))


def _picture(kind: Kind, facts: Mapping[str, Any]) -> Picture:
    return Picture(
        mime=kind.mime,
        width=int(facts["width"]),
        height=int(facts["height"]),
        frames=int(facts["frames"]),
        metadata=Metadata.from_json(facts["metadata"]),
        likeness=facts["likeness"],
    )


def _keep(preset: Preset, width: int, height: int, encoded: bytes, sink: Sink) -> Rendition:
    blob = sink(io.BytesIO(encoded))
    return Rendition(preset.name, blob.sha256, preset.mime, width, height, blob.size)
