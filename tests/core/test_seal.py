"""Seals: opened only with a key of ours and under their owner's name."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from kitchen.core.seal import BrokenSeal, Sealer

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


def test_what_is_sealed_cannot_be_read_and_opens_for_its_owner() -> None:
    sealed = Sealer([NEW]).seal("account-1", {"secret": "开门"})
    assert "开门" not in sealed
    assert Sealer([NEW]).open("account-1", sealed) == {"secret": "开门"}


def test_an_older_key_still_opens_after_the_keys_were_changed() -> None:
    sealed = Sealer([OLD]).seal("account-1", {"secret": "开门"})
    assert Sealer([NEW, OLD]).open("account-1", sealed) == {"secret": "开门"}


@pytest.mark.parametrize(
    ("keys", "owner", "spoil"),
    [
        ([NEW], "account-2", lambda sealed: sealed),
        ([OLD], "account-1", lambda sealed: sealed),
        ([NEW], "account-1", lambda sealed: sealed[:-4] + "AAAA"),
        ([NEW], "account-1", lambda sealed: "not a seal"),
    ],
    ids=["another owner", "another key", "damaged", "no seal at all"],
)
def test_a_wrong_seal_is_refused(keys: list[str], owner: str, spoil: object) -> None:
    sealed = Sealer([NEW]).seal("account-1", {"secret": "开门"})
    with pytest.raises(BrokenSeal):
        Sealer(keys).open(owner, spoil(sealed))  # type: ignore[operator]


def test_nothing_opens_to_nothing() -> None:
    assert Sealer([NEW]).open("account-1", "") == {}
