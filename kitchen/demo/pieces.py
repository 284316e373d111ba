"""The stories of the demo newsroom and their drawn pictures; invented like all the rest."""

from __future__ import annotations

from dataclasses import dataclass

from kitchen.demo.texts import SHORT
from kitchen.topics.rules import Risk


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
