"""Content Credentials (C2PA): who signed a file, whether it is as it was signed, how it was made;
and, on renditions of such a file, our own signature that says so.

They are read in a bounded child of their own, which fetches nothing: neither a manifest that the
file says stands elsewhere nor an answer about the signer's certificate. A file without them costs
one search through its bytes. Credentials that cannot be read are told as such and cost the file
nothing. Whether a signer is to be trusted is not decided here: there is no list of ours, so the
name is shown as the certificate says it.
"""

from __future__ import annotations

import functools
import mmap
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from assets import bounded
from assets.bounded import Bench
from assets.identity import Identity
from assets.refusals import Refused

MARK: Final = b"c2pa"
"""Stands in the boxes of every manifest, whatever file it is in."""


SECONDS: Final = 2.0
BYTES_A_SECOND: Final = 100_000_000
"""How long reading may take: a little, and what it takes to hash the file on a slow machine."""


class State(StrEnum):
    """What the signature says of the file."""

    VALID = "valid"
    """Signed, and since then not a byte was changed."""
    INVALID = "invalid"
    """Something was changed after the signature, or the signature is none."""
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What was found in a file."""

    state: State
    signer: str = ""
    """The name in the certificate; anybody can have one made."""
    maker: str = ""
    """The program or camera that made the claim."""
    signed_at: str = ""
    """As the file says, in ISO 8601; only with a time stamp."""
    generated: bool = False
    """Whether the claim says that a machine made the content or a part of it."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"state": str(self.state)}

    @classmethod
    def from_json(cls, wire: Mapping[str, Any]) -> Credentials:
        return cls(
            State(wire["state"]),
            str(wire["signer"]),
            str(wire["maker"]),
            str(wire["signed_at"]),
            bool(wire["generated"]),
        )

    @property
    def moment(self) -> datetime | None:
        """When it was signed."""
        try:
            return datetime.fromisoformat(self.signed_at)
        except ValueError:
            return None


def read(path: Path, mime: str) -> Credentials | None:
    """The credentials of the file at `path`, whose type is `mime`; ``None`` if it has none."""
    if not _has_mark(path):
        return None
    request = {"path": str(path.resolve()), "mime": mime}
    seconds = SECONDS + path.stat().st_size / BYTES_A_SECOND
    try:
        found = bounded.ask(request, seconds=seconds, bench=_bench()).facts["found"]
    except Refused:
        return Credentials(State.UNREADABLE)
    return Credentials.from_json(found) if found else None


def vouched(raw: bytes, mime: str, told: Credentials, by: Identity) -> bytes:
    """A rendition of ours with credentials in our name, which tell what its original's said.

    The original's own do not go along: they are no longer true of other bytes, and they name the
    device and often the place. What a reader learns is who says so: the house. Raises
    :class:`Refused` where it cannot be signed.
    """
    with tempfile.NamedTemporaryFile(prefix="kitchen-sign-") as file:
        file.write(raw)
        file.flush()
        request = {"path": file.name, "mime": mime, "told": told.to_json(), **by.to_json()}
        return bounded.ask(request, bench=_signing_bench()).parts[0]


def _has_mark(path: Path) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        return whole.find(MARK) >= 0


@functools.cache
def _bench() -> Bench:
    return _with_library("assets.credentials_workbench")


@functools.cache
def _signing_bench() -> Bench:
    return _with_library("assets.signing_workbench")


def _with_library(module: str) -> Bench:
    """A bench with the library, found without loading it into this process."""
    found = find_spec("c2pa")
    assert found is not None
    assert found.origin is not None
    return Bench(module, (__file__, found.origin))
