"""Verbs on tags: say what an asset shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from kitchen.core import audit
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Invalid, Sentence
from kitchen.media.models import MediaAsset
from kitchen.media.rules import May
from kitchen.media.service import may_describe
from kitchen.media.tag_models import MediaTag, MediaTerm
from kitchen.media.tag_rules import TAG_MAX, TAGS_AT_MOST, Facet, plain

Tags = Mapping[Facet, Sequence[str]]


def tags_of(session: Session, asset: MediaAsset) -> dict[Facet, list[str]]:
    """What an asset carries, by kind; each kind is there, and its words are in order."""
    return tags_of_each(session, [asset.id])[asset.id]


def tags_of_each(session: Session, ids: Iterable[int]) -> dict[int, dict[Facet, list[str]]]:
    """The same for several assets by their ids, in one query."""
    found: dict[int, dict[Facet, list[str]]] = {at: {each: [] for each in Facet} for at in ids}
    rows = session.execute(
        select(MediaTag.asset_id, MediaTerm.facet, MediaTerm.value)
        .join(MediaTerm, MediaTerm.id == MediaTag.term_id)
        .where(MediaTag.asset_id.in_(found))
        .order_by(MediaTerm.value)
    )
    for asset_id, facet, value in rows:
        found[asset_id][Facet(facet)].append(value)
    return found


def tag(session: Session, actor: Actor, asset: MediaAsset, wanted: Tags) -> None:
    """Let an asset carry exactly these words of the kinds that are named; others stay.

    Raises :class:`Forbidden`, and :class:`Invalid` for words too long or too many.
    """
    if not may_describe(actor, asset):
        authorize(actor, May.EDIT_RIGHTS, asset)
    before = tags_of(session, asset)
    after = {facet: plain(words) for facet, words in wanted.items()}
    _demand_measure(after)
    had = {(facet, word) for facet in after for word in before[facet]}
    has = {(facet, word) for facet, words in after.items() for word in words}
    if had == has:
        return
    _take_off(session, asset, had - has)
    for facet, word in sorted(has - had):
        _put_on(session, asset, facet, word)
    flag_modified(asset, "title")  # so that the index reads its words anew
    session.flush()
    told = {str(facet): "、".join(words) for facet, words in after.items()}
    was = {str(facet): "、".join(before[facet]) for facet in after}
    audit.record(session, actor, "tag_asset", asset, before=was, after=told)


def _demand_measure(wanted: Mapping[Facet, Sequence[str]]) -> None:
    for facet, words in wanted.items():
        if len(words) > TAGS_AT_MOST:
            told = Sentence(N_("最多 %(most)s 个，请删减。"), {"most": TAGS_AT_MOST})
            raise Invalid(fields={str(facet): told})
        if any(len(word) > TAG_MAX for word in words):
            told = Sentence(N_("每个最多 %(most)s 个字。"), {"most": TAG_MAX})
            raise Invalid(fields={str(facet): told})


def _take_off(session: Session, asset: MediaAsset, words: set[tuple[Facet, str]]) -> None:
    for facet, word in sorted(words):
        term = _term(session, facet, word)
        assert term is not None
        session.execute(
            delete(MediaTag).where(MediaTag.term_id == term.id, MediaTag.asset_id == asset.id)
        )
        _count(session, term, -1)


def _put_on(session: Session, asset: MediaAsset, facet: Facet, word: str) -> None:
    term = _term(session, facet, word) or _coined(session, facet, word)
    session.add(MediaTag(term_id=term.id, asset_id=asset.id))
    _count(session, term, 1)


def _coined(session: Session, facet: Facet, word: str) -> MediaTerm:
    """The word as a new one, unless somebody coined it at the same moment."""
    term = MediaTerm(facet=facet, value=word, uses=0)
    try:
        with session.begin_nested():
            session.add(term)
    except IntegrityError:
        found = _term(session, facet, word)
        assert found is not None
        return found
    return term


def _term(session: Session, facet: Facet, word: str) -> MediaTerm | None:
    return session.scalar(
        select(MediaTerm).where(MediaTerm.facet == facet, MediaTerm.value == word)
    )


def _count(session: Session, term: MediaTerm, by: int) -> None:
    session.execute(
        update(MediaTerm)
        .where(MediaTerm.id == term.id)
        .values(uses=MediaTerm.uses + by)
        .execution_options(synchronize_session=False)
    )
