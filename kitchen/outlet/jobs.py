"""Bells of the outlet: the hub's calls, and the looks at addresses that readers are sent to.

Strangers are called while no transaction is open, several at once, because some of them are slow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

import structlog
from sqlalchemy.orm import Session

from channels import strangers
from channels.base import ChannelError
from kitchen import ports
from kitchen.core.db import Database
from kitchen.outlet import hub, links
from kitchen.outlet.hub import Answer, Delivery, Question, Work

log = structlog.get_logger(__name__)

CALLERS = 8

T = TypeVar("T")
R = TypeVar("R")


def carry_hub(database: Database) -> None:
    """Ask and deliver whatever is due."""
    while work := _taken(database, hub.take):
        answers = _each(partial(_answer, loopback=database.info["ports"].at_home), work)
        with database.unit() as session:
            for each, answer in zip(work, answers, strict=True):
                hub.settle(session, each, answer)


def ring_for_hub(database: Database) -> None:
    """Ring for what fell due by itself, or whose bell was lost."""
    with database.unit(write=False) as session:
        if hub.is_due(session):
            ports.of(session).bell.ring("hub", 0)


def look_at_links(database: Database, addresses: Callable[[Session], Collection[str]]) -> None:
    """Look at those of the addresses that were not looked at for a while."""
    while urls := _taken(database, lambda session: links.take(session, addresses(session))):
        found = _each(partial(_look, loopback=database.info["ports"].at_home), urls)
        with database.unit() as session:
            for url, (status, words) in zip(urls, found, strict=True):
                links.note(session, url, status, words)


def _taken(database: Database, take: Callable[[Session], list[T]]) -> list[T]:
    with database.unit() as session:
        return take(session)


def _each(act: Callable[[T], R], things: Sequence[T]) -> list[R]:
    with ThreadPoolExecutor(CALLERS) as callers:
        return list(callers.map(act, things))


def _answer(work: Work, *, loopback: bool) -> Answer:
    """What came of it; whatever goes wrong with one call, the others of its batch are settled."""
    try:
        if isinstance(work, Question):
            return _asked(work, loopback)
        return _delivered(work, loopback)
    except ChannelError as error:
        log.info("hub_unheard", callback=work.callback, code=error.code)
        return Answer.NO if error.code == "not_public" else Answer.LATER
    except Exception:
        log.exception("hub_call_surprise", callback=work.callback)
        return Answer.LATER


def _asked(work: Question, loopback: bool) -> Answer:
    """Whether the callback wants it: it repeats the challenge, and nothing else counts as yes."""
    asked = {"hub.mode": str(work.mode), "hub.topic": work.topic, "hub.challenge": work.challenge}
    if work.mode == "subscribe":
        asked["hub.lease_seconds"] = str(int(work.lease.total_seconds()))
    joint = "&" if urlsplit(work.callback).query else "?"
    reply = strangers.call("GET", f"{work.callback}{joint}{urlencode(asked)}", loopback=loopback)
    wants = reply.status < 300 and reply.content == work.challenge.encode()
    return Answer.YES if wants else Answer.NO


def _delivered(work: Delivery, loopback: bool) -> Answer:
    reply = strangers.call(
        "POST", work.callback, headers=work.headers, content=work.content, loopback=loopback
    )
    if reply.status == 410:
        return Answer.NO
    return Answer.YES if reply.status < 300 else Answer.LATER


def _look(url: str, *, loopback: bool) -> tuple[int, str]:
    """The status with which the address answers, or 0 and why it does not."""
    try:
        return strangers.status_of(url, loopback=loopback), ""
    except ChannelError as error:
        return 0, error.code
    except Exception:
        log.exception("link_look_surprise", url=url)
        return 0, "surprise"
