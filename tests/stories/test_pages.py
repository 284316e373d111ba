"""The pages of stories as people use them, with and without scripts."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from kitchen.stories import editions, queries, release, service
from kitchen.stories.doc import figures, to_text
from kitchen.stories.models import Story
from kitchen.stories.rules import State
from tests.assets.samples import encoded, photo
from tests.fixtures.newsroom import Door, Newsroom
from tests.stories.conftest import document, figure, paragraph

Write = Callable[..., str]


def story_of(newsroom: Newsroom, uid: str) -> Story:
    with newsroom.database.unit(write=False) as session:
        return queries.the_story(session, uid)


def draft(uid: str) -> str:
    return f"/stories/{uid}/draft"


def put(door: Door, role: str, uid: str, version: int, **body: object) -> TestResponse:
    return door(role).call(
        "PUT",
        draft(uid),
        json={"title": "标题", "doc": document(paragraph("正文。")), "fields": {}, **body},
        headers={"If-Match": f'"{version}"', "Accept": "application/json"},
    )


def test_a_story_is_begun_and_opens_in_the_writing_room(newsroom: Newsroom, sign_in: Door) -> None:
    reporter = sign_in("reporter")
    assert reporter.get("/stories/new").status_code == 200
    answer = reporter.post_form("/stories/new", {"title": "大桥"})
    assert answer.status_code == 302
    page = reporter.get(answer.location).get_data(as_text=True)
    assert "<story-editor" in page
    assert 'value="大桥"' in page


def test_every_page_of_a_story_opens(newsroom: Newsroom, sign_in: Door, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        service.name_version(session, newsroom.reporter, story, "一")
        service.save_draft(
            session, newsroom.reporter, story, {"title": "青禾大桥合龙，的的"}, story.version
        )
        service.name_version(session, newsroom.reporter, story, "二")
    reporter = sign_in("reporter")
    for path in (
        "/stories",
        "/stories?mine=1&state=draft",
        "/stories?q=大桥",
        "/pool",
        f"/stories/{uid}",
        f"/stories/{uid}/edit",
        f"/stories/{uid}/checks",
        f"/stories/{uid}/history",
        f"/stories/{uid}/history/1",
        f"/stories/{uid}/diff/1..2",
        f"/stories/{uid}/diff/1..0",
        f"/stories/{uid}/editions",
        *(f"/stories/{uid}/editions/{key}" for key in ("outlet", "wechat", "weibo")),
        *(f"/stories/{uid}/preview/{key}" for key in ("outlet", "wechat", "weibo")),
    ):
        answer = reporter.get(path)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200, path
        assert "%(" not in page, path


@pytest.mark.parametrize("odd", ["http://[待补]", "http://[1]", "http://a.example：80"])
def test_a_stored_address_that_cannot_be_read_closes_no_page(
    newsroom: Newsroom, sign_in: Door, write: Write, odd: str
) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        marks = [{"type": "link", "attrs": {"href": odd}}]
        story.doc = document(paragraph("大桥的公告在这里。", marks=marks))
        story.sources = [{"name": "区交通运输局", "url": odd, "note": ""}]
        editions.make_editions(session, newsroom.reporter, story)
        for edition in story.editions:
            edition.body = edition.body.replace("大桥", f'<a href="{odd}">大桥</a>')
    reporter = sign_in("reporter")
    for path in ("", "/edit", "/checks", "/editions", "/editions/wechat", "/preview/wechat"):
        assert reporter.get(f"/stories/{uid}{path}").status_code == 200, path
    assert odd in reporter.get(f"/stories/{uid}/checks").get_data(as_text=True)
    assert reporter.get(f"/api/v1/stories/{uid}/readiness").status_code == 200
    assert reporter.post_form(f"/stories/{uid}/submit", {}).status_code == 302


def test_the_list_costs_the_same_however_much_it_shows(
    newsroom: Newsroom, sign_in: Door, write: Write, count_queries: Callable[[], int]
) -> None:
    write()
    reporter = sign_in("reporter")
    reporter.get("/stories")
    before = count_queries()
    reporter.get("/stories")
    few = count_queries() - before
    for _ in range(3):
        write(newsroom.editor)
    before = count_queries()
    reporter.get("/stories")
    assert count_queries() - before == few


def test_autosave_by_the_editors_own_protocol(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    uid = write()
    version = story_of(newsroom, uid).version
    fields = {
        "title": "新标题",
        "digest": "摘要",
        "tags": "大桥，交通",
        "sources": "区政府办 | https://a.example | 电话",
        "credits": "记者：林晓禾 60%\n编辑：王禾 40%",
        "ai_use": "assisted",
        "risk": "important",
        "column": "城市印象",
        "rights_note": "",
    }
    answer = put(sign_in, "reporter", uid, version, title="新标题", fields=fields)
    assert answer.status_code == 200
    assert answer.get_json()["version"] > version
    story = story_of(newsroom, uid)
    assert (story.title, story.tags, story.ai_use) == ("新标题", ["大桥", "交通"], "assisted")
    assert story.credits[1] == {"role": "编辑", "names": "王禾", "share": 40}
    assert service.form_of(story) == fields


def test_a_stale_autosave_is_answered_with_both_texts(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    uid = write()
    seen = story_of(newsroom, uid).version
    first = put(sign_in, "editor", uid, seen, title="编辑的", doc=document(paragraph("编辑。")))
    assert first.status_code == 200
    mine = {"title": "记者的", "doc": document(paragraph("记者。"))}
    answer = put(sign_in, "reporter", uid, seen, **mine)
    told = answer.get_json()
    assert answer.status_code == 409
    assert told["version"] == story_of(newsroom, uid).version
    assert (told["theirs"]["title"], told["theirs"]["by"]) == ("编辑的", newsroom.editor.name)
    assert to_text(told["theirs"]["doc"]) == "编辑。"
    kept = put(sign_in, "reporter", uid, told["version"], keep="mine", **mine)
    assert kept.status_code == 200
    history = sign_in("reporter").get(f"/stories/{uid}/history").get_data(as_text=True)
    assert "被另一份改动覆盖前的内容" in history


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"doc": document({"type": "script"})}, 422),
        ({"doc": [1, 2]}, 422),
        ({"title": "长" * 65}, 422),
        ({"fields": {"ai_use": "maybe"}}, 422),
        ({"fields": {"sources": "甲 | javascript:alert(1)"}}, 422),
        ({"fields": {"credits": "不像署名"}}, 422),
        ({"fields": {"author_id": "1"}}, 422),
        ({"state": "approved"}, 422),
        ({"doc": document(figure("noSuchPicture"))}, 422),
    ],
)
def test_a_forged_autosave_is_refused_in_words_and_changes_nothing(
    newsroom: Newsroom, sign_in: Door, write: Write, body: dict[str, object], status: int
) -> None:
    uid = write()
    before = story_of(newsroom, uid)
    answer = put(sign_in, "reporter", uid, before.version, **body)
    assert answer.status_code == status
    assert re.search(r"[\u4e00-\u9fff]", answer.get_json()["title"])
    assert story_of(newsroom, uid).version == before.version


@pytest.mark.parametrize(("role", "status"), [("second_reporter", 403), ("leader", 403)])
def test_others_cannot_autosave(
    newsroom: Newsroom, sign_in: Door, write: Write, role: str, status: int
) -> None:
    uid = write()
    assert put(sign_in, role, uid, story_of(newsroom, uid).version).status_code == status
    page = sign_in(role).get(f"/stories/{uid}").get_data(as_text=True)
    assert f'/stories/{uid}/edit"' not in page


def test_a_save_that_names_no_version_is_refused(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    answer = sign_in("reporter").call(
        "PUT", draft(write()), json={"title": "甲"}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 422


def test_a_save_without_the_form_token_is_refused(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    uid = write()
    client = sign_in("reporter").client
    assert client.put(draft(uid), json={"version": 1}).status_code == 400


def test_without_scripts_the_form_saves_words_and_keeps_pictures(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    uid = write()
    story = story_of(newsroom, uid)
    fields = {**service.form_of(story), "digest": "", "version": story.version}
    answer = sign_in("reporter").post_form(
        f"/stories/{uid}/edit", {**fields, "title": "手打的标题", "text": "第一段\r\n\r\n第二段"}
    )
    assert answer.status_code == 302
    saved = story_of(newsroom, uid)
    assert (saved.title, to_text(saved.doc)) == ("手打的标题", "第一段\n第二段")
    assert len(figures(saved.doc)) == 1


def test_without_scripts_what_a_form_cannot_hold_is_kept_as_a_version(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    link = {"type": "link", "attrs": {"href": "https://a.example/1"}}
    formed = document(
        {**paragraph("小标题"), "type": "heading", "attrs": {"level": 2}},
        paragraph("公告在这里。", marks=[link]),
    )
    uid = write(doc=formed)
    kept = []
    for words in ("小标题\n公告在这里。", "小标题\n公告在那里。", "小标题\n公告在楼上。"):
        fields = {"title": "题", "version": story_of(newsroom, uid).version, "text": words}
        answer = sign_in("reporter").post_form(f"/stories/{uid}/edit", fields)
        assert answer.status_code == 302
        with newsroom.database.unit(write=False) as session:
            kept.append(queries.latest_version(session, queries.the_story(session, uid)))
    assert kept[0] is None
    assert kept[1] is not None
    assert kept[1].doc["content"] == formed["content"]
    assert kept[2] is not None
    assert kept[2].number == 1


def test_without_scripts_a_stale_form_comes_back_with_both(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    uid = write()
    story = story_of(newsroom, uid)
    fields = {**service.form_of(story), "version": story.version}
    put(sign_in, "editor", uid, story.version, title="编辑的标题")
    typed = {**fields, "title": "记者的标题", "text": "记者写的"}
    answer = sign_in("reporter").post_form(f"/stories/{uid}/edit", typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    for words in ("记者的标题", "记者写的", "编辑的标题"):
        assert words in page
    again = {**typed, "keep": "mine", "version": story_of(newsroom, uid).version}
    assert sign_in("reporter").post_form(f"/stories/{uid}/edit", again).status_code == 302
    assert story_of(newsroom, uid).title == "记者的标题"


def test_a_refused_form_keeps_what_was_typed(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    uid = write()
    story = story_of(newsroom, uid)
    typed = {
        "title": "长" * 65,
        "credits": "不像署名",
        "text": "写了半天",
        "version": story.version,
    }
    answer = sign_in("reporter").post_form(f"/stories/{uid}/edit", typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "长" * 65 in page
    assert "不像署名" in page
    assert "写了半天" in page
    assert "署名每行写成“记者：姓名 60%”" in page


def test_no_script_of_a_text_reaches_a_page(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    attack = "</script><script>alert(1)</script>"
    uid = write(
        doc=document(paragraph(attack)),
        title=attack,
        sources=[{"name": attack, "url": "", "note": attack}],
        tags=[attack],
    )
    reporter = sign_in("reporter")
    for path in ("", "/edit", "/checks", "/history", "/editions", "/editions/wechat"):
        page = reporter.get(f"/stories/{uid}{path}").get_data(as_text=True)
        assert "<script>alert" not in page, path
    for key in ("wechat", "outlet", "weibo"):
        page = reporter.get(f"/stories/{uid}/preview/{key}").get_data(as_text=True)
        assert "<script>" not in page


def test_a_preview_can_load_nothing(newsroom: Newsroom, sign_in: Door, write: Write) -> None:
    uid = write()
    answer = sign_in("reporter").get(f"/stories/{uid}/preview/wechat")
    page = answer.get_data(as_text=True)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert 'src="data:image/jpeg;base64,' in page
    assert "picture.invalid" not in page


def test_submitting_names_all_that_stands_in_the_way(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    uid = write(title="")
    reporter = sign_in("reporter")
    answer = reporter.post_form(f"/stories/{uid}/submit")
    assert "还没有标题。" in reporter.get(answer.location).get_data(as_text=True)
    assert story_of(newsroom, uid).state == State.DRAFT


def test_submitted_twice_it_is_submitted_once(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    uid = write()
    reporter = sign_in("reporter")
    version = story_of(newsroom, uid).version
    first = reporter.post_form(f"/stories/{uid}/submit", {"version": version, "note": "请审"})
    again = reporter.post_form(f"/stories/{uid}/submit", {"version": version})
    assert (first.status_code, again.status_code) == (302, 409)
    page = reporter.get(f"/stories/{uid}").get_data(as_text=True)
    assert "审核中" in page
    assert reporter.get(f"/stories/{uid}/edit").status_code == 302
    assert reporter.post_form(f"/stories/{uid}/take_back").status_code == 302
    assert story_of(newsroom, uid).state == State.DRAFT


def test_targets_are_set_with_slots_and_order(
    newsroom: Newsroom, sign_in: Door, write: Write, accounts: dict[str, str]
) -> None:
    uid = write()
    weibo, outlet = accounts["weibo"], accounts["outlet"]
    typed = {
        "account": [weibo, outlet],
        f"position-{weibo}": "2",
        f"position-{outlet}": "1",
        f"slot-{weibo}": "2099-05-01T09:30",
    }
    answer = sign_in("editor").post_form(f"/stories/{uid}/targets", typed)
    assert answer.status_code == 302
    targets = [(it.account.handle, it.slot) for it in story_of(newsroom, uid).targets]
    assert [handle for handle, _ in targets] == ["outlet", "weibo"]
    assert targets[1][1].isoformat() == "2099-05-01T01:30:00+00:00"
    page = sign_in("editor").get(f"/stories/{uid}/editions").get_data(as_text=True)
    assert 'value="2099-05-01T09:30"' in page


def test_a_slot_in_the_past_is_refused_on_the_page(
    newsroom: Newsroom, sign_in: Door, write: Write, accounts: dict[str, str]
) -> None:
    uid, weibo = write(), accounts["weibo"]
    typed = {"account": [weibo], f"slot-{weibo}": "2001-01-01T00:00"}
    answer = sign_in("editor").post_form(f"/stories/{uid}/targets", typed)
    assert answer.status_code == 422
    assert "时间已经过了" in answer.get_data(as_text=True)
    assert len(story_of(newsroom, uid).targets) == 3


def test_an_edition_is_tuned_and_told_when_the_master_moves_on(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    uid = write()
    editor = sign_in("editor")
    url = f"/stories/{uid}/editions/weibo"
    page = editor.get(url).get_data(as_text=True)
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    typed = {"title": "桥", "body": "合龙了", "tags": "", "version": version[1]}
    assert editor.post_form(url, typed).status_code == 302
    assert "手工改过" in editor.get(url).get_data(as_text=True)
    stale = editor.post_form(url, {**typed, "body": "后来的"})
    assert stale.status_code == 409
    assert "后来的" in stale.get_data(as_text=True)
    put(sign_in, "reporter", uid, story_of(newsroom, uid).version, title="换了标题")
    assert "主稿已改，更新？" in editor.get(url).get_data(as_text=True)
    assert editor.post_form(f"{url}/refresh", {"all_fields": "1"}).status_code == 302
    assert "换了标题" in editor.get(url).get_data(as_text=True)


def test_pictures_of_an_edition_are_chosen_and_ordered(
    newsroom: Newsroom, sign_in: Door, write: Write, picture: Callable[..., str]
) -> None:
    uid, extra = write(), picture()
    editor = sign_in("editor")
    assert editor.post_form(f"/stories/{uid}/attach", {"asset": extra}).status_code == 302
    url = f"/stories/{uid}/editions/weibo"
    editor.post_form(f"/stories/{uid}/editions")
    typed = {"pictures": "1", f"place-{extra}": "1", "cover_uid": ""}
    assert editor.post_form(url, typed).status_code == 302
    (weibo,) = (it for it in story_of(newsroom, uid).editions if it.channel == "weibo")
    assert weibo.media_uids == [extra]
    foreign = {"pictures": "1", "place-notOurs": "1"}
    assert editor.post_form(url, foreign).status_code == 422


def test_an_articles_text_is_tuned_by_the_editor_alone(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    uid = write()
    url = f"/stories/{uid}/editions/wechat/text"
    (wechat,) = (it for it in story_of(newsroom, uid).editions if it.channel == "wechat")
    body = {"title": "", "doc": document(paragraph("公众号专用。")), "fields": {}}
    headers = {"If-Match": f'"{wechat.version}"', "Accept": "application/json"}
    saved = sign_in("editor").call("PUT", url, json=body, headers=headers)
    assert saved.status_code == 200
    other = {**body, "doc": document(paragraph("另一份。"))}
    stale = sign_in("reporter").call("PUT", url, json=other, headers=headers)
    assert stale.status_code == 409
    assert to_text(stale.get_json()["theirs"]["doc"]) == "公众号专用。"
    mine = {**other, "keep": "mine"}
    newest = {**headers, "If-Match": f'"{stale.get_json()["version"]}"'}
    assert sign_in("reporter").call("PUT", url, json=mine, headers=newest).status_code == 200
    with newsroom.database.unit(write=False) as session:
        kept = queries.the_version(session, queries.the_story(session, uid), 1)
        assert to_text(kept.doc) == "公众号专用。"


def test_files_are_uploaded_straight_to_the_story(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    uid = write()
    files = {"file": (io.BytesIO(encoded(photo(300, 210))), "现场.jpg")}
    answer = sign_in("reporter").post_form(
        f"/stories/{uid}/upload", files, content_type="multipart/form-data"
    )
    assert answer.status_code == 302
    assert len(story_of(newsroom, uid).attached) == 1
    lying = {"file": (io.BytesIO(b"<svg onload=alert(1)>"), "现场.jpg")}
    sign_in("reporter").post_form(
        f"/stories/{uid}/upload", lying, content_type="multipart/form-data"
    )
    assert len(story_of(newsroom, uid).attached) == 1


def test_a_piece_is_shared_adopted_and_seen_from_both_sides(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    uid = write()
    assert sign_in("reporter").post_form(f"/stories/{uid}/share", {"shared": "1"}).location
    other = sign_in("second_reporter")
    assert "青禾大桥昨日合龙" in other.get("/pool").get_data(as_text=True)
    answer = other.post_form(f"/stories/{uid}/adopt", {"share": "30"})
    assert answer.status_code == 302
    mine = other.get(answer.location.removesuffix("/edit")).get_data(as_text=True)
    assert "采用自" in mine
    assert "30%" in mine
    assert "被采用" in sign_in("reporter").get(f"/stories/{uid}").get_data(as_text=True)
    assert other.post_form(f"/stories/{uid}/adopt", {"share": "99"}).status_code == 422


def test_the_checks_page_steps_through_the_text(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    uid = write(doc=document(paragraph("大家的的意见<b>是</b>，全网最低。")))
    page = sign_in("reporter").get(f"/stories/{uid}/checks").get_data(as_text=True)
    marks = re.findall(r'<mark [^>]*id="(hit-\d+)"[^>]*><a [^>]*>([^<]+)</a></mark>', page)
    assert [words for _, words in marks] == ["的的", "全网最低"]
    assert all(f'#{name}"' in page for name, _ in marks)
    assert "&lt;b&gt;是" in page
    told = sign_in("reporter").get(f"/stories/{uid}").get_data(as_text=True)
    assert "必须改 0，请核对 2，建议 0" in told


def test_an_unknown_story_is_not_found(sign_in: Door) -> None:
    reporter = sign_in("reporter")
    for path in ("", "/edit", "/checks", "/editions", "/editions/weibo", "/preview/weibo"):
        assert reporter.get(f"/stories/none{path}").status_code == 404


def test_an_old_version_comes_back_by_one_button(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    uid = write()
    reporter = sign_in("reporter")
    reporter.post_form(f"/stories/{uid}/keep", {"note": "初稿"})
    put(sign_in, "reporter", uid, story_of(newsroom, uid).version, title="改坏了")
    assert reporter.post_form(f"/stories/{uid}/restore/1").status_code == 302
    assert story_of(newsroom, uid).title == "青禾大桥昨日合龙"
    with newsroom.database.unit() as session:
        release.submit(session, newsroom.reporter, queries.the_story(session, uid))
    assert reporter.post_form(f"/stories/{uid}/restore/1").status_code == 409


def test_a_save_writes_the_story_and_a_mark_for_the_index_and_nothing_else(
    newsroom: Newsroom, sign_in: Door, write: Write, statements: list[str]
) -> None:
    uid = write()
    put(sign_in, "reporter", uid, story_of(newsroom, uid).version, title="先坐下")
    version = story_of(newsroom, uid).version
    statements.clear()
    assert put(sign_in, "reporter", uid, version, title="再写一句").status_code == 200
    written = [it for it in statements if it.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [it.split()[:3] for it in written] == [
        ["UPDATE", "story", "SET"],
        ["INSERT", "INTO", "search_mark"],
    ]
