"""Pages and API of the registry, as a browser and a program meet them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import pytest

from channels.base import NeedsReauth, Rejected, Unavailable
from kitchen.matrix import queries
from tests.fixtures.newsroom import Door, Newsroom
from tests.matrix.conftest import SECRET, SETTINGS, Register

NEW = "/matrix/accounts/new?channel=wechat"


def _form(newsroom: Newsroom, **more: str) -> dict[str, str]:
    typed = {
        "unit": newsroom.units["青禾区融媒体中心"].uid,
        "name": "青禾发布",
        "handle": "qinghe",
        "setting_app_id": "wx0001",
        "setting_app_secret": SECRET,
    }
    return {**typed, **more}


class _Platform:
    """A channel whose credentials can be tried; it answers with what it is given to raise."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error

    def probe(self) -> None:
        if self.error is not None:
            raise self.error


@pytest.fixture
def platform(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the platform answers (``error``), and what it was opened with (``opened``)."""
    seen: dict[str, Any] = {"error": None, "channel": _Platform}

    def opened(key: str, settings: Mapping[str, Any], account: str) -> Any:
        seen["opened"] = (key, dict(settings), account)
        return seen["channel"](seen["error"])

    object.__setattr__(newsroom.ports, "open_channel", opened)
    return seen


def test_an_account_is_registered_on_the_page_without_showing_its_secret(
    sign_in: Door, newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    form = sign_in("operator").get(NEW)
    assert 'type="password"' in form.text
    answer = sign_in("operator").post_form(NEW, _form(newsroom, quiet_from="22:30"))
    assert answer.status_code == 302
    page = sign_in("operator").get(answer.headers["Location"])
    assert "wx0001" in page.text
    assert "22:30" in page.text
    assert "未检查" in page.text
    everything = [page.text, sign_in("inspector").get("/api/v1/accounts").text, caplog.text]
    assert not any(SECRET in told for told in everything)


def test_a_refused_form_keeps_what_was_typed_but_never_the_secret(
    sign_in: Door, newsroom: Newsroom
) -> None:
    typed = _form(newsroom, handle="", setting_app_id="", unit="")
    answer = sign_in("operator").post_form(NEW, typed)
    assert answer.status_code == 422
    assert 'value="青禾发布"' in answer.text
    assert SECRET not in answer.text
    answer = sign_in("operator").post_form(NEW, {**_form(newsroom), "setting_app_id": ""})
    assert answer.status_code == 422
    assert "field-setting_app_id-error" in answer.text


def test_the_platform_is_chosen_first(sign_in: Door) -> None:
    assert "微信" in sign_in("operator").get("/matrix/accounts/new").text
    assert sign_in("operator").get("/matrix/accounts/new?channel=telegraph").status_code == 422
    assert sign_in("reporter").get("/matrix/accounts/new").status_code == 403


def test_registering_twice_makes_one_account(sign_in: Door, newsroom: Newsroom) -> None:
    assert sign_in("operator").post_form(NEW, _form(newsroom)).status_code == 302
    again = sign_in("operator").post_form(NEW, _form(newsroom))
    assert again.status_code == 409
    assert "已经登记过" in again.text


def test_a_foreign_unit_is_refused(sign_in: Door, newsroom: Newsroom) -> None:
    foreign = _form(newsroom, unit=newsroom.units["云溪街道"].uid)
    assert sign_in("operator").post_form(NEW, foreign).status_code == 403
    unknown = sign_in("operator").post_form(NEW, _form(newsroom, unit="nowhere"))
    assert unknown.status_code == 422


def test_everyone_sees_who_answers_for_an_account(sign_in: Door, register: Register) -> None:
    uid = register(office="新媒体科", keepers="测试甲、测试乙")
    listed = sign_in("reporter").get("/matrix/accounts?channel=wechat&q=qing")
    assert "新媒体科" in listed.text
    page = sign_in("reporter").get(f"/matrix/accounts/{uid}")
    assert "测试甲、测试乙" in page.text
    assert "主要负责人" in page.text
    assert "setting_app_id" not in page.text


def test_a_change_with_a_blank_secret_keeps_it_and_a_stale_one_shows_both(
    sign_in: Door, newsroom: Newsroom, register: Register
) -> None:
    uid = register()
    url = f"/matrix/accounts/{uid}"
    typed = {"name": "青禾融媒", "handle": "qinghe", "setting_app_id": "wx0002", "version": "2"}
    assert sign_in("operator").post_form(url, typed).status_code == 302
    stale = sign_in("operator").post_form(url, {**typed, "name": "青禾发布厅"})
    assert stale.status_code == 409
    assert "青禾融媒" in stale.text
    assert "青禾发布厅" in stale.text
    with newsroom.database.unit(write=False) as session:
        assert queries.the_account(session, uid).settings["app_id"] == "wx0002"
        assert queries.the_account(session, uid).secrets_sealed


def test_the_switch_is_thrown_on_the_page_by_those_who_may(
    sign_in: Door, register: Register
) -> None:
    url = f"/matrix/accounts/{register()}"
    halt = {"on": "0", "note": "误发在查"}
    assert sign_in("reporter").post_form(f"{url}/sending", halt).status_code == 403
    assert sign_in("duty").post_form(f"{url}/sending", {"on": "0"}).status_code == 422
    assert sign_in("duty").post_form(f"{url}/sending", halt).status_code == 302
    page = sign_in("reporter").get(url)
    assert "误发在查" in page.text
    assert "已停发" in page.text
    retire = {"on": "0", "reason": "整合"}
    assert sign_in("operator").post_form(f"{url}/enabled", retire).status_code == 302
    assert "已停用" in sign_in("reporter").get(url).text


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (None, "平台认可这个账号的授权"),
        (NeedsReauth("invalid credential"), "平台不认可现有授权"),
        (Unavailable("timeout"), "平台暂时连不上"),
        (Rejected("ip not in whitelist"), "平台拒绝了这次检查"),
    ],
)
def test_credentials_are_tried_and_the_answer_is_said(
    sign_in: Door,
    register: Register,
    platform: dict[str, Any],
    error: Exception | None,
    said: str,
) -> None:
    uid = register()
    platform["error"] = error
    answer = sign_in("operator").post_form(f"/matrix/accounts/{uid}/check")
    assert answer.status_code == 302
    assert platform["opened"][0] == "wechat"
    assert platform["opened"][1].items() >= SETTINGS.items()
    assert platform["opened"][2] == uid
    page = sign_in("operator").get(answer.headers["Location"])
    assert said in page.text
    assert error is None or str(error) in page.text
    assert sign_in("reporter").post_form(f"/matrix/accounts/{uid}/check").status_code == 403


def test_a_platform_without_a_harmless_call_needs_no_check(
    sign_in: Door, register: Register, platform: dict[str, Any]
) -> None:
    uid = register(channel="shandian", settings={})
    platform["channel"] = lambda _error: object()
    answer = sign_in("operator").call("POST", f"/api/v1/accounts/{uid}/check")
    assert (answer.status_code, answer.json["check"]) == (200, "not_checkable")


def test_a_program_registers_changes_and_switches(sign_in: Door, newsroom: Newsroom) -> None:
    operator = sign_in("operator")
    body = {
        "channel": "wechat",
        "unit": newsroom.units["青禾区融媒体中心"].uid,
        "name": "青禾发布",
        "handle": "qinghe",
        "settings": SETTINGS,
    }
    made = operator.call("POST", "/api/v1/accounts", body)
    assert made.status_code == 201
    assert SECRET not in made.text
    assert "settings" not in made.json
    url = f"/api/v1/accounts/{made.json['uid']}"
    change = {"name": "青禾融媒", "handle": "qinghe"}
    etag = {"If-Match": made.headers["ETag"]}
    assert operator.call("PUT", url, change, headers=etag).json["name"] == "青禾融媒"
    stale = operator.call("PUT", url, change, headers=etag)
    assert (stale.status_code, stale.json["theirs"]["name"]) == (409, "青禾融媒")
    assert SECRET not in stale.text
    halted = operator.call("POST", f"{url}/sending", {"on": False, "note": "演练"})
    assert (halted.json["sending"], halted.json["condition"]) == (False, "halted")
    assert operator.call("POST", f"{url}/enabled", {"on": False}).status_code == 422
    assert operator.get(url).json["handle"] == "qinghe"


def test_the_api_names_each_faulty_setting(sign_in: Door, newsroom: Newsroom) -> None:
    body = {
        "channel": "wechat",
        "unit": newsroom.units["青禾区融媒体中心"].uid,
        "name": "青禾发布",
        "handle": "qinghe",
        "settings": {"app_id": "wx", "colour": "red"},
    }
    answer = sign_in("operator").call("POST", "/api/v1/accounts", body)
    assert answer.status_code == 422
    assert set(answer.json["fields"]) == {"setting_app_secret", "setting_colour"}
    assert sign_in("reporter").call("POST", "/api/v1/accounts", body).status_code == 403
