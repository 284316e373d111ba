"""Is everything there: title, text, sources, names, rights, the declaration of machine help?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from channels.settings import host_of
from kitchen.core.errors import N_
from kitchen.stories.checks.report import Hit, Level, Piece, Where
from kitchen.stories.reprint import LABEL

TITLE_LONG = 32
"""What WeChat takes; a longer title is cut there, and hard to grasp anywhere."""

_OBSTACLES = {
    "withdrawn": N_("“%(name)s”已经撤下，不能再用。请换一张。"),
    "rights_unknown": N_("“%(name)s”的版权不明，不能发布。请在素材页补上版权，或换一张。"),
    "rights_expired": N_("“%(name)s”的授权已经到期，不能发布。请续权或换一张。"),
    "not_ready": N_("“%(name)s”还在处理，处理好才能送审。"),
}
_MISSING = {
    "source": N_("转载没有写明来源，请补上。"),
    "author": N_("转载没有写明原作者，请补上。"),
    "title": N_("转载没有写明原标题，请补上。"),
    "editor": N_("转载没有写明编辑真实姓名，请补上。"),
}
_MACHINE_MADE = re.compile(
    "(?:本文|本内容|图片|配图|视频|本图|以上内容)(?:部分内容)?由?(?:人工智能|AI|ai)(?:辅助)?(?:生成|制作|创作)"
)
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*|xn--[a-z0-9-]+", re.IGNORECASE)


def title(piece: Piece) -> Iterator[Hit]:
    words = piece.title.strip()
    if not words:
        yield _hit("title_missing", Level.BLOCK, Where.TITLE, N_("还没有标题。"))
    elif len(words) > TITLE_LONG:
        advice = N_("标题 %(found)s 字，超过 %(most)s 字：公众号装不下，手机上也要折行。")
        sizes = {"found": len(words), "most": TITLE_LONG}
        yield Hit(
            "title_long", Level.WARN, Where.TITLE, words[TITLE_LONG:], TITLE_LONG, advice, sizes
        )


def text(piece: Piece) -> Iterator[Hit]:
    if not piece.text.strip():
        yield _hit("text_missing", Level.BLOCK, Where.TEXT, N_("正文还是空的。"))


def sources(piece: Piece) -> Iterator[Hit]:
    if not any(source.get("name", "").strip() for source in piece.sources):
        advice = N_("没有写消息来源。请写明采访对象、单位或原文出处，审核时要核对。")
        yield _hit("source_missing", Level.WARN, Where.SOURCES, advice)


def credit(piece: Piece) -> Iterator[Hit]:
    if not any(str(line.get("names", "")).strip() for line in piece.credits):
        yield _hit("byline_missing", Level.WARN, Where.CREDITS, N_("没有署名，请写上记者和编辑。"))
    total = sum(int(line.get("share") or 0) for line in piece.credits)
    if total not in {0, 100}:
        advice = N_("署名分摊合计 %(total)s%%，应为 100%%（或都不填）。")
        yield _hit("share_sum", Level.WARN, Where.CREDITS, advice, total=total)


def pictures(piece: Piece) -> Iterator[Hit]:
    for picture in piece.pictures:
        if picture.obstacle:
            advice = _OBSTACLES[picture.obstacle]
            yield _hit(
                f"picture_{picture.obstacle}",
                Level.BLOCK,
                Where.PICTURES,
                advice,
                name=picture.name,
            )
        if not picture.credit.strip():
            advice = N_("“%(name)s”没有写拍摄者或图片来源。")
            yield _hit("picture_credit", Level.WARN, Where.PICTURES, advice, name=picture.name)


def machine_help(piece: Piece) -> Iterator[Hit]:
    """A file that says of itself that a machine made it must be declared (2025-09-01 rules)."""
    if piece.ai_use != "none":
        return
    marked = [picture.name for picture in piece.pictures if picture.aigc]
    if marked:
        advice = N_("“%(name)s”带有人工智能生成标识，请在“人工智能使用”里如实申报。")
        yield _hit("ai_undeclared", Level.BLOCK, Where.FACTS, advice, name=marked[0])
    advice = N_("正文说“%(quote)s”，稿件信息却申报没有使用人工智能，请核对。")
    for where, words in piece.prose():
        for found in _MACHINE_MADE.finditer(words):
            told = {"quote": found[0]}
            yield Hit("ai_said", Level.WARN, where, found[0], found.start(), advice, told)


def addresses(piece: Piece) -> Iterator[Hit]:
    """Links by their form only; whether they answer is not for a pure function to know."""
    for href in piece.links:
        if not href.startswith("mailto:") and not _HOST.fullmatch(host_of(href)):
            advice = N_("链接“%(href)s”不像公开的网址，读者打不开。")
            yield _hit("link_odd", Level.WARN, Where.TEXT, advice, href=href[:60])


def answering_links(piece: Piece) -> Iterator[Hit]:
    """Links that did not answer when the house looked last; nothing is called here."""
    gone = N_("链接“%(href)s”打不开（%(at)s 检查，回答 %(status)s），请核对。")
    silent = N_("链接“%(href)s”打不开（%(at)s 检查，没有应答），请核对。")
    for link in piece.dead_links:
        advice = gone if link.status else silent
        told = {"href": link.href[:60], "at": link.looked_at, "status": link.status}
        yield Hit("link_dead", Level.WARN, Where.TEXT, "", 0, advice, told)


def reprint_label(piece: Piece) -> Iterator[Hit]:
    """A reprint comes from a source that may be reprinted, and names all four that it must."""
    if not piece.reprint:
        return
    for name in LABEL:
        if not piece.reprint.get(name, "").strip():
            yield _hit(f"reprint_{name}", Level.BLOCK, Where.FACTS, _MISSING[name])
    source = piece.reprint.get("source", "").strip()
    if source and not piece.lists.is_source(source, piece.setting):
        advice = N_(
            "“%(source)s”不在可转载的稿源里，请换用名单里的稿源，或请词表管理员核实后加入。"
        )
        yield _hit("reprint_unlisted", Level.WARN, Where.FACTS, advice, source=source)
    original = piece.reprint.get("title", "").strip()
    if original and original != piece.title.strip():
        advice = N_("转载改了标题，原标题是“%(original)s”。改标题不能歪曲原意，请核对。")
        yield _hit("reprint_retitled", Level.HINT, Where.TITLE, advice, original=original)


def _hit(rule: str, level: Level, where: Where, advice: str, **params: object) -> Hit:
    return Hit(rule, level, where, "", 0, advice, params)
