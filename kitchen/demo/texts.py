"""What the demo newsroom works on: two invented days of an invented district.

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
    """A word in an assignment's thread; ``pictures`` are names of :data:`PICTURES`."""

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


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that the house draws: scene and seed, what it is called, the words under it."""

    scene: str
    title: str
    caption: str
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A story: its text by paragraphs, and how far it got.

    ``passes`` levels of review are passed, after which it is ``returned`` if there is a reason.
    """

    title: str
    digest: str
    by: str
    paragraphs: tuple[str, ...]
    pictures: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    source: str = ""
    topic: str = ""
    channels: tuple[str, ...] = ()
    risk: Risk = Risk.ROUTINE
    column: str = ""
    submitted: bool = False
    passes: int = 0
    returned: str = ""
    shared: bool = False
    adopted_by: str = ""


PICTURES = {
    "藕田": Drawn("field", "藕田里的采挖垄沟，插画", "荷塘镇藕田进入采挖季（插画）"),
    "河岸": Drawn("river", "青溪河岸，插画", "藕田引水的青溪（插画）"),
    "大桥": Drawn("bridge", "青禾大桥，插画", "青禾大桥桥面铺装收尾（插画）"),
    "书架": Drawn("books", "图书馆的书架，插画", "区图书馆夜间开放的阅览区（插画）"),
    "街区": Drawn("street", "柳湾街道的楼房，插画", "柳湾街道沿街楼房（插画）"),
    "小区": Drawn("street", "云溪街道的小区，插画", "云溪街道加装电梯的小区（插画）", 5),
    "雨": Drawn("rain", "雨中的青溪，插画", "雨中的青溪（插画）"),
    "秋田": Drawn("field", "播种后的麦田，插画", "秋种后的麦田（插画）", 4),
}

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

PIECES = (
    Piece(
        "三百亩藕田开挖，一节藕天亮前上路",
        "荷塘镇藕田进入采挖季。凌晨五点半下水，天亮前装车，三百亩藕田要忙到春节前。",
        "reporter",
        (
            "凌晨五点半，荷塘镇的藕田里亮起头灯。采藕工穿好连体雨裤，走进齐腰深的水里，用水枪"
            "冲开淤泥，一节节白藕浮出水面。",
            "“挖藕靠手感，急不得。”合作社的老师傅说，熟练工一个早晨能挖三百斤，断一节就少卖"
            "一节的钱。",
            "今年合作社与三家超市签了订单，地头收购价每斤比去年高两角。账算得明白，年轻人也愿意"
            "回来：田埂上分拣装箱的十二个人里，有五个不到三十岁。",
            "天亮前，第一车藕已经上路。采挖要持续到春节前，预计总产量九十万斤。",
        ),
        ("藕田", "河岸"),
        ("荷塘镇", "藕田", "乡村振兴"),
        "荷塘镇合作社",
        "藕田开挖：一节藕怎样走到餐桌",
        (
            *("outlet", "wechat", "weibo", "toutiao", "toutiao_article"),
            *("douyin", "kuaishou", "shandian"),
        ),
        column="青禾田野",
        submitted=True,
        passes=3,
    ),
    Piece(
        "图书馆的灯亮到十点",
        "区图书馆把闭馆时间推迟到晚上十点，第一晚来了二百多人。他们为什么来？",
        "reporter2",
        (
            "晚上八点，区图书馆没有像往常那样响起闭馆音乐。从本周起，这里的灯要亮到十点。",
            "靠窗的位子上，一位外卖骑手在看电工教材。他说白天跑单，晚上来读两个小时，准备考证。"
            "儿童区里，一对母女把绘本摊在地垫上，妈妈下班晚，以前总赶不上开门。",
            "馆长介绍，延时服务先试行三个月，周一到周日都开，热水和充电插座免费。第一晚进馆"
            "二百一十四人次，最后一位读者九点五十六分离开。",
        ),
        ("书架",),
        ("图书馆", "夜读"),
        "区图书馆",
        "夜读到十点：图书馆的灯为谁亮",
        ("outlet", "wechat", "weibo", "douyin", "shandian"),
        submitted=True,
        passes=3,
    ),
    Piece(
        "青禾大桥桥面铺装收尾，计划年底通车",
        "最后一段沥青铺完，青禾大桥进入验收准备。通车后，两岸公交少绕六公里。",
        "reporter2",
        (
            "青禾大桥的桥面铺装进入收尾阶段。摊铺机以每分钟两米的速度向前，热沥青在身后压成"
            "平整的路面。",
            "区交通运输局介绍，铺装完成后要做平整度和抗滑检测，合格后再装护栏和标线，计划年底"
            "通车。",
            "大桥通车后，两岸居民过河不必再绕行老桥，公交线路单程缩短六公里。",
        ),
        ("大桥",),
        ("青禾大桥", "交通"),
        "区交通运输局",
        "青禾大桥铺装收尾，年底通车",
        SHORT,
        Risk.IMPORTANT,
        submitted=True,
        passes=1,
    ),
    Piece(
        "今夜到明天有中到大雨，这些路段注意绕行",
        "区应急管理局通报，今夜到明天全区有中到大雨。低洼路段和山边道路请提前绕行。",
        "reporter",
        (
            "区应急管理局通报，今夜到明天全区有中到大雨，局部有短时强降水。",
            "老城区三处下穿通道、青溪沿岸低洼路段容易积水，过往车辆请提前绕行。各镇街值班人员"
            "已到岗，排水泵站提前预降水位。",
        ),
        ("雨",),
        ("天气", "出行提示"),
        "区应急管理局",
        channels=SHORT,
        submitted=True,
    ),
    Piece(
        "全区秋种进度过八成，比去年快三天",
        "今年墒情好，农机到位早，全区小麦播种进度已过八成。",
        "reporter2",
        (
            "站在荷塘镇的田头，新播的麦田一眼望不到边。农技员抓起一把土，握成团、一搓就散："
            "“这就叫墒情好。”",
            "全区小麦播种进度已过八成，比去年同期快三天。农机合作社的二十台播种机两班倒，人歇"
            "机不歇。",
        ),
        ("秋田",),
        ("秋种", "农业"),
        "区农技站",
        channels=SHORT,
        column="青禾田野",
        submitted=True,
        passes=2,
    ),
    Piece(
        "老城区排水改造方案公开征求意见",
        "涉及十一个小区、六公里管网，居民可在两周内提出意见。",
        "reporter",
        (
            "老城区排水改造方案即日起公开征求意见，为期两周。方案涉及十一个小区、六公里管网，"
            "分三期施工。",
            "居民可以到社区服务点填写意见表，也可以在客户端留言。主管单位承诺逐条答复，并公布"
            "采纳情况。",
        ),
        ("街区",),
        ("排水改造", "民生"),
        "区住建部门",
        channels=SHORT,
        risk=Risk.MAJOR,
        submitted=True,
        passes=3,
    ),
    Piece(
        "青溪流域水质连续三年达标",
        "三年治理，青溪干流断面水质连续三年达标，沿岸排口全部建档。",
        "reporter2",
        (
            "最新监测结果显示，青溪干流断面水质连续三年达标，沿岸排口全部建档编号，出现问题"
            "可以当天溯源。",
            "沿岸居民最有感受。住在河边三十年的居民说，以前夏天不敢开窗，现在傍晚河堤上都是"
            "散步的人。",
        ),
        ("河岸",),
        ("青溪", "生态"),
        "区生态环境部门",
        channels=SHORT,
        risk=Risk.MAJOR,
        submitted=True,
        passes=4,
    ),
    Piece(
        "柳湾街道送水车进小区",
        "供水管网抢修期间，三辆送水车开进小区，居民凭桶接水。",
        "reporter",
        (
            "柳湾街道供水管网抢修期间，三辆送水车开进停水小区。上午十点，第一辆车停在小区"
            "门口，居民排队接水。",
            "街道工作人员把水送到行动不便的老人家里。抢修预计晚上八点完成。",
        ),
        ("街区",),
        ("停水", "柳湾街道"),
        channels=SHORT,
        submitted=True,
        returned="恢复供水的时间要有主管单位的确认，请补上消息来源，再写清接水点位置。",
    ),
    Piece(
        "加装电梯这四十次都谈了什么",
        "",
        "reporter",
        (
            "四十次协商，分歧只有三条：低层要不要出钱，采光怎么补，坏了谁修。",
            "（待补：一楼住户的说法，街道的补偿算法）",
        ),
        topic="加装电梯怎样谈拢一栋楼",
        channels=("outlet", "wechat"),
    ),
    Piece(
        "云溪街道：楼道里长出的议事角",
        "云溪街道把闲置的楼道拐角改成议事角，一张桌子、六把椅子，邻里的事坐下来谈。",
        "correspondent",
        (
            "一张旧餐桌，六把各家凑来的椅子，云溪街道一栋老楼的楼道拐角成了议事角。",
            "从车棚漏雨到电梯缴费，半年里这里谈成了十九件事。社区工作人员说，坐下来，火气就"
            "小一半。",
        ),
        ("小区",),
        ("云溪街道", "基层治理"),
        "云溪街道社区服务中心",
        shared=True,
        adopted_by="editor",
    ),
)
