"""The platforms on which a person publishes by hand, and what their own editors take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Editor:
    """A platform's own editor: characters of a title, of a body and files it takes; 0 = any."""

    label: str
    title_min: int = 1
    title_max: int = 0
    body_max: int = 0
    files_max: int = 50


EDITORS = {
    "toutiao_article": Editor("头条号图文", title_min=2, title_max=30),
    "shandian": Editor("闪电号"),
    "shipinhao": Editor("视频号", title_min=6, title_max=16, body_max=1000, files_max=1),
    "xiaohongshu": Editor("小红书", title_max=20, body_max=1000, files_max=18),
}
