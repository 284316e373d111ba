"""The tree of units (S52): named, moved, merged in the middle of everything, closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen import models
from kitchen.core import audit, codes
from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.errors import Duplicate, Forbidden, Invalid, Refusal, Stale, WrongState
from kitchen.matrix import queries as matrix
from kitchen.matrix import service as accounts
from kitchen.matrix.campaigns import queries as cleanups
from kitchen.matrix.campaigns import service as campaigns
from kitchen.matrix.models import Account
from kitchen.matrix.registry import custody, importing, workers
from kitchen.matrix.registry.models import Custody, Worker
from kitchen.matrix.registry.rules import Establishment, Handing
from kitchen.matrix.rules import SLOTS
from kitchen.people import queries, service, units
from kitchen.people.models import Staff, Unit
from kitchen.people.rules import PARENTS, Level, May
from kitchen.petitions import asking
from kitchen.petitions import service as petitions
from kitchen.petitions.asking import Question
from kitchen.petitions.rules import Category
from kitchen.roles import ROLES
from kitchen.roster import service as roster
from kitchen.roster.service import Kept
from kitchen.screens import mergers
from tests.fixtures.newsroom import Door, Newsroom

TOWN, CENTRE, DISTRICT = "云溪街道", "青禾区融媒体中心", "青禾区"


@dataclass
class Tree:
    """The units of a house, changed by whoever administers the whole district."""

    newsroom: Newsroom
    admin: Actor

    @contextmanager
    def unit(self) -> Iterator[Session]:
        with self.newsroom.database.unit() as session:
            yield session

    def named(self, session: Session, name: str) -> Unit:
        return session.scalars(select(Unit).where(Unit.name == name)).one()

    def found(self, name: str, level: Level = Level.TOWN, parent: str = DISTRICT) -> None:
        with self.unit() as session:
            units.found(session, self.admin, name, level, self.named(session, parent))

    def merge(self, name: str, into: str, actor: Actor | None = None) -> None:
        with self.unit() as session:
            former, successor = self.named(session, name), self.named(session, into)
            units.merge(session, actor or self.admin, former, successor, "机构改革")

    def change(self, now: str, seen: int | None = None, **how: Any) -> None:
        with self.unit() as session:
            unit = self.named(session, now)
            parent = self.named(session, how["parent"]) if "parent" in how else unit.parent
            given = {"name": now, **how, "parent": parent}
            units.change(session, self.admin, unit, seen, **given)

    def close(self, name: str, note: str = "撤并") -> None:
        with self.unit() as session:
            units.close(session, self.admin, self.named(session, name), note)


@pytest.fixture
def tree(newsroom: Newsroom) -> Tree:
    everywhere = {May.ADMINISTER: EVERYWHERE, May.READ_UNITS: EVERYWHERE}
    return Tree(newsroom, replace(newsroom.admin, grants=everywhere))


def test_every_column_that_names_a_unit_is_in_the_table_of_mergers() -> None:
    named = {
        (table.name, column.name)
        for table in models.METADATA.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == "unit"
    }
    told = {(column.class_.__tablename__, column.key) for column in mergers.COLUMNS}
    assert told == named


@pytest.mark.parametrize("level", list(Level))
def test_each_level_has_its_place(tree: Tree, level: Level) -> None:
    for place in (CENTRE, TOWN):
        above = Level.MEDIA_CENTRE if place == CENTRE else Level.TOWN
        if above in PARENTS[level]:
            tree.found(f"{place}下的{level}", level, place)
        else:
            with pytest.raises(Invalid):
                tree.found(f"{place}下的{level}", level, place)


def test_a_former_name_still_finds_its_unit_and_is_nobody_elses(tree: Tree) -> None:
    tree.change(TOWN, name="云溪镇")
    tree.change("云溪镇", name="云溪新城")
    for name in (TOWN, "云溪镇", CENTRE):
        with pytest.raises(Duplicate):
            tree.found(name)
    tree.change("云溪新城", name=TOWN)  # back to its own former name
    with tree.unit() as session:
        unit = tree.named(session, TOWN)
        assert {queries.units_by_name(session)[it] for it in (TOWN, "云溪镇", "云溪新城")} == {unit}
        former = queries.former_names(session, [unit.id])[unit.id]
        assert [it.name for it in former] == ["云溪新城", "云溪镇", TOWN]


def test_two_who_change_a_unit_at_once_see_each_other(tree: Tree) -> None:
    tree.change(TOWN, seen=1, origin="原乡政府")
    with pytest.raises(Stale):
        tree.change(TOWN, seen=1, origin="别的")


def test_nothing_is_put_below_itself_or_where_others_administer(tree: Tree) -> None:
    tree.found("宣传科", Level.SECTION, TOWN)
    tree.found("网络组", Level.SECTION, "宣传科")
    with pytest.raises(Invalid):
        tree.change("宣传科", parent="网络组")
    with pytest.raises(Invalid):
        tree.merge("宣传科", "网络组")
    with pytest.raises(Forbidden):  # the admin of the centre has no say over the street
        tree.merge("宣传科", CENTRE, tree.newsroom.admin)
    with tree.unit() as session, pytest.raises(Forbidden):
        units.found(session, tree.newsroom.admin, "另一个区", Level.DISTRICT, None)
    tree.merge("宣传科", TOWN)
    with tree.unit() as session:
        assert tree.named(session, "网络组").parent == tree.named(session, TOWN)


def test_a_unit_that_is_merged_in_mid_campaign_brings_all_it_has_under_way(tree: Tree) -> None:
    newsroom, office = tree.newsroom, tree.newsroom.cyberspace
    tree.found("荷塘镇")
    with tree.unit() as session:
        street, town = tree.named(session, TOWN), tree.named(session, "荷塘镇")
        own = accounts.enter_account(
            session,
            office,
            channel="wechat",
            name="云溪发布",
            handle="yunxi",
            unit=street,
            batch="首批",
            **dict.fromkeys(SLOTS, "测试"),
        )
        worker = workers.enrol(
            session, office, street, name="小溪", phone="1", establishment=Establishment.PERMANENT
        )
        workers.assign(session, office, own, worker)
        twin = workers.enrol(
            session, office, town, name="小溪", phone="1", establishment=Establishment.PERMANENT
        )
        days = campaigns.deadlines(session)
        cleanup = campaigns.open_campaign(
            session,
            office,
            name="首批清理整顿",
            batch="首批",
            check_due=days[0],
            opinion_due=days[1],
            decision_due=days[2],
        )
        line = roster.open_line(
            session,
            replace(newsroom.chief, grants=dict.fromkeys(newsroom.chief.grants, EVERYWHERE)),
            Kept("云溪值班", street, time(8), time(20)),
        )
        moving = custody.propose(session, office, own, town, "移交")
        code = codes.code_for("a secret of tests", "1", "路灯")
        asking.ask(session, code, Question("路灯不亮", "青禾大道北段路灯坏了一个月。", "北段"))
        petition = asking.find(session, code)
        petitions.accept(session, newsroom.editor, petition, next(iter(Category)))
        petitions.hand(session, newsroom.editor, petition, street)
        uid, seen = own.uid, own.version
        item_uid = campaigns.items_of(session, cleanup)[0].uid
        ids = {"line": line.id, "moving": moving.id, "twin": twin.id, "worker": worker.id}

    tree.merge(TOWN, "荷塘镇")

    with tree.unit() as session:
        street, town = tree.named(session, TOWN), tree.named(session, "荷塘镇")
        assert (street.parent, street.merged_into) == (town, town)
        account = matrix.the_account(session, uid)
        assert (account.unit, account.empty_slots) == (town, list(SLOTS))
        assert account.version > seen
        assert cleanups.the_item(session, item_uid).unit_id == town.id
        assert session.get_one(type(line), ids["line"]).unit_id == town.id
        assert asking.find(session, code).transfers[-1].unit_id == town.id
        assert session.get_one(Custody, ids["moving"]).state == Handing.CALLED_OFF
        assert [it.id for it in session.get_one(Worker, ids["twin"]).accounts] == [account.id]
        assert session.get_one(Worker, ids["worker"]).left
        held = queries.posts_in(session, town)
        assert {post.staff.username for post in held} == {"town_editor", "keeper", "unit_head"}
        keeper = queries.the_staff(session, newsroom.keeper.uid)
        actor = queries.actor_of(session, keeper, ROLES)
        assert actor.may("matrix.file", town.id)
        assert actor.may("matrix.file", street.id)  # what it did before is still theirs to see
        assert queries.units_by_name(session)[TOWN] == town
        told = audit.history(session, town)
        assert [it.action for it in told][:2] == ["follow_merger", "take_unit_over"]
        assert TOWN not in {it.name for it in queries.all_units(session)}


def test_a_merger_that_fails_in_the_middle_moves_nothing(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree.found("荷塘镇")

    def broken(*_given: object) -> int:
        raise RuntimeError("the machine died")

    monkeypatch.setattr(mergers, "_gear", broken)
    with pytest.raises(RuntimeError):
        tree.merge(TOWN, "荷塘镇")
    with tree.unit() as session:
        street = tree.named(session, TOWN)
        assert (street.closed_at, street.parent) == (None, tree.named(session, DISTRICT))
        assert len(queries.posts_in(session, street)) == 3


def test_what_is_no_more_takes_nobody_and_nothing(tree: Tree) -> None:
    tree.found("荷塘镇")
    tree.merge(TOWN, "荷塘镇")
    again: list[tuple[type[Refusal], Any]] = [
        (WrongState, lambda: tree.merge(TOWN, "荷塘镇")),
        (WrongState, lambda: tree.merge("荷塘镇", TOWN)),
        (WrongState, lambda: tree.change(TOWN, name="又一个名字")),
        (Invalid, lambda: tree.found("新科", Level.SECTION, TOWN)),
        (WrongState, lambda: tree.close(TOWN)),
    ]
    for refusal, act in again:
        with pytest.raises(refusal):
            act()
    with tree.unit() as session:
        street = tree.named(session, TOWN)
        staff = session.get_one(Staff, tree.newsroom.reporter.id)
        with pytest.raises(WrongState):
            service.appoint(session, tree.admin, staff, street, "keeper")
        with pytest.raises(WrongState):
            units.reopen(session, tree.admin, street)
        with pytest.raises(Invalid):
            matrix.the_unit(session, street.uid)


def test_only_an_empty_unit_is_closed(tree: Tree) -> None:
    tree.found("空镇")
    tree.found("宣传科", Level.SECTION, "空镇")
    with pytest.raises(WrongState):  # something stands below it
        tree.close("空镇")
    tree.close("宣传科")
    with tree.unit() as session:
        unit = tree.named(session, "空镇")
        accounts.enter_account(
            session, tree.newsroom.cyberspace, channel="weibo", name="空镇", handle="k", unit=unit
        )
    with pytest.raises(WrongState):
        tree.close("空镇")
    with pytest.raises(WrongState):  # people work there
        tree.close(TOWN)
    with tree.unit() as session:
        (account,) = session.scalars(select(Account))
        accounts.move_account(session, tree.admin, account, tree.named(session, TOWN), "移交")
    with pytest.raises(Invalid):
        tree.close("空镇", note=" ")
    tree.close("空镇")
    with tree.unit() as session:
        units.reopen(session, tree.admin, tree.named(session, "空镇"))
        assert tree.named(session, "空镇").closed_at is None
        with pytest.raises(WrongState):  # it is open
            units.reopen(session, tree.admin, tree.named(session, "空镇"))


def test_a_sheet_may_use_the_name_of_a_merged_unit(tree: Tree) -> None:
    tree.found("荷塘镇")
    tree.merge(TOWN, "荷塘镇")
    sheet = f"账号名,平台,平台账号,主办单位\n云溪发布,微信,yunxi,{TOWN}\n".encode()
    with tree.unit() as session:
        assert importing.take_in(session, tree.newsroom.cyberspace, sheet).entered == [2]
        assert matrix.accounts(session, enabled=None)[0].unit.name == "荷塘镇"


def test_pages_tell_the_tree_and_keep_what_was_typed(tree: Tree, sign_in: Door) -> None:
    tree.found("荷塘镇")
    admin = sign_in("admin")
    page = admin.get("/units").text
    assert "荷塘镇" in page
    assert "测试head" in admin.get(f"/units/{tree.newsroom.units[CENTRE].uid}").text
    form = {"name": "新媒体部", "level": "section", "parent": tree.newsroom.units[TOWN].uid}
    assert admin.post_form("/units/new", form).status_code == 403  # not this admin's street
    form["parent"] = tree.newsroom.units[CENTRE].uid
    refused = admin.post_form("/units/new", {**form, "level": "town"})
    assert refused.status_code == 422
    assert "新媒体部" in refused.text
    assert admin.post_form("/units/new", form).status_code == 302
    reporter = sign_in("reporter")
    assert reporter.get("/units").status_code == 200
    assert reporter.get("/units/new").status_code == 403
    assert sign_in("stringer").get("/units").status_code == 403


def test_an_admin_fills_posts_but_never_empties_their_own(tree: Tree, sign_in: Door) -> None:
    admin, uid = sign_in("admin"), tree.newsroom.units["采编部"].uid
    given = {"staff": "reporter", "role": "editor", "title": "副主任"}
    assert admin.post_form(f"/units/{uid}/appoint", given).status_code == 302
    assert admin.post_form(f"/units/{uid}/appoint", given).status_code == 409
    assert "副主任" in admin.get(f"/units/{uid}").text
    assert admin.post_form(f"/units/{uid}/relieve", given).status_code == 302
    assert admin.post_form(f"/units/{uid}/relieve", given).status_code == 404
    nobody = admin.post_form(f"/units/{uid}/appoint", {**given, "staff": "nobody"})
    assert (nobody.status_code, "没有这个用户名" in nobody.text) == (422, True)
    centre = tree.newsroom.units[CENTRE].uid
    own = {"staff": "admin", "role": "admin"}
    assert admin.post_form(f"/units/{centre}/relieve", own).status_code == 403
    street = tree.newsroom.units[TOWN].uid
    assert admin.post_form(f"/units/{street}/appoint", given).status_code == 403


def test_programs_see_the_tree_and_change_it(tree: Tree, sign_in: Door) -> None:
    admin, centre = sign_in("admin"), tree.newsroom.units[CENTRE].uid
    body = {"name": "技术部", "level": "section", "parent": centre}
    made = admin.call("POST", "/api/v1/units", body).json
    assert (made["parent"], made["people"]) == (centre, 0)
    other = admin.call("POST", "/api/v1/units", {**body, "name": "保障部"}).json
    path = f"/api/v1/units/{made['uid']}"
    renamed = {"name": "技术保障部", "parent": centre, "version": made["version"]}
    answer = admin.call("PUT", path, renamed).json
    assert [it["name"] for it in answer["former_names"]] == ["技术部"]
    assert admin.call("PUT", path, renamed).status_code == 409
    merged = admin.call("POST", path + "/merge", {"into": other["uid"], "note": "合署"})
    assert merged.json["uid"] == other["uid"]
    assert admin.call("GET", path).json["merged_into"] == other["uid"]
    assert admin.call("POST", path + "/reopen").status_code == 409
    last = f"/api/v1/units/{other['uid']}"
    assert admin.call("POST", last + "/close", {"note": "撤销"}).json["closed_at"]
    assert admin.call("POST", last + "/reopen").json["closed_at"] is None
    names = [it["name"] for it in admin.call("GET", "/api/v1/units").json["items"]]
    assert names.index("技术保障部") == names.index("保障部") + 1


def test_the_tree_costs_the_same_however_many_there_are(
    tree: Tree, sign_in: Door, count_queries: Any
) -> None:
    reporter = sign_in("reporter")
    reporter.get("/units")

    def cost() -> int:
        before = count_queries()
        reporter.get("/units")
        return int(count_queries() - before)

    few = cost()
    for number in range(12):
        tree.found(f"第{number}镇")
    assert cost() == few
