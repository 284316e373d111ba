"""What a reviewer has before their eyes: the text as read, what is frozen of it, what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.base import Edition, post_from_json
from channels.markup import Pictured, figures
from kitchen.core.access import Actor
from kitchen.media.models import MediaAsset, Rendition
from kitchen.review import lane, proofing, queries, remarks
from kitchen.review.amending import obstacle_to
from kitchen.review.models import Proof, Round, Step
from kitchen.review.remarks import Placed
from kitchen.review.reviewers import Turn, turn_at
from kitchen.review.rules import UNDER_WAY, May, Obstacle, StepState, hash_of_shown
from kitchen.stories import changes, doc, readings
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


class Base(StrEnum):
    """With what a version is compared."""

    SEEN = "seen"
    """What this reviewer had before their eyes last."""
    LEVEL = "level"
    """What was passed at this level last, by whomever."""
    PREVIOUS = "previous"
    """What was handed in before."""
    NOTHING = "nothing"
    """The whole text, as it reads."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs from an earlier version."""

    base: Base
    since: Version
    changes: changes.Changes


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
    compared: Compared | None
    bases: Sequence[Base]
    """With what it may be compared; the first is what is shown where nothing else is asked."""
    mine: Step | None
    """The step that this person may decide now."""
    obstacle: Obstacle | None
    """Why not, where a step is open and none is theirs."""
    instead_of: int | None
    """In whose stead they would decide it."""
    mending: str | None
    """Why they cannot pass it with the text mended; empty: they can; ``None``: it is not theirs."""
    remarks: Sequence[Placed]
    takes_part: bool
    """Whether they may write remarks here."""
    proof: Proof | None
    """The proof that they may sign now."""
    may_release: bool
    """Whether they may send it out by the emergency lane."""


def item_of(
    session: Session, actor: Actor, round_: Round, address: Address, base: Base | None = None
) -> Item:
    """The round as this person should read it, in a constant number of queries.

    ``base`` chooses with what it is compared; one that there is not gives the whole text.
    """
    version = round_.story_version
    posts = posts_of(session, round_.version_id)
    editions = {post.id: post_from_json(post.post).edition for post in posts}
    found = _renditions(session, _files(editions.values()))
    addresses = {sha256: address(*named) for sha256, named in found.items()}
    mine, turn = turn_of(session, actor, round_)
    known = _bases(session, actor, round_, mine)
    return Item(
        round=round_,
        html=_text(version, address),
        hits=report_from_json(version.report).hits,
        sendings=_sendings(posts, editions, addresses),
        addresses=addresses,
        seen_hash=hash_of_shown(post.payload_hash for post in posts),
        compared=_compared(version, known, base),
        bases=[*known, Base.NOTHING],
        mine=mine,
        obstacle=turn.obstacle,
        instead_of=turn.instead_of if mine else None,
        mending=(obstacle_to(actor, round_, mine) or "") if mine else None,
        remarks=remarks.placed(session, actor, round_.story, version),
        takes_part=round_.state in UNDER_WAY and remarks.takes_part(session, actor, round_.story),
        proof=_proof_of(session, actor, round_),
        may_release=actor.may(May.RELEASE_EARLY, round_.story.unit_id)
        and lane.fault_of(session, actor, round_) is None,
    )


def turn_of(session: Session, actor: Actor, round_: Round) -> tuple[Step | None, Turn]:
    """The open step that this person may decide, or none and how they stand to the first one."""
    first: Turn | None = None
    for step in round_.steps:
        if step.state == StepState.OPEN:
            turn = turn_at(session, actor, step)
            if turn.obstacle is None:
                return step, turn
            first = first or turn
    return None, first or Turn(None, None)


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


def _proof_of(session: Session, actor: Actor, round_: Round) -> Proof | None:
    if round_.state not in UNDER_WAY or not actor.may(May.PROOFREAD, round_.story.unit_id):
        return None
    waiting = (proof for proof in round_.proofs if proof.reader_id is None)
    first = next(waiting, None)
    if first is None or proofing.obstacle_for(session, actor, round_, first.number):
        return None
    return first


def _bases(session: Session, actor: Actor, round_: Round, mine: Step | None) -> dict[Base, Version]:
    """The versions with which it may be compared, the most telling first; each once."""
    seen = [
        readings.last_read(session, actor, round_.story, round_.story_version),
        queries.last_seen(session, actor, round_),
    ]
    read = max((it for it in seen if it), key=lambda it: it.id, default=None)
    level = queries.last_passed(session, round_, mine) if mine else None
    told = {Base.SEEN: read, Base.LEVEL: level}
    told[Base.PREVIOUS] = queries.submitted_before(session, round_)
    found: dict[Base, Version] = {}
    for base, version in told.items():
        if version is not None and version not in found.values():
            found[base] = version
    return found


def _compared(
    version: Version, known: Mapping[Base, Version], base: Base | None
) -> Compared | None:
    chosen = base or next(iter(known), Base.NOTHING)
    if chosen not in known:
        return None
    since = known[chosen]
    return Compared(chosen, since, changes.between(since, version))
