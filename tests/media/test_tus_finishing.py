"""A large file once all of it has come: a worker takes it in, whoever dies meanwhile;
what is said about it on its way; disks that are full.
"""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import delete
from werkzeug.test import TestResponse

from kitchen.core.db import Database
from kitchen.media import intake, tus, tus_jobs, tus_rules, tus_views
from kitchen.media.models import MediaAsset
from kitchen.media.rules import Obstacle, Rights
from kitchen.media.tus_models import ResumableUpload
from kitchen.media.tus_rules import MOST_ATTEMPTS, Standing, standing
from kitchen.media.tus_staging import Staging
from kitchen.people.models import Post
from tests.assets.samples import encoded, photo
from tests.fixtures.newsroom import Door, Newsroom, Visitor
from tests.media.test_tus import PHOTO, VERSION, assets, begin, offset_of, path_of, send

LATER = {"Prefer": "respond-async"}


@pytest.fixture(autouse=True)
def _all_is_large(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a small picture goes the way of a long film."""
    monkeypatch.setattr(tus_rules, "QUICK", 0)
    newsroom.database.info["home"] = newsroom.house.settings.home


@pytest.fixture
def reporter(sign_in: Door) -> Visitor:
    return sign_in("reporter")


@pytest.fixture
def path(reporter: Visitor) -> str:
    """An upload of which all has come, and which nobody has looked at yet."""
    path = path_of(begin(reporter, filename="大桥.jpg"))
    assert send(reporter, path, 0, PHOTO, **LATER).status_code == 204
    return path


def _told(visitor: Visitor, path: str) -> dict[str, Any]:
    told: dict[str, Any] = visitor.get(path).json
    return told


def _row(newsroom: Newsroom) -> ResumableUpload:
    with newsroom.database.unit(write=False) as session:
        return session.query(ResumableUpload).one()


def _work(newsroom: Newsroom) -> None:
    """A worker answers the bells that the timetable rings."""
    tus_jobs.ring_for_waiting(newsroom.database, newsroom.ports)
    while newsroom.bell.rung:
        bell, upload_id = newsroom.bell.rung.pop(0)
        if bell == tus.BELL:
            tus_jobs.carry(newsroom.database, newsroom.ports, upload_id)


def _staged(newsroom: Newsroom) -> list[str]:
    return [it.name for it in Staging(newsroom.house.settings.home).path("").iterdir()]


def test_a_large_file_is_acknowledged_at_once_and_taken_in_by_a_worker(
    reporter: Visitor, newsroom: Newsroom
) -> None:
    path = path_of(begin(reporter, filename="大桥.jpg"))
    last = send(reporter, path, 0, PHOTO, **LATER)
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(PHOTO)))
    assert last.headers["Preference-Applied"] == "respond-async"
    assert "Upload-Asset" not in last.headers
    assert _told(reporter, path)["stands"] == Standing.RECEIVED
    assert newsroom.bell.rung == [(tus.BELL, _row(newsroom).id)]
    _work(newsroom)
    (asset,) = assets(newsroom.database)
    told = _told(reporter, path)
    assert (told["stands"], told["asset"], told["known"]) == (Standing.STORED, asset.uid, False)
    assert told["arrived"]["src"] == f"/media/{asset.uid}/preview"
    assert asset.uploaded_by_id == newsroom.reporter.id
    assert _staged(newsroom) == []
    again = send(reporter, path, len(PHOTO), b"", **LATER)
    assert again.headers["Upload-Asset"] == asset.uid
    assert len(assets(newsroom.database)) == 1


@pytest.mark.parametrize("headers", [{}, {"Prefer": "return=minimal"}])
def test_who_does_not_say_that_they_will_ask_is_answered_with_the_asset(
    reporter: Visitor, headers: dict[str, str]
) -> None:
    path = path_of(begin(reporter))
    assert send(reporter, path, 0, PHOTO, **headers).headers["Upload-Asset"]


def test_a_small_file_is_taken_in_before_the_answer_whatever_was_preferred(
    reporter: Visitor, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tus_rules, "QUICK", len(PHOTO))
    path = path_of(begin(reporter))
    assert send(reporter, path, 0, PHOTO, **LATER).headers["Upload-Asset"]
    assert newsroom.bell.rung == []


class _Killed(BaseException):
    """The process ends here: nothing after it runs."""


def _dies(*_: Any, **__: Any) -> Any:
    raise _Killed


_RECEIVE = intake.receive_file


def _dies_afterwards(*given: Any, **how: Any) -> Any:
    _RECEIVE(*given, **how)
    raise _Killed


@pytest.mark.parametrize(
    ("where", "name", "dying"),
    [
        pytest.param(tus_jobs, "_ending", _dies, id="before it looked"),
        pytest.param(intake, "receive_file", _dies_afterwards, id="bytes in the store, no row"),
        pytest.param(tus, "finish", _dies, id="before the row was committed"),
        pytest.param(tus_jobs, "_tidy", _dies, id="before the staged bytes were dropped"),
    ],
)
def test_a_worker_may_be_killed_at_each_step(
    reporter: Visitor,
    path: str,
    newsroom: Newsroom,
    monkeypatch: pytest.MonkeyPatch,
    where: Any,
    name: str,
    dying: Callable[..., Any],
) -> None:
    with monkeypatch.context() as killing, pytest.raises(_Killed):
        killing.setattr(where, name, dying)
        _work(newsroom)
    _work(newsroom)
    assert _told(reporter, path)["stands"] == Standing.STORED
    (asset,) = assets(newsroom.database)
    assert newsroom.ports.store.has(asset.sha256)


def test_a_bell_that_was_lost_is_rung_again_and_an_answered_one_is_not(
    reporter: Visitor, path: str, newsroom: Newsroom
) -> None:
    newsroom.bell.rung.clear()
    assert tus_jobs.ring_for_waiting(newsroom.database, newsroom.ports) == 1
    _work(newsroom)
    assert tus_jobs.ring_for_waiting(newsroom.database, newsroom.ports) == 0


def test_what_was_acknowledged_whole_is_taken_in_though_the_desk_died_and_nobody_asks(
    reporter: Visitor, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = path_of(begin(reporter))
    with monkeypatch.context() as dying:
        dying.setattr(tus_views, "_finish", lambda _uid: 1 / 0)
        assert send(reporter, path, 0, PHOTO).status_code == 500
    _work(newsroom)
    assert _told(reporter, path)["stands"] == Standing.STORED


def test_a_file_that_kills_every_worker_is_left_alone_and_may_be_tried_again(
    reporter: Visitor, path: str, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killing:
        killing.setattr(intake, "receive_file", _dies)
        for _ in range(MOST_ATTEMPTS):
            with pytest.raises(_Killed):
                _work(newsroom)
            assert _told(reporter, path)["stands"] == Standing.LOOKED_AT
        _work(newsroom)
    told = _told(reporter, path)
    assert (told["stands"], told["failure"]) == (Standing.REFUSED, tus_rules.BROKE_OFF)
    assert _staged(newsroom) == [path[-22:]]
    assert send(reporter, path, len(PHOTO), b"", **LATER).status_code == 204
    _work(newsroom)
    assert _told(reporter, path)["stands"] == Standing.STORED


def test_a_file_that_lies_is_refused_in_words_that_stay(
    reporter: Visitor, newsroom: Newsroom
) -> None:
    cut = PHOTO[: len(PHOTO) // 2]
    path = path_of(begin(reporter, length=len(cut), filename="半张.jpg"))
    assert send(reporter, path, 0, cut, **LATER).status_code == 204
    _work(newsroom)
    told = _told(reporter, path)
    assert told["stands"] == Standing.REFUSED
    assert "打不开" in told["failure"]
    assert _staged(newsroom) == []
    again = send(reporter, path, len(cut), b"", **LATER)
    assert again.status_code == 422
    assert again.json["title"] == told["failure"]
    assert reporter.call("DELETE", path, headers=VERSION).status_code == 204


def test_a_forged_hash_and_bytes_that_are_gone_are_told(
    reporter: Visitor, newsroom: Newsroom
) -> None:
    forged = path_of(begin(reporter, sha256="0" * 64))
    send(reporter, forged, 0, PHOTO, **LATER)
    lost = path_of(begin(reporter))
    send(reporter, lost, 0, PHOTO, **LATER)
    Staging(newsroom.house.settings.home).discard(lost[-22:])
    _work(newsroom)
    assert "不一致" in _told(reporter, forged)["failure"]
    assert _told(reporter, lost)["failure"] == tus_rules.GONE
    assert assets(newsroom.database) == []


def test_whoever_lost_their_post_meanwhile_is_refused_as_well(
    reporter: Visitor, path: str, newsroom: Newsroom
) -> None:
    with newsroom.database.unit() as session:
        session.execute(delete(Post).where(Post.staff_id == newsroom.reporter.id))
    _work(newsroom)
    row = _row(newsroom)
    assert row.finished_at is not None
    assert "权限" in row.failure
    assert assets(newsroom.database) == []


def test_two_workers_at_once_take_it_in_once(
    reporter: Visitor, path: str, newsroom: Newsroom
) -> None:
    upload_id, together = _row(newsroom).id, Barrier(2)

    def work() -> None:
        together.wait(10)
        tus_jobs.carry(newsroom.database, newsroom.ports, upload_id)

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert len(assets(newsroom.database)) == 1
    assert _row(newsroom).attempts == 1


def test_the_same_bytes_twice_are_told_with_the_asset_that_is_there(
    sign_in: Door, reporter: Visitor, path: str, newsroom: Newsroom
) -> None:
    _work(newsroom)
    (asset,) = assets(newsroom.database)
    announced = begin(sign_in("second_reporter"), sha256=hashlib.sha256(PHOTO).hexdigest())
    assert announced.headers["Upload-Known"] == asset.uid
    second = path_of(announced)
    send(sign_in("second_reporter"), second, 0, PHOTO, **LATER)
    _work(newsroom)
    told = _told(sign_in("second_reporter"), second)
    assert (told["asset"], told["known"]) == (asset.uid, True)
    words = {"title": "我的标题", "rights": "own"}
    answer = sign_in("second_reporter").call("PUT", f"{second}/words", words)
    assert answer.status_code == 409
    assert "Upload-Known" not in begin(reporter, sha256="1" * 64).headers


def test_what_the_house_owes_an_answer_does_not_expire(
    reporter: Visitor, path: str, newsroom: Newsroom
) -> None:
    with newsroom.database.unit() as session:
        session.query(ResumableUpload).one().expires_at -= tus_rules.LASTS + timedelta(minutes=1)
    assert tus.collect(newsroom.database) == 0
    assert _told(reporter, path)["stands"] == Standing.RECEIVED
    _work(newsroom)
    assert _told(reporter, path)["stands"] == Standing.STORED


# ---- what is said about it


def _only(database: Database) -> MediaAsset:
    (asset,) = assets(database)
    return asset


def test_words_may_come_before_while_and_after(reporter: Visitor, newsroom: Newsroom) -> None:
    path = path_of(begin(reporter, filename="a.jpg", title="桥", rights="unknown"))
    send(reporter, path, 0, PHOTO[:1000])
    on_its_way = {"title": "大桥合龙", "credit": "测试记者", "rights": "unknown"}
    assert reporter.call("PUT", f"{path}/words", on_its_way).status_code == 204
    send(reporter, path, 1000, PHOTO[1000:], **LATER)
    _work(newsroom)
    asset = _only(newsroom.database)
    assert (asset.title, asset.credit, asset.rights) == ("大桥合龙", "测试记者", Rights.UNKNOWN)
    assert asset.obstacle_on(asset.created_at.date()) == Obstacle.RIGHTS_UNKNOWN
    later = {**on_its_way, "rights": "licensed", "rights_until": "2027-01-31"}
    assert reporter.call("PUT", f"{path}/words", later).status_code == 204
    asset = _only(newsroom.database)
    assert (asset.rights, str(asset.rights_until)) == (Rights.LICENSED, "2027-01-31")


def test_what_the_file_says_of_itself_stays_where_nobody_says_otherwise(
    reporter: Visitor, newsroom: Newsroom
) -> None:
    path = path_of(begin(reporter, title="桥"))
    send(reporter, path, 0, PHOTO)
    with newsroom.database.unit() as session:
        session.query(MediaAsset).one().caption = "文件自带的说明"
    assert reporter.call("PUT", f"{path}/words", {"rights": "own"}).status_code == 204
    assert _only(newsroom.database).caption == "文件自带的说明"


def test_who_says_nothing_is_taken_as_before(reporter: Visitor, newsroom: Newsroom) -> None:
    send(reporter, path_of(begin(reporter)), 0, PHOTO)
    assert _only(newsroom.database).rights == Rights.OWN


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (lambda it: begin(it, rights="stolen"), 422),
        (lambda it: begin(it, title="长" * 121), 422),
        (lambda it: it.call("PUT", f"{path_of(begin(it))}/words", {"rights": "stolen"}), 422),
        (lambda it: it.call("PUT", f"{path_of(begin(it))}/words", {"size": "1"}), 422),
        (lambda it: it.call("PUT", "/files/tus/nobody/words", {"title": "x"}), 404),
    ],
)
def test_words_that_cannot_be_used(
    reporter: Visitor, act: Callable[[Visitor], TestResponse], status: int
) -> None:
    answer = act(reporter)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"


def test_the_words_are_their_owners_alone(sign_in: Door, path: str) -> None:
    other = sign_in("second_reporter")
    assert other.call("PUT", f"{path}/words", {"title": "x"}).status_code == 404
    assert other.get(path).status_code == 404


# ---- a disk that is full


def _full(*_: Any, **__: Any) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_told_before_anything_is_sent(
    reporter: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Staging, "room", lambda _self: 10)
    answer = begin(reporter)
    assert answer.status_code == 507
    assert "存储空间满了" in answer.json["title"]


@pytest.mark.parametrize("name", ["append", "settle"])
def test_a_disk_that_fills_up_between_two_pieces_loses_nothing(
    reporter: Visitor, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = path_of(begin(reporter))
    send(reporter, path, 0, PHOTO[:1000])
    with monkeypatch.context() as full:
        full.setattr(tus_views, name, _full)
        answer = send(reporter, path, 1000, PHOTO[1000:])
    assert answer.status_code == 507
    assert "存储空间满了" in answer.json["title"]
    assert offset_of(reporter, path) == 1000
    assert send(reporter, path, 1000, PHOTO[1000:]).headers["Upload-Asset"]


def test_a_full_store_keeps_the_file_waiting_and_is_not_the_files_fault(
    reporter: Visitor, path: str, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(intake, "receive_file", _full)
        for _ in range(MOST_ATTEMPTS + 2):
            _work(newsroom)
    assert _told(reporter, path)["stands"] == Standing.RECEIVED
    _work(newsroom)
    assert _told(reporter, path)["stands"] == Standing.STORED


def test_where_an_upload_stands_follows_from_what_is_noted() -> None:
    assert standing(whole=False) == Standing.COMING
    assert standing(whole=True) == Standing.RECEIVED
    assert standing(whole=True, attempts=1) == Standing.LOOKED_AT
    assert standing(whole=True, attempts=1, stored=True) == Standing.STORED
    assert standing(whole=True, attempts=1, failure="x") == Standing.REFUSED


def test_a_picture_of_some_size_is_whole_after_the_worker_had_it(
    reporter: Visitor, newsroom: Newsroom
) -> None:
    data = encoded(photo(900, 700))
    path = path_of(begin(reporter, length=len(data)))
    for offset in range(0, len(data), 20_000):
        send(reporter, path, offset, data[offset : offset + 20_000], **LATER)
    _work(newsroom)
    assert _only(newsroom.database).sha256 == hashlib.sha256(data).hexdigest()
