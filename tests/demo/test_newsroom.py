"""The demo newsroom: made once, left alone afterwards, and never set among people who work."""

from __future__ import annotations

import json
import stat
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kitchen import app
from kitchen.core import audit
from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.audit import AuditEntry
from kitchen.demo import accounts, cast, newsroom
from kitchen.demo.newsroom import NotOurs
from kitchen.matrix import probing
from kitchen.matrix import queries as matrix
from kitchen.matrix import service as matrix_service
from kitchen.matrix.rules import Check
from kitchen.people import service as people
from kitchen.people import units
from kitchen.people.models import Staff
from kitchen.people.rules import Level, May
from kitchen.review.models import RouteStep
from kitchen.topics.meeting import COMMITTEE_ROLES
from kitchen.topics.rules import QUORUM
from tests.fixtures.sandbox import Sandbox


def test_everyone_signs_in_with_the_password_that_was_made_for_them(
    demo_house: app.House,
) -> None:
    file = demo_house.settings.home / newsroom.PASSWORDS
    words = json.loads(file.read_text())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert set(cast.SIGN_INS) <= set(words)
    assert len(set(words.values())) == len(words)
    for username in ("reporter", "admin"):
        trial = people.try_password(demo_house.database, username, words[username], "127.0.0.1")
        with demo_house.database.unit() as session:
            staff = people.check_password(session, trial)
            assert staff.name == cast.NAMES[username]


def test_setting_it_up_twice_changes_nothing(demo_house: app.House) -> None:
    file = demo_house.settings.home / newsroom.PASSWORDS
    before = file.read_text(), _entries(demo_house)
    assert newsroom.furnish(demo_house) is False
    assert (file.read_text(), _entries(demo_house)) == before


def test_a_start_that_broke_off_is_finished_by_the_next(bare_house: app.House) -> None:
    words = newsroom._drafted_passwords(bare_house.settings.home)
    with bare_house.database.unit() as session:
        newsroom._found_units(session)
        newsroom._take_on(session, cast.CAST[0], words["reporter"])
    assert newsroom.furnish(bare_house) is True
    with bare_house.database.unit(write=False) as session:
        assert session.scalar(select(func.count(Staff.id))) == len(cast.CAST)
        assert len(matrix.accounts(session)) == len(accounts.PLANS)


def test_a_house_where_others_work_is_left_alone(bare_house: app.House) -> None:
    founder = Actor(id=None, uid="console", name="x", grants={May.ADMINISTER: EVERYWHERE})
    with bare_house.database.unit() as session:
        unit = units.found(session, founder, "某区", Level.DISTRICT, None)
        people.take_on(
            session, founder, "boss", "某人", "一句很长的话 2026 哦", [(unit, "head", "")]
        )
    with pytest.raises(NotOurs, match="正式人员"):
        newsroom.furnish(bare_house)
    assert not (bare_house.settings.home / newsroom.PASSWORDS).exists()


def test_the_committee_has_its_quorum_and_every_level_somebody_else(demo_house: app.House) -> None:
    roles_of = {p.username: {role for _, role, _ in p.posts} for p in cast.CAST}
    assert sum(bool(roles & set(COMMITTEE_ROLES)) for roles in roles_of.values()) > QUORUM
    with demo_house.database.unit(write=False) as session:
        demanded = set(session.scalars(select(RouteStep.role)))
    assert demanded <= set().union(*roles_of.values())


def test_the_audit_is_whole_and_names_who_founded_it(demo_house: app.House) -> None:
    with demo_house.database.unit(write=False) as session:
        assert audit.verify(session).broken_at is None
        assert _first_actor(session) == newsroom.FOUNDER.uid


@pytest.mark.usefixtures("readers")
def test_every_account_is_let_in_by_its_platform(demo_house: app.House) -> None:
    assert _checks(demo_house) == {
        **dict.fromkeys(accounts.CHANNELS, Check.WORKS),
        "toutiao_article": Check.NOT_CHECKABLE,
        "shandian": Check.NOT_CHECKABLE,
    }


def test_an_account_whose_key_was_spent_meanwhile_is_read_anew(
    demo_house: app.House, sandbox: Sandbox
) -> None:
    probing.try_out(demo_house.ports.open_channel, *_kuaishou(demo_house))
    assert newsroom.furnish(demo_house) is True
    now = {each["channel"]: each for each in sandbox.state()["accounts"]}
    assert _kuaishou(demo_house)[1]["refresh_token"] == now["kuaishou"]["refresh_token"]
    with demo_house.database.unit(write=False) as session:
        assert len(matrix.accounts(session)) == len(accounts.PLANS)


def test_a_sandbox_that_is_away_is_told_in_words(demo_house: app.House) -> None:
    with pytest.raises(accounts.NoSandbox, match="没有应答"):
        accounts.ask_sandbox(accounts.Place("http://127.0.0.1:9", "http://127.0.0.1:8"))


def test_a_public_address_elsewhere_is_bound_to_our_weibo_application(
    bare_house: app.House, sandbox: Sandbox
) -> None:
    try:
        accounts.ask_sandbox(accounts.Place(sandbox.url, "https://news.qinghe.example"))
        known = sandbox.state()["accounts"]  # other tests may have theirs beside the demo's
        domains = [it["settings"].get("domains") for it in known if it["channel"] == "weibo"]
        assert ["news.qinghe.example"] in domains
    finally:
        httpx.post(f"{sandbox.url}/__sim__/reset", json={"accounts": True}).raise_for_status()


def _first_actor(session: Session) -> str | None:
    return session.scalar(select(AuditEntry.actor_uid).order_by(AuditEntry.id).limit(1))


def _entries(house: app.House) -> int:
    with house.database.unit(write=False) as session:
        return session.scalar(select(func.count(AuditEntry.id))) or 0


def _kuaishou(house: app.House) -> tuple[str, dict[str, Any], str]:
    with house.database.unit(write=False) as session:
        (account,) = matrix.accounts(session, "kuaishou")
        return account.channel, matrix_service.settings_of(session, account), account.uid


def _checks(house: app.House) -> dict[str, Check]:
    with house.database.unit(write=False) as session:
        asked = [
            (each.channel, matrix_service.settings_of(session, each), each.uid)
            for each in matrix.accounts(session)
        ]
    return {
        channel: probing.try_out(house.ports.open_channel, channel, found, uid).check
        for channel, found, uid in asked
    }
