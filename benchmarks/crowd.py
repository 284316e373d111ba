"""Many accounts on the stand-in platform, and the bare client that can do no more than call it.

The bare client is one process with as many threads as calls may be under way. It carries each piece
through the very adapters, as :mod:`benchmarks.bare` does, and has nothing else to do: no outbox, no
approval, no receipt.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from benchmarks import bare, fanout, stand_in
from benchmarks.fanout import Taken
from benchmarks.stand_in import StandIn
from kitchen.demo import desk, newsroom, pictures
from kitchen.matrix import service
from kitchen.people import queries as people
from tests.fixtures.district import District
from tests.fixtures.product import Product, at_work

SCENE = "field"


@contextmanager
def crowd(
    milliseconds: Sequence[int], database_url: str = "", workers: int = 1
) -> Iterator[District]:
    """The product at work with so many ``workers`` for deliveries.

    There is an account for each of ``milliseconds``, which is how long each of its calls takes.
    """
    with tempfile.TemporaryDirectory(prefix="kb-") as place:
        home = Path(place)
        settings = {"KITCHEN_DELIVERERS": str(workers)}
        with at_work(home, database_url, **settings) as product, stand_in.running(home) as platform:
            newsroom.furnish(product.house)
            shot = desk.Picture(pictures.draw(SCENE), f"{SCENE}.jpg", SCENE)
            files = desk.enter(product.house, "photographer", [shot])
            yield District(product, _accounts(product, platform, milliseconds), files)


def _accounts(product: Product, platform: StandIn, milliseconds: Sequence[int]) -> list[str]:
    with desk.acting(product.house, "admin") as (session, admin):
        (unit, *_) = people.all_units(session)
        return [
            service.register_account(
                session,
                admin,
                channel="outlet",
                name=f"客户端{at}",
                handle=f"stand-in-{at}",
                unit=unit,
                settings={
                    "base_url": platform.address(each, f"a{at}"),
                    "key_id": f"key-{at}",
                    "secret": f"secret-{at}",
                },
            ).uid
            for at, each in enumerate(milliseconds)
        ]


def by_threads(district: District, parcels: Sequence[bare.Parcel], hands: int) -> Taken:
    """Carry the pieces by the bare client, as posts of their own."""
    store = district.product.settings.store_url
    fresh = [fanout.again(parcel) for parcel in parcels]
    with ThreadPoolExecutor(hands) as pool:
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in pool.map(lambda parcel: bare.carry(store, parcel), fresh):
            pass
        return Taken(time.perf_counter() - wall, time.process_time() - cpu)
