"""What people call the values of this station; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.wordlists.rules import Field, Kind, Level, State

KINDS = {
    Kind.BANNED: N_("敏感词和禁用词"),
    Kind.SUPERLATIVE: N_("广告极限词"),
    Kind.TYPO: N_("错别字"),
    Kind.PHRASE: N_("规范表述"),
    Kind.PERSON: N_("领导人姓名职务"),
    Kind.PLACE: N_("地名和单位名称"),
    Kind.SOURCE: N_("可转载的稿源"),
    Kind.ALLOWED: N_("例外说法"),
    Kind.PRAISE: N_("正面词"),
    Kind.COMPLAINT: N_("负面词"),
}
ABOUT = {
    Kind.BANNED: N_("不能出现或要慎用的词。随软件不带词，请放进本单位自己的词表。"),
    Kind.SUPERLATIVE: N_("《广告法》禁止在广告里用的绝对化用语；新闻里用，要有依据和出处。"),
    Kind.TYPO: N_("常混的字词和“的地得”，填了“改成”的可以一键替换。"),
    Kind.PHRASE: N_("必须一字不差的说法；写得差一两个字时提醒。"),
    Kind.PERSON: N_("姓名、职务、排序和任期。改动要一人提议、另一人确认，确认前不生效。"),
    Kind.PLACE: N_("地名、机构的规范全称；写得差一两个字时提醒。"),
    Kind.SOURCE: N_("允许转载的稿源；不在表里的转载会提醒。"),
    Kind.ALLOWED: N_("机器不再提醒的说法，多半来自编辑标的误报。"),
    Kind.PRAISE: N_("留言里表示满意的词，用来数偏正面的留言；不查稿件。"),
    Kind.COMPLAINT: N_("留言里表示不满的词，用来数偏负面的留言；不查稿件。"),
}
LEVELS = {
    Level.FORBID: N_("禁：必须改"),
    Level.CARE: N_("慎：请核对"),
    Level.NOTE: N_("提示：建议改"),
}
LEVEL_TONES = {Level.FORBID: "danger", Level.CARE: "warn", Level.NOTE: "plain"}
FIELDS = {
    Field.WORD: N_("词"),
    Field.LEVEL: N_("级别"),
    Field.REPLACEMENT: N_("改成"),
    Field.TITLE: N_("职务"),
    Field.RANK: N_("排序"),
    Field.NOTE: N_("说明"),
    Field.CHANNELS: N_("渠道"),
    Field.COLUMNS: N_("栏目"),
    Field.EXCEPTIONS: N_("例外"),
    Field.VALID_FROM: N_("生效日期"),
    Field.VALID_TO: N_("失效日期"),
}
NAMED = {
    (Kind.PERSON, Field.WORD): N_("姓名"),
    (Kind.SOURCE, Field.WORD): N_("稿源名称"),
    (Kind.PHRASE, Field.WORD): N_("规范表述"),
    (Kind.PLACE, Field.WORD): N_("规范名称"),
    (Kind.ALLOWED, Field.WORD): N_("允许的说法"),
    (Kind.ALLOWED, Field.TITLE): N_("只对这项检查"),
}
"""Fields that a list calls by a better name."""
STATES = {
    State.OPEN: N_("待确认"),
    State.CONFIRMED: N_("已生效"),
    State.REFUSED: N_("不同意"),
    State.WITHDRAWN: N_("已撤回"),
}
STATE_TONES = {
    State.OPEN: "warn",
    State.CONFIRMED: "ok",
    State.REFUSED: "danger",
    State.WITHDRAWN: "plain",
}
ACTS = {
    "add_word": N_("加了一条"),
    "change_word": N_("改了一条"),
    "drop_word": N_("删了一条"),
    "import_words": N_("导入"),
    "change_leaders": N_("按提议生效"),
}
"""What the audit calls a change of a list."""


def field_name(kind: Kind, field: Field) -> str:
    """What a list calls one of its fields."""
    return NAMED.get((kind, field), FIELDS[field])
