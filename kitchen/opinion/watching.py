"""Watch lists (S27, S28): kept by people, looked for in what the public says, counted by the hour.

What no list finds is not kept here. Private letters are never looked at: they belong to their
account. Of a petition only its title is kept; whoever may read it finds the rest there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, cast

from sqlalchemy import Table, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.clock import CENTRE
from kitchen.core.db import new_uid
from kitchen.core.errors import N_, Invalid, Stale
from kitchen.feedback.events import VoicesTakenIn
from kitchen.feedback.models import Voice
from kitchen.feedback.rules import Kind, Tone
from kitchen.feedback.words import finder
from kitchen.opinion import settings
from kitchen.opinion.events import ListMet
from kitchen.opinion.models import Hit, Item, Tally, Watchlist
from kitchen.opinion.room_models import IncidentRoom
from kitchen.opinion.rules import May, Origin, Sensitivity, rises
from kitchen.people.models import Staff
from kitchen.people.queries import desk_for
from kitchen.petitions.events import PetitionFiled
from kitchen.petitions.models import Petition
from kitchen.wordlists.matching import Automaton, automaton_of, spans
from kitchen.wordlists.normal import Plain, plain_of

USUAL_DAYS = 7
"""Days before today of which the mean is the usual."""
TONES = {Tone.NEGATIVE: "negative", Tone.MIXED: "neutral", Tone.POSITIVE: "positive"}
"""In which column of a tally each tone is counted; what has none is in the count alone."""
LONGEST = 4000
"""Characters of an item that are kept."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a list looks for."""

    names: Sequence[str] = ()
    words: Sequence[str] = ()
    places: Sequence[str] = ()


def keep(
    session: Session,
    actor: Actor,
    watchlist: Watchlist | None,
    *,
    name: str,
    terms: Terms,
    owner: Staff,
    sensitivity: Sensitivity,
    active: bool = True,
    incident: IncidentRoom | None = None,
    seen: int | None = None,
) -> Watchlist:
    """Make a list, or change one. Raises :class:`Invalid` where nothing is looked for."""
    authorize(actor, May.KEEP, watchlist)
    if watchlist is not None and seen is not None and seen != watchlist.version:
        raise Stale(theirs=_told(watchlist), version=watchlist.version)
    looked_for = [*terms.names, *terms.words, *terms.places]
    if not any(plain_of(each) for each in looked_for):
        raise Invalid(fields={"words": N_("至少写一个人名、词语或地名。")})
    if any(len(plain_of(each)) == 1 for each in looked_for):
        raise Invalid(fields={"words": N_("每个词至少两个字，不然处处都会碰上。")})
    before = _told(watchlist) if watchlist else None
    found = watchlist or Watchlist(unit_id=desk_for(session, actor.unit_id))
    found.name, found.owner, found.sensitivity, found.active = name, owner, sensitivity, active
    found.names, found.words = list(terms.names), list(terms.words)
    found.places = list(terms.places)
    found.incident_id = incident.id if incident else None
    session.add(found)
    session.flush()
    audit.record(session, actor, "keep_watchlist", found, before=before, after=_told(found))
    return found


def _told(watchlist: Watchlist) -> dict[str, str]:
    return {
        "name": watchlist.name,
        "terms": "、".join(watchlist.terms),
        "sensitivity": str(watchlist.sensitivity),
        "active": str(watchlist.active),
    }


@dataclass(slots=True)
class _Shelf:
    """What this process made last; named by the lists and their versions, so nothing goes stale,
    nor is taken for another database's.
    """

    made: tuple[tuple[tuple[str, int], ...], Automaton] | None = None


_SHELF = _Shelf()
Found = dict[int, list[str]]
"""Terms that were met, by list."""


def automaton(session: Session) -> Automaton:
    """All active lists, ready to be looked for; one small query where this process knows them."""
    active = select(Watchlist.uid, Watchlist.version).where(Watchlist.active)
    stamps = tuple((row[0], row[1]) for row in session.execute(active.order_by(Watchlist.id)))
    if _SHELF.made is None or _SHELF.made[0] != stamps:
        lists = session.scalars(select(Watchlist).where(Watchlist.active)).all()
        by_word: dict[str, list[tuple[int, str]]] = {}
        for each in lists:
            for term in each.terms:
                by_word.setdefault(plain_of(term), []).append((each.id, term))
        _SHELF.made = stamps, automaton_of(by_word.items())
    return _SHELF.made[1]


def met(known: Automaton, text: str) -> Found:
    """Which lists find something in a text, and what."""
    found: Found = {}
    for _start, _end, terms in spans(known, Plain(text).words):
        for list_id, term in terms:
            if term not in found.setdefault(list_id, []):
                found[list_id].append(term)
    return found


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that was said; ``within`` is looked through beside ``text`` and not kept. Without a
    ``tone`` it is judged by what is kept of it.
    """

    origin: Origin
    source_uid: str
    text: str
    said_at: datetime
    channel: str = ""
    place: str = ""
    link: str = ""
    within: str = ""
    tone: tuple[Tone, str] | None = None
    """As it was judged before, with the words by which."""


def enter(
    session: Session, actor: Actor, *, text: str, channel: str, place: str = "", link: str = ""
) -> Item:
    """What somebody saw, typed or pasted; kept whatever the lists say."""
    authorize(actor, May.KEEP)
    heard = Heard(Origin.HAND, new_uid(), text, clock.now(session), channel, place, link)
    item = _entered(session, heard, met(automaton(session), text), actor)
    audit.record(session, actor, "enter_item", item, after={"channel": channel, "link": link})
    return item


def take_voices(session: Session, event: VoicesTakenIn) -> None:
    """What the public wrote under our pieces."""
    known = automaton(session)
    if not len(known) or not event.ids:
        return
    voices = session.scalars(
        select(Voice)
        .where(Voice.id.in_(list(event.ids)), Voice.kind != Kind.LETTER)
        .order_by(Voice.id)
    )
    _take(
        session,
        known,
        [
            Heard(
                Origin.VOICE,
                each.uid,
                each.text,
                each.said_at,
                each.account.channel,
                each.account.name,
                f"/inbox/{each.uid}",
                tone=(each.tone, each.tone_words),
            )
            for each in voices
        ],
    )


def take_petition(session: Session, event: PetitionFiled) -> None:
    """What somebody asks; looked through whole."""
    petition = session.get_one(Petition, event.petition_id)
    heard = Heard(
        Origin.PETITION,
        petition.uid,
        petition.title,
        petition.created_at,
        "petition",
        petition.place,
        f"/petitions/{petition.uid}",
        within=petition.body,
    )
    _take(session, automaton(session), [heard])


def _take(session: Session, known: Automaton, told: Iterable[Heard]) -> None:
    for heard in told:
        found = met(known, f"{heard.text}\n{heard.within}")
        if found:
            _entered(session, heard, found)


def tone_of(session: Session, text: str, channel: str) -> tuple[Tone, str]:
    """How a text sounds by the words by which messages are judged, and which of them count."""
    sound = finder(session, channel).sound(text)
    return sound.tone, sound.words


def _entered(session: Session, heard: Heard, found: Found, actor: Actor = HOUSE) -> Item:
    text = heard.text[:LONGEST]
    tone, tone_words = heard.tone or tone_of(session, text, heard.channel)
    item = Item(
        origin=heard.origin,
        source_uid=heard.source_uid,
        channel=heard.channel,
        place=heard.place,
        link=heard.link,
        text=text,
        tone=tone,
        tone_words=tone_words,
        said_at=heard.said_at,
        entered_by_id=actor.id,
        hits=[Hit(watchlist_id=key, terms=terms) for key, terms in sorted(found.items())],
    )
    session.add(item)
    session.flush()
    if found:
        _count(session, item, found)
        _tell(session, list(found))
    return item


def _count(session: Session, item: Item, found: Found) -> None:
    hour = item.said_at.replace(minute=0, second=0, microsecond=0)
    table = cast(Table, Tally.__table__)
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    adding = dialect.insert(table)
    summing = adding.on_conflict_do_update(
        index_elements=[table.c.watchlist_id, table.c.hour, table.c.channel],
        set_={name: table.c[name] + adding.excluded[name] for name in ("count", *TONES.values())},
    )
    sounds = {column: int(item.tone == tone) for tone, column in TONES.items()}
    here = {"hour": hour, "channel": item.channel[:32], "count": 1, **sounds}
    rows = [{"watchlist_id": key, **here} for key in sorted(found)]
    session.execute(summing, rows)


def _tell(session: Session, list_ids: Sequence[int]) -> None:
    """Whoever keeps a list hears of what it found, as sensitive as they set it."""
    today = clock.today(session)
    counts = by_day(session, list_ids, days=USUAL_DAYS + 1)
    for each in session.scalars(select(Watchlist).where(Watchlist.id.in_(list_ids))):
        days = counts.get(each.id, {})
        now_many = days.get(today, 0)
        if each.sensitivity == Sensitivity.EVERY:
            bus.emit(session, ListMet(each.id, now_many, rise=False))
        elif each.sensitivity == Sensitivity.RISE and not _told_today(session, each):
            usual = sum(many for day, many in days.items() if day != today) / USUAL_DAYS
            if rises(now_many, usual, settings.parameters(session)):
                _note_told(session, each)
                bus.emit(session, ListMet(each.id, now_many, rise=True))


def _note_told(session: Session, watchlist: Watchlist) -> None:
    """Not a change of the list: whoever edits it now is not in anybody's way."""
    told = update(Watchlist).where(Watchlist.id == watchlist.id)
    session.execute(told.values(told_at=clock.now(session)))


def _told_today(session: Session, watchlist: Watchlist) -> bool:
    told = watchlist.told_at
    return told is not None and clock.local(told).date() == clock.today(session)


def by_day(session: Session, list_ids: Sequence[int], days: int) -> Mapping[int, Mapping[Any, int]]:
    """How much each list found, by the newsroom's day; days without are left out."""
    first = clock.today(session) - timedelta(days=days - 1)
    since = datetime.combine(first, time(), CENTRE)
    rows = session.execute(
        select(Tally.watchlist_id, Tally.hour, func.sum(Tally.count))
        .where(Tally.watchlist_id.in_(list_ids), Tally.hour >= since)
        .group_by(Tally.watchlist_id, Tally.hour)
    )
    found: dict[int, Counter[Any]] = {}
    for list_id, hour, count in rows:
        found.setdefault(list_id, Counter())[clock.local(hour).date()] += int(count)
    return found
