"""The settings of a channel as form fields, read off its ``Settings`` class.

The class says everything: which fields there are, their labels, which are secret, which have a
default. A new channel therefore needs no form of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar, get_type_hints

from pydantic import BaseModel, create_model

from channels.registry import channel_class
from channels.settings import Place
from channels.strangers import looks_inner
from kitchen.core.errors import N_, Invalid, Sentence

M = TypeVar("M", bound=BaseModel)
LONGEST = 2000
TRUE = frozenset({"1", "true", "on", "yes"})
PREFIX = "setting_"
"""Stands before a setting's name on forms, so that it never meets a field of the account."""
INSIDE = Sentence(N_("这里要填公网地址；内网地址请管理员来填。"))
ANEW = Sentence(N_("平台地址改了，请重新填写这一项：已保存的密钥不会送到新地址去。"))


@dataclass(frozen=True, slots=True)
class SettingField:
    """One setting: how to ask for it and how to keep it. ``default`` is the class's own."""

    name: str
    label: str
    help: str
    secret: bool
    required: bool
    kind: type
    default: Any = ""
    place: Place | None = None

    @property
    def yes_or_no(self) -> bool:
        return self.kind is bool


def fields_of(channel: str) -> tuple[SettingField, ...]:
    """The settings of a channel, in its order. Raises :class:`Invalid` for an unknown channel."""
    settings = settings_class(channel)
    kinds = get_type_hints(settings)
    return tuple(
        SettingField(
            name=each.name,
            label=each.metadata.get("label", each.name),
            help=each.metadata.get("help", ""),
            secret=bool(each.metadata.get("secret")),
            required=each.default is MISSING,
            kind=kinds[each.name],
            default="" if each.default is MISSING else each.default,
            place=each.metadata.get("place"),
        )
        for each in fields(settings)
    )


def settings_class(channel: str) -> Any:
    try:
        return channel_class(channel).Settings
    except LookupError:
        raise Invalid(fields={"channel": N_("没有这个平台，请从给出的选项里选。")}) from None


def form_model(channel: str, base: type[M]) -> type[M]:
    """``base`` with the channel's settings beside it, for a form that holds them all."""
    asked: dict[str, Any] = {
        PREFIX + each.name: (bool, False) if each.yes_or_no else (str, "")
        for each in fields_of(channel)
    }
    return create_model(f"{base.__name__}For{channel.title()}", __base__=base, **asked)


def taken_apart(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A form's values as (those of the account, those of its settings)."""
    settings = {key.removeprefix(PREFIX): given[key] for key in given if key.startswith(PREFIX)}
    return {key: given[key] for key in given if not key.startswith(PREFIX)}, settings


def parted(
    channel: str,
    given: Mapping[str, Any],
    stored: Mapping[str, Any] | None = None,
    before: Mapping[str, Any] | None = None,
    *,
    inside: bool = True,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was given as (settings that may be read, secrets), complete and of the right kinds.

    ``stored`` are the secrets that are kept already: a secret left blank keeps its stored value,
    unless calls shall go elsewhere than ``before``, which only who knows the secrets may ask for.
    ``inside``: whether a new place may be a machine of the house. Raises :class:`Invalid` with a
    sentence for each setting that is missing, foreign or malformed.
    """
    asked = {each.name: each for each in fields_of(channel)}
    faults = {name: Sentence(N_("不认识这个字段，请去掉。")) for name in given if name not in asked}
    plain: dict[str, Any] = {}
    secret: dict[str, Any] = {}
    for name, each in asked.items():
        value, fault = _value(each, given.get(name), (stored or {}).get(name))
        if fault is not None:
            faults[name] = fault
        (secret if each.secret else plain)[name] = value
    moved = [each for each in asked.values() if each.place and _moved(each, plain, before or {})]
    if not inside:
        faults |= {each.name: INSIDE for each in moved if _inner(each.place, plain[each.name])}
    if moved:
        blank = [name for name in stored or {} if name in secret and not _filled(given.get(name))]
        faults |= {name: ANEW for name in blank if secret[name]}
    if faults:
        raise Invalid(fields={PREFIX + name: fault for name, fault in faults.items()})
    return plain, secret


def _moved(asked: SettingField, plain: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    return bool(plain[asked.name] != before.get(asked.name, asked.default))


def _inner(place: Place | None, given: str) -> bool:
    """Whether calls would go to a machine of the house, or nobody can say where."""
    try:
        return place is not None and any(map(looks_inner, place.hosts(given)))
    except ValueError:
        return True


def _filled(given: Any) -> bool:
    return given is not None and bool(str(given).strip())


def _value(asked: SettingField, given: Any, stored: Any) -> tuple[Any, Sentence | None]:
    """The value to keep, and what is wrong with it."""
    if asked.yes_or_no:
        return _truth(given, asked.default), None
    text = "" if given is None else str(given).strip()
    if not text:
        return _left_blank(asked, stored)
    if len(text) > LONGEST:
        return "", Sentence(N_("最多 %(max_length)s 个字，请删减。"), {"max_length": LONGEST})
    if asked.kind is int:
        return (int(text), None) if text.isdecimal() else ("", Sentence(N_("请填整数。")))
    return text, None


def _left_blank(asked: SettingField, stored: Any) -> tuple[Any, Sentence | None]:
    if asked.secret and stored:
        return stored, None
    if asked.required:
        return "", Sentence(N_("请填写这一项。"))
    return asked.default, None


def _truth(given: Any, default: Any) -> bool:
    if isinstance(given, bool):
        return given
    return bool(default) if given is None else str(given).strip().lower() in TRUE
