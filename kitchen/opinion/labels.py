"""What people call the values of this station; catalogue ids."""

from __future__ import annotations

from enum import StrEnum

from kitchen.core.errors import N_
from kitchen.feedback.rules import Tone
from kitchen.opinion.rules import (
    ClockName,
    Grade,
    Incident,
    Line,
    Office,
    Origin,
    Rumour,
    Run,
    Sensitivity,
    Sign,
    Stand,
    Step,
    Task,
    Verdict,
)

GRADES = {Grade.ROUTINE: N_("一般"), Grade.LARGER: N_("较大"), Grade.MAJOR: N_("重大")}
GRADE_TONES = {Grade.ROUTINE: "plain", Grade.LARGER: "warn", Grade.MAJOR: "danger"}
ORIGINS = {
    Origin.VOICE: N_("公众留言"),
    Origin.PETITION: N_("问政"),
    Origin.HAND: N_("人工录入"),
    Origin.DRILL: N_("演练"),
}
SOUNDS = {
    Tone.NEGATIVE: N_("偏负面"),
    Tone.MIXED: N_("中性（正负相当）"),
    Tone.POSITIVE: N_("偏正面"),
}
SOUND_TONES = {Tone.NEGATIVE: "warn", Tone.MIXED: "plain", Tone.POSITIVE: "ok"}
SENSITIVITIES = {
    Sensitivity.EVERY: N_("每一条都告诉我"),
    Sensitivity.RISE: N_("明显变多时告诉我"),
    Sensitivity.QUIET: N_("只看走势"),
}
SIGNS = {
    Sign.REPORTED: N_("待签收"),
    Sign.ACKNOWLEDGED: N_("已签收"),
    Sign.ACTING: N_("处置中"),
    Sign.CLOSED: N_("已办结"),
}
SIGN_TONES = {
    Sign.REPORTED: "danger",
    Sign.ACKNOWLEDGED: "info",
    Sign.ACTING: "warn",
    Sign.CLOSED: "ok",
}
RUMOURS = {
    Rumour.FOUND: N_("新发现"),
    Rumour.CHECKING: N_("核实中"),
    Rumour.JUDGED: N_("已有结论"),
    Rumour.ANSWERING: N_("澄清待发"),
    Rumour.ANSWERED: N_("已澄清"),
    Rumour.CLOSED: N_("已办结"),
}
RUMOUR_TONES = {
    Rumour.FOUND: "danger",
    Rumour.CHECKING: "warn",
    Rumour.JUDGED: "info",
    Rumour.ANSWERING: "warn",
    Rumour.ANSWERED: "ok",
    Rumour.CLOSED: "plain",
}
VERDICTS = {
    Verdict.FALSE: N_("不实"),
    Verdict.PARTLY: N_("部分不实"),
    Verdict.TRUE: N_("属实"),
    Verdict.UNPROVEN: N_("无法证实"),
}
STANDS = {Stand.REFUTES: N_("否认"), Stand.SUPPORTS: N_("证实"), Stand.NEUTRAL: N_("未置可否")}
INCIDENTS = {
    Incident.OPEN: N_("研判中"),
    Incident.AGREED: N_("口径已定"),
    Incident.ANSWERED: N_("已发声"),
    Incident.CLOSED: N_("已归档"),
}
INCIDENT_TONES = {
    Incident.OPEN: "danger",
    Incident.AGREED: "warn",
    Incident.ANSWERED: "info",
    Incident.CLOSED: "plain",
}
OFFICES = {
    Office.PUBLICITY: N_("宣传"),
    Office.CYBERSPACE: N_("网信"),
    Office.POLICE: N_("公安"),
    Office.RESPONSIBLE: N_("主责部门"),
    Office.CENTRE: N_("融媒体中心"),
}
LINES = {
    Line.DRAFT: N_("待审定"),
    Line.APPROVED: N_("现行口径"),
    Line.RETURNED: N_("已退回"),
    Line.REPLACED: N_("已被取代"),
}
LINE_TONES = {
    Line.DRAFT: "warn",
    Line.APPROVED: "ok",
    Line.RETURNED: "plain",
    Line.REPLACED: "plain",
}
TASKS = {Task.OPEN: N_("待办"), Task.DONE: N_("已完成"), Task.DROPPED: N_("已取消")}
RUNS = {
    Run.RUNNING: N_("进行中"),
    Run.PAUSED: N_("已暂停"),
    Run.PLAYED: N_("已放完"),
    Run.RESET: N_("已重置"),
}
CLOCKS = {
    ClockName.FIRST: N_("首次权威发布"),
    ClockName.PRESS: N_("新闻发布会"),
    ClockName.REPLY: N_("作出回应"),
}
VALUES: dict[StrEnum, str] = dict([*GRADES.items(), *OFFICES.items(), *CLOCKS.items()])
"""What an entry's value is called."""
STEPS = {
    Step.OPENED: N_("建立"),
    Step.GRADED: N_("改定级别"),
    Step.JOINED: N_("请进房间"),
    Step.LEFT: N_("离开房间"),
    Step.ASSESSED: N_("研判意见"),
    Step.DRAFTED: N_("起草口径"),
    Step.AGREED: N_("审定口径"),
    Step.RETURNED: N_("退回口径"),
    Step.TASK_SET: N_("派任务"),
    Step.TASK_DONE: N_("任务完成"),
    Step.TASK_DROPPED: N_("任务取消"),
    Step.STATEMENT: N_("起草对外声明"),
    Step.SPOKE: N_("声明已发布"),
    Step.PRESS: N_("新闻发布会"),
    Step.MEASURED: N_("传播量"),
    Step.LATE: N_("超过时限"),
    Step.NOTED: N_("记录"),
    Step.INJECT: N_("演练情况"),
    Step.ATTACHED: N_("关联"),
    Step.CLOSED: N_("办结"),
    Step.REOPENED: N_("重新办理"),
    Step.ACKNOWLEDGED: N_("签收"),
    Step.ACTED: N_("处置"),
    Step.ESCALATED: N_("没人签收，报上一级"),
    Step.CHECKED: N_("开始核实"),
    Step.SOURCE: N_("补充来源"),
    Step.JUDGED: N_("下结论"),
}
STEP_TONES = {
    Step.AGREED: "ok",
    Step.SPOKE: "ok",
    Step.LATE: "danger",
    Step.ESCALATED: "danger",
    Step.INJECT: "warn",
    Step.RETURNED: "warn",
}
PARAMETERS = {
    "first_hours": N_("重大：首次权威发布（小时）"),
    "press_hours": N_("重大：新闻发布会（小时）"),
    "reply_hours": N_("作出回应（小时）"),
    "warn_percent": N_("时限过了百分之几时提醒"),
    "routine_minutes": N_("苗头签收：一般（分钟）"),
    "larger_minutes": N_("苗头签收：较大（分钟）"),
    "major_minutes": N_("苗头签收：重大（分钟）"),
    "keep_days": N_("没有关联的舆情内容留多少天"),
    "rise_least": N_("一天至少多少条才算变多"),
    "rise_times": N_("是平常的几倍算变多"),
    "around_hours": N_("发声前后各比多少小时"),
}
