"""Moving house while everything is in use: nothing is missed or lost; broken off, it goes on."""

from __future__ import annotations

import hashlib
import io
import threading
from pathlib import Path

import pytest

from assets import object_store
from assets.moving_store import Moved, MovingStore, move
from assets.object_store import ObjectStore
from assets.store import Absent, FolderStore, Keeper
from tests.fixtures.object_stores import Server, opened


def name_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def fill(store: Keeper, count: int) -> list[str]:
    return sorted(store.put(io.BytesIO(b"file %d" % number)).sha256 for number in range(count))


def read(store: Keeper, name: str) -> bytes:
    with store.open(name) as file:
        return file.read()


def moved(store: MovingStore, *, clear: bool = False) -> Moved:
    return [Moved(), *move(store, clear=clear)][-1]


def flip(store: FolderStore, name: str) -> None:
    place = store.root / name[:2] / name[2:4] / name
    place.write_bytes(b"rot" + place.read_bytes()[3:])


@pytest.fixture
def former(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "former")


@pytest.fixture
def new(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "new")


def test_from_a_folder_into_a_bucket_and_back(
    former: FolderStore, bucket_store: ObjectStore, new: FolderStore
) -> None:
    names = fill(former, 12)
    assert moved(MovingStore(bucket_store, former)) == Moved(files=12, size=74)
    assert [each.sha256 for each in bucket_store.names()] == names
    assert moved(MovingStore(new, bucket_store), clear=True).files == 12
    assert [each.sha256 for each in new.names()] == names
    assert not list(bucket_store.names())
    assert all(new.is_sound(name) for name in names)


def test_everything_can_be_read_and_put_while_it_moves(
    former: FolderStore, new: FolderStore
) -> None:
    names, store = fill(former, 60), MovingStore(new, former)
    missed: list[str] = []
    done = threading.Event()

    def reads() -> None:
        while not done.is_set():
            missed.extend(name for name in names if name_of(read(store, name)) != name)

    reader = threading.Thread(target=reads)
    reader.start()
    for number, _ in enumerate(move(store)):
        store.put(io.BytesIO(b"meanwhile %d" % number))
    done.set()
    reader.join()
    assert not missed
    assert len(list(new.names())) == 120


def test_broken_off_it_goes_on_where_it_stopped(former: FolderStore, new: FolderStore) -> None:
    fill(former, 10)
    store = MovingStore(new, former)
    for number, _ in enumerate(move(store), start=1):
        if number == 4:
            break
    told = moved(store)
    assert (told.files, told.before) == (6, 4)


def test_what_is_damaged_stays_and_is_counted(former: FolderStore, new: FolderStore) -> None:
    names = fill(former, 5)
    flip(former, names[2])
    told = moved(MovingStore(new, former), clear=True)
    assert (told.files, told.damaged) == (4, 1)
    assert [each.sha256 for each in former.names()] == [names[2]]


def test_what_is_damaged_in_the_new_is_read_from_the_former(
    former: FolderStore, new: FolderStore
) -> None:
    names, store = fill(former, 3), MovingStore(new, former)
    moved(store)
    flip(new, names[0])
    assert name_of(read(store, names[0])) == names[0]
    assert not store.is_sound(names[0])
    store.quarantine(names[0])
    assert store.is_sound(names[0])
    assert moved(store).files == 1  # and the next move brings it over once more


def test_what_was_set_aside_moves_as_well(former: FolderStore, new: FolderStore) -> None:
    (name,) = fill(former, 1)
    former.set_aside(name)
    assert moved(MovingStore(new, former)).files == 1
    assert new.has(name)


def test_the_list_is_of_both_and_names_each_once(former: FolderStore, new: FolderStore) -> None:
    names, store = fill(former, 9), MovingStore(new, former)
    fill(new, 4)
    assert [each.sha256 for each in store.names()] == names
    assert [each.sha256 for each in store.names(after=names[3])] == names[4:]


def test_setting_aside_bringing_back_and_deleting_reach_both(
    former: FolderStore, new: FolderStore
) -> None:
    (name,) = fill(former, 1)
    store = MovingStore(new, former)
    store.put(io.BytesIO(b"file 0"))
    store.set_aside(name)
    assert not list(store.names())
    store.bring_back(name)
    assert new.has(name)
    assert former.has(name)
    store.set_aside(name)
    store.forget_aside(name)
    assert not store.has(name)
    for act in (store.set_aside, store.bring_back, store.is_sound, store.open):
        with pytest.raises(Absent):
            act(name)
    fill(former, 1)
    assert store.delete(name)
    assert not store.delete(name)
    assert store.path(name) is None


def test_parts_and_links_come_from_whichever_store_holds_the_file(
    former: FolderStore,
    object_server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(object_store, "IN_PARTS", 1)
    endpoint = object_server.endpoint
    bucket = opened(endpoint, object_server.place(), tmp_path / "copies", readers=endpoint)
    store = MovingStore(bucket, former)
    (name,) = fill(former, 1)
    assert (store.parts(name), store.link(name, 60)) == (None, "")
    moved(store, clear=True)
    bucket._copies.drop(name)
    found = store.parts(name)
    assert found is not None
    assert found.read() == b"file 0"
    assert store.link(name, 60).startswith(endpoint)
