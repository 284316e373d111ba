"""The faces as WSGI applications, for gunicorn: ``gunicorn 'kitchen.wsgi:desk()'``."""

from __future__ import annotations

import os

from flask import Flask

from channels.sandbox.app import create_sandbox
from kitchen import app, logs
from kitchen.config import BadSetting, Settings
from kitchen.web.face import Face


def desk() -> Face:
    """The staff's face, on the settings of the environment."""
    return app.create_desk(_house())


def _house() -> app.House:
    settings = Settings.from_environment(os.environ)
    logs.set_up(settings.log)
    return app.open_house(settings)


def public() -> Face:
    """The readers' face."""
    return app.create_public(_house())


def sandbox() -> Flask:
    """The platforms, played. Refuses any address but the machine's own."""
    settings = Settings.from_environment(os.environ)
    if settings.host not in {"127.0.0.1", "localhost", "::1"}:
        raise BadSetting(f"KITCHEN_HOST={settings.host!r}: the sandbox answers on loopback only")
    return create_sandbox(settings.home / "sandbox", settings.sandbox_url)
