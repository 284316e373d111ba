"""What becomes of measures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SanctionMoved:
    """``move`` is the name of the move; ``propose`` when it begins."""

    sanction_id: int
    move: str


@dataclass(frozen=True, slots=True)
class ClosingOrdered:
    """The order that an account be closed is in force: appeals are over."""

    sanction_id: int
    account_id: int
    doc_no: str
    clause: str
