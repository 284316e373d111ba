"""What readers get to read: the question and its answer in words of their own, nobody's data in it.

The draft hides what the house's check for private data finds. What a person writes into it
afterwards is checked again; numbers of identity cards and bank cards, and the contact that the
petitioner left, are never shown, the rest only if somebody says that it is meant for the public.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Invalid, Sentence, WrongState
from kitchen.core.workflow import carry_out, expect_version
from kitchen.media.queries import of_subject as pictures_of
from kitchen.petitions import queries
from kitchen.petitions.asking import PICTURE
from kitchen.petitions.models import Petition, PublicAnswer
from kitchen.petitions.rules import May, State, Step
from kitchen.petitions.steps import note
from kitchen.stories.checks.private import persons
from kitchen.stories.checks.report import Hit, Level, Piece

HIDDEN = "〔已隐去〕"
_APART = re.compile(r"(?<=[0-9A-Za-z])[\s.·-]+(?=[0-9A-Za-z])")
_TRACE = 5
"""So many letters or digits of a contact, in a row, give somebody away."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be shown."""

    title: str
    question: str
    reply: str
    place: str = ""
    pictures: Sequence[str] = ()


def answer_of(session: Session, petition: Petition) -> PublicAnswer | None:
    """What is or was shown of a petition."""
    return session.scalar(select(PublicAnswer).where(PublicAnswer.petition_id == petition.id))


def draft(session: Session, petition: Petition) -> Draft:
    """What stands already, else the petition's own words with private data hidden."""
    shown, transfer = answer_of(session, petition), queries.the_transfer(petition)
    day = clock.now(session)
    if shown is not None and shown.answered_at == transfer.done_at:
        return Draft(shown.title, shown.question, shown.reply, shown.place, shown.pictures)
    contact = _contact(session, petition)
    words = (petition.title, petition.body, transfer.reply, petition.place)
    return Draft(*(masked(each, day, contact) for each in words))


def masked(words: str, day: datetime, contact: str = "") -> str:
    """The words without what names or finds a private person."""
    for trace in _traces(contact):
        words = re.sub(_loosely(trace), HIDDEN, words)
    for hit in persons(Piece("", "", words, clock.local(day).date())):
        words = words.replace(hit.quote, HIDDEN)
    return words


def show(
    session: Session,
    actor: Actor,
    petition: Petition,
    wanted: Draft,
    *,
    sure: bool = False,
    seen: int | None = None,
) -> PublicAnswer:
    """Show the question with its answer, or change what is shown. ``sure`` says that numbers and
    addresses in it are meant for the public; ``seen`` is the version that the person changed.

    Raises :class:`Invalid` for private data, field by field, and :class:`WrongState` for what has
    no answer or whose petitioner does not want it.
    """
    authorize(actor, May.REVIEW, petition)
    if petition.state != State.ANSWERED:
        raise WrongState(N_("答复通过以后才能公开。"))
    if not petition.may_publish:
        raise WrongState(N_("提问人不同意公开。"))
    _demand_nobody(session, petition, wanted, sure)
    given = {each.uid for each in pictures_of(session, petition, PICTURE)}
    if not set(wanted.pictures) <= given:
        raise Invalid(fields={"pictures": N_("请从给出的选项里选。")})
    transfer = queries.the_transfer(petition)
    told = {
        "title": wanted.title,
        "question": wanted.question,
        "reply": wanted.reply,
        "place": wanted.place,
        "pictures": list(wanted.pictures),
        "category": petition.category,
        "department_id": transfer.unit_id,
        "answered_at": transfer.done_at,
    }
    shown = answer_of(session, petition)
    if shown is None:
        shown = PublicAnswer(petition_id=petition.id, unit_id=petition.unit_id, **told)
        session.add(shown)
        session.flush()
        audit.record(session, actor, "show_answer", shown, after={"title": shown.title})
    else:
        expect_version(shown, seen, {"question": shown.question, "reply": shown.reply})
        carry_out(session, shown, "correct", actor, changes=told)
    note(session, petition, Step.SHOWN, actor=actor)
    return shown


def withdraw(session: Session, actor: Actor, petition: Petition, reason: str) -> None:
    """Show it no longer; showing it again is one click."""
    shown = answer_of(session, petition)
    if shown is None:
        raise WrongState
    carry_out(session, shown, "withdraw", actor, note=reason)
    note(session, petition, Step.WITHDRAWN, reason, actor=actor)


def note_report(session: Session, petition: Petition, title: str, url: str) -> None:
    """Lead readers of the answer to the news that came of it."""
    shown = answer_of(session, petition)
    if shown is not None:
        shown.report_title, shown.report_url = title, url
        session.flush()


def _demand_nobody(session: Session, petition: Petition, wanted: Draft, sure: bool) -> None:
    faults: dict[str, str | Sentence] = {}
    day, traces = clock.today(session), _traces(_contact(session, petition))
    for name in ("title", "question", "reply", "place"):
        words = getattr(wanted, name)
        if any(re.search(_loosely(trace), _plain(words)) for trace in traces):
            faults[name] = N_("这里有提问人留下的联系方式，请删掉。")
        for hit in sorted(persons(Piece("", "", words, day)), key=lambda hit: hit.offset):
            if not sure or _is_never_shown(hit):
                faults.setdefault(name, hit.told)
    if faults:
        raise Invalid(fields=faults)


def _is_never_shown(hit: Hit) -> bool:
    return hit.level is Level.BLOCK or hit.rule == "bank_card"


def _contact(session: Session, petition: Petition) -> str:
    opened = ports.of(session).sealer.open(petition.uid, petition.contact_sealed)
    return str(opened.get("contact", ""))


def _traces(contact: str) -> list[str]:
    """What of a contact gives its owner away: numbers and names of accounts."""
    whole = _APART.sub("", _plain(contact))
    return [it for it in re.findall(r"[0-9A-Za-z]+", whole) if len(it) >= _TRACE]


def _plain(words: str) -> str:
    return unicodedata.normalize("NFKC", words)


def _loosely(trace: str) -> str:
    """The same however it is grouped."""
    return r"(?i)" + r"[\s.·-]*".join(map(re.escape, trace))
