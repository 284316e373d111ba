"""Douyin and Toutiao in the sandbox: consent, uploads whole and in parts, review, repeats."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from channels.sandbox import bytedance
from tests.channels.sandbox.playing import Sandbox, film, picture

MB = 1024 * 1024
CONTENT = {"douyin": "/douyin/api/douyin/v1/video", "toutiao": "/toutiao/toutiao/video"}
UPLOAD = {"douyin": "upload_video", "toutiao": "upload"}
PARTS = {
    "douyin": ("init_video_part_upload", "upload_video_part", "complete_video_part_upload"),
    "toutiao": ("part/init", "part/upload", "part/complete"),
}
BOTH = pytest.mark.parametrize("channel", ["douyin", "toutiao"])


def address(sandbox: Sandbox, channel: str, call: str, **query: Any) -> str:
    account = sandbox.account(channel)
    query = {"open_id": account["open_id"], "access_token": account["access_token"], **query}
    pairs = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in query.items())
    return f"{CONTENT[channel]}/{call}/?{pairs}"


def code_of(answer: dict[str, Any]) -> int:
    assert answer["data"]["error_code"] == answer["extra"]["error_code"]
    return int(answer["data"]["error_code"])


def uploaded(sandbox: Sandbox, channel: str, data: bytes = b"") -> str:
    path = address(sandbox, channel, UPLOAD[channel])
    return str(sandbox.send(path, "video", data or film())["data"]["video"]["video_id"])


def image(sandbox: Sandbox) -> str:
    path = address(sandbox, "douyin", "upload_image")
    return str(sandbox.send(path, "image", picture())["data"]["image"]["image_id"])


def create(sandbox: Sandbox, channel: str, **body: Any) -> dict[str, Any]:
    call = "create_video" if channel == "douyin" else "create"
    return sandbox.say(address(sandbox, channel, call), body)


def listed(sandbox: Sandbox, channel: str, **query: Any) -> dict[str, Any]:
    call = "video_list" if channel == "douyin" else "list"
    answer = sandbox.client.get(address(sandbox, channel, call, **query)).get_json()
    return dict(answer["data"])


def looked_at(sandbox: Sandbox, channel: str, item_id: str) -> list[dict[str, Any]]:
    call = "video_data" if channel == "douyin" else "data"
    answer = sandbox.say(address(sandbox, channel, call), {"item_ids": [item_id]})
    return list(answer["data"]["list"])


# ---- uploads ----------------------------------------------------------------------------------


@BOTH
def test_upload_tells_the_size_of_the_picture(sandbox: Sandbox, channel: str) -> None:
    answer = sandbox.send(address(sandbox, channel, UPLOAD[channel]), "video", film())
    video = answer["data"]["video"]
    assert (video["width"], video["height"], code_of(answer)) == (720, 1280, 0)


@pytest.mark.parametrize(
    ("channel", "data", "code"),
    [
        ("douyin", film(seconds=900), 0),
        ("douyin", film(seconds=901), 2190006),
        ("douyin", picture(), 2100005),
        ("douyin", b"\x1aE\xdf\xa3" + bytes(60), 0),
        ("toutiao", film(seconds=60), 0),
        ("toutiao", film(seconds=61), 2190006),
        ("toutiao", b"text", 2100005),
    ],
)
def test_what_a_film_must_be(sandbox: Sandbox, channel: str, data: bytes, code: int) -> None:
    answer = sandbox.send(address(sandbox, channel, UPLOAD[channel]), "video", data)
    assert code_of(answer) == code


@BOTH
@pytest.mark.parametrize(("more", "code"), [(0, 0), (1, 2190005)])
def test_large_film_must_come_in_parts(
    sandbox: Sandbox, channel: str, more: int, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bytedance, "DIRECT_BYTES", MB)
    data = film(size=MB + more)
    answer = sandbox.send(address(sandbox, channel, UPLOAD[channel]), "video", data)
    assert (len(data), code_of(answer)) == (MB + more, code)


def in_parts(sandbox: Sandbox, channel: str, parts: dict[int, bytes]) -> dict[str, Any]:
    """Send the parts in the order given and complete the upload."""
    init, part, complete = PARTS[channel]
    begun = sandbox.client.post(address(sandbox, channel, init)).get_json()
    upload_id = begun["data"]["upload_id"]
    for number, data in parts.items():
        path = address(sandbox, channel, part, upload_id=upload_id, part_number=number)
        assert code_of(sandbox.send(path, "video", data)) == 0
    path = address(sandbox, channel, complete, upload_id=upload_id)
    return dict(sandbox.client.post(path).get_json())


@BOTH
def test_parts_in_any_order_make_the_film(sandbox: Sandbox, channel: str) -> None:
    whole = film(size=11 * MB)
    cuts = {2: whole[5 * MB : 10 * MB], 3: whole[10 * MB :], 1: whole[: 5 * MB]}
    answer = in_parts(sandbox, channel, cuts)
    served = sandbox.page(f"http://127.0.0.1:8002/media/{answer['data']['video']['video_id']}")
    assert hashlib.sha256(served.data).digest() == hashlib.sha256(whole).digest()


@BOTH
@pytest.mark.parametrize(
    "parts",
    [
        {},
        {1: film(size=5 * MB), 3: b"end"},
        {2: film(size=5 * MB)},
        {1: film(size=5 * MB - 1), 2: b"end"},
    ],
    ids=["none", "second missing", "first missing", "first too small"],
)
def test_spoiled_parts_are_refused(sandbox: Sandbox, channel: str, parts: dict[int, bytes]) -> None:
    assert code_of(in_parts(sandbox, channel, parts)) == 28001007


@BOTH
def test_upload_id_ends_after_two_hours_and_belongs_to_one_account(
    sandbox: Sandbox, channel: str
) -> None:
    init, part, _ = PARTS[channel]
    begun = sandbox.client.post(address(sandbox, channel, init)).get_json()
    upload = {"upload_id": begun["data"]["upload_id"], "part_number": 1}
    sandbox.direct("accounts", channel=channel, count=1)
    other = sandbox.account(channel, 1)
    keys = {"open_id": other["open_id"], "access_token": other["access_token"]}
    foreign = sandbox.send(address(sandbox, channel, part, **upload, **keys), "video", b"x")
    assert code_of(foreign) == 28001007
    sandbox.clock.pass_(7201)
    late = sandbox.send(address(sandbox, channel, part, **upload), "video", b"x")
    assert code_of(late) == 28001007


@BOTH
def test_caller_must_be_the_account(sandbox: Sandbox, channel: str) -> None:
    call = UPLOAD[channel]
    stranger = sandbox.send(address(sandbox, channel, call, open_id="x"), "video", film())
    nobody = sandbox.send(address(sandbox, channel, call, access_token="x"), "video", film())
    sandbox.clock.pass_(15 * 86_400 + 1)
    late = sandbox.send(address(sandbox, channel, call), "video", film())
    assert [code_of(one) for one in (stranger, nobody, late)] == [2100005, 2190002, 2190008]


# ---- publication ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": "字" * 1000}, 0),
        ({"text": "字" * 1001}, 2100005),
        ({"video_id": "none"}, 2190007),
        ({"custom_cover_image_url": "none"}, 2100005),
        ({"private_status": 3}, 2100005),
    ],
)
def test_douyin_video_limits(sandbox: Sandbox, changes: dict[str, Any], code: int) -> None:
    body = {"video_id": uploaded(sandbox, "douyin"), "text": "一分钟看懂"} | changes
    assert code_of(create(sandbox, "douyin", **body)) == code
    assert len(sandbox.objects()) == (0 if code else 1)


def test_douyin_repeats_what_is_sent_twice(sandbox: Sandbox) -> None:
    body = {"video_id": uploaded(sandbox, "douyin"), "text": "正文〔dy9〕"}
    first, second = (create(sandbox, "douyin", **body)["data"]["item_id"] for _ in range(2))
    assert first != second
    assert sandbox.state()["copies"] == {"dy9": 2}


def test_douyin_piece_has_an_address_once_reviewed(sandbox: Sandbox) -> None:
    cover = image(sandbox)
    body = {"video_id": uploaded(sandbox, "douyin"), "text": "看 https://n.example/s/dy1"}
    item_id = create(sandbox, "douyin", **body, custom_cover_image_url=cover)["data"]["item_id"]
    url = sandbox.objects("video")[0]["url"]
    assert (sandbox.page(url).status_code, "审核中" in sandbox.page(url).text) == (404, True)
    looks = [looked_at(sandbox, "douyin", item_id)[0] for _ in range(2)]
    assert [look["share_url"] for look in looks] == ["", url]
    assert "video_status" not in looks[0]
    page = sandbox.page(url)
    assert (page.status_code, "<video" in page.text, cover in page.text) == (200, True, True)


def test_douyin_list_counts_as_a_look(sandbox: Sandbox) -> None:
    for number in range(3):
        create(sandbox, "douyin", video_id=uploaded(sandbox, "douyin"), text=f"第{number}条")
    listed(sandbox, "douyin")
    first = listed(sandbox, "douyin", count=2)
    rest = listed(sandbox, "douyin", count=2, cursor=first["cursor"])
    titles = [item["title"] for item in first["list"] + rest["list"]]
    assert titles == ["第2条", "第1条", "第0条"]
    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert all(item["share_url"] for item in first["list"])


@BOTH
def test_refused_by_review(sandbox: Sandbox, channel: str) -> None:
    sandbox.direct("verdicts", channel=channel, verdict="refused", after_polls=1)
    body = {"video_id": uploaded(sandbox, channel), "text": "正文"}
    item_id = create(sandbox, channel, **body)["data"]["item_id"]
    assert sum(sandbox.state()["copies"].values()) == 1
    looked_at(sandbox, channel, item_id)
    second = looked_at(sandbox, channel, item_id)
    assert [item["video_status"] for item in second] == ([2] if channel == "toutiao" else [])
    assert sandbox.state()["copies"] == {}


def test_old_review_fields_on_request(sandbox: Sandbox) -> None:
    account = sandbox.account("douyin")["account"]
    sandbox.direct(f"accounts/{account}/settings", review_fields=True)
    item_id = create(sandbox, "douyin", video_id=uploaded(sandbox, "douyin"))["data"]["item_id"]
    looks = [looked_at(sandbox, "douyin", item_id)[0] for _ in range(2)]
    assert [(look["is_reviewed"], look["video_status"]) for look in looks] == [
        (False, 4),
        (True, 5),
    ]


def test_douyin_daily_quota(sandbox: Sandbox) -> None:
    account = sandbox.account("douyin")["account"]
    sandbox.direct(f"accounts/{account}/settings", daily_posts=1)
    video = uploaded(sandbox, "douyin")
    codes = [code_of(create(sandbox, "douyin", video_id=video)) for _ in range(2)]
    assert codes == [0, 2114007]


@pytest.mark.parametrize(("count", "code"), [(0, 2100005), (1, 0), (30, 0), (31, 2100005)])
def test_douyin_image_set(sandbox: Sandbox, count: int, code: int) -> None:
    body = {"image_list": [image(sandbox)] * count, "text": "图集 https://n.example/s/tu1"}
    answer = sandbox.say(address(sandbox, "douyin", "create_image_text"), body)
    assert code_of(answer) == code
    if not code:
        looked_at(sandbox, "douyin", answer["data"]["item_id"])
        looked_at(sandbox, "douyin", answer["data"]["item_id"])
        page = sandbox.page(sandbox.objects("note")[0]["url"])
        assert page.text.count("<img") == count


@pytest.mark.parametrize(
    ("size", "kind", "code"), [(20 * MB, "JPEG", 0), (20 * MB + 1, "JPEG", 2190005), (0, "PPM", -1)]
)
def test_douyin_image_to_the_byte(sandbox: Sandbox, size: int, kind: str, code: int) -> None:
    path = address(sandbox, "douyin", "upload_image")
    answer = sandbox.send(path, "image", picture(size, kind))
    assert code_of(answer) == (2100005 if code == -1 else code)


@pytest.mark.parametrize(("text", "code"), [("字" * 30, 0), ("字" * 31, 2100005), ("", 2100005)])
def test_toutiao_title(sandbox: Sandbox, text: str, code: int) -> None:
    body = {"video_id": uploaded(sandbox, "toutiao"), "text": text}
    assert code_of(create(sandbox, "toutiao", **body)) == code


def test_toutiao_knows_the_same_video_again(sandbox: Sandbox) -> None:
    body = {"video_id": uploaded(sandbox, "toutiao"), "text": "便民服务点", "abstract": "〔tt3〕"}
    items = {create(sandbox, "toutiao", **body)["data"]["item_id"] for _ in range(3)}
    assert len(items) == 1
    assert sandbox.state()["copies"] == {"tt3": 1}
    other = create(sandbox, "toutiao", **{**body, "video_id": uploaded(sandbox, "toutiao")})
    assert other["data"]["item_id"] not in items


def test_text_without_mark_is_known_by_film_and_words(sandbox: Sandbox) -> None:
    for text in ("甲", "甲", "乙"):
        create(sandbox, "toutiao", video_id=uploaded(sandbox, "toutiao"), text=text)
    assert sorted(sandbox.state()["copies"].values()) == [1, 2]


def test_the_same_words_and_film_on_two_platforms_are_two_pieces(sandbox: Sandbox) -> None:
    """Else a piece that stands once on each would look as if it stood twice on one."""
    for channel in ("toutiao", "douyin"):
        create(sandbox, channel, video_id=uploaded(sandbox, channel), text="藕田开挖了")
    assert list(sandbox.state()["copies"].values()) == [1, 1]


def test_toutiao_content_stands_under_the_bare_host_too(sandbox: Sandbox) -> None:
    path = address(sandbox, "toutiao", "list").replace("/toutiao/toutiao/", "/toutiao/")
    assert code_of(sandbox.client.get(path).get_json()) == 0


# ---- consent ----------------------------------------------------------------------------------


def oauth(sandbox: Sandbox, channel: str, call: str, **form: str) -> dict[str, Any]:
    form = {"client_key": sandbox.account(channel)["client_key"], **form}
    answer = sandbox.client.post(f"/{channel}/oauth/{call}/", data=form).get_json()
    assert (answer["message"] == "error") == (answer["data"]["error_code"] != 0)
    return dict(answer["data"])


def refresh(sandbox: Sandbox, channel: str) -> dict[str, Any]:
    token = sandbox.account(channel)["refresh_token"]
    return oauth(sandbox, channel, "refresh_token", grant_type="refresh_token", refresh_token=token)


@BOTH
def test_refresh_extends_a_living_token_and_replaces_a_dead_one(
    sandbox: Sandbox, channel: str
) -> None:
    first = sandbox.account(channel)["access_token"]
    sandbox.clock.pass_(86_400)
    extended = refresh(sandbox, channel)
    assert (extended["access_token"], extended["expires_in"]) == (first, 15 * 86_400)
    assert extended["refresh_expires_in"] == 29 * 86_400
    sandbox.clock.pass_(16 * 86_400)
    assert refresh(sandbox, channel)["access_token"] != first


@BOTH
def test_thirty_days_end_the_consent(sandbox: Sandbox, channel: str) -> None:
    sandbox.clock.pass_(30 * 86_400 + 1)
    assert refresh(sandbox, channel)["error_code"] == 10010


@BOTH
def test_new_consent_gives_new_tokens(sandbox: Sandbox, channel: str) -> None:
    account = sandbox.account(channel)
    page = "platform/oauth/connect" if channel == "douyin" else "oauth/authorize"
    query = {"client_key": account["client_key"], "redirect_uri": "http://127.0.0.1:8000/back"}
    agreed = sandbox.client.get(f"/{channel}/{page}/", query_string=query)
    code = parse_qs(urlsplit(agreed.location).query)["code"][0]
    form = {
        "client_secret": account["client_secret"],
        "code": code,
        "grant_type": "authorization_code",
    }
    granted = oauth(sandbox, channel, "access_token", **form)
    assert granted["open_id"] == account["open_id"]
    assert oauth(sandbox, channel, "access_token", **form)["error_code"] == 10007
    assert sandbox.account(channel)["access_token"] == granted["access_token"]


def test_oauth_error_has_the_older_shape(sandbox: Sandbox) -> None:
    missing = oauth(sandbox, "toutiao", "access_token", grant_type="authorization_code")
    assert (missing["error_code"], missing["description"]) == (10005, "缺少参数")


def test_refresh_token_is_renewed_five_times(sandbox: Sandbox) -> None:
    codes = []
    for _ in range(6):
        token = sandbox.account("douyin")["refresh_token"]
        codes.append(oauth(sandbox, "douyin", "renew_refresh_token", refresh_token=token))
    assert [one["error_code"] for one in codes] == [0, 0, 0, 0, 0, 10020]
