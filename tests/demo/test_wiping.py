"""Emptying the demo newsroom: all of it goes, real people are asked about, nothing is silent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kitchen import app, instance, models
from kitchen.core import audit
from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.audit import AuditEntry
from kitchen.core.db import Database
from kitchen.demo import newsroom, wiping
from kitchen.demo.wiping import RealPeople, StillRunning
from kitchen.evaluation.indices.models import IndexDefinition
from kitchen.outlet.models import OutletStamp
from kitchen.people import service as people
from kitchen.people.models import Unit
from kitchen.people.rules import May
from kitchen.review.models import RouteStep


@pytest.fixture
def database_url(migrated_url: str) -> str:
    return migrated_url


BORN_WITH = {each.__tablename__ for each in (AuditEntry, RouteStep, OutletStamp, IndexDefinition)}
"""Where a schema that was just made has rows: routes, counters and formulas, and the note of the
wiping.
"""


def test_nothing_of_the_demo_is_left_but_a_note_of_the_audit_that_went(
    demo_house: app.House,
) -> None:
    home = demo_house.settings.home
    (home / "sandbox").mkdir()
    (home / "store").mkdir()
    (home / "store" / "picture").write_bytes(b"x")
    with demo_house.database.unit(write=False) as session:
        former = audit.verify(session)
    demo_house.database.dispose()
    wiping.wipe(demo_house.settings)
    assert not (home / newsroom.PASSWORDS).exists()
    assert not (home / "sandbox").exists()
    assert not (home / "store").exists()
    assert (home / "seal.keys").exists()
    with demo_house.database.unit(write=False) as session:
        (entry,) = session.scalars(select(AuditEntry)).all()
        assert entry.before == {"entries": former.entries, "head": former.head}
        for table in models.METADATA.sorted_tables:
            if table.name not in BORN_WITH:
                assert session.scalar(select(func.count()).select_from(table)) == 0, table.name


def test_an_emptied_house_can_be_furnished_again(demo_house: app.House) -> None:
    demo_house.database.dispose()
    wiping.wipe(demo_house.settings)
    assert newsroom.furnish(demo_house) is True


def test_people_who_work_here_are_not_wiped_unless_one_insists(demo_house: app.House) -> None:
    _hire(demo_house.database)
    with pytest.raises(RealPeople, match="newcomer"):
        wiping.wipe(demo_house.settings)
    assert (demo_house.settings.home / newsroom.PASSWORDS).exists()
    demo_house.database.dispose()
    wiping.wipe(demo_house.settings, even_if_real=True)
    assert not (demo_house.settings.home / newsroom.PASSWORDS).exists()


def test_a_running_instance_is_left_alone(
    demo_house: app.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "running", lambda home: object())
    with pytest.raises(StillRunning, match="正在运行"):
        wiping.wipe(demo_house.settings)


def test_a_store_that_lies_elsewhere_is_named_and_left(
    bare_house: app.House, tmp_path: Path
) -> None:
    elsewhere = f"file://{tmp_path / 'elsewhere'}"
    told = wiping.wipe(replace(bare_house.settings, store_url=elsewhere))
    assert any("没有动" in sentence for sentence in told)


def _hire(database: Database) -> None:
    founder = Actor(id=None, uid="console", name="x", grants={May.ADMINISTER: EVERYWHERE})
    with database.unit() as session:
        unit = session.scalars(select(Unit)).first()
        assert unit is not None
        posts = [(unit, "editor", "")]
        people.take_on(session, founder, "newcomer", "新来的人", "一句很长的话 2026 哦", posts)
