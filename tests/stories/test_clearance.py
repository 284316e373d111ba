"""What a story shows, by channel and day: stopped at submission, noted when it is frozen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assets.film_presets import Fit
from kitchen.core import clock
from kitchen.core.errors import Invalid
from kitchen.matrix.queries import the_account
from kitchen.media import queries as media
from kitchen.media import rights
from kitchen.media.filming import service as filming
from kitchen.media.filming.models import FilmWork
from kitchen.media.models import MediaAsset, Rendition
from kitchen.media.rules import FILM, Kind, Rights
from kitchen.stories import editions, queries, readiness, release, service
from kitchen.stories.master import material_of
from kitchen.stories.models import FrozenPost, FrozenPostAsset, Story
from kitchen.stories.release import Aim
from tests.fixtures.newsroom import Newsroom

Write = Callable[..., str]


def _licensed(session: Session, newsroom: Newsroom, story: Story, **said: Any) -> MediaAsset:
    """The story's picture gets a right of so much."""
    (asset,) = material_of(session, story).pictures
    wanted = {"basis": Rights.LICENSED, "holder": "通讯站", "channels": [], **said}
    rights.write(session, newsroom.editor, asset, None, None, wanted)
    return asset


def test_a_right_that_leaves_a_channel_out_stops_that_channel_alone(
    newsroom: Newsroom, write: Write
) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        _licensed(session, newsroom, story, channels=["outlet", "wechat"])
        with pytest.raises(Invalid) as refused:
            release.submit(session, newsroom.reporter, story)
        assert set(refused.value.fields) == {"weibo.rights"}
        told = str(refused.value.fields["weibo.rights"])
        assert "不能发到微博。授权不包括“微博”：请去掉这个渠道，或请通讯站扩大授权。" in told


def test_it_is_the_day_of_the_slot_that_counts(
    newsroom: Newsroom, write: Write, accounts: dict[str, str]
) -> None:
    uid = write(channels=("weibo",))
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        _licensed(session, newsroom, story, valid_until=clock.today(session))
        assert readiness.readiness(session, story).ready
        account = the_account(session, accounts["weibo"])
        slot = clock.now(session) + timedelta(days=1)
        release.set_targets(session, newsroom.reporter, story, [Aim(account, slot)])
        (problem,) = readiness.readiness(session, story).blocking
        assert (problem.code, problem.channel) == ("rights", "weibo")


def test_what_was_withdrawn_is_said_to_be_before_anything_else(
    newsroom: Newsroom, write: Write
) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        (asset,) = material_of(session, story).pictures
        rights.withdraw(session, newsroom.chief, asset, "当事人要求")
        with pytest.raises(Invalid) as refused:
            release.submit(session, newsroom.reporter, story)
        assert set(refused.value.fields) == {"story.picture_withdrawn"}


def test_every_frozen_post_knows_what_it_shows(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        (asset,) = material_of(session, story).pictures
        version = release.submit(session, newsroom.reporter, story)
        posts = session.scalars(select(FrozenPost.id).where(FrozenPost.version_id == version.id))
        rows = session.scalars(select(FrozenPostAsset)).all()
        shown = {(row.frozen_post_id, row.asset_id) for row in rows}
        assert shown == {(post, asset.id) for post in posts}


@pytest.fixture
def film(newsroom: Newsroom) -> str:
    """The uid of a film whose bare copy is there."""
    with newsroom.database.unit() as session:
        size = {"width": 1280, "height": 720}
        asset = MediaAsset(kind=Kind.VIDEO, sha256="f" * 64, seconds=30.0, title="合龙", **size)
        asset.mime, asset.size = "video/mp4", 1000
        asset.renditions = [
            Rendition(preset=name, sha256=mark * 64, mime=mime, size=1000, **size)
            for name, mark, mime in (
                (FILM, "1", "video/mp4"),
                *((it, "2", "image/jpeg") for it in ("portrait_cover", "image_set", "body")),
            )
        ]
        session.add(asset)
        session.flush()
        return asset.uid


def _works(session: Session) -> dict[str, dict[str, Any]]:
    return {work.preset: work.wishes for work in session.scalars(select(FilmWork))}


def test_several_new_editions_have_a_film_made_in_their_forms(
    newsroom: Newsroom, write: Write, film: str
) -> None:
    uid = write(channels=("kuaishou", "douyin"))
    with newsroom.database.unit() as session:
        story, asset = queries.the_story(session, uid), media.the_asset(session, film)
        service.attach(session, newsroom.reporter, story, asset)
        story.editions.clear()
        session.flush()
        made = editions.make_editions(session, newsroom.reporter, story)
        assert {each.channel for each in made} == {"kuaishou", "douyin"}
        assert set(_works(session)) >= {"film_kuaishou", "film_douyin"}


def test_an_edition_has_its_film_made_in_the_form_of_its_channel_and_sends_it_once_it_is_there(
    newsroom: Newsroom, write: Write, film: str
) -> None:
    uid = write(channels=("kuaishou", "douyin"))
    with newsroom.database.unit() as session:
        story, asset = queries.the_story(session, uid), media.the_asset(session, film)
        own = {"fit": Fit.CROP, "start": 5.0, "end": 20.0}
        filming.request_transcode(session, newsroom.editor, asset, "film_douyin", **own)
        service.attach(session, newsroom.reporter, story, asset)
        editions.make_editions(session, newsroom.reporter, story)
        works = _works(session)
        assert set(works) >= {"film_kuaishou", "film_douyin"}
        assert (works["film_douyin"]["fit"], works["film_douyin"]["end"]) == ("crop", 20.0)
        editions.make_editions(session, newsroom.reporter, story)
        assert _works(session) == works
        codes = {it.code: it.blocks for it in readiness.readiness(session, story).of("kuaishou")}
        assert codes["film_form_to_come"] is False
        edition = queries.the_edition(session, story, "kuaishou")
        (sent,) = editions.as_edition(edition, material_of(session, story)).media
        assert (sent.sha256, sent.seconds) == ("1" * 64, 30.0)
        made = {"mime": "video/mp4", "width": 1080, "height": 1920, "size": 9}
        asset.renditions.append(
            Rendition(preset="film_kuaishou", sha256="3" * 64, seconds=15.0, **made)
        )
        session.flush()
        (sent,) = editions.as_edition(edition, material_of(session, story)).media
        assert (sent.sha256, sent.seconds, sent.height) == ("3" * 64, 15.0, 1920)
        codes = {it.code for it in readiness.readiness(session, story).of("kuaishou")}
        assert "film_form_to_come" not in codes
