"""Thirty seconds of 1080p to every channel's form: ours, as the worker makes them, against ffmpeg.

Ours takes each form through its step: the film is probed, its loudness measured, the form encoded
in a bounded child that tells how far it is, read again, measured again, and kept in the store; a
form that two platforms take alike is made once. The floor is the bundled ffmpeg by hand, with the
same filters and the same encoder, one run for each form that differs, by somebody who measured the
loudness once and looks at nothing afterwards. Both are run in turn. The second line is memory: the
most that this process and its encoder held together meanwhile, in megabytes.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil  # type: ignore[import-untyped]

from assets import encoder, framing, loudness, transcoding, video
from assets.film_presets import FILM_PRESETS
from assets.sniff import sniff
from assets.store import FolderStore
from assets.transcoding import Plan, Wishes
from kitchen.media.filming import steps
from kitchen.media.filming.making import Outcome
from kitchen.media.filming.steps import Desk, Order

SECONDS: Final = 30
TARGET: Final = 1.1
MEMORY_TARGET: Final = 1024
"""Megabytes: a worker beside the house on a machine of four gigabytes."""
WISHES: Final = {"fit": "blur", "x": 0.5, "y": 0.5, "start": 0.0, "end": 0.0, "burn": False}


@dataclass(frozen=True, slots=True)
class _Cost:
    wall: float
    cpu: float


def run(rounds: int = 3) -> Iterator[dict[str, Any]]:
    """Two lines: time, and memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = _footage(folder / "footage.mp4")
        store = FolderStore(folder / "store")
        forms = _distinct(source)
        pairs = [
            (
                _cost(lambda: _ours(source, store, folder)),
                _cost(lambda: _bare(source, forms, folder)),
            )
            for _ in range(rounds)
        ]
        size = {
            "seconds": SECONDS,
            "pixels": 1920 * 1080,
            "bytes": source.stat().st_size,
            "forms": len(FILM_PRESETS),
            "different": len(forms),
        }
        yield _line(pairs, size)
        with _Highest() as highest:
            _ours(source, store, folder)
        peak = highest.bytes >> 20
        yield {
            "name": "films_memory",
            "ours": peak,
            "floor": None,
            "unit": "MB",
            "ratio": round(peak / MEMORY_TARGET, 3),
            "target": 1.0,
            "size": {**size, "ceiling": MEMORY_TARGET},
            "runs": 1,
        }


class _Highest:
    """The most memory that this process and its children hold together, looked at all the time."""

    bytes = 0

    def __enter__(self) -> _Highest:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        us = psutil.Process()
        while not self._over.wait(0.02):
            held = 0
            for process in (us, *us.children(recursive=True)):
                with suppress(psutil.Error):
                    held += process.memory_info().rss
            self.bytes = max(self.bytes, held)


def _line(pairs: Sequence[tuple[_Cost, _Cost]], size: dict[str, int]) -> dict[str, Any]:
    def median(pick: Callable[[tuple[_Cost, _Cost]], float]) -> float:
        return round(statistics.median(pick(each) for each in pairs), 3)

    return {
        "name": "films",
        "ours": median(lambda each: each[0].wall),
        "floor": median(lambda each: each[1].wall),
        "unit": "s",
        "ratio": median(lambda each: each[0].wall / each[1].wall),
        "target": TARGET,
        "size": size,
        "runs": len(pairs),
        "cpu_ours": median(lambda each: each[0].cpu),
        "cpu_floor": median(lambda each: each[1].cpu),
    }


def _ours(source: Path, store: FolderStore, folder: Path) -> None:
    made: dict[str, Outcome] = {}
    for preset in FILM_PRESETS:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            level = next((each.facts["before"] for each in made.values()), None)
            order = Order(0, 0, "footage", preset, WISHES, "footage", 0, "", level)
            desk = Desk(source, Path(place), store.put, b"", made.get, lambda _share: None)
            outcome = steps.carry(order, desk)
            made.setdefault(outcome.recipe, outcome)


def _distinct(source: Path) -> list[tuple[Plan, str]]:
    """What is to be made, each once: the plan, and the filters of its picture."""
    film, found = video.probe(source), dict[str, tuple[Plan, str]]()
    for preset in FILM_PRESETS.values():
        plan = transcoding.plan(film, preset, Wishes())
        filters = framing.filters(film, plan.frame, framing.Framing(), plan.rate)
        found.setdefault(f"{plan} {filters}", (plan, filters))
    return list(found.values())


def _bare(source: Path, forms: Sequence[tuple[Plan, str]], folder: Path) -> None:
    level = loudness.measure(source, sniff(source), folder, seconds=600)
    for plan, filters in forms:
        _ffmpeg(
            *("-i", str(source), "-map", "0:v:0", "-vf", filters, "-fps_mode", "cfr"),
            *("-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-threads", "2"),
            *("-crf", "23", "-maxrate", f"{plan.kbps}k", "-bufsize", f"{plan.kbps}k", "-g", "50"),
            *("-map", "0:a:0", "-af", loudness.levelling(level)),
            *("-c:a", "aac", "-b:a", f"{plan.sound_kbps}k"),
            *("-map_metadata", "-1", "-movflags", "+faststart", str(folder / "bare.mp4")),
        )


def _footage(path: Path) -> Path:
    """What a camera sees: things that move, grain over all, and someone who speaks."""
    _ffmpeg(
        *("-f", "lavfi", "-i", f"testsrc2=size=1920x1080:rate=25:duration={SECONDS}"),
        *("-f", "lavfi", "-i", f"anoisesrc=color=pink:amplitude=0.1:duration={SECONDS}"),
        *("-vf", "noise=alls=6:allf=t", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20"),
        *("-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", "-b:a", "160k", str(path)),
    )
    return path


def _ffmpeg(*arguments: str) -> None:
    command = [encoder.ffmpeg(), "-nostdin", "-v", "error", "-y", *arguments]
    subprocess.run(command, check=True)


def _cost(act: Callable[[], object]) -> _Cost:
    cpu, began = _cpu_seconds(), time.perf_counter()
    act()
    return _Cost(time.perf_counter() - began, _cpu_seconds() - cpu)


def _cpu_seconds() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime
