"""The whole line in one process: real services, real platforms over HTTP, each copy counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from kitchen import app, models
from kitchen.assignments.models import Assignment
from kitchen.core import audit
from kitchen.core.audit import AuditEntry
from kitchen.core.errors import Refusal
from kitchen.demo import line, manuscript, pictures
from kitchen.demo.desk import Patience, TookTooLong
from kitchen.demo.line import Line, Outcomes
from kitchen.leads.models import Lead
from kitchen.media.models import MediaAsset
from kitchen.media.upkeep.collect import collect
from kitchen.media.upkeep.roots import OPEN
from kitchen.outlet.models import OutletItem
from kitchen.publishing import sweep
from kitchen.screens.roots import ROOTS
from kitchen.stories.models import Story
from tests.demo.conftest import Bells
from tests.fixtures.sandbox import Sandbox
from tests.outlet.conftest import FILM

TEXT = """荷塘镇三百亩藕田开挖

11月20日清晨，荷塘镇三百亩藕田开始采挖。村民穿着连体雨裤下到齐腰深的水里，用水枪冲开淤泥。

【合作社包销】
镇里的合作社与三家超市签了订单，地头收购价每斤比去年高两角。合作社负责人说，订单能管到明年二月。

采挖要持续到春节前，预计总产量九十万斤。
"""
STEPS = ["lead", "topic", "approve", "assign", "collaborate", "submit", "edit", "review", "publish"]
AUTOMATIC = {"outlet", "wechat", "weibo", "toutiao", "douyin", "kuaishou"}
BY_HAND = {"toutiao_article", "shandian"}

Run = Callable[..., Outcomes]


@pytest.fixture
def run(readers: app.House, tmp_path: Path) -> Run:
    """``run(photos=…)`` takes the text through the line; the workers answer while it waits."""

    def ran(photos: tuple[Path, ...] = (), seconds: float = 60.0) -> Outcomes:
        file = tmp_path / "来稿.txt"
        file.write_text(TEXT)
        text = manuscript.read(file)
        patience = Patience(seconds, lambda: work(readers))
        return line.run(Line(readers, text, line.gathered(text, photos), file.name, patience))

    return ran


def work(house: app.House) -> None:
    """What the workers and the timetable do in a moment."""
    assert isinstance(house.ports.bell, Bells)
    house.ports.bell.answer_all(house.database)
    sweep.sweep(house.database)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "藕田.jpg"
    path.write_bytes(pictures.draw("field", 7))
    return path


@pytest.mark.slow
def test_a_text_and_a_picture_reach_every_channel(
    run: Run, photo: Path, readers: app.House, sandbox: Sandbox
) -> None:
    told = run((photo,))
    _nine_steps_by_nine_people(told)
    _live_everywhere_once(told, readers, sandbox)
    _each_acted_in_their_own_name(told, readers)
    assert told.as_json().keys() == {"story", "steps", "deliveries", "seconds"}
    assert told.complete
    _every_name_of_bytes_stands_in_a_root(readers)


TOLD = {"audit_entry.after", "audit_entry.before", "receipt.evidence", "film_work.sha256"}
"""Columns that tell of bytes without keeping them: what was sent is kept by its frozen post, and
what was made of a film by its rendition."""


def _every_name_of_bytes_stands_in_a_root(house: app.House) -> None:
    """What the collector may take away is told by all columns in which names of bytes stand."""
    stored = {each.sha256 for each in house.ports.store.names()}
    known = {f"{root.column.table.name}.{root.column.key}" for it in ROOTS.values() for root in it}
    found = set()
    with house.database.unit(write=False) as session:
        for table in models.METADATA.sorted_tables:
            for row in session.execute(select(table)).mappings():
                for column, value in row.items():
                    if stored & set(re.findall("[0-9a-f]{64}", str(value))):
                        found.add(f"{table.name}.{column}")
    assert found - TOLD <= known
    assert len(found - TOLD) >= 8
    collect(house.database, OPEN, house.ports.store, ROOTS[OPEN], grace=-1.0)
    with house.database.unit(write=False) as session:
        for asset in session.scalars(select(MediaAsset).where(MediaAsset.sha256 != "")):
            assert {each.sha256 for each in asset.renditions} <= _listed(house)
            assert asset.sha256 in _listed(house)


def _listed(house: app.House) -> set[str]:
    return {each.sha256 for each in house.ports.store.names()}


def _nine_steps_by_nine_people(told: Outcomes) -> None:
    assert [step.name for step in told.steps] == STEPS
    people = [name for step in told.steps for name in step.actor.split("、")]
    assert len(set(people)) == len(people) == 11
    assert sum(step.seconds for step in told.steps) <= told.seconds + 0.1


def _live_everywhere_once(told: Outcomes, house: app.House, sandbox: Sandbox) -> None:
    live = {each.channel: each for each in told.deliveries if each.state == "live"}
    assert set(live) == AUTOMATIC
    assert {each.channel for each in told.deliveries if each.state == "awaiting_hand"} == BY_HAND
    for each in live.values():
        assert each.remote_id
        assert httpx.get(each.remote_url).status_code == 200, each.remote_url
    state = sandbox.state()
    assert set(state["copies"].values()) == {1}
    for channel in AUTOMATIC - {"outlet"}:
        shown = [each for each in state["objects"] if each["url"] == live[channel].remote_url]
        assert len(shown) == 1, channel
    with house.database.unit(write=False) as session:
        assert len(session.scalars(select(OutletItem)).all()) == 1


def _each_acted_in_their_own_name(told: Outcomes, house: app.House) -> None:
    with house.database.unit(write=False) as session:
        assert audit.verify(session).broken_at is None
        by = {
            entry.action: entry.actor_name
            for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        }
    actors = {step.name: step.actor for step in told.steps}
    assert by["report_lead"] == actors["lead"]
    assert by["propose"] == actors["topic"]
    assert by["dispatch"] == actors["assign"]
    assert by["begin_story"] == actors["submit"]
    assert by["submit"] == actors["edit"]
    assert by["approve_posts"] == actors["review"].split("、")[-1]


@pytest.mark.slow
def test_a_text_without_a_picture_gets_a_title_card(run: Run, readers: app.House) -> None:
    told = run()
    assert told.complete
    with readers.database.unit(write=False) as session:
        story = session.scalars(select(Story).where(Story.uid == told.story)).one()
        (figure,) = [node for node in story.doc["content"] if node["type"] == "figure"]
    assert figure["attrs"]["credit"] == pictures.CREDIT


def test_workers_that_stay_away_are_told_in_words(
    readers: app.House, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.demo.test_line.work", lambda house: None)
    with pytest.raises(TookTooLong, match="竖版短片还没有完成"):
        run(seconds=0.5)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("不在.jpg", None, "读不到"),
        ("假.jpg", b"not a picture at all", "没有收下"),
        ("片.jpg", FILM, "不是图片"),
    ],
)
def test_a_file_that_is_no_picture_is_refused_before_anything_happens(
    bare_house: app.House, tmp_path: Path, name: str, content: bytes | None, told: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    text = manuscript.Manuscript("题", {"type": "doc", "content": []}, "文")
    with pytest.raises(Refusal, match=told):
        line.gathered(text, [path])
    with bare_house.database.unit(write=False) as session:
        assert not session.scalars(select(Lead)).all()
        assert not session.scalars(select(Assignment)).all()
