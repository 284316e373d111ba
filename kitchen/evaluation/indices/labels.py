"""What people call the values of indices; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.evaluation.indices.windows import Kind

WINDOWS = {
    Kind.DAY: N_("日"),
    Kind.WEEK: N_("周"),
    Kind.MONTH: N_("月"),
    Kind.YEAR: N_("年"),
    Kind.FREE: N_("自选"),
}
PARTS = {
    "O": N_("整体"),
    "A": N_("篇均"),
    "H": N_("头条"),
    "P": N_("峰值"),
    "reads": N_("阅读"),
    "likes": N_("点赞"),
    "activity": N_("活跃"),
    "spread": N_("传播"),
    "posts": N_("发布"),
    "interaction": N_("互动"),
    "coverage": N_("覆盖"),
}
"""The parts of the formulas that come with the house; others are called by their key."""
SOURCES = {
    "pieces": N_("篇数"),
    "days": N_("天数"),
    "followers.new": N_("新增粉丝"),
    "followers.total": N_("粉丝总数"),
    "reads.all": N_("总阅读"),
    "reads.headlines": N_("头条阅读"),
    "reads.top": N_("最高阅读"),
    "likes.all": N_("总点赞"),
    "likes.headlines": N_("头条点赞"),
    "likes.top": N_("最高点赞"),
    "watching.all": N_("总在看"),
    "watching.headlines": N_("头条在看"),
    "watching.top": N_("最高在看"),
    "shares.all": N_("总转发"),
    "shares.headlines": N_("头条转发"),
    "shares.top": N_("最高转发"),
    "comments.all": N_("总评论"),
    "comments.headlines": N_("头条评论"),
    "comments.top": N_("最高评论"),
}
"""Where the house takes an input from, see :mod:`kitchen.evaluation.indices.tallies`."""
