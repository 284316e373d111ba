"""What readers see, and where a person publishes by hand."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page
from werkzeug.datastructures import FileStorage

from channels.sandbox.wechat_html import kept_by_wechat
from tests.channels.sandbox.playing import BASE, Sandbox, film, picture

ATTACK = '<script>alert(1)</script><b onclick="x()">'
HAND = {"title": "清河区新增服务点", "body": "正文", "link": "https://n.example/s/hand1"}


def by_hand(sandbox: Sandbox, channel: str, **changes: Any) -> dict[str, Any]:
    return sandbox.say(f"/handoff/{channel}/", {**HAND, **changes})


def share(sandbox: Sandbox, text: str) -> str:
    token = sandbox.account("weibo")["access_token"]
    form = {"access_token": token, "status": f"{text} http://127.0.0.1/s/p1", "rip": "::1"}
    sandbox.client.post("/weibo/2/statuses/share.json", data=form)
    return str(sandbox.objects("status")[0]["url"])


def test_front_page_shows_the_newest_first(sandbox: Sandbox) -> None:
    share(sandbox, "先发的")
    share(sandbox, "后发的")
    text = sandbox.client.get("/").text
    assert text.index("后发的") < text.index("先发的")
    assert sandbox.account("weibo")["name"] in text


def test_what_was_written_is_shown_as_text(sandbox: Sandbox) -> None:
    page = sandbox.page(share(sandbox, ATTACK))
    assert ("<script" in page.text, "&lt;script&gt;" in page.text) == (False, True)
    assert "<script" not in sandbox.client.get("/").text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("<h2>题</h2><p>文<strong>重</strong></p>", "<h2>题</h2><p>文<strong>重</strong></p>"),
        ('<a href="javascript:x()">链</a>', "<a>链</a>"),
        ('<p style="background:url(//a/b)">文</p>', '<p style="">文</p>'),
        ("<style>p{}</style><form>x</form><video></video>", ""),
        ('<p class="a" id="b" data-x="1">文</p>', "<p>文</p>"),
        ('<img src="https://host/i/1" alt="图">', '<img src="https://host/i/1" alt="图">'),
        ('<img src="http://host.evil/1"><img src="data:image/png;base64,x">', ""),
    ],
)
def test_html_that_survives(given: str, kept: str) -> None:
    assert kept_by_wechat(given, "http://host/i/") == kept


@pytest.mark.parametrize(
    "path",
    [
        "/wechat/s/none",
        "/weibo/1/none",
        "/weibo/1/!!!",
        "/weibo/ttarticle/p/show",
        "/douyin/video/1",
        "/douyin/note/1",
        "/toutiao/item/1",
        "/kuaishou/short-video/1",
        "/media/none",
        "/handoff/myspace/",
        "/handoff/shandian/none",
    ],
)
def test_nothing_there(sandbox: Sandbox, path: str) -> None:
    assert sandbox.client.get(path).status_code == 404


def test_film_is_served_in_ranges(sandbox: Sandbox) -> None:
    account = sandbox.account("douyin")
    keys = f"open_id={account['open_id']}&access_token={account['access_token']}"
    answer = sandbox.send(f"/douyin/video/upload/?{keys}", "video", film(size=5000))
    url = f"{BASE}/media/{answer['data']['video']['video_id']}"
    part = sandbox.page(url, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.mimetype, part.data) == (
        206,
        "video/mp4",
        film(size=5000)[100:200],
    )
    assert sandbox.page(url).data == film(size=5000)


# ---- by hand ----------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["toutiao_article", "shandian", "shipinhao", "xiaohongshu"])
def test_piece_published_by_hand_has_an_address_that_opens(sandbox: Sandbox, channel: str) -> None:
    published = by_hand(sandbox, channel)
    page = sandbox.page(published["url"])
    assert (page.status_code, HAND["title"] in page.text, HAND["link"] in page.text) == (
        200,
        True,
        True,
    )
    assert sandbox.state()["copies"] == {"hand1": 1}
    assert HAND["title"] in sandbox.client.get("/").text


def test_form_leads_to_the_published_piece(sandbox: Sandbox) -> None:
    form = {**HAND, "account": "示范闪电号", "media": FileStorage(io.BytesIO(picture()), "a.jpg")}
    answer = sandbox.client.post("/handoff/shandian/", data=form)
    page = sandbox.page(answer.location)
    assert (answer.status_code, "示范闪电号" in page.text, "<img" in page.text) == (303, True, True)


@pytest.mark.parametrize(
    ("channel", "changes", "words"),
    [
        ("shandian", {"title": ""}, "标题至少 1 个字"),
        ("toutiao_article", {"title": "字"}, "标题至少 2 个字"),
        ("toutiao_article", {"title": "字" * 31}, "标题最多 30 个字"),
        ("shipinhao", {"title": "字" * 5}, "标题至少 6 个字"),
        ("shipinhao", {"title": "字" * 17}, "标题最多 16 个字"),
        ("xiaohongshu", {"title": "字" * 21}, "标题最多 20 个字"),
        ("xiaohongshu", {"body": "字" * 1001}, "正文最多 1000 个字"),
        ("shandian", {"link": "javascript:alert(1)"}, "https://"),
    ],
)
def test_editor_refuses_in_words_and_keeps_what_was_typed(
    sandbox: Sandbox, channel: str, changes: dict[str, str], words: str
) -> None:
    assert words in by_hand(sandbox, channel, **changes)["error"]
    form = sandbox.client.post(f"/handoff/{channel}/", data={**HAND, **changes})
    typed = changes.get("body", HAND["body"])
    assert (form.status_code, words in form.text, typed in form.text) == (422, True, True)
    assert sandbox.objects() == []


def test_file_that_is_no_picture_is_refused(sandbox: Sandbox) -> None:
    form = {**HAND, "media": FileStorage(io.BytesIO(b"MZ program"), "a.jpg")}
    answer = sandbox.client.post("/handoff/shandian/", data=form)
    assert (answer.status_code, "只能上传图片或视频" in answer.text) == (422, True)


def test_address_is_given_once(sandbox: Sandbox) -> None:
    first = sandbox.say("/handoff/shandian/story-7", HAND)
    second = sandbox.say("/handoff/shandian/story-7", HAND)
    assert first["url"].endswith("/handoff/shandian/story-7")
    assert "已经发布" in second["error"]
    assert sandbox.state()["copies"] == {"hand1": 1}


# ---- in a browser -----------------------------------------------------------------------------


@pytest.mark.journey
def test_pages_are_accessible(live: str, page: Page, axe: Callable[[Page], None]) -> None:
    weibo = next(
        one
        for one in httpx.get(f"{live}/__sim__/state").json()["accounts"]
        if one["channel"] == "weibo"
    )
    form = {
        "access_token": weibo["access_token"],
        "status": "文 http://127.0.0.1/s/1",
        "rip": "::1",
    }
    httpx.post(
        f"{live}/weibo/2/statuses/share.json", data=form, files={"pic": ("a.jpg", picture())}
    )
    hand = httpx.post(f"{live}/handoff/shandian/", json=HAND).json()
    post = httpx.get(f"{live}/__sim__/state").json()["objects"][0]["url"]
    addresses = (live, post, hand["url"], f"{live}/handoff/", f"{live}/handoff/xiaohongshu/")
    for address in addresses:
        page.goto(address)
        axe(page)
