"""``kitchen media``: what an operator reads of the stores, and moving house by two settings."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assets.moving_store import MovingStore
from assets.store import FolderStore
from kitchen import app
from kitchen.commands import media as commands
from kitchen.config import BadSetting, Settings
from tests.fixtures.newsroom import Newsroom
from tests.media.conftest import Enter


@pytest.fixture(autouse=True)
def at_home(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands work in the test's own house."""
    monkeypatch.setattr(commands, "opened", lambda: newsroom.house)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands.media, arguments)


def store_of(newsroom: Newsroom) -> FolderStore:
    store = newsroom.ports.store
    assert isinstance(store, FolderStore)
    return store


def test_a_scrub_tells_what_is_damaged_and_ends_in_error(newsroom: Newsroom, enter: Enter) -> None:
    enter()
    well = run("scrub")
    assert well.exit_code == 0
    store = store_of(newsroom)
    assert f"open：校验 {len(list(store.names()))} 个" in well.output
    kept = next(iter(store.names()))
    place = store.root / kept.sha256[:2] / kept.sha256[2:4] / kept.sha256
    place.write_bytes(b"rot")
    ill = run("scrub")
    assert ill.exit_code == 1
    assert f"损坏 damaged  {kept.sha256}" in ill.output
    assert kept.sha256 in run("findings").output


def test_collecting_takes_nothing_that_came_lately(newsroom: Newsroom, enter: Enter) -> None:
    enter()
    store_of(newsroom).put(io.BytesIO(b"nobody's"))
    told = run("collect")
    assert told.exit_code == 0
    assert "open：移到一旁 0，放回 0，删除 0" in told.output
    assert run("collect", "--grace-days", "0").exit_code == 2


def test_moving_house(newsroom: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = run("move")
    assert isinstance(refused.exception, BadSetting)
    environment = {
        "KITCHEN_HOME": str(tmp_path / "moving"),
        "KITCHEN_STORE_URL": f"file://{tmp_path}/new",
        "KITCHEN_FORMER_STORE_URL": f"file://{tmp_path}/former",
    }
    store = app.store_of(Settings.from_environment(environment))
    assert isinstance(store, MovingStore)
    names = [store.former.put(io.BytesIO(b"%d" % number)).sha256 for number in range(5)]
    ports = replace(newsroom.ports, store=store)
    monkeypatch.setattr(commands, "opened", lambda: replace(newsroom.house, ports=ports))
    assert "搬了 5 个" in run("move").output
    assert "搬了 0 个（0.0 MB），早已在新库 5 个" in run("move", "--clear").output
    assert not list(store.former.names())
    assert sorted(each.sha256 for each in store.new.names()) == sorted(names)


def test_a_store_that_cannot_be_is_a_bad_setting(tmp_path: Path) -> None:
    environment = {"KITCHEN_HOME": str(tmp_path), "KITCHEN_STORE_URL": "ftp://a/b"}
    with pytest.raises(BadSetting, match="素材库地址"):
        app.store_of(Settings.from_environment(environment))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KITCHEN_S3_ENDPOINT", "10.0.0.5:8333"),
        ("KITCHEN_S3_PUBLIC_ENDPOINT", "media.example.cn"),
        ("KITCHEN_STORE_COPIES", "0"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        Settings.from_environment({"KITCHEN_HOME": str(tmp_path), name: value})
