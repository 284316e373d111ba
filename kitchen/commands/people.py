"""Commands on people."""

from __future__ import annotations

import click

from kitchen.commands.house import opened
from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.errors import NotFound
from kitchen.people import queries, service
from kitchen.people.rules import May
from kitchen.roles import ROLES

OPERATOR = Actor(id=None, uid="console", name="控制台", grants={May.ADMINISTER: EVERYWHERE})
"""Whoever has the machine's console administers the house; the audit says so."""


@click.group()
def user() -> None:
    """人员 · the staff"""


@user.command()
@click.argument("username")
@click.option("--name", required=True, help="姓名 · the person's name")
@click.option("--role", required=True, type=click.Choice(list(ROLES)))
@click.option("--unit", required=True, help="单位名称 · the unit's name")
@click.option("--title", default="", help="职务 · the post's title")
@click.password_option(help="密码，至少 12 个字符 · at least 12 characters")
def add(username: str, name: str, role: str, unit: str, title: str, password: str) -> None:
    """添加人员 · take a person on"""
    house = opened()
    with house.database.unit() as session:
        found = next((each for each in queries.all_units(session) if each.name == unit), None)
        if found is None:
            raise NotFound(f"没有单位“{unit}” · no such unit")
        service.take_on(session, OPERATOR, username, name, password, [(found, role, title)])
    click.echo(f"已添加 {username} · added")
