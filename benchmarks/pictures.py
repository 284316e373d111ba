"""A 24-megapixel JPEG to its renditions: ours, as the product does it, against bare Pillow.

Ours reads the metadata, proves the file, decodes it in a bounded child that stands ready, and
keeps each rendition in the content-addressed store, forced to the disk. The floor is the same six
pictures by the best known loading tricks and nothing else: one `draft()` decode, `reducing_gap`,
chained from large to small, saved in memory. Both are run in turn, so that a busy machine is busy
for both; what is stated is the median of each.

Further lines: all nine shapes of an upload; the most memory that a child takes for any of this,
against a bare process that makes the six; and what a second worker brings. Four pictures by two
workers at once are set against four one after the other, and the same is done with two bare
processes that share nothing but the machine: what these do not gain, its memory and its processor
do not give. The ratio is ours to theirs.
"""

from __future__ import annotations

import io
import operator
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil  # type: ignore[import-untyped]
from PIL import Image, ImageChops, ImageFilter

from assets import bounded, pictures
from assets.presets import PRESETS
from assets.store import FolderStore

SIZE: Final = (6000, 4000)
TARGET: Final = 1.2
_LANCZOS = Image.Resampling.LANCZOS


@dataclass(frozen=True, slots=True)
class _Cost:
    wall: float
    cpu: float


def run(rounds: int = 5) -> Iterator[dict[str, Any]]:
    """The six of the standard, with a child ready and with one to be started; then the others."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "photograph.jpg"
        source.write_bytes(_photograph())
        store = FolderStore(Path(folder) / "store")
        size = {"pixels": SIZE[0] * SIZE[1], "bytes": source.stat().st_size, "presets": 6}

        def ours() -> None:
            pictures.take_in(source, store.put)

        def cold() -> None:
            bounded.close()
            pictures.take_in(source, store.put)

        def floor() -> None:
            assert len(_bare(source)) == 6

        ours()
        floor()
        yield _line("pictures", _in_turn(ours, floor, rounds), TARGET, size)
        yield _line("pictures_cold_child", _in_turn(cold, floor, rounds), 2.0, size)

        def everything() -> None:
            pictures.take_in(source, store.put, presets=tuple(PRESETS.values()))

        def bare_everything() -> None:
            assert len(_bare_of_all(source)) == len(PRESETS)

        costs = _in_turn(everything, bare_everything, rounds)
        yield _line("pictures_all", costs, TARGET, {**size, "presets": len(PRESETS)})

        yield _two_workers(source, ours, rounds, {**size, "pictures": 4})
        yield _memory(source, size)
        bounded.close()


def _two_workers(
    source: Path, ours: Callable[[], None], rounds: int, size: Mapping[str, int]
) -> dict[str, Any]:
    """What share of one worker's time two take, against the share that two bare processes take."""

    def four(workers: int) -> None:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(lambda _: ours(), range(4)))

    four(2)
    with ExitStack() as stack:
        bare = [stack.enter_context(_bare_process(source)) for _ in range(2)]
        mine, floor = list[float](), list[float]()
        for _ in range(rounds):
            mine.append(_cost(lambda: four(2)).wall / _cost(lambda: four(1)).wall)
            alone = _cost(lambda: _asked(bare[:1], 4)).wall
            floor.append(_cost(lambda: _asked(bare, 2)).wall / alone)
    return {
        "name": "pictures_two_workers",
        "ours": round(statistics.median(mine), 3),
        "floor": round(statistics.median(floor), 3),
        "unit": "of one worker's time",
        "ratio": round(statistics.median(map(operator.truediv, mine, floor)), 3),
        "target": TARGET,
        "size": dict(size),
        "runs": rounds,
    }


@contextmanager
def _bare_process(source: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that does the floor's work as often as it is told to, a line for each time."""
    command = [sys.executable, "-m", "benchmarks.pictures", "serve", str(source)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, bufsize=1, **pipes) as process:  # type: ignore[call-overload]
        _asked([process], 1)  # so that it has begun
        yield process
        process.stdin.close()


def _asked(processes: Sequence[subprocess.Popen[str]], times: int) -> None:
    """Have each do the work so many times, all at once."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n" * times)
        process.stdin.flush()
    for process in processes:
        assert process.stdout is not None
        for _ in range(times):
            assert process.stdout.readline()


def _memory(source: Path, size: Mapping[str, int]) -> dict[str, Any]:
    """The most that a child ever held, in MB, against a process that does the floor's work."""
    ours = max(_peak(child.pid) for child in psutil.Process().children())
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.pictures", str(source)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    floor = float(told)
    return {
        "name": "pictures_memory",
        "ours": round(ours, 1),
        "floor": round(floor, 1),
        "unit": "MB",
        "ratio": round(ours / floor, 3),
        "target": 1.5,
        "size": dict(size),
        "ceiling": 512,
    }


def _peak(pid: int) -> float:
    """The most memory that a process ever held, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _in_turn(
    ours: Callable[[], None], floor: Callable[[], None], rounds: int
) -> list[tuple[_Cost, _Cost]]:
    return [(_cost(ours), _cost(floor)) for _ in range(rounds)]


def _line(
    name: str, costs: list[tuple[_Cost, _Cost]], target: float, size: Mapping[str, int]
) -> dict[str, Any]:
    def median(pick: Callable[[tuple[_Cost, _Cost]], float]) -> float:
        return round(statistics.median(pick(each) for each in costs), 4)

    return {
        "name": name,
        "ours": median(lambda each: each[0].wall),
        "floor": median(lambda each: each[1].wall),
        "unit": "s",
        "ratio": median(lambda each: each[0].wall / each[1].wall),
        "target": target,
        "size": dict(size),
        "runs": len(costs),
        "cpu_ours": median(lambda each: each[0].cpu),
        "cpu_floor": median(lambda each: each[1].cpu),
    }


def _cost(work: Callable[[], None]) -> _Cost:
    cpu, began = _cpu_seconds(), time.perf_counter()
    work()
    return _Cost(time.perf_counter() - began, _cpu_seconds() - cpu)


def _cpu_seconds() -> float:
    """Of this process, of children that have ended, and of those that still stand ready."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    times = [child.cpu_times() for child in psutil.Process().children()]
    ready = sum((float(each.user + each.system) for each in times), 0.0)
    return time.process_time() + ended.ru_utime + ended.ru_stime + ready


def _bare(source: Path) -> list[bytes]:
    """The six standard pictures with Pillow alone."""
    image = Image.open(source)
    image.draft("RGB", (1280, 854))
    whole = image.resize((1280, 853), _LANCZOS, reducing_gap=2.0)
    body = whole.resize((1080, 720), _LANCZOS, reducing_gap=2.0)
    return [
        _saved(whole, 85),
        _saved(_cut(whole, 1280, 720), 85),
        _saved(body, 85),
        _saved(_cut(body, 900, 383), 85),
        _saved(_cut(body, 500, 500), 85),
        _saved(body.resize((320, 213), _LANCZOS, reducing_gap=2.0), 80),
    ]


def _bare_of_all(source: Path) -> list[bytes]:
    """All nine with Pillow alone, by the same tricks."""
    image = Image.open(source)
    image.draft("RGB", (2048, 1366))
    largest = image.resize((2048, 1365), _LANCZOS, reducing_gap=2.0)
    portrait = _on_blur(largest, 1080, 1920)
    middle = largest.resize((1440, 960), _LANCZOS, reducing_gap=2.0)
    preview = middle.resize((1280, 853), _LANCZOS, reducing_gap=2.0)
    body = preview.resize((1080, 720), _LANCZOS, reducing_gap=2.0)
    return [
        *(_saved(each, 85) for each in (largest, portrait, middle, preview, body)),
        _saved(_cut(preview, 1280, 720), 85),
        _saved(_cut(body, 900, 383), 85),
        _saved(_cut(body, 500, 500), 85),
        _saved(body.resize((320, 213), _LANCZOS, reducing_gap=2.0), 80),
    ]


def _on_blur(picture: Image.Image, width: int, height: int) -> Image.Image:
    tiny = _cut(picture, width // 16, height // 16).filter(ImageFilter.GaussianBlur(3))
    canvas = tiny.resize((width, height), Image.Resampling.BICUBIC)
    whole = picture.resize((width, width * 2 // 3), _LANCZOS, reducing_gap=2.0)
    canvas.paste(whole, (0, (height - whole.height) // 2))
    return canvas


def _cut(picture: Image.Image, width: int, height: int) -> Image.Image:
    scale = max(width / picture.width, height / picture.height)
    across, down = width / scale, height / scale
    left, top = (picture.width - across) / 2, (picture.height - down) / 2
    box = left, top, left + across, top + down
    return picture.resize((width, height), _LANCZOS, box=box, reducing_gap=2.0)


def _saved(picture: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def _photograph() -> bytes:
    """24 megapixels with the detail of a photograph: noise at many scales, and fine grain."""
    picture = Image.new("RGB", SIZE, (120, 120, 120))
    for fineness, strength in ((8, 110), (40, 80), (200, 50), (1000, 20)):
        layer = _noise((6 * fineness, 4 * fineness), strength).resize(
            SIZE, Image.Resampling.BICUBIC
        )
        picture = ImageChops.add(picture, layer, offset=-128)
    picture = ImageChops.add(picture, _noise(SIZE, 5), offset=-128)
    return _saved(picture, 92)


def _noise(size: tuple[int, int], strength: int) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise(size, strength) for _ in range(3)])


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        for _ in sys.stdin:
            print(len(_bare(Path(sys.argv[2]))), flush=True)
    else:
        _bare(Path(sys.argv[1]))
        print(_peak(os.getpid()))  # ru_maxrss would count what its parent held when it was started
