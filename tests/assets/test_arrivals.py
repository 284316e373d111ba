"""Files in pieces: what was acknowledged is there, whatever dies, and only its ticket reads it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assets.arrivals import MOST_PIECE, Arrivals, Full, OutOfStep
from assets.refusals import Refused
from assets.store import Absent, Damaged

MOST = 10_000_000


@pytest.fixture
def arrivals(tmp_path: Path) -> Arrivals:
    return Arrivals(tmp_path / "arriving", most=MOST, reserve=0)


def _whole(arrivals: Arrivals, ticket: str) -> bytes:
    with arrivals.open(ticket) as stream:
        return stream.read()


def test_pieces_make_the_file_and_their_ticket_forgets_it(arrivals: Arrivals) -> None:
    ticket = arrivals.begin(9, "夜里.jpg")
    assert arrivals.take(ticket, 0, b"some").offset == 4
    with pytest.raises(Absent):
        arrivals.open(ticket)
    standing = arrivals.take(ticket, 4, b" more")
    assert (standing.whole, standing.name) == (True, "夜里.jpg")
    assert _whole(arrivals, ticket) == b"some more"
    for _ in range(2):
        arrivals.drop(ticket)
    with pytest.raises(Absent):
        arrivals.standing(ticket)


@pytest.mark.parametrize("offset", [-1, 0, 3, 5, 9])
def test_a_piece_out_of_step_is_told_where_to_go_on(arrivals: Arrivals, offset: int) -> None:
    ticket = arrivals.begin(9, "a")
    arrivals.take(ticket, 0, b"some")
    with pytest.raises(OutOfStep) as told:
        arrivals.take(ticket, offset, b"xx")
    assert told.value.offset == 4


def test_what_is_too_large_or_nothing_is_refused(arrivals: Arrivals) -> None:
    for length in (0, -1, MOST + 1):
        with pytest.raises(Refused):
            arrivals.begin(length, "a")
    ticket = arrivals.begin(MOST, "a")
    with pytest.raises(Refused):
        arrivals.take(ticket, 0, bytes(MOST_PIECE + 1))
    short = arrivals.begin(3, "a")
    with pytest.raises(Refused):
        arrivals.take(short, 0, b"more")


def test_a_disk_that_fills_takes_nothing_and_keeps_what_came(tmp_path: Path) -> None:
    roomy = Arrivals(tmp_path / "arriving", most=MOST, reserve=0)
    ticket = roomy.begin(9, "a")
    roomy.take(ticket, 0, b"some")
    full = Arrivals(tmp_path / "arriving", most=MOST, reserve=1 << 60)
    with pytest.raises(Full):
        full.take(ticket, 4, b" more")
    with pytest.raises(Full):
        full.begin(9, "a")
    roomy.take(ticket, 4, b" more")
    assert _whole(roomy, ticket) == b"some more"


@pytest.mark.parametrize("ticket", ["", "x", "../" * 15, "a" * 43, "码" * 43])
def test_no_other_ticket_opens_anything(arrivals: Arrivals, ticket: str) -> None:
    arrivals.begin(9, "a")
    with pytest.raises(Absent):
        arrivals.standing(ticket)


def test_the_disk_tells_nothing_without_the_ticket(arrivals: Arrivals, tmp_path: Path) -> None:
    ticket = arrivals.begin(10, "MKNAME")
    arrivals.take(ticket, 0, b"MKWORDS...")
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    names = "".join(str(path) for path in tmp_path.rglob("*"))
    assert b"MKWORDS" not in kept
    assert b"MKNAME" not in kept
    assert ticket not in names


def test_a_changed_piece_does_not_open(arrivals: Arrivals, tmp_path: Path) -> None:
    ticket = arrivals.begin(4, "a")
    arrivals.take(ticket, 0, b"some")
    (piece,) = tmp_path.rglob("0000*")
    piece.write_bytes(piece.read_bytes()[:-1] + b"x")
    with pytest.raises(Damaged):
        _whole(arrivals, ticket)


def test_what_nobody_goes_on_with_is_swept_after_a_day(arrivals: Arrivals) -> None:
    ticket = arrivals.begin(9, "a")
    assert arrivals.sweep() == 0
    assert arrivals.sweep(time.time() + 90_000) == 1
    with pytest.raises(Absent):
        arrivals.standing(ticket)


SENDING = """
import sys
from pathlib import Path
from assets.arrivals import Arrivals
arrivals = Arrivals(Path(sys.argv[1]), most=10_000_000, reserve=0)
ticket = arrivals.begin(100 * 1000, "film")
print(ticket, flush=True)
for number in range(100):
    arrivals.take(ticket, number * 1000, bytes([number]) * 1000)
    print(number, flush=True)
"""


@pytest.mark.fault
@pytest.mark.parametrize("pieces", [1, 7, 40])
def test_a_kill_at_any_moment_loses_nothing_that_was_acknowledged(
    tmp_path: Path, pieces: int
) -> None:
    command = [sys.executable, "-c", SENDING, str(tmp_path / "arriving")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()) as sender:
        assert sender.stdout is not None
        ticket = sender.stdout.readline().strip()
        told = [sender.stdout.readline() for _ in range(pieces)]
        sender.send_signal(signal.SIGKILL)
        told += sender.stdout.readlines()
    acknowledged = [int(line) for line in told if line.endswith("\n")]
    arrivals = Arrivals(tmp_path / "arriving", most=MOST, reserve=0)
    standing = arrivals.standing(ticket)
    assert standing.offset >= (acknowledged[-1] + 1) * 1000
    for number in range(standing.offset // 1000, 100):
        arrivals.take(ticket, number * 1000, bytes([number]) * 1000)
    whole = b"".join(bytes([number]) * 1000 for number in range(100))
    assert _whole(arrivals, ticket) == whole
