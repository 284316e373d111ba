"""What becomes of reports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportMade:
    """An edition was frozen."""

    report_id: int
