"""What happens to petitions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PetitionFiled:
    petition_id: int


@dataclass(frozen=True, slots=True)
class PetitionChanged:
    """Something about it is new that nobody must be told of; open pages show it."""

    petition_id: int


@dataclass(frozen=True, slots=True)
class PetitionHanded:
    """A unit is to answer by its term; so also with a reply that comes back, and a second round."""

    transfer_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PetitionGivenBack:
    """A unit says that it is not theirs."""

    transfer_id: int


@dataclass(frozen=True, slots=True)
class PetitionReplied:
    """A unit's reply waits for its review."""

    transfer_id: int


@dataclass(frozen=True, slots=True)
class PetitionUrged:
    transfer_id: int


@dataclass(frozen=True, slots=True)
class PetitionSettled:
    """Answered, refused or merged: whoever brought it should hear."""

    petition_id: int
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class PetitionLate:
    """A term nears its end (``call`` 0), is over (1), or was over long ago (2)."""

    petition_id: int
    call: int


@dataclass(frozen=True, slots=True)
class TimeAsked:
    extension_id: int


@dataclass(frozen=True, slots=True)
class TimeDecided:
    extension_id: int
