"""What each rule is called, why it exists, and on what it rests: for whoever reads a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kitchen.core.errors import N_


@dataclass(frozen=True, slots=True)
class Explained:
    """A rule in plain words; catalogue ids. ``basis`` names the clause or the house's own list."""

    name: str
    why: str
    basis: str


_PUNCTUATION = N_("GB/T 15834—2011《标点符号用法》")
_NUMERALS = N_("GB/T 15835—2011《出版物上数字用法》；标准以得体为先，仅供参考")
_PRIVACY = N_("《个人信息保护法》第二十八条、第二十九条")
_NEWS = N_("《互联网新闻信息服务管理规定》第十五条")
_LABELLING = N_("《人工智能生成合成内容标识办法》第四条、第六条")
_LIST = N_("本单位词表")
_HOUSE = N_("本单位发稿要求")
_RECKONED = N_("按稿件里的数字推算")
_AS_IT_STANDS = N_("标准只举了常见用法，全文按习惯统一即可。")

_MARKS = Explained(N_("标点"), _AS_IT_STANDS, _PUNCTUATION)
_FIGURES = Explained(N_("数字用法"), N_("一篇稿件里写法一致、读者一看就懂。"), _NUMERALS)
_MISSING = Explained(N_("稿件要素"), N_("缺了审核时还要补，来回耽误时间。"), _HOUSE)
_REPRINT = Explained(
    N_("转载标注"), N_("转载要用名单里的稿源，注明来源、原作者、原标题、编辑真实姓名。"), _NEWS
)
_AI = Explained(N_("人工智能标识"), N_("生成合成内容要让读者看得出来，并如实申报。"), _LABELLING)
_PRIVATE = Explained(N_("个人信息"), N_("能据此找到本人，公开会造成伤害。"), _PRIVACY)
_RECKONING = Explained(N_("数据核对"), N_("前后数字对不上，至少有一个是错的。"), _RECKONED)
_PEOPLE = Explained(N_("人物"), N_("姓名、职务和排序不能出错。"), N_("本单位领导人名单"))
_TWICE = Explained(N_("重复"), N_("多半是输入或粘贴时多出来的。"), N_("语言习惯"))

_GROUPS: Mapping[Explained, tuple[str, ...]] = {
    _MARKS: (
        *("pair", "nested_title", "half_width", "full_width", "mark_twice", "list_comma"),
        *("ellipsis", "dash", "title_end"),
    ),
    _FIGURES: (
        *("estimate", "two_guesses", "mixed_number", "mixed_date", "zero", "short_year", "range"),
    ),
    _MISSING: (
        *("title_missing", "title_long", "text_missing", "source_missing", "byline_missing"),
        *("share_sum", "picture_rights_unknown", "picture_rights_expired", "picture_not_ready"),
        "picture_credit",
    ),
    _REPRINT: (
        *("reprint_source", "reprint_author", "reprint_title", "reprint_editor"),
        *("reprint_unlisted", "reprint_retitled"),
    ),
    _AI: ("ai_undeclared", "ai_said"),
    _PRIVATE: ("identity", "bank_card", "mobile", "plate", "home"),
    _RECKONING: ("percent", "shares", "times_less", "growth", "sum", "date"),
    _PEOPLE: ("name_near", "title_wrong", "title_outdated", "name_order"),
    _TWICE: ("double", "repeated"),
}
EXPLAINED: Mapping[str, Explained] = {
    **{rule: explained for explained, rules in _GROUPS.items() for rule in rules},
    "banned": Explained(N_("敏感词和禁用词"), N_("本单位规定不用或慎用。"), _LIST),
    "superlative": Explained(
        N_("广告极限词"), N_("绝对化的说法难以核实，还可能成为广告。"), N_("《广告法》第九条")
    ),
    "typo": Explained(N_("错别字"), N_("音近形近，容易打错。"), _LIST),
    "phrase_near": Explained(N_("规范表述"), N_("规范表述要一字不差。"), _LIST),
    "place_near": Explained(N_("地名和单位名称"), N_("名称用规范全称。"), _LIST),
    "link_odd": Explained(N_("链接"), N_("读者点了打不开。"), _HOUSE),
    "link_dead": Explained(
        N_("链接"), N_("后台定期打开稿件里的链接，这一个最近没有打开。"), _HOUSE
    ),
}
"""Every rule of the checks."""
