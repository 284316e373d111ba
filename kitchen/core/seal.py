"""Sealing of secrets at rest: readable only with a key that is not in the database.

The newest key seals, all keys open, so that keys can be changed while the house works. What is
sealed carries the name of its owner, and opens only under that name: a ciphertext moved to another
row is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class BrokenSeal(ValueError):
    """The ciphertext is damaged, was sealed with a lost key, or belongs to another owner."""


class Sealer:
    """Seals small mappings for a named owner."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, owner: str, values: Mapping[str, Any]) -> str:
        clear = json.dumps({"owner": owner, "values": dict(values)}, ensure_ascii=False)
        return self._fernet.encrypt(clear.encode()).decode()

    def open(self, owner: str, sealed: str) -> dict[str, Any]:
        """What was sealed for ``owner``; an empty text opens to nothing."""
        if not sealed:
            return {}
        try:
            clear = json.loads(self._fernet.decrypt(sealed.encode()))
        except (InvalidToken, ValueError) as error:
            raise BrokenSeal(f"what is sealed for {owner} cannot be opened") from error
        if clear["owner"] != owner:
            raise BrokenSeal(f"this seal belongs to {clear['owner']}, not to {owner}")
        values: dict[str, Any] = clear["values"]
        return values
