"""What comes in, checked once for forms and JSON alike, with sentences that name the remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar, get_origin

from flask import request
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import ErrorDetails
from werkzeug.datastructures import MultiDict

from kitchen.core.errors import N_, Invalid, Sentence

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def keepable(words: str) -> str:
    """Without what no database keeps, no document holds and nobody sees."""
    return _CONTROL.sub("", words.replace("\r\n", "\n"))


class Schema(BaseModel):
    """Base of all that comes in: trimmed, without control characters, and closed to fields that
    nobody declared.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _keep_what_can_be_kept(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        return {name: _without_controls(value) for name, value in data.items()}


class Answer(BaseModel):
    """Base of all that goes out; reads attributes, so that a row can be handed to it."""

    model_config = ConfigDict(from_attributes=True)


def _without_controls(value: Any) -> Any:
    """Words, alone or in a list; whole documents check themselves, nested models do the same."""
    if isinstance(value, str):
        return keepable(value)
    if isinstance(value, list):
        return [keepable(each) if isinstance(each, str) else each for each in value]
    return value


M = TypeVar("M", bound=BaseModel)
CONTROL_FIELDS = frozenset({"csrf_token", "_key", "next"})

SENTENCES = {
    "missing": N_("请填写这一项。"),
    "string_too_short": N_("至少 %(min_length)s 个字。"),
    "string_too_long": N_("最多 %(max_length)s 个字，请删减。"),
    "too_short": N_("至少选 %(min_length)s 项。"),
    "too_long": N_("最多 %(max_length)s 项。"),
    "extra_forbidden": N_("不认识这个字段，请去掉。"),
    "enum": N_("请从给出的选项里选。"),
    "literal_error": N_("请从给出的选项里选。"),
    "int_parsing": N_("请填整数。"),
    "int_type": N_("请填整数。"),
    "float_parsing": N_("请填数字。"),
    "bool_parsing": N_("请选“是”或“否”。"),
    "date_from_datetime_parsing": N_("请按 2026-05-01 的样子填日期。"),
    "date_parsing": N_("请按 2026-05-01 的样子填日期。"),
    "datetime_parsing": N_("请按 2026-05-01 09:30 的样子填时间。"),
    "datetime_from_date_parsing": N_("请按 2026-05-01 09:30 的样子填时间。"),
    "string_pattern_mismatch": N_("格式不对，请检查。"),
    "greater_than_equal": N_("不能小于 %(ge)s。"),
    "less_than_equal": N_("不能大于 %(le)s。"),
    "string_type": N_("请填文字。"),
    "list_type": N_("请给出一个列表。"),
    "json_invalid": N_("不是完整的 JSON，请检查括号和引号。"),
}
OTHERWISE = N_("这一项填得不对，请检查。")


def check(model: type[M], data: Mapping[str, Any]) -> M:
    """``data`` as the model. Raises :class:`Invalid` with a sentence per field."""
    try:
        return model.model_validate(dict(data))
    except ValidationError as error:
        raise Invalid(fields=_sentences(error.errors())) from error


def read(model: type[M]) -> M:
    """The body of the current request, form or JSON, as the model."""
    return check(model, body_of_request(model))


def read_query(model: type[M]) -> M:
    """The query string of the current request as the model."""
    return check(model, plain(model, request.args))


def body_of_request(model: type[BaseModel]) -> Mapping[str, Any]:
    if request.form or not request.is_json:
        return plain(model, request.form)
    data = request.get_json(silent=True)
    if not isinstance(data, dict):
        raise Invalid(N_("请求的正文应是一个 JSON 对象。"), code="json_invalid")
    return data


def plain(model: type[BaseModel], form: MultiDict[str, str]) -> dict[str, Any]:
    """Form fields as plain data: lists where the model has lists, empty fields left out."""
    data: dict[str, Any] = {}
    for name in form:
        if name in CONTROL_FIELDS:
            continue
        values = [value for value in form.getlist(name) if value.strip()]
        if _takes_many(model, name):
            data[name] = values
        elif values:
            data[name] = values[-1]
    return data


def _takes_many(model: type[BaseModel], name: str) -> bool:
    field = model.model_fields.get(name)
    if field is None:
        return False
    return get_origin(field.annotation) in {list, tuple, set, frozenset}


def _sentences(errors: list[ErrorDetails]) -> dict[str, Sentence]:
    """A sentence per field path; the first complaint about a field is the one told."""
    told: dict[str, Sentence] = {}
    for error in errors:
        path = ".".join(str(part) for part in error["loc"]) or "body"
        told.setdefault(path, _sentence(error))
    return told


def _sentence(error: ErrorDetails) -> Sentence:
    context = dict(error.get("ctx", {}))
    if error["type"] == "value_error":
        return Sentence(str(context.get("error", OTHERWISE)))
    return Sentence(SENTENCES.get(error["type"], OTHERWISE), context)
