"""What the tests of the media store share: a store, and children that are put away at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assets import bounded
from assets.store import FolderStore


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


@pytest.fixture(scope="session", autouse=True)
def _children_put_away() -> Iterator[None]:
    yield
    bounded.close()
