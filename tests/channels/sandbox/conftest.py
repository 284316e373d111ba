"""Fixtures of the sandbox's tests."""

from __future__ import annotations

import pytest

from tests.channels.sandbox.playing import Sandbox, live, sandbox, standing
from tests.channels.sandbox.wechat_calls import stable

__all__ = ["live", "sandbox", "standing", "token"]


@pytest.fixture
def token(sandbox: Sandbox) -> str:
    """An access token of the WeChat account."""
    return str(stable(sandbox)["access_token"])
