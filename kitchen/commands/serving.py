"""Commands that are the house at work: all its processes from one nursery, or one alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import click
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from kitchen import app, logs, nursery, schema_version, timetable, wsgi
from kitchen import worker as workers
from kitchen.commands.house import settings as settings_of_environment
from kitchen.config import Settings
from kitchen.core.errors import Refusal
from kitchen.demo import opening as demo

MAKERS: dict[str, Callable[[], Any]] = {"desk": wsgi.desk, "public": wsgi.public}
THREADS = {"desk": 128, "public": 32}
"""Per web process. The desk has most: each open page holds one for its live stream."""


class _Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn over one of our faces, which is made in its worker."""

    def __init__(self, make: Callable[[], Any], options: dict[str, Any]) -> None:
        self._make = make
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for key, value in self._options.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        return self._make()


def serve_face(settings: Settings, face: str) -> None:
    """Serve one face until told to stop."""
    port = {"desk": settings.port, "public": settings.public_port}[face]
    options = {
        "bind": f"{settings.host}:{port}",
        "worker_class": "gthread",
        "workers": settings.web_workers,
        "threads": THREADS[face],
        "graceful_timeout": 5,
        "control_socket_disable": True,
        "loglevel": "warning",
    }
    _Server(MAKERS[face], options).run()


@click.command()
@click.option("--empty", is_flag=True, help="不建演示编辑部 · without the demo newsroom")
def house(*, empty: bool) -> None:
    """运行采编系统的全部进程 · run desk, public face, workers and timetable"""
    settings = Settings.from_environment(os.environ)
    logs.set_up(settings.log)
    schema_version.upgrade(settings.database_url)
    names = [*timetable.queues(settings.deliverers), "timetable"]
    jobs: dict[str, nursery.Work] = {face: partial(serve_face, settings, face) for face in MAKERS}
    jobs |= {name: partial(workers.main, name) for name in names}
    errands = {} if empty else {"demo": partial(_demo_newsroom, settings)}
    nursery.Nursery(jobs, errands).run()


def _demo_newsroom(settings: Settings) -> None:
    """Set up the demo newsroom on a first start; on later ones see that its accounts still fit."""
    try:
        demo.set_up(app.open_house(settings))
    except Refusal as refusal:
        click.echo(f"!! {refusal}", err=True)


@click.command()
@click.argument("face", type=click.Choice(list(MAKERS)))
def serve(face: str) -> None:
    """运行一个面 · run one face (desk, public)"""
    serve_face(settings_of_environment(), face)


@click.command()
@click.argument("name")
def worker(name: str) -> None:
    """运行一个工人 · run the worker of one queue, or the timetable"""
    workers.main(name)
