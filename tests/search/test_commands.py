"""The commands on the index, as an operator at night meets them."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from kitchen import app
from kitchen.commands import database as database_commands
from kitchen.commands import search as commands
from kitchen.search import index
from tests.fixtures.newsroom import Newsroom
from tests.search.conftest import add_leads


@pytest.fixture(autouse=True)
def at_home(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands work in the test's own house."""

    def opened(**_: object) -> app.House:
        return newsroom.house

    monkeypatch.setattr(commands, "opened", opened)


def told(*arguments: str) -> str:
    answer = CliRunner().invoke(commands.search, arguments)
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_an_index_is_filled_and_made_anew(newsroom: Newsroom) -> None:
    people = len(newsroom.actors)
    with newsroom.database.unit() as session:
        add_leads(session, [("夜市", f"第{number}条") for number in range(30)])
    assert "30 条" in told("status")
    assert "索引已齐" in told("rebuild")
    assert "待编入 0 条" in told("status")
    assert f"{30 + people} 条" not in told("rebuild")
    assert "索引已齐" in told("rebuild", "--anew")
    assert "待编入 0 条" in told("status")


def test_an_index_that_lags_is_said_to(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "BEHIND", 5)
    with newsroom.database.unit() as session:
        add_leads(session, [("夜市", "")] * 4)
        assert database_commands._behind(session) == []
        add_leads(session, [("夜市", "")] * 4)
        (wrong,) = database_commands._behind(session)
    assert "落后 8 条" in wrong
    assert "kitchen search rebuild" in wrong
