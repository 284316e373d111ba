"""Pages, bytes and API of the catalogue, as a browser and a program meet them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import event

from kitchen.core import audit
from kitchen.leads import service as leads
from kitchen.media import jobs, queries, service
from kitchen.media.rules import FILM, Making, Rights
from tests.assets.samples import HTML, SVG, encoded, photo
from tests.fixtures.newsroom import Door, Newsroom
from tests.media.conftest import Enter


def _photo(width: int = 240, name: str = "大桥.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(encoded(photo(width, 160))), name


def _upload(sign_in: Door, *files: tuple[io.BytesIO, str], **said: str) -> Any:
    fields = {"rights": "own", "file": list(files), **said}
    return sign_in("reporter").post_form("/assets/upload", fields)


def _send(sign_in: Door, file: tuple[io.BytesIO, str], role: str = "reporter", **said: str) -> Any:
    visitor = sign_in(role)
    return visitor.client.post(
        "/api/v1/assets", data={"file": file, **said}, headers={"X-CSRFToken": visitor.token}
    )


def _fetch(sign_in: Door, url: str, **more: Any) -> Any:
    """The bytes behind an address, read to their end as a browser would."""
    return sign_in("reporter").get(url, buffered=True, **more)


def test_several_files_are_taken_in_and_the_refused_ones_named(
    sign_in: Door, newsroom: Newsroom
) -> None:
    svg = (io.BytesIO(SVG), "图标.svg")
    answer = _upload(sign_in, _photo(240, "甲.jpg"), svg, _photo(260, "乙.jpg"), credit="测试记者")
    assert answer.status_code == 302
    page = sign_in("editor").get("/assets").text
    assert "甲.jpg" in page
    assert "乙.jpg" in page
    told = sign_in("reporter").get("/assets").text
    assert "收下了 2 个文件" in told
    assert "“图标.svg”没有收下：这是网页或 SVG 文件" in told
    with newsroom.database.unit(write=False) as session:
        found = queries.page_of_assets(session).items
        assert {(each.credit, each.rights) for each in found} == {("测试记者", Rights.OWN)}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "没有收下任何文件"),
        ([(HTML, "照片.jpg")], "“照片.jpg”没有收下：这是网页或 SVG 文件"),
        ([(b"", "空.jpg")], "“空.jpg”没有收下：文件是空的"),
    ],
)
def test_an_upload_of_nothing_usable_says_why(
    sign_in: Door, newsroom: Newsroom, files: list[tuple[bytes, str]], said: str
) -> None:
    answer = _upload(sign_in, *((io.BytesIO(data), name) for data, name in files), credit="某某")
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="某某"' in answer.text
    with newsroom.database.unit(write=False) as session:
        assert queries.page_of_assets(session).items == []


def test_the_same_form_twice_and_the_same_bytes_twice_make_one_entry(
    sign_in: Door, newsroom: Newsroom
) -> None:
    for key in ("one", "one", "two"):
        assert _upload(sign_in, _photo(), _key=key).status_code == 302
    with newsroom.database.unit(write=False) as session:
        assert len(queries.page_of_assets(session).items) == 1


def test_a_request_that_is_too_large_is_refused_in_words(sign_in: Door) -> None:
    sign_in.desk.config["MAX_CONTENT_LENGTH"] = 100_000
    answer = _upload(sign_in, (io.BytesIO(bytes(200_000)), "巨大.mp4"))
    assert answer.status_code == 413
    assert "文件太大" in answer.text


@pytest.mark.parametrize("url", ["/assets", "/assets/upload", "/assets/recent", "/assets/picker"])
def test_a_stranger_sees_nothing(sign_in: Door, url: str) -> None:
    assert sign_in.stranger().get(url).status_code == 302
    assert sign_in("admin").get(url).status_code == 403


def test_the_upload_page_offers_the_rights_of_the_batch(sign_in: Door) -> None:
    page = sign_in("reporter").get("/assets/upload?rights=supplied").text
    assert "upload-tray" in page
    assert "supplied" in page
    assert sign_in("reporter").get("/assets/upload?rights=nonsense").status_code == 200


def test_bytes_are_served_with_their_type_to_this_browser_alone(
    sign_in: Door, enter: Enter
) -> None:
    url = f"/media/{enter()}/thumb"
    answer = _fetch(sign_in, url)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer.headers["Cache-Control"]
    assert "public" not in answer.headers["Cache-Control"]
    etag = {"If-None-Match": answer.headers["ETag"]}
    assert _fetch(sign_in, url, headers=etag).status_code == 304
    assert sign_in.stranger().get(url).status_code == 302


@pytest.mark.parametrize("preset", ["original", "nonsense", "film"])
def test_no_address_serves_the_original_of_a_picture(
    sign_in: Door, enter: Enter, preset: str
) -> None:
    assert sign_in("chief").get(f"/media/{enter()}/{preset}").status_code == 404


def test_an_original_is_downloaded_by_those_who_may_and_noted(
    sign_in: Door, newsroom: Newsroom, enter: Enter
) -> None:
    uid = enter()
    url = f"/assets/{uid}/original"
    assert sign_in("reporter").post_form(url).status_code == 403
    answer = sign_in("chief").post_form(url, buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    with newsroom.database.unit(write=False) as session:
        asset = queries.the_asset(session, uid)
        assert len(answer.data) == asset.size
        assert audit.history(session, asset)[0].action == "take_original"


def test_one_asset_shows_what_it_is_and_where_it_is_used(
    sign_in: Door, newsroom: Newsroom, enter: Enter
) -> None:
    uid = enter(title="大桥合龙", rights=Rights.UNKNOWN)
    with newsroom.database.unit() as session:
        lead = leads.report(session, newsroom.reporter, title="桥要通车", body="桥要通车了。")
        service.use(session, newsroom.reporter, queries.the_asset(session, uid), lead, "picture")
        address = f"/leads/{lead.uid}"
    page = sign_in("editor").get(f"/assets/{uid}").text
    assert "大桥合龙" in page
    assert "版权不明，弄清之前不能发布" in page
    assert address in page
    assert "微信头条封面" in page
    assert "900 × 383" in page


def _typed(version: int, **more: str) -> dict[str, Any]:
    return {"title": "", "rights": "licensed", "aigc": "0", "version": version, **more}


def test_rights_are_changed_and_a_stale_form_shows_both(sign_in: Door, enter: Enter) -> None:
    url = f"/assets/{enter()}"
    first = sign_in("editor").post_form(url, _typed(1, rights_until="2031-01-31", title="甲的标题"))
    assert first.status_code == 302
    assert "2031-01-31" in sign_in("editor").get(url).text
    stale = sign_in("second_editor").post_form(url, _typed(1, title="乙的标题"))
    assert stale.status_code == 409
    assert "甲的标题" in stale.text
    assert "乙的标题" in stale.text
    assert 'name="version" value="2"' in stale.text
    mine = sign_in("second_editor").post_form(url, _typed(2, title="乙的标题"))
    assert mine.status_code == 302


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"rights": "stolen"}, "rights"),
        ({"rights_until": "明天"}, "rights_until"),
        ({"aigc": "9"}, "aigc"),
        ({"title": "长" * 121}, "title"),
    ],
)
def test_a_faulty_description_is_told_field_by_field(
    sign_in: Door, enter: Enter, wrong: dict[str, str], field: str
) -> None:
    answer = sign_in("editor").post_form(f"/assets/{enter()}", _typed(1, **wrong))
    assert answer.status_code == 422
    assert f"#field-{field}" in answer.text


def test_those_who_may_not_describe_see_no_form_and_are_refused(
    sign_in: Door, enter: Enter
) -> None:
    url = f"/assets/{enter()}"
    assert 'name="rights"' not in sign_in("second_reporter").get(url).text
    assert sign_in("second_reporter").post_form(url, _typed(1)).status_code == 403
    assert sign_in("reporter").get("/assets/nothing").status_code == 404


def test_pictures_are_offered_to_the_editor_by_the_bytes_that_leave(
    sign_in: Door, newsroom: Newsroom, enter: Enter
) -> None:
    uid = enter(caption="桥头早市", credit="测试记者")
    json = {"Accept": "application/json"}
    (item,) = sign_in("editor").get("/assets/picker", headers=json).json["items"]
    with newsroom.database.unit(write=False) as session:
        asset = queries.the_asset(session, uid)
        body = next(each.sha256 for each in asset.renditions if each.preset == "body")
    assert (item["asset"], item["sha256"], item["caption"]) == (uid, body, "桥头早市")
    assert _fetch(sign_in, item["src"]).status_code == 200
    fragment = sign_in("editor").get("/assets/picker").text
    assert f'data-uid="{uid}"' in fragment
    assert asset.sha256 not in fragment
    assert uid not in sign_in("editor").get("/assets/picker?q=没有").text


def test_the_grid_pages_on_with_a_constant_number_of_queries(
    sign_in: Door, newsroom: Newsroom, enter: Enter
) -> None:
    for width in range(240, 300, 20):
        enter(width=width, title=f"宽{width}")
    editor, asked = sign_in("editor"), []
    event.listen(
        newsroom.database.engine,
        "before_cursor_execute",
        lambda _c, _u, statement, *_: asked.append(statement),
    )
    first = editor.get("/assets?limit=1").text
    one = len(asked)
    asked.clear()
    assert "宽280" in first
    assert "宽240" not in first
    editor.get("/assets?limit=3")
    assert len(asked) == one


def _clip(newsroom: Newsroom, uid: str, monkeypatch: pytest.MonkeyPatch) -> str:
    made = jobs.clips.make_clip
    monkeypatch.setattr(
        jobs.clips,
        "make_clip",
        lambda *given, **how: made(*given, size=(90, 160), seconds_per_picture=0.2, **how),
    )
    with newsroom.database.unit() as session:
        picture = queries.the_asset(session, uid)
        return service.request_clip(session, newsroom.editor, [picture], "早市", ["豆腐"]).uid


def test_a_clip_is_watched_from_queue_to_film(
    sign_in: Door, newsroom: Newsroom, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = _clip(newsroom, enter(), monkeypatch)
    editor = sign_in("editor")
    assert "等待制作" in editor.get(f"/assets/{uid}").text
    assert "等待制作" in editor.get("/assets").text
    with newsroom.database.unit(write=False) as session:
        asset_id = queries.the_asset(session, uid).id
    jobs.make_clip(newsroom.database, newsroom.ports, asset_id)
    part = editor.get(f"/assets/{uid}/making").text
    assert "<video" in part
    url = f"/media/{uid}/{FILM}"
    whole = _fetch(sign_in, url)
    assert (whole.status_code, whole.mimetype) == (200, "video/mp4")
    piece = _fetch(sign_in, url, headers={"Range": "bytes=10-29"})
    assert (piece.status_code, piece.data) == (206, whole.data[10:30])
    assert piece.headers["Content-Range"] == f"bytes 10-29/{len(whole.data)}"
    beyond = _fetch(sign_in, url, headers={"Range": "bytes=999999999-"})
    assert beyond.status_code == 416


def test_a_failed_clip_says_why_and_is_tried_again(
    sign_in: Door, newsroom: Newsroom, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = _clip(newsroom, enter(), monkeypatch)
    with newsroom.database.unit() as session:
        clip = queries.the_asset(session, uid)
        clip.making, clip.failure = Making.FAILED, jobs.MISSING
    page = sign_in("editor").get(f"/assets/{uid}").text
    assert jobs.MISSING in page
    assert "再做一次" in page
    assert sign_in("editor").post_form(f"/assets/{uid}/retry").status_code == 302
    assert "等待制作" in sign_in("editor").get(f"/assets/{uid}").text
    assert sign_in("editor").post_form(f"/assets/{uid}/retry").status_code == 409


def test_a_program_uploads_reads_and_describes(sign_in: Door) -> None:
    made = _send(sign_in, _photo(), rights="supplied", credit="供图人")
    assert (made.status_code, made.json["known"]) == (201, False)
    again = _send(sign_in, _photo())
    assert (again.status_code, again.json["known"]) == (200, True)
    assert again.json["uid"] == made.json["uid"]
    url = f"/api/v1/assets/{made.json['uid']}"
    read = sign_in("editor").get(url)
    assert (read.json["rights"], read.json["width"]) == ("supplied", 240)
    etag = {"If-Match": read.headers["ETag"]}
    body = {"rights": "own", "title": "大桥"}
    assert sign_in("editor").call("PUT", url, body, headers=etag).json["title"] == "大桥"
    stale = sign_in("editor").call("PUT", url, body, headers=etag)
    assert (stale.status_code, stale.json["theirs"]["title"]) == (409, "大桥")
    listed = sign_in("editor").get("/api/v1/assets?q=大桥&kind=picture").json
    assert [each["uid"] for each in listed["items"]] == [made.json["uid"]]


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [(SVG, 422, "file_markup"), (b"", 422, "file_empty"), (b"text", 422, "file_unknown_kind")],
)
def test_the_tray_is_told_why_a_file_was_refused(
    sign_in: Door, data: bytes, status: int, code: str
) -> None:
    answer = _send(sign_in, (io.BytesIO(data), "照片.jpg"))
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.json["title"].endswith("。")


def test_an_upload_without_a_file_a_token_or_the_right_is_refused(sign_in: Door) -> None:
    visitor = sign_in("reporter")
    empty = visitor.client.post("/api/v1/assets", headers={"X-CSRFToken": visitor.token})
    assert (empty.status_code, set(empty.json["fields"])) == (422, {"file"})
    forged = visitor.client.post("/api/v1/assets", data={"file": _photo()})
    assert forged.status_code == 400
    assert _send(sign_in, _photo(), role="admin").status_code == 403
    wrong = _send(sign_in, _photo(), rights="stolen")
    assert set(wrong.json["fields"]) == {"rights"}
