"""The platforms, played, as a WSGI application; it imports nothing of the newsroom's."""

from __future__ import annotations

import os

from flask import Flask

from channels.sandbox.app import create_sandbox
from kitchen.config import BadSetting, Settings


def sandbox() -> Flask:
    """The sandbox. Refuses any address but the machine's own."""
    settings = Settings.from_environment(os.environ)
    if settings.host not in {"127.0.0.1", "localhost", "::1"}:
        raise BadSetting(f"KITCHEN_HOST={settings.host!r}: the sandbox answers on loopback only")
    return create_sandbox(settings.home / "sandbox", settings.sandbox_url)
