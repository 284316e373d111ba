"""The grammar of quick add as a table, and what a line means among people and columns."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.errors import Invalid
from kitchen.outlet import columns
from kitchen.people.models import Staff
from kitchen.topics import quick_add
from kitchen.topics.quick import Fault, Line, parse, read_date
from kitchen.topics.rules import Risk, State
from tests.fixtures.newsroom import Door, Newsroom

THURSDAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("雨后抢修", Line("雨后抢修")),
        ("  雨后  抢修  ", Line("雨后 抢修")),
        ("雨后抢修 @林小满", Line("雨后抢修", person="林小满")),
        ("@lxm 雨后抢修", Line("雨后抢修", person="lxm")),
        ("雨后 @lxm 抢修", Line("雨后 抢修", person="lxm")),
        ("雨后抢修 ＠林小满", Line("雨后抢修", person="林小满")),
        ("雨后抢修 #民生", Line("雨后抢修", column="民生")),
        ("雨后抢修 ＃民生", Line("雨后抢修", column="民生")),
        ("雨后抢修 !紧急", Line("雨后抢修", urgent=True)),
        ("雨后抢修 ！急", Line("雨后抢修", urgent=True)),
        ("雨后抢修 !", Line("雨后抢修", urgent=True)),
        ("雨后抢修 !重要", Line("雨后抢修", risk=Risk.IMPORTANT)),
        ("雨后抢修 !重大 !紧急", Line("雨后抢修", urgent=True, risk=Risk.MAJOR)),
        ("雨后抢修 !紧急 !急", Line("雨后抢修", urgent=True)),
        ("雨后抢修 ^周五", Line("雨后抢修", planned_on=date(2026, 11, 27))),
        ("雨后抢修 ＾明天", Line("雨后抢修", planned_on=date(2026, 11, 27))),
        (
            "雨后抢修 @lxm #民生 !紧急 ^周五",
            Line("雨后抢修", "lxm", "民生", urgent=True, planned_on=date(2026, 11, 27)),
        ),
        (
            "^周五 !紧急 #民生 @lxm 雨后抢修",
            Line("雨后抢修", "lxm", "民生", urgent=True, planned_on=date(2026, 11, 27)),
        ),
        ("C#入门课开讲", Line("C#入门课开讲")),
        ("好消息！食堂开了", Line("好消息！食堂开了")),
        ("NBA@青禾", Line("NBA@青禾")),
        ("2^10 是多少", Line("2^10 是多少")),
        ("<script>alert(1)</script>", Line("<script>alert(1)</script>")),
        ("雨后抢修　@lxm", Line("雨后抢修", person="lxm")),
        ("", Line(faults=((Fault.NO_TITLE, ""),))),
        ("   ", Line(faults=((Fault.NO_TITLE, ""),))),
        (
            "@lxm ^周五",
            Line("", "lxm", planned_on=date(2026, 11, 27), faults=((Fault.NO_TITLE, ""),)),
        ),
        ("雨后 @lxm @zs", Line("雨后", "lxm", faults=((Fault.TWICE, "@zs"),))),
        ("雨后 #一 #二", Line("雨后", column="一", faults=((Fault.TWICE, "#二"),))),
        ("雨后 !重要 !重大", Line("雨后", risk=Risk.IMPORTANT, faults=((Fault.TWICE, "!重大"),))),
        (
            "雨后 ^明天 ^后天",
            Line("雨后", planned_on=date(2026, 11, 27), faults=((Fault.TWICE, "^后天"),)),
        ),
        ("雨后 @", Line("雨后", faults=((Fault.EMPTY_MARK, "@"),))),
        ("雨后 # 民生", Line("雨后 民生", faults=((Fault.EMPTY_MARK, "#"),))),
        ("雨后 ^", Line("雨后", faults=((Fault.EMPTY_MARK, "^"),))),
        ("雨后 !火急", Line("雨后", faults=((Fault.BAD_MARK, "!火急"),))),
        ("雨后 ^改天", Line("雨后", faults=((Fault.BAD_DATE, "^改天"),))),
        ("雨后 ^2026-02-30", Line("雨后", faults=((Fault.BAD_DATE, "^2026-02-30"),))),
        ("雨后 ^2026-11-25", Line("雨后", faults=((Fault.PAST, "^2026-11-25"),))),
        ("雨后 ^本周一", Line("雨后", faults=((Fault.PAST, "^本周一"),))),
    ],
)
def test_a_line_means(text: str, meant: Line) -> None:
    assert parse(text, THURSDAY) == meant


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("今天", date(2026, 11, 26)),
        ("今日", date(2026, 11, 26)),
        ("明日", date(2026, 11, 27)),
        ("后天", date(2026, 11, 28)),
        ("大后天", date(2026, 11, 29)),
        ("周四", date(2026, 11, 26)),
        ("周三", date(2026, 12, 2)),
        ("星期日", date(2026, 11, 29)),
        ("礼拜天", date(2026, 11, 29)),
        ("本周五", date(2026, 11, 27)),
        ("下周五", date(2026, 12, 4)),
        ("下下周一", date(2026, 12, 7)),
        ("12-01", date(2026, 12, 1)),
        ("12月1日", date(2026, 12, 1)),
        ("12.1", date(2026, 12, 1)),
        ("1/5", date(2027, 1, 5)),
        ("2-29", date(2028, 2, 29)),
        ("28日", date(2026, 11, 28)),
        ("3号", date(2026, 12, 3)),
        ("31日", date(2026, 12, 31)),
        ("2027年3月5日", date(2027, 3, 5)),
        ("月底", date(2026, 11, 30)),
        ("+3", date(2026, 11, 29)),
        ("10天后", date(2026, 12, 6)),
        ("13-01", None),
        ("0日", None),
        ("周八", None),
        ("5", None),
        ("", None),
    ],
)
def test_a_date_means(word: str, meant: date | None) -> None:
    assert read_date(word, THURSDAY) == meant


@pytest.fixture
def peopled(newsroom: Newsroom) -> Newsroom:
    """Two people with the same initials, one of them a namesake's beginning; two columns."""
    with newsroom.database.unit() as session:
        for username, name, initials in (
            ("reporter", "林小满", "lxm"),
            ("second_reporter", "李晓明", "lxm"),
            ("editor", "林小", "lx"),
        ):
            staff = session.scalars(select(Staff).where(Staff.username == username)).one()
            staff.name, staff.initials = name, initials
        columns.open_column(session, newsroom.chief, name="青禾民生", slug="life")
        columns.open_column(session, newsroom.chief, name="青禾时政", slug="politics")
    return newsroom


@pytest.mark.parametrize(
    ("text", "owner", "column", "problem"),
    [
        ("抢修 @林小满", "林小满", "", ""),
        ("抢修 @林小", "林小", "", ""),
        ("抢修 @reporter", "林小满", "", ""),
        ("抢修 @LX", "林小", "", ""),
        ("抢修 @晓明", "李晓明", "", ""),
        ("抢修 @lxm", "", "", "林小满、李晓明"),
        ("抢修 @查无此人", "", "", "没有找到"),
        ("抢修 @%", "", "", "没有找到"),
        ("抢修 #青禾民生", "", "青禾民生", ""),
        ("抢修 #时政", "", "青禾时政", ""),
        ("抢修 #青禾", "", "", "青禾民生、青禾时政"),
        ("抢修 #体育", "", "", "没有“#体育”这个栏目"),
        (f"{'长' * 61}", "", "", "最多 60 个字"),
    ],
)
def test_people_and_columns_are_named_or_the_line_says_why_not(
    peopled: Newsroom, text: str, owner: str, column: str, problem: str
) -> None:
    with peopled.database.unit(write=False) as session:
        meant = quick_add.understand(session, text)
    said = " ".join(each.message % dict(each.params) for each in meant.problems)
    assert (meant.owner.name if meant.owner else "", meant.column) == (owner, column)
    assert problem in said
    assert bool(said) is bool(problem)


def test_where_there_are_no_columns_yet_any_word_is_one(newsroom: Newsroom) -> None:
    with newsroom.database.unit(write=False) as session:
        assert quick_add.understand(session, "抢修 #民生").column == "民生"


def test_a_line_makes_the_topic_it_describes(peopled: Newsroom) -> None:
    with peopled.database.unit() as session:
        made = quick_add.add(
            session, peopled.second_reporter, "抢修 @林小满 #民生 !紧急 !重要 ^明天"
        )
        assert (made.title, made.column, made.urgent) == ("抢修", "青禾民生", True)
        assert (made.risk, made.state) == (Risk.IMPORTANT, State.PROPOSED)
        assert made.owner is not None
        assert made.owner.name == "林小满"
        assert (made.planned_on - clock.today(session)).days == 1


def test_a_line_with_a_fault_makes_nothing(peopled: Newsroom) -> None:
    with peopled.database.unit() as session:
        with pytest.raises(Invalid) as refused:
            _add(session, peopled, "抢修 ^改天")
        assert "改天" in str(refused.value.fields["line"].params["word"])


def _add(session: Session, newsroom: Newsroom, line: str) -> None:
    quick_add.add(session, newsroom.reporter, line)


def test_the_page_shows_what_it_understood_and_keeps_the_line(sign_in: Door) -> None:
    reporter = sign_in("reporter")
    shown = reporter.get("/topics/quick", query_string={"line": "抢修 !紧急 @无此人"}).text
    assert "抢修" in shown
    assert "没有找到“@无此人”" in shown
    refused = reporter.post_form("/topics/quick", {"line": "<b>抢修</b> ^改天"})
    assert refused.status_code == 422
    assert "看不懂日期“^改天”" in refused.text
    assert 'value="&lt;b&gt;抢修&lt;/b&gt; ^改天"' in refused.text
    assert reporter.post_form("/topics/quick?view=list", {"line": "抢修 ^明天"}).status_code == 302
    assert "抢修" in reporter.get("/topics?view=list").text


def test_programs_may_use_the_line_as_well(sign_in: Door) -> None:
    seen = sign_in("reporter").get("/api/v1/topics/quick", query_string={"line": "抢修 ^改天"})
    assert seen.json["problems"]
    made = sign_in("reporter").call("POST", "/api/v1/topics/quick", {"line": "抢修 !重大"})
    assert (made.status_code, made.json["risk"]) == (201, "major")
    refused = sign_in("reporter").call("POST", "/api/v1/topics/quick", {"line": "@x"})
    assert refused.status_code == 422
    assert (
        sign_in("operator").call("POST", "/api/v1/topics/quick", {"line": "抢修"}).status_code
        == 403
    )
