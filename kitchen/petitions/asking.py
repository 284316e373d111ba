"""Verbs of the public: ask, add, rate, ask once more. No account: a code opens one's own.

Every one of them may be sent twice: a repeated question gets the first one's receipt, repeated
words are noted once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import audit, bus, clock, codes
from kitchen.core.access import EVERYWHERE, HOUSE, Actor
from kitchen.core.errors import N_, Invalid, NotFound, WrongState
from kitchen.media import service as media
from kitchen.media.intake import Intake
from kitchen.media.models import MediaAsset
from kitchen.media.rules import May as Media
from kitchen.media.rules import Rights
from kitchen.people.queries import desk_for
from kitchen.petitions import queries, service, timing
from kitchen.petitions.events import PetitionChanged, PetitionFiled
from kitchen.petitions.models import Entry, Petition, Rating
from kitchen.petitions.rules import (
    FOR_THE_PETITIONER,
    OF_THE_SAME_MATTER,
    ROUNDS,
    SCORES,
    State,
    Step,
)
from kitchen.petitions.steps import note

PICTURE = "picture"
"""As what a petition shows an asset."""
PETITIONER = Actor(id=None, uid="petitioner", name="网民", grants={Media.SUPPLY: EVERYWHERE})
"""Whoever asks: nobody that we know."""
MOST_ADDED = 20
"""Additions to one petition."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a petitioner sends. ``contact`` is sealed before it is kept."""

    title: str
    body: str
    place: str = ""
    contact: str = ""
    may_publish: bool = True


def find(session: Session, code: str) -> Petition:
    """What the code opens. Raises :class:`NotFound`."""
    found = queries.by_code(session, codes.hash_of(code))
    if found is None:
        raise NotFound(N_("没有找到这个查询码，请核对后再输。"))
    return found


def enter_pictures(session: Session, taken: Sequence[Intake]) -> list[MediaAsset]:
    """Enter what came with a question; whatever a file says of who took it stays sealed."""
    return [
        media.catalogue(session, PETITIONER, each.from_a_source(), rights=Rights.SUPPLIED)
        for each in taken
    ]


def ask(
    session: Session, code: str, asked: Question, pictures: Sequence[MediaAsset] = ()
) -> tuple[Petition, bool]:
    """File a question under its code, and say whether it is a new one: at any hour, on any day."""
    code_hash = codes.hash_of(code)
    former = queries.by_code(session, code_hash)
    if former is not None:
        return former, False
    terms = timing.terms(session)
    petition = Petition(
        title=asked.title,
        body=asked.body,
        place=asked.place,
        may_publish=asked.may_publish,
        unit_id=desk_for(session, None),
        code_hash=code_hash,
        **terms.until(terms.accepting()),
    )
    try:
        with session.begin_nested():
            session.add(petition)
    except IntegrityError:  # the same form, sent by two connections at once
        return find(session, code), False
    seal_contact(session, petition, asked.contact)
    for position, picture in enumerate(pictures):
        media.use(session, HOUSE, picture, petition, PICTURE, position)
    note(session, petition, Step.FILED)
    audit.record(session, PETITIONER, "file_petition", petition, after={"title": petition.title})
    bus.emit(session, PetitionFiled(petition.id))
    return petition, True


def seal_contact(session: Session, petition: Petition, contact: str) -> None:
    """Keep who asks where only a key that is not in the database reads it."""
    if contact:
        sealer = ports.of(session).sealer
        petition.contact_sealed = sealer.seal(petition.uid, {"contact": contact})
        session.flush()


def add(session: Session, petition: Petition, words: str) -> None:
    """Say more about one's question; the desk and the unit read it. Raises :class:`WrongState`."""
    said = _said(session, petition, Step.ADDED)
    if said and said[-1] == words:
        return
    if petition.state in {State.REFUSED, State.MERGED}:
        raise WrongState(N_("这个问题已经办结，不能再补充。需要的话请重新提问。"))
    if len(said) >= MOST_ADDED:
        raise WrongState(N_("补充得太多了，请等答复。"))
    _speaks(session, petition, Step.ADDED, words)


def rate(session: Session, petition: Petition, score: int, words: str) -> None:
    """Say how satisfied one is with the round's answer; once more changes one's mind."""
    transfer = petition.transfer
    if petition.state != State.ANSWERED or transfer is None:
        raise WrongState(N_("答复以后才能评价。"))
    if score not in SCORES:
        raise Invalid(fields={"score": N_("请选 1 到 5 分。")})
    former = session.get(Rating, (petition.id, petition.round))
    if former is not None and (former.score, former.words) == (score, words):
        return
    session.merge(
        Rating(
            petition_id=petition.id,
            round=petition.round,
            unit_id=transfer.unit_id,
            score=score,
            words=words,
            at=clock.now(session),
        )
    )
    session.flush()
    _speaks(session, petition, Step.RATED, f"{score} · {words}" if words else str(score))


def may_ask_again(session: Session, petition: Petition) -> bool:
    """Whether a petitioner has a second round left: the answer did not satisfy them."""
    rating = session.get(Rating, (petition.id, petition.round))
    most = timing.parameters(session).again_at_most
    satisfied = rating is None or rating.score > most
    return petition.state == State.ANSWERED and petition.round < ROUNDS and not satisfied


def ask_again(session: Session, petition: Petition, words: str) -> None:
    """The one further round: the unit that answered has to answer what was left open."""
    said = _said(session, petition, Step.ASKED_AGAIN)
    if said and said[-1] == words:
        return
    if not may_ask_again(session, petition):
        raise WrongState(N_("现在不能追问：评价不满意的答复可以追问一次。"))
    transfer = queries.the_transfer(petition)
    _speaks(session, petition, Step.ASKED_AGAIN, words)
    service.hand_again(session, petition, transfer.unit_id, words)


def _speaks(session: Session, petition: Petition, step: Step, words: str) -> None:
    note(session, petition, step, words)
    audit.record(session, PETITIONER, f"petitioner_{step.value}", petition)
    bus.emit(session, PetitionChanged(petition.id))


def _said(session: Session, petition: Petition, step: Step) -> Sequence[str]:
    query = select(Entry.words).where(Entry.petition_id == petition.id, Entry.step == step)
    return session.scalars(query.order_by(Entry.id)).all()


def way_of(session: Session, petition: Petition) -> Sequence[Entry]:
    """What the petitioner reads, oldest first; of the one into which theirs was merged as well."""
    own = Entry.step.in_(sorted(FOR_THE_PETITIONER)) & (Entry.petition_id == petition.id)
    if petition.merged_into_id is not None:
        same = Entry.step.in_(sorted(OF_THE_SAME_MATTER))
        own = own | (same & (Entry.petition_id == petition.merged_into_id))
    return session.scalars(select(Entry).where(own).order_by(Entry.at, Entry.id)).all()


def ratings_of(session: Session, petition: Petition) -> Sequence[Rating]:
    """The petitioner's word on each round."""
    query = select(Rating).where(Rating.petition_id == petition.id)
    return session.scalars(query.order_by(Rating.round)).all()
