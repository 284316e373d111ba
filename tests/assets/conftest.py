"""What the tests of the media store share: a store, and children that are put away at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assets import bounded
from assets.store import FolderStore, Keeper
from tests.fixtures.object_stores import Server, opened


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


@pytest.fixture(params=["folder", "seaweed", "rclone"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Keeper:
    """A store of every kind: a folder, and a bucket on each of two servers."""
    if request.param == "folder":
        return FolderStore(tmp_path / "store")
    server: Server = request.getfixturevalue(request.param)
    return opened(server.endpoint, server.place(), tmp_path / "copies")


@pytest.fixture(scope="session", autouse=True)
def _children_put_away() -> Iterator[None]:
    yield
    bounded.close()
