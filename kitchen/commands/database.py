"""Commands on the database: its schema, and whether its audit chain is whole."""

from __future__ import annotations

import sys

import click

from kitchen import schema_version
from kitchen.commands.house import opened, settings
from kitchen.core import audit


@click.group()
def db() -> None:
    """数据库 · the database"""


@db.command()
def upgrade() -> None:
    """升级表结构 · bring the schema up to date"""
    schema_version.upgrade(settings().database_url)
    click.echo(f"表结构已是 {schema_version.head()} · schema is at {schema_version.head()}")


@db.command()
@click.option("--anchor", help="先前记下的链头 · a head noted earlier, which must be in the chain")
def check(anchor: str | None) -> None:
    """核对表结构与审计链 · check the schema's revision and the audit chain"""
    house = opened(any_schema=True)
    at, head = schema_version.current(house.database), schema_version.head()
    with house.database.unit(write=False) as session:
        chain = audit.verify(session, anchor=anchor)
    click.echo(f"schema {at} (head {head})\naudit {chain.entries} entries, head {chain.head}")
    if at != head or chain.broken_at is not None:
        click.echo(f"!! audit broken at {chain.broken_at}" if chain.broken_at else "!! schema old")
        sys.exit(1)
