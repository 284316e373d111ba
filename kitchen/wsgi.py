"""The faces as WSGI applications, for gunicorn: ``gunicorn 'kitchen.wsgi:desk()'``."""

from __future__ import annotations

import os

from kitchen import app, logs
from kitchen.config import Settings
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
