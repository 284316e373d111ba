"""Whatever people, platforms and dying processes do, in any order: unapproved bytes sent is nought.

Hypothesis draws the order. Each rule is a verb of :class:`~tests.faults.newsdesk.Newsdesk`, and a
further verb of the product is a further rule; what must hold is asked after every one of them.
"""

from __future__ import annotations

import logging
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from channels.base import NeedsReauth, Outcome, Rejected, Unavailable
from kitchen.core.errors import Invalid, Refusal
from kitchen.publishing import rules
from kitchen.publishing.rules import State
from kitchen.stories.rules import OPEN
from kitchen.stories.rules import State as StoryState
from tests.faults.newsdesk import Newsdesk, late
from tests.fixtures.books import demand_right_books
from tests.fixtures.newsroom import Newsroom
from tests.publishing.conftest import Even, accepted, after, before, handed

FAULTS = {
    "answer lost": after,
    "request lost": before,
    "shown late": late,
    "decided later": accepted,
    "handed over": handed,
    "refused": Rejected("标题违规", code="45110"),
    "busy": Unavailable("busy", code="http_429", retry_after=timedelta(seconds=1)),
    "access expired": NeedsReauth("expired", code="40001"),
    "a bug": ZeroDivisionError("a bug in the adapter"),
}
POINTS = st.integers(1, 40)
"""At which of its points a process ends; a longer number than it has lets it live."""
STORIES = 3

story = st.integers(0, STORIES - 1)
account = st.integers(0, 1)


class Deliveries(RuleBasedStateMachine):
    """One morning at the desk; ``desk`` and ``steps`` belong to the run."""

    desk: Newsdesk
    steps: Counter[str]

    @initialize(accounts=st.integers(1, 2))
    def morning(self, accounts: int) -> None:
        self.desk.begin()
        self.desk.write(accounts, None)
        self.pass_all_levels(0)

    def _story(self, number: int) -> str:
        return self.desk.stories[number % len(self.desk.stories)]

    # -- the newsroom

    @precondition(lambda self: len(self.desk.stories) < STORIES)
    @rule(accounts=st.integers(1, 2), slot=st.sampled_from([None, timedelta(hours=2)]))
    def write(self, accounts: int, slot: timedelta | None) -> None:
        with suppress(Invalid):  # a retired account is refused
            self.desk.write(accounts, slot)

    @rule(story=story)
    def hurry_it_through(self, story: int) -> None:
        self.desk.edit(self._story(story))
        self.pass_all_levels(story)
        self.desk.work()

    @rule(story=story)
    def edit(self, story: int) -> None:
        uid = self._story(story)
        assert self.desk.edit(uid) == (self.desk.state_of(uid) in OPEN)

    @rule(story=story)
    def submit(self, story: int) -> None:
        with suppress(Refusal):
            self.desk.submit(self._story(story))

    @rule(story=story)
    def take_back(self, story: int) -> None:
        with suppress(Refusal):
            self.desk.take_back(self._story(story))

    @rule(story=story)
    def pass_one_level(self, story: int) -> None:
        uid = self._story(story)
        if self.desk.state_of(uid) == StoryState.IN_REVIEW and self.desk.platform.cleared:
            self.desk.judge(uid)

    @rule(story=story)
    def pass_all_levels(self, story: int) -> None:
        uid = self._story(story)
        with suppress(Refusal):
            self.desk.submit(uid)
        while self.desk.state_of(uid) == StoryState.IN_REVIEW and self.desk.platform.cleared:
            self.desk.judge(uid)

    @rule(story=story)
    def return_to_its_author(self, story: int) -> None:
        uid = self._story(story)
        if self.desk.state_of(uid) == StoryState.IN_REVIEW:
            self.desk.judge(uid, reason="数字要核")

    @rule(story=story)
    def the_author_judges(self, story: int) -> None:
        uid = self._story(story)
        if self.desk.state_of(uid) == StoryState.IN_REVIEW:
            assert not self.desk.judge_one_s_own(uid)

    @rule(story=story)
    def revoke_or_withdraw(self, story: int) -> None:
        with suppress(Refusal):
            self.desk.platform.standing.discard(self.desk.revoke(self._story(story)))

    @rule(story=story)
    def correct(self, story: int) -> None:
        with suppress(Refusal):
            self.desk.correct(self._story(story))

    @rule(story=story)
    def drop_the_correction(self, story: int) -> None:
        uid = self._story(story)
        if self.desk.state_of(uid) == StoryState.CORRECTING and uid in self.desk.approved:
            self.desk.drop_correction(uid)

    @rule(story=story)
    def correct_it_at_once(self, story: int) -> None:
        self.correct(story)
        self.desk.edit(self._story(story))
        self.pass_all_levels(story)
        self.desk.work()

    # -- what goes wrong

    @rule(account=account, fault=st.sampled_from(sorted(FAULTS)))
    def the_platform_misbehaves(self, account: int, fault: str) -> None:
        self.desk.platform.play(self.desk.accounts[account], FAULTS[fault])

    @rule(answer=st.sampled_from([Unavailable("busy"), Outcome.REFUSED, Outcome.GONE]))
    def it_decides_otherwise(self, answer: Any) -> None:
        self.desk.platform.polls.append(answer)

    @rule()
    def its_list_cannot_be_read(self) -> None:
        self.desk.platform.finds.append(Unavailable("busy"))

    @rule(error=st.sampled_from([Rejected("no right", code="53600"), Unavailable("busy")]))
    def a_recall_goes_wrong(self, error: Exception) -> None:
        self.desk.platform.recalls.append(error)

    @rule(
        account=account,
        change=st.sampled_from(
            [{"sending": False}, {"enabled": False}, {"name": "改了名字"}, {"handle": "renamed"}]
        ),
    )
    def the_account_changes(self, account: int, change: dict[str, Any]) -> None:
        change = {**change, "handle": f"renamed-{account}"} if "handle" in change else change
        self.desk.change_account(self.desk.accounts[account], **change)

    @rule(account=account)
    def the_account_is_mended(self, account: int) -> None:
        self.desk.change_account(self.desk.accounts[account], sending=True, enabled=True)
        self.desk.renew_access()

    @rule(ended=st.sampled_from([True, False, False]))
    def a_right_ends_or_is_renewed(self, ended: bool) -> None:
        self.desk.change_right(ended=ended)

    @rule()
    def the_bytes_are_changed(self) -> None:
        self.desk.change_bytes()

    # -- the workers and the clock

    @rule()
    def publish(self) -> None:
        self.desk.work()

    @rule(point=POINTS)
    def publish_and_die(self, point: int) -> None:
        self.desk.work(dies_at=point)

    @rule(story=story)
    def revoke_while_it_is_prepared(self, story: int) -> None:
        self.desk.work(revoking=self._story(story))

    @rule()
    def recall(self) -> None:
        self.desk.recall()

    @rule(point=POINTS)
    def recall_and_die(self, point: int) -> None:
        self.desk.recall(dies_at=point)

    @rule(seconds=st.sampled_from([3, 12, 70, 200, 1000, 7300]))
    def time_passes(self, seconds: int) -> None:
        self.desk.later(seconds)
        self.desk.sweep()

    @rule()
    def people_look_after_it(self) -> None:
        self.desk.look_after()

    # -- what must hold

    @invariant()
    def nothing_is_wrong(self) -> None:
        self.steps["steps"] += 1
        assert self.desk.offences() == []

    def teardown(self) -> None:
        """The day ends well: everything mended, everything comes to rest, the books are right."""
        self._mend()
        self.desk.change_right(ended=False)
        self.desk.end_corrections()
        self.desk.later(7300)  # the last slot has come
        for _ in range(12):
            if not self.desk.not_at_rest():
                break
            self.desk.later(200)
            self.desk.sweep()
            self.desk.recall()
            self.desk.work()
            self.desk.look_after(again=False)
        assert self.desk.not_at_rest() == []
        assert self.desk.offences() == []
        rows, platform = self.desk.rows(), self.desk.platform
        live = [row for row in rows if row.state == State.LIVE]
        assert len(live) == len(platform.shown())
        demand_right_books(self.desk.database)
        self.steps["sent"] += len(platform.sent)
        self.steps["corrected"] += sum(row.state == State.SUPERSEDED for row in rows)
        self.steps["taken back"] += sum(row.state == State.REMOVED for row in rows)

    def _mend(self) -> None:
        platform = self.desk.platform
        for wrong in (platform.plays, platform.polls, platform.finds, platform.recalls):
            wrong.clear()
        for number in range(len(self.desk.accounts)):
            self.the_account_is_mended(number)


@pytest.fixture
def database_url(sqlite_template: Path) -> Iterator[str]:
    """A SQLite in memory as far as the machine has a place for it: it is thrown away very often."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as place:
        file = Path(place) / "kitchen.db"
        file.write_bytes(sqlite_template.read_bytes())
        yield f"sqlite:///{file}"


@pytest.fixture
def quiet() -> Iterator[None]:
    """Nobody writes a log: to draw every bug's traceback takes longer than all the steps."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture
def desk(
    newsroom: Newsroom, database_url: str, quiet: None, monkeypatch: pytest.MonkeyPatch
) -> Newsdesk:
    monkeypatch.setattr(rules, "_DICE", Even())
    return Newsdesk(newsroom, Path(database_url.removeprefix("sqlite:///")))


def _play(desk: Newsdesk, seed: int, examples: int, steps: int) -> Counter[str]:
    """So many mornings of so many steps; how many steps it came to, and what they did."""
    told: Counter[str] = Counter()
    machine = type("Played", (Deliveries,), {"desk": desk, "steps": told})
    run_state_machine_as_test(
        hypothesis.seed(seed)(machine),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
            phases=[hypothesis.Phase.generate],
        ),
    )
    return told


@pytest.mark.slow
def test_in_any_order_nothing_unapproved_goes_out(desk: Newsdesk) -> None:
    told = _play(desk, seed=20260501, examples=15, steps=40)
    assert told["steps"] > 300
    assert told["sent"] > 5


@pytest.mark.soak
def test_in_a_hundred_thousand_steps_nothing_unapproved_goes_out(desk: Newsdesk) -> None:
    """``KITCHEN_SOAK_STEPS`` makes it shorter or longer, ``KITCHEN_SOAK_SEED`` another run."""
    wanted = int(os.environ.get("KITCHEN_SOAK_STEPS", "100000"))
    first = seed = int(os.environ.get("KITCHEN_SOAK_SEED", random.randrange(10**6)))
    told: Counter[str] = Counter()
    while told["steps"] < wanted:
        told += _play(desk, seed, examples=50, steps=60)
        seed += 1
    assert told["corrected"] > 0
    sys.stdout.write(f"\nstate machine, seeds {first} to {seed - 1}: {dict(told)}\n")
