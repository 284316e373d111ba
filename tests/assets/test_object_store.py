"""A bucket as a store: what the servers differ in, a wire that breaks, copies that are bounded."""

from __future__ import annotations

import hashlib
import io
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from assets import local_copies, object_store, object_wire, parts
from assets.object_store import ObjectStore
from assets.parts import Parts
from assets.store import Absent, Damaged, StoreUnavailable
from assets.stores import UnknownStore, open_store
from tests.fixtures.fault_proxy import FaultProxy
from tests.fixtures.object_stores import KEY, RCLONE, SEAWEED, SECRET, Server, client, opened

STORY = "秋收".encode() * 20_000
NAME = hashlib.sha256(STORY).hexdigest()
OUTSIDE = "https://media.example.cn"


@pytest.fixture
def proxy(object_server: Server) -> Iterator[FaultProxy]:
    """A wire to the server, sound until it is broken."""
    host, port = object_server.endpoint.removeprefix("http://").split(":")
    proxy = FaultProxy((host, int(port)))
    yield proxy
    proxy.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds of time that a test can wait for."""
    monkeypatch.setattr(object_wire, "CONNECT_SECONDS", 1.5)
    monkeypatch.setattr(object_wire, "SILENCE_SECONDS", 1.5)


Elsewhere = Callable[[], ObjectStore]


@pytest.fixture
def elsewhere(
    impatient: None, proxy: FaultProxy, object_server: Server, tmp_path: Path
) -> Elsewhere:
    """``elsewhere()`` is one and the same bucket from another machine each time, by the proxy."""
    place = object_server.place()
    machines = iter(range(1000))
    return lambda: opened(proxy.endpoint, place, tmp_path / f"copies-{next(machines)}")


def read(store: ObjectStore, name: str) -> bytes:
    with store.open(name) as file:
        return file.read()


def raw(store: ObjectStore, name: str) -> dict[str, str]:
    """Where an object lies, for a client that goes round the store."""
    return {"Bucket": store._bucket, "Key": store._key(name)}


def test_which_server_honours_conditions_and_which_verifies_signatures(
    object_server: Server,
) -> None:
    """What docs/adr/0030-bytes-in-a-bucket.md says of them, measured."""
    there = client(object_server.endpoint)
    bucket, _, key = object_server.place().partition("/")
    there.put_object(Bucket=bucket, Key=key, Body=b"first")
    try:
        there.put_object(Bucket=bucket, Key=key, Body=b"second", IfNoneMatch="*")
        honours = False
    except ClientError as error:
        honours = error.response["ResponseMetadata"]["HTTPStatusCode"] == 412
    assert honours is {SEAWEED: True, RCLONE: False}[object_server.name]
    assert honours == (there.get_object(Bucket=bucket, Key=key)["Body"].read() == b"first")
    with pytest.raises(ClientError) as refusal:
        client(object_server.endpoint, "not the secret").get_object(Bucket=bucket, Key=key)
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_whoever_has_not_the_secret_gets_and_leaves_nothing(
    object_server: Server, tmp_path: Path
) -> None:
    place = object_server.place()
    stranger = opened(object_server.endpoint, place, tmp_path, secret="not the secret")
    with pytest.raises(StoreUnavailable):
        stranger.put(io.BytesIO(STORY))
    with pytest.raises(StoreUnavailable):
        stranger.has(NAME)
    assert not list(opened(object_server.endpoint, place, tmp_path / "ours").names())


@pytest.fixture
def reached(object_server: Server, tmp_path: Path) -> ObjectStore:
    """A store that readers reach at the very address at which we do."""
    endpoint = object_server.endpoint
    return opened(endpoint, object_server.place(), tmp_path / "reached", readers=endpoint)


def test_a_link_serves_the_bytes_for_its_time_and_no_longer(reached: ObjectStore) -> None:
    reached.put(io.BytesIO(STORY))
    with urllib.request.urlopen(reached.link(NAME, 60)) as answer:
        assert answer.read() == STORY
    past = reached.link(NAME, 1)
    time.sleep(2.1)
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(past)
    with refusal.value:
        assert refusal.value.code in {400, 403}
    tampered = reached.link(NAME, 60).replace(NAME, "0" * 64)
    with pytest.raises(urllib.error.HTTPError) as refusal, urllib.request.urlopen(tampered):
        pass
    refusal.value.close()


def test_a_link_says_what_the_bytes_are_and_how_to_call_them(reached: ObjectStore) -> None:
    reached.put(io.BytesIO(STORY))
    told = "attachment; filename*=UTF-8''%E5%A4%A7%E6%A1%A5.mp4"
    link = reached.link(NAME, 60, mime="video/mp4", disposition=told)
    with urllib.request.urlopen(link) as answer:
        assert answer.read() == STORY
        said = answer.headers["Content-Type"], answer.headers["Content-Disposition"]
    assert said == ("video/mp4", told)


def test_a_link_brings_back_what_lay_aside_and_leads_to_nothing_else(reached: ObjectStore) -> None:
    reached.put(io.BytesIO(STORY))
    reached.set_aside(NAME)
    with urllib.request.urlopen(reached.link(NAME, 60)) as answer:
        assert answer.read() == STORY
    with pytest.raises(Absent):
        reached.link("0" * 64, 60)


def test_readers_get_no_link_where_they_cannot_reach_the_store(bucket_store: ObjectStore) -> None:
    bucket_store.put(io.BytesIO(STORY))
    assert bucket_store.link(NAME, 60) == ""


@pytest.fixture
def small_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A story has a dozen leaves."""
    monkeypatch.setattr(parts, "LEAF", 10_000)
    monkeypatch.setattr(object_store, "IN_PARTS", 50_000)


def asked(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The spans that are asked of the server from now on; the whole is an empty one."""
    spans: list[str] = []
    get = store._client.get_object

    def watched(**given: Any) -> Any:
        spans.append(given.get("Range", ""))
        return get(**given)

    monkeypatch.setattr(store._client, "get_object", watched)
    return spans


def in_parts(store: ObjectStore) -> Parts:
    found = store.parts(NAME)
    assert found is not None
    return found


def test_a_place_in_a_large_file_is_read_without_what_stands_before_it(
    small_leaves: None, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere().put(io.BytesIO(STORY))
    store = elsewhere()
    found = in_parts(store)
    spans = asked(store, monkeypatch)
    assert found.size == len(STORY)
    found.seek(75_000)
    assert found.read(10) == STORY[75_000:75_010]
    assert spans == ["bytes=70000-79999"]
    assert found.read() == STORY[75_010:]  # who reads on gets several at once
    assert spans[1:] == [f"bytes=80000-{len(STORY) - 1}"]
    found.seek(-5, io.SEEK_END)
    assert (found.read(), found.read()) == (STORY[-5:], b"")
    assert store._copies.path(NAME) is None
    read(store, NAME)
    assert store.parts(NAME) is None  # it is here now


def test_every_way_of_moving_about_reads_what_is_there(
    small_leaves: None, elsewhere: Elsewhere
) -> None:
    elsewhere().put(io.BytesIO(STORY))
    found, chance = in_parts(elsewhere()), random.Random(7)
    for _ in range(25):
        begin, length = chance.randrange(len(STORY) + 10), chance.choice([0, 1, 9_999, 40_000])
        found.seek(begin)
        buffered = io.BufferedReader(found)
        assert buffered.read(length) == STORY[begin : begin + length], (begin, length)
        buffered.detach()


def test_a_leaf_that_rotted_is_given_to_nobody_and_the_others_are(
    small_leaves: None, elsewhere: Elsewhere
) -> None:
    store = elsewhere()
    store.put(io.BytesIO(STORY))
    rotten = bytearray(STORY)
    rotten[33_333] ^= 1
    store._client.put_object(Body=bytes(rotten), **raw(store, NAME))
    found = in_parts(elsewhere())
    assert found.read(10_000) == STORY[:10_000]
    found.seek(35_000)
    with pytest.raises(Damaged):
        found.read(10)
    found.seek(41_000)
    assert found.read(10) == STORY[41_000:41_010]


def test_a_bit_that_flips_on_the_wire_is_asked_for_again(
    small_leaves: None, elsewhere: Elsewhere, proxy: FaultProxy
) -> None:
    elsewhere().put(io.BytesIO(STORY))
    found = in_parts(elsewhere())
    proxy.break_by("flip", after=5_000, times=1)
    assert found.read(10_000) == STORY[:10_000]
    proxy.break_by("refuse")
    found.seek(90_000)
    with pytest.raises(StoreUnavailable):
        found.read(1)


@pytest.mark.parametrize("lost", [b"", b"120000\nnonsense", b"-1\n"])
def test_without_its_list_of_leaves_a_file_is_read_as_a_whole(
    small_leaves: None, elsewhere: Elsewhere, lost: bytes
) -> None:
    store = elsewhere()
    store.put(io.BytesIO(STORY))
    place = raw(store, NAME) | {"Key": store._beside(NAME)}
    if lost:
        store._client.put_object(Body=lost, **place)
    else:
        store._client.delete_object(**place)
    other = elsewhere()
    assert other.parts(NAME) is None
    assert read(other, NAME) == STORY


def test_leaves_come_and_go_with_their_file(small_leaves: None, bucket_store: ObjectStore) -> None:
    def kept() -> int:
        place = {"Bucket": bucket_store._bucket, "Prefix": f"{bucket_store._prefix}leaves/"}
        return len(bucket_store._client.list_objects_v2(**place).get("Contents", ()))

    bucket_store.put(io.BytesIO(STORY[:40_000]))
    assert kept() == 0  # it is small
    bucket_store.put(io.BytesIO(STORY))
    assert kept() == 1
    assert NAME in {each.sha256 for each in bucket_store.names()}
    bucket_store.set_aside(NAME)
    bucket_store._copies.drop(NAME)
    assert in_parts(bucket_store).read(5) == STORY[:5]  # which brings it back
    bucket_store.set_aside(NAME)
    bucket_store.put(io.BytesIO(STORY))
    bucket_store.forget_aside(NAME)
    assert kept() == 1  # it came anew
    bucket_store.set_aside(NAME)
    bucket_store.forget_aside(NAME)
    assert kept() == 0
    bucket_store.put(io.BytesIO(STORY))
    bucket_store.delete(NAME)
    assert kept() == 0


def test_another_machine_reads_what_this_one_put(elsewhere: Elsewhere) -> None:
    elsewhere().put(io.BytesIO(STORY))
    assert read(elsewhere(), NAME) == STORY


def test_bytes_that_somebody_overwrote_are_never_served_and_putting_again_heals(
    object_server: Server, elsewhere: Elsewhere, proxy: FaultProxy
) -> None:
    store = elsewhere()
    store.put(io.BytesIO(STORY))
    flipped = bytes([STORY[0] ^ 1]) + STORY[1:]
    store._client.put_object(Body=flipped, **raw(store, NAME))
    assert not store.is_sound(NAME)
    other = elsewhere()
    with pytest.raises(Damaged):
        other.open(NAME)
    with pytest.raises(Damaged):
        other.path(NAME)
    store.put(io.BytesIO(STORY))
    assert store.is_sound(NAME)
    assert read(other, NAME) == STORY


def test_a_copy_whose_bits_flipped_on_this_machine_is_fetched_anew(elsewhere: Elsewhere) -> None:
    store = elsewhere()
    store.put(io.BytesIO(STORY))
    copy = store.path(NAME)
    assert copy is not None
    copy.write_bytes(b"rot" * 1000)
    assert read(store, NAME) == STORY


@pytest.mark.parametrize("fault", ["refuse", "hang"])
def test_a_store_that_is_away_is_said_within_bounds_and_loses_nothing(
    elsewhere: Elsewhere, proxy: FaultProxy, fault: str
) -> None:
    elsewhere().put(io.BytesIO(STORY))
    store = elsewhere()
    proxy.break_by(fault)
    began = time.monotonic()
    for attempt in (
        lambda: store.put(io.BytesIO(b"a new one")),
        lambda: store.open(NAME),
    ):
        with pytest.raises(StoreUnavailable):
            attempt()
    assert time.monotonic() - began < 60
    proxy.mend()
    assert [each.sha256 for each in store.names()] == [NAME]  # what was not acknowledged is not
    assert read(store, NAME) == STORY


def test_an_upload_during_an_outage_may_simply_be_tried_again(
    elsewhere: Elsewhere, proxy: FaultProxy
) -> None:
    store = elsewhere()
    proxy.break_by("refuse")
    with pytest.raises(StoreUnavailable):
        store.put(io.BytesIO(STORY))
    with pytest.raises(StoreUnavailable):
        store.path(NAME)  # nor does a copy of ours pretend that it was kept
    proxy.mend()
    store.put(io.BytesIO(STORY))
    assert read(elsewhere(), NAME) == STORY


@pytest.mark.parametrize("after", [0, 200, 20_000, 100_000])
def test_an_upload_that_is_cut_off_comes_whole_or_not_at_all(
    elsewhere: Elsewhere, proxy: FaultProxy, after: int
) -> None:
    store = elsewhere()
    proxy.break_by("cut_up", after=after)
    with pytest.raises(StoreUnavailable):
        store.put(io.BytesIO(STORY))
    assert proxy.met
    proxy.mend()
    assert all(store.is_sound(each.sha256) for each in store.names())
    store.put(io.BytesIO(STORY))
    assert read(elsewhere(), NAME) == STORY


def test_a_download_that_is_cut_off_is_taken_up_again_or_said(
    elsewhere: Elsewhere, proxy: FaultProxy
) -> None:
    elsewhere().put(io.BytesIO(STORY))
    store = elsewhere()
    proxy.break_by("cut_down", after=50_000, times=1)
    assert read(store, NAME) == STORY
    proxy.break_by("cut_down", after=50_000)
    with pytest.raises(StoreUnavailable):
        elsewhere().open(NAME)


def test_a_bit_that_flips_on_the_wire_is_found(elsewhere: Elsewhere, proxy: FaultProxy) -> None:
    elsewhere().put(io.BytesIO(STORY))
    proxy.break_by("flip", after=60_000, times=1)
    assert read(elsewhere(), NAME) == STORY
    proxy.break_by("flip", after=60_000)
    with pytest.raises(Damaged):
        elsewhere().open(NAME)


def test_a_store_that_trickles_counts_as_away(
    elsewhere: Elsewhere, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere().put(io.BytesIO(STORY))
    store = elsewhere()
    monkeypatch.setattr(object_store, "TRIES", 1)
    proxy.break_by("trickle")
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        store.open(NAME)
    assert time.monotonic() - began < 30


def test_a_bucket_that_is_not_there_is_no_empty_one(object_server: Server, tmp_path: Path) -> None:
    store = opened(object_server.endpoint, "nobody-made-this/media", tmp_path)
    for attempt in (lambda: store.open(NAME), lambda: list(store.names())):
        with pytest.raises(StoreUnavailable):
            attempt()


def test_what_a_dead_upload_in_pieces_left_is_swept(bucket_store: ObjectStore) -> None:
    named = raw(bucket_store, NAME)
    begun = bucket_store._client.create_multipart_upload(**named)
    bucket_store._client.upload_part(
        Body=b"half", UploadId=begun["UploadId"], PartNumber=1, **named
    )
    assert bucket_store.sweep() == 0
    assert not list(bucket_store.names())
    assert bucket_store.sweep(time.time() + object_store.STALE_AFTER + 60) == 1
    assert bucket_store.sweep(time.time() + object_store.STALE_AFTER + 60) == 0


def test_copies_are_bounded_and_those_in_use_are_spared(
    object_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(
        object_server.endpoint, object_server.place(), tmp_path / "few", most_bytes=100_000
    )
    used = store.put(io.BytesIO(b"0" * 30_000)).sha256
    for number in range(1, 8):
        store.put(io.BytesIO(b"%d" % number * 30_000))
    folder = tmp_path / "few"
    assert len(_copies(folder)) == 8  # all were used a moment ago
    monkeypatch.setattr(local_copies, "SPARED", 0.0)
    store.path(used)
    store.put(io.BytesIO(b"9" * 30_000))
    left = _copies(folder)
    assert sum(path.stat().st_size for path in left) <= 100_000
    assert used in {path.name for path in left}
    for kept in store.names():
        assert len(read(store, kept.sha256)) == 30_000


def _copies(folder: Path) -> list[Path]:
    return [path for path in folder.glob("??/??/*") if path.is_file()]


def test_memory_stays_bounded_however_large_the_file(
    bucket_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_store, "PIECE", 5 * 1024**2)
    sizes: list[int] = []
    sent = bucket_store._client.upload_part

    def watched(**given: Any) -> Any:
        sizes.append(len(given["Body"].getbuffer()))
        return sent(**given)

    monkeypatch.setattr(bucket_store._client, "upload_part", watched)
    bucket_store.put(io.BytesIO(bytes(12 * 1024**2)))
    assert sizes == [5 * 1024**2, 5 * 1024**2, 2 * 1024**2]


def test_many_readers_at_once_get_the_same_bytes(elsewhere: Elsewhere) -> None:
    elsewhere().put(io.BytesIO(STORY))
    store, seen = elsewhere(), []
    readers = [threading.Thread(target=lambda: seen.append(read(store, NAME))) for _ in range(6)]
    for each in readers:
        each.start()
    for each in readers:
        each.join()
    assert seen == [STORY] * 6


def test_it_is_opened_by_its_address(
    object_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    url = f"s3://{object_server.place()}/a"
    store = open_store(url, copies=tmp_path, endpoint=object_server.endpoint)
    store.put(io.BytesIO(STORY))
    assert isinstance(store, ObjectStore)
    assert store.has(NAME)
    assert store.link(NAME, 5) == ""
    linking = open_store(url, copies=tmp_path, endpoint=object_server.endpoint, readers=OUTSIDE)
    assert isinstance(linking, ObjectStore)
    assert linking.link(NAME, 5).startswith(f"{OUTSIDE}/{url[5:]}/{NAME[:2]}/")


@pytest.mark.parametrize("url", ["ftp://a", "s3:///prefix", "s3:bucket"])
def test_an_address_that_cannot_be_opened_says_so(url: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownStore, match="素材库地址"):
        open_store(url, copies=tmp_path)


def test_absent_is_told_apart_from_away(bucket_store: ObjectStore) -> None:
    with pytest.raises(Absent):
        bucket_store.open(NAME)
    assert bucket_store.path(NAME) is None
