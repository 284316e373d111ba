"""Commands on people."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from kitchen.commands.house import opened
from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.errors import NotFound
from kitchen.people import queries, service, units
from kitchen.people.models import Staff, Unit
from kitchen.people.rules import Level, May
from kitchen.roles import ROLES

OPERATOR = Actor(id=None, uid="console", name="控制台", grants={May.ADMINISTER: EVERYWHERE})
"""Whoever has the machine's console administers the house; the audit says so."""


@click.group()
def unit() -> None:
    """单位 · the tree of units"""


@unit.command("add")
@click.argument("name")
@click.option("--level", required=True, type=click.Choice([str(level) for level in Level]))
@click.option("--parent", help="上级单位名称 · the unit above; none for the district itself")
def add_unit(name: str, level: str, parent: str | None) -> None:
    """添加单位 · add a unit"""
    house = opened()
    with house.database.unit() as session:
        above = _the_unit(session, parent) if parent else None
        units.found(session, OPERATOR, name, Level(level), above)
    click.echo(f"已添加 {name} · added")


def _the_unit(session: Session, name: str) -> Unit:
    found = next((each for each in queries.all_units(session) if each.name == name), None)
    if found is None:
        raise NotFound(f"没有单位“{name}” · no such unit")
    return found


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
        found = _the_unit(session, unit)
        service.take_on(session, OPERATOR, username, name, password, [(found, role, title)])
    click.echo(f"已添加 {username} · added")


@user.command("password")
@click.argument("username")
@click.password_option(help="新密码，至少 12 个字符 · at least 12 characters")
def new_password(username: str, password: str) -> None:
    """换密码，并在所有设备上退出 · a new password; signed out everywhere"""
    with opened().database.unit() as session:
        service.set_password(session, OPERATOR, _the_person(session, username), password)
    click.echo(f"已更换 {username} 的密码 · changed")


@user.command()
@click.argument("username")
def disable(username: str) -> None:
    """停用，立即在所有设备上退出 · shut out at once, everywhere"""
    with opened().database.unit() as session:
        service.let_go(session, OPERATOR, _the_person(session, username))
    click.echo(f"已停用 {username} · disabled")


@user.command()
@click.argument("username")
def enable(username: str) -> None:
    """重新启用 · let in again"""
    with opened().database.unit() as session:
        service.take_back(session, OPERATOR, _the_person(session, username))
    click.echo(f"已启用 {username} · enabled")


@user.command()
@click.argument("username")
@click.option("--role", required=True, type=click.Choice(list(ROLES)))
@click.option("--unit", required=True, help="单位名称 · the unit's name")
@click.option("--title", default="", help="职务 · the post's title")
def appoint(username: str, role: str, unit: str, title: str) -> None:
    """增加一个岗位 · one more post"""
    with opened().database.unit() as session:
        found = _the_unit(session, unit)
        service.appoint(session, OPERATOR, _the_person(session, username), found, role, title)
    click.echo(f"已任命 {username} · appointed")


@user.command()
@click.argument("username")
@click.option("--role", required=True, type=click.Choice(list(ROLES)))
@click.option("--unit", required=True, help="单位名称 · the unit's name")
def relieve(username: str, role: str, unit: str) -> None:
    """免去一个岗位 · take a post away"""
    with opened().database.unit() as session:
        found = _the_unit(session, unit)
        service.relieve(session, OPERATOR, _the_person(session, username), found, role)
    click.echo(f"已免去 {username} 的岗位 · relieved")


def _the_person(session: Session, username: str) -> Staff:
    found = queries.staff_by_username(session, username)
    if found is None:
        raise NotFound(f"没有用户“{username}” · no such user")
    return found
