"""Tokens of an account: shared, sealed, refreshed by one, and bearable without Redis."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from redis import Redis

from assets.store import FolderStore
from channels.handoff import Shandian
from kitchen.core.seal import Sealer
from kitchen.tokens import Memory, SharedTokens, channel_opener, shared_tokens

HOUR = timedelta(hours=1)


@pytest.fixture
def sealer() -> Sealer:
    return Sealer([Fernet.generate_key().decode()])


def _tokens(redis: Redis, sealer: Sealer, account: str = "one") -> SharedTokens:
    return SharedTokens(redis, sealer, account, Memory())


def test_what_one_worker_puts_another_gets(redis: Redis, sealer: Sealer) -> None:
    _tokens(redis, sealer).put("access", "tok-1", HOUR)
    assert _tokens(redis, sealer).get("access") == "tok-1"
    assert _tokens(redis, sealer, "two").get("access") is None
    _tokens(redis, sealer).drop("access")
    assert _tokens(redis, sealer).get("access") is None


def test_redis_never_sees_it_in_clear(redis: Redis, sealer: Sealer) -> None:
    _tokens(redis, sealer).put("access", "tok-in-clear", HOUR)
    (key,) = redis.keys("*")
    assert b"tok-in-clear" not in redis.get(key)
    assert 3500 < redis.ttl(key) <= 3600


def test_a_seal_of_another_account_or_a_lost_key_counts_as_none(
    redis: Redis, sealer: Sealer
) -> None:
    _tokens(redis, sealer).put("access", "tok-1", HOUR)
    redis.set("tokens:two:access", redis.get("tokens:one:access"))
    assert _tokens(redis, sealer, "two").get("access") is None
    other = Sealer([Fernet.generate_key().decode()])
    assert _tokens(redis, other).get("access") is None


def test_of_eight_who_find_none_one_refreshes(redis: Redis, sealer: Sealer) -> None:
    spent: list[int] = []

    def refresh(number: int) -> str:
        tokens = _tokens(redis, sealer)
        with tokens.lock("access"):
            if (found := tokens.get("access")) is None:
                spent.append(number)
                tokens.put("access", found := f"tok-{number}", HOUR)
            return found

    with ThreadPoolExecutor(8) as pool:
        got = set(pool.map(refresh, range(8)))
    assert len(spent) == 1
    assert got == {f"tok-{spent[0]}"}


def test_without_redis_this_process_goes_by_its_memory(sealer: Sealer) -> None:
    away = Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2)
    make = shared_tokens(away, sealer)
    assert make("one").get("access") is None
    with make("one").lock("access"):
        make("one").put("access", "tok-1", HOUR)
    assert make("one").get("access") == "tok-1"
    assert make("two").get("access") is None
    make("one").drop("access")
    assert make("one").get("access") is None
    away.close()


def test_a_channel_is_opened_with_its_settings_and_our_files(
    redis: Redis, sealer: Sealer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = FolderStore(tmp_path_factory.mktemp("store"))
    blob = store.put(io.BytesIO(b"bytes"))
    opener = channel_opener(store, shared_tokens(redis, sealer))
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
