"""A newsroom to measure in: a house on a database of its own, with people and many stories."""

from __future__ import annotations

import random
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import insert
from sqlalchemy.orm import Session

from assets.sealed_store import SealedStore
from assets.store import FolderStore
from kitchen import app, models
from kitchen.config import Settings
from kitchen.core.db import Database, new_uid
from kitchen.core.seal import Sealer
from kitchen.people.models import Post, SignInSession, Staff, Unit
from kitchen.people.rules import Level
from kitchen.people.service import hash_of
from kitchen.people.sessions import COOKIE
from kitchen.ports import Ports, QuietBell, QuietLive
from kitchen.roles import ROLES
from kitchen.stories.models import Story
from kitchen.stories.rules import State
from kitchen.web.face import Face

WORDS = "青禾区云溪街道九里桥社区食堂雨后道路抢修春耕书房灯会河长巡查新苗果园公交便民夜市"
STATES = list(State)
CHUNK = 2000


@contextmanager
def house(database_url: str | None = None) -> Iterator[app.House]:
    """A house with one person in every role, on SQLite in a temporary home unless told."""
    with tempfile.TemporaryDirectory(prefix="kitchen-bench-") as place:
        settings = Settings.from_environment({"KITCHEN_HOME": place})
        if database_url:
            settings = replace(settings, database_url=database_url)
        ports = Ports(
            store=FolderStore(Path(place) / "store"),
            sealed=SealedStore(FolderStore(Path(place) / "sealed"), settings.seal_keys),
            sealer=Sealer(settings.seal_keys),
            bell=QuietBell(),
            live=QuietLive(),
            open_channel=_no_channel,
            public_url=settings.public_url,
        )
        opened = app.furnish(settings, Database(settings.database_url), ports)
        assert models.METADATA.tables
        opened.database.create_all()
        with opened.database.unit() as session:
            add_people(session)
        yield opened
        opened.database.dispose()


def _no_channel(key: str, settings: object, account: str) -> object:
    raise AssertionError(f"nothing is sent here, least of all to {key}")


def add_people(session: Session) -> None:
    """One person in every role, in one centre."""
    district = Unit(name="青禾区", level=Level.DISTRICT)
    centre = Unit(name="青禾区融媒体中心", level=Level.MEDIA_CENTRE, parent=district)
    session.add_all(
        Staff(
            username=role,
            name=role,
            password_hash="",
            posts=[Post(unit=centre, role=role)],
        )
        for role in ROLES
    )


def visitor(opened: app.House, username: str, face: Face | None = None) -> FlaskClient:
    """A signed-in client of the desk; of ``face``, where the desk stands already."""
    token = secrets.token_urlsafe(16)
    with opened.database.unit() as session:
        staff = session.query(Staff).filter_by(username=username).one()
        now = datetime.now(UTC)
        session.add(
            SignInSession(
                token_hash=hash_of(token),
                staff_uid=staff.uid,
                data={"_user_id": staff.uid, "csrf_token": "x"},
                created_at=now,
                seen_at=now,
            )
        )
    client = (face or app.create_desk(opened)).test_client()
    client.set_cookie(COOKIE, token)
    return client


def add_stories(opened: app.House, count: int, *, characters: int = 800) -> None:
    """Stories of about so many characters each, in all states, the oldest first."""
    chance = random.Random(count)
    began = datetime.now(UTC) - timedelta(days=400)
    for start in range(0, count, CHUNK):
        numbers = range(start, min(count, start + CHUNK))
        with opened.database.unit() as session:
            session.execute(
                insert(Story), [_story(number, began, characters, chance) for number in numbers]
            )


def _story(
    number: int, began: datetime, characters: int, chance: random.Random
) -> dict[str, object]:
    text = "".join(chance.choices(WORDS, k=characters))
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {
        "uid": new_uid(),
        "created_at": began + timedelta(minutes=5 * number),
        "version": 1,
        "title": text[:18],
        "doc": {"type": "doc", "content": [paragraph]},
        "state": STATES[number % len(STATES)],
        "length": characters,
        "author_id": 1 + number % len(ROLES),
        "unit_id": 2,
        "saved_at": began + timedelta(minutes=5 * number),
    }
