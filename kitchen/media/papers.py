"""The paper of a right: the letter of consent or the contract itself, sealed, beside what is said.

It names people and carries their signatures, so it lies in the sealed store, is shown only to those
who write rights down, and every look is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Final

from sqlalchemy.orm import Session

from assets.sealed_store import SealedStore
from kitchen.core import audit
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Invalid, NotFound, TooLarge
from kitchen.media.models import MediaAsset
from kitchen.media.rights_models import MediaRight
from kitchen.media.rules import May

MOST_BYTES: Final = 20 * 1024 * 1024
"""The heaviest paper that is taken in: some twenty scanned pages."""
_STARTS: Final = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
"""What a paper may be, by its first bytes. It is only ever handed back as a download."""


@dataclass(frozen=True, slots=True)
class Paper:
    """Sealed bytes that belong to nobody's right yet."""

    sealed_as: str
    mime: str


def seal(store: SealedStore, stream: BinaryIO, right_uid: str) -> Paper:
    """Seal what came for a right. Raises :class:`Invalid` for what is no paper,
    :class:`TooLarge`.
    """
    head = stream.read(8)
    mime = next((kind for start, kind in _STARTS.items() if head.startswith(start)), "")
    if not mime:
        raise Invalid(fields={"paper": N_("字据请传 PDF，或 JPEG、PNG 图片。")})
    if stream.seek(0, 2) > MOST_BYTES:
        most = MOST_BYTES // (1024 * 1024)
        raise TooLarge(N_("字据最大 %(most)s MB，请压缩或分开上传。"), most=most)
    stream.seek(0)
    return Paper(store.put(stream, right_uid).sha256, mime)


def attach(
    session: Session, actor: Actor, asset: MediaAsset, right: MediaRight, paper: Paper
) -> None:
    """Let it be the paper of a right, instead of any other. Raises :class:`Forbidden`."""
    authorize(actor, May.EDIT_RIGHTS, asset)
    right.paper_sealed_as, right.paper_mime = paper.sealed_as, paper.mime
    session.flush()
    audit.record(session, actor, "attach_paper", asset, after={"right": right.uid})


def read(session: Session, actor: Actor, asset: MediaAsset, right: MediaRight) -> Paper:
    """The paper of a right, for whoever may write it down. Raises :class:`Forbidden`,
    :class:`NotFound` where it has none.
    """
    authorize(actor, May.EDIT_RIGHTS, asset)
    if not right.paper_sealed_as:
        raise NotFound
    audit.record(session, actor, "read_paper", asset, after={"right": right.uid})
    return Paper(right.paper_sealed_as, right.paper_mime)
