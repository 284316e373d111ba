"""Pictures with a lead: shown in their order, and none that is refused costs the lead."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import ExifTags, Image

from kitchen.core.db import Database
from kitchen.leads.models import Lead
from kitchen.media import queries
from kitchen.media.models import MediaAsset
from kitchen.media.rules import Rights
from tests.assets.samples import SVG, encoded, photo
from tests.fixtures.newsroom import Door, Newsroom

LEAD = {"title": "青禾大道路口积水", "body": "暴雨后路口积水三十厘米，车辆绕行。"}


def _photo(width: int = 240) -> tuple[io.BytesIO, str]:
    return io.BytesIO(encoded(photo(width, 160))), f"{width}.jpg"


def _report(sign_in: Door, *files: tuple[io.BytesIO, str], **more: Any) -> Any:
    return sign_in("reporter").post_form("/leads/new", {**LEAD, "pictures": list(files), **more})


def _count(database: Database, model: type) -> int:
    with database.unit(write=False) as session:
        return session.query(model).count()


def test_a_lead_is_filed_with_its_pictures_in_order(sign_in: Door, newsroom: Newsroom) -> None:
    answer = _report(sign_in, _photo(240), _photo(260), shot=_photo(280))
    assert answer.status_code == 302
    uid = answer.headers["Location"].rpartition("/")[2]
    with newsroom.database.unit(write=False) as session:
        lead = session.query(Lead).filter_by(uid=uid).one()
        shown = queries.of_subject(session, lead, "picture")
        assert [asset.filename for asset in shown] == ["280.jpg", "240.jpg", "260.jpg"]
    page = sign_in("editor").get(answer.headers["Location"]).text
    assert all(f"/media/{asset.uid}/thumb" in page for asset in shown)


@pytest.mark.parametrize(
    ("source", "credit", "rights"),
    [("reporter", "Zhang San", Rights.OWN), ("hotline", "", Rights.SUPPLIED)],
)
def test_a_picture_from_outside_does_not_tell_who_took_it(
    sign_in: Door, newsroom: Newsroom, source: str, credit: str, rights: Rights
) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Zhang San"
    signed = io.BytesIO(encoded(photo(240, 160), exif=exif.tobytes()))
    assert _report(sign_in, (signed, "现场.jpg"), source=source).status_code == 302
    with newsroom.database.unit(write=False) as session:
        asset = session.query(MediaAsset).one()
        assert (asset.credit, asset.rights) == (credit, rights)


def test_a_refused_picture_is_named_and_the_lead_is_filed(
    sign_in: Door, newsroom: Newsroom
) -> None:
    answer = _report(sign_in, (io.BytesIO(SVG), "图标.svg"), _photo(), (io.BytesIO(b""), "空.jpg"))
    assert answer.status_code == 302
    page = sign_in("reporter").get(answer.headers["Location"]).text
    assert "线索已报送" in page
    assert "“图标.svg”没有收下：这是网页或 SVG 文件" in page
    assert "“空.jpg”没有收下：文件是空的" in page
    assert _count(newsroom.database, MediaAsset) == 1


def test_a_refused_form_enters_no_picture_and_says_to_choose_again(
    sign_in: Door, newsroom: Newsroom
) -> None:
    answer = _report(sign_in, _photo(), body="短")
    assert answer.status_code == 422
    assert 'value="青禾大道路口积水"' in answer.text
    assert "请重新选择照片" in answer.text
    assert _count(newsroom.database, MediaAsset) == _count(newsroom.database, Lead) == 0


def test_a_form_with_pictures_that_is_sent_twice_reports_one_lead(
    sign_in: Door, newsroom: Newsroom
) -> None:
    first = _report(sign_in, _photo(), _key="the same")
    second = _report(sign_in, _photo(), _key="the same")
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]
    assert _count(newsroom.database, Lead) == _count(newsroom.database, MediaAsset) == 1


def test_too_many_pictures_are_refused_in_words(sign_in: Door, newsroom: Newsroom) -> None:
    answer = _report(sign_in, *(_photo() for _ in range(21)))
    assert answer.status_code == 422
    assert "一次最多上传 20 个文件" in answer.text
    assert _count(newsroom.database, Lead) == 0


@pytest.mark.parametrize(("role", "status"), [("admin", 403), ("leader", 302)])
def test_only_those_who_may_report_send_pictures(sign_in: Door, role: str, status: int) -> None:
    answer = sign_in(role).post_form("/leads/new", {**LEAD, "pictures": [_photo()]})
    assert answer.status_code == status
