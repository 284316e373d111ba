"""The house that a command works in: that of the running instance, else of the environment."""

from __future__ import annotations

import os
from dataclasses import replace

from kitchen import app, instance, logs
from kitchen.config import Settings


def settings() -> Settings:
    """The environment's settings; a running instance on the same home knows its Redis and ports."""
    found = Settings.from_environment(os.environ)
    running = instance.running(found.home)
    if running is None:
        return found
    return replace(found, host=running.host, port=running.ports["desk"], redis_url=running.redis)


def opened() -> app.House:
    """The house, with logs on standard error."""
    found = settings()
    logs.set_up(found.log)
    return app.open_house(found)
