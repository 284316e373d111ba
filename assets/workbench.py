"""The child process in which strangers' pictures are decoded.

It is started by :mod:`assets.bounded` and serves as :mod:`assets.bench` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL.ImageFile import ImageFile

from assets import bench, metadata, rendering
from assets.bench import Answer
from assets.presets import Fit, Focus, Preset


def main() -> None:
    """Serve until the parent closes the pipe."""
    bench.serve(_work)


def _work(request: Mapping[str, Any]) -> Answer:
    """Open once; render what is asked for, or else only prove that it can be decoded."""
    presets = [Preset(**wire | {"fit": Fit(wire["fit"])}) for wire in request["presets"]]
    with rendering.open_picture(Path(request["path"]), request["decoder"]) as image:
        width, height = rendering.upright_size(image)
        made = _made(image, presets, Focus(*request["focus"]))
        facts = {
            "width": width,
            "height": height,
            "frames": getattr(image, "n_frames", 1),
            "metadata": metadata.read(image).to_json(),
            "renditions": [[preset.name, *size] for preset, size, _ in made],
        }
    return facts, [encoded for _, _, encoded in made]


def _made(
    image: ImageFile, presets: list[Preset], focus: Focus
) -> list[tuple[Preset, rendering.Size, bytes]]:
    if presets:
        return list(rendering.renditions(image, presets, focus))
    rendering.prove(image)
    return []


if __name__ == "__main__":
    main()
