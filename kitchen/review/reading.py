"""What a reviewer has before their eyes: the text as read, what is frozen of it, what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.base import Edition, post_from_json
from channels.markup import Pictured, figures
from kitchen.core.access import Actor
from kitchen.media.models import MediaAsset, Rendition
from kitchen.review import queries
from kitchen.review.models import Round, Step
from kitchen.review.reviewers import obstacle_for
from kitchen.review.rules import Obstacle, StepState, hash_of_shown
from kitchen.stories import diff, doc
from kitchen.stories.checks.report import Hit, report_from_json
from kitchen.stories.models import FrozenPost, Version
from kitchen.stories.queries import posts_of

TEXT_SHAPE = "preview"
"""The shape in which pictures of the text are shown on the desk."""

Address = Callable[[str, str], str]
"""(asset uid, preset) -> where the desk shows that file."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One edition as its readers will see it, and every account that will carry it."""

    channel: str
    edition: Edition
    html: str
    """Of an article, its text with pictures; else empty."""
    posts: Sequence[FrozenPost]


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from an earlier version."""

    since: Version
    own: bool
    """Whether the reviewer decided on that version; else it is the one handed in before."""
    parts: Sequence[diff.Part]


@dataclass(frozen=True, slots=True)
class Item:
    """Everything on which a verdict rests, read at one moment."""

    round: Round
    html: str
    hits: Sequence[Hit]
    sendings: Sequence[Sending]
    addresses: Mapping[str, str]
    """Where the desk shows a file, by its hash."""
    seen_hash: str
    changes: Changes | None
    mine: Step | None
    """The step that this person may decide now."""
    obstacle: Obstacle | None
    """Why not, where a step is open and none is theirs."""


def item_of(session: Session, actor: Actor, round_: Round, address: Address) -> Item:
    """The round as this person should read it, in a constant number of queries."""
    version = round_.story_version
    posts = posts_of(session, round_.version_id)
    editions = {post.id: post_from_json(post.post).edition for post in posts}
    found = _renditions(session, _files(editions.values()))
    addresses = {sha256: address(*named) for sha256, named in found.items()}
    mine, obstacle = turn_of(session, actor, round_)
    return Item(
        round=round_,
        html=_text(version, address),
        hits=report_from_json(version.report).hits,
        sendings=_sendings(posts, editions, addresses),
        addresses=addresses,
        seen_hash=hash_of_shown(post.payload_hash for post in posts),
        changes=_changes(session, actor, round_),
        mine=mine,
        obstacle=obstacle,
    )


def turn_of(session: Session, actor: Actor, round_: Round) -> tuple[Step | None, Obstacle | None]:
    """The open step that this person may decide, or what keeps them from the first one."""
    first: Obstacle | None = None
    for step in round_.steps:
        if step.state == StepState.OPEN:
            obstacle = obstacle_for(session, actor, step)
            if obstacle is None:
                return step, None
            first = first or obstacle
    return None, first


def _text(version: Version, address: Address) -> str:
    """The text with its pictures, as the desk shows it."""
    shown = {it.sha256: address(it.uid, TEXT_SHAPE) for it in doc.files(version.doc)}
    return Pictured(shown.get, still=shown.get).rewrite(doc.to_html(version.doc))


def _sendings(
    posts: Sequence[FrozenPost],
    editions: Mapping[int, Edition],
    addresses: Mapping[str, str],
) -> list[Sending]:
    """Accounts of a channel that carry the same edition stand together."""

    def look(post: FrozenPost) -> tuple[str, str]:
        return post.channel, repr(editions[post.id])

    sendings = []
    for _, same in groupby(sorted(posts, key=look), key=look):
        together = list(same)
        edition = editions[together[0].id]
        article = edition.form == "article"
        html = Pictured(addresses.get).rewrite(edition.body) if article else ""
        sendings.append(Sending(together[0].channel, edition, html, together))
    return sorted(sendings, key=lambda sending: sending.posts[0].position)


def _files(editions: Iterable[Edition]) -> set[str]:
    named: set[str] = set()
    for edition in editions:
        files = [*edition.media, *([edition.cover] if edition.cover else [])]
        named |= {file.sha256 for file in files} | set(figures(edition.body))
    return named


def _renditions(session: Session, hashes: set[str]) -> dict[str, tuple[str, str]]:
    found = session.execute(
        select(Rendition.sha256, MediaAsset.uid, Rendition.preset)
        .join(MediaAsset, MediaAsset.id == Rendition.asset_id)
        .where(Rendition.sha256.in_(hashes))
    )
    return {sha256: (uid, preset) for sha256, uid, preset in found}


def _changes(session: Session, actor: Actor, round_: Round) -> Changes | None:
    """Since the person decided last; for others, since it was handed in before."""
    own = queries.last_seen(session, actor, round_)
    since = own or queries.submitted_before(session, round_)
    if since is None:
        return None
    parts = diff.compare(_words(since), _words(round_.story_version))
    return Changes(since, own is not None, parts)


def _words(version: Version) -> str:
    parts = [version.title, version.fields.get("digest", ""), doc.to_text(version.doc)]
    return "\n".join(filter(None, parts))
