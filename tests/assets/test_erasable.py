"""A vault whose things open under their owner's key alone, and never again once that is gone."""

from __future__ import annotations

import io
import shutil
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from assets.erasable import LEAST_WORDS, ErasableVault, Erased, KeyRing
from assets.refusals import Refused
from assets.store import Absent, Damaged, FolderStore

ONE, OTHER = "oneOwner1234", "otherOwner12"


def _key(letter: str) -> str:
    return urlsafe_b64encode(letter.encode() * 32).decode()


@pytest.fixture
def vault(tmp_path: Path) -> ErasableVault:
    kept = FolderStore(tmp_path / "files", by_day=True)
    made = ErasableVault(KeyRing(tmp_path / "ring", [_key("a")]), kept)
    made.ring.make(ONE)
    made.ring.make(OTHER)
    return made


def _read(vault: ErasableVault, owner: str, name: str, sha256: str) -> bytes:
    with vault.open(owner, name, sha256) as stream:
        return stream.read()


def test_words_and_files_come_back_to_their_owner(vault: ErasableVault) -> None:
    sealed = vault.seal_words(ONE, "told", "河里有黑水")
    assert vault.words(ONE, "told", sealed) == "河里有黑水"
    blob = vault.put(ONE, "original", io.BytesIO(b"x" * 3_000_000))
    assert _read(vault, ONE, "original", blob.sha256) == b"x" * 3_000_000
    with pytest.raises(Refused):
        vault.put(ONE, "original", io.BytesIO(b""))


def test_nothing_opens_under_another_owner_or_name(vault: ErasableVault) -> None:
    sealed = vault.seal_words(ONE, "told", "河里有黑水")
    for owner, name in ((OTHER, "told"), (ONE, "contact")):
        with pytest.raises(Damaged):
            vault.words(owner, name, sealed)
    blob = vault.put(ONE, "original", io.BytesIO(b"some bytes"))
    for owner, name in ((OTHER, "original"), (ONE, "preview")):
        with pytest.raises(Damaged):
            _read(vault, owner, name, blob.sha256)
    for bad in ("../escape12", "short", "a" * 65, "with/slash1"):
        with pytest.raises(ValueError, match="no name of an owner"):
            vault.ring.make(bad)


@pytest.mark.parametrize(("length", "classes"), [(0, 1), (10, 1), (2_000, 1), (2_100, 2)])
def test_the_length_of_words_shows_only_as_a_class(
    vault: ErasableVault, length: int, classes: int
) -> None:
    sealed = vault.seal_words(ONE, "told", "x" * length)
    assert len(sealed) == 4 * -(-(LEAST_WORDS * classes + 28) // 3)


def test_what_is_erased_opens_no_more_also_beside_a_copy_of_all_the_rest(
    vault: ErasableVault, tmp_path: Path
) -> None:
    sealed = vault.seal_words(ONE, "told", "河里有黑水")
    blob = vault.put(ONE, "original", io.BytesIO(b"some bytes"))
    other = vault.put(OTHER, "original", io.BytesIO(b"other bytes"))
    shutil.copytree(tmp_path / "files", tmp_path / "backup")
    for _ in range(2):
        vault.erase(ONE, [blob.sha256])
    restored = ErasableVault(vault.ring, FolderStore(tmp_path / "backup"))
    with pytest.raises(Erased):
        restored.words(ONE, "told", sealed)
    with pytest.raises(Erased):
        restored.open(ONE, "original", blob.sha256)
    assert not vault.kept.has(blob.sha256)
    assert _read(vault, OTHER, "original", other.sha256) == b"other bytes"
    assert [owner for owner, _ in vault.ring.owners()] == [OTHER]


def test_keys_of_the_house_change_while_it_works(vault: ErasableVault, tmp_path: Path) -> None:
    sealed = vault.seal_words(ONE, "told", "河里有黑水")
    both = ErasableVault(KeyRing(tmp_path / "ring", [_key("b"), _key("a")]), vault.kept)
    assert both.words(ONE, "told", sealed) == "河里有黑水"
    both.ring.make("youngOwner12")
    newest = KeyRing(tmp_path / "ring", [_key("b")])
    assert newest.key_of("youngOwner12")
    with pytest.raises(Damaged):
        newest.key_of(ONE)


def test_a_key_is_made_once_and_bound_to_its_name(vault: ErasableVault, tmp_path: Path) -> None:
    before = vault.ring.key_of(ONE)
    vault.ring.make(ONE)
    assert vault.ring.key_of(ONE) == before
    shutil.copy(tmp_path / "ring" / ONE, tmp_path / "ring" / OTHER)
    with pytest.raises(Damaged):
        vault.ring.key_of(OTHER)


def test_neither_keys_nor_files_tell_the_hour(vault: ErasableVault, tmp_path: Path) -> None:
    vault.put(ONE, "original", io.BytesIO(b"some bytes"))
    found = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(found) == 3
    assert {path.stat().st_mtime % 86_400 for path in found} == {0}
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "ring").iterdir()} == {0}


def test_bytes_that_are_gone_are_absent(vault: ErasableVault) -> None:
    blob = vault.put(ONE, "original", io.BytesIO(b"some bytes"))
    vault.kept.delete(blob.sha256)
    with pytest.raises(Absent):
        vault.open(ONE, "original", blob.sha256)
