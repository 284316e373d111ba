"""Rules of the registry, and the settings of every channel read off its class."""

from __future__ import annotations

from typing import Any

import pytest

from channels.registry import channel_classes
from kitchen.core.errors import Invalid
from kitchen.matrix import fields
from kitchen.matrix.models import Account
from kitchen.matrix.registry.rules import Standing
from kitchen.matrix.rules import SLOTS, Check, Condition, condition, empty_slots


@pytest.mark.parametrize(
    ("enabled", "sending", "check", "stands"),
    [
        (True, True, "", Condition.UNTRIED),
        (True, True, Check.WORKS, Condition.READY),
        (True, True, Check.NOT_CHECKABLE, Condition.READY),
        (True, True, Check.UNAVAILABLE, Condition.READY),
        (True, True, Check.NEEDS_REAUTH, Condition.LOCKED_OUT),
        (True, True, Check.MISCONFIGURED, Condition.LOCKED_OUT),
        (True, False, Check.WORKS, Condition.HALTED),
        (True, False, Check.NEEDS_REAUTH, Condition.HALTED),
        (False, False, Check.WORKS, Condition.RETIRED),
        (False, True, "", Condition.RETIRED),
    ],
)
def test_how_an_account_stands(enabled: bool, sending: bool, check: str, stands: Condition) -> None:
    assert condition(enabled=enabled, sending=sending, check=check) is stands


@pytest.mark.parametrize(
    ("filled", "empty"),
    [
        ({}, list(SLOTS)),
        (dict.fromkeys(SLOTS, "张三"), []),
        ({**dict.fromkeys(SLOTS, "张三"), "office": "  "}, ["office"]),
    ],
)
def test_who_is_still_missing_from_the_chain(filled: dict[str, str], empty: list[str]) -> None:
    assert empty_slots(filled) == empty


@pytest.mark.parametrize("channel", list(channel_classes()))
def test_every_channel_says_how_its_settings_are_asked_for(channel: str) -> None:
    for each in fields.fields_of(channel):
        assert each.label
        assert each.kind in {str, bool, int}
        assert not (each.secret and each.kind is not str)


@pytest.mark.parametrize(
    ("given", "plain", "secret"),
    [
        (
            {"app_id": " wx1 ", "app_secret": "s"},
            {"app_id": "wx1", "draft_only": False},
            {"app_secret": "s"},
        ),
        (
            {"app_id": "wx1", "app_secret": "s", "draft_only": "1"},
            {"app_id": "wx1", "draft_only": True},
            {"app_secret": "s"},
        ),
        (
            {"app_id": "wx1", "app_secret": "s", "draft_only": False, "base_url": ""},
            {"draft_only": False, "base_url": "https://api.weixin.qq.com"},
            {"app_secret": "s"},
        ),
    ],
)
def test_settings_are_parted_from_secrets(
    given: dict[str, Any], plain: dict[str, Any], secret: dict[str, Any]
) -> None:
    kept, sealed = fields.parted("wechat", given)
    assert kept.items() >= plain.items()
    assert {name: it for name, it in sealed.items() if it} == secret
    assert "app_secret" not in kept


@pytest.mark.parametrize(
    ("channel", "given", "faulty"),
    [
        ("wechat", {}, {"setting_app_id", "setting_app_secret"}),
        ("wechat", {"app_id": "a", "app_secret": "  "}, {"setting_app_secret"}),
        ("wechat", {"app_id": "a", "app_secret": "b", "token": "c"}, {"setting_token"}),
        ("wechat", {"app_id": "a" * 2001, "app_secret": "b"}, {"setting_app_id"}),
        ("telegraph", {}, {"channel"}),
    ],
)
def test_faulty_settings_are_named_one_by_one(
    channel: str, given: dict[str, Any], faulty: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        fields.parted(channel, given)
    assert set(refused.value.fields) == faulty


def test_a_secret_left_blank_keeps_the_stored_one() -> None:
    _, sealed = fields.parted("wechat", {"app_id": "a", "app_secret": ""}, {"app_secret": "stored"})
    assert {name: it for name, it in sealed.items() if it} == {"app_secret": "stored"}


@pytest.mark.parametrize(
    ("state", "held", "enabled", "in_use"),
    [
        (Standing.FILED, True, True, True),
        (Standing.FILED, True, False, False),
        (Standing.FILED, False, False, True),
        (Standing.CLOSING, False, False, True),
        (Standing.CLOSED, False, False, False),
        (Standing.MERGED, True, True, False),
    ],
)
def test_which_accounts_speak_to_readers(
    state: Standing, held: bool, enabled: bool, in_use: bool
) -> None:
    assert Account(state=state, held=held, enabled=enabled).in_use is in_use
