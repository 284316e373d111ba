"""What every kind of store does alike: a folder, and a bucket on each of two S3 servers."""

from __future__ import annotations

import hashlib
import io
import threading
import time

import pytest

from assets import object_store
from assets.object_store import ObjectStore
from assets.refusals import Refused
from assets.store import Absent, Blob, FolderStore, Keeper

STORY = "秋收".encode() * 1000
NAME = hashlib.sha256(STORY).hexdigest()
FILM = bytes(range(256)) * 200
"""In several pieces, where a piece is small."""


def name_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read(store: Keeper, name: str) -> bytes:
    with store.open(name) as file:
        return file.read()


def test_bytes_are_found_under_their_own_hash(any_store: Keeper) -> None:
    assert any_store.put(io.BytesIO(STORY)) == Blob(NAME, len(STORY))
    assert any_store.has(NAME)
    assert read(any_store, NAME) == STORY
    path = any_store.path(NAME)
    assert path is not None
    assert path.read_bytes() == STORY


def test_same_bytes_are_kept_once(any_store: Keeper) -> None:
    assert any_store.put(io.BytesIO(STORY)) == any_store.put(io.BytesIO(STORY))
    assert [each.sha256 for each in any_store.names()] == [NAME]


def test_same_bytes_from_many_at_once_are_kept_once(any_store: Keeper) -> None:
    told: list[Blob] = []
    threads = [
        threading.Thread(target=lambda: told.append(any_store.put(io.BytesIO(STORY))))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [Blob(NAME, len(STORY))] * 6
    assert [each.sha256 for each in any_store.names()] == [NAME]
    assert read(any_store, NAME) == STORY


def test_a_large_file_goes_in_pieces_and_comes_back_whole(
    any_store: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_store, "PIECE", 5 * 1024**2)
    large = FILM * 240  # twelve megabytes: three pieces of the least size that servers take
    blob = any_store.put(io.BytesIO(large))
    assert blob == Blob(name_of(large), len(large))
    assert any_store.is_sound(blob.sha256)
    assert any_store.put(io.BytesIO(large)) == blob


@pytest.mark.parametrize(("size", "limit", "fits"), [(100, 100, True), (101, 100, False)])
def test_limit_is_kept_to_the_byte(any_store: Keeper, size: int, limit: int, fits: bool) -> None:
    if fits:
        assert any_store.put(io.BytesIO(bytes(size)), limit=limit).size == size
        return
    with pytest.raises(Refused, match="100 B") as refusal:
        any_store.put(io.BytesIO(bytes(size)), limit=limit)
    assert refusal.value.code == "too_large"
    assert not list(any_store.names())


def test_nothing_is_not_kept(any_store: Keeper) -> None:
    with pytest.raises(Refused) as refusal:
        any_store.put(io.BytesIO(b""))
    assert refusal.value.code == "empty"


def test_upload_that_breaks_off_leaves_nothing(any_store: Keeper) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise ConnectionResetError
            return super().read(10)

    with pytest.raises(ConnectionResetError):
        any_store.put(Broken(STORY))
    assert not list(any_store.names())


def test_deleted_bytes_are_gone_and_deleting_twice_is_said(any_store: Keeper) -> None:
    any_store.put(io.BytesIO(STORY))
    assert any_store.delete(NAME)
    assert not any_store.delete(NAME)
    assert not any_store.has(NAME)
    assert any_store.path(NAME) is None
    with pytest.raises(Absent):
        any_store.open(NAME)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, NAME + "\n", NAME[:-1]])
def test_name_that_is_no_hash_reaches_no_file(any_store: Keeper, name: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        any_store.path(name)


def test_the_list_goes_by_name_and_goes_on_after_any(any_store: Keeper) -> None:
    before = time.time()
    names = sorted(any_store.put(io.BytesIO(b"%d" % number)).sha256 for number in range(12))
    listed = list(any_store.names())
    assert [each.sha256 for each in listed] == names
    assert [each.size for each in listed if each.sha256 == name_of(b"11")] == [2]
    assert all(before - 60 < each.since < time.time() + 60 for each in listed)
    assert [each.sha256 for each in any_store.names(after=names[4])] == names[5:]
    assert not list(any_store.names(after="f" * 64))


def test_what_was_set_aside_leaves_the_list_and_comes_back_when_asked_for(
    any_store: Keeper,
) -> None:
    any_store.put(io.BytesIO(STORY))
    any_store.set_aside(NAME)
    assert not list(any_store.names())
    assert [each.sha256 for each in any_store.aside()] == [NAME]
    assert any_store.has(NAME)
    assert read(any_store, NAME) == STORY


def test_what_was_set_aside_is_brought_back_and_forgotten(any_store: Keeper) -> None:
    any_store.put(io.BytesIO(STORY))
    any_store.set_aside(NAME)
    any_store.bring_back(NAME)
    assert [each.sha256 for each in any_store.names()] == [NAME]
    assert not list(any_store.aside())
    with pytest.raises(Absent):
        any_store.bring_back(NAME)
    any_store.set_aside(NAME)
    any_store.forget_aside(NAME)
    assert not any_store.has(NAME)
    with pytest.raises(Absent):
        any_store.set_aside(NAME)


def test_forgetting_what_lies_aside_leaves_what_was_put_anew(any_store: Keeper) -> None:
    any_store.put(io.BytesIO(STORY))
    any_store.set_aside(NAME)
    any_store.put(io.BytesIO(STORY))
    any_store.forget_aside(NAME)
    assert read(any_store, NAME) == STORY
    assert any_store.is_sound(NAME)


def test_soundness_of_what_is_not_there_is_no_answer(any_store: Keeper) -> None:
    with pytest.raises(Absent):
        any_store.is_sound(NAME)


def test_bytes_that_were_healed_meanwhile_are_not_quarantined(any_store: Keeper) -> None:
    """Between the scrub's look and its act somebody may bring them once more."""
    any_store.put(io.BytesIO(STORY))
    any_store.quarantine(NAME)
    assert any_store.is_sound(NAME)
    assert [each.sha256 for each in any_store.names()] == [NAME]


def overwrite(store: Keeper, data: bytes) -> None:
    """As a disk or a stranger would, past the store."""
    if isinstance(store, ObjectStore):
        store._client.put_object(Bucket=store._bucket, Key=store._key(NAME), Body=data)
        store._copies.drop(NAME)
    else:
        assert isinstance(store, FolderStore)
        (store.root / NAME[:2] / NAME[2:4] / NAME).write_bytes(data)


def test_quarantined_bytes_are_given_to_nobody_and_putting_them_again_heals(
    any_store: Keeper,
) -> None:
    any_store.put(io.BytesIO(STORY))
    overwrite(any_store, b"?" * len(STORY))
    any_store.quarantine(NAME)
    assert not any_store.has(NAME)
    assert any_store.path(NAME) is None
    any_store.put(io.BytesIO(STORY))
    assert read(any_store, NAME) == STORY
