"""Lengths of time, computed by the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, extract, func
from sqlalchemy.orm import Session


def hours_between(session: Session, since: Any, until: Any) -> ColumnElement[Any]:
    """Hours from one moment to another, with their parts; negative if it was the other way."""
    if session.get_bind().dialect.name == "sqlite":
        return (func.julianday(until) - func.julianday(since)) * 24
    return extract("epoch", until - since) / 3600
