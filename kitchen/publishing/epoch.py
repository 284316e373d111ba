"""Which day the database has come to, kept in it and in a file beside it.

Both count the same steps. A database that is behind its file was restored from a backup, whoever
did it and by whatever means: then the house boots standing still. The file is written after the
commit, so that it is never ahead of the database that it belongs to.
"""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy.orm import Session

from assets.durable import force_bytes, force_names
from kitchen.core.db import Database, new_uid
from kitchen.publishing import standstill
from kitchen.publishing.models import Epoch

FILE = "epoch.json"


def beat(database: Database, home: Path) -> None:
    """One step on, in the database and then in the file.

    A database that was put back under running processes stands still from here on.
    """
    kept = _read(home / FILE)
    with database.unit() as session:
        row = _row(session)
        _catch_up(session, row, *kept)
        row.number += 1
        house, number = row.house, row.number
    _write(home / FILE, house, number)


def look(database: Database, home: Path) -> bool:
    """At the start: whether the database is older than its file says; then it stands still.

    A file of another database, or none, says nothing.
    """
    house, number = _read(home / FILE)
    with database.unit(write=False) as session:
        row = session.get(Epoch, 1)
        if row is None or row.house != house or row.number >= number:
            return False
    with database.unit() as session:
        _catch_up(session, _row(session), house, number)
    return True


def _catch_up(session: Session, row: Epoch, house: str, number: int) -> None:
    """Stand still if the database is behind what its file said before."""
    if row.house == house and row.number < number:
        standstill.quarantine(session)
        row.number = number


def _row(session: Session) -> Epoch:
    row = session.get(Epoch, 1, with_for_update=True)
    if row is None:
        row = Epoch(id=1, house=new_uid(), number=0)
        session.add(row)
        session.flush()
    return row


def _read(path: Path) -> tuple[str, int]:
    try:
        kept = json.loads(path.read_text())
        return str(kept["house"]), int(kept["number"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", 0


def _write(path: Path, house: str, number: int) -> None:
    """Whole or not at all, and on the disk before we go on; never back to a smaller number."""
    kept_house, kept = _read(path)
    if kept_house == house and kept > number:
        return
    draft = path.with_suffix(".new")
    with draft.open("wb") as file:
        file.write(json.dumps({"house": house, "number": number}).encode())
        force_bytes(file)
    draft.replace(path)
    force_names(path.parent)
