"""The registry, the account forms, the remedies, and that channels stand alone."""

from __future__ import annotations

import dataclasses
import pkgutil
import subprocess
import sys

import pytest

import channels
from channels.base import Channel, ChannelError
from channels.registry import channel_class, channel_classes
from channels.remedies import remedy

every = pytest.mark.parametrize("key", channel_classes())


@every
def test_a_channel_is_registered_under_its_own_key(key: str) -> None:
    kind = channel_class(key)
    assert kind.key == key
    assert kind.label
    assert kind.limits.form


@every
def test_no_channel_leaves_a_method_of_the_contract_unwritten(key: str) -> None:
    for name in ("compose", "check", "prepare", "publish", "find"):
        written = getattr(channel_class(key), name)
        assert getattr(written, "__func__", written) is not getattr(
            getattr(Channel, name), "__func__", getattr(Channel, name)
        )


def test_an_unknown_channel_is_answered_with_those_that_exist() -> None:
    with pytest.raises(LookupError, match="wechat, wechat_pictures, weibo"):
        channel_class("wehcat")


@every
def test_the_account_form_can_be_drawn_and_secrets_are_marked(key: str) -> None:
    for field in dataclasses.fields(channel_class(key).Settings):
        assert field.metadata["label"]
        named_secret = any(word in field.name for word in ("secret", "token", "aes_key"))
        assert field.metadata["secret"] is named_secret


@every
def test_every_remedy_is_a_sentence_for_someone(key: str) -> None:
    for code, found in channel_class(key).remedies.items():
        assert remedy(key, code) == found
        assert issubclass(found.error, ChannelError)
        assert len(found.sentence) >= 8
        assert "%" not in found.sentence


@pytest.mark.parametrize("code", ["unsent", "no_answer", "http_502", "http_429", "media_changed"])
def test_what_happens_on_the_way_has_a_remedy_everywhere(code: str) -> None:
    assert all(remedy(key, code) for key in channel_classes())


def test_an_unknown_code_has_no_remedy() -> None:
    assert remedy("wechat", "99999999") is None


def test_adapters_run_without_the_house() -> None:
    """No Flask, no database, no Redis, and nothing of the newsroom or of the sandbox."""
    names = [f"channels.{it.name}" for it in pkgutil.iter_modules(channels.__path__)]
    adapters = [name for name in names if name != "channels.sandbox"]
    script = (
        "import sys, importlib\n"
        "banned = ('flask', 'sqlalchemy', 'redis', 'rq', 'kitchen', 'assets', 'channels.sandbox')\n"
        "for name in banned: sys.modules[name] = None\n"
        f"for name in {adapters!r}: importlib.import_module(name)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
