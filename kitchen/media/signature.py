"""The house's own signature, under Content Credentials of what it makes: made when first needed."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assets.credentials import Credentials
from assets.identity import Identity, new_identity
from kitchen import ports
from kitchen.media import provenance
from kitchen.media.models import MediaAsset
from kitchen.media.rules import Rights
from kitchen.media.shape_models import Signature
from kitchen.people.models import Unit
from kitchen.people.rules import Level

OWNER: Final = "media_signature"
THE_ONE: Final = 1

Vouching = tuple[Credentials, Identity]
"""What an original's credentials say, and in whose name its shapes pass that on."""


def vouching(session: Session, asset: MediaAsset) -> Vouching | None:
    """Only what is ours or licensed to us is vouched for: who signed another's file is a source."""
    found = provenance.credentials_of(session, asset)
    if found is None or asset.rights not in (Rights.OWN, Rights.LICENSED):
        return None
    return found, identity(session)


def identity(session: Session) -> Identity:
    """The identity in which the house signs."""
    row = session.get(Signature, THE_ONE) or _made(session)
    return Identity.from_json(ports.of(session).sealer.open(OWNER, row.sealed))


def _made(session: Session) -> Signature:
    """A new one; of two that are made at once, the first is kept."""
    centre = (
        select(Unit.name)
        .where(Unit.level == Level.MEDIA_CENTRE, Unit.closed_at.is_(None))
        .order_by(Unit.id)
        .limit(1)
    )
    name = session.scalar(centre) or "Central Kitchen"
    sealed = ports.of(session).sealer.seal(OWNER, new_identity(name).to_json())
    row = Signature(id=THE_ONE, name=name, sealed=sealed)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return session.get_one(Signature, THE_ONE)
    return row
