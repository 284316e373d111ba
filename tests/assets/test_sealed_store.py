"""The sealed store: nothing in clear, nothing under another's name, nothing changed unseen."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from assets.refusals import Refused
from assets.sealed_store import PIECE, SealedStore
from assets.store import Absent, Damaged, FolderStore

TIP = "九里桥东头，王师傅家门口".encode() * 50
OWNER = hashlib.sha256(TIP).hexdigest()


def key() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture
def folder(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "sealed")


@pytest.fixture
def sealed(folder: FolderStore) -> SealedStore:
    return SealedStore(folder, [key()])


def read(sealed: SealedStore, name: str, owner: str = OWNER) -> bytes:
    with sealed.open(name, owner) as stream:
        return stream.read()


def files(folder: FolderStore) -> list[Path]:
    return [path for path in folder.root.rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [1, 1000, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 77])
def test_what_is_sealed_comes_back(sealed: SealedStore, size: int) -> None:
    data = bytes(number % 251 for number in range(size % 5000)) or b"x"
    data = (data * (size // len(data) + 1))[:size]
    blob = sealed.put(io.BytesIO(data), OWNER)
    assert read(sealed, blob.sha256) == data


def test_nothing_of_it_lies_in_clear_not_even_its_hash(
    sealed: SealedStore, folder: FolderStore
) -> None:
    blob = sealed.put(io.BytesIO(TIP), OWNER)
    (file,) = files(folder)
    assert file.name == blob.sha256 != OWNER
    assert TIP[:12] not in file.read_bytes()
    assert OWNER.encode() not in file.read_bytes()
    again = sealed.put(io.BytesIO(TIP), OWNER)
    assert again.sha256 != blob.sha256  # nobody can try whether a known picture lies there


def test_it_opens_for_its_owner_alone(sealed: SealedStore) -> None:
    blob = sealed.put(io.BytesIO(TIP), OWNER)
    with pytest.raises(Damaged):
        read(sealed, blob.sha256, "0" * 64)


def test_it_opens_with_an_older_key_and_not_with_a_foreign_one(folder: FolderStore) -> None:
    old = key()
    blob = SealedStore(folder, [old]).put(io.BytesIO(TIP), OWNER)
    assert read(SealedStore(folder, [key(), old]), blob.sha256) == TIP
    with pytest.raises(Damaged, match="key is lost"):
        read(SealedStore(folder, [key()]), blob.sha256)


def test_every_change_is_found_before_its_piece_is_given(folder: FolderStore) -> None:
    keys = [key()]
    data = bytes(2 * PIECE) + b"end"
    SealedStore(folder, keys).put(io.BytesIO(data), OWNER)
    kept = files(folder)[0].read_bytes()
    head, piece = 32, PIECE + 16
    forged = {
        "a flipped bit": kept[:900] + bytes([kept[900] ^ 1]) + kept[901:],
        "another salt": kept[:20] + bytes([kept[20] ^ 1]) + kept[21:],
        "the end cut off": kept[: head + 2 * piece],
        "cut inside a piece": kept[:-1],
        "more at the end": kept + b"x",
        "pieces changed over": kept[:head]
        + kept[head + piece : head + 2 * piece]
        + kept[head : head + piece]
        + kept[head + 2 * piece :],
        "no mark": b"x" + kept[1:],
        "next to nothing": kept[:10],
    }
    for what, bytes_ in forged.items():
        name = folder.put(io.BytesIO(bytes_)).sha256
        with pytest.raises(Damaged):
            read(SealedStore(folder, keys), name)
        assert what


def test_nothing_is_not_sealed(sealed: SealedStore) -> None:
    with pytest.raises(Refused) as refusal:
        sealed.put(io.BytesIO(b""), OWNER)
    assert refusal.value.code == "empty"


def test_what_is_not_there_is_absent(sealed: SealedStore) -> None:
    with pytest.raises(Absent):
        sealed.open("0" * 64, OWNER)


def test_it_can_be_looked_through_without_a_key(sealed: SealedStore, folder: FolderStore) -> None:
    blob = sealed.put(io.BytesIO(TIP), OWNER)
    assert folder.is_sound(blob.sha256)
    path = files(folder)[0]
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert not folder.is_sound(blob.sha256)
