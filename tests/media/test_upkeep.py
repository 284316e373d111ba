"""The upkeep of the stores: every flip found, nothing needed taken away, whatever comes between."""

from __future__ import annotations

import io
import random
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from assets.store import FolderStore
from kitchen.core import clock
from kitchen.media import queries
from kitchen.media.models import MediaAsset, Rendition
from kitchen.media.upkeep import jobs, scrub
from kitchen.media.upkeep.collect import Collected, collect
from kitchen.media.upkeep.models import StoreFinding, StoreRound
from kitchen.media.upkeep.roots import OPEN, SEALED, named_among
from kitchen.media.upkeep.scrub import Scrubbed
from kitchen.notifications.models import Notice
from kitchen.screens.roots import ROOTS
from kitchen.stories.models import Story
from tests.fixtures.newsroom import Newsroom
from tests.media.conftest import Enter, Receive

NOW = -60.0
"""A grace that everything has outlived."""


@pytest.fixture
def store(newsroom: Newsroom) -> FolderStore:
    store = newsroom.ports.store
    assert isinstance(store, FolderStore)
    return store


def gone_through(newsroom: Newsroom) -> Scrubbed:
    return scrub.scrub(newsroom.database, OPEN, newsroom.ports.store, ROOTS[OPEN])


def cleared(newsroom: Newsroom, grace: float = NOW) -> Collected:
    return collect(newsroom.database, OPEN, newsroom.ports.store, ROOTS[OPEN], grace=grace)


def place_of(store: FolderStore, sha256: str) -> Path:
    return store.root / sha256[:2] / sha256[2:4] / sha256


def names(store: FolderStore) -> set[str]:
    return {each.sha256 for each in store.names()}


def flip_one_bit(place: Path, chance: random.Random) -> None:
    data = bytearray(place.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    place.write_bytes(data)


def told(newsroom: Newsroom) -> list[Notice]:
    with newsroom.database.unit(write=False) as session:
        this = Notice.text == scrub.FOUND
        return list(session.scalars(select(Notice).where(this)))


def named(newsroom: Newsroom) -> set[str]:
    with newsroom.database.unit(write=False) as session:
        originals = session.scalars(select(MediaAsset.sha256)).all()
        return {*originals, *session.scalars(select(Rendition.sha256))}


def flips_and_losses(newsroom: Newsroom, store: FolderStore, seed: int, count: int) -> None:
    """Flip a bit in ``count`` files and take as many away; each must be found, and nothing else."""
    chance = random.Random(seed)
    both = chance.sample(sorted(names(store)), 2 * count)
    flipped, lost = both[:count], both[count:]
    for each in flipped:
        flip_one_bit(place_of(store, each), chance)
    for each in lost:
        place_of(store, each).unlink()
    before = len(names(store))
    found = gone_through(newsroom)
    assert (sorted(found.damaged), sorted(found.missing)) == (sorted(flipped), sorted(lost))
    assert (found.files, found.ended) == (before, True)
    assert not names(store) & set(both)


def test_every_flip_and_every_loss_is_found_and_told_once(
    newsroom: Newsroom, store: FolderStore, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrub, "PIECE", 4)
    for width in (200, 210, 220):
        enter(width=width)
    flips_and_losses(newsroom, store, seed=11, count=5)
    (notice,) = told(newsroom)
    assert (notice.staff_id, notice.params) == (
        newsroom.admin.id,
        {"damaged": 5, "missing": 5},
    )
    again = gone_through(newsroom)
    assert len(again.missing) == 10  # what was damaged lies in quarantine, and is missed
    assert len(told(newsroom)) == 1


def test_what_was_found_is_healed_once_the_bytes_are_back(
    newsroom: Newsroom, store: FolderStore, enter: Enter, receive: Receive
) -> None:
    uid = enter()
    with newsroom.database.unit(write=False) as session:
        sha256 = queries.the_asset(session, uid).sha256
    flip_one_bit(place_of(store, sha256), random.Random(1))
    assert gone_through(newsroom).damaged == [sha256]
    receive()  # the same photo again
    assert not gone_through(newsroom).missing
    with newsroom.database.unit(write=False) as session:
        finding = session.scalars(select(StoreFinding)).one()
        assert (finding.kind, finding.healed_at is None) == (scrub.DAMAGED, False)


def test_a_scrub_goes_on_where_it_stopped(
    newsroom: Newsroom, store: FolderStore, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrub, "PIECE", 2)
    enter()
    seen, slices = 0, 0
    while True:
        part = scrub.scrub(newsroom.database, OPEN, store, ROOTS[OPEN], seconds=0.000001)
        seen, slices = seen + part.files, slices + 1
        if part.ended:
            break
    assert (seen, slices) == (len(names(store)), 4)
    with newsroom.database.unit(write=False) as session:
        assert session.get_one(StoreRound, "scrub_open").files == seen


@pytest.mark.soak
def test_flips_at_full_size(newsroom: Newsroom, store: FolderStore, enter: Enter) -> None:
    for width in range(200, 300):
        enter(width=width)
    flips_and_losses(newsroom, store, seed=random.randrange(10**6), count=300)


def test_what_no_row_names_goes_after_twice_the_grace(
    newsroom: Newsroom, store: FolderStore, enter: Enter
) -> None:
    enter()
    wanted = names(store)
    nobodys = store.put(io.BytesIO(b"an upload whose row never came")).sha256
    assert cleared(newsroom, grace=3600.0) == Collected()
    assert cleared(newsroom) == Collected(set_aside=1)
    assert names(store) == wanted
    assert cleared(newsroom, grace=3600.0) == Collected()
    done = cleared(newsroom)
    assert (done.forgotten, done.freed) == (1, 30)
    assert not store.has(nobodys)
    assert names(store) == wanted
    assert cleared(newsroom) == Collected()


def test_nothing_that_a_row_names_is_ever_set_aside(
    newsroom: Newsroom, store: FolderStore, enter: Enter
) -> None:
    for width in (200, 210):
        enter(width=width)
    for _ in range(3):
        cleared(newsroom)
    assert named(newsroom) <= names(store)


def test_an_upload_of_the_same_bytes_at_that_moment_loses_nothing(
    newsroom: Newsroom,
    store: FolderStore,
    receive: Receive,
    enter: Enter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The bytes are there and old, nobody names them; between the question and the taking away
    somebody brings them in once more.
    """
    taken = receive()
    aside = store.set_aside
    met: list[str] = []

    def meanwhile(sha256: str) -> None:
        if not met:
            met.append(sha256)
            enter()
        aside(sha256)

    monkeypatch.setattr(store, "set_aside", meanwhile)
    assert cleared(newsroom).set_aside == len({taken.sha256, *(e.sha256 for e in taken.renditions)})
    monkeypatch.undo()
    with store.open(taken.sha256) as original:  # asked for, it is there
        assert original.read()
    assert cleared(newsroom).forgotten == 0
    assert named(newsroom) <= names(store)
    assert all(store.is_sound(each) for each in named(newsroom))


def test_a_root_that_is_a_text_keeps_what_it_names(newsroom: Newsroom, store: FolderStore) -> None:
    """As a frozen post names renditions, and a text the picture that stands in it."""
    kept = store.put(io.BytesIO(b"a picture in a text")).sha256
    doc = {"type": "doc", "content": [{"type": "figure", "attrs": {"sha256": kept}}]}
    with newsroom.database.unit() as session:
        story = Story(title="秋收", author_id=newsroom.reporter.id, doc=doc)
        story.unit_id = newsroom.reporter.unit_id
        session.add(story)
    assert named_among(newsroom.database, ROOTS[OPEN], {kept, "0" * 64}) == {kept}
    assert cleared(newsroom) == Collected()


def test_the_night_rings_for_one_round_each_and_the_day_for_none(newsroom: Newsroom) -> None:
    info = newsroom.database.info
    with newsroom.database.unit(write=False) as session:
        here = clock.local(clock.now(session))
    noon = here.replace(hour=12, minute=0)
    night = noon + timedelta(hours=14)
    info["shift"] = noon - here
    jobs.ring_if_due(newsroom.database)
    assert not newsroom.bell.rung
    info["shift"] = night - here
    jobs.ring_if_due(newsroom.database)
    assert newsroom.bell.rung == [("scrub", 0), ("collect", 0)]
    jobs.scrub_a_slice(newsroom.database)
    jobs.collect_all(newsroom.database)
    newsroom.bell.rung.clear()
    jobs.ring_if_due(newsroom.database)
    assert not newsroom.bell.rung
    info["shift"] = night - here + timedelta(days=1)
    jobs.ring_if_due(newsroom.database)
    assert len(newsroom.bell.rung) == 2


def test_both_stores_are_looked_after(newsroom: Newsroom) -> None:
    assert set(jobs.keepers(newsroom.ports)) == set(ROOTS) == {OPEN, SEALED}
