"""Commands that run something: the whole product, one face, one worker, the house's processes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

import click

from kitchen import supervisor
from kitchen.config import Settings
from kitchen.supervisor import Process

FACES = ("desk", "public", "sandbox")


@click.command()
@click.option("--empty", is_flag=True, help="不建演示编辑部 · start without the demo newsroom")
def up(*, empty: bool) -> None:
    """启动整套系统 · start everything in the foreground; one Ctrl-C stops it all"""
    settings = Settings.from_environment(os.environ)
    began = time.monotonic()
    ready = partial(_tell_addresses, settings, began)
    supervisor.run(settings, processes(settings, empty=empty), when_ready=ready)


def processes(settings: Settings, *, empty: bool) -> list[Process]:
    """What an embedded instance consists of: the platforms' sandbox, and the house itself."""
    house = [*_kitchen(), "house", *(["--empty"] if empty else [])]
    return [
        Process(
            "sandbox",
            _sandbox(settings),
            ready=supervisor.answers(settings.sandbox_host, settings.sandbox_port, "/"),
        ),
        Process("house", house, ready=_house_ready(settings, empty=empty), grace=15.0),
    ]


def _house_ready(settings: Settings, *, empty: bool) -> Callable[[], bool]:
    desk, public = _answers(settings, "desk"), _answers(settings, "public")
    accounts = settings.home / "demo-accounts.json"
    return lambda: desk() and public() and (empty or accounts.exists())


def _answers(settings: Settings, face: str, path: str = "/healthz") -> Callable[[], bool]:
    return supervisor.answers(settings.host, port_of(settings, face), path)


def port_of(settings: Settings, face: str) -> int:
    return settings.port + FACES.index(face)


def _kitchen() -> Sequence[str]:
    return [sys.executable, "-m", "kitchen"]


def _sandbox(settings: Settings) -> Sequence[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "kitchen.wsgi_sandbox:sandbox()"),
        f"--bind={settings.sandbox_host}:{settings.sandbox_port}",
        *("--worker-class=gthread", "--threads=32", "--graceful-timeout=2"),
        *("--no-control-socket", "--log-level=warning"),
    ]


def _tell_addresses(settings: Settings, began: float) -> None:
    base = f"http://{settings.host}"
    click.echo(
        f"\n  采编台 · desk       {base}:{settings.port}"
        f"\n  公众站 · public     {base}:{settings.public_port}"
        f"\n  平台沙箱 · sandbox  {settings.sandbox_url}"
        f"\n  演示账号 · demo passwords in {settings.home / 'demo-accounts.json'}"
        f"\n  用时 · ready in {time.monotonic() - began:.1f}s — Ctrl-C 停止 · stops everything\n"
    )
