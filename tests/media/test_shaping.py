"""Pictures cut and marked by hand: made anew, the old bytes kept; pictures that look alike."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import create_engine, text

from assets import credentials, pictures
from assets.presets import ON_REQUEST, PRESETS, Box, Focus
from kitchen.core.access import Actor
from kitchen.core.errors import Forbidden, Invalid, Stale
from kitchen.media import provenance, queries, service, shaping, shaping_jobs
from kitchen.media.rules import Rights
from kitchen.media.shaping import Wish
from tests.assets.samples import encoded, photo, tell_tale
from tests.assets.signed import SIGNER, signed
from tests.fixtures.newsroom import Door, Newsroom
from tests.media.conftest import Enter, Receive

GREEN = Box(0.5, 0.0, 0.5, 0.5)


def _shaped(
    newsroom: Newsroom, uid: str, wish: Wish, seen: int = 0, by: Actor | None = None
) -> None:
    actor, database = by or newsroom.reporter, newsroom.database
    with database.unit() as session:
        plan = shaping.plan(session, actor, queries.the_asset(session, uid), wish)
    made = shaping.make(newsroom.ports.store, plan)
    with database.unit() as session:
        shaping.enter(session, actor, queries.the_asset(session, uid), plan, made, seen)


def _hashes(newsroom: Newsroom, uid: str) -> dict[str, str]:
    with newsroom.database.unit(write=False) as session:
        asset = queries.the_asset(session, uid)
        return {each.preset: each.sha256 for each in asset.renditions}


def _bytes(newsroom: Newsroom, sha256: str) -> bytes:
    with newsroom.ports.store.open(sha256) as stream:
        return stream.read()


def test_a_cut_makes_new_bytes_and_keeps_the_old_under_their_hash(
    newsroom: Newsroom, enter: Enter
) -> None:
    uid = enter(width=600)
    before = _hashes(newsroom, uid)
    _shaped(newsroom, uid, Wish(crops={"body": GREEN}))
    after = _hashes(newsroom, uid)
    former = f"body@{before['body'][:8]}"
    assert {name for name in after if after[name] != before.get(name)} == {"body", former}
    assert after[former] == before["body"]
    assert _bytes(newsroom, before["body"])
    cut = Image.open(io.BytesIO(_bytes(newsroom, after["body"]))).convert("RGB")
    assert cut.size == (300, 80)
    pixel = cut.getpixel((150, 40))
    assert isinstance(pixel, tuple)
    assert pixel[1] > 90 > pixel[0]


def test_cut_to_and_fro_the_first_bytes_come_back(newsroom: Newsroom, enter: Enter) -> None:
    uid = enter(width=600)
    before = _hashes(newsroom, uid)
    for number in range(2):
        _shaped(newsroom, uid, Wish(crops={"body": GREEN}), seen=2 * number)
        _shaped(newsroom, uid, Wish(), seen=2 * number + 1)
    after = _hashes(newsroom, uid)
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + 2


def test_the_focal_point_moves_what_is_cut_by_itself(newsroom: Newsroom, enter: Enter) -> None:
    uid = enter(width=600)
    before = _hashes(newsroom, uid)
    _shaped(newsroom, uid, Wish(focus=Focus(0.0, 0.0)))
    after = _hashes(newsroom, uid)
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"wechat_cover", "square_cover", "landscape_cover"}


def test_a_shape_on_request_is_made_once_it_is_cut(newsroom: Newsroom, enter: Enter) -> None:
    uid = enter(width=600)
    assert set(_hashes(newsroom, uid)) == set(PRESETS)
    _shaped(newsroom, uid, Wish(crops={"xiaohongshu": Box(0.2, 0, 0.2, 1)}))
    assert set(_hashes(newsroom, uid)) == {*PRESETS, "xiaohongshu"}
    assert "xiaohongshu" in ON_REQUEST


@pytest.mark.parametrize(
    "box", [Box(0.6, 0, 0.5, 1), Box(0, -0.1, 1, 1), Box(0, 0, 0.01, 1), Box(0, 0.9, 1, 0.2)]
)
def test_a_cut_that_leaves_the_picture_is_refused(
    newsroom: Newsroom, enter: Enter, box: Box
) -> None:
    uid = enter()
    with pytest.raises(Invalid):
        _shaped(newsroom, uid, Wish(crops={"body": box}))
    with pytest.raises(Invalid):
        _shaped(newsroom, uid, Wish(crops={"preview": GREEN}))


def test_of_two_at_once_the_second_is_told(newsroom: Newsroom, enter: Enter) -> None:
    uid = enter()
    _shaped(newsroom, uid, Wish(crops={"body": GREEN}))
    before = _hashes(newsroom, uid)
    with pytest.raises(Stale):
        _shaped(newsroom, uid, Wish(), seen=0)
    assert _hashes(newsroom, uid) == before


def test_only_who_may_describe_it_may_cut_it(newsroom: Newsroom, enter: Enter) -> None:
    uid = enter()
    with pytest.raises(Forbidden):
        _shaped(newsroom, uid, Wish(crops={"body": GREEN}), by=newsroom.second_reporter)


def test_words_and_watermark_are_burnt_where_they_are_wanted(
    newsroom: Newsroom, receive: Receive
) -> None:
    taken = receive(tell_tale(), width=600)
    with newsroom.database.unit() as session:
        uid = service.catalogue(session, newsroom.reporter, taken).uid
    before = _hashes(newsroom, uid)
    _shaped(newsroom, uid, Wish(owned=frozenset({"weibo"})))
    owned = _hashes(newsroom, uid)
    assert {name for name in before if owned[name] != before[name]} == {"weibo"}
    _shaped(newsroom, uid, Wish(shown=True), seen=1)
    shown = _hashes(newsroom, uid)
    assert all(shown[name] != before[name] for name in before)


def _labels(newsroom: Newsroom, uid: str) -> set[str | None]:
    found = set()
    for name, sha256 in _hashes(newsroom, uid).items():
        path = newsroom.ports.store.path(sha256)
        assert path is not None
        if "@" not in name:
            told = pictures.inspect(path).metadata.aigc
            found.add(told["Label"] if told else None)
    return found


def test_what_the_desk_says_of_a_machines_hand_goes_into_every_shape(
    newsroom: Newsroom, enter: Enter
) -> None:
    uid = enter()
    assert _labels(newsroom, uid) == {None}
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        said = {**service.described(asset), "rights_until": None, "aigc": 2}
        service.describe(session, newsroom.reporter, asset, None, **said)
        asset_id = asset.id
    assert ("shape", asset_id) in newsroom.bell.rung
    assert shaping_jobs.ring_for_due(newsroom.database, newsroom.ports) == 1
    for _ in range(2):
        shaping_jobs.make_shapes(newsroom.database, newsroom.ports, asset_id)
    assert _labels(newsroom, uid) == {"2"}
    assert shaping_jobs.ring_for_due(newsroom.database, newsroom.ports) == 0


def _signers(newsroom: Newsroom, uid: str) -> set[tuple[str, str, bool] | None]:
    found: set[tuple[str, str, bool] | None] = set()
    for name, sha256 in _hashes(newsroom, uid).items():
        path = newsroom.ports.store.path(sha256)
        assert path is not None
        told = credentials.read(path, "image/jpeg")
        if "@" not in name:
            assert path.stat().st_size <= PRESETS[name].max_bytes
            found.add((told.state, told.signer, told.generated) if told else None)
    return found


def test_anothers_credentials_are_not_passed_on(newsroom: Newsroom, receive: Receive) -> None:
    """The signer of a file that somebody gave us may be who gave it."""
    taken = receive(signed(encoded(photo(600, 400))))
    with newsroom.database.unit() as session:
        given = service.catalogue(session, newsroom.reporter, taken, rights=Rights.SUPPLIED)
        uid, asset_id = given.uid, given.id
    shaping_jobs.make_shapes(newsroom.database, newsroom.ports, asset_id)
    assert _signers(newsroom, uid) == {None}


def test_credentials_are_read_told_and_passed_on_in_our_name(
    newsroom: Newsroom, receive: Receive, sign_in: Door
) -> None:
    taken = receive(signed(encoded(photo(600, 400)), machine=True))
    with newsroom.database.unit() as session:
        asset = service.catalogue(session, newsroom.reporter, taken)
        uid = asset.uid
        assert (asset.aigc, asset.aigc_in_file, asset.rights) == (1, 1, "own")
        asset_id = asset.id
        found = provenance.credentials_of(session, asset)
        assert found is not None
        assert found.signer == SIGNER
    assert _labels(newsroom, uid) == {"1"}
    assert _signers(newsroom, uid) == {None}
    shaping_jobs.make_shapes(newsroom.database, newsroom.ports, asset_id)
    assert _signers(newsroom, uid) == {("valid", "青禾区融媒体中心", True)}
    assert _labels(newsroom, uid) == {"1"}
    assert SIGNER.encode() in _bytes(newsroom, taken.sha256)
    page = sign_in("editor").get(f"/assets/{uid}/shapes").text
    assert f"由“{SIGNER}”签名，签名后没有改动过" in page


def test_the_page_works_by_numbers_alone(newsroom: Newsroom, enter: Enter, sign_in: Door) -> None:
    uid = enter(width=600)
    reporter = sign_in("reporter")
    page = reporter.get(f"/assets/{uid}/shapes?shape=body").text
    assert 'name="left"' in page
    given: dict[str, Any] = {"shape": "body", "cut": "1", "version": "0"}
    edges = {"left": "50", "top": "0", "width": "50", "height": "50"}
    points = {"focus_x": "40", "focus_y": "60"}
    done = reporter.post_form(f"/assets/{uid}/shapes", {**given, **edges, **points})
    assert done.status_code == 302
    assert f"body@{_hashes(newsroom, uid)['body'][:8]}" not in _hashes(newsroom, uid)
    assert any(name.startswith("body@") for name in _hashes(newsroom, uid))
    page = reporter.get(done.headers["Location"]).text
    assert 'name="left" type="number" value="50"' in page
    stale = reporter.post_form(f"/assets/{uid}/shapes", {**given, **edges, **points})
    assert stale.status_code == 409
    over = {**given, **edges, **points, "left": "80", "version": "1"}
    refused = reporter.post_form(f"/assets/{uid}/shapes", over)
    assert refused.status_code == 422
    assert 'value="80"' in refused.text
    assert "裁剪框超出了图片" in refused.text
    other = sign_in("second_reporter")
    assert "不能由你裁剪" in other.get(f"/assets/{uid}/shapes").text
    assert other.post_form(f"/assets/{uid}/shapes", {**given, **edges}).status_code == 403


def _scene(seed: int) -> Image.Image:
    grain = Image.effect_mandelbrot((90, 60), (-2.0 + seed / 9, -1.5, 1.0, 1.5), 90)
    return grain.convert("RGB").resize((600, 400))


def test_pictures_that_look_alike_are_shown_together(
    newsroom: Newsroom, receive: Receive, sign_in: Door
) -> None:
    files = [
        encoded(_scene(0), quality=95),
        encoded(_scene(0).resize((300, 200)), quality=60),
        encoded(_scene(0), "WEBP", quality=70),
        encoded(_scene(9)),
    ]
    taken = [receive(data, f"{number}.jpg") for number, data in enumerate(files)]
    with newsroom.database.unit() as session:
        assets = [service.catalogue(session, newsroom.reporter, each) for each in taken]
        uids = [asset.uid for asset in assets]
        found = provenance.similar(session, assets[0])
        assert {asset.uid for asset in found} == {uids[1], uids[2]}
    page = sign_in("editor").get(f"/assets/{uids[1]}/similar").text
    assert uids[0] in page
    assert uids[3] not in page


def test_likenesses_are_found_by_their_indexes(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    query = provenance.near(12345).compile(engine, compile_kwargs={"literal_binds": True})
    with engine.connect() as link:
        steps = [str(row) for row in link.execute(text(f"EXPLAIN QUERY PLAN {query}"))]
    engine.dispose()
    used = " ".join(steps)
    assert all(f"ix_media_likeness_band_{number}" in used for number in range(4))
    assert "SCAN media_likeness" not in used
