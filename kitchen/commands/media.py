"""Commands on the stores of bytes: look through them, clear them up, move to another one."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import click

from assets.moving_store import Moved, MovingStore, move
from kitchen import app
from kitchen.commands.house import opened
from kitchen.config import BadSetting
from kitchen.media.upkeep import collect as collector
from kitchen.media.upkeep import scrub as scrubbing
from kitchen.media.upkeep.jobs import keepers
from kitchen.media.upkeep.queries import open_findings
from kitchen.media.upkeep.scrub import Scrubbed

STRIDE_SECONDS = 5.0
"""How often a long command tells how far it is."""


@click.group()
def media() -> None:
    """素材库 · the stores of bytes"""


@media.command()
def scrub() -> None:
    """逐个重新校验全部文件，中断后接着做；发现问题时状态为 1 · hash every file anew"""
    house, bad = opened(), 0
    for name, store in keepers(house.ports).items():
        roots = house.database.info["roots"][name]
        found = scrubbing.scrub(house.database, name, store, roots, told=_telling(name))
        click.echo(_scrubbed(name, found))
        for kind, names in (("损坏 damaged", found.damaged), ("缺失 missing", found.missing)):
            for sha256 in names:
                click.echo(f"  {kind}  {sha256}")
        bad += len(found.damaged) + len(found.missing)
    if bad:
        sys.exit(1)


@media.command()
def findings() -> None:
    """列出损坏和缺失的文件 · what is damaged or missing and not yet healed"""
    with opened().database.unit(write=False) as session:
        for each in open_findings(session):
            click.echo(f"{each.found_at:%Y-%m-%d %H:%M}  {each.store}  {each.kind}  {each.sha256}")


@media.command()
@click.option(
    "--grace-days",
    default=collector.GRACE / 86400,
    show_default=True,
    type=click.FloatRange(1),
    help="多少天没有任何记录提到才动它 · days without any row that names it",
)
def collect(grace_days: float) -> None:
    """收走没有记录提到的文件：先移到一旁，再过一个宽限期才删 · clear up what no row names"""
    house = opened()
    for name, store in keepers(house.ports).items():
        roots = house.database.info["roots"][name]
        done = collector.collect(house.database, name, store, roots, grace=grace_days * 86400)
        click.echo(
            f"{name}：移到一旁 {done.set_aside}，放回 {done.brought_back}，"
            f"删除 {done.forgotten}（{_mega(done.freed)}）· set aside, brought back, forgotten"
        )


@media.command("move")
@click.option("--clear", is_flag=True, help="新库核对无误后删掉旧库里的 · empty the former store")
def move_over(clear: bool) -> None:
    """把旧素材库搬到现在的库，运行中也可以；中断后接着搬 · move over from the former store"""
    store = _moving(opened())
    told, so_far = time.monotonic(), Moved()
    for so_far in move(store, clear=clear):
        if time.monotonic() - told > STRIDE_SECONDS:
            told = time.monotonic()
            click.echo(_moved(so_far))
    click.echo(_moved(so_far))
    if so_far.damaged:
        sys.exit(1)


def _moving(house: app.House) -> MovingStore:
    store = house.ports.store
    if not isinstance(store, MovingStore):
        raise BadSetting("KITCHEN_FORMER_STORE_URL: 写上旧素材库的地址 · name the store to leave")
    return store


def _moved(so_far: Moved) -> str:
    return (
        f"搬了 {so_far.files} 个（{_mega(so_far.size)}），早已在新库 {so_far.before} 个，"
        f"损坏没搬 {so_far.damaged} 个 · moved, there before, damaged"
    )


def _scrubbed(name: str, found: Scrubbed) -> str:
    return (
        f"{name}：校验 {found.files} 个（{_mega(found.size)}），损坏 {len(found.damaged)}，"
        f"缺失 {len(found.missing)} · hashed, damaged, missing"
    )


def _telling(name: str) -> Callable[[Scrubbed], None]:
    told = time.monotonic()

    def tell(so_far: Scrubbed) -> None:
        nonlocal told
        if time.monotonic() - told > STRIDE_SECONDS:
            told = time.monotonic()
            click.echo(_scrubbed(name, so_far))

    return tell


def _mega(size: int) -> str:
    return f"{size / 2**20:.1f} MB"
