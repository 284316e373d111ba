"""The house that a command works in: that of the running instance, else of the environment."""

from __future__ import annotations

import os

from kitchen import app, instance, logs, schema_version
from kitchen.config import Settings
from kitchen.core.errors import N_, Refusal


def settings() -> Settings:
    """The environment's settings; a running instance on the same home knows its Redis and ports."""
    found = Settings.from_environment(os.environ)
    running = instance.running(found.home)
    if running is None:
        return found
    there = {
        "KITCHEN_HOST": running.host,
        "KITCHEN_PORT": str(running.ports["desk"]),
        "KITCHEN_REDIS_URL": running.redis,
    }
    return Settings.from_environment({**os.environ, **there})


class OldSchema(Refusal):
    """The database lacks tables that the commands speak of."""

    code = "old_schema"
    default = N_("数据库还没有建表，或表结构已旧。请先执行 kitchen db upgrade。")


def opened(*, any_schema: bool = False) -> app.House:
    """The house, with logs on standard error. Raises :class:`OldSchema` unless ``any_schema``."""
    found = settings()
    logs.set_up(found.log)
    house = app.open_house(found)
    if not any_schema and schema_version.current(house.database) != schema_version.head():
        raise OldSchema
    return house
