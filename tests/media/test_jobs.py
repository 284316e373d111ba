"""Making clips: once, by one worker, and ending in a film or in a sentence whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy.orm.exc import StaleDataError

from assets import clips
from assets.clips import EncodingFailed
from assets.presets import PRESETS
from assets.refusals import Refused
from assets.store import Absent
from kitchen.core import audit
from kitchen.media import jobs, labels, making, outgoing, queries, service
from kitchen.media.models import MediaAsset
from kitchen.media.rules import FILM, LEASE, MOST_ATTEMPTS, Making
from tests.fixtures.newsroom import Newsroom
from tests.media.conftest import Enter

_MAKE = clips.make_clip


@pytest.fixture
def ordered(newsroom: Newsroom, enter: Enter) -> str:
    """The uid of a clip that waits to be made of two pictures."""
    uids = [enter(width=240), enter(width=260)]
    with newsroom.database.unit() as session:
        found = queries.assets_by_uid(session, uids)
        pictures = [found[uid] for uid in uids]
        return service.request_clip(
            session, newsroom.editor, pictures, "早市开张", ["豆腐", "青菜"]
        ).uid


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[Path]]:
    """Make clips as small and short as can be; remembers what each was made of."""
    made: list[Sequence[Path]] = []

    def make(pictures: Sequence[Path], *rest: Any, **how: Any) -> clips.Clip:
        made.append(pictures)
        return _MAKE(pictures, *rest, size=(90, 160), seconds_per_picture=0.2, **how)

    monkeypatch.setattr(clips, "make_clip", make)
    return made


def _id(newsroom: Newsroom, uid: str) -> int:
    with newsroom.database.unit(write=False) as session:
        return queries.the_asset(session, uid).id


def _make(newsroom: Newsroom, uid: str) -> MediaAsset:
    jobs.make_clip(newsroom.database, newsroom.ports, _id(newsroom, uid))
    with newsroom.database.unit(write=False) as session:
        return queries.the_asset(session, uid)


def test_a_clip_is_made_with_film_covers_and_progress(
    newsroom: Newsroom, ordered: str, small: list[Sequence[Path]]
) -> None:
    clip = _make(newsroom, ordered)
    assert (clip.making, clip.failure) == (Making.DONE, "")
    assert (clip.width, clip.height) == (90, 160)
    assert clip.seconds > 1
    assert {each.preset for each in clip.renditions} == {FILM, *PRESETS}
    film = outgoing.as_media(clip, "original")
    assert (film.sha256, film.mime, film.seconds) == (clip.sha256, "video/mp4", clip.seconds)
    assert all(newsroom.ports.store.has(each.sha256) for each in clip.renditions)
    told = [data["percent"] for topic, data in newsroom.live.told if topic == f"asset:{ordered}"]
    assert told == sorted(told)
    assert told[-1] == 100
    with newsroom.database.unit(write=False) as session:
        assert audit.history(session, clip)[0].action == "make_clip"


def test_a_second_ring_makes_nothing_more(
    newsroom: Newsroom, ordered: str, small: list[Sequence[Path]]
) -> None:
    first = _make(newsroom, ordered)
    second = _make(newsroom, ordered)
    assert (first.sha256, first.version) == (second.sha256, second.version)
    assert len(small) == 1


def test_a_ring_for_what_is_no_clip_does_nothing(
    newsroom: Newsroom, enter: Enter, small: list[Sequence[Path]]
) -> None:
    assert _make(newsroom, enter()).making == Making.DONE
    jobs.make_clip(newsroom.database, newsroom.ports, 999_999)
    assert small == []


def test_two_workers_at_once_make_one_clip(
    newsroom: Newsroom, ordered: str, small: list[Sequence[Path]]
) -> None:
    asset_id, together = _id(newsroom, ordered), Barrier(2)

    def work() -> None:
        together.wait(10)
        jobs.make_clip(newsroom.database, newsroom.ports, asset_id)

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert len(small) == 1
    assert _make(newsroom, ordered).making == Making.DONE


def _raise(error: Exception, *_: Any, **__: Any) -> Any:
    raise error


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Refused("broken"), jobs.UNREADABLE),
        (Absent("0" * 64), jobs.MISSING),
        (EncodingFailed("no space left on device"), jobs.BROKE_OFF),
        (OSError(28, "no space left on device"), jobs.BROKE_OFF),
    ],
)
def test_a_failure_is_seen_with_a_sentence_and_can_be_tried_again(
    newsroom: Newsroom,
    ordered: str,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    sentence: str,
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(clips, "make_clip", partial(_raise, error))
        clip = _make(newsroom, ordered)
    assert (clip.making, clip.failure) == (Making.FAILED, sentence)
    with newsroom.database.unit() as session:
        service.make_again(session, newsroom.editor, queries.the_asset(session, ordered))
    assert newsroom.bell.rung[-1] == ("clip", clip.id)
    _shrink(monkeypatch)
    assert _make(newsroom, ordered).making == Making.DONE


def _shrink(monkeypatch: pytest.MonkeyPatch) -> None:
    less = partial(_MAKE, size=(90, 160), seconds_per_picture=0.2)
    monkeypatch.setattr(clips, "make_clip", less)


def test_a_picture_that_is_gone_from_the_store_is_told(newsroom: Newsroom, ordered: str) -> None:
    with newsroom.database.unit(write=False) as session:
        sources = queries.derived_from(session, queries.the_asset(session, ordered))
    newsroom.ports.store.delete(sources[0].sha256)
    assert _make(newsroom, ordered).failure == jobs.MISSING


class _Killed(BaseException):
    """The process ends here: nothing after it runs."""


def _die_in_the_middle(newsroom: Newsroom, uid: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as dying, pytest.raises(_Killed):
        dying.setattr(clips, "make_clip", _killed)
        jobs.make_clip(newsroom.database, newsroom.ports, _id(newsroom, uid))


def _killed(*_: Any, **__: Any) -> Any:
    raise _Killed


def test_a_clip_left_by_a_dead_worker_is_taken_up_when_its_lease_is_over(
    newsroom: Newsroom,
    ordered: str,
    small: list[Sequence[Path]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _die_in_the_middle(newsroom, ordered, monkeypatch)
    assert _make(newsroom, ordered).making == Making.MAKING
    assert jobs.ring_for_waiting(newsroom.database, newsroom.ports) == 0
    newsroom.database.info["shift"] = LEASE + timedelta(seconds=5)
    assert jobs.ring_for_waiting(newsroom.database, newsroom.ports) == 1
    assert newsroom.bell.rung[-1] == ("clip", _id(newsroom, ordered))
    assert _make(newsroom, ordered).making == Making.DONE
    assert jobs.ring_for_waiting(newsroom.database, newsroom.ports) == 0


def test_a_clip_that_kills_every_worker_has_failed(
    newsroom: Newsroom, ordered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for attempt in range(MOST_ATTEMPTS):
        newsroom.database.info["shift"] = (LEASE + timedelta(seconds=5)) * attempt
        _die_in_the_middle(newsroom, ordered, monkeypatch)
    newsroom.database.info["shift"] = (LEASE + timedelta(seconds=5)) * MOST_ATTEMPTS
    clip = _make(newsroom, ordered)
    assert (clip.making, clip.failure) == (Making.FAILED, making.INTERRUPTED)


def test_whoever_describes_a_clip_while_it_is_made_keeps_their_words(
    newsroom: Newsroom, ordered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def describing(*given: Any, **how: Any) -> clips.Clip:
        with newsroom.database.unit() as session:
            asset = queries.the_asset(session, ordered)
            service.describe(session, newsroom.editor, asset, asset.version, caption="现场")
        return _MAKE(*given, size=(90, 160), seconds_per_picture=0.2, **how)

    monkeypatch.setattr(clips, "make_clip", describing)
    clip = _make(newsroom, ordered)
    assert (clip.making, clip.caption) == (Making.DONE, "现场")


def test_an_end_that_meets_an_edit_is_written_again(
    newsroom: Newsroom, ordered: str, small: list[Sequence[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    finish: Callable[..., None] = making.finish
    met = []

    def meeting(session: Any, clip: MediaAsset, film: making.Film) -> None:
        if not met:
            met.append(clip.uid)
            raise StaleDataError
        finish(session, clip, film)

    monkeypatch.setattr(making, "finish", meeting)
    assert _make(newsroom, ordered).making == Making.DONE
    assert met == [ordered]


def test_every_sentence_about_making_has_its_words() -> None:
    assert set(labels.MAKING) == set(Making) - {Making.DONE}
