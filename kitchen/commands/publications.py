"""Commands on deliveries: which there are, one in full, and settling what only a person can."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import click
from sqlalchemy.orm import Session

from kitchen.commands.house import opened
from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.errors import Invalid, NotFound
from kitchen.people import queries as people
from kitchen.publishing import hand, queries, resolve
from kitchen.publishing.labels import STATES
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import Kind, State
from kitchen.roles import ROLES

Verb = Callable[[Session, Actor, Publication], object]


@click.group()
def publications() -> None:
    """发布 · the deliveries"""


@publications.command("list")
@click.option("--state", type=click.Choice([str(state) for state in State]))
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500))
def listed(state: str | None, limit: int) -> None:
    """列出最近的发布 · the latest deliveries"""
    with opened().database.unit(write=False) as session:
        for each in queries.page_of_publications(session, state=state, limit=limit).items:
            told = STATES[State(each.state)]
            click.echo(f"{each.uid}  {told}  {each.account.name}  《{each.story.title}》")


@publications.command()
@click.argument("uid")
def show(uid: str) -> None:
    """一条发布的经过 · one delivery with its attempts and receipts"""
    with opened().database.unit(write=False) as session:
        found = queries.the_publication(session, uid)
        record = queries.record_of(session, found)
        click.echo(f"《{found.story.title}》 → {found.account.name}：{STATES[State(found.state)]}")
        for words in filter(None, (found.remote_id, found.remote_url, found.code, found.words)):
            click.echo(f"  {words}")
        for attempt in record.attempts:
            ended = attempt.outcome or "尚无结果"
            click.echo(f"  第 {attempt.attempt_no} 次 {_at(attempt.armed_at)}  {ended}")
        for receipt in record.receipts:
            click.echo(f"  回执 {_at(receipt.observed_at)}  {receipt.source}  {receipt.outcome}")


@publications.command("resolve")
@click.argument("uid")
@click.option("--as", "username", required=True, help="以谁的名义（用户名）· in whose name")
@click.option("--live", "url", help="已经发出，地址是 · it is there, at this address")
@click.option("--not-there", is_flag=True, help="刚去账号里看过，没有 · just looked: it is not")
@click.option("--removed", is_flag=True, help="已从平台撤下 · it was taken down")
@click.option("--again", is_flag=True, help="原因已排除，重新发送 · send once more")
@click.option("--note", default="", help="说明 · a note")
def settle(
    uid: str,
    *,
    username: str,
    url: str | None,
    not_there: bool,
    removed: bool,
    again: bool,
    note: str,
) -> None:
    """人工了结一条发布 · settle what the machine cannot, in a person's name"""
    verbs: dict[Verb, bool] = {
        partial(_live, url=url or ""): bool(url),
        _not_there: not_there,
        partial(resolve.confirm_removed, note=note): removed,
        resolve.try_again: again,
    }
    chosen = [verb for verb, asked in verbs.items() if asked]
    if len(chosen) != 1:
        raise click.UsageError("--live、--not-there、--removed、--again 选一个 · choose one")
    _settled(uid, username, chosen[0])


def _settled(uid: str, username: str, verb: Verb) -> None:
    with opened().database.unit() as session:
        staff = people.staff_by_username(session, username)
        if staff is None or not staff.active:
            raise NotFound(f"没有用户“{username}” · no such user")
        found = queries.the_publication(session, uid)
        verb(session, people.actor_of(session, staff, ROLES), found)
        click.echo(STATES[State(found.state)])


def _live(session: Session, actor: Actor, found: Publication, url: str) -> None:
    if found.kind != Kind.PUBLISH:
        raise Invalid("这是一次撤回，请用 --removed · this is a recall")
    act = hand.finish if found.state == State.AWAITING_HAND else resolve.confirm
    act(session, actor, found, url)


def _not_there(session: Session, actor: Actor, found: Publication) -> None:
    if not resolve.say_not_there(session, actor, found, clock.now(session)):
        click.echo("已记下，还需要另一位同事也看一遍 · one more person must look")


def _at(moment: datetime) -> str:
    return f"{clock.local(moment):%m-%d %H:%M:%S}"
