"""How each adapter's platform speaks: the table that the contract suite runs through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from channels.base import Channel, Edition, Form, Outcome, Post
from channels.bilibili import Bilibili
from channels.douyin import Douyin
from channels.getui import Getui
from channels.jpush import JPush
from channels.kuaishou import Kuaishou
from channels.outlet import Outlet
from channels.toutiao import Toutiao
from channels.wechat import WeChat
from channels.wechat_pictures import WeChatPictures
from channels.weibo import Weibo
from channels.weibo_article import WeiboArticle
from tests.channels.platform import Answer, Platform, Reaction
from tests.channels.twins import FILES, MemoryFiles, MemoryTokens, master, post

SECRET = "s3cret-of-the-app"  # noqa: S105
REFRESH = "r3fresh-0"
TOKEN = "t0ken-access"
FAR_FUTURE = 4_102_444_800


@dataclass(frozen=True)
class Case:
    """One adapter. ``auth`` is what the platform says of a bad token; ``renewal`` its token path,
    empty where only a person can renew."""

    name: str
    channel: type[Channel]
    settings: Mapping[str, Any]
    routes: Mapping[str, Reaction]
    upload: str
    create: str
    outcome: Outcome
    refused: Answer
    refused_code: str
    rate: Answer
    auth: Answer
    renewal: str = ""
    form: Form | None = None

    def open(self, url: str) -> Channel:
        return self.open_with(url, MemoryFiles(*FILES))

    def open_with(
        self, url: str, files: MemoryFiles, tokens: MemoryTokens | None = None
    ) -> Channel:
        given = {name: url if it == "URL" else it for name, it in self.settings.items()}
        return self.channel(self.channel.Settings(**given), files, tokens or MemoryTokens())

    def play(self, platform: Platform) -> Channel:
        """Let the platform answer by the rules, and open the account on it."""
        for path, reaction in self.routes.items():
            platform.on(path, reaction)
        return self.open(platform.url)

    def post(self) -> Post:
        return post(self.edition())

    def edition(self) -> Edition:
        given = master(video=None) if self.form is Form.IMAGES else master()
        return self.channel.compose(given)


def douyin_answer(**data: Any) -> Answer:
    return Answer(
        {"data": {"error_code": "0", "description": "", **data}, "extra": {"error_code": 0}}
    )


def douyin_error(code: int, words: str) -> Answer:
    return Answer(
        {"data": {"error_code": str(code), "description": words}, "extra": {"logid": "1"}}
    )


def bilibili_answer(**data: Any) -> Answer:
    return Answer({"code": 0, "message": "0", "ttl": 1, "data": data})


def weibo_article(**data: str) -> Answer:
    made = {"object_id": "1022:2309405", "url": "https://weibo.com/ttarticle/p/show?id=2309405"}
    return Answer({"code": "100000", "msg": "", "data": {**made, **data}})


def _start_upload(request: Any) -> Answer:
    return Answer({"result": 1, "upload_token": "up-t0ken", "endpoint": request.headers["host"]})


def outlet_item(request: Any) -> Answer:
    item = request.json
    kept = {name: item[name] for name in ("uri", "version", "pubstatus", "altids")}
    return Answer({**kept, "url": f"https://app.example.cn/a/{item['uri']}"}, 201)


def outlet_media(request: Any) -> Answer:
    sha256 = request.path.rsplit("/", 1)[-1]
    return Answer({"sha256": sha256, "url": f"https://app.example.cn/m/{sha256}"}, 201)


OPEN_PLATFORM: dict[str, Any] = {
    "client_key": "awkey",
    "client_secret": SECRET,
    "open_id": "open-1",
    "refresh_token": REFRESH,
    "base_url": "URL",
}
DOUYIN_ROUTES = {
    "/oauth/refresh_token/": douyin_answer(access_token=TOKEN, expires_in=1296000),
    "/api/douyin/v1/video/upload_video/": douyin_answer(video={"video_id": "v1"}),
    "/api/douyin/v1/video/upload_image/": douyin_answer(image={"image_id": "i1"}),
    "/api/douyin/v1/video/create_video/": douyin_answer(item_id="@9V/+=="),
    "/api/douyin/v1/video/create_image_text/": douyin_answer(item_id="@9V/+=="),
}
WECHAT = {"app_id": "wx1", "app_secret": SECRET, "base_url": "URL"}
WECHAT_ROUTES = {
    "/cgi-bin/stable_token": Answer({"access_token": TOKEN, "expires_in": 7200}),
    "/cgi-bin/media/uploadimg": Answer({"url": "http://mmbiz.qpic.cn/p/0"}),
    "/cgi-bin/material/add_material": Answer({"media_id": "cover-1", "url": "x"}),
    "/cgi-bin/draft/add": Answer({"media_id": "draft-1"}),
    "/cgi-bin/freepublish/submit": Answer({"errcode": 0, "publish_id": "100000001"}),
    "/cgi-bin/message/mass/sendall": Answer(
        {"errcode": 0, "msg_id": 34182, "msg_data_id": 206227730}
    ),
}
CASES = [
    Case(
        name="wechat",
        channel=WeChat,
        settings=WECHAT,
        routes=WECHAT_ROUTES,
        upload="/cgi-bin/media/uploadimg",
        create="/cgi-bin/freepublish/submit",
        outcome=Outcome.ACCEPTED,
        refused=Answer({"errcode": 53503, "errmsg": "draft not pass check"}),
        refused_code="53503",
        rate=Answer({"errcode": 45011, "errmsg": "api minute-quota reach limit"}),
        auth=Answer({"errcode": 40001, "errmsg": f"invalid credential {TOKEN}"}),
        renewal="/cgi-bin/stable_token",
    ),
    Case(
        name="weibo",
        channel=Weibo,
        settings={
            "uid": "1404376560",
            "access_token": TOKEN,
            "bound_domain": "example.cn",
            "server_ip": "203.0.113.7",
            "base_url": "URL",
        },
        routes={"/2/statuses/share.json": Answer({"idstr": "5100000000000001", "text": "…"})},
        upload="",
        create="/2/statuses/share.json",
        outcome=Outcome.LIVE,
        refused=Answer({"error_code": 20021, "error": "content is illegal"}, 400),
        refused_code="20021",
        rate=Answer({"error_code": "10023", "error": "User requests out of rate limit"}, 403),
        auth=Answer({"error_code": 21327, "error": f"expired_token {TOKEN}"}, 403),
    ),
    Case(
        name="weibo article",
        channel=WeiboArticle,
        settings={
            "uid": "1404376560",
            "access_token": TOKEN,
            "bound_domain": "example.cn",
            "server_ip": "203.0.113.7",
            "base_url": "URL",
            "media_base_url": "https://m.example.cn",
            "media_secret": SECRET,
        },
        routes={"/proxy/article/publish.json": weibo_article(mid="5100000000000001")},
        upload="",
        create="/proxy/article/publish.json",
        outcome=Outcome.LIVE,
        refused=Answer({"code": "10008", "msg": "param error", "data": {}}),
        refused_code="10008",
        rate=Answer({"code": "11001", "msg": "too often", "data": {}}),
        auth=Answer({"error_code": 21332, "error": f"invalid_access_token {TOKEN}"}, 403),
    ),
    Case(
        name="outlet",
        channel=Outlet,
        settings={"key_id": "desk", "secret": SECRET, "base_url": "URL"},
        routes={"/content/v1/media/*": outlet_media, "/content/v1/items/*": outlet_item},
        upload="/content/v1/media/*",
        create="/content/v1/items/*",
        outcome=Outcome.LIVE,
        refused=Answer({"code": "invalid", "detail": "headline", "fields": ["headline"]}, 422),
        refused_code="invalid",
        rate=Answer({"title": "slow down"}, 429, {"Retry-After": "7"}),
        auth=Answer({"code": "signature", "title": "wrong signature"}, 401),
    ),
    Case(
        name="toutiao",
        channel=Toutiao,
        settings={**OPEN_PLATFORM, "auth_url": "URL"},
        routes={
            "/oauth/refresh_token/": douyin_answer(access_token=TOKEN, expires_in=1296000),
            "/toutiao/video/upload/": douyin_answer(video={"video_id": "v1"}),
            "/toutiao/video/create/": douyin_answer(item_id="68001"),
        },
        upload="/toutiao/video/upload/",
        create="/toutiao/video/create/",
        outcome=Outcome.ACCEPTED,
        refused=douyin_error(2112001, "内容不合规"),
        refused_code="2112001",
        rate=douyin_error(28003018, "QPS"),
        auth=douyin_error(2190008, f"expired {TOKEN}"),
        renewal="/oauth/refresh_token/",
    ),
    Case(
        name="douyin video",
        channel=Douyin,
        settings=OPEN_PLATFORM,
        routes=DOUYIN_ROUTES,
        upload="/api/douyin/v1/video/upload_video/",
        create="/api/douyin/v1/video/create_video/",
        outcome=Outcome.ACCEPTED,
        refused=Answer({"data": {"error_code": 0}, "extra": {"error_code": "2111001"}}),
        refused_code="2111001",
        rate=douyin_error(2114007, "quota"),
        auth=douyin_error(10008, f"expired {TOKEN}"),
        renewal="/oauth/refresh_token/",
    ),
    Case(
        name="douyin images",
        channel=Douyin,
        settings=OPEN_PLATFORM,
        routes=DOUYIN_ROUTES,
        upload="/api/douyin/v1/video/upload_image/",
        create="/api/douyin/v1/video/create_image_text/",
        outcome=Outcome.ACCEPTED,
        refused=douyin_error(2100005, "参数"),
        refused_code="2100005",
        rate=douyin_error(28003017, "quota"),
        auth=douyin_error(28001003, f"expired {TOKEN}"),
        renewal="/oauth/refresh_token/",
        form=Form.IMAGES,
    ),
    Case(
        name="kuaishou",
        channel=Kuaishou,
        settings={
            "app_id": "ks1",
            "app_secret": SECRET,
            "refresh_token": REFRESH,
            "base_url": "URL",
            "upload_hosts": "127.0.0.1",
        },
        routes={
            "/oauth2/refresh_token": Answer(
                {
                    "result": 1,
                    "access_token": TOKEN,
                    "expires_in": 172800,
                    "refresh_token": "r3fresh-1",
                    "refresh_token_expires_in": 15552000,
                }
            ),
            "/openapi/photo/start_upload": _start_upload,
            "/api/upload": Answer({"result": 1}),
            "/openapi/photo/publish": Answer(
                {"result": 1, "video_info": {"photo_id": "3x1", "pending": True}}
            ),
        },
        upload="/api/upload",
        create="/openapi/photo/publish",
        outcome=Outcome.ACCEPTED,
        refused=Answer({"result": 10000200, "error_msg": "caption"}),
        refused_code="10000200",
        rate=Answer("slow down", 429, {"Retry-After": "7"}),
        auth=Answer({"result": 100200102, "error_msg": f"token invalid {TOKEN}"}),
        renewal="/oauth2/refresh_token",
    ),
    Case(
        name="bilibili",
        channel=Bilibili,
        settings={
            "client_id": "bili1",
            "client_secret": SECRET,
            "refresh_token": REFRESH,
            "base_url": "URL",
            "upload_url": "URL",
            "auth_url": "URL",
        },
        routes={
            "/x/account-oauth2/v1/refresh_token": bilibili_answer(
                access_token=TOKEN, refresh_token="r3fresh-1", expires_in=FAR_FUTURE
            ),
            "/arcopen/fn/archive/video/init": bilibili_answer(upload_token="up-t0ken"),
            "/video/v2/upload": bilibili_answer(),
            "/arcopen/fn/archive/cover/upload": bilibili_answer(url="https://i.example/1.jpg"),
            "/arcopen/fn/archive/add-by-utoken": bilibili_answer(resource_id="BV1xx411c7mD"),
        },
        upload="/video/v2/upload",
        create="/arcopen/fn/archive/add-by-utoken",
        outcome=Outcome.ACCEPTED,
        refused=Answer({"code": 123013, "message": "内容不合规"}),
        refused_code="123013",
        rate=Answer({"code": 127009, "message": "api请求次数达到上限"}),
        auth=Answer({"code": 127001, "message": f"access_token {TOKEN}"}),
        renewal="/x/account-oauth2/v1/refresh_token",
    ),
    Case(
        name="jpush",
        channel=JPush,
        settings={
            "app_key": "jp1",
            "master_secret": SECRET,
            "base_url": "URL",
            "report_url": "URL",
        },
        routes={
            "/v3/push/cid": Answer({"cidlist": ["jp1-711261d4"]}),
            "/v3/push": Answer({"sendno": "0", "msg_id": "18100287008546151"}),
        },
        upload="/v3/push/cid",
        create="/v3/push",
        outcome=Outcome.LIVE,
        refused=Answer({"error": {"code": 1003, "message": "bad value"}}, 400),
        refused_code="1003",
        rate=Answer(
            {"error": {"code": 2002, "message": "rate limit"}}, 429, {"X-Rate-Limit-Reset": "7"}
        ),
        auth=Answer({"error": {"code": 1004, "message": f"authen failed {SECRET}"}}, 401),
    ),
    Case(
        name="getui",
        channel=Getui,
        settings={"app_id": "gt1", "app_key": "key", "master_secret": SECRET, "base_url": "URL"},
        routes={
            "/v2/gt1/auth": Answer(
                {"code": 0, "data": {"token": TOKEN, "expire_time": f"{FAR_FUTURE}000"}}
            ),
            "/v2/gt1/report/online_user": Answer({"code": 0, "data": {"online_num": 7}}),
            "/v2/gt1/push/all": Answer({"code": 0, "data": {"taskid": "RASA_1126_1"}}),
        },
        upload="/v2/gt1/report/online_user",
        create="/v2/gt1/push/all",
        outcome=Outcome.LIVE,
        refused=Answer({"code": 20001, "msg": "title size over limit"}, 400),
        refused_code="20001",
        rate=Answer({"code": 10005, "msg": "too often"}, 401),
        auth=Answer({"code": 10001, "msg": f"token invalid {TOKEN}"}, 401),
        renewal="/v2/gt1/auth",
    ),
    Case(
        name="wechat mass",
        channel=WeChat,
        settings={**WECHAT, "mass_send": True},
        routes=WECHAT_ROUTES,
        upload="/cgi-bin/material/add_material",
        create="/cgi-bin/message/mass/sendall",
        outcome=Outcome.ACCEPTED,
        refused=Answer({"errcode": 45028, "errmsg": "has no masssend quota"}),
        refused_code="45028",
        rate=Answer({"errcode": 45066, "errmsg": "same clientmsgid retry too fast"}),
        auth=Answer({"errcode": 42001, "errmsg": f"access_token expired {TOKEN}"}),
        renewal="/cgi-bin/stable_token",
    ),
    Case(
        name="wechat pictures",
        channel=WeChatPictures,
        settings=WECHAT,
        routes=WECHAT_ROUTES,
        upload="/cgi-bin/material/add_material",
        create="/cgi-bin/freepublish/submit",
        outcome=Outcome.ACCEPTED,
        refused=Answer({"errcode": 53500, "errmsg": "publish ability banned"}),
        refused_code="53500",
        rate=Answer({"errcode": 53501, "errmsg": "publish too often"}),
        auth=Answer({"errcode": 40014, "errmsg": f"invalid access_token {TOKEN}"}),
        renewal="/cgi-bin/stable_token",
        form=Form.IMAGES,
    ),
]
