"""Two invented days of an invented district: leads, topics, decisions, assignments.

Plain data; :mod:`kitchen.demo.stories` plays it through the services. Nothing in it happened.
"""

from __future__ import annotations

from dataclasses import dataclass

from kitchen.leads.rules import Source, Urgency
from kitchen.topics.rules import Decision, Form, Risk

WORDS_AND_PICTURES = (Form.TEXT, Form.PHOTO)
SHORT = ("outlet", "wechat", "weibo")


@dataclass(frozen=True, slots=True)
class Tip:
    """A lead, and what the duty desk did with it (a verb of the leads' service, and why)."""

    title: str
    body: str
    by: str
    source: Source = Source.REPORTER
    place: str = ""
    urgency: Urgency = Urgency.NORMAL
    contact: str = ""
    fate: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pitch:
    """A topic made of leads (by title), and what the committee decided."""

    title: str
    angle: str
    by: str
    leads: tuple[str, ...] = ()
    channels: tuple[str, ...] = SHORT
    risk: Risk = Risk.ROUTINE
    decision: Decision | None = None
    reason: str = ""
    into: str = ""
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A word in an assignment's thread; ``pictures`` are names of
    :data:`kitchen.demo.pieces.PICTURES`."""

    by: str
    text: str
    pictures: tuple[str, ...] = ()
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """What became of a topic's assignment; hours count from the moment of the scene."""

    topic: str
    crew: tuple[tuple[str, str], ...]
    place: str
    starts: float
    due: float
    vehicle: str = ""
    accepted: bool = True
    declined: str = ""
    cancelled: str = ""
    begun: bool = False
    finished: bool = False
    thread: tuple[Note, ...] = ()


YESTERDAYS_LEADS = (
    Tip(
        "荷塘镇三百亩藕田开挖",
        "清晨五点半，荷塘镇藕田开始采挖，合作社说今年订单比去年多两成，可以跟拍一天。",
        "reporter",
        place="荷塘镇",
    ),
    Tip(
        "青禾大桥桥面铺装进入收尾",
        "区交通运输局介绍，青禾大桥沥青铺装还剩最后一段，验收后计划年底通车。",
        "reporter2",
        source=Source.CORRESPONDENT,
        place="青禾大桥",
    ),
    Tip(
        "区图书馆夜读延时到晚上十点",
        "区图书馆从本周起把闭馆时间从晚上八点推迟到十点，第一晚来了二百多人。",
        "reporter2",
        place="区图书馆",
    ),
    Tip(
        "老旧小区加装电梯，一栋楼谈了四十次",
        "云溪街道一栋六层楼的加装电梯方案谈了四十次才签字，低层住户的补偿办法值得一写。",
        "correspondent",
        source=Source.CORRESPONDENT,
        place="云溪街道",
    ),
    Tip(
        "柳湾街道一段路灯不亮",
        "市民来电：柳湾街道文化路东段路灯连续三晚不亮，学生下晚自习要摸黑走。",
        "duty",
        source=Source.HOTLINE,
        place="柳湾街道文化路",
        contact="来电市民，愿意带记者去现场",
        fate="pass_on",
        reason="需要主管单位先答复，转问政栏目跟踪办理。",
    ),
    Tip(
        "一家小店开业打八折",
        "商家来稿，介绍新店开业优惠和菜单，附有二维码。",
        "duty",
        source=Source.FEED,
        fate="drop",
        reason="属于商业推广，没有新闻内容。",
    ),
    Tip(
        "青禾中学门口接送车辆拥堵",
        "家长反映，青禾中学傍晚放学时校门口双向拥堵二十分钟以上，希望调整上下车区。",
        "duty",
        source=Source.PUBLIC,
        place="青禾中学",
    ),
)

TODAYS_LEADS = (
    Tip(
        "柳湾街道供水管网抢修，三个小区停水",
        "区热线接到来电：柳湾街道供水主管道破裂，正在抢修，三个小区停水，预计晚上八点恢复。",
        "duty",
        source=Source.HOTLINE,
        place="柳湾街道",
        urgency=Urgency.URGENT,
    ),
    Tip(
        "柳湾街道供水管网抢修，预计晚上八点恢复供水",
        "柳湾街道供水主管道破裂，正在抢修，三个小区停水，街道已安排送水车。",
        "reporter3",
        place="柳湾街道",
        urgency=Urgency.URGENT,
    ),
    Tip(
        "柳湾街道三个小区停水",
        "网民留言：柳湾街道供水主管道破裂，三个小区停水，什么时候来水？",
        "duty",
        source=Source.OPINION,
        place="柳湾街道",
        fate="merge",
        reason="柳湾街道供水管网抢修，三个小区停水",
    ),
    Tip(
        "全区秋种进度过八成",
        "农技员说今年墒情好，全区小麦播种进度已过八成，比去年同期快三天。",
        "reporter2",
        place="荷塘镇",
    ),
    Tip(
        "今夜到明天有中到大雨",
        "区应急管理局通报：今夜到明天全区有中到大雨，山边和低洼路段注意避险。",
        "duty",
        source=Source.CORRESPONDENT,
        urgency=Urgency.BREAKING,
    ),
)

YESTERDAYS_TOPICS = (
    Pitch(
        "藕田开挖：一节藕怎样走到餐桌",
        "从凌晨的藕田写到傍晚的菜市场，用一节藕串起合作社、批发市场和一户人家。",
        "reporter",
        ("荷塘镇三百亩藕田开挖",),
        decision=Decision.APPROVE,
        reason="题材好，图和短视频一起出。",
    ),
    Pitch(
        "青禾大桥铺装收尾，年底通车",
        "讲清最后一段怎么铺、验收看什么、通车后公交怎么走。",
        "reporter2",
        ("青禾大桥桥面铺装进入收尾",),
        risk=Risk.IMPORTANT,
        decision=Decision.APPROVE,
        reason="通车时间以主管单位书面答复为准，按重要稿件审。",
    ),
    Pitch(
        "夜读到十点：图书馆的灯为谁亮",
        "蹲一晚阅览室，写三个来读书的人，不写空话。",
        "reporter2",
        ("区图书馆夜读延时到晚上十点",),
        decision=Decision.APPROVE,
    ),
    Pitch(
        "加装电梯怎样谈拢一栋楼",
        "把四十次协商的分歧和办法写成能照着做的清单。",
        "reporter",
        ("老旧小区加装电梯，一栋楼谈了四十次",),
        decision=Decision.APPROVE,
    ),
    Pitch(
        "敬老食堂的一餐饭",
        "一家社区食堂的账本：一餐饭多少钱，钱从哪里来。",
        "reporter3",
        decision=Decision.APPROVE,
    ),
    Pitch(
        "周末露天电影进社区",
        "拍一晚露天电影，以图片为主。",
        "photographer",
        decision=Decision.APPROVE,
    ),
    Pitch(
        "垃圾分类积分换了什么",
        "跟着一位居民把积分换成日用品，看兑换点管不管用。",
        "reporter3",
        decision=Decision.APPROVE,
    ),
    Pitch(
        "公园晨练灯光改造",
        "改造前后各拍一次，听晨练的人怎么说。",
        "reporter3",
        decision=Decision.APPROVE,
    ),
    Pitch(
        "夜间书房的一天",
        "跟拍图书馆夜班管理员。",
        "photographer",
        decision=Decision.MERGE,
        into="夜读到十点：图书馆的灯为谁亮",
        reason="与夜读选题同一件事，合并采访。",
    ),
    Pitch(
        "网红小店打卡指南",
        "盘点十家小店。",
        "reporter3",
        decision=Decision.REJECT,
        reason="容易做成广告，不做。",
    ),
    Pitch(
        "全区房价走势盘点",
        "比较各板块价格。",
        "reporter2",
        decision=Decision.RETURN,
        reason="没有权威数据来源，补齐来源再报。",
    ),
    Pitch(
        "校门口接送难怎么解",
        "量一量放学二十分钟，问清交警和学校的打算。",
        "reporter",
        ("青禾中学门口接送车辆拥堵",),
        decision=Decision.DEFER,
        reason="等学校的调整方案出来再做。",
    ),
)

TODAYS_TOPICS = (
    Pitch(
        "停水的一天：柳湾街道怎样送水上门",
        "跟着送水车走三个小区，写清何时恢复、去哪里接水。",
        "reporter3",
        ("柳湾街道供水管网抢修，三个小区停水",),
    ),
    Pitch(
        "秋种过八成，墒情帮了多少忙",
        "和农技员下一次地，把“墒情好”讲明白。",
        "reporter2",
        ("全区秋种进度过八成",),
    ),
    Pitch("冬至的饺子和汤圆", "问问南北两边的街坊，做一组图。", "reporter", draft=True),
)

TASKS_DONE = (
    Task(
        "青禾大桥铺装收尾，年底通车",
        (("reporter2", "text"), ("photographer", "photo")),
        "青禾大桥",
        1,
        5,
        finished=True,
    ),
    Task(
        "夜读到十点：图书馆的灯为谁亮",
        (("reporter2", "text"),),
        "区图书馆",
        6,
        11,
        finished=True,
    ),
    Task("公园晨练灯光改造", (("reporter3", "photo"),), "青溪公园", 2, 20),
)

TASKS_RUNNING = (
    Task(
        "藕田开挖：一节藕怎样走到餐桌",
        (("reporter", "text"), ("photographer", "photo")),
        "荷塘镇藕田",
        -2,
        6,
        vehicle="采访车一号",
        begun=True,
        thread=(
            Note("editor", "客户端首页给大图，先传一张能看清垄沟的全景。", asks=True),
            Note("photographer", "全景和河岸各一张，先用这两张。", ("藕田", "河岸")),
            Note("reporter", "合作社的订单数核过了，文字中午前交。"),
            Note("duty", "收到。下午路上有雨，注意安全。"),
        ),
    ),
    Task(
        "加装电梯怎样谈拢一栋楼",
        (("reporter2", "text"), ("photographer", "photo")),
        "云溪街道",
        3,
        8,
        vehicle="采访车一号",
        accepted=False,
    ),
    Task(
        "敬老食堂的一餐饭",
        (("reporter3", "text"),),
        "云溪街道敬老食堂",
        1,
        5,
        declined="同一时间要跟停水抢修，请另派人。",
    ),
    Task(
        "周末露天电影进社区",
        (("photographer", "photo"),),
        "柳湾街道文化广场",
        8,
        12,
        cancelled="今夜有雨，放映取消。",
    ),
)
"""The second wants the same photographer and car as the first, at the same time."""
