"""Commands on the search index: how it stands, and how it is made anew."""

from __future__ import annotations

import click

from kitchen.commands.house import opened
from kitchen.core.db import Database
from kitchen.search import index

STRIDE_SECONDS = 5.0
"""How often a rebuild tells how far it is."""
BATCH = 500
"""Rows in one unit of a rebuild: fewer commits, and writers wait for a second at most."""


@click.group()
def search() -> None:
    """搜索索引 · the search index"""


@search.command()
def status() -> None:
    """看索引有没有落后 · how many rows the index does not know as they are"""
    with opened().database.unit(write=False) as session:
        click.echo(f"待编入 {index.stale(session)} 条 · rows to take up")


@search.command()
@click.option("--anew", is_flag=True, help="先清空，再全部重做 · empty it first")
def rebuild(anew: bool) -> None:
    """补齐索引；中断后再执行会接着做 · take up what is missing; goes on where it stopped"""
    database = opened().database
    with database.unit() as session:
        if anew:
            index.empty(session)
        index.mark_stale(session)
    _catch_up(database)


def _catch_up(database: Database) -> None:
    while index.catch_up(database, STRIDE_SECONDS, batch=BATCH):
        with database.unit(write=False) as session:
            click.echo(f"还有 {index.waiting(session)} 条 · to go")
    click.echo("索引已齐 · the index is complete")
