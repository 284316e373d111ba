"""The catalogue: once per bytes, described by few, used by many; the unhappy ways included."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

import pytest

from kitchen.core import audit, bus
from kitchen.core.errors import Forbidden, Invalid, NotFound, Stale, WrongState
from kitchen.leads import service as leads
from kitchen.leads.models import Lead
from kitchen.media import outgoing, queries, service
from kitchen.media.events import AssetCatalogued
from kitchen.media.rules import FILM, Kind, Making, Rights
from tests.fixtures.newsroom import Newsroom
from tests.media.conftest import Enter, Receive


def _lead(newsroom: Newsroom, title: str = "早市开张") -> str:
    with newsroom.database.unit() as session:
        return leads.report(session, newsroom.reporter, title=title, body="桥头早市开张。").uid


def _the_lead(session: object, uid: str) -> Lead:
    return session.query(Lead).filter_by(uid=uid).one()  # type: ignore[attr-defined]


def test_what_was_taken_in_is_catalogued_and_told_of(newsroom: Newsroom, receive: Receive) -> None:
    taken = receive()
    with newsroom.database.unit() as session:
        asset = service.catalogue(session, newsroom.reporter, taken, title="大桥合龙")
        assert bus.emitted(session) == [AssetCatalogued(asset.id)]
        uid = asset.uid
    with newsroom.database.unit(write=False) as session:
        asset = queries.the_asset(session, uid)
        assert (asset.name, asset.sha256, asset.making) == ("大桥合龙", taken.sha256, Making.DONE)
        assert asset.unit_id == newsroom.reporter.unit_id
        assert [entry.action for entry in audit.history(session, asset)] == ["catalogue_asset"]
    assert newsroom.live.told == [("assets", {})]


def test_the_same_bytes_are_entered_once(newsroom: Newsroom, receive: Receive) -> None:
    first, second = receive(name="甲.jpg"), receive(name="乙.jpg")
    with newsroom.database.unit() as session:
        one = service.catalogue(session, newsroom.reporter, first, title="甲")
        two = service.catalogue(session, newsroom.second_reporter, second, title="乙")
        assert one is two
        assert (two.title, two.uploaded_by_id) == ("甲", newsroom.reporter.id)


def test_two_who_enter_the_same_bytes_at_once_share_one_entry(
    newsroom: Newsroom, receive: Receive
) -> None:
    taken, together, uids = receive(), Barrier(2), []

    def enter() -> None:
        together.wait(10)
        with newsroom.database.unit() as session:
            uids.append(service.catalogue(session, newsroom.reporter, taken).uid)

    threads = [Thread(target=enter) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(uids) == 2
    assert len(set(uids)) == 1


def test_an_early_entry_is_given_the_shapes_that_came_later(
    newsroom: Newsroom, receive: Receive
) -> None:
    taken = receive()
    with newsroom.database.unit() as session:
        asset = service.catalogue(session, newsroom.reporter, taken)
        asset.renditions = [each for each in asset.renditions if each.preset != "weibo"]
    with newsroom.database.unit() as session:
        asset = service.catalogue(session, newsroom.reporter, taken)
        presets = [each.preset for each in asset.renditions]
        assert "weibo" in presets
        assert len(presets) == len(set(presets))


def test_whoever_may_not_upload_enters_nothing(newsroom: Newsroom, receive: Receive) -> None:
    taken = receive()
    with newsroom.database.unit() as session, pytest.raises(Forbidden):
        service.catalogue(session, newsroom.admin, taken)


def test_a_description_is_changed_and_the_change_recorded(newsroom: Newsroom, enter: Enter) -> None:
    uid = enter()
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        service.describe(
            session,
            newsroom.editor,
            asset,
            asset.version,
            rights=Rights.LICENSED,
            rights_until=date(2026, 12, 31),
        )
    with newsroom.database.unit(write=False) as session:
        entry = audit.history(session, queries.the_asset(session, uid))[0]
        assert entry.action == "describe_asset"
        assert entry.before == {"rights": "own", "rights_until": None}
        assert entry.after == {"rights": "licensed", "rights_until": "2026-12-31"}


def test_a_change_that_changes_nothing_leaves_no_record(newsroom: Newsroom, enter: Enter) -> None:
    uid = enter(title="桥")
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        service.describe(session, newsroom.editor, asset, asset.version, title="桥")
    with newsroom.database.unit(write=False) as session:
        asset = queries.the_asset(session, uid)
        assert (asset.version, len(audit.history(session, asset))) == (1, 1)


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("reporter", True),
        ("editor", True),
        ("second_reporter", False),
        ("town_editor", False),
    ],
)
def test_who_brought_it_and_who_minds_its_unit_may_describe_it(
    newsroom: Newsroom, enter: Enter, role: str, allowed: bool
) -> None:
    uid = enter()
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        if allowed:
            service.describe(session, newsroom.actors[role], asset, None, title="新标题")
            assert asset.title == "新标题"
        else:
            with pytest.raises(Forbidden):
                service.describe(session, newsroom.actors[role], asset, None, title="新标题")


def test_the_second_of_two_editors_is_told_of_the_first(newsroom: Newsroom, enter: Enter) -> None:
    uid = enter(title="桥")
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        service.describe(session, newsroom.editor, asset, 1, title="大桥合龙")
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        with pytest.raises(Stale) as refused:
            service.describe(session, newsroom.second_editor, asset, 1, title="桥通车")
    assert refused.value.theirs["title"] == "大桥合龙"
    assert refused.value.params["version"] == 2


def test_a_label_that_the_file_carries_cannot_be_taken_off(
    newsroom: Newsroom, enter: Enter
) -> None:
    uid = enter()
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        asset.aigc = asset.aigc_in_file = 1
        with pytest.raises(Invalid) as refused:
            service.describe(session, newsroom.editor, asset, None, aigc=0)
        assert set(refused.value.fields) == {"aigc"}
        service.describe(session, newsroom.editor, asset, None, aigc=2)
        assert asset.aigc == 2


def test_an_original_is_taken_out_by_few_and_each_time_is_recorded(
    newsroom: Newsroom, enter: Enter
) -> None:
    uid = enter()
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        with pytest.raises(Forbidden):
            service.take_original(session, newsroom.reporter, asset)
        assert service.take_original(session, newsroom.chief, asset) == asset.sha256
    with newsroom.database.unit(write=False) as session:
        entry = audit.history(session, queries.the_asset(session, uid))[0]
        assert (entry.action, entry.actor_uid) == ("take_original", newsroom.chief.uid)


def test_what_a_lead_shows_comes_in_its_order_and_is_listed(
    newsroom: Newsroom, enter: Enter
) -> None:
    uids = [enter(width=width) for width in (240, 250, 260)]
    lead_uid = _lead(newsroom)
    with newsroom.database.unit() as session:
        lead = _the_lead(session, lead_uid)
        found = queries.assets_by_uid(session, uids)
        for place, uid in enumerate(reversed(uids)):
            service.use(session, newsroom.reporter, found[uid], lead, "picture", place)
        service.use(session, newsroom.reporter, found[uids[0]], lead, "picture", 9)
    with newsroom.database.unit() as session:
        lead = _the_lead(session, lead_uid)
        shown = queries.of_subject(session, lead, "picture")
        assert [asset.uid for asset in shown] == list(reversed(uids))
        assert queries.of_subject(session, lead, "cover") == []
        (use,) = queries.used_in(session, shown[0])
        assert (use.subject_type, use.subject_uid, use.title) == ("lead", lead_uid, "早市开张")
        service.stop_using(session, newsroom.reporter, shown[0], lead, "picture")
        assert len(queries.of_subject(session, lead)) == 2


def test_a_channel_gets_a_rendition_and_never_the_original(
    newsroom: Newsroom, enter: Enter
) -> None:
    uid = enter(caption="桥头早市")
    with newsroom.database.unit(write=False) as session:
        asset = queries.the_asset(session, uid)
        medium = outgoing.as_media(asset, "body")
        assert medium.sha256 != asset.sha256
        assert (medium.mime, medium.caption, medium.width) == ("image/jpeg", "桥头早市", 240)
        assert outgoing.as_media(asset, "body", "另一句").caption == "另一句"
        with pytest.raises(WrongState):
            outgoing.as_media(asset, "original")
        with pytest.raises(WrongState):
            outgoing.as_media(asset, FILM)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 3),
        ({"kind": Kind.PICTURE}, 3),
        ({"kind": Kind.VIDEO}, 0),
        ({"rights": Rights.UNKNOWN}, 1),
        ({"q": "早市"}, 2),
        ({"q": "测试记者"}, 1),
        ({"q": "100%"}, 0),
        ({"q": "早市", "rights": Rights.OWN}, 1),
    ],
)
def test_the_grid_is_narrowed(
    newsroom: Newsroom, enter: Enter, asked: dict[str, str], found: int
) -> None:
    enter(width=240, title="早市开张")
    enter(width=250, caption="早市里的豆腐", rights=Rights.UNKNOWN)
    enter(width=260, title="大桥合龙", credit="测试记者")
    with newsroom.database.unit(write=False) as session:
        assert len(queries.page_of_assets(session, **asked).items) == found


def test_an_asset_that_is_not_there_is_not_found(newsroom: Newsroom) -> None:
    with newsroom.database.unit(write=False) as session:
        with pytest.raises(NotFound):
            queries.the_asset(session, "nothing")
        with pytest.raises(NotFound):
            queries.rendition(session, "nothing", "thumb")


def _clip(
    newsroom: Newsroom, uids: list[str], title: str = "早市", captions: tuple[str, ...] = ("一",)
) -> str:
    with newsroom.database.unit() as session:
        found = queries.assets_by_uid(session, uids)
        pictures = [found[uid] for uid in uids]
        return service.request_clip(session, newsroom.editor, pictures, title, captions).uid


def test_a_clip_is_asked_for_once_and_the_bell_rings_after_the_commit(
    newsroom: Newsroom, enter: Enter
) -> None:
    uids = [enter(width=240, rights=Rights.OWN), enter(width=250, rights=Rights.SUPPLIED)]
    first, second, other = _clip(newsroom, uids), _clip(newsroom, uids), _clip(newsroom, uids[:1])
    assert first == second != other
    with newsroom.database.unit(write=False) as session:
        clip = queries.the_asset(session, first)
        assert (clip.kind, clip.making, clip.derived_from) == (Kind.VIDEO, Making.QUEUED, uids)
        assert clip.rights == Rights.SUPPLIED
        assert [name for name, _ in newsroom.bell.rung] == ["clip", "clip"]
        assert newsroom.bell.rung[0] == ("clip", clip.id)
        with pytest.raises(WrongState):
            outgoing.as_media(clip, "original")


def test_a_clip_that_is_undone_rings_nobody(newsroom: Newsroom, enter: Enter) -> None:
    uid = enter()

    def undone() -> None:
        with newsroom.database.unit() as session:
            picture = queries.the_asset(session, uid)
            service.request_clip(session, newsroom.editor, [picture], "早市")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        undone()
    assert newsroom.bell.rung == []


@pytest.mark.parametrize("of", [0, 1], ids=["nothing", "another film"])
def test_a_clip_of_nothing_or_of_films_is_refused(
    newsroom: Newsroom, enter: Enter, of: int
) -> None:
    clip = _clip(newsroom, [enter()])
    with newsroom.database.unit() as session:
        given = [queries.the_asset(session, clip)][:of]
        with pytest.raises(Invalid) as refused:
            service.request_clip(session, newsroom.editor, given, "早市")
        assert set(refused.value.fields) == {"pictures"}


def test_only_a_clip_that_failed_is_made_again(newsroom: Newsroom, enter: Enter) -> None:
    picture = enter()
    clip = _clip(newsroom, [picture])
    with newsroom.database.unit() as session:
        for uid in (picture, clip):
            with pytest.raises(WrongState):
                service.make_again(session, newsroom.editor, queries.the_asset(session, uid))
        failed = queries.the_asset(session, clip)
        failed.making, failed.failure = Making.FAILED, "为什么"
        service.make_again(session, newsroom.editor, failed)
        assert (failed.making, failed.failure) == (Making.QUEUED, "")
    assert len(newsroom.bell.rung) == 2
