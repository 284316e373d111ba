"""What people call the values of this station; catalogue ids."""

from __future__ import annotations

from channels.base import Problem
from kitchen.core.errors import N_
from kitchen.stories.checks.report import Level, Where
from kitchen.stories.rules import AiUse, Kind, State
from kitchen.topics.rules import Risk

STATES = {
    State.DRAFT: N_("写作中"),
    State.IN_REVIEW: N_("审核中"),
    State.RETURNED: N_("已退回"),
    State.APPROVED: N_("已签发"),
    State.PUBLISHED: N_("已发布"),
    State.CORRECTING: N_("更正中"),
    State.WITHDRAWN: N_("已撤稿"),
}
TONES = {
    State.DRAFT: "plain",
    State.IN_REVIEW: "info",
    State.RETURNED: "warn",
    State.APPROVED: "ok",
    State.PUBLISHED: "ok",
    State.CORRECTING: "warn",
    State.WITHDRAWN: "danger",
}
KINDS = {
    Kind.MANUAL: N_("手动存档"),
    Kind.SUBMITTED: N_("送审"),
    Kind.RETURNED: N_("退回"),
    Kind.APPROVED: N_("签发"),
    Kind.PUBLISHED: N_("发布"),
}
AI_USES = {
    AiUse.NONE: N_("没有使用"),
    AiUse.ASSISTED: N_("用于辅助（如校对、摘要）"),
    AiUse.GENERATED: N_("内容由人工智能生成"),
}
RISKS = {
    Risk.ROUTINE: N_("常规（三审）"),
    Risk.IMPORTANT: N_("重要（加主要负责人再审）"),
    Risk.MAJOR: N_("重大（加分管区领导终审）"),
}
LEVELS = {
    Level.BLOCK: N_("必须改"),
    Level.WARN: N_("请核对"),
    Level.HINT: N_("建议"),
}
LEVEL_TONES = {Level.BLOCK: "danger", Level.WARN: "warn", Level.HINT: "plain"}
PLACES = {
    Where.TITLE: N_("标题"),
    Where.DIGEST: N_("摘要"),
    Where.TEXT: N_("正文"),
    Where.SOURCES: N_("来源"),
    Where.CREDITS: N_("署名"),
    Where.PICTURES: N_("图片"),
    Where.FACTS: N_("稿件信息"),
}
FIELDS = {
    "title": N_("标题"),
    "digest": N_("摘要"),
    "body": N_("正文"),
    "tags": N_("标签"),
    "author": N_("署名"),
    "cover_uid": N_("封面"),
    "media_uids": N_("图片"),
    "sources": N_("消息来源"),
    "credits": N_("署名"),
    "rights_note": N_("版权说明"),
    "ai_use": N_("人工智能使用"),
    "risk": N_("审核等级"),
    "column": N_("栏目"),
}
FORMS = {
    "article": N_("图文"),
    "status": N_("短文"),
    "images": N_("图集"),
    "video": N_("视频"),
    "push": N_("推送"),
}
FINDINGS = {
    Problem.TITLE_MISSING: N_("还没有标题。"),
    Problem.TITLE_TOO_LONG: N_("标题 %(found)s 字，最多 %(allowed)s 字。"),
    Problem.TITLE_TOO_SHORT: N_("标题 %(found)s 字，至少 %(allowed)s 字。"),
    Problem.DIGEST_TOO_LONG: N_("摘要 %(found)s 字，最多 %(allowed)s 字。"),
    Problem.BODY_MISSING: N_("正文还是空的。"),
    Problem.BODY_TOO_LONG: N_("正文按平台算法 %(found)s 字，最多 %(allowed)s 字。"),
    Problem.COVER_MISSING: N_("还没有封面，请选一张。"),
    Problem.COVER_TOO_LARGE: N_("封面 %(found)s，最大 %(allowed)s。"),
    Problem.PICTURE_MISSING: N_("图片 %(found)s 张，至少 %(allowed)s 张。"),
    Problem.PICTURE_TOO_LARGE: N_("有一张图片 %(found)s，最大 %(allowed)s。"),
    Problem.TOO_MANY_PICTURES: N_("图片 %(found)s 张，最多 %(allowed)s 张。"),
    Problem.PICTURE_TYPE: N_("有 %(found)s 张图片的格式平台不收，请换成 JPG 或 PNG。"),
    Problem.VIDEO_MISSING: N_("需要一段视频。上传视频，或放几张图片，系统会用图片做成竖版短片。"),
    Problem.VIDEO_TOO_LARGE: N_("视频 %(found)s，最大 %(allowed)s。"),
    Problem.VIDEO_TOO_LONG: N_("视频 %(found)s 秒，最长 %(allowed)s 秒。"),
    Problem.VIDEO_TYPE: N_("视频格式平台不收，请换成 MP4。"),
    Problem.VIDEO_LANDSCAPE: N_("视频是横版，平台按竖版显示，上下会有黑边。"),
    Problem.HASHTAG_FORBIDDEN: N_("这个平台的接口不收话题（#…#），请去掉 %(found)s 个。"),
    Problem.AUTHOR_TOO_LONG: N_("署名 %(found)s 字，最多 %(allowed)s 字。"),
    Problem.PUSH_TOO_LARGE: N_(
        "整条推送 %(found)s 字节，平台最多收 %(allowed)s 字节，请缩短文字。"
    ),
}
"""A sentence with its numbers for each way in which an edition breaks a platform's limits."""
IN_BYTES = frozenset({Problem.COVER_TOO_LARGE, Problem.PICTURE_TOO_LARGE, Problem.VIDEO_TOO_LARGE})
ADVICE_ONLY = frozenset({Problem.VIDEO_LANDSCAPE})
"""Findings that a platform takes anyway."""

ACTS = {
    "begin_story": N_("开始写稿"),
    "adopt_story": N_("采用为草稿"),
    "write_story": N_("写稿"),
    "keep_version": N_("存了版本"),
    "restore_version": N_("恢复了旧版本"),
    "attach_asset": N_("放进素材"),
    "detach_asset": N_("移出素材"),
    "share_story": N_("改了共享"),
    "set_targets": N_("定了发布账号"),
    "set_embargo": N_("改了保密期"),
    "make_editions": N_("生成渠道版本"),
    "submit": N_("送审"),
    "take_back": N_("撤回修改"),
    "return_to_author": N_("退回作者"),
    "approve": N_("签发"),
    "revoke": N_("撤销签发"),
    "publish": N_("发布"),
    "withdraw": N_("撤稿"),
}
"""What the audit calls what happened."""
