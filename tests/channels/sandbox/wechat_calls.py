"""How a caller of WeChat in the sandbox speaks; shared by the tests of its parts."""

from __future__ import annotations

from typing import Any

from tests.channels.sandbox.playing import Sandbox, picture

CGI = "/wechat/cgi-bin"


def stable(sandbox: Sandbox, **more: Any) -> dict[str, Any]:
    account = sandbox.account("wechat")
    keys = {"appid": account["appid"], "secret": account["secret"]}
    body = {"grant_type": "client_credential", **keys, **more}
    return sandbox.say(f"{CGI}/stable_token", body)


def legacy(sandbox: Sandbox) -> str:
    account = sandbox.account("wechat")
    query = {
        "grant_type": "client_credential",
        "appid": account["appid"],
        "secret": account["secret"],
    }
    answer = sandbox.client.get(f"{CGI}/token", query_string=query).get_json()
    return str(answer["access_token"])


def call(sandbox: Sandbox, token: str, path: str, **body: Any) -> dict[str, Any]:
    return sandbox.say(f"{CGI}/{path}?access_token={token}", body)


def works(sandbox: Sandbox, token: str) -> int:
    answer = sandbox.client.get(f"{CGI}/draft/count?access_token={token}").get_json()
    return int(answer.get("errcode", 0))


def cover(sandbox: Sandbox, token: str) -> str:
    path = f"{CGI}/material/add_material?type=image&access_token={token}"
    return str(sandbox.send(path, "media", picture())["media_id"])


def article(sandbox: Sandbox, token: str, **changes: Any) -> dict[str, Any]:
    return {
        "title": "清河区新增三处便民服务点",
        "author": "示范记者",
        "content": "<p>今天上午,三处服务点同时启用。</p>",
        "content_source_url": "https://news.example.test/s/abc123",
        "thumb_media_id": cover(sandbox, token),
        **changes,
    }


def draft(sandbox: Sandbox, token: str, **changes: Any) -> dict[str, Any]:
    return call(sandbox, token, "draft/add", articles=[article(sandbox, token, **changes)])


def published(sandbox: Sandbox, token: str, **changes: Any) -> dict[str, Any]:
    media_id = draft(sandbox, token, **changes)["media_id"]
    return call(sandbox, token, "freepublish/submit", media_id=media_id)


def mass(sandbox: Sandbox, token: str, media_id: str, key: str) -> dict[str, Any]:
    return call(
        sandbox,
        token,
        "message/mass/sendall",
        filter={"is_to_all": True},
        msgtype="mpnews",
        mpnews={"media_id": media_id},
        clientmsgid=key,
    )


def settings(sandbox: Sandbox, **changes: Any) -> str:
    """Change the first account's settings; answers its appid."""
    appid = str(sandbox.account("wechat")["account"])
    assert sandbox.direct(f"accounts/{appid}/settings", **changes).status_code == 200
    return appid
