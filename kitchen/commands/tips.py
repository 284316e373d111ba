"""Commands on tips: the key of the house under which their keys lie is changed."""

from __future__ import annotations

import sys
import time

import click

from assets.erasable import KeyRing, NoLocks
from assets.rekeying import Rekeyed, rekey
from kitchen import stores
from kitchen.commands.house import settings

STRIDE_SECONDS = 5.0
"""How often it tells how far it is."""


@click.group()
def tips() -> None:
    """报料 · what the public told"""


@tips.command("rekey")
def change_key() -> None:
    """换编辑部的钥匙，运行中也可以；中断后再执行会接着做 · wrap all keys of tips under a new one"""
    ring = stores.ring_of(settings())
    try:
        done = _change(ring)
    except NoLocks as error:
        raise click.ClickException(
            f"{error.filename} 所在的盘不能加锁，没有换。请移到本机的盘上再执行"
            " · this file system knows no locks, nothing was changed: move the ring to a local disk"
        ) from error
    click.echo(_how_far(done))
    for owner in done.damaged:
        click.echo(f"  打不开 damaged  {owner}")
    if done.damaged:
        click.echo("旧钥匙留着：先处理打不开的 · the old key stays until these are dealt with")
        sys.exit(1)
    if done.former_gone:
        click.echo("旧钥匙已毁。现在备份 tip.keys，毁掉它的旧备份 · back tip.keys up anew")
    else:
        click.echo("可以从 KITCHEN_TIP_KEYS 去掉后面的了 · the others may leave KITCHEN_TIP_KEYS")


def _change(ring: KeyRing) -> Rekeyed:
    told, done = time.monotonic(), Rekeyed()
    for done in rekey(ring):
        if time.monotonic() - told > STRIDE_SECONDS:
            told = time.monotonic()
            click.echo(_how_far(done))
    return done


def _how_far(done: Rekeyed) -> str:
    return (
        f"重新包好 {done.wrapped} 把，早已是新的 {done.before} 把，打不开 {len(done.damaged)} 把"
        " · wrapped anew, there before, damaged"
    )
