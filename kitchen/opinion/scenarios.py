"""The two cases of the source, played with invented names of 青禾区 (S45).

Minutes are those of the case, from its beginning. What is said is said by nobody: the people, the
company and the house are made up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kitchen.core.errors import N_
from kitchen.opinion.rules import Grade


@dataclass(frozen=True, slots=True)
class Inject:
    """Something that happens in the case: said in public on a channel, or told to the room."""

    minute: int
    words: str
    channel: str = ""
    """Empty: an office tells it to the room."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A case to practise on."""

    key: str
    label: str
    """A catalogue id."""
    title: str
    body: str
    place: str
    grade: Grade
    injects: Sequence[Inject]


FUNDS = Scenario(
    "funds",
    N_("民企涉嫌非法集资"),
    "荷塘镇“穗满仓”公司涉嫌非法集资",
    "群众反映荷塘镇“穗满仓”商贸公司以养殖返利为名收取资金，近日停止兑付。",
    "荷塘镇",
    Grade.LARGER,
    (
        Inject(0, "有人知道穗满仓为什么不返钱了吗？说好每月返利，这个月没到账。", "weibo"),
        Inject(12, "荷塘镇穗满仓门口围了二十多个人，门锁着，电话打不通。", "douyin"),
        Inject(25, "公安：已接到三名群众报案，正在核对合同和转账记录。"),
        Inject(40, "听说老板已经跑到国外了，涉及几个亿，全镇的养老钱都没了！", "wechat"),
        Inject(55, "网信：“跑到国外”的说法一小时内出现十一次，来源是同一个群聊截图。"),
        Inject(80, "区里知不知道？有没有人管？明天去区政府问！", "toutiao"),
        Inject(110, "公安：法定代表人已到案配合调查，没有出境记录；登记的投资人四十六人。"),
        Inject(150, "市场监管：该公司登记经营范围不含吸收资金，已列入异常名录。"),
        Inject(210, "说已经抓到人了，是真的吗？钱能拿回来吗？", "weibo"),
        Inject(300, "公安：登记核实点设在荷塘镇便民服务中心，请投资人带合同来登记。"),
    ),
)
FIRE = Scenario(
    "fire",
    N_("街道一房屋起火"),
    "云溪街道一处民房起火",
    "云溪街道青石巷一处民房起火，浓烟明显，周边居民拍摄的视频开始流传。",
    "云溪街道",
    Grade.MAJOR,
    (
        Inject(0, "云溪青石巷着火了！烟好大，消防车来了吗？", "douyin"),
        Inject(5, "应急：消防已派两车十二人，八分钟到场。"),
        Inject(14, "听邻居说里面困了一家五口，一个都没出来……", "wechat"),
        Inject(22, "公安：现场警戒，已疏散周边住户三十一人，火势得到控制。"),
        Inject(35, "网上说是煤气罐爆炸，整栋楼都塌了，有视频。", "weibo"),
        Inject(41, "网信：流传的“楼塌”视频是两年前外地旧视频，已找到原始出处。"),
        Inject(60, "应急：明火扑灭，屋内无人，一名消防员轻微擦伤，已处理。"),
        Inject(90, "为什么政府一句话都不说？到底死了几个人？", "toutiao"),
        Inject(150, "应急：初步查明为电动车充电引起，原因以调查结论为准。"),
        Inject(240, "街道：受影响的六户居民已安置到社区服务中心，物资到位。"),
    ),
)
SCENARIOS: Mapping[str, Scenario] = {each.key: each for each in (FUNDS, FIRE)}
