"""A hash beside the bytes: the same as at once, however far it falls behind."""

from __future__ import annotations

import hashlib
import threading

import pytest

from kitchen.media.digesting import AHEAD, Digest

PIECES = [bytes([number]) * 5000 for number in range(3 * AHEAD)]


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
@pytest.mark.parametrize("many", [0, 1, AHEAD, 3 * AHEAD])
def test_it_is_the_hash_of_all_that_was_given(algorithm: str, many: int) -> None:
    with Digest(algorithm) as digest:
        for piece in PIECES[:many]:
            digest.update(piece)
        assert digest.digest() == hashlib.new(algorithm, b"".join(PIECES[:many])).digest()


def test_bytes_wait_for_a_hash_that_has_fallen_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    on, taken = threading.Event(), threading.Event()

    class Slow:
        def update(self, _piece: bytes) -> None:
            on.wait(30)

    monkeypatch.setattr(hashlib, "new", lambda *_name, **_how: Slow())

    def give() -> None:
        for piece in PIECES[: AHEAD + 1]:
            digest.update(piece)
        taken.set()

    with Digest("sha256") as digest:
        giver = threading.Thread(target=give)
        giver.start()
        assert not taken.wait(0.3)
        on.set()
        giver.join(30)
    assert taken.is_set()


def test_what_is_broken_off_leaves_no_thread() -> None:
    with pytest.raises(ConnectionError), Digest("sha256") as digest:
        digest.update(PIECES[0])
        raise ConnectionError
    assert not [it for it in threading.enumerate() if it.name.startswith("digest")]
