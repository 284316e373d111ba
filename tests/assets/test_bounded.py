"""Children that hang, crash or eat memory cost one refusal; threads and forks do no harm."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from PIL import ExifTags, Image

from assets import bench, bounded, pictures
from assets.presets import PRESETS
from assets.refusals import Refused
from assets.store import FolderStore
from tests.assets.samples import encoded, noise, photo
from tests.fixtures.processes import descendants


@pytest.fixture
def no_children() -> Iterator[None]:
    bounded.close()
    yield
    bounded.close()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(photo()))
    return path


def children() -> list[psutil.Process]:
    return [child for child in descendants("assets.workbench") if child.ppid() == os.getpid()]


def _pipe_without_writer(tmp_path: Path) -> dict[str, object]:
    """A request that hangs: opening a pipe nobody writes to."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return {"path": str(path), "decoder": "JPEG", "presets": [], "focus": [0.5, 0.5]}


@pytest.mark.usefixtures("no_children")
def test_one_child_serves_many_pictures(picture: Path) -> None:
    pictures.inspect(picture)
    first = [child.pid for child in children()]
    pictures.inspect(picture)
    assert [child.pid for child in children()] == first
    assert len(first) == 1


@pytest.mark.usefixtures("no_children")
def test_child_is_replaced_after_its_share(picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "REQUESTS_PER_CHILD", 2)
    seen = set()
    for _ in range(4):
        pictures.inspect(picture)
        seen |= {child.pid for child in children()}
    assert len(seen) == 2
    assert len(children()) == 0


@pytest.mark.usefixtures("no_children")
def test_child_that_met_a_broken_file_is_not_used_again(picture: Path, tmp_path: Path) -> None:
    pictures.inspect(picture)
    (tmp_path / "half.jpg").write_bytes(picture.read_bytes()[:4000])
    with pytest.raises(Refused):
        pictures.inspect(tmp_path / "half.jpg")
    assert not children()
    assert pictures.inspect(picture).width == 1200


@pytest.mark.usefixtures("no_children")
def test_child_that_hangs_is_ended_in_time(picture: Path, tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(Refused) as refusal:
        bounded.ask(_pipe_without_writer(tmp_path), seconds=1.0)
    assert refusal.value.code == "too_heavy"
    assert time.monotonic() - began < 3
    assert not children()
    assert pictures.inspect(picture).width == 1200


@pytest.mark.parametrize(
    ("blow", "code"), [(signal.SIGKILL, "too_heavy"), (signal.SIGSEGV, "broken")]
)
@pytest.mark.usefixtures("no_children")
def test_child_that_dies_at_work_is_a_refusal(
    tmp_path: Path, blow: signal.Signals, code: str
) -> None:
    request = _pipe_without_writer(tmp_path)

    def strike() -> None:
        while not children():
            time.sleep(0.01)
        time.sleep(0.4)
        children()[0].send_signal(blow)

    striker = threading.Thread(target=strike)
    striker.start()
    with pytest.raises(Refused) as refusal:
        bounded.ask(request, seconds=8.0)
    striker.join()
    assert refusal.value.code == code


@pytest.mark.usefixtures("no_children")
def test_child_that_died_while_idle_is_not_noticed(picture: Path) -> None:
    pictures.inspect(picture)
    child = children()[0]
    child.kill()
    child.wait()
    assert pictures.inspect(picture).width == 1200


@pytest.mark.usefixtures("no_children")
def test_child_holds_to_its_limits_and_knows_no_secret(
    picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITCHEN_SECRET_KEY", "a secret")
    pictures.inspect(picture)
    child = children()[0]
    assert child.rlimit(psutil.RLIMIT_AS) == (bench.MEMORY, bench.MEMORY)
    assert child.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
    assert child.rlimit(psutil.RLIMIT_CPU)[0] <= bench.CPU_SECONDS + 2
    assert "KITCHEN_SECRET_KEY" not in child.environ()


@pytest.mark.usefixtures("no_children")
def test_picture_at_the_cap_fits_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(encoded(noise(500, 500).convert("RGBA").resize((7000, 7000), 0), "PNG"))
    assert pictures.inspect(path).width == 7000
    assert children()[0].memory_info().rss < bench.MEMORY


@pytest.mark.parametrize(("held", "times"), [(1, 2), (3, 3)])
@pytest.mark.usefixtures("no_children")
def test_every_shape_of_a_photograph_takes_few_times_its_decoded_pixels(
    picture: Path, tmp_path: Path, store: FolderStore, held: int, times: int
) -> None:
    """24 megapixels are decoded at half the width, four bytes a pixel; to be turned, copied."""
    path, exif = tmp_path / "large.jpg", Image.Exif()
    exif[ExifTags.Base.Orientation] = held
    path.write_bytes(encoded(photo(6000, 4000), exif=exif))
    pictures.render(picture, list(PRESETS.values()), store.put)
    before = most_memory()
    pictures.render(path, list(PRESETS.values()), store.put)
    assert most_memory() - before < times * (3000 * 2000 * 4)


def most_memory() -> int:
    """Bytes that the child held at its worst."""
    lines = Path(f"/proc/{children()[0].pid}/status").read_text().splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(peak) * 1024


@pytest.mark.usefixtures("no_children")
def test_threads_share_the_children(picture: Path) -> None:
    widths: list[int] = []
    threads = [
        threading.Thread(target=lambda: widths.append(pictures.inspect(picture).width))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert widths == [1200] * 8
    assert len(children()) <= (os.cpu_count() or 1)


@pytest.mark.usefixtures("no_children")
def test_process_that_forks_starts_children_of_its_own(picture: Path) -> None:
    pictures.inspect(picture)
    mine = children()[0].pid
    report, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            width = pictures.inspect(picture).width
            own = [child.pid for child in children()]
            os.write(tell, f"{width} {mine in own} {len(own)}".encode())
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    os.close(tell)
    assert os.read(report, 100) == b"1200 False 1"
    os.close(report)
    assert pictures.inspect(picture).width == 1200
    assert children()[0].pid == mine


@pytest.mark.usefixtures("no_children")
def test_fork_amid_others_work_waits_for_nobody(picture: Path, tmp_path: Path) -> None:
    """Every place is taken by threads that the forked process does not have."""
    request = _pipe_without_writer(tmp_path)

    def hang() -> None:
        with suppress(Refused):
            bounded.ask(request, seconds=4.0)

    threads = [threading.Thread(target=hang) for _ in range(os.cpu_count() or 1)]
    for thread in threads:
        thread.start()
    while len(children()) < len(threads):
        time.sleep(0.01)
    pid = os.fork()
    if pid == 0:
        signal.alarm(20)
        os._exit(0 if pictures.inspect(picture).width == 1200 else 1)
    assert os.waitpid(pid, 0)[1] == 0
    for thread in threads:
        thread.join()


@pytest.mark.usefixtures("no_children")
def test_children_end_when_their_parent_is_killed(picture: Path) -> None:
    report, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        pictures.inspect(picture)
        os.write(tell, str(children()[0].pid).encode())
        time.sleep(60)
        os._exit(0)
    orphan = psutil.Process(int(os.read(report, 20)))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(report)
    os.close(tell)
    gone, alive = psutil.wait_procs([orphan], timeout=5)
    assert not alive


@pytest.mark.usefixtures("no_children")
def test_installation_at_fault_is_not_blamed_on_the_file(picture: Path) -> None:
    request = {"path": str(picture)}
    with pytest.raises(bounded.NotStarting):
        bounded.ask(request, bench=bounded.Bench("assets.nowhere", ()))
