"""What the newsroom of the month does: who writes what, when, and where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kitchen.core.clock import CENTRE

SINCE = datetime(2026, 2, 23, 8, tzinfo=CENTRE)
"""A Monday: the accounts come to the house, a week before its first story."""
BEGIN = datetime(2026, 3, 2, 0, tzinfo=CENTRE)
UNTIL = datetime(2026, 4, 13, 16, tzinfo=CENTRE)
"""Every story of the first week has been out for thirty days, every other one for a week."""

MONTH_ENDS = datetime(2026, 4, 1, tzinfo=CENTRE)
REPORTS = (("month", "2026-03-01"),) + tuple(
    ("week", f"2026-03-{day:02}") for day in (1, 8, 15, 22, 29)
)
"""What is reported on, by the first day."""
WRITING = timedelta(minutes=50)
"""What a reporter needs from the first word to the hour at which the story goes out."""
BRAND = "知青禾"
CENTRE_UNIT, TOWN = "青禾区融媒体中心", "云溪街道"
WRITERS = ("reporter", "second_reporter")


@dataclass(frozen=True)
class Spot:
    """An account of the house: on which platform, what it is called, whose it is."""

    channel: str
    name: str
    unit: str = CENTRE_UNIT


SPOTS = {
    "wechat": Spot("wechat", "青禾区政务"),
    "town": Spot("wechat", "云溪街道发布", TOWN),
    "weibo": Spot("weibo", "青禾区政务微博"),
    "douyin": Spot("douyin", "知青禾抖音号"),
}


@dataclass(frozen=True)
class Planned:
    """A story: its title is that of no other."""

    title: str
    day: int
    """Days after :data:`BEGIN`."""
    hour: int
    spots: tuple[str, ...]
    author: str = "reporter"
    column: str = ""
    in_campaign: bool = False
    """Of the topic, and of the campaign that was made of it."""
    camera: int = 0
    """Percent of the other reporter, who filmed; nought: the author did it alone."""
    grade: str = "c"

    @property
    def at(self) -> datetime:
        return BEGIN + timedelta(days=self.day, hours=self.hour)

    @property
    def helper(self) -> str:
        return next(it for it in WRITERS if it != self.author)


STATEMENTS = ("春耕开始", "夜班公交")
"""Stories that are what the house says to an incident; the second is on an account alone whose
followers nobody tells.
"""
TOPIC, CAMPAIGN = "荷塘整治", "荷塘整治一百天"
STORIES = (
    Planned("荷塘开工", 0, 10, ("wechat", "weibo"), column="民生"),
    Planned(
        "路灯亮了", 1, 16, ("wechat", "douyin"), "second_reporter", "民生", camera=40, grade="a"
    ),
    Planned("夜市开街", 1, 20, ("wechat", "weibo"), grade="b"),
    Planned("云溪植树", 3, 8, ("town",), "second_reporter"),
    Planned("夜班公交", 4, 23, ("douyin",), column="出行", grade="d"),
    Planned(
        "荷塘清淤", 6, 11, ("wechat", "town", "weibo"), column="民生", in_campaign=True, grade="a"
    ),
    Planned("荷塘验收", 8, 7, ("wechat", "douyin"), in_campaign=True, camera=30),
    Planned("集市搬家", 8, 18, ("wechat", "weibo"), "second_reporter", "出行"),
    Planned("云溪办事", 12, 12, ("town", "wechat"), "second_reporter", grade="b"),
    Planned("春耕开始", 15, 10, ("wechat", "weibo", "douyin"), column="三农", camera=50),
    Planned("云溪龙舟", 20, 15, ("town", "douyin"), "second_reporter", "三农"),
    Planned("花海迎客", 26, 10, ("wechat", "weibo", "town"), grade="a"),
    Planned("校园新操场", 33, 14, ("wechat", "weibo", "douyin"), column="民生"),
)
"""The last one comes out when the month is over."""
COMMENTS = (("荷塘开工", 1, 3), ("荷塘开工", 2, 2), ("荷塘开工", 9, 4), ("夜市开街", 3, 1)) + (
    ("春耕开始", 16, 5),
    ("花海迎客", 30, 2),
)
"""What readers write under posts on Weibo: the story, the day, how many."""
