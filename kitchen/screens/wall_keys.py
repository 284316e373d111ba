"""Keys of walls: a screen that hangs day and night belongs to nobody, and no session is its own.

A key opens the wall and nothing else of the desk, until somebody takes it back. The wall is the
same for everybody and holds nothing of a person (ADR 0032), so a key needs no name of staff.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.db import Database
from kitchen.core.errors import N_, NotFound, WrongState
from kitchen.opinion.rules import May
from kitchen.people.service import hash_of
from kitchen.screens.models import WallKey

KEYS_MOST = 30
"""Keys that may hold at once; a centre has a few screens."""
SEEN_EVERY = timedelta(minutes=10)


def give(session: Session, actor: Actor, *, name: str, lang: str) -> tuple[WallKey, str]:
    """Make a key for one screen; answers it with its token, which nobody can tell again.

    Raises :class:`Forbidden`, and :class:`WrongState` where there are too many.
    """
    authorize(actor, May.SET)
    assert actor.id is not None
    holding = select(func.count()).where(WallKey.taken_back_at.is_(None))
    if session.scalar(holding.select_from(WallKey)) >= KEYS_MOST:  # type: ignore[operator]
        raise WrongState(N_("有效的大屏钥匙最多 %(most)s 把，请先收回不用的。"), most=KEYS_MOST)
    token = secrets.token_urlsafe(24)
    key = WallKey(name=name, lang=lang, token_hash=hash_of(token), given_by_id=actor.id)
    session.add(key)
    session.flush()
    audit.record(session, actor, "give_wall_key", key, after={"name": name})
    return key, token


def take_back(session: Session, actor: Actor, key: WallKey) -> None:
    """Let the screen show nothing from its next look on; done already, it stays as it is."""
    authorize(actor, May.SET)
    if key.taken_back_at is None:
        key.taken_back_at = clock.now(session)
        audit.record(session, actor, "take_back_wall_key", key, note=key.name)


def the_key(session: Session, uid: str) -> WallKey:
    """One key by its name at the desk. Raises :class:`NotFound`."""
    found = session.scalar(
        select(WallKey).where(WallKey.uid == uid).options(joinedload(WallKey.given_by))
    )
    if found is None:
        raise NotFound
    return found


def all_keys(session: Session) -> Sequence[WallKey]:
    """Those that hold, and the latest of those that were taken back; the newest first."""
    return session.scalars(
        select(WallKey)
        .options(joinedload(WallKey.given_by))
        .order_by(WallKey.taken_back_at.is_not(None), WallKey.id.desc())
        .limit(2 * KEYS_MOST)
    ).all()


def fitting(session: Session, token: str) -> WallKey | None:
    """The key whose token this is, if it still opens."""
    if not token:
        return None
    return session.scalar(
        select(WallKey).where(WallKey.token_hash == hash_of(token), WallKey.taken_back_at.is_(None))
    )


def opens(database: Database, token: str) -> bool:
    """Whether a token still opens the wall; notes now and then that its screen is alive."""
    with database.unit(write=False) as session:
        key = fitting(session, token)
        if key is None:
            return False
        now = clock.now(session)
        fresh = key.seen_at is not None and now - key.seen_at < SEEN_EVERY
        uid = key.uid
    if not fresh:
        with database.unit() as session:
            the_key(session, uid).seen_at = now
    return True
