"""Sources, credits and tags as they come in: typed as lines, or sent by programs as lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field, WrapValidator

from kitchen.core.errors import N_
from kitchen.stories import facts
from kitchen.web.schema import Schema

Reader = Callable[[str], list[Any]]
Writer = Callable[[Any], str]


def _typed(reader: Reader, writer: Writer, sentence: str) -> WrapValidator:
    """Reads what people type. A list, as programs send it, must read the same in people's form."""

    def read(value: Any, check: Callable[[Any], list[Any]]) -> list[Any]:
        if isinstance(value, str):
            return check(reader(value))
        given = check(value)
        plain = [dict(it) if isinstance(it, Schema) else it for it in given]
        if reader(writer(plain)) != plain:
            raise ValueError(sentence)
        return given

    return WrapValidator(read)


class SourceIn(Schema):
    name: str = Field(max_length=120)
    url: Annotated[str, Field(max_length=500)] = ""
    note: Annotated[str, Field(max_length=500)] = ""


class CreditIn(Schema):
    role: str = Field(min_length=1, max_length=20)
    names: str = Field(min_length=1, max_length=120)
    share: int = Field(0, ge=0, le=100)


Tag = Annotated[str, Field(min_length=1, max_length=facts.TAG_LONG)]
Tags = Annotated[
    list[Tag],
    Field(max_length=facts.TAGS_MAX),
    _typed(
        facts.read_tags,
        facts.write_tags,
        N_("标签不能重复，里面也不能有空格、逗号、顿号、分号和 # 号。"),
    ),
]
Sources = Annotated[
    list[SourceIn],
    Field(max_length=facts.LINES_MAX),
    _typed(
        facts.read_sources,
        facts.write_sources,
        N_("消息来源的名称、网址里不能有竖线和换行，也不能全空着。"),
    ),
]
Credits = Annotated[
    list[CreditIn],
    Field(max_length=facts.LINES_MAX),
    _typed(
        facts.read_credits,
        facts.write_credits,
        N_("署名里不能有冒号和换行，姓名后面不能写百分比。"),
    ),
]
