"""One platform a test, and no connection left open after the last."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from channels.http import close_connections
from tests.channels.platform import Platform, serving


@pytest.fixture
def platform() -> Iterator[Platform]:
    with serving() as platform:
        yield platform
        close_connections()
