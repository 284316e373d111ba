"""What a file is, told by its bytes; and the whole hostile corpus, refused with a reason."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest

from assets import pictures, video
from assets.refusals import Refused
from assets.sniff import Family, sniff
from tests.assets.samples import HOSTILE, JPEG, encoded, hostile, photo


@pytest.mark.parametrize(
    ("kind", "mime"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("GIF", "image/gif"),
        ("AVIF", "image/avif"),
    ],
)
def test_name_does_not_matter(tmp_path: Path, kind: str, mime: str) -> None:
    path = tmp_path / "报告.exe"
    path.write_bytes(encoded(photo(64, 48), kind))
    assert sniff(path).mime == mime
    assert sniff(path).family is Family.PICTURE


@pytest.mark.parametrize("trick", HOSTILE)
def test_hostile_file_is_refused_with_its_reason(tmp_path: Path, trick: str) -> None:
    _, code = HOSTILE[trick]
    path = tmp_path / "photo.jpg"
    path.write_bytes(hostile(trick))
    with pytest.raises(Refused) as refusal:
        pictures.inspect(path)
    assert refusal.value.code == code or code == "*"
    assert "%" not in str(refusal.value)


@pytest.mark.parametrize("trick", HOSTILE)
def test_hostile_file_is_no_film_either(tmp_path: Path, trick: str) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(hostile(trick))
    with pytest.raises(Refused):
        video.probe(path)


def test_phone_picture_with_a_harmless_trailer_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(JPEG + b"SEFH" + bytes(400) + b"SEFT")
    assert pictures.inspect(path).mime == "image/jpeg"


@pytest.mark.parametrize("seed", range(40))
def test_damage_anywhere_is_refused_or_survived(tmp_path: Path, seed: int) -> None:
    """Flipped bytes may still decode; what they may never do is end in anything but a reason."""
    dice = random.Random(seed)
    kind = dice.choice(["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
    raw = bytearray(encoded(photo(160, 120), kind))
    for _ in range(dice.randint(1, 12)):
        raw[dice.randrange(len(raw))] = dice.randrange(256)
    path = tmp_path / "damaged"
    path.write_bytes(raw[: dice.randint(len(raw) // 2, len(raw))])
    with suppress(Refused):
        assert pictures.inspect(path).width > 0
