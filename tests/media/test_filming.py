"""Works on films: asked for once, done by one worker, called off at once, resumed after a kill."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import psutil
import pytest
from sqlalchemy import select

from assets import credentials
from assets.encoder import EncodingFailed
from assets.film_presets import FILM_PRESETS
from assets.refusals import REASONS, Refused
from assets.store import FolderStore
from kitchen import tasks
from kitchen.core.access import Actor
from kitchen.core.audit import AuditEntry
from kitchen.core.errors import Forbidden, Invalid, WrongState
from kitchen.media import queries as catalogue
from kitchen.media import service as media
from kitchen.media.filming import holding, jobs, making, queries, service, steps
from kitchen.media.filming.models import FilmWork
from kitchen.media.filming.rules import (
    BELL,
    LEASE,
    MOST_ATTEMPTS,
    POSTER,
    PREPARED,
    PROXY,
    SHARED,
    STRIP,
    SUBTITLES,
    State,
)
from kitchen.media.models import Rendition
from kitchen.media.rules import FILM, Rights, former
from tests.assets.signed import SIGNER, signed
from tests.fixtures.newsroom import Newsroom
from tests.fixtures.processes import descendants, is_gone, wait_until
from tests.media.conftest import Enter

about_bytes = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For tests that ask little of the database and much of the processor."""
VTT = b"WEBVTT\n\n00:00.200 --> 00:01.000\nhello\n"


def _ask(newsroom: Newsroom, uid: str, preset: str, actor: Actor | None = None, **how: Any) -> int:
    with newsroom.database.unit() as session:
        asset = catalogue.the_asset(session, uid)
        by = actor or newsroom.editor
        return service.request_transcode(session, by, asset, preset, **how).id


def _work(newsroom: Newsroom, work_id: int) -> FilmWork:
    with newsroom.database.unit(write=False) as session:
        work = queries.to_be_made(session, work_id)
        assert work is not None
        return work


def _make(newsroom: Newsroom, work_id: int) -> FilmWork:
    jobs.make(newsroom.database, newsroom.ports, work_id)
    return _work(newsroom, work_id)


def _works(newsroom: Newsroom, uid: str) -> dict[str, FilmWork]:
    with newsroom.database.unit(write=False) as session:
        return queries.works_of(session, catalogue.the_asset(session, uid))


def _renditions(newsroom: Newsroom, uid: str) -> dict[str, Rendition]:
    with newsroom.database.unit(write=False) as session:
        return {each.preset: each for each in catalogue.the_asset(session, uid).renditions}


def _acts(newsroom: Newsroom, work: FilmWork) -> Sequence[str]:
    with newsroom.database.unit(write=False) as session:
        query = select(AuditEntry.action).where(AuditEntry.subject_uid == work.uid)
        return session.scalars(query.order_by(AuditEntry.id)).all()


def test_every_new_film_gets_its_strip_and_its_proxy(newsroom: Newsroom, enter_film: Enter) -> None:
    uid = enter_film()
    works = _works(newsroom, uid)
    assert set(works) == set(PREPARED)
    assert {(BELL, each.id) for each in works.values()} <= set(newsroom.bell.rung)
    jobs.make(newsroom.database, newsroom.ports, 0)
    assert {each.state for each in _works(newsroom, uid).values()} == {State.DONE}
    there = _renditions(newsroom, uid)
    assert there[STRIP].mime == "image/jpeg"
    assert there[PROXY].mime == "video/mp4"
    assert all(newsroom.ports.store.has(there[each].sha256) for each in PREPARED)
    strip = _works(newsroom, uid)[STRIP]
    assert strip.facts["strip"]["columns"] == 5
    assert strip.facts["original"]["sound"].startswith("aac")


@about_bytes
def test_a_picture_gets_no_such_works(newsroom: Newsroom, enter: Enter) -> None:
    assert _works(newsroom, enter()) == {}


def test_a_form_is_made_entered_and_told(newsroom: Newsroom, enter_film: Enter) -> None:
    uid = enter_film()
    work = _make(newsroom, _ask(newsroom, uid, "film_douyin", fit="crop", x=0.2))
    assert (work.state, work.percent, work.failure) == (State.DONE, 100, "")
    made = _renditions(newsroom, uid)["film_douyin"]
    assert (made.sha256, made.size) == (work.sha256, work.size)
    assert work.seconds == pytest.approx(2, abs=0.2)
    assert work.facts["after"]["whole"] == pytest.approx(-16, abs=1)
    assert [topic for topic, _ in newsroom.live.told].count(f"films:{uid}") >= 2
    assert _acts(newsroom, work) == ["begin", "finish"]


def test_asked_for_twice_it_is_made_once(newsroom: Newsroom, enter_film: Enter) -> None:
    uid = enter_film()
    first = _ask(newsroom, uid, "film_outlet")
    assert _ask(newsroom, uid, "film_outlet") == first
    done = _make(newsroom, first)
    assert _ask(newsroom, uid, "film_outlet") == first
    assert _make(newsroom, first).version == done.version


def test_other_wishes_make_it_anew_under_the_same_name(
    newsroom: Newsroom, enter_film: Enter
) -> None:
    uid = enter_film()
    work_id = _ask(newsroom, uid, "film_douyin", fit="crop", x=0.0)
    left = _make(newsroom, work_id).sha256
    assert _ask(newsroom, uid, "film_douyin", fit="crop", x=1.0) == work_id
    assert _work(newsroom, work_id).state == State.QUEUED
    right = _make(newsroom, work_id).sha256
    assert left != right
    assert _renditions(newsroom, uid)["film_douyin"].sha256 == right
    assert newsroom.ports.store.has(left)  # a post may be frozen with it


@about_bytes
def test_platforms_that_take_the_same_form_share_one_film(
    newsroom: Newsroom, enter_film: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = enter_film()
    first = _make(newsroom, _ask(newsroom, uid, "film_douyin"))
    monkeypatch.setattr(steps.transcoding, "make", _never)
    second = _make(newsroom, _ask(newsroom, uid, "film_kuaishou"))
    assert (second.state, second.sha256) == (State.DONE, first.sha256)
    assert _renditions(newsroom, uid)["film_kuaishou"].sha256 == first.sha256


def _never(*_: Any, **__: Any) -> Any:
    raise AssertionError("this is not made again")


@pytest.mark.parametrize(
    ("preset", "how", "field"),
    [
        ("film_nowhere", {}, "preset"),
        ("film_outlet", {"burn": True}, "burn"),
        ("film_outlet", {"start": 1.5, "end": 1.0}, ""),
        ("film_shipinhao", {}, ""),
    ],
)
def test_wishes_that_cannot_be_met_are_refused_at_once(
    newsroom: Newsroom, enter_film: Enter, preset: str, how: dict[str, Any], field: str
) -> None:
    uid = enter_film()
    with pytest.raises(Invalid) as refusal:
        _ask(newsroom, uid, preset, **how)
    assert (field in refusal.value.fields) is bool(field)
    assert preset not in _works(newsroom, uid)


def test_only_who_may_upload_asks_and_only_for_films(
    newsroom: Newsroom, enter_film: Enter, enter: Enter
) -> None:
    with pytest.raises(Forbidden):
        _ask(newsroom, enter_film(), "film_outlet", Actor(id=1, uid="x", name="x"))
    with pytest.raises(Invalid):
        _ask(newsroom, enter(), "film_outlet")


@about_bytes
def test_a_cover_by_hand_stands_for_the_film(newsroom: Newsroom, enter_film: Enter) -> None:
    uid = enter_film()
    before = _renditions(newsroom, uid)
    with newsroom.database.unit() as session:
        asset = catalogue.the_asset(session, uid)
        work_id = service.choose_cover(session, newsroom.editor, asset, 1.9).id
    assert _make(newsroom, work_id).state == State.DONE
    after = _renditions(newsroom, uid)
    assert set(before) == set(after)
    assert after["film"].sha256 == before["film"].sha256
    with newsroom.database.unit() as session, pytest.raises(Invalid):
        asset = catalogue.the_asset(session, uid)
        service.choose_cover(session, newsroom.editor, asset, 99)
    assert _work(newsroom, work_id).preset == POSTER


@about_bytes
def test_subtitles_stand_beside_the_film_and_in_it_where_wished(
    newsroom: Newsroom, enter_film: Enter
) -> None:
    uid = enter_film()
    plain = _make(newsroom, _ask(newsroom, uid, "film_outlet"))
    blob = newsroom.ports.store.put(io.BytesIO(VTT))
    with newsroom.database.unit() as session:
        asset = catalogue.the_asset(session, uid)
        service.set_subtitles(session, newsroom.editor, asset, blob)
    assert _renditions(newsroom, uid)[SUBTITLES].mime == "text/vtt"
    burnt = _make(newsroom, _ask(newsroom, uid, "film_outlet", burn=True))
    assert burnt.state == State.DONE
    assert burnt.sha256 != plain.sha256


@about_bytes
def test_other_words_are_set_into_the_picture_anew(newsroom: Newsroom, enter_film: Enter) -> None:
    uid = enter_film()

    def say(words: str) -> None:
        cues = f"WEBVTT\n\n00:00.000 --> 00:00.800\n{words}\n".encode()
        blob = newsroom.ports.store.put(io.BytesIO(cues))
        with newsroom.database.unit() as session:
            asset = catalogue.the_asset(session, uid)
            service.set_subtitles(session, newsroom.editor, asset, blob)

    say("第一句")
    work_id = _ask(newsroom, uid, "film_outlet", burn=True)
    plain_id = _ask(newsroom, uid, "film_wechat")
    before = _make(newsroom, work_id).sha256
    _make(newsroom, plain_id)
    say("第一句")
    assert _work(newsroom, work_id).state == State.DONE
    say("改过的一句")
    assert _make(newsroom, work_id).sha256 != before
    assert _work(newsroom, plain_id).state == State.DONE


def test_two_workers_at_once_make_one_film(newsroom: Newsroom, enter_film: Enter) -> None:
    work_id, together = _ask(newsroom, enter_film(), "film_outlet"), Barrier(2)

    def work() -> None:
        together.wait(10)
        jobs.make(newsroom.database, newsroom.ports, work_id)

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    work_done = _work(newsroom, work_id)
    assert (work_done.state, work_done.attempts) == (State.DONE, 1)
    assert _acts(newsroom, work_done) == ["begin", "finish"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Refused("broken"), REASONS["broken"]),
        (EncodingFailed("no space left on device"), jobs.BROKE_OFF),
        (OSError(28, "no space left on device"), jobs.BROKE_OFF),
    ],
)
def test_a_failure_is_seen_with_a_sentence_and_can_be_tried_again(
    newsroom: Newsroom,
    enter_film: Enter,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    sentence: str,
) -> None:
    def failing(*_: Any) -> Any:
        raise error

    work_id = _ask(newsroom, enter_film(), "film_outlet")
    with monkeypatch.context() as broken:
        broken.setattr(steps, "carry", failing)
        work = _make(newsroom, work_id)
    assert (work.state, work.failure) == (State.FAILED, sentence)
    with newsroom.database.unit() as session:
        service.make_again(session, newsroom.editor, session.get_one(FilmWork, work_id))
    assert newsroom.bell.rung[-1] == (BELL, work_id)
    assert _make(newsroom, work_id).state == State.DONE


@about_bytes
def test_a_film_that_is_gone_from_the_store_is_told(newsroom: Newsroom, enter_film: Enter) -> None:
    uid = enter_film()
    work_id = _ask(newsroom, uid, "film_outlet")
    with newsroom.database.unit(write=False) as session:
        newsroom.ports.store.delete(catalogue.the_asset(session, uid).sha256)
    assert _make(newsroom, work_id).failure == jobs.MISSING


@pytest.fixture
def under_way(newsroom: Newsroom, enter_film: Enter, long_film: bytes) -> tuple[int, Thread]:
    """A work whose encoder is at it, in a thread."""
    work_id = _ask(newsroom, enter_film(long_film), "film_bilibili")
    worker = Thread(target=jobs.make, args=(newsroom.database, newsroom.ports, work_id))
    worker.start()
    wait_until(lambda: descendants("ffmpeg"), "an encoder")
    return work_id, worker


def _ended_within_a_second(worker: Thread) -> None:
    worker.join(1.0)
    assert not worker.is_alive()
    assert descendants("ffmpeg") == []


def test_what_is_called_off_ends_within_a_second(
    newsroom: Newsroom, under_way: tuple[int, Thread]
) -> None:
    work_id, worker = under_way
    with newsroom.database.unit() as session:
        service.cancel(session, newsroom.editor, session.get_one(FilmWork, work_id))
    _ended_within_a_second(worker)
    work = _work(newsroom, work_id)
    assert (work.state, work.sha256) == (State.CANCELLED, "")
    with newsroom.database.unit() as session, pytest.raises(WrongState):
        service.cancel(session, newsroom.editor, session.get_one(FilmWork, work_id))
    assert jobs.ring_for_waiting(newsroom.database, newsroom.ports) == len(PREPARED)


def test_what_is_asked_for_otherwise_meanwhile_ends_and_begins_anew(
    newsroom: Newsroom, under_way: tuple[int, Thread]
) -> None:
    work_id, worker = under_way
    _ask(newsroom, _work(newsroom, work_id).asset.uid, "film_bilibili", start=1.0, end=2.0)
    _ended_within_a_second(worker)
    assert _work(newsroom, work_id).state == State.QUEUED
    assert _make(newsroom, work_id).seconds == pytest.approx(1, abs=0.1)


def test_a_worker_that_is_told_to_stop_leaves_its_work_to_the_next(
    newsroom: Newsroom, under_way: tuple[int, Thread]
) -> None:
    work_id, worker = under_way
    tasks.STOPPING.set()
    try:
        _ended_within_a_second(worker)
    finally:
        tasks.STOPPING.clear()
    work = _work(newsroom, work_id)
    assert (work.state, work.attempts) == (State.QUEUED, 0)


def test_the_lease_is_renewed_and_the_percentage_told_while_the_encoder_lives(
    newsroom: Newsroom, under_way: tuple[int, Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    work_id, worker = under_way
    before = _work(newsroom, work_id).leased_until
    assert before is not None
    wait_until(lambda: _work(newsroom, work_id).percent > 0, "some progress")
    since = _work(newsroom, work_id).leased_until
    worker.join(60)
    assert since is None or since > before
    told = [data["percent"] for _, data in newsroom.live.told if "percent" in data]
    assert told == sorted(told)
    assert _work(newsroom, work_id).state == State.DONE


def test_a_worker_whose_lease_ran_out_changes_nothing_any_more(
    newsroom: Newsroom, enter_film: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hung in the middle; another has taken the work up and ended it before it woke."""
    work_id, carry = _ask(newsroom, enter_film(), "film_outlet"), steps.carry
    done: list[FilmWork] = []

    def overtaken(order: steps.Order, desk: steps.Desk) -> making.Outcome:
        outcome = carry(order, desk)
        with monkeypatch.context() as later:
            later.setattr(steps, "carry", carry)
            newsroom.database.info["shift"] = LEASE + timedelta(seconds=5)
            done.append(_make(newsroom, work_id))
        return outcome

    monkeypatch.setattr(holding, "LOOK", 60)
    monkeypatch.setattr(steps, "carry", overtaken)
    jobs.make(newsroom.database, newsroom.ports, work_id)
    assert done[0].state == State.DONE
    assert _work(newsroom, work_id).version == done[0].version
    assert _acts(newsroom, done[0]) == ["begin", "begin", "finish"]


@pytest.mark.parametrize("preset", [STRIP, PROXY, POSTER, SHARED, "film_douyin"])
def test_a_step_whose_worker_is_killed_outright_is_resumed_and_the_others_are_not_made_again(
    newsroom: Newsroom, enter_film: Enter, long_film: bytes, tmp_path: Path, preset: str
) -> None:
    uid = enter_film(long_film)
    work_id = _asked_for(newsroom, uid, preset)
    others = {name: each.id for name, each in _works(newsroom, uid).items() if name != preset}
    for each in others.values():
        _make(newsroom, each)
    before = {name: _work(newsroom, each).version for name, each in others.items()}
    _kill_in_the_middle(newsroom, work_id)
    assert _work(newsroom, work_id).state == State.MAKING
    assert preset not in _renditions(newsroom, uid)
    assert jobs.ring_for_waiting(newsroom.database, newsroom.ports) == 0
    newsroom.database.info["shift"] = LEASE + timedelta(seconds=5)
    assert jobs.ring_for_waiting(newsroom.database, newsroom.ports) == 1
    assert newsroom.bell.rung[-1] == (BELL, work_id)
    work = _make(newsroom, work_id)
    assert (work.state, work.attempts) == (State.DONE, 2)
    assert _acts(newsroom, work)[-3:] == ["begin", "begin", "finish"]
    assert {name: _work(newsroom, each).version for name, each in others.items()} == before
    for rendition in _renditions(newsroom, uid).values():
        assert newsroom.ports.store.has(rendition.sha256)


def _asked_for(newsroom: Newsroom, uid: str, preset: str) -> int:
    if preset in FILM_PRESETS:
        return _ask(newsroom, uid, preset)
    if preset == POSTER:
        with newsroom.database.unit() as session:
            asset = catalogue.the_asset(session, uid)
            return service.choose_cover(session, newsroom.editor, asset, 11.0).id
    if preset == SHARED:
        with newsroom.database.unit() as session:
            asset = catalogue.the_asset(session, uid)
            return service.request_watermark(session, asset, "融媒体中心").id
    return _works(newsroom, uid)[preset].id


def _kill_in_the_middle(newsroom: Newsroom, work_id: int) -> None:
    """Let a process of its own do the work, and kill it while its encoder runs."""
    url = newsroom.database.engine.url.render_as_string(hide_password=False)
    store = newsroom.ports.store
    assert isinstance(store, FolderStore)
    command = [sys.executable, "-m", "tests.media.film_worker", url, str(store.root), str(work_id)]
    with subprocess.Popen(command) as worker:
        children: list[psutil.Process] = []
        deadline = time.monotonic() + 30
        while not children and time.monotonic() < deadline and worker.poll() is None:
            if _work(newsroom, work_id).state == State.MAKING:
                children = psutil.Process(worker.pid).children()
        worker.send_signal(signal.SIGKILL)
    assert children
    _, alive = psutil.wait_procs(children, timeout=2)
    assert all(map(is_gone, alive))


def test_a_work_that_kills_every_worker_has_failed(
    newsroom: Newsroom, enter_film: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """The process ends here: nothing after it runs."""

    def killed(*_: Any) -> Any:
        raise Killed

    work_id = _ask(newsroom, enter_film(), "film_outlet")
    monkeypatch.setattr(steps, "carry", killed)
    for attempt in range(MOST_ATTEMPTS):
        newsroom.database.info["shift"] = (LEASE + timedelta(seconds=5)) * attempt
        with pytest.raises(Killed):
            jobs.make(newsroom.database, newsroom.ports, work_id)
    newsroom.database.info["shift"] = (LEASE + timedelta(seconds=5)) * MOST_ATTEMPTS
    work = _make(newsroom, work_id)
    assert (work.state, work.failure) == (State.FAILED, making.INTERRUPTED)


@about_bytes
def test_a_generated_film_is_labelled_in_every_form(newsroom: Newsroom, enter_film: Enter) -> None:
    uid = enter_film(aigc=2)
    works = [_ask(newsroom, uid, "film_outlet"), _works(newsroom, uid)[PROXY].id]
    for work_id in works:
        work = _make(newsroom, work_id)
        _says_that_we_pass_it_on(newsroom, work, uid)


@about_bytes
def test_a_film_that_the_desk_calls_generated_says_so_in_all_that_leaves(
    newsroom: Newsroom, enter_film: Enter
) -> None:
    uid = enter_film()
    outlet_id, before = _ask(newsroom, uid, "film_outlet"), _renditions(newsroom, uid)[FILM].sha256
    _make(newsroom, outlet_id)
    with newsroom.database.unit() as session:
        asset = catalogue.the_asset(session, uid)
        media.describe(session, newsroom.reporter, asset, None, aigc=2)
    for work_id in (outlet_id, _works(newsroom, uid)[FILM].id):
        _says_that_we_pass_it_on(newsroom, _make(newsroom, work_id), uid)
    there = _renditions(newsroom, uid)
    assert there[FILM].sha256 != before
    assert there[former(FILM, before)].sha256 == before  # a frozen post may show it


@about_bytes
@pytest.mark.parametrize(("rights", "passed_on"), [(Rights.OWN, True), (Rights.SUPPLIED, False)])
def test_what_vouches_for_a_film_is_passed_on_in_the_name_of_the_house(
    newsroom: Newsroom, enter_film: Enter, short_film: bytes, rights: Rights, *, passed_on: bool
) -> None:
    uid = enter_film(signed(short_film, "video/mp4", machine=True), rights=rights)
    works = _works(newsroom, uid)
    for work_id in (works[FILM].id, works[PROXY].id, _ask(newsroom, uid, "film_outlet")):
        work = _make(newsroom, work_id)
        assert work.state == State.DONE
        path = _file(newsroom, work)
        assert steps.video.probe(path).aigc == {"Label": "1", "ContentProducer": "示例相机 3"}
        found = credentials.read(path, "video/mp4")
        assert (found is not None) == passed_on
        if found is not None:
            assert (found.state, found.generated) == (credentials.State.VALID, True)
            assert found.signer not in ("", SIGNER)


def _says_that_we_pass_it_on(newsroom: Newsroom, work: FilmWork, uid: str) -> None:
    label = steps.video.probe(_file(newsroom, work)).aigc
    assert label is not None
    assert (label["Label"], label["PropagateID"]) == ("2", uid)


def _file(newsroom: Newsroom, work: FilmWork) -> Path:
    path = newsroom.ports.store.path(work.sha256)
    assert path is not None
    return path
