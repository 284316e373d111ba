"""The console: accounts, deliveries, check-up, the API's document, and refusals in one sentence."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from kitchen import app, cli, logs
from kitchen.commands import doctor
from kitchen.core import audit
from kitchen.core.access import HOUSE
from kitchen.demo import accounts, stories
from kitchen.demo.desk import Patience
from kitchen.matrix.models import Account
from kitchen.publishing import invariants
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import State
from tests.demo.test_line import work

Kitchen = Callable[..., Result]


@pytest.fixture
def database_url(migrated_url: str) -> str:
    return migrated_url


@pytest.fixture
def kitchen(bare_house: app.House, monkeypatch: pytest.MonkeyPatch) -> Kitchen:
    """``kitchen("channels", "list")`` runs a command on this test's home."""
    settings = bare_house.settings
    monkeypatch.setenv("KITCHEN_HOME", str(settings.home))
    monkeypatch.setenv("KITCHEN_PORT", str(settings.port))
    monkeypatch.setenv("KITCHEN_DATABASE_URL", settings.database_url)
    monkeypatch.setattr(logs, "set_up", lambda mode: None)
    return lambda *words: CliRunner().invoke(cli.kitchen, list(words))


def test_accounts_are_listed_by_name_and_standing(kitchen: Kitchen, demo_house: app.House) -> None:
    told = kitchen("channels", "list")
    assert told.exit_code == 0
    assert [line.split()[0] for line in told.stdout.splitlines()] == sorted(accounts.CHANNELS)
    assert "青禾区政务（wx" in told.stdout


def test_the_books_are_examined_one_truth_after_the_other(kitchen: Kitchen) -> None:
    told = kitchen("db", "check")
    assert told.exit_code == 0, told.output
    asked = [line for line in told.stdout.splitlines() if line.startswith("ok I")]
    assert len(asked) == len(invariants.INVARIANTS) + 1


@pytest.mark.wrong_books("a delivery that vanished is planted")
def test_books_that_are_wrong_are_told_with_the_offender(
    kitchen: Kitchen, bare_house: app.House
) -> None:
    with bare_house.database.unit() as session:
        audit.record(session, HOUSE, "plan_publication", Publication(uid="vanished"))
    told = kitchen("db", "check")
    assert told.exit_code == 1
    assert "!! I12" in told.stdout
    assert "vanished" in told.stdout


def test_checking_tries_every_account_and_says_which_one_failed(
    kitchen: Kitchen, demo_house: app.House
) -> None:
    """Our own app is not running here; all the others answer."""
    told = kitchen("channels", "check")
    assert told.exit_code == 1
    with demo_house.database.unit(write=False) as session:
        failed = session.scalars(select(Account.channel).where(Account.check == "unavailable"))
        assert list(failed) == ["outlet"]


@pytest.mark.slow
@pytest.mark.usefixtures("readers")
def test_a_delivery_is_listed_shown_and_settled_in_a_persons_name(
    kitchen: Kitchen, demo_house: app.House
) -> None:
    stories.tell(demo_house, Patience(60, lambda: work(demo_house)))
    work(demo_house)
    uid = _waiting(demo_house)
    assert uid in kitchen("publications", "list", "--state", "awaiting_hand").stdout
    assert "待人工发布" in kitchen("publications", "show", uid).stdout
    resolve = ("publications", "resolve", uid, "--live", "https://iqilu.com/a/77")
    assert "没有用户" in str(kitchen(*resolve, "--as", "nobody").exception)
    assert kitchen(*resolve, "--as", "reporter").exception is not None
    assert _waiting(demo_house) == uid
    settled = kitchen(*resolve, "--as", "operator")
    assert settled.exit_code == 0
    assert settled.stdout.startswith("已发布")


def _waiting(house: app.House) -> str:
    with house.database.unit(write=False) as session:
        shandian = (Publication.channel == "shandian", Publication.state == State.AWAITING_HAND)
        return session.scalars(select(Publication.uid).where(*shandian)).first() or ""


def test_resolving_asks_for_exactly_one_way(kitchen: Kitchen) -> None:
    told = kitchen("publications", "resolve", "x", "--as", "operator", "--removed", "--again")
    assert told.exit_code == 2
    assert "choose one" in told.stderr


def test_the_document_of_the_api_is_printed(kitchen: Kitchen) -> None:
    document = json.loads(kitchen("openapi").stdout)
    assert document["openapi"] == "3.1.0"
    assert "/api/v1/stories/{uid}/submit" in document["paths"]


def test_a_sound_machine_passes_its_check_up(kitchen: Kitchen) -> None:
    told = kitchen("doctor")
    assert told.exit_code == 0, told.stdout
    assert len(told.stdout.splitlines()) == len(doctor.CHECKS)


def test_what_is_wrong_is_said_with_the_remedy(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KITCHEN_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    monkeypatch.setattr(doctor, "DISK_BYTES", 2**62)
    told = kitchen("doctor")
    assert told.exit_code == 1
    assert "kitchen db upgrade" in told.stdout
    assert "请腾出空间" in told.stdout


def test_a_database_that_is_away_hides_nothing_that_does_not_depend_on_it(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITCHEN_DATABASE_URL", "sqlite:////nowhere/kitchen.db")
    told = kitchen("doctor")
    assert "✗ 数据库：" in told.stdout
    assert "✗ 搜索索引：" in told.stdout
    assert "✗ 定稿的报告：" in told.stdout
    assert told.stdout.count("✓") == len(doctor.CHECKS) - 3


def test_commands_on_an_empty_database_say_what_is_missing(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KITCHEN_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    assert "kitchen db upgrade" in str(kitchen("channels", "list").exception)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["demo", "--story", "/nowhere/a.txt", "--json"], "读不到文件"),
        (["demo", "--story", __file__], ".docx"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_before_anything_starts(
    kitchen: Kitchen,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    told: str,
) -> None:
    monkeypatch.setattr(sys, "argv", ["kitchen", *words])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("!! ")
    assert told in shown.err


def test_demo_without_a_text_tells_how_it_is_used(kitchen: Kitchen) -> None:
    assert kitchen("demo").exit_code == 2
