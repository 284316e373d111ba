"""The numbers of a report equal those that plain Python counts over the same rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kitchen.core.access import EVERYWHERE
from kitchen.evaluation.indices.models import IndexDefinition, IndexScore
from kitchen.evaluation.indices.windows import Kind as Window
from kitchen.evaluation.pickups.rules import Standing, Tier
from kitchen.evaluation.reports.outline import SECTIONS, compiled
from kitchen.evaluation.reports.rules import Section, Table
from kitchen.evaluation.reports.scope import scope_of
from kitchen.feedback.models import Voice
from kitchen.matrix.models import Account
from kitchen.people import units
from kitchen.people.rules import May as People
from kitchen.petitions.models import Petition, Transfer
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import Kind, State
from kitchen.review.models import Round, Step
from kitchen.roster.models import DutyLine, DutyShift
from kitchen.stories.models import Version
from tests.evaluation.reports.conftest import WEEK, Piece, Pressroom, noon


def read(room: Pressroom, unit: str | None = None) -> dict[str, Section]:
    with room.database.unit(write=False) as session:
        scope = scope_of(session, WEEK, room.unit(unit).id if unit else None)
        return {section.key: section for section in compiled(session, scope)}


def rows(table: Table) -> dict[Any, tuple[Any, ...]]:
    found = [tuple(row) for row in table.rows]
    return {row[0]: row[1:] for row in found}


def counted(pieces: Sequence[Piece], key: Callable[[Piece], str]) -> dict[str, tuple[int, int]]:
    return {
        name: (
            len({it.story_id for it in pieces if key(it) == name}),
            sum(key(it) == name for it in pieces),
        )
        for name in {key(it) for it in pieces}
    }


@pytest.mark.parametrize("unit", [None, "青禾区融媒体中心", "云溪街道"])
def test_what_was_published_and_read(busy_week: Pressroom, unit: str | None) -> None:
    below = {"青禾区融媒体中心": ["青禾区融媒体中心", "采编部"], "云溪街道": ["云溪街道"]}
    mine = busy_week.within(WEEK, below[unit] if unit else None)
    assert mine
    found = read(busy_week, unit)
    by_channel = rows(found["published"].table("by_channel"))
    assert by_channel == counted(mine, lambda it: it.channel)
    by_column = rows(found["published"].table("by_column"))
    assert by_column == counted(mine, lambda it: it.column)
    reads = rows(found["reads"].table("by_channel"))
    for channel, (pieces, *told) in reads.items():
        here = [it for it in mine if it.channel == channel]
        assert pieces == len(here)
        expected: list[int | None] = []
        for age in (24, 72, 168):
            known = [it.reads[age] for it in here if it.reads.get(age) is not None]
            expected += [len(known), sum(filter(None, known)) if known else None]
        assert told == expected
    best = sorted(
        (it for it in mine if it.reads.get(168) is not None), key=lambda it: -(it.reads[168] or 0)
    )
    assert found["best"].table("pieces").column("title") == [it.title for it in best]


def test_accounts_stand_beside_their_targets_and_what_is_unknown_is_not_nought(
    busy_week: Pressroom,
) -> None:
    table = read(busy_week)["accounts"].table("targets")
    found = {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}
    assert found["青禾发布"]["pieces"] == 2
    assert found["青禾发布"]["per_day"] == round(2 / 7, 2)
    assert found["青禾发布"]["mean_reads"] == (1500 + 700) / 2
    assert (found["青禾发布"]["target_per_day"], found["青禾发布"]["target_reads"]) == (8, 1000)
    assert found["青禾微博"]["mean_reads"] is None
    assert [row[0] for row in table.rows][0] == "青禾发布"


def test_a_correction_and_a_recall_are_told_and_change_nothing_of_what_went_out(
    busy_week: Pressroom,
) -> None:
    before = read(busy_week)
    piece = busy_week.pieces[0]
    with busy_week.database.unit() as session:
        former = session.get_one(Publication, piece.publication_id)
        session.query(Publication).filter_by(id=former.id).update(
            {"state": State.SUPERSEDED, "since": noon(5), "remote_id": ""}
        )
    busy_week.send(piece.story_id, "青禾发布", noon(5), kind=Kind.CORRECT)
    recalled = busy_week.pieces[2].story_id
    busy_week.send(recalled, "青禾发布", noon(6), kind=Kind.RECALL, state=State.REMOVED)
    busy_week.send(recalled, "青禾发布", noon(9), kind=Kind.RECALL, state=State.REMOVED)
    found = read(busy_week)
    assert rows(found["mended"].table("counts")) == {"corrected": (1,), "recalled": (1,)}
    assert [tuple(row) for row in found["mended"].table("pieces").rows] == [
        ("九里桥通车", "wechat", "青禾发布", "corrected"),
        ("荷塘整治完成", "wechat", "青禾发布", "recalled"),
    ]
    assert found["published"] == before["published"]
    assert found["reads"] == before["reads"]


def test_pickups_count_once_confirmed_by_tier_and_outlet(busy_week: Pressroom) -> None:
    bridge, lotus = busy_week.pieces[0].story_id, busy_week.pieces[2].story_id
    province = busy_week.outlet("省里的报", "province.example", Tier.PROVINCE)
    portal = busy_week.outlet("一家门户", "portal.example", Tier.COMMERCIAL)
    busy_week.picked_up(bridge, province, date(2026, 3, 2))
    busy_week.picked_up(bridge, province, date(2026, 3, 7))
    busy_week.picked_up(lotus, portal, date(2026, 3, 3))
    busy_week.picked_up(lotus, province, date(2026, 3, 8))
    busy_week.picked_up(lotus, province, date(2026, 3, 3), Standing.PROPOSED)
    found = read(busy_week)["pickups"]
    tiers = rows(found.table("by_tier"))
    assert (tiers["province"], tiers["commercial"], tiers["central"]) == ((1, 2), (1, 1), (0, 0))
    outlets = [tuple(row) for row in found.table("by_outlet").rows]
    assert outlets == [("省里的报", "province", 1, 2), ("一家门户", "commercial", 1, 1)]


def test_review_is_timed_by_level(busy_week: Pressroom) -> None:
    with busy_week.database.unit() as session:
        piece = busy_week.pieces[0]
        version = session.query(Version).filter_by(story_id=piece.story_id).first()
        assert version
        round_ = Round(
            story_id=piece.story_id, version_id=version.id, number=1, risk="routine", state="passed"
        )
        session.add(round_)
        session.flush()
        opened = noon(1) - timedelta(hours=5)
        for position, (level, minutes, took) in enumerate(
            [("first", 60, 30), ("second", 60, 90), ("second", 60, 60)]
        ):
            session.add(
                Step(
                    round_id=round_.id,
                    position=position,
                    level=level,
                    minutes=minutes,
                    state="passed",
                    due_at=opened + timedelta(minutes=minutes),
                    decided_at=opened + timedelta(minutes=took),
                )
            )
    found = rows(read(busy_week)["review"].table("by_level"))
    assert found == {"first": (1, 1, 0.5), "second": (2, 1, 1.25)}


def test_duty_and_answers_are_counted(busy_week: Pressroom) -> None:
    room = busy_week.newsroom
    with busy_week.database.unit() as session:
        line = DutyLine(
            name="总值班",
            unit_id=room.units["采编部"].id,
            begins=noon(1).time(),
            ends=noon(1).time(),
        )
        session.add(line)
        session.flush()
        for day, state, stand in [
            (2, "handed", room.editor.id),
            (3, "lapsed", None),
            (4, "cancelled", None),
            (9, "handed", room.editor.id),
        ]:
            session.add(
                DutyShift(
                    line_id=line.id,
                    a_id=room.editor.id,
                    starts_at=noon(day) - timedelta(hours=8),
                    ends_at=noon(day),
                    state=state,
                    stand_id=stand,
                )
            )
        account = busy_week.accounts["青禾发布"]
        for number, (day, replied, state) in enumerate(
            [(2, 3, "replied"), (2, 30, "replied"), (3, None, "new"), (8, 1, "replied")]
        ):
            said = noon(day)
            session.add(
                Voice(
                    account_id=account.id,
                    unit_id=account.unit_id,
                    kind="comment",
                    remote_id=str(number),
                    author="读者",
                    text="问一句",
                    said_at=said,
                    state=state,
                    due_at=said + timedelta(hours=24),
                    replied_at=said + timedelta(hours=replied) if replied else None,
                )
            )
    found = read(busy_week)
    assert rows(found["duty"].table("counts")) == {
        "shifts": (2,),
        "stood": (1,),
        "unstood": (1,),
        "handed": (1,),
    }
    assert rows(found["answers"].table("counts")) == {
        "received": (3,),
        "answered": (2,),
        "answered_in_time": (1,),
        "open": (1,),
    }
    assert rows(read(busy_week, "云溪街道")["answers"].table("counts"))["received"] == (0,)


def test_petitions_are_counted_by_the_unit_that_answers(busy_week: Pressroom) -> None:
    town = busy_week.unit("云溪街道")
    with busy_week.database.unit() as session:
        for number, (came, done, due) in enumerate(
            [(2, 4, 5), (2, 6, 5), (3, None, 9), (9, 10, 12)]
        ):
            petition = Petition(
                title=f"问题{number}",
                body="路灯不亮",
                state="handed",
                created_at=noon(came),
                code_hash=f"hash-{number}",
            )
            session.add(petition)
            session.flush()
            session.add(
                Transfer(
                    petition_id=petition.id,
                    unit_id=town.id,
                    round=1,
                    created_at=noon(came),
                    due_at=noon(due),
                    replied_at=noon(done) if done else None,
                    done_at=noon(done) if done else None,
                )
            )
    found = read(busy_week)["petitions"]
    assert rows(found.table("counts")) == {"asked": (3,)}
    assert rows(found.table("by_unit")) == {"云溪街道": (3, 2, 1)}
    assert rows(read(busy_week, "采编部")["petitions"].table("by_unit")) == {}


def test_indices_come_with_their_place_in_the_whole_matrix_by_the_formula_of_the_time(
    busy_week: Pressroom,
) -> None:
    values = {"青禾发布": 614.4253, "云溪在线": 599.701}
    with busy_week.database.unit() as session:
        for edition, since in (("13.0", date(2017, 7, 1)), ("14.2", date(2021, 12, 1))):
            formula = IndexDefinition(
                name=f"wci-v{edition}",
                family="wci",
                edition=edition,
                title=f"WCI V{edition}",
                body={},
                source="公开说明",
                valid_from=since,
            )
            session.add(formula)
            session.flush()
            for account in session.scalars(select(Account).where(Account.name.in_(values))):
                for first in (WEEK.first, WEEK.first - timedelta(days=7)):
                    score = IndexScore(
                        definition_id=formula.id,
                        account_id=account.id,
                        kind=Window.WEEK,
                        first_day=first,
                        last_day=first + timedelta(days=6),
                        inputs={},
                        value=values[account.name] - 100 * (first < WEEK.first),
                        pieces=3,
                        unknown=1 if account.name == "云溪在线" else 0,
                        provisional=account.name == "云溪在线",
                        computed_at=noon(9),
                    )
                    session.add(score)
    whole = read(busy_week)["indices"].table("scores")
    assert [tuple(row) for row in whole.rows] == [
        ("青禾发布", "WCI V14.2", 614.43, 1, 0),
        ("云溪在线", "WCI V14.2", 599.7, 2, 1),
    ]
    town = read(busy_week, "云溪街道")["indices"].table("scores")
    assert [tuple(row) for row in town.rows] == [("云溪在线", "WCI V14.2", 599.7, 2, 1)]


def test_an_empty_week_has_every_section_and_no_number_out_of_nothing(pressroom: Pressroom) -> None:
    found = read(pressroom)
    assert len(found) == len(SECTIONS)
    assert found["published"].table("by_channel").rows == []
    assert rows(found["lineage"].table("ratio"))["ratio"] == (None,)
    assert rows(found["accounts"].table("targets"))["青禾发布"][1] == 0


def test_a_merged_unit_counts_with_its_successor_and_keeps_its_own_report(
    busy_week: Pressroom,
) -> None:
    before = read(busy_week, "云溪街道")["published"]
    busy_week.newsroom.admin.grants[People.ADMINISTER] = EVERYWHERE  # a post in the district
    with busy_week.database.unit() as session:
        former = session.merge(busy_week.unit("云溪街道"))
        into = session.merge(busy_week.unit("青禾区融媒体中心"))
        units.merge(session, busy_week.newsroom.admin, former, into, note="机构改革")
    assert read(busy_week, "云溪街道")["published"] == before
    merged = rows(read(busy_week, "青禾区融媒体中心")["published"].table("by_channel"))
    assert merged == counted(busy_week.within(WEEK), lambda it: it.channel)


def test_a_report_costs_the_same_for_one_piece_and_for_many(
    busy_week: Pressroom, count_queries: Callable[[], int]
) -> None:
    def cost() -> int:
        before = count_queries()
        read(busy_week)
        return count_queries() - before

    one = cost()
    for number in range(10):
        story = busy_week.write(f"稿件{number}", column=f"栏目{number}")
        busy_week.send(story, "青禾微博", noon(3), reads={168: number})
    assert cost() == one
