"""What the benchmarks of delivery share: a fan-out is timed, and its pieces are sent again bare."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import psutil  # type: ignore[import-untyped]
from rq import Queue, Worker
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import bare
from kitchen import ports
from kitchen.core.db import new_uid
from kitchen.matrix import service as accounts
from kitchen.publishing.models import Attempt, Publication
from kitchen.publishing.rules import State
from kitchen.stories.models import FrozenPost, Story
from kitchen.tokens import PlatformToken
from tests.fixtures.district import District
from tests.fixtures.processes import started
from tests.fixtures.product import Product

TICK = 0.01
"""How often both sides look whether everything is done."""
PATIENCE = 600.0
SETTLED = 0.1
"""Seconds until a process that has ended is counted with its parent."""


@dataclass(frozen=True)
class Taken:
    """What one fan-out took: seconds, processor seconds, seconds to the last acceptance."""

    seconds: float
    cpu: float
    accepted: float = 0.0


def processes(product: Product, queues: Sequence[str]) -> list[psutil.Process]:
    """Our own workers on these queues."""
    return [psutil.Process(pid) for queue, pid in product.workers().items() if queue in queues]


def bare_worker(stack: ExitStack, product: Product, kind: str) -> psutil.Process:
    """One worker of the floor, once it listens."""
    argv = [sys.executable, "-m", "benchmarks.bare", kind, product.settings.redis_address]
    log = product.settings.home / "bare.log"
    with product.redis() as redis:
        before = Worker.count(connection=redis)
        process = stack.enter_context(
            started(argv, lambda: Worker.count(connection=redis) > before, log=log)
        )
    return psutil.Process(process.pid)


def by_product(district: District, story: str, size: int, busy: Sequence[psutil.Process]) -> Taken:
    """Approve the story, which goes to ``size`` accounts, and wait until every receipt is there."""
    product, spent = district.product, cpu(busy)
    began = district.approve(story)
    stood = datetime.now(UTC) - timedelta(seconds=time.perf_counter() - began)
    wait(lambda: _live(product, story) == size)
    seconds = time.perf_counter() - began
    accepted = (max(_answered(product, story)) - stood).total_seconds()
    return Taken(seconds, cpu(busy) - spent, accepted)


def by_jobs(
    product: Product, kind: str, busy: Sequence[psutil.Process], parcels: Sequence[bare.Parcel]
) -> Taken:
    """Carry the pieces by bare jobs, as posts of their own."""
    fresh = [again(parcel) for parcel in parcels]
    with product.redis() as redis:
        done = Queue(kind, connection=redis).finished_job_registry
        before, spent = done.get_job_count(cleanup=False), cpu(busy)
        began = time.perf_counter()
        bare.enqueue(redis, kind, product.settings.store_url, fresh)
        wait(lambda: done.get_job_count(cleanup=False) == before + len(fresh))
        seconds = time.perf_counter() - began
        return Taken(seconds, cpu(busy) - spent)


def cpu(busy: Sequence[psutil.Process]) -> float:
    """Processor seconds of the processes and of their children, ended ones included."""
    time.sleep(SETTLED)
    family = [each for process in busy for each in (process, *process.children())]
    spent = [each.cpu_times() for each in family]
    return float(sum(sum(each[:4]) for each in spent))


def wait(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline, "the fan-out does not come to its end"
        time.sleep(TICK)


def _live(product: Product, story: str) -> int:
    """How many deliveries of the story have their receipt."""
    query = (
        select(func.count())
        .select_from(Publication)
        .join(Story, Story.id == Publication.story_id)
        .where(Story.uid == story, Publication.state == State.LIVE)
    )
    with product.house.database.unit(write=False) as session:
        return session.scalar(query) or 0


def _answered(product: Product, story: str) -> list[datetime]:
    """When the call that publishes was answered, for each delivery of the story."""
    query = (
        select(Attempt.ended_at)
        .join(Publication, Attempt.publication_id == Publication.id)
        .join(Story, Story.id == Publication.story_id)
        .where(Story.uid == story)
    )
    with product.house.database.unit(write=False) as session:
        return [moment for moment in session.scalars(query) if moment]


def parcels(district: District, story: str) -> list[bare.Parcel]:
    """What a bare job needs to make the calls that were made for the story."""
    with district.product.house.database.unit(write=False) as session:
        posts = session.scalars(select(FrozenPost).join(Story).where(Story.uid == story))
        return [_parcel(session, post) for post in posts]


def _parcel(session: Session, post: FrozenPost) -> bare.Parcel:
    account, sealer = post.account, ports.of(session).sealer
    kept = session.scalars(select(PlatformToken).where(PlatformToken.account_uid == account.uid))
    tokens = {
        each.name: str(sealer.open(f"tokens:{account.uid}:{each.name}", each.sealed)["token"])
        for each in kept
    }
    return bare.Parcel(post.channel, accounts.settings_of(session, account), tokens, post.post)


def again(parcel: bare.Parcel) -> bare.Parcel:
    """The same piece as another post: a platform takes no post twice."""
    former, uid = str(parcel.post["uid"]), new_uid()
    link = str(parcel.post["link"]).replace(former, uid)
    return replace(parcel, post={**parcel.post, "uid": uid, "link": link})
