"""Rows as tables stood at a step: what a test does not say of them is empty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, Connection, DateTime, Integer, MetaData, Table, insert, select

NOW = datetime.now(UTC)


def enter(link: Connection, called: str, /, uid: str = "u", **said: Any) -> int:
    """A row of a table as it stood then; what nobody said is empty."""
    table = Table(called, MetaData(), autoload_with=link)
    row = {
        column.name: _empty(column)
        for column in table.c
        if not column.nullable and column.name != "id"
    }
    link.execute(insert(table), {**row, **({"uid": uid} if "uid" in table.c else {}), **said})
    newest = select(table.c.id).order_by(table.c.id.desc()).limit(1)
    return int(link.execute(newest).scalar_one())


def _empty(column: Any) -> Any:
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer):
        return 1
    if isinstance(column.type, DateTime):
        return NOW
    return {} if "JSON" in str(column.type) else ""


def enter_pieces(link: Connection, pieces: Mapping[str, Mapping[str, Any]]) -> None:
    """A piece of one story under each name, to an account of its own."""
    unit_id = enter(link, "unit", name="青禾区", level="district")
    story_id = enter(link, "story", state="approved", title="路灯")
    version_id = enter(link, "story_version", story_id=story_id)
    for at, (name, piece) in enumerate(pieces.items()):
        account_id = enter(
            link, "account", name, channel=piece["channel"], handle=name, unit_id=unit_id
        )
        shared = {"story_id": story_id, "account_id": account_id}
        post_id = enter(link, "frozen_post", name, version_id=version_id, position=at, **shared)
        said = {"kind": "publish", "remote_id": name, **piece}
        enter(link, "publication", name, frozen_post_id=post_id, **shared, **said)
