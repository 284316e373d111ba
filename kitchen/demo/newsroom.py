"""The demo newsroom itself: units, people with random passwords, routes of review, accounts.

Setting it up is repeatable: each start adds what is missing and leaves the rest alone. A house in
which others work is never touched.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.app import House
from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.db import Database
from kitchen.core.errors import N_, Refusal
from kitchen.demo import accounts, app, cast
from kitchen.demo.accounts import Place, Sandbox
from kitchen.demo.cast import CAST, UNITS, Person
from kitchen.people import queries, service, units
from kitchen.people.models import Unit
from kitchen.people.rules import May, password_fault
from kitchen.review import routing

FOUNDER = Actor(id=None, uid="demo", name="演示编辑部", grants={May.ADMINISTER: EVERYWHERE})
"""Takes the first people on, before anybody is there; the audit says so."""
FOUNDED = timedelta(days=-2)
"""The newsroom was founded before its first stories, which lie in yesterday."""
PASSWORDS = "demo-accounts.json"  # noqa: S105 - the file's name


class NotOurs(Refusal):
    """Others work in this house: no demo newsroom is set up there."""

    code = "real_house"
    default = N_("这里已有正式人员，不建演示编辑部。需要演示请把 KITCHEN_HOME 设为另一个目录。")


def furnish(house: House, patience: float = 0.0) -> bool:
    """Set up whatever of the demo newsroom is missing; answers whether anything was.

    The sandbox may take ``patience`` seconds to start.

    Raises :class:`NotOurs` for a house in which only others work, and
    :class:`~kitchen.demo.accounts.NoSandbox`.
    """
    with _one_at_a_time(house.settings.home):
        with house.database.unit(write=False) as session:
            here = cast.is_here(session)
            if not here and cast.strangers(session):
                raise NotOurs
        founded = here and not _draft(house.settings.home).exists()
        if not founded:
            _found(house)
        place = Place(house.settings.sandbox_url, house.ports.public_url)
        sandbox = accounts.ask_sandbox(place, patience)
        return _connected(house.database, sandbox) or not founded


@contextmanager
def living(database: Database, shift: timedelta) -> Iterator[None]:
    """Whatever this process does with ``database`` meanwhile happens so much earlier or later.

    It gives the newsroom a yesterday. Only for a process that serves nobody.
    """
    before = database.info.get("shift", timedelta())
    database.info["shift"] = before + shift
    try:
        yield
    finally:
        database.info["shift"] = before


@contextmanager
def _one_at_a_time(home: Path) -> Iterator[None]:
    """A start and a command may both find the newsroom missing; one of them sets it up."""
    with (home / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _found(house: House) -> None:
    """Units and people. The last person is taken on last of all: who finds them finds everybody.

    The passwords are shown once everyone can sign in with theirs, which tells that all is ready.
    """
    home = house.settings.home
    words = _drafted_passwords(home)
    with living(house.database, FOUNDED):
        with house.database.unit() as session:
            _found_units(session)
            routing.seed_routes(session)
        for person in _admin_last():
            with house.database.unit() as session:
                _take_on(session, person, words[person.username])
    _draft(home).rename(home / PASSWORDS)


def _admin_last() -> list[Person]:
    last = cast.SIGN_INS[-1]
    return sorted(CAST, key=lambda person: person.username == last)


def _found_units(session: Session) -> None:
    known = {unit.name: unit for unit in queries.all_units(session)}
    for body in UNITS:
        if body.name not in known:
            parent = known.get(body.parent)
            known[body.name] = units.found(
                session, FOUNDER, body.name, body.level, parent, body.origin
            )


def _take_on(session: Session, person: Person, password: str) -> None:
    if queries.staff_by_username(session, person.username) is not None:
        return
    known = {unit.name: unit for unit in session.scalars(select(Unit))}
    posts = [(known[unit], role, title) for unit, role, title in person.posts]
    service.take_on(session, FOUNDER, person.username, person.name, password, posts)


def _connected(database: Database, sandbox: Sandbox) -> bool:
    with database.unit() as session:
        admin = cast.actor(session, "admin")
        connected = accounts.connect(session, admin, sandbox)
        return connected + app.furnish(session, admin, sandbox.place) > 0


def _draft(home: Path) -> Path:
    return (home / PASSWORDS).with_suffix(".draft")


def _drafted_passwords(home: Path) -> dict[str, str]:
    """Passwords by user name in a file for the owner alone; a start that broke off left them."""
    draft = _draft(home)
    if not draft.exists():
        made = {person.username: _password(person.username) for person in CAST}
        half = draft.with_suffix(".half")
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as output:
            json.dump(made, output, ensure_ascii=False, indent=1)
        half.rename(draft)
    words: dict[str, str] = json.loads(draft.read_text())
    return words


def _password(username: str) -> str:
    while password_fault(word := secrets.token_urlsafe(12), username):
        pass
    return word
