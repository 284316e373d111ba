"""The words of a tip, sealed under its own key and opened for whoever may read them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from assets.erasable import Erased
from kitchen import ports
from kitchen.core import clock
from kitchen.tips.models import Tip, TipMessage

TOLD: Final = "told"
CONTACT: Final = "contact"
REASON: Final = "reason"
MESSAGE: Final = "message"
FILE_NAME: Final = "file name"
CIRCUMSTANCES: Final = "circumstances"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What whoever takes a tip down hears besides the words."""

    place: str = ""
    event: str = ""
    named: bool = False
    """Whether the source agrees to be named; unless they say so, they stay unknown."""


def seal(session: Session, uid: str, name: str, words: str) -> str:
    """Words as they are kept. Raises :class:`Erased` for a tip whose key is gone."""
    return ports.tips_of(session).vault.seal_words(uid, name, words)


def told_of(session: Session, tip: Tip) -> str:
    """What the source told first; empty for what was erased."""
    return _opened(session, tip, TOLD, tip.words_sealed)


def contact_of(session: Session, tip: Tip) -> str:
    """How to reach the source."""
    return _opened(session, tip, CONTACT, tip.contact_sealed)


def seal_circumstances(session: Session, uid: str, heard: Circumstances) -> str:
    """All of them as one sealed text, so that none tells by its being there."""
    return seal(session, uid, CIRCUMSTANCES, json.dumps(asdict(heard), ensure_ascii=False))


def circumstances_of(session: Session, tip: Tip) -> Circumstances | None:
    """What was heard besides the words; nothing for what came by the form or was erased."""
    told = _opened(session, tip, CIRCUMSTANCES, tip.circumstances_sealed)
    return Circumstances(**json.loads(told)) if told else None


def reason_of(session: Session, tip: Tip) -> str:
    """What the source is told about what became of it."""
    return _opened(session, tip, REASON, tip.reason_sealed)


def said_in(session: Session, message: TipMessage) -> str:
    """What a message says."""
    return _opened(session, message.tip, MESSAGE, message.words_sealed)


def _opened(session: Session, tip: Tip, name: str, sealed: str) -> str:
    if not sealed:
        return ""
    try:
        return ports.tips_of(session).vault.words(tip.uid, name, sealed)
    except Erased:
        return ""


def day(session: Session) -> datetime:
    """The beginning of today on the newsroom's wall clock: no finer time of a source is kept."""
    now = clock.local(clock.now(session))
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
