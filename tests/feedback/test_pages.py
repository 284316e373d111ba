"""The pages and the API of the inbox, as a browser and a program meet them."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from kitchen.feedback import intake
from kitchen.feedback.rules import Kind
from tests.feedback.conftest import Inbox
from tests.fixtures.newsroom import Door

LAMP = "路灯什么时候修？"


@pytest.fixture
def uid(inbox: Inbox) -> str:
    inbox.say(1, LAMP)
    inbox.gather(seconds=1)
    return inbox.voice().uid


def test_a_message_is_answered_on_the_pages(inbox: Inbox, uid: str, sign_in: Door) -> None:
    operator, editor = sign_in("operator"), sign_in("second_editor")
    assert LAMP in operator.get("/inbox").text
    refused = operator.post_form(f"/inbox/{uid}/submit", {"text": "好" * 141})
    assert refused.status_code == 422
    assert "好" * 141 in refused.text
    assert operator.post_form(f"/inbox/{uid}/submit", {"text": "周五修好"}).status_code == 302
    page = editor.get(f"/inbox/{uid}").text
    assert "通过并发送" in page
    assert "审回复" in editor.get("/").text
    seen = editor.get(f"/api/v1/voices/{uid}").json["reply"]["version"]
    assert editor.post_form(f"/inbox/{uid}/pass", {"seen": seen}).status_code == 302
    inbox.send(seconds=1)
    assert "已送达" in operator.get(f"/inbox/{uid}").text
    assert inbox.wall.replies == {"1": 1}


def test_the_same_by_the_api_and_refusals_in_words(inbox: Inbox, uid: str, sign_in: Door) -> None:
    operator, editor = sign_in("operator"), sign_in("second_editor")
    base = f"/api/v1/voices/{uid}"
    assert operator.call("POST", f"{base}/submit", {"text": ""}).status_code == 422
    told = operator.call("POST", f"{base}/submit", {"text": "周五修好"}).json
    own = operator.call("POST", f"{base}/pass", {"seen": told["reply"]["version"]})
    assert own.status_code == 403
    stale = editor.call("POST", f"{base}/pass", {"seen": told["reply"]["version"] + 7})
    assert stale.status_code == 409
    passed = editor.call("POST", f"{base}/pass", {"seen": told["reply"]["version"]})
    assert passed.json["state"] == "sending"
    assert sign_in("reporter").call("POST", f"{base}/close", {"note": "x"}).status_code == 403


def test_private_letters_are_read_by_those_who_answer_them_alone(
    inbox: Inbox, sign_in: Door
) -> None:
    inbox.write("m1", "我的身份证丢了怎么办")
    uid = inbox.voice().uid
    for role, status in (
        ("operator", 200),
        ("editor", 200),
        ("reporter", 403),
        ("town_editor", 403),
    ):
        assert sign_in(role).get(f"/inbox/{uid}").status_code == status, role
        listed = sign_in(role).get("/api/v1/voices").json["items"]
        assert len(listed) == (status == 200), role


def test_markup_in_a_message_is_shown_as_text(inbox: Inbox, sign_in: Door) -> None:
    inbox.say(1, "<script>alert(1)</script>")
    inbox.gather(seconds=1)
    assert "<script>alert" not in sign_in("operator").get(f"/inbox/{inbox.voice().uid}").text


@pytest.mark.parametrize("path", ["trend", "clock", "saved"])
def test_the_pages_around_it(inbox: Inbox, uid: str, sign_in: Door, path: str) -> None:
    assert sign_in("operator").get(f"/inbox/{path}").status_code == 200


def test_the_clock_says_what_is_wrong_with_it(inbox: Inbox, sign_in: Door) -> None:
    wrong = {
        "reading": "working",
        "hours": "24",
        "warn_at": "24",
        "work_from": "08:30",
        "work_until": "17:30",
        "look_minutes": "5",
    }
    answer = sign_in("chief").post_form("/inbox/clock", wrong)
    assert answer.status_code == 422
    assert "提醒要早于时限" in answer.text
    assert sign_in("chief").post_form("/inbox/clock", wrong | {"warn_at": "23"}).status_code == 302


def test_saved_words_are_offered_where_a_reply_is_written(
    inbox: Inbox, uid: str, sign_in: Door
) -> None:
    visitor = sign_in("operator")
    visitor.post_form("/inbox/saved", {"title": "路灯", "text": "已报路灯所"})
    assert "已报路灯所" in visitor.get(f"/inbox/{uid}").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "view",
    ["state=new", "state=all", "state=alert", "state=overdue", "state=new&kind=letter"],
)
def test_every_view_goes_down_an_index(inbox: Inbox, sign_in: Door, view: str) -> None:
    place = intake.Place(inbox.accounts[0].id, inbox.accounts[0].unit_id, "weibo")
    told = [intake.Said(str(n), Kind.COMMENT, "读者", f"第{n}条", inbox.now()) for n in range(300)]
    with inbox.database.unit() as session:
        intake.take_in(session, place, told)
    asked: list[tuple[str, object]] = []

    def note(_c: object, _k: object, statement: str, parameters: object, *_more: object) -> None:
        if "FROM voice" in statement:
            asked.append((statement, parameters))

    event.listen(inbox.database.engine, "before_cursor_execute", note)
    try:
        assert sign_in("operator").get(f"/inbox?{view}").status_code == 200
    finally:
        event.remove(inbox.database.engine, "before_cursor_execute", note)
    assert asked
    with inbox.database.engine.connect() as connection:
        for statement, parameters in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [row[3] for row in plan]
            bad = [it for it in steps if "TEMP B-TREE" in it or it == "SCAN voice"]
            assert not bad or view == "state=all", steps
