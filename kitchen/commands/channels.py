"""Commands on the accounts: which there are, and whether their platforms let us in."""

from __future__ import annotations

import sys

import click

from kitchen.app import House
from kitchen.commands.house import opened
from kitchen.core.access import EVERYWHERE, Actor
from kitchen.matrix import probing, queries, service
from kitchen.matrix.labels import CHECKS, CONDITIONS
from kitchen.matrix.models import Account
from kitchen.matrix.rules import Check, May

CONSOLE = Actor(id=None, uid="console", name="控制台", grants={May.MANAGE: EVERYWHERE})
"""Whoever has the machine's console may try accounts; the audit says so."""
GOOD = frozenset({Check.WORKS, Check.NOT_CHECKABLE})


@click.group()
def channels() -> None:
    """渠道账号 · the accounts on the platforms"""


@channels.command("list")
def show() -> None:
    """列出全部账号 · every account and how it stands"""
    with opened().database.unit(write=False) as session:
        for account in queries.accounts(session, enabled=None):
            click.echo(f"{_named(account)}  {CONDITIONS[account.condition]}")


@channels.command()
def check() -> None:
    """逐个试登录 · ask each platform whether it lets us in; status 1 if one does not"""
    house = opened()
    with house.database.unit(write=False) as session:
        uids = [account.uid for account in queries.accounts(session)]
    well = [_check(house, uid) for uid in uids]
    if not all(well):
        sys.exit(1)


def _check(house: House, uid: str) -> bool:
    with house.database.unit(write=False) as session:
        account = queries.the_account(session, uid)
        settings = service.settings_of(session, account)
    outcome = probing.try_out(house.ports.open_channel, account.channel, settings, uid)
    with house.database.unit() as session:
        account = queries.the_account(session, uid)
        service.note_check(session, CONSOLE, account, outcome.check, outcome.words)
    click.echo(f"{_named(account)}  {CHECKS[outcome.check]}  {outcome.words}".rstrip())
    return outcome.check in GOOD


def _named(account: Account) -> str:
    return f"{account.channel:<16}{account.name}（{account.handle}）"
