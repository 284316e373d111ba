"""Sources, credits and tags as people type them: one line each, read and written alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kitchen.core.errors import N_
from kitchen.stories.doc import safe_link

_BAR = re.compile(r"\s*[|｜]\s*")
_CREDIT = re.compile(
    r"(?P<role>[^:：]{1,20})[:：]\s*(?P<names>.+?)(?:\s+(?P<share>\d{1,3})\s*[%％])?"
)
_TAGS = re.compile(r"[\s,，、;；#＃]+")
TAGS_MAX, TAG_LONG = 10, 20
LINES_MAX = 20


def read_tags(typed: str) -> list[str]:
    """Words between commas, blanks or hash marks, each once."""
    return list(dict.fromkeys(filter(None, _TAGS.split(typed))))


def write_tags(tags: Iterable[str]) -> str:
    return "，".join(tags)


def read_sources(typed: str) -> list[dict[str, str]]:
    """Lines of ``名称 | 网址 | 备注``. Raises ``ValueError`` with a sentence."""
    return [_source(line) for line in _lines(typed)]


def _source(line: str) -> dict[str, str]:
    name, url, note = [*_BAR.split(line, maxsplit=2), "", ""][:3]
    if url and not safe_link(url):
        raise ValueError(
            N_("来源的网址要以 http:// 或 https:// 开头；没有网址就写“名称 | | 备注”。")
        )
    return {"name": name[:120], "url": url[:500], "note": note[:500]}


def write_sources(sources: Iterable[Mapping[str, Any]]) -> str:
    lines = ([source.get(part) or "" for part in ("name", "url", "note")] for source in sources)
    return "\n".join(re.sub(r"(?: \| )+$", "", " | ".join(line)) for line in lines)


def read_credits(typed: str) -> list[dict[str, Any]]:
    """Lines of ``角色：姓名 60%``, the share optional. Raises ``ValueError`` with a sentence."""
    return [_credit(line) for line in _lines(typed)]


def _credit(line: str) -> dict[str, Any]:
    found = _CREDIT.fullmatch(line)
    if found is None:
        raise ValueError(N_("署名每行写成“记者：姓名 60%%”的样子，份额可以不写。"))
    share = int(found["share"] or 0)
    if share > 100:
        raise ValueError(N_("署名份额不能超过 100%%。"))
    return {"role": found["role"].strip(), "names": found["names"].strip()[:120], "share": share}


def write_credits(lines: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join(
        f"{line['role']}：{line['names']}" + (f" {line['share']}%" if line.get("share") else "")
        for line in lines
    )


def written(name: str, value: Any) -> str:
    """What a field holds, as the form beside the text shows it."""
    return value if isinstance(value, str) else str(_WRITERS[name](value))


def read_alike(name: str, one: str, other: str) -> bool:
    """Whether two texts say the same in a field, however they are typed. Nothing is refused."""
    return bool(_as_read(name, one) == _as_read(name, other))


def _as_read(name: str, typed: str) -> Any:
    try:
        return _READERS.get(name, _without_blanks)(typed)
    except ValueError:
        return _without_blanks(typed)


def _without_blanks(typed: str) -> str:
    """Pages and schemas trim what they are given, and some fields have one line."""
    return "".join(typed.split())


_READERS: Mapping[str, Callable[[str], Any]] = {
    "tags": read_tags,
    "sources": read_sources,
    "credits": read_credits,
}
_WRITERS: Mapping[str, Callable[[Any], str]] = {
    "tags": write_tags,
    "sources": write_sources,
    "credits": write_credits,
}


def _lines(typed: str) -> list[str]:
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    if len(lines) > LINES_MAX:
        raise ValueError(N_("最多 20 行，请删减。"))
    return lines
