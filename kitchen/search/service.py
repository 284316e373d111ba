"""Verbs of search: keep a question, let it go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kitchen.core import audit
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Invalid
from kitchen.search.models import SavedSearch
from kitchen.search.rules import SAVED_AT_MOST


def keep(session: Session, actor: Actor, name: str, asks: Mapping[str, Any]) -> SavedSearch:
    """Keep a question under a name; under a name that the person has used, instead of the former.

    ``asks`` are the words and filters as the page takes them. Raises :class:`Invalid` for a
    question without words, and where the person keeps :data:`SAVED_AT_MOST` already.
    """
    if not asks.get("q"):
        raise Invalid(fields={"q": N_("请先写下要找的字，再保存这次搜索。")})
    mine = SavedSearch.staff_id == actor.id
    saved = session.scalar(select(SavedSearch).where(mine, SavedSearch.name == name))
    if saved is not None:
        audit.record(session, actor, "change_search", saved, after={"name": name})
        saved.asks = dict(asks)
        return saved
    if (session.scalar(select(func.count()).where(mine)) or 0) >= SAVED_AT_MOST:
        raise Invalid(fields={"name": N_("保存的搜索太多了，请先删掉不用的。")})
    saved = SavedSearch(staff_id=actor.id, name=name, asks=dict(asks))
    session.add(saved)
    session.flush()
    audit.record(session, actor, "keep_search", saved, after={"name": name})
    return saved


def let_go(session: Session, actor: Actor, saved: SavedSearch) -> None:
    """The person has no more use for it."""
    audit.record(session, actor, "let_search_go", saved, before={"name": saved.name})
    session.delete(saved)
