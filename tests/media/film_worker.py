"""A worker process of its own for the tests, so that it can be killed: it does one work.

``python -m tests.media.film_worker DATABASE STORE WORK``
"""

from __future__ import annotations

import sys
from pathlib import Path

from cryptography.fernet import Fernet

from assets.sealed_store import SealedStore
from assets.store import FolderStore
from channels.base import Channel
from kitchen import reactions
from kitchen.core.db import Database
from kitchen.core.seal import Sealer
from kitchen.media.filming import jobs
from kitchen.ports import Ports, QuietBell, QuietLive


def _none(*_: object) -> Channel:
    raise AssertionError("no channel is opened here")


def main(url: str, store: str, work_id: str) -> None:
    database = Database(url)
    keys = [Fernet.generate_key().decode()]
    ports = Ports(
        FolderStore(Path(store)),
        Sealer(keys),
        QuietBell(),
        QuietLive(),
        _none,
        sealed=SealedStore(FolderStore(Path(f"{store}-sealed")), keys),
    )
    database.info.update(ports=ports, reactions=reactions.table(ports))
    jobs.make(database, ports, int(work_id))


if __name__ == "__main__":
    main(*sys.argv[1:])
