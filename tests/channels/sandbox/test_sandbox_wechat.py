"""WeChat in the sandbox: tokens of two kinds, files, drafts, publication and mass send."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.channels.sandbox.playing import Sandbox, film, picture
from tests.channels.sandbox.wechat_calls import (
    CGI,
    article,
    call,
    cover,
    draft,
    legacy,
    published,
    stable,
    works,
)

MB = 1024 * 1024


# ---- tokens -----------------------------------------------------------------------------------


def test_stable_token_stays_until_five_minutes_before_its_end(sandbox: Sandbox) -> None:
    first = stable(sandbox)
    sandbox.clock.pass_(6800)
    again = stable(sandbox)
    assert again == {"access_token": first["access_token"], "expires_in": 400}
    sandbox.clock.pass_(150)
    assert stable(sandbox)["access_token"] != first["access_token"]


def test_forced_refresh_kills_the_former_stable_token_only(sandbox: Sandbox) -> None:
    old, other = stable(sandbox)["access_token"], legacy(sandbox)
    new = stable(sandbox, force_refresh=True)["access_token"]
    assert [works(sandbox, one) for one in (old, new, other)] == [42001, 0, 0]


def test_forced_refresh_needs_thirty_seconds_between_and_twenty_a_day(sandbox: Sandbox) -> None:
    assert "access_token" in stable(sandbox, force_refresh=True)
    assert stable(sandbox, force_refresh=True)["errcode"] == 45011
    for _ in range(19):
        sandbox.clock.pass_(30)
        assert "access_token" in stable(sandbox, force_refresh=True)
    sandbox.clock.pass_(30)
    assert stable(sandbox, force_refresh=True)["errcode"] == 45009


def test_former_legacy_token_lives_five_minutes_more(sandbox: Sandbox) -> None:
    old, new = legacy(sandbox), legacy(sandbox)
    assert old != new
    sandbox.clock.pass_(299)
    assert works(sandbox, old) == 0
    sandbox.clock.pass_(2)
    assert (works(sandbox, old), works(sandbox, new)) == (42001, 0)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"secret": "wrong"}, 40125),
        ({"appid": "wx0"}, 40013),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"grant_type": "password"}, 40002),
    ],
)
def test_token_is_refused(sandbox: Sandbox, changes: dict[str, str], code: int) -> None:
    assert stable(sandbox, **changes)["errcode"] == code


def test_caller_without_valid_token_is_refused(sandbox: Sandbox, token: str) -> None:
    assert works(sandbox, "") == 41001
    assert works(sandbox, "nonsense") == 40001
    account = sandbox.account("wechat")["account"]
    sandbox.direct(f"accounts/{account}/expire")
    assert works(sandbox, token) == 42001


def test_address_off_the_allow_list_is_named(sandbox: Sandbox, token: str) -> None:
    account = sandbox.account("wechat")["account"]
    sandbox.direct(f"accounts/{account}/settings", ip_refused=True)
    assert works(sandbox, token) == 40164
    refusal = stable(sandbox)
    assert (refusal["errcode"], "127.0.0.1" in refusal["errmsg"]) == (40164, True)


def test_wrong_method_is_told_in_the_envelope(sandbox: Sandbox) -> None:
    assert sandbox.client.get(f"{CGI}/stable_token").get_json()["errcode"] == 43002
    assert sandbox.client.post(f"{CGI}/token").get_json()["errcode"] == 43001


# ---- files ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        ("media/uploadimg?", picture(MB - 1), 0),
        ("media/uploadimg?", picture(MB), 40009),
        ("media/uploadimg?", picture(kind="PNG"), 0),
        ("media/uploadimg?", picture(kind="GIF"), 40005),
        ("media/uploadimg?", b"not a picture at all", 40005),
        ("material/add_material?type=image", picture(10 * MB), 0),
        ("material/add_material?type=image", picture(10 * MB + 1), 40009),
        ("material/add_material?type=image", picture(kind="BMP"), 0),
        ("material/add_material?type=image", film(), 40005),
        ("material/add_material?type=thumb", picture(64 * 1024), 0),
        ("material/add_material?type=thumb", picture(64 * 1024 + 1), 40012),
        ("material/add_material?type=thumb", picture(kind="PNG"), 40005),
        ("material/add_material?type=video", film(), 40035),
        ("material/add_material?type=story", picture(), 40004),
    ],
)
def test_files_are_taken_to_the_byte(
    sandbox: Sandbox, token: str, path: str, data: bytes, code: int
) -> None:
    answer = sandbox.send(f"{CGI}/{path}&access_token={token}", "media", data)
    assert answer.get("errcode", 0) == code


def test_cut_off_picture_is_no_picture(sandbox: Sandbox, token: str) -> None:
    path = f"{CGI}/media/uploadimg?access_token={token}"
    assert sandbox.send(path, "media", b"\xff\xd8\xff\xe0" + bytes(40))["errcode"] == 40005
    assert sandbox.send(path, "other", picture())["errcode"] == 41005


def test_body_picture_is_served_to_readers(sandbox: Sandbox, token: str) -> None:
    url = sandbox.send(f"{CGI}/media/uploadimg?access_token={token}", "media", picture())["url"]
    served = sandbox.page(url)
    assert (served.status_code, served.mimetype, served.data) == (200, "image/jpeg", picture())


# ---- drafts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "字" * 32}, 0),
        ({"title": "字" * 33}, 45003),
        ({"title": " "}, 45003),
        ({"author": "字" * 16}, 0),
        ({"author": "字" * 17}, 45110),
        ({"digest": "字" * 128}, 0),
        ({"digest": "字" * 129}, 45004),
        ({"content": "字" * 19_999}, 0),
        ({"content": "字" * 20_000}, 45002),
        ({"content": ""}, 45166),
        ({"content_source_url": "https://a.example/" + "x" * 1006}, 0),
        ({"content_source_url": "https://a.example/" + "x" * 1007}, 45005),
        ({"content_source_url": "javascript:alert(1)"}, 41039),
        ({"thumb_media_id": "nobody"}, 40007),
        ({"thumb_media_id": None}, 40007),
        ({"article_type": "poem"}, 45166),
        ({"title": 7}, 47001),
    ],
)
def test_article_limits(sandbox: Sandbox, token: str, changes: dict[str, Any], code: int) -> None:
    answer = draft(sandbox, token, **changes)
    assert answer.get("errcode", 0) == code
    assert len(sandbox.objects("draft")) == (0 if code else 1)


def test_older_title_limit_can_be_set(sandbox: Sandbox, token: str) -> None:
    account = sandbox.account("wechat")["account"]
    sandbox.direct(f"accounts/{account}/settings", title_limit=64)
    assert "media_id" in draft(sandbox, token, title="字" * 64)


def test_temporary_and_foreign_media_are_no_cover(sandbox: Sandbox, token: str) -> None:
    path = f"{CGI}/media/upload?type=image&access_token={token}"
    temporary = sandbox.send(path, "media", picture())["media_id"]
    assert draft(sandbox, token, thumb_media_id=temporary)["errcode"] == 40007
    sandbox.direct("accounts", channel="wechat", count=1)
    other = sandbox.account("wechat", 1)
    keys = {"appid": other["appid"], "secret": other["secret"]}
    foreign_token = stable(sandbox, **keys)["access_token"]
    foreign = cover(sandbox, foreign_token)
    assert draft(sandbox, token, thumb_media_id=foreign)["errcode"] == 40007


@pytest.mark.parametrize(("count", "code"), [(0, 44003), (1, 0), (8, 0), (9, 45008)])
def test_number_of_articles(sandbox: Sandbox, token: str, count: int, code: int) -> None:
    one = article(sandbox, token)
    answer = call(sandbox, token, "draft/add", articles=[one] * count)
    assert answer.get("errcode", 0) == code


@pytest.mark.parametrize(("count", "code"), [(0, 40007), (20, 0), (21, 45008)])
def test_number_of_pictures_in_a_set(sandbox: Sandbox, token: str, count: int, code: int) -> None:
    images = [{"image_media_id": cover(sandbox, token)}] * count
    note = {"article_type": "newspic", "title": "影像", "content": "正文"}
    note["image_info"] = {"image_list": images}  # type: ignore[assignment]
    answer = call(sandbox, token, "draft/add", articles=[note])
    assert answer.get("errcode", 0) == code


def test_escaped_body_is_refused(sandbox: Sandbox, token: str) -> None:
    path = f"{CGI}/draft/add?access_token={token}"
    body = json.dumps({"articles": [article(sandbox, token)]})
    answer = sandbox.client.post(path, data=body, content_type="application/json").get_json()
    assert answer["errcode"] == 40033


def test_backslash_in_text_is_no_escape(sandbox: Sandbox, token: str) -> None:
    assert "media_id" in draft(sandbox, token, content=r"<p>路径 C:\u4e2d 保留</p>")


@pytest.mark.parametrize(("body", "code"), [(b"", 44002), (b"{broken", 47001), (b"[1]", 47001)])
def test_unreadable_body(sandbox: Sandbox, token: str, body: bytes, code: int) -> None:
    path = f"{CGI}/draft/add?access_token={token}"
    assert sandbox.client.post(path, data=body).get_json()["errcode"] == code


def test_stored_content_is_what_wechat_leaves_of_it(sandbox: Sandbox, token: str) -> None:
    path = f"{CGI}/media/uploadimg?access_token={token}"
    url = sandbox.send(path, "media", picture())["url"]
    html = (
        '<section id="x" class="y"><p style="color:red;position:fixed" onclick="a()">正文</p>'
        f'<script>alert(1)</script><iframe src="//a"></iframe><img src="{url}">'
        '<img src="https://elsewhere.example/a.jpg"><img></section>'
    )
    media_id = draft(sandbox, token, content=html)["media_id"]
    stored = call(sandbox, token, "draft/get", media_id=media_id)["news_item"][0]["content"]
    assert stored == f'<section><p style="color:red">正文</p><img src="{url}"></section>'


def test_draft_is_updated_listed_and_deleted(sandbox: Sandbox, token: str) -> None:
    media_id = draft(sandbox, token)["media_id"]
    new = article(sandbox, token, title="改后的标题")
    ok = call(sandbox, token, "draft/update", media_id=media_id, index=0, articles=new)
    assert ok["errcode"] == 0
    listed = call(sandbox, token, "draft/batchget", offset=0, count=20, no_content=1)
    item = listed["item"][0]["content"]["news_item"][0]
    assert (listed["total_count"], item["title"]) == (1, "改后的标题")
    assert "content" not in item
    assert item["content_source_url"].endswith("/s/abc123")
    bad = call(sandbox, token, "draft/update", media_id=media_id, index=1, articles=new)
    assert bad["errcode"] == 40114
    assert call(sandbox, token, "draft/delete", media_id=media_id)["errcode"] == 0
    assert call(sandbox, token, "draft/get", media_id=media_id)["errcode"] == 40007


@pytest.mark.parametrize(("offset", "count"), [(0, 0), (0, 21), (-1, 5), ("x", 5)])
def test_listing_page_out_of_range(sandbox: Sandbox, token: str, offset: Any, count: int) -> None:
    answer = call(sandbox, token, "draft/batchget", offset=offset, count=count)
    assert answer["errcode"] == 40035


# ---- publication ------------------------------------------------------------------------------


def test_draft_leaves_the_box_once(sandbox: Sandbox, token: str) -> None:
    media_id = draft(sandbox, token)["media_id"]
    assert sandbox.state()["copies"] == {}
    first = call(sandbox, token, "freepublish/submit", media_id=media_id)
    assert (first["errcode"], first["publish_id"].isdigit()) == (0, True)
    second = call(sandbox, token, "freepublish/submit", media_id=media_id)
    assert second["errcode"] == 40007
    assert sandbox.state()["copies"] == {"abc123": 1}


def test_publication_is_decided_on_the_second_poll(sandbox: Sandbox, token: str) -> None:
    publish_id = published(sandbox, token)["publish_id"]
    first = call(sandbox, token, "freepublish/get", publish_id=publish_id)
    assert (first["publish_status"], "article_id" in first) == (1, False)
    second = call(sandbox, token, "freepublish/get", publish_id=publish_id)
    assert second["publish_status"] == 0
    url = second["article_detail"]["item"][0]["article_url"]
    assert "三处服务点同时启用" in sandbox.page(url).text


@pytest.mark.parametrize(
    ("verdict", "status", "failed"),
    [("originality", 2, [1]), ("failed", 3, []), ("refused", 4, [1])],
)
def test_platform_decides_against(
    sandbox: Sandbox, token: str, verdict: str, status: int, failed: list[int]
) -> None:
    sandbox.direct("verdicts", channel="wechat", verdict=verdict, after_polls=0)
    publish_id = published(sandbox, token)["publish_id"]
    report = call(sandbox, token, "freepublish/get", publish_id=publish_id)
    assert (report["publish_status"], report["fail_idx"]) == (status, failed)
    assert sandbox.state()["copies"] == {}


def live_article(sandbox: Sandbox, token: str) -> dict[str, Any]:
    sandbox.direct("verdicts", channel="wechat", after_polls=0)
    publish_id = published(sandbox, token)["publish_id"]
    return call(sandbox, token, "freepublish/get", publish_id=publish_id)


def test_deleted_article_is_gone_for_readers(sandbox: Sandbox, token: str) -> None:
    report = live_article(sandbox, token)
    gone = call(sandbox, token, "freepublish/delete", article_id=report["article_id"], index=0)
    assert gone["errcode"] == 0
    again = call(sandbox, token, "freepublish/get", publish_id=report["publish_id"])
    assert again["publish_status"] == 5
    page = sandbox.page(report["article_detail"]["item"][0]["article_url"])
    assert (page.status_code, "已被删除" in page.text) == (410, True)
    assert sandbox.state()["copies"] == {}


def test_platform_takes_an_article_down(sandbox: Sandbox, token: str) -> None:
    report = live_article(sandbox, token)
    sandbox.direct("objects", channel="wechat", id=report["article_id"], state="taken_down")
    again = call(sandbox, token, "freepublish/get", publish_id=report["publish_id"])
    assert again["publish_status"] == 6


def test_list_finds_a_publication_whose_answer_was_lost(sandbox: Sandbox, token: str) -> None:
    published(sandbox, token)
    first, second = (
        call(sandbox, token, "freepublish/batchget", offset=0, count=20, no_content=1)
        for _ in range(2)
    )
    assert (first["total_count"], second["total_count"]) == (0, 1)
    item = second["item"][0]["content"]["news_item"][0]
    assert item["content_source_url"].endswith("/s/abc123")


def test_unverified_account_keeps_its_drafts_only(sandbox: Sandbox, token: str) -> None:
    account = sandbox.account("wechat")["account"]
    sandbox.direct(f"accounts/{account}/settings", publish_allowed=False)
    media_id = draft(sandbox, token)["media_id"]
    refusal = call(sandbox, token, "freepublish/submit", media_id=media_id)
    assert refusal["errcode"] == 48001
    assert len(sandbox.objects("draft")) == 1


def test_second_article_of_a_draft_has_its_own_address(sandbox: Sandbox, token: str) -> None:
    sandbox.direct("verdicts", channel="wechat", after_polls=0)
    pair = [article(sandbox, token), article(sandbox, token, title="第二条")]
    media_id = call(sandbox, token, "draft/add", articles=pair)["media_id"]
    publish_id = call(sandbox, token, "freepublish/submit", media_id=media_id)["publish_id"]
    report = call(sandbox, token, "freepublish/get", publish_id=publish_id)
    urls = [item["article_url"] for item in report["article_detail"]["item"]]
    assert "第二条" in sandbox.page(urls[1]).text
