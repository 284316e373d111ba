"""A Word file to a story's blocks: ours, as an import does it, against python-docx alone.

Ours opens the zip with care, refuses what is hostile, reads styles, lists, marks, links, captions
and tracked changes, and does so in a bounded child that stands ready; what it found travels back
through a pipe. The floor opens the same file with python-docx in this process and takes the words
of each paragraph, which is less. Pictures are read by neither: their cost is in ``pictures``. Both
are run in turn; what is stated is the median by the clock, since ours works in another process.
"""

from __future__ import annotations

import io
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import docx
from PIL import Image

from assets import bounded
from kitchen.stories.importing import reading

TARGET: Final = 1.5
SENTENCE: Final = "清晨的藕田里人声鼎沸，村民下到齐腰深的水里，用水枪冲开淤泥。"
SIZES: Final = {"word_15000": (500, 0), "word_200_pictures": (500, 200), "word_1500": (50, 3)}
"""Name -> paragraphs of thirty 字, and pictures among them."""


def run(rounds: int = 9) -> Iterator[dict[str, Any]]:
    """A line for each size of file."""
    with tempfile.TemporaryDirectory() as folder:
        for name, (paragraphs, pictures) in SIZES.items():
            path = Path(folder) / f"{name}.docx"
            _write(path, paragraphs, pictures)
            yield _line(name, path, paragraphs, pictures, rounds)
    bounded.close()


def _line(name: str, path: Path, paragraphs: int, pictures: int, rounds: int) -> dict[str, Any]:
    def ours() -> None:
        assert len(reading.read(path, path.name).pictures) == pictures

    def floor() -> None:
        assert len([it.text for it in docx.Document(str(path)).paragraphs]) >= paragraphs

    ours()
    floor()
    pairs = [(_seconds(ours), _seconds(floor)) for _ in range(rounds)]
    return {
        "name": name,
        "ours": round(statistics.median(mine for mine, _ in pairs) * 1000, 2),
        "floor": round(statistics.median(bare for _, bare in pairs) * 1000, 2),
        "unit": "ms",
        "ratio": round(statistics.median(mine / bare for mine, bare in pairs), 3),
        "target": TARGET,
        "size": {
            "paragraphs": paragraphs,
            "pictures": pictures,
            "bytes": path.stat().st_size,
        },
        "runs": rounds,
    }


def _seconds(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _write(path: Path, paragraphs: int, pictures: int) -> None:
    document = docx.Document()
    every = paragraphs // pictures if pictures else paragraphs + 1
    for number in range(paragraphs):
        if number % 25 == 0:
            document.add_heading("一个小标题", 2)
        paragraph = document.add_paragraph(SENTENCE)
        paragraph.add_run("加粗").bold = True
        if pictures and number % every == 0 and number // every < pictures:
            document.add_picture(io.BytesIO(_picture(number)))
    document.save(str(path))


def _picture(number: int) -> bytes:
    target = io.BytesIO()
    noise = Image.effect_noise((480, 320), 40 + number % 60)
    noise.save(target, "JPEG", quality=85)
    return target.getvalue()
