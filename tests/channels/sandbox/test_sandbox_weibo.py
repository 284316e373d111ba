"""Weibo in the sandbox: what a post must be, repeats, the timeline, deletion, consent."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from channels.sandbox.weibo_mid import base62_of, mid_of
from tests.channels.sandbox.playing import Sandbox, picture

MB = 1024 * 1024
LINK = "https://news.example.test/s/wb7"
GOOD = f"清河区新增三处便民服务点 {LINK}"
SHARE = "/weibo/2/statuses/share.json"


def share(sandbox: Sandbox, text: str = GOOD, pic: bytes = b"", **changes: str) -> dict[str, Any]:
    form = {
        "access_token": sandbox.account("weibo")["access_token"],
        "status": text,
        "rip": "127.0.0.1",
        **changes,
    }
    if pic:
        return sandbox.send(SHARE, "pic", pic, **form)
    answer: dict[str, Any] = sandbox.client.post(SHARE, data=form).get_json()
    return answer


def ask(sandbox: Sandbox, path: str, **query: Any) -> Any:
    token = sandbox.account("weibo")["access_token"]
    query = {"access_token": token, **query}
    return sandbox.client.get(f"/weibo/2/{path}", query_string=query).get_json()


@pytest.mark.parametrize(
    ("mid", "base62"), [(3501756485200075, "z0JH2lOMb"), (61, "Z"), (10**7, "10000"), (0, "0")]
)
def test_two_spellings_of_a_number(mid: int, base62: str) -> None:
    assert (base62_of(mid), mid_of(base62)) == (base62, mid)


def test_post_stands_at_its_address(sandbox: Sandbox) -> None:
    status = share(sandbox, pic=picture())
    url = sandbox.objects("status")[0]["url"]
    assert url.endswith(f"/{base62_of(int(status['mid']))}")
    page = sandbox.page(url)
    assert (page.status_code, LINK in page.text, "<img" in page.text) == (200, True, True)
    assert sandbox.page(status["original_pic"]).data == picture()
    assert sandbox.state()["copies"] == {"wb7": 1}


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("字" * 129 + " " + LINK, 0),
        ("字" * 130 + LINK, 0),
        ("字" * 130 + "a" + LINK, 20012),
        ("字" * 129 + "ab" + LINK, 0),
        ("字" * 131 + LINK, 20012),
        ("没有链接", 10017),
        ("别人的链接 https://elsewhere.example/s/wb7", 10017),
        ("形似 https://news.example.test.evil.example/s/1", 10017),
        ("子域 https://app.news.example.test/s/1", 0),
        (f"#话题# {LINK}", 10017),
        (f"一个 # 不是话题 {LINK}", 0),
        ("带锚点 https://news.example.test/s/1#top 和 https://news.example.test/s/2#end", 0),
        (f"读不出的 http://[1] 和 {LINK}", 0),
        ("只有读不出的 http://[1]", 10017),
        ("   ", 20008),
    ],
)
def test_what_a_post_must_be(sandbox: Sandbox, status: str, code: int) -> None:
    answer = share(sandbox, status)
    assert answer.get("error_code", 0) == code
    assert len(sandbox.objects()) == (0 if code else 1)


@pytest.mark.parametrize(
    ("pic", "code"),
    [
        (picture(5 * MB - 1), 0),
        (picture(5 * MB), 20006),
        (picture(kind="PNG"), 0),
        (picture(kind="GIF"), 0),
        (picture(kind="BMP"), 20005),
        (b"no picture", 20005),
    ],
)
def test_picture_is_taken_to_the_byte(sandbox: Sandbox, pic: bytes, code: int) -> None:
    assert share(sandbox, pic=pic).get("error_code", 0) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rip": ""}, 10016),
        ({"status": ""}, 10016),
        ({"access_token": ""}, 10006),
        ({"access_token": "2.00x"}, 21332),
    ],
)
def test_missing_parameters(sandbox: Sandbox, changes: dict[str, str], code: int) -> None:
    assert share(sandbox, GOOD, b"", **changes)["error_code"] == code


def test_errors_are_real_statuses(sandbox: Sandbox) -> None:
    form = {"access_token": sandbox.account("weibo")["access_token"], "status": "x", "rip": "::1"}
    refused = sandbox.client.post(SHARE, data=form)
    assert (refused.status_code, refused.get_json()["request"]) == (400, "/2/statuses/share.json")
    foreign = sandbox.client.post(SHARE, data={**form, "access_token": "x"})
    assert foreign.status_code == 403


def test_same_text_is_refused_until_the_first_is_deleted(sandbox: Sandbox) -> None:
    first = share(sandbox)
    assert share(sandbox)["error_code"] == 20019
    token = sandbox.account("weibo")["access_token"]
    form = {"access_token": token, "id": first["idstr"]}
    sandbox.client.post("/weibo/2/statuses/destroy.json", data=form)
    assert sandbox.state()["copies"] == {}
    assert "idstr" in share(sandbox)
    again = sandbox.client.post("/weibo/2/statuses/destroy.json", data=form).get_json()
    assert again["error_code"] == 20101


def test_nobody_deletes_the_post_of_another(sandbox: Sandbox) -> None:
    post = share(sandbox)
    sandbox.direct("accounts", channel="weibo", count=1)
    form = {"access_token": sandbox.account("weibo", 1)["access_token"], "id": post["idstr"]}
    answer = sandbox.client.post("/weibo/2/statuses/destroy.json", data=form).get_json()
    assert answer["error_code"] == 20102
    assert sandbox.state()["copies"] == {"wb7": 1}


def test_timeline_shows_own_posts_newest_first(sandbox: Sandbox) -> None:
    for name in "abc":
        share(sandbox, f"{name} {LINK}")
    timeline = ask(sandbox, "statuses/user_timeline.json", count=2)
    assert [one["text"][0] for one in timeline["statuses"]] == ["c", "b"]
    assert timeline["total_number"] == 3
    rest = ask(sandbox, "statuses/user_timeline.json", count=2, page=2)
    assert [one["text"][0] for one in rest["statuses"]] == ["a"]


def test_accepted_but_shown_later(sandbox: Sandbox) -> None:
    sandbox.direct("verdicts", channel="weibo", verdict="later", after_polls=1)
    assert share(sandbox)["error_code"] == 20032
    assert sandbox.state()["copies"] == {"wb7": 1}
    looks = [ask(sandbox, "statuses/user_timeline.json")["total_number"] for _ in range(2)]
    assert looks == [0, 1]


def test_hourly_quota(sandbox: Sandbox) -> None:
    account = sandbox.account("weibo")["account"]
    sandbox.direct(f"accounts/{account}/settings", hourly_posts=2)
    codes = [share(sandbox, f"{n} {LINK}").get("error_code", 0) for n in range(3)]
    assert codes == [0, 0, 10024]
    sandbox.clock.pass_(3601)
    assert "idstr" in share(sandbox, f"4 {LINK}")


def test_long_article_is_two_things_and_one_copy(sandbox: Sandbox) -> None:
    form = {
        "access_token": sandbox.account("weibo")["access_token"],
        "title": "长文",
        "content": "<p>" + "字" * 89_000 + "</p><script>x()</script>",
        "cover": "https://news.example.test/c.jpg",
        "text": f"导语 {LINK}",
        "rip": "127.0.0.1",
    }
    path = "/weibo/proxy/article/publish.json"
    data = sandbox.client.post(path, data=form).get_json()["data"]
    assert [one["kind"] for one in sandbox.objects()] == ["article", "carrier"]
    assert sandbox.state()["copies"] == {"wb7": 1}
    page = sandbox.page(data["url"])
    assert ("字字字" in page.text, "<script" in page.text) == (True, False)
    form["title"] = "字" * 33
    assert sandbox.client.post(path, data=form).get_json()["code"] == "10008"


def test_consent_gives_a_code_that_works_once(sandbox: Sandbox) -> None:
    account = sandbox.account("weibo")
    query = {
        "client_id": account["app_key"],
        "redirect_uri": "http://127.0.0.1:8000/back",
        "state": "s1",
    }
    agreed = sandbox.client.get("/weibo/oauth2/authorize", query_string=query)
    back = parse_qs(urlsplit(agreed.location).query)
    form = {
        "client_id": account["app_key"],
        "client_secret": account["app_secret"],
        "grant_type": "authorization_code",
        "code": back["code"][0],
    }
    granted = sandbox.client.post("/weibo/oauth2/access_token", data=form).get_json()
    assert (back["state"], granted["uid"]) == (["s1"], account["uid"])
    again = sandbox.client.post("/weibo/oauth2/access_token", data=form).get_json()
    assert again["error_code"] == 21325
    assert "idstr" in share(sandbox, access_token=granted["access_token"])


def test_consent_never_returns_to_a_stranger(sandbox: Sandbox) -> None:
    query = {
        "client_id": sandbox.account("weibo")["app_key"],
        "redirect_uri": "https://elsewhere.example/",
    }
    answer = sandbox.client.get("/weibo/oauth2/authorize", query_string=query).get_json()
    assert answer["error_code"] == 21322
