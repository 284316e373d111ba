"""What people call the parts of a report; catalogue ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kitchen.core.errors import N_
from kitchen.evaluation.pickups.labels import TIERS
from kitchen.evaluation.reports.rules import Kind
from kitchen.matrix.labels import platforms
from kitchen.review.labels import LEVELS

KINDS = {Kind.WEEK: N_("周报"), Kind.MONTH: N_("月报")}
HOUSE = N_("全中心")
UNKNOWN = N_("未知")
EDITION = N_("第 %(n)s 版")
CAME, WENT = N_("新列入"), N_("不再列入")
COLON = N_("：")
NOTHING = N_("这一期没有。")
ROWS_MORE = N_("共 %(n)s 行，信里只列出前面的。")

SECTIONS = {
    "published": N_("发稿"),
    "reads": N_("阅读"),
    "best": N_("阅读最多的稿件"),
    "accounts": N_("账号对目标"),
    "indices": N_("传播指数"),
    "pickups": N_("转载"),
    "lineage": N_("一次采集、多元生成"),
    "mended": N_("更正和撤稿"),
    "review": N_("审核用时"),
    "duty": N_("值班情况"),
    "answers": N_("留言回复"),
    "petitions": N_("问政"),
}
TABLES = {
    ("published", "by_channel"): N_("分渠道发稿"),
    ("published", "by_column"): N_("分栏目发稿"),
    ("reads", "by_channel"): N_("分渠道阅读"),
    ("best", "pieces"): N_("七天阅读最多的稿件"),
    ("accounts", "targets"): N_("各账号发稿、阅读和目标"),
    ("indices", "scores"): N_("各账号传播指数和名次"),
    ("pickups", "by_tier"): N_("分级转载"),
    ("pickups", "by_outlet"): N_("分媒体转载"),
    ("lineage", "ratio"): N_("采集和产出"),
    ("mended", "counts"): N_("更正和撤稿数"),
    ("mended", "pieces"): N_("更正和撤稿的稿件"),
    ("review", "by_level"): N_("各审级用时"),
    ("duty", "counts"): N_("班次"),
    ("answers", "counts"): N_("留言"),
    ("petitions", "counts"): N_("收到的问题"),
    ("petitions", "by_unit"): N_("各单位答复"),
}
COLUMNS = {
    "channel": N_("平台"),
    "column": N_("栏目"),
    "account": N_("账号名称"),
    "title": N_("标题"),
    "tier": N_("级别"),
    "outlet": N_("媒体"),
    "level": N_("审级"),
    "unit": N_("单位"),
    "measure": N_("项目"),
    "count": N_("数量"),
    "stories": N_("稿件"),
    "pieces": N_("发出篇数"),
    "told_24": N_("24 小时已知篇数"),
    "reads_24": N_("24 小时阅读"),
    "told_72": N_("72 小时已知篇数"),
    "reads_72": N_("72 小时阅读"),
    "told_168": N_("7 天已知篇数"),
    "reads_168": N_("7 天阅读"),
    "likes": N_("点赞"),
    "shares": N_("转发"),
    "per_day": N_("日均发稿"),
    "target_per_day": N_("日均目标"),
    "mean_reads": N_("篇均阅读"),
    "target_reads": N_("篇均目标"),
    "formula": N_("公式"),
    "score": N_("指数"),
    "place": N_("矩阵内名次"),
    "untold": N_("缺数篇数"),
    "pickups": N_("转载次数"),
    "decided": N_("审结"),
    "in_time": N_("按时"),
    "mean_hours": N_("平均小时"),
    "handed_out": N_("已交办"),
    "answered": N_("已答复"),
    "answered_in_time": N_("按时答复"),
}
MEASURES = {
    "captures": N_("采集"),
    "stories": N_("稿件"),
    "editions": N_("渠道版本"),
    "channels": N_("渠道数"),
    "pieces": N_("发出篇数"),
    "ratio": N_("每次采集发出"),
    "corrected": N_("更正"),
    "recalled": N_("已撤稿"),
    "shifts": N_("班次"),
    "stood": N_("有人到岗"),
    "unstood": N_("无人到岗"),
    "handed": N_("办了交接"),
    "received": N_("收到留言"),
    "answered": N_("已答复"),
    "answered_in_time": N_("按时答复"),
    "open": N_("还没答复"),
    "asked": N_("收到问题"),
}
VALUES: Mapping[str, Callable[[], Mapping[str, str]]] = {
    "channel": platforms,
    "tier": lambda: {str(key): name for key, name in TIERS.items()},
    "level": lambda: {str(key): name for key, name in LEVELS.items()},
    "measure": lambda: MEASURES,
    "column": lambda: {"": N_("没有栏目")},
}
"""Columns whose values are keys, and what people call them; other words stand for themselves."""
BARS = {
    ("published", "by_channel"): "pieces",
    ("reads", "by_channel"): "reads_168",
    ("pickups", "by_tier"): "pickups",
}
"""Tables that are drawn as well, and the column that is."""
WEEKDAYS = (N_("周日"), N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"))
"""From Sunday, with which a week begins here."""
CAPTURES = {"topic": N_("选题"), "assignment": N_("任务"), "story": N_("稿件")}
