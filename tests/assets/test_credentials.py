"""Content Credentials: read as they are, doubted where they were tampered with, fetched never."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assets import credentials, pictures
from assets.credentials import Credentials, State
from assets.identity import new_identity
from tests.assets.hostile import sample
from tests.assets.samples import JPEG, tell_tale
from tests.assets.signed import SIGNER, signed
from tests.media.hostile_intake import listening

MIMES = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "avif": "image/avif",
    "heic": "image/heic",
    "mp4": "video/mp4",
}


def _read(tmp_path: Path, raw: bytes, mime: str = "image/jpeg") -> Credentials | None:
    path = tmp_path / "source"
    path.write_bytes(raw)
    return credentials.read(path, mime)


@pytest.mark.parametrize("kind", MIMES)
def test_who_signed_and_with_what_is_read(tmp_path: Path, kind: str) -> None:
    raw = signed(sample(kind), MIMES[kind])
    assert _read(tmp_path, raw, MIMES[kind]) == Credentials(State.VALID, SIGNER, "示例相机 3")


def test_a_machines_hand_is_told(tmp_path: Path) -> None:
    found = _read(tmp_path, signed(JPEG, machine=True))
    assert found is not None
    assert (found.state, found.generated) == (State.VALID, True)


def test_one_changed_byte_makes_the_signature_void(tmp_path: Path) -> None:
    raw = bytearray(signed(JPEG))
    raw[-500] ^= 1
    found = _read(tmp_path, bytes(raw))
    assert found is not None
    assert (found.state, found.signer) == (State.INVALID, SIGNER)


def test_a_file_without_credentials_has_none(tmp_path: Path) -> None:
    assert _read(tmp_path, JPEG) is None
    assert _read(tmp_path, JPEG + b"c2pa") is None


def test_credentials_that_cannot_be_read_are_told_as_such(tmp_path: Path) -> None:
    raw = signed(JPEG)
    at = raw.index(b"c2pa")
    found = _read(tmp_path, raw[: at + 60] + bytes(2000) + raw[at + 2060 :])
    assert found is not None
    assert found.state in (State.UNREADABLE, State.INVALID)


def test_credentials_that_stand_elsewhere_are_not_fetched(tmp_path: Path) -> None:
    with listening() as (address, heard):
        raw = signed(JPEG, url=f"http://{address}/c2pa")
        assert b"c2pa" in raw
        assert _read(tmp_path, raw) in (None, Credentials(State.UNREADABLE))
        assert heard == []


def test_a_rendition_says_in_our_name_what_its_original_said(tmp_path: Path) -> None:
    told = _read(tmp_path, signed(JPEG, machine=True))
    assert told is not None
    ours = credentials.vouched(JPEG, "image/jpeg", told, new_identity("青禾区融媒体中心"))
    found = _read(tmp_path, ours)
    assert found == Credentials(State.VALID, "青禾区融媒体中心", "Central Kitchen", "", True)
    assert len(ours) < len(JPEG) + 16_000
    assert SIGNER.encode() in ours
    assert _read(tmp_path, ours[:-900] + bytes(900)) == replace(found, state=State.INVALID)


def test_signing_leaves_the_label_of_generated_content_where_it_was(tmp_path: Path) -> None:
    told = Credentials(State.VALID, SIGNER)
    ours = credentials.vouched(tell_tale(), "image/jpeg", told, new_identity("a"))
    (tmp_path / "ours.jpg").write_bytes(ours)
    label = pictures.inspect(tmp_path / "ours.jpg").metadata.aigc
    assert label is not None
    assert label["Label"] == "1"


def test_credentials_survive_the_way_between_processes() -> None:
    full = Credentials(State.INVALID, "a", "b", "2026-05-01T09:30:00+00:00", True)
    assert Credentials.from_json(full.to_json()) == full
    assert full.moment is not None
    assert Credentials(State.VALID).moment is None
