"""What people call the values of this station; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.petitions.rules import Category, Handling, Origin, State, Step, Wish

ORIGINS = {Origin.PUBLIC: N_("网民提问"), Origin.LEAD: N_("线索转来")}
CATEGORIES = {
    Category.TRAFFIC: N_("交通出行"),
    Category.ENVIRONMENT: N_("环境卫生"),
    Category.HOUSING: N_("住房物业"),
    Category.SCHOOL: N_("教育"),
    Category.HEALTH: N_("医疗卫生"),
    Category.WELFARE: N_("社保民政"),
    Category.SAFETY: N_("治安与安全"),
    Category.CONSUMER: N_("市场消费"),
    Category.PLANNING: N_("规划建设"),
    Category.VILLAGE: N_("农业农村"),
    Category.OTHER: N_("其他"),
}
STATES = {
    State.RECEIVED: N_("待受理"),
    State.ACCEPTED: N_("待交办"),
    State.REFUSED: N_("不予受理"),
    State.MERGED: N_("已合并"),
    State.HANDED: N_("办理中"),
    State.REVIEWING: N_("答复待审"),
    State.ANSWERED: N_("已答复"),
}
TONES = {
    State.RECEIVED: "info",
    State.ACCEPTED: "info",
    State.REFUSED: "plain",
    State.MERGED: "plain",
    State.HANDED: "warn",
    State.REVIEWING: "violet",
    State.ANSWERED: "ok",
}
TOLD = {
    State.RECEIVED: N_("已收到，等待受理"),
    State.ACCEPTED: N_("已受理，正在交给承办单位"),
    State.REFUSED: N_("没有受理"),
    State.MERGED: N_("与同一问题一并办理"),
    State.HANDED: N_("承办单位正在办理"),
    State.REVIEWING: N_("已有答复，正在审核"),
    State.ANSWERED: N_("已答复"),
}
"""How a petitioner is told where their question stands."""
HANDLINGS = {
    Handling.OPEN: N_("待答复"),
    Handling.REPLIED: N_("已交答复"),
    Handling.DONE: N_("已办结"),
    Handling.RETURNED: N_("已退回"),
    Handling.CALLED_BACK: N_("已收回"),
}
WISHES = {
    Wish.ASKED: N_("等问政办决定"),
    Wish.GRANTED: N_("同意"),
    Wish.DENIED: N_("不同意"),
}
STEPS = {
    Step.FILED: N_("收到问题"),
    Step.ADDED: N_("提问人补充"),
    Step.ACCEPTED: N_("已受理"),
    Step.REFUSED: N_("不予受理"),
    Step.RECONSIDERED: N_("重新考虑"),
    Step.MERGED: N_("并入同一问题"),
    Step.PARTED: N_("拆开单独办理"),
    Step.HANDED: N_("已交办"),
    Step.CALLED_BACK: N_("已收回"),
    Step.RETURNED: N_("单位退回"),
    Step.URGED: N_("已催办"),
    Step.LATE: N_("超时提醒"),
    Step.TIME_ASKED: N_("申请了延期"),
    Step.TIME_GRANTED: N_("延期办理"),
    Step.TIME_DENIED: N_("没有同意延期"),
    Step.REPLIED: N_("已交答复"),
    Step.RETRACTED: N_("已撤回答复"),
    Step.REWORKED: N_("答复已退回修改"),
    Step.ANSWERED: N_("答复"),
    Step.RATED: N_("评价"),
    Step.ASKED_AGAIN: N_("提问人追问"),
    Step.TO_LEAD: N_("已转成新闻线索"),
    Step.LEAD_SETTLED: N_("线索有了结果"),
    Step.REPORTED: N_("相关报道"),
    Step.SHOWN: N_("已公开"),
    Step.WITHDRAWN: N_("已取消公开"),
}
STEP_TONES = {
    Step.ANSWERED: "ok",
    Step.LATE: "danger",
    Step.RETURNED: "warn",
    Step.REWORKED: "warn",
    Step.REFUSED: "warn",
}
SCORES = {
    5: N_("5 分，非常满意"),
    4: N_("4 分，满意"),
    3: N_("3 分，一般"),
    2: N_("2 分，不满意"),
    1: N_("1 分，很不满意"),
}
PARAMETERS = {
    "accept_hours": N_("受理或拒绝（小时，不论节假日）"),
    "reply_days": N_("单位答复（工作日）"),
    "again_days": N_("追问后的答复（工作日）"),
    "extension_days": N_("最多延期（工作日，一次）"),
    "rework_days": N_("退回修改至少留（工作日）"),
    "review_days": N_("审答复（工作日）"),
    "closes_at": N_("最后一天几点截止（24 为午夜）"),
    "most_returns": N_("最多退回几次"),
    "soon_hours": N_("到期前多少小时提醒"),
    "second_call_days": N_("超时多少个工作日后报分管负责人"),
    "again_at_most": N_("满意度不高于几分可以追问"),
    "window_minutes": N_("防刷：每多少分钟计一次"),
    "most_in_window": N_("防刷：期间一共最多收几条"),
    "most_from_network": N_("防刷：一个网段最多几条"),
    "most_wrong_codes": N_("防刷：一个网段最多输错几次查询码"),
    "most_pictures": N_("最多几张图"),
    "most_picture_megabytes": N_("每张图最大（MB）"),
    "cluster_least": N_("几条相近算一个话题"),
}
