"""``kitchen demo``: the line shown on a real text, and the demo newsroom emptied again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kitchen import instance
from kitchen.commands.house import opened, settings
from kitchen.config import Settings
from kitchen.core.errors import N_, Refusal
from kitchen.demo import line, manuscript, newsroom, wiping
from kitchen.demo.desk import Patience
from kitchen.demo.line import Line, Outcomes
from kitchen.publishing.labels import STATES
from kitchen.publishing.rules import State

START_SECONDS = 180.0
STOP_SECONDS = 30.0
_FILE = click.Path(path_type=Path)


class NotStarted(Refusal):
    """The instance that the demo needs did not come up."""

    code = "not_started"


@click.command()
@click.option("--story", type=_FILE, help="文稿（txt、md、docx）· the text")
@click.option("--photo", "photos", type=_FILE, multiple=True, help="照片，可多张 · photographs")
@click.option("--video", "films", type=_FILE, multiple=True, help="视频 · a film")
@click.option("--json", "as_json", is_flag=True, help="结果输出为 JSON · print one JSON object")
@click.option("--wait", default=120.0, show_default=True, help="最多等几秒 · seconds to wait")
@click.option("--wipe", is_flag=True, help="清空演示编辑部 · empty the demo newsroom")
@click.option("--yes", is_flag=True, help="有正式人员也清空 · even if others work here")
def demo(
    *,
    story: Path | None,
    photos: tuple[Path, ...],
    films: tuple[Path, ...],
    as_json: bool,
    wait: float,
    wipe: bool,
    yes: bool,
) -> None:
    """演示 · take a text through all nine steps, or wipe the demo newsroom"""
    if wipe:
        for told in wiping.wipe(settings(), even_if_real=yes):
            click.echo(told)
    elif story is None:
        raise click.UsageError("请给出 --story 文稿，或 --wipe · give --story FILE or --wipe")
    else:
        outcomes = _shown(story, photos, films, wait)
        click.echo(
            json.dumps(outcomes.as_json(), ensure_ascii=False) if as_json else _table(outcomes)
        )
        if not outcomes.complete:
            click.echo("!! 有渠道没有发成，见上 · not every channel has it", err=True)
            sys.exit(1)


def _shown(
    story: Path, photos: tuple[Path, ...], films: tuple[Path, ...], seconds: float
) -> Outcomes:
    """Files are read before anything is started, so that a wrong one costs nothing."""
    text = manuscript.read(story)
    material = line.gathered(text, photos, films)
    with _running():
        house = opened()
        newsroom.furnish(house, patience=seconds)
        return line.run(Line(house, text, material, story.name, Patience(seconds)))


@contextmanager
def _running() -> Iterator[None]:
    """The running instance, else one that is started for the block and stopped with it."""
    found = settings()
    if instance.running(found.home):
        yield
        return
    log = found.home / "demo.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "kitchen", "up"], stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _await_start(found, process, log)
        yield
    finally:
        _stop(process)


def _await_start(found: Settings, process: subprocess.Popen[bytes], log: Path) -> None:
    def up() -> bool:
        if process.poll() is not None:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
            raise NotStarted(N_("系统没有启动起来：\n%(tail)s"), tail=tail)
        return instance.running(found.home) is not None

    Patience(START_SECONDS).until(up, "系统启动")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.kill(process.pid, signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _table(outcomes: Outcomes) -> str:
    steps = [f"  {each.name:<12}{each.seconds:>7.2f} s  {each.actor}" for each in outcomes.steps]
    sent = [
        f"  {STATES[State(each.state)]}  {each.account}  {each.seconds:.2f} s  {each.remote_url}"
        for each in outcomes.deliveries
    ]
    whole = f"稿件 · story {outcomes.story}，共 {outcomes.seconds:.1f} s"
    return "\n".join(["步骤 · steps", *steps, "发布 · deliveries", *sent, whole])
