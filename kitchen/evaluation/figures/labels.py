"""What people call the values of figures; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.evaluation.figures.looks import CONTRADICTORY, DELAYED, LEFT_OUT, UNNAMED
from kitchen.evaluation.figures.rules import Age, AlarmState, Concern, Measure, Scope, Teller

AGES = {
    Age.HOUR: N_("1 小时"),
    Age.SIX_HOURS: N_("6 小时"),
    Age.DAY: N_("24 小时"),
    Age.THREE_DAYS: N_("72 小时"),
    Age.WEEK: N_("7 天"),
    Age.MONTH: N_("30 天"),
}
FIELDS = {
    "reads": N_("阅读"),
    "likes": N_("点赞"),
    "watching": N_("在看"),
    "shares": N_("转发"),
    "comments": N_("评论"),
}
TELLERS = {
    Teller.PLATFORM: N_("平台"),
    Teller.HAND: N_("人工填写"),
    Teller.SHEET: N_("表格导入"),
}
CONCERNS = {
    Concern.BELOW_TARGET: N_("没有达到阅读目标"),
    Concern.SHRUNK: N_("数据变少了"),
    Concern.LIKES_OVER_READS: N_("点赞比阅读还多"),
    Concern.STEADY: N_("阅读匀速上涨"),
    Concern.FEW_LIKES: N_("阅读多、点赞极少"),
    Concern.NIGHT_BURST: N_("深夜猛涨"),
}
EXPLAINED = {
    Concern.BELOW_TARGET: N_("到了目标规定的时长，阅读量还低于目标。"),
    Concern.SHRUNK: N_(
        "阅读比前一次少，或者别的数少了一成以上。平台给的数照实留着，请核对是平台清理还是数据出错。"
    ),
    Concern.LIKES_OVER_READS: N_("点赞的人不会比看过的人多，请核对数据。"),
    Concern.STEADY: N_("正常的阅读先快后慢；连续四次以上每小时涨得几乎一样多，像是机器刷的。"),
    Concern.FEW_LIKES: N_("每一千次阅读通常有两个左右的赞；阅读五千以上却不到千分之一，请核对。"),
    Concern.NIGHT_BURST: N_("零点到六点之间涨的阅读，是此前全部阅读的三倍以上。"),
}
ACTS = {
    "dismiss": N_("看过，没有问题"),
    "uphold": N_("看过，确有问题"),
}
"""What may be said to an alarm, in the words of its moves."""
ALARM_STATES = {
    AlarmState.OPEN: N_("待查看"),
    AlarmState.DISMISSED: N_("没有问题"),
    AlarmState.UPHELD: N_("确有问题"),
}
ALARM_TONES = {AlarmState.OPEN: "warn", AlarmState.DISMISSED: "ok", AlarmState.UPHELD: "danger"}
SCOPES = {
    Scope.ALL: N_("所有"),
    Scope.COLUMN: N_("某个栏目"),
    Scope.ACCOUNT: N_("某个账号"),
    Scope.CAMPAIGN: N_("专题或某个选题"),
}
MEASURES = {
    Measure.ITEM: N_("单条阅读"),
    Measure.MEAN: N_("篇均阅读"),
}
SILENCES = {
    DELAYED: N_("平台还没统计好，稍后再问。"),
    LEFT_OUT: N_("平台没有给出这一篇的数据，稍后再问。"),
    CONTRADICTORY: N_("平台给的数前后矛盾，没有采用，稍后再问。"),
    UNNAMED: N_("平台没有给这一篇编号，问不到数据，请人工填写。"),
}
"""Why nothing was told, where the platform has no words of its own."""
