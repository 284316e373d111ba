"""The console's further pages: calendar, matrix, everywhere, cases, previews; and their verbs."""

from __future__ import annotations

import base64
import io
from datetime import datetime, time, timedelta

import pytest

from channels.abilities import Quota, Window
from channels.base import Edition, Form, Media, Rejected
from kitchen.core import clock
from kitchen.publishing import meters
from kitchen.publishing.calendar import TOO_CLOSE, Day, day_of
from kitchen.stories.models import Story, Target
from kitchen.stories.preview import preview_of_post
from kitchen.stories.rules import State as StoryState
from tests.fixtures.newsroom import Door
from tests.publishing.conftest import FakeChannel, Outside, Recalling, before

HOUR = timedelta(hours=1)


def noon_tomorrow(outside: Outside) -> datetime:
    with outside.database.unit(write=False) as session:
        local = clock.local(clock.fresh(session)) + timedelta(days=1)
    return local.replace(hour=12, minute=0, second=0, microsecond=0)


def day(outside: Outside, when: datetime) -> Day:
    with outside.database.unit(write=False) as session:
        return day_of(session, clock.local(when).date())


def typed(when: datetime) -> str:
    return f"{clock.local(when):%Y-%m-%dT%H:%M}"


def test_a_slot_stands_in_its_hour_and_nowhere_else(outside: Outside) -> None:
    noon = noon_tomorrow(outside)
    outside.approve(not_before=noon + timedelta(minutes=30))
    (lane,) = day(outside, noon).lanes
    assert [cell.hour.number for cell in lane.cells if cell.cards] == [12]
    assert not any(cell.cards for cell in day(outside, noon + 24 * HOUR).lanes[0].cells)


def test_what_waits_for_something_else_lies_in_the_tray(outside: Outside) -> None:
    noon = noon_tomorrow(outside)
    outside.approve(not_before=noon)
    outside.halt()
    outside.until(noon + HOUR)
    outside.recover(1)
    assert outside.row().hold_reason == "switch"
    shown = day(outside, noon_tomorrow(outside))
    assert [card.publication.uid for card in shown.tray if card.publication] == [outside.row().uid]


def test_what_is_in_review_is_shown_as_a_plan(outside: Outside, sign_in: Door) -> None:
    noon = noon_tomorrow(outside)
    outside.approve(accounts=2)
    with outside.database.unit() as session:
        story = Story(title="还在审的稿件", doc={"type": "doc"}, state=StoryState.IN_REVIEW)
        session.add(story)
        session.flush()
        for account, slot in zip(outside.accounts, (noon, None), strict=True):
            session.add(Target(story_id=story.id, account_id=account.id, slot=slot))
    shown = day(outside, noon)
    assert [card.story.title for card in shown.tray] == ["还在审的稿件"]
    assert [card.typed for card in shown.lanes[0].cells[12].cards] == [typed(noon)]
    page = sign_in("operator").get(f"/publish/calendar?day={noon.date()}").text
    assert page.count("审核中</span>") == 2
    assert "data-slot-form" not in page


def test_two_pieces_of_one_account_too_near_are_warned_of(outside: Outside, sign_in: Door) -> None:
    noon = noon_tomorrow(outside)
    outside.approve(not_before=noon)
    page = sign_in("operator").get(f"/publish/calendar?day={noon.date()}")
    assert TOO_CLOSE not in page.text
    account = outside.accounts[0]
    with outside.database.unit() as session:
        story = Story(title="另一篇", doc={"type": "doc"}, state=StoryState.IN_REVIEW)
        session.add(story)
        session.flush()
        near = noon + timedelta(minutes=10)
        session.add(Target(story_id=story.id, account_id=account.id, slot=near))
    page = sign_in("operator").get(f"/publish/calendar?day={noon.date()}")
    assert page.text.count(TOO_CLOSE) == 2


def test_quiet_hours_are_marked_in_words(outside: Outside, sign_in: Door) -> None:
    outside.approve()
    with outside.database.unit() as session:
        account = session.merge(outside.accounts[0])
        account.quiet_from = time(23)
        account.quiet_until = time(6, 30)
    page = sign_in("reporter").get("/publish/calendar").text
    assert page.count('calendar__quiet">静默') == 8
    assert "现在" in page


def test_who_moves_a_slot_into_quiet_hours_is_told(outside: Outside, sign_in: Door) -> None:
    noon = noon_tomorrow(outside)
    outside.approve(not_before=noon)
    with outside.database.unit() as session:
        account = session.merge(outside.accounts[0])
        account.quiet_from, account.quiet_until = time(22), time(6)
    url, operator = f"/publish/{outside.row().uid}/reschedule", sign_in("operator")
    for hour, quiet in ((23, True), (15, False)):
        slot = {"not_before": typed(noon.replace(hour=hour))}
        told = operator.post_form(url, slot, follow_redirects=True).text
        assert ("静默过后才会发出" in told) is quiet


@pytest.mark.parametrize("bad", ["2019-12-31", "9999-12-31", "morgen"])
def test_a_day_that_is_none_is_refused(sign_in: Door, bad: str) -> None:
    assert sign_in("operator").get(f"/publish/calendar?day={bad}").status_code == 422


def test_moved_from_the_calendar_one_comes_back_to_it_with_a_way_back(
    outside: Outside, sign_in: Door
) -> None:
    noon = noon_tomorrow(outside)
    outside.approve(not_before=noon)
    uid, operator = outside.row().uid, sign_in("operator")
    later = {"not_before": typed(noon + 3 * HOUR)}
    url = f"/publish/{uid}/reschedule?day={noon.date()}"
    page = operator.post_form(url, later, follow_redirects=True)
    assert f"/publish/calendar?day={noon.date()}" in page.request.full_path
    assert "已改到" in page.text
    assert outside.row().not_before == noon + 3 * HOUR
    back = page.text.split('action="')
    (undo,) = (part.split('"')[0] for part in back if part.startswith(f"/publish/{uid}/put_back"))
    told = operator.post_form(undo.replace("&amp;", "&"), follow_redirects=True)
    assert "已撤销" in told.text
    assert outside.row().not_before == noon


def test_a_past_slot_is_refused_in_words_and_nothing_moves(outside: Outside, sign_in: Door) -> None:
    noon = noon_tomorrow(outside)
    outside.approve(not_before=noon)
    uid, operator = outside.row().uid, sign_in("operator")
    past = {"not_before": typed(noon - 48 * HOUR)}
    for url in (f"/publish/{uid}/reschedule?day={noon.date()}", f"/publish/{uid}/reschedule"):
        refused = operator.post_form(url, past)
        assert refused.status_code == 422
        assert "这个时间已经过去了" in refused.text
    assert past["not_before"] in refused.text
    assert outside.row().not_before == noon


def test_what_has_left_is_told_so(outside: Outside, sign_in: Door) -> None:
    outside.approve()
    outside.carry()
    uid, operator = outside.row().uid, sign_in("operator")
    slot = {"not_before": typed(noon_tomorrow(outside))}
    for url in (f"/publish/{uid}/reschedule?day=2026-11-26", f"/publish/{uid}/reschedule"):
        refused = operator.post_form(url, slot)
        assert refused.status_code == 409
        assert "它已经在发送了" in refused.text
    assert operator.post_form(f"/publish/{uid}/send_now").status_code == 409


def test_sent_at_once_from_the_page(outside: Outside, sign_in: Door) -> None:
    outside.approve(not_before=noon_tomorrow(outside))
    uid, operator = outside.row().uid, sign_in("operator")
    assert "立即发送" in operator.get(f"/publish/{uid}").text
    assert "立即发送" not in sign_in("reporter").get(f"/publish/{uid}").text
    assert sign_in("reporter").post_form(f"/publish/{uid}/send_now").status_code == 403
    page = operator.post_form(f"/publish/{uid}/send_now", follow_redirects=True)
    assert "不再等时间，正在发送" in page.text
    outside.carry()
    assert outside.row().state == "live"


def test_the_api_moves_and_hurries(outside: Outside, sign_in: Door) -> None:
    noon = noon_tomorrow(outside)
    outside.approve(not_before=noon)
    operator, url = sign_in("operator"), f"/api/v1/publications/{outside.row().uid}"
    assert operator.call("GET", url).json["actions"] == ["reschedule", "send_now"]
    assert sign_in("reporter").call("GET", url).json["actions"] == []
    slot = {"not_before": (noon + HOUR).isoformat()}
    moved = operator.call("POST", f"{url}/reschedule", slot)
    assert (moved.status_code, moved.json["hold_reason"]) == (200, "slot")
    assert datetime.fromisoformat(moved.json["not_before"]) == noon + HOUR
    past = operator.call("POST", f"{url}/reschedule", {"not_before": "2020-01-01T10:00"})
    assert (past.status_code, list(past.json["fields"])) == (422, ["not_before"])
    assert operator.call("POST", f"{url}/send_now").json["state"] == "ready"


def test_partial_success_and_a_retry_of_only_what_failed(outside: Outside, sign_in: Door) -> None:
    story = outside.approve(accounts=6)
    outside.platform.play(outside.accounts[3].uid, Rejected("今日发布次数已满", code="quota"))
    outside.carry()
    operator = sign_in("operator")
    page = operator.get("/publish/matrix").text
    assert "5/6 已发，1 未成功" in page
    assert page.count("#circle-check") == 5
    assert page.count("#circle-x") == 1
    assert "只重试没成功的" in page
    assert "只重试没成功的" not in sign_in("reporter").get("/publish/matrix").text
    retry = f"/publish/story/{story.uid}/retry"
    assert sign_in("reporter").post_form(retry).status_code == 403
    told = operator.post_form(retry, follow_redirects=True).text
    assert "1 个账号正在重新发送，其余不动" in told
    outside.carry()
    assert "6/6 已发" in operator.get(f"/publish/everywhere/{story.uid}").text
    assert operator.post_form(retry).status_code == 409
    assert operator.call("POST", f"/api/v1/stories/{story.uid}/retry").status_code == 409


@pytest.mark.parametrize(
    ("query", "found"), [("q=荷塘", True), ("q=别的", False), ("channel=weibo", False),
                         ("trouble=1", False), ("days=1", True)]
)  # fmt: skip
def test_the_matrix_is_narrowed(outside: Outside, sign_in: Door, query: str, found: bool) -> None:
    outside.approve()
    outside.carry()
    page = sign_in("reporter").get(f"/publish/matrix?{query}").text
    assert ("荷塘整治完成</a>" in page) is found
    assert ("这段时间没有发布" in page) is not found


def test_everywhere_in_one_click(outside: Outside, sign_in: Door) -> None:
    story = outside.approve(accounts=2)
    url = f"/publish/everywhere/{story.uid}"
    assert "复制全部链接" not in sign_in("operator").get(url).text
    outside.carry()
    page = sign_in("operator").get(url).text
    links = [row.remote_url for row in outside.rows()]
    assert "\n".join(links) in page
    assert "平台答复" in page
    assert "全部撤下" not in sign_in("reporter").get(url).text
    assert f"/review/stories/{story.uid}/revoke" in sign_in("deputy").get(url).text
    outside.revoke(story)
    page = sign_in("operator").get(url).text
    assert page.count("撤稿：即将发送") == 2


def test_a_question_is_a_case_with_its_evidence(outside: Outside, sign_in: Door) -> None:
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, before)
    outside.platform.finds.extend([RuntimeError("cannot be told")] * 60)
    operator = sign_in("operator")
    assert "没有要核对的" in operator.get("/publish/cases").text
    outside.carry()
    outside.recover()
    uid = outside.row().uid
    listed = operator.get("/publish/cases").text
    assert "这篇稿件在“知青禾1”上到底发出去没有？" in listed
    assert "0/2 人看过，没有" in listed
    page = operator.get(f"/publish/{uid}").text
    for told in ("到底发出去没有", "第 1 次发送的结果", "reset", "qinghe-1", "请人核对"):
        assert told in page
    with outside.database.unit(write=False) as session:
        looked = {"looked_at": typed(clock.fresh(session))}
    operator.post_form(f"/publish/{uid}/send_again", looked)
    assert "1/2 人登录看过、没有看到" in operator.get(f"/publish/{uid}").text
    assert "1/2 人看过，没有" in operator.get("/publish/cases/part").text


def test_previews_stand_side_by_side_with_what_proves_them(outside: Outside, sign_in: Door) -> None:
    story = outside.approve(accounts=2)
    reporter = sign_in("reporter")
    page = reporter.get(f"/publish/preview/{story.uid}").text
    hashes = [row.payload_hash[:12] for row in outside.rows()]
    assert all(short in page for short in hashes)
    assert page.count("与将发送的一致") == 2
    outside.carry()
    page = reporter.get(f"/publish/preview/{story.uid}").text
    assert page.count("与已发送的一致") == 2
    for post in outside.platform.sent:
        shown = reporter.get(f"/publish/preview/post/{post.uid}")
        assert post.edition.title in shown.text
        assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    assert reporter.get("/publish/preview/post/nothing").status_code == 404


def test_a_preview_holds_the_very_pictures_that_are_sent(outside: Outside) -> None:
    bytes_of = b"the very bytes"
    store = outside.newsroom.ports.store
    sha256 = store.put(io.BytesIO(bytes_of)).sha256
    picture = Media(sha256, "image/jpeg", len(bytes_of))
    gone = Media("0" * 64, "image/jpeg", 1)
    frozen = Edition(Form.STATUS, body="荷塘", cover=picture, media=(picture, gone))
    seen = preview_of_post(store, "weibo", frozen)
    drawn = f"data:image/jpeg;base64,{base64.b64encode(bytes_of).decode()}"
    assert (seen.cover, seen.pictures) == (drawn, [drawn])


class Rationed(Recalling):
    """A channel of which two posts a day may be made."""

    quota = Quota(Window.DAY, 2)


class Monthly(Recalling):
    quota = Quota(Window.MONTH, 4)


def test_a_meter_counts_what_was_sent_and_what_waits(
    outside: Outside, sign_in: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = noon_tomorrow(outside)
    monkeypatch.setattr("tests.publishing.conftest.Recalling", Rationed)
    outside.approve()
    outside.carry()
    account = outside.accounts[0]
    assert meter(outside, noon - 24 * HOUR) == meters.Meter(Window.DAY, most=2, used=1)
    assert meter(outside, noon) == meters.Meter(Window.DAY, most=2, used=0)
    page = sign_in("operator").get("/publish/calendar").text
    assert "当日 1/2" in page
    monkeypatch.setattr("tests.publishing.conftest.Recalling", Monthly)
    assert "本月 0/4" in sign_in("operator").get("/publish/calendar").text
    assert account.id == outside.row().account_id


def test_more_planned_than_the_quota_holds_is_said(
    outside: Outside, sign_in: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rationed, "quota", Quota(Window.DAY, 0))
    monkeypatch.setattr("tests.publishing.conftest.Recalling", Rationed)
    noon = noon_tomorrow(outside)
    outside.approve(not_before=noon)
    found = meter(outside, noon)
    assert found == meters.Meter(Window.DAY, most=0, used=0, planned=1)
    assert "超出额度" in sign_in("operator").get(f"/publish/calendar?day={noon.date()}").text


def test_an_account_that_cannot_be_opened_shuts_no_page(
    outside: Outside, sign_in: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> FakeChannel:
        raise KeyError("app_id")

    outside.approve()
    monkeypatch.setattr("tests.publishing.conftest.Recalling", broken)
    assert sign_in("operator").get("/publish/calendar").status_code == 200


def meter(outside: Outside, when: datetime) -> meters.Meter | None:
    with outside.database.unit(write=False) as session:
        account = outside.accounts[0]
        return meters.quota_of(session, account, clock.local(when).date())
