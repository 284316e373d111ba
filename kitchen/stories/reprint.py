"""Reprints: a piece from elsewhere names its source, its author, its own title, its editor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LABEL = ("source", "author", "title", "editor")
"""What every reprint shows (rules of 2017 on internet news, article 15)."""
LABEL_LONGEST = 120


def written(reprint: Mapping[str, Any]) -> str:
    """The label as readers read it under the piece; empty for a piece of one's own."""
    if not any(reprint.get(name) for name in LABEL):
        return ""
    source, author, title, editor = (str(reprint.get(name, "")) for name in LABEL)
    return f"转载来源：{source}　原作者：{author}　原标题：{title}　编辑：{editor}"
