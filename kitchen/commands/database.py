"""Commands on the database: its schema, and whether what it says of deliveries can be true."""

from __future__ import annotations

import sys

import click
from sqlalchemy.orm import Session

from kitchen import schema_version
from kitchen.commands.house import opened, settings
from kitchen.core import audit
from kitchen.publishing import invariants, standstill
from kitchen.search import index

SHOWN = 10
"""How many offenders of one kind are named; the first few lead to the cause."""


@click.group()
def db() -> None:
    """数据库 · the database"""


@db.command()
def upgrade() -> None:
    """升级表结构 · bring the schema up to date"""
    schema_version.upgrade(settings().database_url)
    click.echo(f"表结构已是 {schema_version.head()} · schema is at {schema_version.head()}")


@db.command()
def restored() -> None:
    """声明数据库恢复过：停发，逐条核实 · say that it was restored: stand still, look for all"""
    house = opened()
    with house.database.unit() as session:
        doubted = standstill.quarantine(session)
    click.echo(f"已停发，{doubted} 条待核实 · standing still, {doubted} to look for")


@db.command()
@click.option("--anchor", help="先前记下的链头 · a head noted earlier, which must be in the chain")
def check(anchor: str | None) -> None:
    """核对表结构、审计链和发布的账 · check the schema, the audit chain, the books of delivery"""
    house = opened(any_schema=True)
    at, head = schema_version.current(house.database), schema_version.head()
    with house.database.unit(write=False) as session:
        chain = audit.verify(session, anchor=anchor)
    click.echo(f"schema {at} (head {head})\naudit {chain.entries} entries, head {chain.head}")
    wrong = []
    if at != head:
        wrong.append("表结构不是最新，发布的账没有核对 · schema old, the books were not examined")
    if chain.broken_at is not None:
        wrong.append(f"审计链断在 {chain.broken_at} · audit broken at {chain.broken_at}")
    if at == head:
        with house.database.unit(write=False) as session:
            wrong += _examine(session) + _behind(session)
    for words in wrong:
        click.echo(f"!! {words}")
    if wrong:
        sys.exit(1)


def _behind(session: Session) -> list[str]:
    """Say whether search finds everything as it stands."""
    behind = index.stale(session)
    if behind < index.BEHIND:
        click.echo(f"ok search index, {behind} to take up")
        return []
    return [f"搜索索引落后 {behind} 条 · search index behind: kitchen search rebuild"]


def _examine(session: Session) -> list[str]:
    """Say of every invariant that holds that it does; answers those that do not."""
    wrong = []
    for name, offenders in invariants.examined(session).items():
        if offenders:
            more = "" if len(offenders) <= SHOWN else f" +{len(offenders) - SHOWN}"
            wrong.append(f"{name}: {' '.join(offenders[:SHOWN])}{more}")
        else:
            click.echo(f"ok {name}")
    return wrong
