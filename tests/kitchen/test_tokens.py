"""Tokens of an account: shared, sealed, refreshed by one, and kept when Redis is not."""

from __future__ import annotations

import io
import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from redis import Redis
from sqlalchemy import select, update

from assets.store import FolderStore
from channels.handoff import Shandian
from kitchen.core.db import Database
from kitchen.core.seal import Sealer
from kitchen.tokens import PlatformToken, SharedTokens, channel_opener, shared_tokens

HOUR = timedelta(hours=1)


@pytest.fixture
def sealer() -> Sealer:
    return Sealer([Fernet.generate_key().decode()])


Make = Callable[..., SharedTokens]


@pytest.fixture
def tokens(database: Database, redis: Redis, sealer: Sealer) -> Make:
    """``tokens("one")`` as another worker process would hold them."""

    def make(account: str = "one", sealer: Sealer = sealer) -> SharedTokens:
        return SharedTokens(database, redis, sealer, account, defaultdict(threading.Lock))

    return make


def test_what_one_worker_puts_another_gets(tokens: Make) -> None:
    tokens().put("access", "tok-1", HOUR)
    assert tokens().get("access") == "tok-1"
    assert tokens("two").get("access") is None
    tokens().put("access", "tok-2", HOUR)
    assert tokens().get("access") == "tok-2"
    tokens().drop("access")
    assert tokens().get("access") is None


def test_the_database_never_sees_it_in_clear(tokens: Make, database: Database) -> None:
    tokens().put("access", "tok-in-clear", HOUR)
    with database.unit(write=False) as session:
        assert "tok-in-clear" not in session.scalars(select(PlatformToken.sealed)).one()


def test_a_token_ends_by_the_databases_clock(tokens: Make, database: Database) -> None:
    tokens().put("access", "tok-1", HOUR)
    database.info["shift"] = HOUR
    assert tokens().get("access") is None


def test_a_seal_of_another_account_or_a_lost_key_counts_as_none(
    tokens: Make, database: Database
) -> None:
    tokens().put("access", "tok-1", HOUR)
    with database.unit() as session:
        session.execute(update(PlatformToken).values(account_uid="two"))
    assert tokens("two").get("access") is None
    tokens().put("access", "tok-1", HOUR)
    assert tokens(sealer=Sealer([Fernet.generate_key().decode()])).get("access") is None


def test_of_eight_who_find_none_one_refreshes(tokens: Make) -> None:
    spent: list[int] = []

    def refresh(number: int) -> str:
        mine = tokens()
        with mine.lock("access"):
            if (found := mine.get("access")) is None:
                spent.append(number)
                mine.put("access", found := f"tok-{number}", HOUR)
            return found

    with ThreadPoolExecutor(8) as pool:
        got = set(pool.map(refresh, range(8)))
    assert len(spent) == 1
    assert got == {f"tok-{spent[0]}"}


def test_without_redis_nothing_is_lost_and_threads_keep_in_line(
    database: Database, sealer: Sealer
) -> None:
    away = Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2)
    make = shared_tokens(database, away, sealer)
    with make("one").lock("access"):
        make("one").put("access", "tok-1", HOUR)
    assert make("one").get("access") == "tok-1"
    away.close()


def test_a_channel_is_opened_with_its_settings_and_our_files(
    sqlite_url: str,
    redis: Redis,
    sealer: Sealer,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    store = FolderStore(tmp_path_factory.mktemp("store"))
    blob = store.put(io.BytesIO(b"bytes"))
    opener = channel_opener(store, shared_tokens(Database(sqlite_url), redis, sealer))
    channel = opener("shandian", {"allowed_hosts": "news.example"}, "one")
    assert isinstance(channel, Shandian)
    assert channel.accepts_url("https://news.example/1")
    with channel._files.open(blob.sha256) as file:
        assert file.read() == b"bytes"
    with pytest.raises(FileNotFoundError):
        channel._files.open("0" * 64)
    with pytest.raises(LookupError):
        opener("telegraph", {}, "one")
    with pytest.raises(TypeError):
        opener("shandian", {"nonsense": 1}, "one")
