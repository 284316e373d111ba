"""What happens in the inbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VoicesTakenIn:
    """So many new voices of an account; ``alarming`` are the ids of those with words that are
    watched for."""

    account_id: int
    count: int
    alarming: Sequence[int] = ()
    ids: Sequence[int] = ()
    """Of all of them."""


@dataclass(frozen=True, slots=True)
class VoiceMoved:
    """A voice stands elsewhere than before; ``name`` is the move."""

    voice_id: int
    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VoiceLate:
    """Its answer is nearly due (``warned``) or overdue."""

    voice_id: int
    late: str


@dataclass(frozen=True, slots=True)
class ReplyDue:
    """A reply was passed and may leave: ring the bell."""

    reply_id: int


@dataclass(frozen=True, slots=True)
class ReplyTroubled:
    """A reply did not go out, or nobody can tell: ``state`` says which."""

    voice_id: int
    state: str
    words: str
