"""The site's version: one number that grows with every change of what readers may see.

A kept answer is good for exactly one value, so whoever holds one asks for the value first, and a
withdrawal is seen at once by every process. The row's lock puts changes in order: the number is
also each change's place in the feeds.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

CURRENT = "SELECT coalesce(max(value), 0) FROM outlet_stamp"
_COUNTED = text(
    "INSERT INTO outlet_stamp (id, value) VALUES (1, 1)"
    " ON CONFLICT (id) DO UPDATE SET value = outlet_stamp.value + 1 RETURNING value"
)


def count(session: Session) -> int:
    """Note a change in this unit of work; answers the site's new version."""
    return int(session.execute(_COUNTED).scalar_one())
