"""The child process in which strangers' pictures are decoded.

It is started by :mod:`assets.bounded` and serves as :mod:`assets.bench` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from assets import bench, likeness, metadata, rendering
from assets.bench import Answer
from assets.presets import Box, Fit, Focus, Marks, Preset
from assets.rendering import Order


def main() -> None:
    """Serve until the parent closes the pipe."""
    bench.serve(_work)


def _work(request: Mapping[str, Any]) -> Answer:
    """Open once; render what is asked for, or else only prove that it can be decoded."""
    with rendering.open_picture(Path(request["path"]), request["decoder"]) as image:
        order = _order(request)
        size = rendering.upright_size(image)
        scale = order.scale(size)
        frames = rendering.frames(image)
        rendering.decode(image, scale)
        told = metadata.read(image)
        decoded = [rendering.bare_pixels(image, scale)] if order.presets else []
    del image  # `decoded` alone has what is left of it
    facts: dict[str, Any] = {
        "width": size[0],
        "height": size[1],
        "frames": frames,
        "metadata": told.to_json(),
        "likeness": likeness.fingerprint(decoded[0]) if decoded else None,
    }
    marks = _marks(request["marks"])
    if not marks.silent:
        marks = replace(marks, aigc=told.aigc or marks.aigc)  # the file's own is never altered
    made = list(rendering.renditions(decoded, size, order, marks))
    facts["renditions"] = [[preset.name, *each] for preset, each, _ in made]
    return facts, [encoded for _, _, encoded in made]


def _order(request: Mapping[str, Any]) -> Order:
    return Order(
        presets=[Preset(**wire | {"fit": Fit(wire["fit"])}) for wire in request["presets"]],
        focus=Focus(*request["focus"]),
        crops={name: Box(*edges) for name, edges in request["crops"].items()},
    )


def _marks(wire: Mapping[str, Any]) -> Marks:
    owned = frozenset(wire["owned"])
    return Marks(wire["aigc"], wire["shown"], wire["owner"], owned, wire["silent"])


if __name__ == "__main__":
    main()
