"""The desk's daily work in processor time, beside what the best peers need for the same.

Each row is the whole of it, as a person's browser or program asks for it, by one client in this
process: session, guard, rules, audit, template. ``ours`` is processor milliseconds for one such
act, the server of PostgreSQL included; the wall clock stands beside it. ``goal`` is what we mean to
need (half of the fastest peer). The floor is :mod:`benchmarks.plain`, which does the bare SQL;
``ratio`` is ours / floor and ``target`` the ratio at which the goal is met. Where nothing bare
would be the same work the floor is null, and ratio is ours / goal.

``requests`` rows count answers for a second of one processor. ``memory`` is the proportional share
of all processes of ``kitchen up`` at rest (the sandbox included, which no real house runs).
"""

from __future__ import annotations

import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psutil  # type: ignore[import-untyped]
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import newsroom, plain, postgres
from benchmarks.measuring import Cost
from kitchen import app, redis_server
from kitchen.core.access import Actor
from kitchen.core.db import Database
from kitchen.demo import pictures
from kitchen.matrix.models import Account
from kitchen.media import intake
from kitchen.media import service as media
from kitchen.people import queries as people
from kitchen.review import routing
from kitchen.review import service as review
from kitchen.review.models import Round
from kitchen.review.rules import RoundState, StepState
from kitchen.stories import queries as stories
from kitchen.stories import release
from kitchen.stories import service as writing
from kitchen.stories.doc import from_text
from kitchen.web.face import Face
from tests.fixtures.processes import started
from tests.fixtures.product import at_work

STORIES = 20_000
ROUNDS = 7
BATCH = 15
"""Acts in a round: the kernel counts the processor time of other processes coarsely."""
APPROVALS = 5
WORDS = "荷塘镇三百亩藕田开始采挖，村民下到齐腰深的水里，用水枪冲开淤泥。" * 25
CHANNELS = ("outlet", "wechat", "weibo")
SOURCE = {"name": "本报记者", "url": "", "note": ""}
REST = 5.0
"""Seconds after the first page until a process counts as resting."""
STARTS = 3

Act = Callable[[], object]


@dataclass
class Desk:
    """A house of many stories, its desk, and the bare application on the same tables."""

    house: app.House
    face: Face
    bare: FlaskClient
    story: str
    """The story that is opened and saved: its uid."""

    def __post_init__(self) -> None:
        self.clients: dict[str, FlaskClient] = {}
        signer = URLSafeTimedSerializer(self.face.secret_key, salt="wtf-csrf-token")
        self.headers = {"X-CSRFToken": signer.dumps("x")}
        self.version = 1

    def ask(self, who: str, method: str, url: str, given: Any = None) -> Any:
        """What the desk answers to one of the staff, in full."""
        if who not in self.clients:
            self.clients[who] = newsroom.visitor(self.house, who, self.face)
        answer = self.clients[who].open(url, method=method, json=given, headers=self.headers)
        assert answer.status_code < 300, (url, answer.status, answer.text)
        return answer

    def ask_bare(self, method: str, url: str, given: Any = None) -> Any:
        answer = self.bare.open(url, method=method, json=given)
        assert answer.status_code < 300, (url, answer.status, answer.text)
        return answer

    def save(self, ask: Callable[..., Any]) -> None:
        """Save the story with another word at its end, over the version that stands."""
        given = {"doc": from_text(f"{WORDS}{self.version}"), "version": self.version}
        self.version = ask("PUT", f"/stories/{self.story}/draft", given).json["version"]


def run(rounds: int = ROUNDS) -> Iterator[dict[str, Any]]:
    """The rows on each database, then what the processes need at rest and at the start."""
    yield from _rows("sqlite", None, rounds)
    with postgres.running() as server:
        if server is not None:
            yield from _rows("postgresql", server.create("desk"), rounds)
    yield from _processes()


def _rows(kind: str, database_url: str | None, rounds: int) -> Iterator[dict[str, Any]]:
    with _desk(database_url) as desk:
        bare, mine = desk.ask_bare, partial(desk.ask, "editor")
        edit, rows = f"/stories/{desk.story}/edit", "stories?state=approved"
        one, few = f"stories/{desk.story}", f"{rows}&limit=20"
        acts: Sequence[tuple[str, float, Act, Act]] = (
            ("desk_list", 10, _get(mine, f"/{rows}"), _get(bare, f"/{rows}")),
            ("desk_open", 9, _get(mine, edit), _get(bare, edit)),
            ("desk_save", 5, partial(desk.save, mine), partial(desk.save, bare)),
        )
        for name, goal, ours, floor in acts:
            yield _timed(f"{name}_{kind}", goal, _in_turn(ours, floor, rounds))
        yield _approvals(f"desk_approve_{kind}", 30, desk)
        rates: Sequence[tuple[str, float, Act, Act]] = (
            ("json_list", 700, _get(mine, f"/api/v1/{few}"), _get(bare, f"/api/{few}")),
            ("json_one", 900, _get(mine, f"/api/v1/{one}"), _get(bare, f"/api/{one}")),
        )
        for name, goal, ours, floor in rates:
            yield _rate(f"{name}_{kind}", goal, _in_turn(ours, floor, rounds))


def _get(ask: Callable[..., Any], url: str) -> Act:
    return partial(ask, "GET", url)


@contextmanager
def _desk(database_url: str | None) -> Iterator[Desk]:
    with newsroom.house(database_url) as house:
        newsroom.add_stories(house, STORIES)
        with house.database.unit() as session:
            routing.seed_routes(session)
            unit = people.all_units(session)[-1]
            session.add_all(
                Account(channel=key, name=key, handle=key, unit_id=unit.id) for key in CHANNELS
            )
            story = writing.begin(session, _actor(session, "editor"), title="荷塘镇三百亩藕田开挖")
        postgres.analyse(house.database)
        # with connections of its own: what it rolls back would make ours forget their statements
        bare = Database(house.settings.database_url)
        yield Desk(house, app.create_desk(house), plain.client(bare.engine), story.uid)
        bare.dispose()


def _actor(session: Session, username: str) -> Actor:
    staff = people.staff_by_username(session, username)
    assert staff is not None
    return people.actor_of(session, staff, session.info["roles"])


def _servers() -> list[int]:
    """The processes of the database, if it has any of its own."""
    children = psutil.Process().children(recursive=True)
    return [each.pid for each in children if each.name() == "postgres"]


def _spent(servers: Sequence[int]) -> Cost:
    """Now, by the wall clock and by the processors: of this process and of the database's."""
    mine = Cost(time.perf_counter(), time.process_time())
    return Cost(mine.wall, mine.cpu + sum(_ran(each) for each in servers))


def _ran(pid: int) -> float:
    """Processor seconds of a process of one thread, as the scheduler counts them."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def _cost(act: Act, times: int = BATCH) -> Cost:
    """What one act costs, taken over many."""
    servers = _servers()
    before = _spent(servers)
    for _ in range(times):
        act()
    after = _spent(servers)
    return Cost((after.wall - before.wall) / times, (after.cpu - before.cpu) / times)


def _in_turn(ours: Act, floor: Act, rounds: int) -> list[tuple[Cost, Cost]]:
    ours()
    floor()
    return [(_cost(ours), _cost(floor)) for _ in range(rounds)]


def _timed(name: str, goal: float, pairs: Sequence[tuple[Cost, Cost]]) -> dict[str, Any]:
    """Milliseconds for one act."""
    ours, floor = (_median([pair[side].cpu * 1000 for pair in pairs]) for side in (0, 1))
    ratio = _median([pair[0].cpu / pair[1].cpu for pair in pairs])
    return {
        **_line(name, "ms cpu", ours, floor, len(pairs)),
        "ratio": ratio,
        "target": round(goal / floor, 3),
        "goal": goal,
        "wall_ours": _median([pair[0].wall * 1000 for pair in pairs]),
        "wall_floor": _median([pair[1].wall * 1000 for pair in pairs]),
    }


def _rate(name: str, goal: float, pairs: Sequence[tuple[Cost, Cost]]) -> dict[str, Any]:
    """Answers for a second of one processor."""
    ours, floor = (_median([1 / pair[side].cpu for pair in pairs]) for side in (0, 1))
    ratio = _median([pair[0].cpu / pair[1].cpu for pair in pairs])
    return {
        **_line(name, "requests/s cpu", ours, floor, len(pairs)),
        "ratio": ratio,
        "target": round(floor / goal, 3),
        "goal": goal,
        "wall_ours": _median([1 / pair[0].wall for pair in pairs]),
        "wall_floor": _median([1 / pair[1].wall for pair in pairs]),
    }


def _alone(name: str, unit: str, ours: Sequence[float], goal: float) -> dict[str, Any]:
    """A row beside which nothing bare can stand."""
    shown = _line(name, unit, _median(ours), None, len(ours))
    return {**shown, "ratio": round(_median(ours) / goal, 3), "target": 1.0, "goal": goal}


def _line(name: str, unit: str, ours: float, floor: float | None, runs: int) -> dict[str, Any]:
    size = {"stories": STORIES, "characters": len(WORDS)}
    return {"name": name, "ours": ours, "floor": floor, "unit": unit, "size": size, "runs": runs}


def _median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 3)


def _approvals(name: str, goal: float, desk: Desk) -> dict[str, Any]:
    """Submit, three levels, planned: four requests; reading what is judged is not counted."""
    pairs = [(_approval(desk), _bare_approval(desk)) for _ in range(APPROVALS + 1)]
    return _timed(name, goal, pairs[1:])


def _approval(desk: Desk) -> Cost:
    uid = _written(desk)
    steps = [_cost(partial(desk.ask, "reporter", "POST", f"/api/v1/stories/{uid}/submit", {}), 1)]
    while (step := _open_step(desk, uid)) is not None:
        role, round_uid, seen = step
        given = {"opinion": "同意。", "seen_hash": seen}
        url = f"/api/v1/reviews/{round_uid}/pass"
        desk.ask(role, "GET", f"/api/v1/reviews/{round_uid}")
        steps.append(_cost(partial(desk.ask, role, "POST", url, given), 1))
    return Cost(sum(step.wall for step in steps), sum(step.cpu for step in steps))


def _bare_approval(desk: Desk) -> Cost:
    """The same four requests to the bare application."""
    with desk.house.database.unit() as session:
        story = writing.begin(session, _actor(session, "reporter"), title="荷塘镇三百亩藕田开挖")
        story.doc, uid = from_text(WORDS), story.uid
    answers: list[Any] = []
    steps = [_cost(lambda: answers.append(desk.ask_bare("POST", f"/stories/{uid}/submit")), 1)]
    url = f"/rounds/{answers[0].json['round']}/pass"
    steps += [_cost(partial(desk.ask_bare, "POST", url), 1) for _ in range(3)]
    return Cost(sum(step.wall for step in steps), sum(step.cpu for step in steps))


def _written(desk: Desk) -> str:
    """A piece of the usual length with a picture, for three accounts."""
    with desk.house.database.unit() as session:
        actor = _actor(session, "reporter")
        story = writing.begin(session, actor, title="荷塘镇三百亩藕田开挖")
        content = {"doc": from_text(WORDS), "digest": WORDS[:100], "sources": [SOURCE]}
        writing.save_draft(session, actor, story, content, story.version)
        data = io.BytesIO(pictures.draw("field"))
        shot = media.catalogue(session, actor, _received(desk, data), title="field")
        writing.attach(session, actor, story, shot)
        aims = [release.Aim(account) for account in session.scalars(select(Account))]
        release.set_targets(session, actor, story, aims)
        return story.uid


def _received(desk: Desk, data: io.BytesIO) -> intake.Intake:
    return intake.receive(desk.house.ports.store, data, "field.jpg")


def _open_step(desk: Desk, uid: str) -> tuple[str, str, str] | None:
    """Whose turn it is, in which round, and the hash of what they see."""
    with desk.house.database.unit(write=False) as session:
        story = stories.the_story(session, uid)
        found = select(Round).where(Round.story_id == story.id, Round.state == RoundState.OPEN)
        round_ = session.scalar(found)
        if round_ is None:
            return None
        step = next(step for step in round_.steps if step.state == StepState.OPEN)
        return step.role, round_.uid, review.shown_hash(session, round_.version_id)


def _processes() -> Iterator[dict[str, Any]]:
    """Memory of everything at rest, and the start of the house on a home that was there before."""
    with tempfile.TemporaryDirectory(prefix="kb-") as place:
        home = Path(place)
        with at_work(home) as product:
            assert _answers(product.settings.port)
            time.sleep(REST)
            shares = {each.pid: _share(each.pid) for each in product.processes()}
            platforms = sum(shares[each.pid] for each in product.processes() if _is_sandbox(each))
            environment = {**product.environment}
            socket, kept = product.settings.redis_socket, product.settings.redis_home
        at_rest = [sum(shares.values())]
        rest = {"processes": len(shares), "without_sandbox": round(at_rest[0] - platforms, 1)}
        yield {**_alone("memory", "MB", at_rest, 200), **rest}
        redis = redis_server.command(socket, kept)
        with started(redis, lambda: redis_server.answers(socket), log=home / "redis.log"):
            starts = [_start(home, environment) for _ in range(STARTS + 1)][1:]
        yield _alone("cold_start", "s", starts, 1.3)


def _share(pid: int) -> float:
    """The proportional share of a process in memory, in MB."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(rollup.split("Pss:")[1].split()[0]) / 1000


def _is_sandbox(process: psutil.Process) -> bool:
    return any("wsgi_sandbox" in word for word in process.cmdline())


def _start(home: Path, environment: dict[str, str]) -> float:
    """Seconds from the command ``kitchen house`` to the first whole page.

    What Python compiles is kept beside the data, as on a machine where it has run before.
    """
    port = int(environment["KITCHEN_PORT"])
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(home / "compiled")}
    argv = [sys.executable, "-m", "kitchen", "house", "--empty"]
    began = time.perf_counter()
    with started(argv, lambda: _answers(port), log=home / "start.log", env=environment | compiled):
        return time.perf_counter() - began


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/login").status_code == 200
    except httpx.TransportError:
        return False
