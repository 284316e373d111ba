"""Killed at each step between the first byte and the row's commit: what was answered stands.

Writers are real processes on a real database, killed outright. Afterwards every row's bytes are
there and whole, every upload that was answered has its row, and what is left over is collected.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from assets.store import FolderStore
from kitchen.media.models import MediaAsset
from kitchen.media.upkeep.collect import collect
from kitchen.media.upkeep.roots import OPEN
from kitchen.media.upkeep.scrub import scrub
from kitchen.screens.roots import ROOTS
from tests.fixtures.newsroom import Newsroom

WRITER = """
import io, os, random, signal, sys
from pathlib import Path

from sqlalchemy.orm import Session, configure_mappers

from assets.pictures import Rendition
from assets.store import FolderStore
from kitchen import app, models
from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.db import Database
from kitchen.media import service
from kitchen.media.intake import Intake
from kitchen.media.rules import Kind, May

url, root, staff, unit, seed, runs, most = sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:])
left = 10**9

def mortal(function):
    def step(*given, **named):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        done = function(*given, **named)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done
    return step

def upload(run):
    chance = random.Random(seed * 10000 + run // 2)  # each file is brought twice
    store = FolderStore(root)
    files = [store.put(io.BytesIO(chance.randbytes(chance.randrange(1, 9000)))) for _ in range(3)]
    shapes = [Rendition(f"shape{n}", it.sha256, "image/jpeg", 9, 9, it.size)
              for n, it in enumerate(files[1:])]
    intake = Intake(kind=Kind.PICTURE, mime="image/jpeg", width=9, height=9, seconds=0.0,
                    filename="a.jpg", renditions=tuple(shapes),
                    sha256=files[0].sha256, size=files[0].size)
    actor = Actor(staff, "uid", "name", unit_id=unit, grants={May.UPLOAD: EVERYWHERE})
    with Database(url, reactions={}).unit() as session:
        uid = service.catalogue(session, actor, intake).uid
    os.write(1, f"answered {uid}\\n".encode())

for owner, name in ((os, "fsync"), (os, "mkdir"), (Path, "replace"), (Session, "flush"),
                    (Session, "commit")):
    setattr(owner, name, mortal(getattr(owner, name)))
configure_mappers()
for run in range(runs):
    if os.fork() == 0:
        left = 1 + run * 7 % most
        try:
            upload(run)
        finally:
            os._exit(0)
    os.wait()
"""


def _written_and_killed(newsroom: Newsroom, url: str, seed: int, runs: int, most: int) -> set[str]:
    """Answers the uids of what was acknowledged."""
    store = newsroom.ports.store
    assert isinstance(store, FolderStore)
    given = [newsroom.reporter.id, newsroom.reporter.unit_id, seed, runs, most]
    done = subprocess.run(
        [sys.executable, "-c", WRITER, url, str(store.root), *map(str, given)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(re.findall(r"answered (\w+)", done.stdout))


def _what_stands(newsroom: Newsroom, answered: set[str]) -> tuple[int, int]:
    """Check it; answers how many rows there are and how many files nobody needed."""
    store, database = newsroom.ports.store, newsroom.database
    with database.unit(write=False) as session:
        every = select(MediaAsset).options(selectinload(MediaAsset.renditions))
        rows = list(session.scalars(every))
    named = {row.sha256 for row in rows} | {it.sha256 for row in rows for it in row.renditions}
    assert answered <= {row.uid for row in rows}, "answered and lost"
    assert all(store.is_sound(sha256) for sha256 in named), "a row without its bytes"
    found = scrub(database, OPEN, store, ROOTS[OPEN])
    assert not found.damaged
    assert not found.missing
    taken = collect(database, OPEN, store, ROOTS[OPEN], grace=-60.0)
    collect(database, OPEN, store, ROOTS[OPEN], grace=-60.0)
    assert {each.sha256 for each in store.names()} == named
    return len(rows), taken.set_aside


def test_killed_at_each_step_nothing_answered_is_lost_and_nothing_dangles(
    newsroom: Newsroom, database_url: str
) -> None:
    answered = _written_and_killed(newsroom, database_url, seed=3, runs=40, most=83)
    rows, leftovers = _what_stands(newsroom, answered)
    assert 0 < len(answered) <= rows
    assert leftovers


@pytest.mark.soak
def test_many_killed_uploads(newsroom: Newsroom, database_url: str) -> None:
    seed = random.randrange(10**5)
    answered = _written_and_killed(newsroom, database_url, seed=seed, runs=2000, most=90)
    rows, leftovers = _what_stands(newsroom, answered)
    sys.stdout.write(
        f"\nkilled uploads, seed {seed}: 2000 writers, {len(answered)} answered, 0 lost; "
        f"{rows} rows, 0 dangling; {leftovers} files collected\n"
    )
