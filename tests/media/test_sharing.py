"""Share links as a stranger meets them: what they show, what they never do, how they end."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageChops
from sqlalchemy import select

from assets.store import StoreUnavailable
from kitchen.core import audit
from kitchen.core.errors import Forbidden, Invalid, WrongState
from kitchen.media import (
    queries,
    rights,
    sealing,
    service,
    shaping_jobs,
    sharing,
    watermarks,
)
from kitchen.media.models import MediaAsset
from kitchen.media.rules import FILM, Rights
from kitchen.media.share_models import MediaShare
from tests.fixtures.newsroom import Door, Newsroom
from tests.media.conftest import Enter, Share


@pytest.fixture
def stand_still(newsroom: Newsroom) -> Iterator[Callable[[datetime], None]]:
    def stood(at: datetime) -> None:
        newsroom.database.info["now"] = at

    yield stood
    newsroom.database.info.pop("now", None)


def _the_link(newsroom: Newsroom) -> MediaShare:
    with newsroom.database.unit(write=False) as session:
        return session.scalars(select(MediaShare)).one()


def _fetch(stranger: FlaskClient, url: str) -> Any:
    return stranger.get(url, buffered=True)


def test_a_stranger_sees_what_the_link_names_and_leaves_a_number(
    newsroom: Newsroom, enter: Enter, share: Share, stranger: FlaskClient
) -> None:
    uid, other = enter(width=240, title="大桥", caption="大桥合龙"), enter(width=250)
    path = share(uid)
    page = stranger.get(path)
    assert page.status_code == 200
    assert "大桥合龙" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in page.headers
    picture = _fetch(stranger, f"{path}/{uid}/preview")
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    assert picture.headers["Cache-Control"] == "no-store"
    assert _fetch(stranger, f"{path}/{other}/preview").status_code == 404
    stranger.get(path)
    link = _the_link(newsroom)
    assert (link.views, link.downloads) == (2, 0)
    assert link.opened_at is not None


def test_the_address_is_nowhere_in_the_database(
    newsroom: Newsroom, enter: Enter, share: Share
) -> None:
    token = share(enter()).removeprefix("/shared/")
    link = _the_link(newsroom)
    assert len(token) >= 32
    assert token not in str(vars(link))
    with newsroom.database.unit(write=False) as session:
        asset = link.asset_id
        entries = audit.history(session, queries.page_of_assets(session).items[0])
        assert asset is not None
        assert token not in str([vars(entry) for entry in entries])


@pytest.mark.parametrize("preset", ["original", "body", "wechat_cover", "nonsense"])
def test_no_link_serves_the_original_or_what_was_not_offered(
    enter: Enter, share: Share, stranger: FlaskClient, preset: str
) -> None:
    uid = enter()
    path = share(uid, may_download=True)
    assert _fetch(stranger, f"{path}/{uid}/{preset}").status_code == 404


def test_a_download_is_clean_counted_and_only_where_it_was_allowed(
    newsroom: Newsroom, enter: Enter, share: Share, stranger: FlaskClient
) -> None:
    uid = enter()
    seen_only = share(uid)
    assert _fetch(stranger, f"{seen_only}/{uid}/download").status_code == 404
    assert "download" not in stranger.get(seen_only).text
    path = share(uid, may_download=True)
    answer = _fetch(stranger, f"{path}/{uid}/download")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with newsroom.database.unit(write=False) as session:
        asset = queries.the_asset(session, uid)
        counts = [link.downloads for link in sharing.shares_of(session, asset)]
        (original,) = [asset.sha256]
    assert counts == [1, 0]
    assert answer.headers["ETag"].strip('"') != original


def test_a_link_ends_by_its_day_and_by_being_revoked(
    newsroom: Newsroom,
    enter: Enter,
    share: Share,
    stranger: FlaskClient,
    shift: Callable[[timedelta], None],
) -> None:
    uid = enter()
    path = share(uid, days=2)
    shift(timedelta(days=1, hours=23))
    assert stranger.get(path).status_code == 200
    shift(timedelta(days=2, seconds=1))
    gone = stranger.get(path)
    assert gone.status_code == 404
    assert "已过期或已收回" in gone.text
    assert _fetch(stranger, f"{path}/{uid}/preview").status_code == 404
    shift(timedelta())
    other = share(uid)
    assert stranger.get(other).status_code == 200
    with newsroom.database.unit() as session:
        links = sharing.shares_of(session, queries.the_asset(session, uid))
        sharing.revoke(session, newsroom.editor, links[0])
        sharing.revoke(session, newsroom.editor, links[0])
    assert stranger.get(other).status_code == 404
    assert _fetch(stranger, f"{other}/{uid}/preview").status_code == 404


@pytest.mark.parametrize(
    "path", ["/shared/", "/shared/x", "/shared/../assets", f"/shared/{'a' * 32}", "/shared/%00"]
)
def test_an_address_that_nobody_made_leads_nowhere(stranger: FlaskClient, path: str) -> None:
    assert stranger.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/assets", "/collections", "/shares/x/revoke"])
def test_the_desk_is_not_there(stranger: FlaskClient, path: str) -> None:
    assert stranger.get(path).status_code == 404


def test_a_link_shows_no_more_what_is_withdrawn_or_over(
    newsroom: Newsroom,
    enter: Enter,
    share: Share,
    stranger: FlaskClient,
    shift: Callable[[timedelta], None],
) -> None:
    stays, goes = enter(width=240, caption="留下的"), enter(width=250, caption="撤下的")
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, stays)
        until = asset.created_at.date() + timedelta(days=3)
    ends = enter(width=260, caption="到期的", rights_until=until)
    path = share(stays, goes, ends)
    with newsroom.database.unit() as session:
        rights.withdraw(session, newsroom.chief, queries.the_asset(session, goes), "当事人要求")
    page = stranger.get(path).text
    assert "留下的" in page
    assert "到期的" in page
    assert "撤下的" not in page
    assert "另有 1 件现在不能显示" in page
    assert _fetch(stranger, f"{path}/{goes}/preview").status_code == 404
    shift(timedelta(days=5))
    assert "另有 2 件" in stranger.get(path).text
    assert _fetch(stranger, f"{path}/{ends}/preview").status_code == 404
    assert _fetch(stranger, f"{path}/{stays}/preview").status_code == 200


def test_a_link_is_opened_so_often_in_a_minute_and_no_more(
    newsroom: Newsroom,
    enter: Enter,
    share: Share,
    stranger: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    stand_still: Callable[[datetime], None],
) -> None:
    monkeypatch.setattr(sharing, "MINUTE_AT_MOST", 3)
    path, other = share(enter(width=240)), share(enter(width=250))
    now = datetime.now(UTC).replace(second=0)
    stand_still(now)
    answers = [stranger.get(path) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert stranger.get(other).status_code == 200
    stand_still(now + timedelta(minutes=1))
    assert stranger.get(path).status_code == 200


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("editor", True),
        ("operator", True),
        ("duty", True),
        ("chief", True),
        ("reporter", False),
        ("inspector", False),
        ("stringer", False),
        ("town_editor", False),
        ("admin", False),
    ],
)
def test_who_may_share(newsroom: Newsroom, enter: Enter, share: Share, who: str, may: bool) -> None:
    uid = enter()
    if may:
        assert share(uid, who=who)
        return
    with pytest.raises(Forbidden):
        share(uid, who=who)


@pytest.mark.parametrize("days", [0, -1, sharing.DAYS_AT_MOST + 1])
def test_a_link_without_end_is_not_made(enter: Enter, share: Share, days: int) -> None:
    with pytest.raises(Invalid) as refused:
        share(enter(), days=days)
    assert set(refused.value.fields) == {"days"}


def test_what_may_not_be_shown_is_not_shared(enter: Enter, share: Share) -> None:
    with pytest.raises(WrongState):
        share(enter(rights=Rights.UNKNOWN))


def test_what_belongs_to_a_tip_is_in_no_link(
    newsroom: Newsroom, enter: Enter, share: Share, stranger: FlaskClient
) -> None:
    open_to_all, of_a_source = enter(width=240), enter(width=250)
    path = share(open_to_all, of_a_source)
    with newsroom.database.unit() as session:
        sealing.want(session, newsroom.chief, queries.the_asset(session, of_a_source))
    assert "另有 1 件现在不能显示" in stranger.get(path).text
    assert _fetch(stranger, f"{path}/{of_a_source}/preview").status_code == 404
    with pytest.raises(WrongState):
        share(of_a_source)


def test_a_link_is_revoked_by_whoever_made_it_or_may_share_there(
    newsroom: Newsroom, enter: Enter, share: Share
) -> None:
    uid = enter()
    share(uid)
    for who in ("reporter", "town_editor"):
        with pytest.raises(Forbidden), newsroom.database.unit() as session:
            (link,) = sharing.shares_of(session, queries.the_asset(session, uid))
            sharing.revoke(session, newsroom.actors[who], link)
    with newsroom.database.unit() as session:
        (link,) = sharing.shares_of(session, queries.the_asset(session, uid))
        sharing.revoke(session, newsroom.second_editor, link)
        assert link.revoked_at is not None


def _make_asked(newsroom: Newsroom) -> int:
    """Do what the workers were rung for; answers how many pictures that were."""
    rung = [number for bell, number in newsroom.bell.rung if bell == watermarks.BELL]
    newsroom.bell.rung.clear()
    for number in rung:
        watermarks.make(newsroom.database, newsroom.ports, number)
    return len(rung)


def test_a_link_with_a_watermark_shows_and_gives_nothing_without_it(
    newsroom: Newsroom, enter: Enter, share: Share, stranger: FlaskClient
) -> None:
    uid = enter(width=240)
    path = share(uid, watermark=True, may_download=True)
    before = stranger.get(path)
    assert "1 张正在加水印" in before.text
    assert "<img" not in before.text
    assert _fetch(stranger, f"{path}/{uid}/shared").status_code == 404
    assert _make_asked(newsroom) == 2  # by whoever made the link, and again by who opened it
    assert "正在加水印" not in stranger.get(path).text
    assert _make_asked(newsroom) == 0
    marked = _fetch(stranger, f"{path}/{uid}/shared")
    with newsroom.database.unit(write=False) as session:
        asset = queries.the_asset(session, uid)
        made = {each.preset: each for each in asset.renditions}
    assert marked.headers["ETag"].strip('"') == made["shared"].sha256
    clean = newsroom.ports.store.path(made["preview"].sha256)
    assert clean is not None
    assert clean.read_bytes() != marked.data
    difference = ImageChops.difference(Image.open(clean), Image.open(io.BytesIO(marked.data)))
    box = difference.point(lambda value: 255 * (value > 60)).getbbox()
    assert box is not None
    assert box[1] > made["shared"].height // 2  # the name stands at the foot
    for preset in ("thumb", "preview", "body", FILM, "original"):
        assert _fetch(stranger, f"{path}/{uid}/{preset}").status_code == 404
    kept = _fetch(stranger, f"{path}/{uid}/download")
    assert kept.data == marked.data
    plain = share(uid)
    assert _fetch(stranger, f"{plain}/{uid}/shared").status_code == 404


def test_a_watermark_is_made_once_and_goes_along_when_a_picture_is_labelled(
    newsroom: Newsroom, enter: Enter, share: Share
) -> None:
    uid = enter(width=240)
    share(uid, watermark=True)
    share(uid, watermark=True)
    assert _make_asked(newsroom) == 2
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        number, (first,) = asset.id, _marked(asset)
        service.describe(session, newsroom.reporter, asset, None, aigc=1)
    shaping_jobs.make_shapes(newsroom.database, newsroom.ports, number)
    with newsroom.database.unit(write=False) as session:
        (second,) = _marked(queries.the_asset(session, uid))
    assert second != first
    path = newsroom.ports.store.path(second)
    assert path is not None
    assert b"AIGC" in path.read_bytes()


def _marked(asset: MediaAsset) -> list[str]:
    return [each.sha256 for each in asset.renditions if each.preset == watermarks.PRESET]


def test_a_watermark_waits_for_a_store_that_is_away(
    newsroom: Newsroom, enter: Enter, share: Share, stranger: FlaskClient
) -> None:
    uid = enter()
    path = share(uid, watermark=True)

    def away(*_args: Any, **_more: Any) -> Any:
        raise StoreUnavailable("nobody there")

    with pytest.MonkeyPatch.context() as outage:
        outage.setattr(newsroom.ports.store, "put", away)
        assert _make_asked(newsroom) == 1
    assert "正在加水印" in stranger.get(path).text
    assert _make_asked(newsroom) == 1
    assert "正在加水印" not in stranger.get(path).text


def test_the_desk_tells_the_address_once(
    sign_in: Door, newsroom: Newsroom, enter: Enter, stranger: FlaskClient
) -> None:
    uid = enter(title="大桥")
    made = sign_in("editor").post_form(
        f"/assets/{uid}/shares", {"days": "3", "audience": "区教育局"}
    )
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    address = made.text.split('id="share-url">')[1].split("<")[0]
    assert address.startswith("http://127.0.0.1:8001/shared/")
    assert stranger.get(address.removeprefix("http://127.0.0.1:8001")).status_code == 200
    page = sign_in("editor").get(f"/assets/{uid}").text
    assert "区教育局" in page
    assert address not in page
    assert "打开 1 次" in page
    refused = sign_in("editor").post_form(f"/assets/{uid}/shares", {"days": "999"})
    assert (refused.status_code, "1 到 90 天" in refused.text) == (422, True)
    assert sign_in("reporter").post_form(f"/assets/{uid}/shares", {"days": "3"}).status_code == 403


def test_a_program_shares_and_revokes(sign_in: Door, enter: Enter, stranger: FlaskClient) -> None:
    editor, uid = sign_in("editor"), enter()
    made = editor.call("POST", f"/api/v1/assets/{uid}/shares", {"days": 1, "may_download": True})
    assert made.status_code == 201
    assert made.json["watermark"] is False
    path = made.json["url"].removeprefix("http://127.0.0.1:8001")
    assert stranger.get(path).status_code == 200
    assert editor.call("DELETE", f"/api/v1/shares/{made.json['uid']}").status_code == 204
    assert stranger.get(path).status_code == 404
