"""The page of assets at 1,000,000 assets against 1,000, on both databases.

The page is the real one, through the real desk: session, guard, timeline, facets with their counts.
Asked are the plain page, one narrowed by each facet to what a tenth of the assets or more have, one
narrowed to values that nearly all have, one of a month long ago, and words: each page is full in
the small house as well. ``ours`` is the page in the large house, ``floor`` the same in the small
one, in turn. A database's server takes time of its own, and so the clock counts, not this process's
processor time alone. Of the large house the newest :data:`WORDED` can be found by words.

``python -m benchmarks.assets_grid 1000 20000`` tries it with fewer.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, insert, select, text, update

from benchmarks import measuring, newsroom, postgres
from kitchen.app import House
from kitchen.core.db import new_uid
from kitchen.media.models import MediaAsset
from kitchen.media.rules import Kind, Orientation, Rights
from kitchen.media.tag_models import MediaTag, MediaTerm
from kitchen.media.tag_rules import Facet
from kitchen.search import index
from kitchen.search.rules import Kind as Kinds
from kitchen.search.rules import id_of

FEW, MANY = 1_000, 1_000_000
ROUNDS = 30
TARGET = 1.3
CHUNK = 10_000
TERMS = {Facet.PERSON: 10, Facet.PLACE: 200, Facet.EVENT: 500, Facet.COLUMN: 20}
"""Words of each kind; every asset carries one of each: a tenth the first, the others their share.
"""
WORDED = 100_000
BEGAN = datetime(2023, 6, 1, tzinfo=UTC)
SPAN = timedelta(days=300)
PAGES = {
    "all": "/assets?limit=50",
    **{str(facet): f"/assets?limit=50&{facet}={facet}0" for facet in TERMS},
    "kind": "/assets?limit=50&kind=video",
    "rights": "/assets?limit=50&rights=licensed",
    "orientation": "/assets?limit=50&orientation=square",
    "common": "/assets?limit=50&kind=picture&rights=own",
    "month": "/assets?limit=50&month=2023-09",
    "word": "/assets?limit=50&q=食堂",
    "words": "/assets?limit=50&q=食堂+person0",
}


def run(rounds: int = ROUNDS, few: int = FEW, many: int = MANY) -> Iterator[dict[str, Any]]:
    """A line for each page on each kind of database."""
    yield from _grown("sqlite", (few, None), (many, None), rounds)
    with postgres.running() as server:
        if server is not None:
            small, large = (few, server.create("few")), (many, server.create("many"))
            yield from _grown("postgresql", small, large, rounds)


def _grown(
    kind: str, small: tuple[int, str | None], large: tuple[int, str | None], rounds: int
) -> Iterator[dict[str, Any]]:
    with ExitStack() as stack:
        floor_house, our_house = (
            filled(stack.enter_context(newsroom.house(url)), count) for count, url in (small, large)
        )
        few, many = (newsroom.visitor(each, "editor") for each in (floor_house, our_house))
        for name, page in PAGES.items():
            ours, floor = measuring.in_turn(
                lambda page=page: _read(many, page), lambda page=page: _read(few, page), rounds
            )
            yield {
                "name": f"assets_{name}_{kind}",
                "ours": round(measuring.median_wall(ours) * 1000, 3),
                "floor": round(measuring.median_wall(floor) * 1000, 3),
                "unit": "ms",
                "ratio": round(
                    statistics.median(
                        mine.wall / bare.wall for mine, bare in zip(ours, floor, strict=True)
                    ),
                    3,
                ),
                "target": TARGET,
                "size": {"assets": large[0], "floor_assets": small[0]},
                "runs": rounds,
            }


def _read(client: FlaskClient, page: str) -> bytes:
    answer = client.get(page)
    assert answer.status_code == 200, answer.status
    return answer.data


def filled(house: House, count: int) -> House:
    """The house with so many assets that came over ten months, all with tags."""
    chance = random.Random(count)
    with house.database.unit() as session:
        for facet, number in TERMS.items():
            values = [{"facet": facet, "value": f"{facet}{at}", "uses": 0} for at in range(number)]
            session.execute(insert(MediaTerm), values)
        ids: dict[str, list[int]] = {
            facet: list(
                session.scalars(
                    select(MediaTerm.id).where(MediaTerm.facet == facet).order_by(MediaTerm.id)
                )
            )
            for facet in TERMS
        }
    for start in range(1, count + 1, CHUNK):
        numbers = range(start, min(count + 1, start + CHUNK))
        with house.database.unit() as session:
            session.execute(insert(MediaAsset), [_asset(at, count, chance) for at in numbers])
            session.execute(
                insert(MediaTag),
                [
                    {"asset_id": at, "term_id": terms[_word_of(at, len(terms))]}
                    for at in numbers
                    for terms in ids.values()
                ],
            )
    with house.database.unit() as session:
        carried = select(func.count()).where(MediaTag.term_id == MediaTerm.id).scalar_subquery()
        session.execute(update(MediaTerm).values(uses=carried))
        if house.settings.database_url.startswith("postgresql"):
            session.execute(text("ANALYZE"))
    _index(house, count)
    return house


def _word_of(at: int, words: int) -> int:
    """Which word of a kind an asset carries."""
    return 0 if at % 10 == 0 else 1 + at // 10 % (words - 1)


def _index(house: House, count: int) -> None:
    """Let the newest be found by words."""
    first = max(1, count - WORDED + 1)
    for start in range(first, count + 1, CHUNK):
        numbers = range(start, min(count + 1, start + CHUNK))
        with house.database.unit() as session:
            index.refresh(session, (id_of(Kinds.ASSETS, at) for at in numbers))
    if house.settings.database_url.startswith("postgresql"):
        with house.database.unit() as session:
            session.execute(text("ANALYZE search_index"))


def _asset(at: int, count: int, chance: random.Random) -> dict[str, object]:
    title = "".join(chance.choices(newsroom.WORDS, k=12)) + ("食堂" if at % 10 == 0 else "")
    return {
        "id": at,
        "uid": new_uid(),
        "sha256": f"{at:064x}",
        "created_at": BEGAN + SPAN * (at / count),
        "version": 1,
        "kind": Kind.VIDEO if at % 10 == 0 else Kind.PICTURE,
        "rights": Rights.LICENSED if at % 7 == 0 else Rights.OWN,
        "orientation": list(Orientation)[at % 3],
        "width": 6000,
        "height": 4000,
        "title": title,
        "derived_from": [],
        "unit_id": 2,
        "uploaded_by_id": 1 + at % 5,
    }


if __name__ == "__main__":
    sizes = [int(word) for word in sys.argv[1:3]] or [FEW, MANY]
    for found in run(ROUNDS, *sizes):
        print(json.dumps(found), flush=True)
