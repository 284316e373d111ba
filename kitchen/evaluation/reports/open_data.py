"""Figures that everybody may read: by month and channel, as they were printed.

They are drawn from the frozen monthly reports of the whole house, so that what is open is what was
settled, and no name of a person or of a piece is among it.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from kitchen.core.errors import NotFound
from kitchen.evaluation.reports import queries
from kitchen.evaluation.reports.models import OpenDataSetting
from kitchen.evaluation.reports.queries import Settled
from kitchen.evaluation.reports.rules import unpacked

COLUMNS = ("month", "channel", "pieces", "pieces_with_reads", "reads_7d")
USUAL_LICENCE = "CC BY 4.0"
"""Offered to whoever opens the figures."""
_HEADER_SAFE = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) != "%")
"""What a header carries as it is; servers refuse letters beyond latin-1, and every line's end."""

SCHEMA: Mapping[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Published pieces and their reads by month and channel",
    "type": "object",
    "required": ["licence", "months"],
    "additionalProperties": False,
    "properties": {
        "licence": {"type": "string", "description": "Under which the figures may be used."},
        "months": {
            "type": "array",
            "description": "Settled months, the oldest first; a running month is never here.",
            "items": {
                "type": "object",
                "required": ["month", "edition", "sha256", "channels"],
                "additionalProperties": False,
                "properties": {
                    "month": {"type": "string", "pattern": "^\\d{4}-\\d{2}$"},
                    "edition": {
                        "type": "integer",
                        "minimum": 1,
                        "description": "Grows when figures of the month were corrected.",
                    },
                    "sha256": {
                        "type": "string",
                        "description": "Hash of the report from which the figures are taken.",
                    },
                    "channels": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": list(COLUMNS[1:]),
                            "additionalProperties": False,
                            "properties": {
                                "channel": {"type": "string", "description": "Key of a platform."},
                                "pieces": {"type": "integer", "minimum": 0},
                                "pieces_with_reads": {
                                    "type": "integer",
                                    "minimum": 0,
                                    "description": "Of how many pieces reads are known.",
                                },
                                "reads_7d": {
                                    "type": ["integer", "null"],
                                    "description": "Reads of those, seven days after each went "
                                    "out; null: of none are they known.",
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


def demand_open(session: Session) -> OpenDataSetting:
    """The setting. Raises :class:`NotFound` while the house keeps its figures to itself."""
    setting = queries.open_data(session)
    if setting is None or not setting.open:
        raise NotFound
    return setting


def tag_of(setting: OpenDataSetting, months: Sequence[Settled]) -> str:
    """Names what is open now, by the hashes of the months; found without reading any of them."""
    words = "\n".join([setting.licence, *(f"{each.first_day} {each.sha256}" for each in months)])
    return hashlib.sha256(words.encode()).hexdigest()


def document(
    session: Session, setting: OpenDataSetting, months: Sequence[Settled]
) -> dict[str, Any]:
    """All settled months, as :data:`SCHEMA` says."""
    figures = queries.figures_of(session, months)
    told = [_month(each, figures[each.report_id]) for each in months]
    return {"licence": setting.licence, "months": told}


def _month(month: Settled, figures: Mapping[str, Any]) -> dict[str, Any]:
    sections = {each.key: each for each in unpacked(figures)}
    table = sections["reads"].table("by_channel")
    names = ("channel", "pieces", "told_168", "reads_168")
    rows = zip(*(table.column(name) for name in names), strict=True)
    return {
        "month": f"{month.first_day:%Y-%m}",
        "edition": month.edition,
        "sha256": month.sha256,
        "channels": [dict(zip(COLUMNS[1:], row, strict=True)) for row in rows],
    }


def in_a_header(words: str) -> str:
    """Words as a header may carry them: what is not printable ASCII is percent-encoded UTF-8.

    As RFC 3986 does it, the sign ``%`` included, so that decoding gives the very words; a licence
    like ``CC BY 4.0`` stays as it is.
    """
    return quote(words, safe=_HEADER_SAFE)


def as_csv(told: Mapping[str, Any]) -> str:
    """The same as lines; what is not known is left empty."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for month in told["months"]:
        rows: Sequence[Mapping[str, Any]] = month["channels"]
        writer.writerows([month["month"], *(row[name] for name in COLUMNS[1:])] for row in rows)
    return out.getvalue()
