"""Verbs of a source: tell, answer, add. No account, and nothing noted of who does it: a code opens
one's own tip. What a source does stands in no audit, for an audit tells the second.

Every one of them may be sent twice: a repeated tip gets the first one's code, repeated words are
noted once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kitchen.core import codes
from kitchen.core.errors import N_, NotFound, TooOften, WrongState
from kitchen.people.queries import desk_for
from kitchen.tips import queries, words
from kitchen.tips.models import Tip, TipFile, TipMessage
from kitchen.tips.rules import MOST_ADDED, Family, State
from kitchen.tips.taking import Taken, withhold
from kitchen.web import valve

GATE = "tips"
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Told:
    """What a source sends. Both are sealed before they are kept."""

    words: str
    contact: str = ""


def admit(session: Session, most: int) -> None:
    """Raise :class:`TooOften` where more than ``most`` came in this minute, whoever sent it."""
    window = valve.window(session, GATE, MINUTE)
    if window.counted().filed >= most:
        raise TooOften(
            N_("现在报料的人太多，请 %(seconds)s 秒后再发；填写的内容还在。"),
            seconds=window.ends_in,
        )


def find(session: Session, code: str) -> Tip:
    """What the code opens. Raises :class:`NotFound`."""
    found = queries.by_code(session, codes.hash_of(code))
    if found is None:
        raise NotFound(N_("没有找到这个查询码，请核对后再输。"))
    return found


def tell(
    session: Session, code: str, uid: str, told: Told, files: Sequence[Taken] = ()
) -> tuple[Tip, bool]:
    """File a tip under its code, and say whether it is a new one. ``uid`` is its name, under which
    its key and its ``files`` are in the vault already.
    """
    code_hash = codes.hash_of(code)
    former = queries.by_code(session, code_hash)
    if former is not None:
        return former, False
    tip = Tip(
        uid=uid,
        created_at=words.day(session),
        unit_id=desk_for(session, None),
        code_hash=code_hash,
        words_sealed=words.seal(session, uid, words.TOLD, told.words),
        contact_sealed=words.seal(session, uid, words.CONTACT, told.contact),
    )
    try:
        with session.begin_nested():
            session.add(tip)
    except IntegrityError:  # the same form, sent by two connections at once
        return find(session, code), False
    _enter(session, tip, files)
    valve.opened(session, GATE, MINUTE).count(filed=1)
    return tip, True


def say(session: Session, tip: Tip, said: str, files: Sequence[Taken] = ()) -> bool:
    """Answer the desk or add to one's tip; answers whether that is new.

    Raises :class:`WrongState` for an erased tip, :class:`TooOften` for too much.
    """
    if tip.state == State.ERASED:
        raise WrongState(N_("这条报料已经销毁，不能再补充。需要的话请重新报料。"))
    own = [each for each in tip.messages if each.staff_id is None]
    if not files and own and words.said_in(session, own[-1]) == said:
        return False
    if len(own) >= MOST_ADDED:
        raise TooOften(N_("补充得太多了，请另发一条报料。"), seconds=0)
    session.add(
        TipMessage(
            tip_id=tip.id,
            created_at=words.day(session),
            words_sealed=words.seal(session, tip.uid, words.MESSAGE, said),
        )
    )
    tip.unread = True
    _enter(session, tip, files)
    session.flush()
    session.refresh(tip, ["messages"])
    return True


def _enter(session: Session, tip: Tip, files: Sequence[Taken]) -> None:
    rows = [
        TipFile(
            tip_id=tip.id,
            created_at=words.day(session),
            family=each.family,
            sealed_as=each.sealed_as,
            name_sealed=each.name_sealed,
        )
        for each in files
    ]
    for row in rows:
        if row.family is Family.PAPER:
            withhold(row, "pdf")
    session.add_all(rows)
    session.flush()


def heard(session: Session, tip: Tip) -> Sequence[TipMessage]:
    """What the newsroom said to the source, and that the source answered, in their order."""
    query = select(TipMessage).where(TipMessage.tip_id == tip.id).order_by(TipMessage.id)
    return session.scalars(query).all()
