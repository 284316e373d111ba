"""The schema's steps: they lead to what the models say, up and down again with data in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from kitchen import models, schema_version
from kitchen.core import audit
from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.db import Database
from kitchen.people import service, units
from kitchen.people.rules import Level, May
from tests.fixtures.databases import Postgres

FOUNDER = Actor(id=None, uid="founder", name="建站", grants={May.ADMINISTER: EVERYWHERE})


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: object) -> Iterator[Database]:
    """A database with nothing in it, on each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/empty.db"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        server.run("DROP DATABASE IF EXISTS empty_one WITH (FORCE)")
        server.run("CREATE DATABASE empty_one")
        url = server.url("empty_one")
    database = Database(url)
    database.url = url  # type: ignore[attr-defined]
    yield database
    database.dispose()


def _url(database: Database) -> str:
    url: str = database.url  # type: ignore[attr-defined]
    return url


def _fill(database: Database) -> None:
    with database.unit() as session:
        unit = units.found(session, FOUNDER, "青禾区", Level.DISTRICT, None)
        service.take_on(
            session, FOUNDER, "lin", "林小满", "九里桥边有个小菜园一二三", [(unit, "reporter", "")]
        )


def test_the_steps_lead_to_what_the_models_say(empty: Database) -> None:
    schema_version.upgrade(_url(empty))
    with empty.engine.connect() as connection:
        ours = {"include_name": lambda name, kind, _: not str(name).startswith("search_index")}
        context = MigrationContext.configure(connection, opts={"compare_type": True, **ours})
        assert compare_metadata(context, models.METADATA) == []


def test_the_steps_guard_the_audit_as_the_models_do(empty: Database) -> None:
    schema_version.upgrade(_url(empty))
    _fill(empty)
    with empty.unit() as session:
        with pytest.raises(DBAPIError):
            session.execute(text("UPDATE audit_entry SET note = 'other'"))
        session.rollback()


def test_data_survives_every_step_up(empty: Database) -> None:
    schema_version.upgrade(_url(empty))
    _fill(empty)
    schema_version.upgrade(_url(empty))
    with empty.unit(write=False) as session:
        assert session.execute(text("SELECT name FROM staff")).scalar_one() == "林小满"
        assert audit.verify(session).broken_at is None


def test_every_step_goes_down_with_data_in_it_and_up_again(empty: Database) -> None:
    schema_version.upgrade(_url(empty))
    _fill(empty)
    schema_version.downgrade(_url(empty), "base")
    assert set(inspect(empty.engine).get_table_names()) <= {"alembic_version"}
    schema_version.upgrade(_url(empty))
    assert schema_version.current(empty) == schema_version.head()
    _fill(empty)


def _show_items(database: Database) -> None:
    """Pieces as the first instance's outlet kept them, one of them corrected."""
    moment = "'2026-05-01 08:00:00.000000+00:00'"
    later = "'2026-05-02 08:00:00.000000+00:00'"
    values = "revision, status, form, headline, digest, byline, body_html, tags, uid_live"
    with database.unit() as session:
        session.execute(
            text(
                "INSERT INTO outlet_client (id, uid, created_at, name, key_id, secret_sealed,"
                f" enabled, version) VALUES (1, 'c', {moment}, 'n', 'k', '', true, 1)"
            )
        )
        for number, updated, corrected in ((1, later, later), (2, moment, "NULL")):
            session.execute(
                text(
                    "INSERT INTO outlet_item (id, uid, created_at, uri, client_id, version,"
                    f" published_at, updated_at, corrected_at, {values}) VALUES ({number}, 'i"
                    f"{number}', {moment}, 'uri{number}', 1, 1, {moment}, {updated}, {corrected},"
                    f" 1, 'usable', 'text', 'h', '', '', '', '[]', 'uri{number}')"
                )
            )
            session.execute(
                text(f"INSERT INTO outlet_fingerprint VALUES ('uri{number}', {number})")
            )


def test_the_outlets_items_find_their_place_and_survive_the_way_down(empty: Database) -> None:
    schema_version.upgrade(_url(empty))
    schema_version.downgrade(_url(empty), "0001")
    _show_items(empty)
    schema_version.upgrade(_url(empty))
    with empty.unit(write=False) as session:
        order = session.execute(text("SELECT uri FROM outlet_item ORDER BY change DESC"))
        assert list(order.scalars()) == ["uri1", "uri2"]
        assert session.execute(text("SELECT value FROM outlet_stamp")).scalar_one() == 2
        assert session.execute(text("SELECT item_id FROM outlet_correction")).scalars().all() == [1]
    schema_version.downgrade(_url(empty), "0001")
    with empty.unit(write=False) as session:
        found = session.execute(text("SELECT uid FROM outlet_fingerprint ORDER BY uid"))
        assert list(found.scalars()) == ["uri1", "uri2"]


def _write_stories(database: Database) -> None:
    """A text with steps, a plain one, and two that were adopted from them one after the other."""
    moment = "'2026-05-01 08:00:00.000000+00:00'"
    columns = (
        "id, uid, created_at, version, title, digest, doc, text_version, attached, clip_uid, tags,"
        ' sources, rights_note, credits, ai_use, risk, "column", reprint, state, correction,'
        " shared, length, master_hash, adopted_share, in_unison, author_id, saved_by_id,"
        " adopted_from_id"
    )
    people = (
        "id, uid, created_at, version, username, name, initials, password_hash, phone, active,"
        " locale"
    )
    rows = ((1, 2, 1, 1, "NULL"), (2, 0, 2, 3, "NULL"), (3, 0, 4, 4, "1"), (4, 0, 5, 5, "3"))
    with database.unit() as session:
        for number in range(1, 6):
            session.execute(
                text(
                    f"INSERT INTO staff ({people}) VALUES ({number}, 's{number}', {moment}, 1,"
                    f" 'u{number}', 'n', 'i', '-', '', true, 'zh')"
                )
            )
        for number, steps, author, saved_by, origin in rows:
            session.execute(
                text(
                    f"INSERT INTO story ({columns}) VALUES ({number}, 't{number}', {moment}, 1, '',"
                    f" '', '{{}}', {steps}, '[]', '', '[]', '[]', '', '[]', 'none', 'routine', '',"
                    f" '{{}}', 'draft', '', false, 0, '', 0, false, {author}, {saved_by}, {origin})"
                )
            )
        for number, staff in ((1, 1), (2, 2)):
            session.execute(
                text(
                    "INSERT INTO story_step (id, story_id, number, client, sequence, step,"
                    f" staff_id, at) VALUES ({number}, 1, {number}, 'c', {number}, '{{}}', {staff},"
                    f" {moment})"
                )
            )


def test_who_wrote_is_read_from_the_steps_and_handed_on_with_what_was_adopted(
    empty: Database,
) -> None:
    schema_version.upgrade(_url(empty))
    schema_version.downgrade(_url(empty), "0013")
    _write_stories(empty)
    schema_version.upgrade(_url(empty))
    with empty.unit(write=False) as session:
        rows = session.execute(text("SELECT story_id, staff_id FROM story_writer")).all()
    found: dict[int, set[int]] = {}
    for story_id, staff_id in rows:
        found.setdefault(story_id, set()).add(staff_id)
    assert found == {1: {1, 2}, 2: {3}, 3: {1, 2, 4}, 4: {1, 2, 4, 5}}
