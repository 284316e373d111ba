"""Pictures that look alike are found, and others are not."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance

from assets import likeness, pictures
from assets.store import FolderStore
from tests.assets.samples import encoded


def _scene(seed: int, size: tuple[int, int] = (1200, 800)) -> Image.Image:
    """Light and dark patches as a photograph has them."""
    grain = Image.frombytes("RGB", (12, 8), random.Random(seed).randbytes(288))
    return grain.resize(size, Image.Resampling.BICUBIC)


def _of(tmp_path: Path, store: FolderStore, image: Image.Image, kind: str, **how: int) -> int:
    path = tmp_path / "picture"
    path.write_bytes(encoded(image, kind, **how))
    found = pictures.take_in(path, store.put)[0].likeness
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(3))
def test_copies_are_near_and_other_scenes_are_far(
    tmp_path: Path, store: FolderStore, seed: int
) -> None:
    scene = _scene(seed)
    first = _of(tmp_path, store, scene, "JPEG", quality=92)
    copies = {
        "smaller": _of(tmp_path, store, scene.resize((500, 333)), "JPEG"),
        "compressed": _of(tmp_path, store, scene, "JPEG", quality=20),
        "another kind": _of(tmp_path, store, scene, "WEBP", quality=50),
        "lighter": _of(tmp_path, store, ImageEnhance.Brightness(scene).enhance(1.15), "PNG"),
        "paler": _of(tmp_path, store, ImageEnhance.Color(scene).enhance(0.4), "JPEG"),
    }
    far = {name for name, it in copies.items() if likeness.distance(first, it) > likeness.NEAR}
    assert far == set()
    others = [_of(tmp_path, store, _scene(seed + number), "JPEG") for number in (10, 20, 30)]
    assert min(likeness.distance(first, it) for it in others) > 2 * likeness.NEAR


def test_a_plain_surface_is_like_nothing() -> None:
    assert likeness.fingerprint(Image.new("RGB", (400, 300), "grey")) is None


def test_bits_fit_a_signed_number_of_any_database() -> None:
    falling = Image.linear_gradient("L").rotate(270).resize((90, 80))
    rising = Image.linear_gradient("L").rotate(90).resize((90, 80))
    found = [likeness.fingerprint(it) for it in (falling, rising)]
    assert sorted(map(str, found)) == ["-1", "0"]


def test_no_two_that_are_near_share_no_band_nearly() -> None:
    """The index finds all that differ in no more than seven bits: by trial of many."""
    chance = random.Random(5)
    for _ in range(2000):
        one = chance.getrandbits(64) - (1 << 63)
        other = one
        for bit in chance.sample(range(64), likeness.NEAR):
            other ^= 1 << bit
        pairs = zip(likeness.bands(one), likeness.bands(other), strict=True)
        assert likeness.distance(one, other) == likeness.NEAR
        assert any(theirs in likeness.nearly(mine) for mine, theirs in pairs)
