"""The key of the house is changed while the house works, and wherever it is cut off, nothing is
lost and nothing comes back.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from assets import house_keys
from assets.erasable import Erased, KeyRing, NoLocks
from assets.house_keys import new_key
from assets.rekeying import Rekeyed, rekey
from assets.store import Damaged

OWNERS = ["firstOwner1", "secondOwner", "thirdOwner1"]
CUT_OFF = 9
STEPS = {"open", "os.rename", "os.link", "os.remove", "os.utime"}
"""What a process does to files that Python lets an onlooker count."""


def _ring(home: Path) -> KeyRing:
    """The ring as a process opens it that starts now."""
    place = home / "tip.keys"
    return KeyRing(home / "ring", place.read_text().split(","), place)


def _change(ring: KeyRing) -> Rekeyed:
    *_, done = rekey(ring)
    return done


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A house with one key, and a ring with three."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "tip.keys").write_text(new_key())
    ring = _ring(home)
    for owner in OWNERS:
        ring.make(owner)
    return home


def _keys(home: Path) -> dict[str, bytes]:
    ring = _ring(home)
    return {owner: ring.key_of(owner) for owner, _ in ring.owners()}


def test_all_keys_come_under_a_new_one_and_the_old_is_gone(home: Path) -> None:
    before, old = _keys(home), (home / "tip.keys").read_text()
    done = _change(_ring(home))
    assert (done.wrapped, done.before, done.damaged, done.former_gone) == (3, 0, [], True)
    assert _keys(home) == before
    left = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert len(left) == 4
    assert not any(old.encode() in raw for raw in left)
    with pytest.raises(Damaged):
        KeyRing(home / "ring", [old]).key_of(OWNERS[0])


def test_a_house_that_works_meanwhile_learns_the_new_key(home: Path) -> None:
    working, other = _ring(home), _ring(home)
    before = _keys(home)
    other.make("lateOwner123")
    _change(_ring(home))
    assert {owner: working.key_of(owner) for owner in OWNERS} == before
    working.make("newestOwner1")
    assert _ring(home).key_of("newestOwner1") == other.key_of("newestOwner1")
    assert len(_keys(home)) == 5


def test_the_former_bytes_are_overwritten_and_its_day_moves_on(home: Path) -> None:
    ring, place = _ring(home), home / "ring" / OWNERS[0]
    with place.open("rb") as former:
        was, day = former.read(), place.stat().st_mtime
        for _ in range(3):
            _change(ring)
            assert place.stat().st_mtime > day
            assert place.stat().st_mtime % 86_400 == 0
            assert place.stat().st_mode & 0o077 == 0
            day = place.stat().st_mtime
        former.seek(0)
        assert former.read() != was


def _cut_off_at(step: int, work: Callable[[], object]) -> bool:
    """Do work in a process that is gone before its ``step``; answers whether it came to its end."""
    child = os.fork()
    if child == 0:
        left = step

        def count(event: str, _: object) -> None:
            nonlocal left
            if event in STEPS:
                left -= 1
                if left < 0:
                    os._exit(CUT_OFF)

        sys.addaudithook(count)
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in {0, CUT_OFF}
    return code == 0


def test_cut_off_at_any_step_every_key_opens_and_the_rest_is_done_later(
    home: Path, tmp_path: Path
) -> None:
    before, old = _keys(home), (home / "tip.keys").read_text()
    working, step, ended = _ring(home), 0, False
    while not ended:
        at = tmp_path / f"at{step}"
        shutil.copytree(home, at)
        ended = _cut_off_at(step, lambda at=at: _change(_ring(at)))
        assert _keys(at) == before, step
        if old not in _ring(at).house.listed():
            assert not _wrapped_by(at, old), step
        _change(_ring(at))
        assert _keys(at) == before, step
        kept = [path for path in at.rglob("*") if path.is_file()]
        assert len(kept) == 4, (step, kept)
        assert not any(old.encode() in path.read_bytes() for path in kept), step
        assert not _wrapped_by(at, old), step
        step += 1
    assert step > 40
    assert {owner: working.key_of(owner) for owner in OWNERS} == before


def _wrapped_by(home: Path, key: str) -> list[str]:
    """Owners whose keys lie under that key of the house."""
    found, ring = [], KeyRing(home / "ring", [key])
    for owner, _ in ring.owners():
        try:
            ring.key_of(owner)
        except Damaged:
            continue
        found.append(owner)
    return found


def test_erased_at_any_step_of_it_a_key_never_comes_back(home: Path, tmp_path: Path) -> None:
    step, ended, old = 0, False, (home / "tip.keys").read_text()
    while not ended:
        at = tmp_path / f"at{step}"
        shutil.copytree(home, at)
        ended = _cut_off_at(step, lambda at=at: _change(_ring(at)))
        every = [old, *_ring(at).house.listed()]
        assert _ring(at).destroy(OWNERS[0])
        _change(_ring(at))
        with pytest.raises(Erased):
            _ring(at).key_of(OWNERS[0])
        assert sorted(_keys(at)) == sorted(OWNERS[1:])
        every += _ring(at).house.listed()
        for path in (at / "ring").iterdir():
            shutil.copy(path, at / "ring" / OWNERS[0])
            with pytest.raises(Damaged):
                KeyRing(at / "ring", every).key_of(OWNERS[0])
        step += 1


def test_a_damaged_key_keeps_the_old_one_until_it_is_erased(home: Path) -> None:
    place, old = home / "ring" / OWNERS[1], (home / "tip.keys").read_text()
    place.write_bytes(place.read_bytes()[:-1] + b"?")
    for _ in range(2):
        done = _change(_ring(home))
        assert (done.damaged, done.former_gone) == ([OWNERS[1]], False)
        assert (home / "tip.keys").read_text().endswith(old)
    _ring(home).destroy(OWNERS[1])
    assert _change(_ring(home)).former_gone
    assert len(_keys(home)) == 2


def test_keys_of_the_environment_are_taken_away_by_whoever_gave_them(home: Path) -> None:
    old, new = (home / "tip.keys").read_text(), new_key()
    before = _keys(home)
    done = _change(KeyRing(home / "ring", [new, old]))
    assert (done.wrapped, done.former_gone) == (3, False)
    ring = KeyRing(home / "ring", [new])
    assert {owner: ring.key_of(owner) for owner in OWNERS} == before


def test_keys_made_and_erased_meanwhile_are_neither_lost_nor_brought_back(home: Path) -> None:
    ended, made, gone = threading.Event(), dict[str, bytes](), set[str]()
    ended_well = []

    def at_work(name: str) -> None:
        ring, number = _ring(home), 0
        while not ended.wait(0.002) or number < 20:
            number += 1
            owner = f"{name}{number:09}"
            ring.make(owner)
            made[owner] = ring.key_of(owner)
            if number % 3 == 0:
                ring.destroy(owner)
                gone.add(owner)
        ended_well.append(name)

    workers = [threading.Thread(target=at_work, args=(name,)) for name in ("a", "b")]
    for each in workers:
        each.start()
    for _ in range(6):
        assert _change(_ring(home)).former_gone
    ended.set()
    for each in workers:
        each.join()
    assert sorted(ended_well) == ["a", "b"]
    left = _keys(home)
    assert {owner: left.get(owner) for owner in made if owner not in gone} == {
        owner: key for owner, key in made.items() if owner not in gone
    }
    assert not gone & set(left)
    assert _change(_ring(home)).former_gone


def test_a_change_waits_for_whoever_makes_a_key(home: Path) -> None:
    ring, waited = _ring(home), threading.Event()
    with ring.held(fcntl.LOCK_SH):
        change = threading.Thread(target=lambda: (_change(_ring(home)), waited.set()))
        change.start()
        assert not waited.wait(0.3)
    change.join(30)
    assert waited.is_set()


def test_where_no_lock_is_known_keys_are_made_and_never_changed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    old = (home / "tip.keys").read_text()
    monkeypatch.setattr(fcntl, "flock", unknown)
    _ring(home).make("oneMoreOwner")
    assert _ring(home).destroy(OWNERS[0])
    with pytest.raises(NoLocks):
        _change(_ring(home))
    assert (home / "tip.keys").read_text() == old
    assert len(_keys(home)) == 3


def test_a_file_that_was_never_changed_has_nothing_to_finish(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_bytes(b"bytes")
    assert not house_keys.finish(place)
    assert not house_keys.wipe(tmp_path / "none")
    assert place.read_bytes() == b"bytes"
