"""Disasters for a district at work, and the account that must be given of every delivery after."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.exceptions import RedisError
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kitchen.core import audit
from kitchen.outlet.models import OutletItem
from kitchen.publishing import invariants
from kitchen.publishing.models import Circuit, Publication
from kitchen.publishing.rules import AT_REST, SETTLED, Hold, State
from tests.fixtures.district import SIX, District, district

FAULTS: Sequence[tuple[str, float, dict[str, Any]]] = (
    ("drop_after", 0.04, {}),
    ("drop_before", 0.03, {}),
    ("bad_gateway", 0.03, {}),
    ("truncate", 0.03, {}),
    ("slow", 0.06, {"seconds": 0.6}),
)
"""What goes wrong on every way to the platforms, with its probability for each call."""
FOR_PEOPLE = frozenset({State.NEEDS_HUMAN, State.FAILED})
"""States that say to a person what to look at; each carries a code with its sentence."""
CARRIERS = ("deliver-0", "deliver-1", "recall")
STILL = 2.5
"""Seconds without any movement after which only the dead can be holding something."""
AGEING = timedelta(seconds=200)
"""More than any lease and any settle window."""


@dataclass
class Disasters:
    """A district in which things go wrong, reproducibly by ``seed``."""

    district: District
    seed: int = 20260501
    stories: list[str] = field(default_factory=list)
    kills: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def fan_out(self) -> None:
        """One more story approved for six channels."""
        story = self.write()
        self.district.approve(story)

    def write(self) -> str:
        """A story that wants its last verdict. Its title is its own: platforms know it by that."""
        number = len(self.stories) + 1
        story = self.district.write(self.district.accounts, f"荷塘镇藕田开挖第{number}天")
        self.stories.append(story)
        return story

    def break_the_ways(self) -> None:
        for fault, probability, more in FAULTS:
            order = {"path": "*", "fault": fault, "probability": probability, **more}
            self._sandbox("POST", "faults", {**order, "seed": f"{self.seed}-{fault}"})

    def mend_the_ways(self) -> None:
        self._sandbox("DELETE", "faults")

    def kill_a_worker(self) -> None:
        """End one worker in the midst of whatever it does."""
        time.sleep(self.dice.uniform(0.0, 0.5))
        with suppress(RedisError):
            workers = self.district.product.workers()
            up = [pid for queue, pid in sorted(workers.items()) if queue in CARRIERS]
            if up:
                os.kill(self.dice.choice(up), signal.SIGKILL)
                self.kills += 1

    def state(self) -> dict[str, Any]:
        """What stands on the platforms."""
        state: dict[str, Any] = self._sandbox("GET", "state")
        return state

    def _sandbox(self, method: str, path: str, order: Any = None) -> Any:
        url = f"{self.district.place.sandbox}/__sim__/{path}"
        return httpx.request(method, url, json=order, timeout=30).raise_for_status().json()

    def settle(self, seconds: float, *, aged: bool = True) -> None:
        """Wait until nothing is left for the house to do.

        With ``aged`` the hours are shortened: once nothing has moved for a while, whatever still
        waits for a time to run out is made so much older, as if it had.
        """
        deadline, seen, since = time.monotonic() + seconds, None, time.monotonic()
        while open_now := self._open():
            assert time.monotonic() < deadline, f"still open: {open_now}"
            if open_now != seen:
                seen, since = open_now, time.monotonic()
            elif aged and time.monotonic() - since > STILL and self.district.product.all_listen():
                self._age()
                seen = None
            time.sleep(0.1)

    def _open(self) -> list[tuple[Any, ...]]:
        """What the house has still to do. An account that is shut out waits for a person: where the
        answer to a refresh was lost, the only token that is good went with it.
        """
        rest = sorted(AT_REST | FOR_PEOPLE)
        columns = (Publication.uid, Publication.channel, Publication.state, Publication.fence)
        with self._reading() as session:
            moves = (*columns, Publication.looks, Publication.refusals, Publication.code)
            query = select(*moves).where(
                Publication.state.not_in(rest), Publication.hold_reason != Hold.AUTH
            )
            return [tuple(row) for row in session.execute(query.order_by(Publication.id))]

    def _age(self) -> None:
        with self.district.product.house.database.unit() as session:
            rest = sorted(SETTLED | FOR_PEOPLE)
            waiting = select(Publication).where(Publication.state.not_in(rest))
            for row in session.scalars(waiting):
                _make_older(row, "lease_until", "next_at", "since")
            for circuit in session.scalars(select(Circuit)):
                _make_older(circuit, "probe_at")

    def rows(self) -> list[Publication]:
        with self._reading() as session:
            query = select(Publication).options(joinedload(Publication.frozen_post))
            return list(session.scalars(query.order_by(Publication.id)))

    def _reading(self) -> Any:
        return self.district.product.house.database.unit(write=False)

    def account(self) -> Counter[str]:
        """Give account of every delivery; answers how many ended in which state.

        Nothing is lost, nothing is there twice, and what is live is there; what is not says why.
        """
        rows, copies, ids = self.rows(), Counter(self.state()["copies"]), self._ids()
        assert len(rows) == len(self.stories) * len(SIX)
        assert set(copies.values()) <= {1}, copies.most_common(3)
        for row in rows:
            told = (row.channel, row.state, row.code, row.words)
            if row.state == State.LIVE:
                assert ids[row.channel, row.remote_id] == 1, told
            else:
                assert row.state in FOR_PEOPLE or row.hold_reason == Hold.AUTH, told
                assert row.code, told
        assert sum(copies.values()) + self._in_app() >= sum(it.state == State.LIVE for it in rows)
        self._books_are_right()
        return Counter(str(row.state) for row in rows)

    def _ids(self) -> Counter[tuple[str, str]]:
        """How often each id stands before readers, on the platforms and in our own app."""
        there = self.state()["objects"]
        found = Counter((it["channel"], it["id"]) for it in there if it["state"] == "live")
        with self._reading() as session:
            found.update(("outlet", uri) for uri in session.scalars(select(OutletItem.uri)))
        return found

    def _in_app(self) -> int:
        with self._reading() as session:
            return len(session.scalars(select(OutletItem.id)).all())

    def _books_are_right(self) -> None:
        with self._reading() as session:
            assert invariants.broken(session) == {}
            assert audit.verify(session).broken_at is None


def _make_older(row: Any, *names: str) -> None:
    for name in names:
        if (moment := getattr(row, name)) is not None:
            setattr(row, name, moment - AGEING)


@pytest.fixture
def disasters(home: Path) -> Iterator[Disasters]:
    """The product at work with one account on each of six channels, on its own SQLite."""
    with district(home, matrix={}) as place:
        yield Disasters(place)
