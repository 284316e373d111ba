"""The pages and the API of evaluation: what they show, what they refuse, that both say the same."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kitchen.evaluation.figures import labels, targets
from kitchen.evaluation.figures.models import FiguresAlarm, PieceTurn
from kitchen.evaluation.figures.rules import ALARM, Age, Measure, Scope
from kitchen.evaluation.pickups.models import PickUp, PickUpOutlet
from kitchen.evaluation.pickups.rules import Standing, Tier
from kitchen.leads.models import Lead
from kitchen.leads.rules import Source
from kitchen.matrix.models import Account
from kitchen.stories.models import Story
from kitchen.topics.models import Topic
from tests.evaluation.figures.conftest import MONDAY, Counted
from tests.evaluation.insight.conftest import API, words
from tests.fixtures.newsroom import Door


def figures(week: Counted, sign_in: Door, query: str = "") -> dict[str, Any]:
    answer = sign_in("reporter").get(f"{API}?since=2026-03-02&until=2026-03-03{query}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def test_the_period_adds_up_what_is_known_at_one_age(week: Counted, sign_in: Door) -> None:
    told = figures(week, sign_in)
    weibo, shandian = told["channels"]
    assert weibo == {
        "channel": "weibo",
        "pieces": 2,
        "known": 2,
        "reads": 3200,
        "likes": 50,
        "watching": None,
        "shares": None,
        "comments": None,
    }
    assert (shandian["pieces"], shandian["known"], shandian["reads"]) == (1, 0, None)
    assert [each["title"] for each in told["best"]] == ["最好的", "最弱的"]
    assert [each["title"] for each in told["weakest"]] == ["最弱的", "最好的"]
    assert figures(week, sign_in, "&age=168")["channels"][0]["reads"] is None


def test_the_period_before_is_of_the_same_length(week: Counted, sign_in: Door) -> None:
    answer = sign_in("reporter").get(f"{API}?since=2026-03-01&until=2026-03-07")
    assert [(each["channel"], each["reads"]) for each in answer.get_json()["before"]] == [
        ("weibo", 50)
    ]


@pytest.mark.parametrize(
    ("query", "blamed"),
    [
        ("?since=2026-03-05&until=2026-03-01", "until"),
        ("?since=2020-01-01&until=2026-03-01", "since"),
        ("?age=25", "age"),
        ("?since=gestern", "since"),
    ],
)
def test_a_period_that_is_none_is_refused(
    counted: Counted, sign_in: Door, query: str, blamed: str
) -> None:
    answer = sign_in("reporter").get(API + query)
    assert answer.status_code == 422
    assert blamed in answer.get_json()["fields"]


def test_the_overview_shows_the_same_and_links_to_the_stories(week: Counted, sign_in: Door) -> None:
    page = sign_in("reporter").get("/insight?since=2026-03-02&until=2026-03-03").text
    assert "3,200" in page
    assert "未知" in page
    best = week.stories["best"]  # type: ignore[attr-defined]
    assert f"/insight/stories/{best.uid}" in page
    assert "<svg" in page


def test_sums_are_compared_with_the_period_before_only_where_both_are_whole(
    week: Counted, sign_in: Door
) -> None:
    reader = sign_in("reporter")
    told = words(reader.get("/insight?since=2026-02-23&until=2026-03-01").text)
    assert "前一段没有数据" in told
    told = words(reader.get("/insight?since=2026-03-01&until=2026-03-07").text)
    assert "有数据的平均每条 1,600，前一段 50" in told  # one of the three is unknown
    with week.database.unit() as session:
        session.query(PieceTurn).filter_by(channel="shandian").delete()
    told = words(reader.get("/insight?since=2026-03-01&until=2026-03-07").text)
    assert "平均每条" not in told
    assert "3,150" in told


def test_an_empty_overview_teaches(counted: Counted, sign_in: Door) -> None:
    page = sign_in("reporter").get("/insight").text
    assert "这一段没有发布" in page
    assert "24 小时" in page


def test_the_check_up_shows_figures_speed_and_pick_ups(week: Counted, sign_in: Door) -> None:
    best: Story = week.stories["best"]  # type: ignore[attr-defined]
    with week.database.unit() as session:
        outlet = PickUpOutlet(name="青禾日报", tier=Tier.CITY)
        session.add(outlet)
        session.flush()
        for number, state in enumerate((Standing.CONFIRMED, Standing.PROPOSED)):
            session.add(
                PickUp(
                    story_id=best.id,
                    outlet_id=outlet.id,
                    url=f"https://daily.example/{number}",
                    published_on=MONDAY.date(),
                    state=state,
                )
            )
    told = sign_in("reporter").get(f"{API}/stories/{best.uid}").get_json()
    (piece,) = told["pieces"]
    assert [(row["age"], row["reads"]) for row in piece["figures"]] == [(24, 3000)]
    assert (piece["target_age"], piece["target_reads"], told["pickups"]) == (None, None, 1)
    page = sign_in("reporter").get(f"/insight/stories/{best.uid}").text
    assert "3,000" in page
    assert "青禾日报" in page
    assert "https://daily.example/1" not in page
    assert 'id="enter"' not in page  # a reporter enters nothing
    assert "目标：" not in page  # it is in no campaign


def test_a_platform_that_will_not_be_asked_is_not_announced(week: Counted, sign_in: Door) -> None:
    best: Story = week.stories["best"]  # type: ignore[attr-defined]
    url = f"/insight/stories/{best.uid}"
    assert "下一次问平台" in sign_in("reporter").get(url).text
    with week.database.unit() as session:
        session.get_one(Account, week.accounts[0].id).held = False
    page = sign_in("reporter").get(url).text
    assert "下一次问平台" not in page
    assert "系统不再问这一条的数据" in page


@pytest.mark.parametrize("moment", ["created_at", "happened_at"])
def test_what_came_after_the_release_is_no_time_to_it(
    week: Counted, sign_in: Door, moment: str
) -> None:
    best: Story = week.stories["best"]  # type: ignore[attr-defined]
    with week.database.unit() as session:
        lead = Lead(title="荷花节", body="荷花节将开幕", source=Source.PUBLIC)
        topic = Topic(title="荷花节", forms=[], channels=[], proposer_id=week.newsroom.reporter.id)
        topic.leads.append(lead)
        session.add(topic)
        session.flush()
        lead.created_at = MONDAY - timedelta(hours=2)
        setattr(lead, moment, MONDAY + timedelta(hours=20))
        session.get_one(Story, best.id).topic_id = topic.id
    told = sign_in("reporter").get(f"{API}/stories/{best.uid}").get_json()
    since_lead = None if moment == "created_at" else 120
    assert (told["minutes_since_lead"], told["minutes_since_event"]) == (since_lead, None)
    page = words(sign_in("reporter").get(f"/insight/stories/{best.uid}").text)
    assert not re.search(r"-\d+ (分钟|小时|天)", page)


def test_the_check_up_is_reached_from_the_storys_page(week: Counted, sign_in: Door) -> None:
    best: Story = week.stories["best"]  # type: ignore[attr-defined]
    assert f"/insight/stories/{best.uid}" in sign_in("editor").get(f"/stories/{best.uid}").text


def test_figures_are_entered_on_the_page_and_bad_ones_stay_typed(
    week: Counted, sign_in: Door
) -> None:
    row = next(row for row in week.rows() if row.channel == "shandian")
    with week.database.unit(write=False) as session:
        uid = session.get_one(Story, row.story_id).uid
    url = f"/insight/stories/{uid}/figures"
    operator = sign_in("operator")
    refused = operator.post_form(url, {"piece": row.uid, "age": 24, "reads": "好多", "likes": "7"})
    assert refused.status_code == 422
    assert 'value="好多"' in refused.text
    assert "1.2万" in refused.text
    kept = operator.post_form(url, {"piece": row.uid, "age": 24, "reads": "10万+", "likes": "7"})
    assert kept.status_code == 302
    assert "10万+" in re.sub(r"<[^>]+>", "", operator.get(f"/insight/stories/{uid}").text)
    told = operator.get(f"{API}/stories/{uid}").get_json()["pieces"][0]["figures"]
    assert [(it["reads"], it["likes"], it["teller"]) for it in told] == [(100_001, 7, "hand")]
    assert sign_in("reporter").post_form(url, {"piece": row.uid, "age": 24}).status_code == 403


def test_only_pieces_are_offered_that_one_may_enter_figures_of(
    counted: Counted, sign_in: Door
) -> None:
    ours, theirs = counted.account("shandian"), counted.account("douyin", "云溪街道")
    with counted.database.unit() as session:
        session.get_one(Account, theirs.id).unit_id = counted.newsroom.units["云溪街道"].id
    both, foreign = counted.publish(ours, theirs), counted.publish(theirs)
    counted.later(days=1)
    pieces = {row.account_id: row.uid for row in counted.rows() if row.story_id == both.id}
    page = sign_in("operator").get(f"/insight/stories/{both.uid}").text
    assert f'value="{pieces[ours.id]}"' in page
    assert f'value="{pieces[theirs.id]}"' not in page
    assert 'id="enter"' in page
    assert 'id="enter"' not in sign_in("operator").get(f"/insight/stories/{foreign.uid}").text


def test_what_may_be_said_to_an_alarm_is_marked_for_translation() -> None:
    assert {name: move.label for name, move in ALARM.moves.items()} == labels.ACTS


def test_the_api_enters_the_same_under_the_same_permission(week: Counted, sign_in: Door) -> None:
    row = next(row for row in week.rows() if row.channel == "shandian")
    url = f"{API}/pieces/{row.uid}/figures"
    body = {"age": 24, "reads": 500}
    assert sign_in("reporter").call("POST", url, json=body).status_code == 403
    answer = sign_in("operator").call("POST", url, json=body)
    assert answer.get_json()["pieces"][0]["figures"][0]["reads"] == 500
    early = sign_in("operator").call("POST", url, json={"age": 168, "reads": 500})
    assert (early.status_code, set(early.get_json()["fields"])) == (422, {"age"})
    nobody = sign_in("operator").call("POST", f"{API}/pieces/nobody/figures", json=body)
    assert nobody.status_code == 404


def test_a_sheet_is_taken_in_by_page_and_api(week: Counted, sign_in: Door) -> None:
    row = next(row for row in week.rows() if row.channel == "shandian")
    operator = sign_in("operator")
    form = operator.get("/insight/figures.csv")
    assert row.uid in form.get_data(as_text=True)
    head = form.get_data().decode("utf-8-sig").splitlines()[0]
    rows = f"{head}\n{row.uid},24,77,,,,\n{row.uid},24,?,,,,"
    page = operator.post_form(
        "/insight/figures", {"file": (io.BytesIO(rows.encode()), "figures.csv")}
    )
    assert page.status_code == 200
    assert "有问题的行" in page.text
    told = operator.call("POST", f"{API}/figures/sheet", json={"csv": rows}).get_json()
    assert (told["kept"], [it["row"] for it in told["faults"]]) == ([2], [3])
    assert operator.post_form("/insight/figures").status_code == 422
    assert sign_in("reporter").get("/insight/figures").status_code == 403
    assert operator.get("/insight/figures.pdf").status_code == 404


@pytest.fixture
def alarm(week: Counted) -> FiguresAlarm:
    """The weak story missed what was asked of every piece by the end of a week."""
    with week.database.unit() as session:
        targets.add(
            session,
            week.newsroom.admin,
            scope=Scope.ALL,
            measure=Measure.ITEM,
            subject="",
            age=Age.WEEK,
            reads=2000,
        )
    week.at(MONDAY + Age.WEEK.span)
    week.collect()
    return next(each for each in week.alarms() if each.concern == "below_target")


def test_an_alarm_is_explained_and_answered_with_a_reason(
    alarm: FiguresAlarm, sign_in: Door
) -> None:
    operator = sign_in("operator")
    assert alarm.uid in operator.get("/insight/alarms?state=open").text
    page = operator.get(f"/insight/alarms/{alarm.uid}").text
    assert "低于目标" in page
    url = f"/insight/alarms/{alarm.uid}/dismiss"
    assert operator.post_form(url, {"note": ""}).status_code == 422
    assert operator.post_form(url, {"note": "小众题材"}).status_code == 302
    assert "小众题材" in operator.get(f"/insight/alarms/{alarm.uid}").text
    assert operator.post_form(url, {"note": "再来"}).status_code == 409
    assert operator.post_form(f"/insight/alarms/{alarm.uid}/shout", {}).status_code == 404


def test_alarms_by_the_api(alarm: FiguresAlarm, sign_in: Door) -> None:
    url = f"{API}/alarms"
    listed = sign_in("reporter").get(f"{url}?state=open&concern=below_target").get_json()
    assert alarm.uid in [each["uid"] for each in listed["items"]]
    assert all(each["actions"] == [] for each in listed["items"])
    body = {"note": "刷量"}
    assert (
        sign_in("reporter").call("POST", f"{url}/{alarm.uid}/uphold", json=body).status_code == 403
    )
    answer = sign_in("operator").call("POST", f"{url}/{alarm.uid}/uphold", json=body).get_json()
    assert (answer["state"], answer["actions"]) == ("upheld", ["dismiss"])
    answer = sign_in("operator").call("POST", f"{url}/{alarm.uid}/dismiss", json=body).get_json()
    assert answer["state"] == "dismissed"


def test_open_alarms_stand_in_the_module_of_evaluation(
    week: Counted, alarm: FiguresAlarm, sign_in: Door
) -> None:
    assert "待查看的数据提醒" in sign_in("chief").get("/modules").text


def test_means_of_accounts_are_held_against_their_targets(week: Counted, sign_in: Door) -> None:
    account = week.accounts[0]
    body = {"scope": "account", "measure": "mean", "subject": account.uid, "age": 24, "reads": 1000}
    assert sign_in("admin").call("POST", f"{API}/targets", json=body).status_code == 201
    (mean,) = [it for it in figures(week, sign_in)["means"] if it["account_uid"] == account.uid]
    assert (mean["pieces"], mean["reads"], mean["target"]) == (3, round(3250 / 3), 1000)


def test_strangers_are_asked_to_sign_in(sign_in: Door) -> None:
    for page in ("/insight", "/insight/alarms", "/insight/targets", API):
        assert sign_in.stranger().get(page).status_code in (302, 401)


def test_the_overview_costs_the_same_however_much_there_is(
    week: Counted, sign_in: Door, count_queries: Callable[[], int], statements: list[str]
) -> None:
    page = "/insight?since=2026-03-02&until=2026-03-20"

    def cost(role: str) -> int:
        reader = sign_in(role)
        assert reader.get(page).status_code == 200
        statements.clear()
        assert reader.get(page).status_code == 200
        return count_queries()

    few = cost("reporter")
    for number in range(4):
        week.tell(week.publish(week.accounts[0], title=f"又一篇{number}"), reads=number, likes=5)
    week.later(days=1)
    week.collect()
    assert cost("second_reporter") == few
