"""Originals of sources: sealed as they come, opened by few and on the record, of use still."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from assets.store import FolderStore
from kitchen import timetable
from kitchen.core import audit
from kitchen.core.db import Database
from kitchen.core.errors import Forbidden
from kitchen.leads import service as leads
from kitchen.leads.models import Lead
from kitchen.leads.rules import Source, is_protected
from kitchen.media import intake, outgoing, queries, sealing, service
from kitchen.media.models import MediaAsset
from kitchen.media.upkeep.collect import collect
from kitchen.media.upkeep.roots import SEALED
from kitchen.screens.roots import ROOTS
from tests.assets.samples import encoded, photo
from tests.fixtures.newsroom import Door, Newsroom, Visitor
from tests.media.test_intake import SECRET_PLACE, _telling_photo
from tests.media.test_tus import begin, path_of, send

PHOTO = encoded(photo(240, 160))
TIP = {"title": "桥头的坑", "body": "桥头有个大坑，没人管。"}


def lead_with(visitor: Visitor, data: bytes, name: str = "王师傅家.jpg", **fields: str) -> None:
    given = {**TIP, **fields, "pictures": (io.BytesIO(data), name)}
    answer = visitor.post_form("/leads/new", given, content_type="multipart/form-data")
    assert answer.status_code == 302


def the_asset(database: Database) -> MediaAsset:
    with database.unit(write=False) as session:
        uid = session.query(MediaAsset).one().uid
        return queries.the_asset(session, uid)


def stored(store: object) -> list[Path]:
    assert isinstance(store, FolderStore)
    return [path for path in store.root.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("source", "contact", "protected"),
    [
        ("reporter", "", False),
        ("reporter", "王师傅", True),
        ("public", "", True),
        ("hotline", "", True),
        ("petition", "", True),
        ("correspondent", " ", False),
        ("feed", "", False),
    ],
)
def test_whose_files_are_sealed(source: str, contact: str, protected: bool) -> None:
    assert is_protected(source, contact) is protected


def test_a_tips_picture_lies_open_in_clean_shapes_alone(sign_in: Door, newsroom: Newsroom) -> None:
    data = _telling_photo()
    lead_with(sign_in("reporter"), data, source="hotline")
    asset = the_asset(newsroom.database)
    ports = newsroom.ports
    assert not ports.store.has(asset.sha256)
    assert asset.renditions
    for path in stored(ports.store):
        assert SECRET_PLACE.encode() not in path.read_bytes()
    for path in stored(ports.sealed.kept):
        assert SECRET_PLACE.encode() not in path.read_bytes()
    assert (asset.filename, asset.caption, asset.credit) == ("file.jpg", "", "")
    assert asset.taken_at is None
    with ports.sealed.open(asset.sealed_as, asset.sha256) as original:
        assert original.read() == data


def test_a_reporters_own_picture_lies_open(sign_in: Door, newsroom: Newsroom) -> None:
    lead_with(sign_in("reporter"), PHOTO)
    asset = the_asset(newsroom.database)
    assert asset.sealed_as == ""
    assert newsroom.ports.store.has(asset.sha256)


def test_a_sealed_original_is_taken_by_those_who_may_know_the_source_and_noted(
    sign_in: Door, newsroom: Newsroom
) -> None:
    lead_with(sign_in("reporter"), PHOTO, contact="王师傅 13800000000")
    asset = the_asset(newsroom.database)
    url = f"/assets/{asset.uid}/original"
    for role in ("reporter", "chief", "committee", "operator"):  # the chief may take others
        assert sign_in(role).post_form(url).status_code == 403
    answer = sign_in("editor").post_form(url, buffered=True)
    assert (answer.status_code, answer.data) == (200, PHOTO)
    assert answer.headers["Cache-Control"] == "no-store"
    with newsroom.database.unit(write=False) as session:
        last = audit.history(session, asset)[0]
        assert (last.action, last.actor_name) == ("take_original", newsroom.editor.name)


def test_an_upload_that_belongs_to_a_tip_is_sealed(sign_in: Door, newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        lead = leads.report(session, newsroom.reporter, source=Source.PUBLIC, **TIP)
        about = f"lead:{lead.uid}"
    reporter = sign_in("reporter")
    path = path_of(begin(reporter, len(PHOTO), filename="王师傅家.jpg", about=about))
    assert send(reporter, path, 0, PHOTO).headers["Upload-Asset"]
    asset = the_asset(newsroom.database)
    assert asset.sealed_as
    assert asset.filename == "file.jpg"
    assert not newsroom.ports.store.has(asset.sha256)


def test_a_lead_that_nobody_knows_is_taken_for_a_tip(newsroom: Newsroom) -> None:
    ask = newsroom.database.info["protected"]["lead"]
    with newsroom.database.unit() as session:
        own = leads.report(session, newsroom.reporter, **TIP)
        told = leads.report(session, newsroom.reporter, contact="王师傅", **TIP)
        assert isinstance(own, Lead)
        found = [ask(session, uid) for uid in (own.uid, told.uid, "nobody")]
    assert found == [False, True, True]


def test_the_same_bytes_brought_again_stay_sealed(sign_in: Door, newsroom: Newsroom) -> None:
    lead_with(sign_in("reporter"), PHOTO, source="public")
    before = the_asset(newsroom.database).sealed_as
    taken = intake.receive(newsroom.ports.store, io.BytesIO(PHOTO), "同一张.jpg")
    with newsroom.database.unit() as session:
        asset = service.catalogue(session, newsroom.editor, taken)
        assert asset.sealed_as == before
        with pytest.raises(Forbidden):
            service.take_original(session, newsroom.chief, asset)


def test_more_can_be_made_of_a_sealed_picture_without_opening_it(
    sign_in: Door, newsroom: Newsroom
) -> None:
    lead_with(sign_in("reporter"), PHOTO, source="public")
    asset = the_asset(newsroom.database)
    assert outgoing.workable(asset) != asset.sha256
    assert newsroom.ports.store.has(outgoing.workable(asset))


def test_the_sealed_store_is_cleared_up_by_its_own_roots(sign_in: Door, newsroom: Newsroom) -> None:
    lead_with(sign_in("reporter"), PHOTO, source="public")
    kept, asset = newsroom.ports.sealed.kept, the_asset(newsroom.database)
    nobodys = newsroom.ports.sealed.put(io.BytesIO(PHOTO), asset.sha256).sha256
    for _ in range(2):
        collect(newsroom.database, SEALED, kept, ROOTS[SEALED], grace=-60.0)
    assert kept.has(asset.sealed_as)
    assert not kept.has(nobodys)


def test_a_sealed_file_that_was_changed_is_given_to_nobody(
    sign_in: Door, newsroom: Newsroom
) -> None:
    lead_with(sign_in("reporter"), PHOTO, source="public")
    (path,) = stored(newsroom.ports.sealed.kept)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    answer = sign_in("editor").post_form(f"/assets/{the_asset(newsroom.database).uid}/original")
    assert answer.status_code == 404
    assert "缺失或已损坏" in answer.text


def test_what_is_put_to_a_tip_later_is_sealed_by_a_worker(
    sign_in: Door, newsroom: Newsroom
) -> None:
    """First into the catalogue, then to the lead, as programs do it."""
    ports, database = newsroom.ports, newsroom.database
    taken = intake.receive(ports.store, io.BytesIO(PHOTO), "王师傅家.jpg")
    with database.unit() as session:
        asset = service.catalogue(session, newsroom.reporter, taken)
        lead = leads.report(session, newsroom.reporter, contact="王师傅", **TIP)
        leads.illustrate(session, newsroom.reporter, lead, asset)
        number = asset.id
    assert newsroom.bell.rung == [("seal", number)]
    url = f"/assets/{the_asset(database).uid}/original"
    assert sign_in("chief").post_form(url).status_code == 403  # from this moment
    sealing.ring_for_waiting(database)
    assert newsroom.bell.rung == [("seal", number)] * 2
    for _ in range(2):
        timetable.DOORBELLS["seal"](database, number)
    asset = the_asset(database)
    assert (asset.filename, asset.seal_wanted) == ("file.jpg", False)
    assert not ports.store.has(asset.sha256)
    assert sign_in("editor").post_form(url, buffered=True).data == PHOTO


def test_a_worker_that_dies_while_it_seals_leaves_the_original_somewhere(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports, database = newsroom.ports, newsroom.database
    taken = intake.receive(ports.store, io.BytesIO(PHOTO), "王师傅家.jpg")
    with database.unit() as session:
        asset = service.catalogue(session, newsroom.reporter, taken)
        leads.report(session, newsroom.reporter, contact="王师傅", pictures=[asset], **TIP)
        number = asset.id

    class Dead(BaseException):
        pass

    def dies(*_given: object) -> None:
        raise Dead

    monkeypatch.setattr(audit, "record", dies)
    with pytest.raises(Dead):
        sealing.seal(database, number)
    monkeypatch.undo()
    assert ports.store.has(taken.sha256)
    sealing.seal(database, number)
    assert not ports.store.has(taken.sha256)
    with ports.sealed.open(the_asset(database).sealed_as, taken.sha256) as original:
        assert original.read() == PHOTO
