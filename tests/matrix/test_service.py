"""Accounts: registered once, changed by their unit, switched with a reason, secrets kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from channels.registry import channel_classes
from kitchen.core import audit
from kitchen.core.errors import Duplicate, Forbidden, Invalid, Stale, WrongState
from kitchen.core.seal import BrokenSeal
from kitchen.matrix import queries, service
from kitchen.matrix.fields import ANEW, INSIDE, fields_of
from kitchen.matrix.models import Account
from kitchen.matrix.rules import Check, Condition
from kitchen.ports import of as ports_of
from tests.fixtures.newsroom import Newsroom
from tests.matrix.conftest import SECRET, SETTINGS, Register


def _everything_stored(newsroom: Newsroom) -> str:
    with newsroom.database.unit(write=False) as session:
        tables = ("account", "audit_entry")
        rows = [session.execute(text(f"select * from {name}")).all() for name in tables]  # noqa: S608
        return repr(rows)


def test_an_account_is_registered_and_its_secret_sealed(
    newsroom: Newsroom, register: Register
) -> None:
    uid = register()
    assert SECRET not in _everything_stored(newsroom)
    with newsroom.database.unit(write=False) as session:
        account = queries.the_account(session, uid)
        assert "app_secret" not in account.settings
        assert service.settings_of(session, account).items() >= SETTINGS.items()
        assert account.condition == Condition.UNTRIED
        assert [entry.action for entry in audit.history(session, account)] == ["register_account"]


def test_a_secret_moved_to_another_account_does_not_open(
    newsroom: Newsroom, register: Register
) -> None:
    one, other = register("one"), register("other")
    with newsroom.database.unit() as session:
        thief = queries.the_account(session, other)
        thief.secrets_sealed = queries.the_account(session, one).secrets_sealed
    with newsroom.database.unit(write=False) as session, pytest.raises(BrokenSeal):
        service.settings_of(session, queries.the_account(session, other))


def test_secrets_whose_seal_is_broken_can_be_entered_again(
    newsroom: Newsroom, register: Register
) -> None:
    uid = register()
    with newsroom.database.unit() as session:
        queries.the_account(session, uid).secrets_sealed = "sealed with a key that is lost"
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        assert service.readable_settings(session, account) is None
        with pytest.raises(Invalid) as refused:
            blank = {**SETTINGS, "app_secret": ""}
            service.change_account(session, newsroom.operator, account, None, blank)
        assert set(refused.value.fields) == {"setting_app_secret"}
        session.rollback()
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        service.change_account(session, newsroom.operator, account, None, SETTINGS)
        assert service.settings_of(session, account)["app_secret"] == SECRET


def test_the_same_account_of_a_platform_is_registered_once(register: Register) -> None:
    register("qinghe")
    with pytest.raises(Duplicate, match="qinghe"):
        register("qinghe")
    register("qinghe", channel="shandian", settings={})


@pytest.mark.parametrize(("role", "unit"), [("reporter", "采编部"), ("operator", "云溪街道")])
def test_an_account_is_registered_only_by_those_over_its_unit(
    newsroom: Newsroom, register: Register, role: str, unit: str
) -> None:
    with pytest.raises(Forbidden):
        register(actor=newsroom.actors[role], unit=unit)
    with newsroom.database.unit(write=False) as session:
        assert queries.accounts(session, enabled=None) == []


def test_a_change_keeps_the_secret_and_names_what_changed(
    newsroom: Newsroom, register: Register
) -> None:
    uid = register()
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        given = {"app_id": "wx0002", "app_secret": ""}
        service.change_account(
            session, newsroom.operator, account, 2, given, office="新媒体科", followers=120
        )
    with newsroom.database.unit(write=False) as session:
        account = queries.the_account(session, uid)
        opened = service.settings_of(session, account)
        assert (opened["app_id"], opened["app_secret"]) == ("wx0002", SECRET)
        entry = audit.history(session, account)[0]
        assert set(entry.after) == {"settings", "office", "followers"}


@pytest.mark.parametrize(
    "place", [{"base_url": "https://elsewhere.example.cn"}, {"base_url": "http://127.0.0.1:1"}]
)
def test_no_stored_secret_is_sent_to_another_place(
    newsroom: Newsroom, register: Register, place: dict[str, Any]
) -> None:
    """Who may change an account does not thereby get to see what is never shown again."""
    uid = register()
    given = {**SETTINGS, **place}
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        with pytest.raises(Invalid) as refused:
            blank = {**given, "app_secret": " "}
            service.change_account(session, newsroom.operator, account, None, blank)
        assert refused.value.fields == {"setting_app_secret": ANEW}
        session.rollback()
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        service.change_account(session, newsroom.operator, account, None, given)
        service.change_account(
            session, newsroom.operator, account, None, {**given, "app_secret": ""}
        )
        assert service.settings_of(session, account)["app_secret"] == SECRET


INNER = ["http://10.0.0.7/", "http://127.0.0.1:6379", "http://redis:6379", "http://[::1", "http://"]


@pytest.mark.parametrize("place", INNER)
def test_only_an_administrator_lets_calls_go_to_a_machine_of_the_house(
    newsroom: Newsroom, register: Register, place: str
) -> None:
    ports = newsroom.database.info["ports"]
    newsroom.database.info["ports"] = replace(ports, public_url="https://news.example.cn")
    given = {**SETTINGS, "base_url": place}
    with pytest.raises(Invalid) as refused:
        register(settings=given)
    assert refused.value.fields == {"setting_base_url": INSIDE}
    uid = register(actor=newsroom.actors["admin"], settings=given)
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        changed = {**given, "app_id": "wx0009"}
        service.change_account(session, newsroom.operator, account, None, changed)
        with pytest.raises(Invalid):
            moved = {**given, "base_url": "http://10.0.0.8/"}
            service.change_account(session, newsroom.operator, account, None, moved)
        session.rollback()


@pytest.mark.parametrize("hosts", ["kuaishou.com,10.0.0.7", "localhost", "com"])
def test_no_film_is_uploaded_to_a_machine_of_the_house(
    newsroom: Newsroom, register: Register, hosts: str
) -> None:
    ports = newsroom.database.info["ports"]
    newsroom.database.info["ports"] = replace(ports, public_url="https://news.example.cn")
    settings = {"app_id": "1", "app_secret": "s", "refresh_token": "t"}
    with pytest.raises(Invalid) as refused:
        register(channel="kuaishou", settings={**settings, "upload_hosts": hosts})
    assert set(refused.value.fields) == {"setting_upload_hosts"}
    register(channel="kuaishou", settings=settings)


def test_every_setting_that_says_where_calls_go_is_known_as_such() -> None:
    only_shown = {"site_url", "media_base_url"}
    unmarked = {
        (channel, each.name)
        for channel in channel_classes()
        for each in fields_of(channel)
        if each.name.endswith("_url") and each.name not in only_shown and each.place is None
    }
    assert unmarked == set()


def test_a_new_secret_is_noted_by_its_name_alone_and_unsettles_the_last_check(
    newsroom: Newsroom, register: Register
) -> None:
    uid, fresh = register(), "another-secret-to-keep"
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        service.note_check(session, newsroom.operator, account, Check.NEEDS_REAUTH, "invalid")
        assert account.condition == Condition.LOCKED_OUT
        given = {**SETTINGS, "app_secret": fresh}
        service.change_account(session, newsroom.operator, account, None, given)
        assert account.condition == Condition.UNTRIED
    with newsroom.database.unit(write=False) as session:
        account = queries.the_account(session, uid)
        assert service.settings_of(session, account)["app_secret"] == fresh
        assert audit.history(session, account)[0].after == {"renewed": ["app_secret"]}
    assert fresh not in _everything_stored(newsroom)


def test_a_secret_that_the_platform_asks_for_since_and_is_left_empty_is_not_renewed(
    newsroom: Newsroom, register: Register
) -> None:
    uid = register()
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        sealer = ports_of(session).sealer
        account.secrets_sealed = sealer.seal(uid, {"app_secret": SETTINGS["app_secret"]})
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        changed = {**SETTINGS, "open_comments": True}
        service.change_account(session, newsroom.operator, account, None, changed)
    with newsroom.database.unit(write=False) as session:
        account = queries.the_account(session, uid)
        assert "renewed" not in audit.history(session, account)[0].after


def test_the_second_of_two_managers_is_told_of_the_first_and_of_no_secret(
    newsroom: Newsroom, register: Register
) -> None:
    uid = register()
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        seen = account.version
        service.change_account(session, newsroom.operator, account, seen, name="青禾融媒")
        with pytest.raises(Stale) as refused:
            service.change_account(session, newsroom.operator, account, seen, name="青禾发布厅")
    assert refused.value.theirs["name"] == "青禾融媒"
    assert SECRET not in repr(refused.value.theirs)


def test_a_change_cannot_take_anothers_place(newsroom: Newsroom, register: Register) -> None:
    register("qinghe")
    uid = register("yunxi")
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        with pytest.raises(Duplicate):
            service.change_account(session, newsroom.operator, account, None, handle="qinghe")
        session.rollback()


@pytest.mark.parametrize("role", ["reporter", "editor", "town_editor"])
def test_others_may_neither_change_nor_switch(
    newsroom: Newsroom, register: Register, role: str
) -> None:
    uid, actor = register(), newsroom.actors[role]
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        with pytest.raises(Forbidden):
            service.change_account(session, actor, account, None, name="别人的")
        with pytest.raises(Forbidden):
            service.set_switch(session, actor, account, sending=False, reason="试试")
        with pytest.raises(Forbidden):
            service.set_enabled(session, actor, account, enabled=False, reason="试试")


def test_the_switch_needs_a_reason_and_is_recorded(newsroom: Newsroom, register: Register) -> None:
    uid = register()
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        with pytest.raises(Invalid) as refused:
            service.set_switch(session, newsroom.duty, account, sending=False, reason=" ")
        assert set(refused.value.fields) == {"note"}
        service.set_switch(session, newsroom.duty, account, sending=False, reason="误发在查")
        assert (account.sending, account.halted_because) == (False, "误发在查")
        with pytest.raises(WrongState):
            service.set_switch(session, newsroom.duty, account, sending=False, reason="再停一次")
        service.set_switch(session, newsroom.chief, account, sending=True, reason="已查清")
        assert (account.sending, account.halted_because) == (True, "")
    with newsroom.database.unit(write=False) as session:
        acts = [
            (e.action, e.note) for e in audit.history(session, queries.the_account(session, uid))
        ]
        assert acts[:2] == [("resume_account", "已查清"), ("halt_account", "误发在查")]


def test_a_retired_account_is_not_offered_and_can_come_back(
    newsroom: Newsroom, register: Register
) -> None:
    uid = register()
    with newsroom.database.unit() as session:
        account = queries.the_account(session, uid)
        service.set_enabled(session, newsroom.operator, account, enabled=False, reason="整合")
        assert queries.accounts(session) == []
        assert len(queries.accounts(session, enabled=None)) == 1
        with pytest.raises(WrongState):
            service.set_enabled(session, newsroom.operator, account, enabled=False, reason="整合")
        service.set_enabled(session, newsroom.operator, account, enabled=True, reason="恢复")
        assert len(queries.accounts(session, "wechat")) == 1
        assert queries.accounts(session, "weibo") == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [({}, 3), ({"channel": "wechat"}, 2), ({"q": "yun"}, 1), ({"q": "青禾"}, 3), ({"q": "%"}, 0)],
)
def test_the_list_is_narrowed(
    newsroom: Newsroom, register: Register, asked: dict[str, Any], found: int
) -> None:
    register("qinghe")
    register("yunxi")
    register("bolt", channel="shandian", settings={})
    with newsroom.database.unit(write=False) as session:
        assert len(queries.page_of_accounts(session, **asked).items) == found
        assert queries.counts(session) == {"wechat": 2, "shandian": 1}


def test_a_field_that_accounts_do_not_have_is_a_mistake_of_the_caller(
    newsroom: Newsroom, register: Register
) -> None:
    uid = register()
    with newsroom.database.unit() as session:
        account: Account = queries.the_account(session, uid)
        with pytest.raises(TypeError):
            service.change_account(session, newsroom.operator, account, None, secrets_sealed="x")
