"""Readers in the sandbox: counts that grow, comments under posts, and what an account answers."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.channels.sandbox.playing import Sandbox, film, picture

LINK = "https://news.example.test/s/rd1"
HOUR, DAY = 3600, 86_400


def weibo(sandbox: Sandbox, method: str, path: str, **fields: Any) -> Any:
    fields = {"access_token": sandbox.account("weibo")["access_token"], "rip": "::1", **fields}
    where: dict[str, Any] = {"query_string": fields} if method == "GET" else {"data": fields}
    answer = sandbox.client.open(f"/weibo/2/{path}.json", method=method, **where)
    return answer.get_json()


def shared(sandbox: Sandbox, words: str = "便民服务点") -> str:
    return str(weibo(sandbox, "POST", "statuses/share", status=f"{words} {LINK}")["idstr"])


def comment(sandbox: Sandbox, channel: str, identity: str, text: str = "几点开门") -> int:
    answer = sandbox.direct("readers/comments", channel=channel, id=identity, text=text)
    assert answer.status_code == 201
    return int(answer.get_json()["number"])


# ---- Weibo ------------------------------------------------------------------------------------


def counted(sandbox: Sandbox, ids: str) -> list[dict[str, Any]]:
    return list(weibo(sandbox, "GET", "statuses/count", ids=ids))


def test_weibo_counts_grow_and_never_fall(sandbox: Sandbox) -> None:
    mid = shared(sandbox)
    seen = []
    for _ in range(4):
        seen.append(int(counted(sandbox, mid)[0]["attitudes"]))
        sandbox.clock.pass_(6 * HOUR)
    assert seen[0] == 0
    assert seen == sorted(set(seen))
    status = weibo(sandbox, "GET", "statuses/user_timeline")["statuses"][0]
    assert status["attitudes_count"] > seen[-1]


def test_weibo_counts_a_hundred_posts_at_once_and_leaves_out_strangers(sandbox: Sandbox) -> None:
    mid = shared(sandbox)
    assert [row["id"] for row in counted(sandbox, f"{mid},77")] == [int(mid)]
    many = weibo(sandbox, "GET", "statuses/count", ids=",".join(["1"] * 101))
    assert many["error_code"] == 10008
    weibo(sandbox, "POST", "statuses/destroy", id=mid)
    assert counted(sandbox, mid) == []


def test_weibo_reader_asks_and_the_account_answers_once(sandbox: Sandbox) -> None:
    mid = shared(sandbox)
    comment(sandbox, "weibo", mid)
    (asked,) = weibo(sandbox, "GET", "comments/show", id=mid)["comments"]
    assert (asked["text"], asked["user"]["screen_name"]) == ("几点开门", "读者")
    answer = {"cid": asked["idstr"], "id": mid, "comment": "九点"}
    said = weibo(sandbox, "POST", "comments/reply", **answer)
    assert said["reply_comment"]["idstr"] == asked["idstr"]
    assert weibo(sandbox, "POST", "comments/reply", **answer)["error_code"] == 20019
    shown = weibo(sandbox, "GET", "comments/show", id=mid)
    assert [one["text"] for one in shown["comments"]] == ["九点", "几点开门"]
    assert shown["total_number"] == 2
    assert shown["comments"][0]["user"]["idstr"] == sandbox.account("weibo")["uid"]
    assert counted(sandbox, mid)[0]["comments"] == "2"


def test_weibo_comment_may_be_gone_between_list_and_reply(sandbox: Sandbox) -> None:
    mid = shared(sandbox)
    number = comment(sandbox, "weibo", mid)
    (asked,) = weibo(sandbox, "GET", "comments/show", id=mid)["comments"]
    sandbox.client.delete(f"/__sim__/readers/comments/{number}")
    answer = weibo(sandbox, "POST", "comments/reply", cid=asked["idstr"], id=mid, comment="九点")
    assert answer["error_code"] == 20201


@pytest.mark.parametrize(
    ("words", "code"), [("字" * 140, 0), ("字" * 141, 20012), ("a" * 280, 0), ("", 10016)]
)
def test_weibo_comment_is_weighed(sandbox: Sandbox, words: str, code: int) -> None:
    mid = shared(sandbox)
    answer = weibo(sandbox, "POST", "comments/create", id=mid, comment=words)
    assert answer.get("error_code", 0) == code
    if not code:
        gone = weibo(sandbox, "POST", "comments/destroy", cid=answer["idstr"])
        assert gone["idstr"] == answer["idstr"]


def test_weibo_comment_of_a_reader_is_not_ours_to_delete(sandbox: Sandbox) -> None:
    mid = shared(sandbox)
    comment(sandbox, "weibo", mid)
    (asked,) = weibo(sandbox, "GET", "comments/show", id=mid)["comments"]
    assert weibo(sandbox, "POST", "comments/destroy", cid=asked["idstr"])["error_code"] == 20203
    assert weibo(sandbox, "POST", "comments/destroy", cid="1")["error_code"] == 20201


def test_weibo_comments_come_in_pages(sandbox: Sandbox) -> None:
    mid = shared(sandbox)
    for number in range(5):
        comment(sandbox, "weibo", mid, f"第{number}")
    pages = [
        weibo(sandbox, "GET", "comments/show", id=mid, count=2, page=page)["comments"]
        for page in (1, 2, 3, 4)
    ]
    assert [one["text"] for page in pages for one in page] == [f"第{n}" for n in (4, 3, 2, 1, 0)]


def test_comment_under_what_does_not_exist(sandbox: Sandbox) -> None:
    assert sandbox.direct("readers/comments", channel="weibo", id="none").status_code == 404
    assert weibo(sandbox, "GET", "comments/show", id="1")["error_code"] == 20101


# ---- Weibo articles ---------------------------------------------------------------------------


def article(sandbox: Sandbox, **changes: str) -> dict[str, Any]:
    form = {
        "access_token": sandbox.account("weibo")["access_token"],
        "title": "长文",
        "content": "<p>文</p>",
        "cover": "https://news.example.test/c.jpg",
        "text": f"导语 {LINK}",
        "rip": "127.0.0.1",
        **changes,
    }
    return dict(sandbox.client.post("/weibo/proxy/article/publish.json", data=form).get_json())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "100000"),
        ({"title": "字" * 33}, "10008"),
        ({"text": "字" * 1901}, "10008"),
        ({"text": "字" * 1900}, "100000"),
        ({"cover": "c.jpg"}, "10008"),
        ({"content": "字" * 90_001}, "10008"),
    ],
)
def test_article_limits(sandbox: Sandbox, changes: dict[str, str], code: str) -> None:
    assert article(sandbox, **changes)["code"] == code


def test_article_of_an_account_that_was_not_let_in(sandbox: Sandbox) -> None:
    account = sandbox.account("weibo")["account"]
    sandbox.direct(f"accounts/{account}/settings", articles_allowed=False)
    assert article(sandbox)["code"] == "10014"
    assert article(sandbox, access_token="x")["error_code"] == 21332
    assert sandbox.objects() == []


def test_article_may_stand_without_its_carrier(sandbox: Sandbox) -> None:
    account = sandbox.account("weibo")["account"]
    sandbox.direct(f"accounts/{account}/settings", carrier_fails=True)
    assert article(sandbox)["code"] == "11002"
    assert [one["kind"] for one in sandbox.objects()] == ["article"]
    assert weibo(sandbox, "GET", "statuses/user_timeline")["total_number"] == 0


def test_articles_too_often(sandbox: Sandbox) -> None:
    account = sandbox.account("weibo")["account"]
    sandbox.direct(f"accounts/{account}/settings", hourly_posts=1)
    assert [article(sandbox)["code"] for _ in range(2)] == ["100000", "11001"]


def test_carrier_is_counted_and_commented_on(sandbox: Sandbox) -> None:
    mid = article(sandbox)["data"]["mid"]
    comment(sandbox, "weibo", mid)
    assert counted(sandbox, mid)[0]["comments"] == "1"


# ---- Douyin -----------------------------------------------------------------------------------


def douyin(sandbox: Sandbox, path: str, body: Any = None, **query: Any) -> dict[str, Any]:
    account = sandbox.account("douyin")
    query = {"open_id": account["open_id"], "access_token": account["access_token"], **query}
    pairs = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in query.items())
    if body is None:
        return dict(sandbox.client.get(f"/douyin{path}?{pairs}").get_json())
    return sandbox.say(f"/douyin{path}?{pairs}", body)


def filmed(sandbox: Sandbox) -> str:
    """A film that readers may see."""
    account = sandbox.account("douyin")
    keys = f"open_id={account['open_id']}&access_token={account['access_token']}"
    video = sandbox.send(f"/douyin/video/upload/?{keys}", "video", film())["data"]["video"]
    made = douyin(sandbox, "/video/create/", {"video_id": video["video_id"], "text": "看"})
    for _ in range(2):
        douyin(sandbox, "/video/list/")
    return str(made["data"]["item_id"])


def test_douyin_numbers_grow_and_both_calls_agree(sandbox: Sandbox) -> None:
    item_id = filmed(sandbox)
    sandbox.clock.pass_(3 * HOUR)
    comment(sandbox, "douyin", item_id)
    (item,) = douyin(sandbox, "/video/data/", {"item_ids": [item_id]})["data"]["list"]
    result = douyin(sandbox, "/data/external/item/base/", item_id=item_id)["data"]["result"]
    told = item["statistics"]
    assert told["play_count"] == result["total_play"] > 0
    assert told["comment_count"] == result["total_comment"] == 1
    sandbox.clock.pass_(6 * HOUR)
    (item,) = douyin(sandbox, "/video/data/", {"item_ids": [item_id]})["data"]["list"]
    assert item["statistics"]["play_count"] > told["play_count"]


def test_douyin_lists_can_be_switched_off(sandbox: Sandbox) -> None:
    item_id = filmed(sandbox)
    account = sandbox.account("douyin")["account"]
    sandbox.direct(f"accounts/{account}/settings", lists_offline=True)
    assert douyin(sandbox, "/video/list/")["data"]["error_code"] == 28001056
    refused = douyin(sandbox, "/video/data/", {"item_ids": [item_id]})
    assert refused["data"]["error_code"] == 28001056
    alone = douyin(sandbox, "/data/external/item/base/", item_id=item_id)
    assert alone["data"]["error_code"] == 0


def test_douyin_reader_asks_and_the_account_answers(sandbox: Sandbox) -> None:
    item_id = filmed(sandbox)
    for words in ("甲问", "乙问"):
        comment(sandbox, "douyin", item_id, words)
    listed = douyin(sandbox, "/item/comment/list/", item_id=item_id)["data"]
    assert [one["content"] for one in listed["list"]] == ["乙问", "甲问"]
    asked = listed["list"][1]["comment_id"]
    answer = {"item_id": item_id, "comment_id": asked, "content": "九点"}
    assert douyin(sandbox, "/item/comment/reply/", answer)["data"]["error_code"] == 0
    replies = douyin(sandbox, "/item/comment/reply/list/", item_id=item_id, comment_id=asked)
    (said,) = replies["data"]["list"]
    assert (said["content"], said["comment_user_id"]) == (
        "九点",
        sandbox.account("douyin")["open_id"],
    )
    first = douyin(sandbox, "/item/comment/list/", item_id=item_id, count=1)["data"]
    rest = douyin(sandbox, "/item/comment/list/", item_id=item_id, cursor=first["cursor"])["data"]
    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert [one["reply_comment_total"] for one in rest["list"]] == [1]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 0),
        ({"content": ""}, 2100005),
        ({"content": "字" * 101}, 2100005),
        ({"comment_id": "@c/999=="}, 2100005),
        ({"item_id": "none"}, 2100005),
    ],
)
def test_douyin_answer_must_fit(sandbox: Sandbox, changes: dict[str, str], code: int) -> None:
    item_id = filmed(sandbox)
    number = comment(sandbox, "douyin", item_id)
    answer = {"item_id": item_id, "comment_id": f"@c/{number}==", "content": "九点", **changes}
    assert douyin(sandbox, "/item/comment/reply/", answer)["data"]["error_code"] == code


# ---- Kuaishou, Toutiao ------------------------------------------------------------------------


def test_kuaishou_counts_grow(sandbox: Sandbox) -> None:
    sandbox.direct("verdicts", channel="kuaishou", after_polls=0)
    account = sandbox.account("kuaishou")
    keys = f"app_id={account['app_id']}&access_token={account['access_token']}"
    begun = sandbox.client.post(f"/kuaishou/openapi/photo/start_upload?{keys}").get_json()
    token = begun["upload_token"]
    path = f"/kuaishou-upload/api/upload?upload_token={token}"
    sandbox.client.post(path, data=film(), content_type="video/mp4")
    path = f"/kuaishou/openapi/photo/publish?{keys}&upload_token={token}"
    made = sandbox.send(path, "cover", picture(), caption="看")["video_info"]
    assert made["view_count"] == 0
    sandbox.clock.pass_(DAY)
    path = f"/kuaishou/openapi/photo/info?{keys}&photo_id={made['photo_id']}"
    told = sandbox.client.get(path).get_json()["video_info"]
    assert told["view_count"] > told["like_count"] > 0


def test_toutiao_counts_grow(sandbox: Sandbox) -> None:
    sandbox.direct("verdicts", channel="toutiao", after_polls=0)
    account = sandbox.account("toutiao")
    keys = f"open_id={account['open_id']}&access_token={account['access_token']}"
    video = sandbox.send(f"/toutiao/video/upload/?{keys}", "video", film())["data"]["video"]
    sandbox.say(f"/toutiao/video/create/?{keys}", {"video_id": video["video_id"], "text": "看"})
    sandbox.clock.pass_(DAY)
    (item,) = sandbox.client.get(f"/toutiao/video/list/?{keys}").get_json()["data"]["list"]
    assert item["statistics"]["play_count"] > 0


def test_weibo_tells_how_many_follow_an_account(sandbox: Sandbox) -> None:
    uid = sandbox.account("weibo")["uid"]
    before = weibo(sandbox, "GET", "users/show", uid=uid)
    assert (before["idstr"], before["followers_count"] > 0) == (uid, True)
    sandbox.clock.pass_(2 * DAY)
    after = weibo(sandbox, "GET", "users/show", uid=uid)
    assert after["followers_count"] > before["followers_count"]
    assert weibo(sandbox, "GET", "users/show", uid="77")["error_code"] == 20003
