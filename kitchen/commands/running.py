"""Commands that run something: the whole product, one face, one worker."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

import click

from kitchen import schema_version, supervisor, timetable
from kitchen import worker as workers
from kitchen.commands.house import settings as settings_of_environment
from kitchen.config import Settings
from kitchen.supervisor import Process

READY = {"desk": "/healthz", "public": "/healthz", "sandbox": "/"}
THREADS = {"desk": 128, "public": 32, "sandbox": 32}
"""Per web process. The desk has most: each open page holds one for its live stream."""


@click.command()
@click.option("--empty", is_flag=True, help="不建演示编辑部 · start without the demo newsroom")
def up(*, empty: bool) -> None:
    """启动整套系统 · start everything in the foreground; one Ctrl-C stops it all"""
    settings = Settings.from_environment(os.environ)
    began = time.monotonic()
    schema_version.upgrade(settings.database_url)
    click.echo(f"数据库就绪 · database ready  {time.monotonic() - began:.1f}s")

    def ready() -> None:
        if not empty:
            _demo_newsroom(settings)
        _tell_addresses(settings, time.monotonic() - began)

    supervisor.run(settings, processes(settings), when_ready=ready)


def processes(settings: Settings) -> list[Process]:
    """What an embedded instance consists of: three faces, the workers, the timetable."""
    serving = [
        Process(
            face,
            [*_kitchen(), "serve", face],
            ready=supervisor.answers(settings.host, port, READY[face]),
        )
        for face, port in _ports(settings).items()
    ]
    working = [
        Process(name, [*_kitchen(), "worker", name], stage=2)
        for name in [*timetable.queues(settings.deliverers), "timetable"]
    ]
    return serving + working


def _ports(settings: Settings) -> dict[str, int]:
    return {
        "desk": settings.port,
        "public": settings.public_port,
        "sandbox": settings.sandbox_port,
    }


def _kitchen() -> Sequence[str]:
    return [sys.executable, "-m", "kitchen"]


def _demo_newsroom(settings: Settings) -> None:
    """Set up the demo newsroom on a first start; on later ones this changes nothing."""


def _tell_addresses(settings: Settings, seconds: float) -> None:
    base = f"http://{settings.host}"
    click.echo(
        f"\n  采编台 · desk       {base}:{settings.port}"
        f"\n  公众站 · public     {base}:{settings.public_port}"
        f"\n  平台沙箱 · sandbox  {base}:{settings.sandbox_port}"
        f"\n  演示账号 · demo passwords in {settings.home / 'demo-accounts.json'}"
        f"\n  用时 · ready in {seconds:.1f}s — Ctrl-C 停止 · stops everything\n"
    )


@click.command()
@click.argument("face", type=click.Choice(list(THREADS)))
def serve(face: str) -> None:
    """运行一个面 · run one face (desk, public, sandbox) under gunicorn"""
    settings = settings_of_environment()
    port = _ports(settings)[face]
    argv = [
        sys.executable,
        "-m",
        "gunicorn",
        f"kitchen.wsgi:{face}()",
        f"--bind={settings.host}:{port}",
        "--worker-class=gthread",
        f"--workers={os.environ.get('KITCHEN_WEB_WORKERS', '1')}",
        f"--threads={THREADS[face]}",
        "--graceful-timeout=5",
        "--worker-tmp-dir=/dev/shm",
        "--no-control-socket",
        "--log-level=warning",
    ]
    os.execv(sys.executable, argv)  # noqa: S606 - it becomes the server, so that signals reach it


@click.command()
@click.argument("name")
def worker(name: str) -> None:
    """运行一个工人 · run the worker of one queue, or the timetable"""
    workers.main(name)
