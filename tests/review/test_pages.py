"""Review as browsers meet it: queue, item, verdicts, and forms that keep what was typed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import g, render_template
from sqlalchemy import event, select

from channels.base import Edition, Form
from kitchen.review import queries, service
from kitchen.review.models import Approval, Step
from kitchen.stories import release
from kitchen.stories.models import Story
from kitchen.stories.queries import the_story
from kitchen.topics.rules import Risk
from tests.fixtures.newsroom import Door
from tests.review.conftest import TEXT, Desk


def address(review: Desk, story_id: int) -> str:
    with review.newsroom.database.unit(write=False) as session:
        return f"/review/{review.round_of(session, story_id).uid}"


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of the verdict form, as a browser would send them back."""
    names = ("step", "seen_hash")
    found = {name: re.search(rf'name="{name}" value="([^"]+)"', page) for name in names}
    return {name: match[1] for name, match in found.items() if match}


def test_the_queue_shows_what_waits_and_opens_the_next_after_a_verdict(
    review: Desk, sign_in: Door
) -> None:
    first, second = review.hand_in(), review.hand_in(Risk.IMPORTANT)
    editor = sign_in("editor")
    queue = editor.get("/review").text
    assert queue.count("青禾大桥合龙") == 2
    page = editor.get(address(review, first)).text
    assert TEXT in page
    assert "青禾客户端" in page
    assert 'data-key="a"' in page
    assert 'data-key="r"' in page
    fields = {**form_of(page), "opinion": "数字已核"}
    answer = editor.post_form(f"{address(review, first)}/pass", fields)
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(address(review, second))
    last = editor.get(address(review, second)).text
    answer = editor.post_form(f"{address(review, second)}/pass", form_of(last))
    assert answer.headers["Location"].endswith("/review")
    assert "都审完了" in editor.get("/review").text
    assert "数字已核" not in editor.get("/review?list=decided").text
    assert editor.get("/review?list=decided").text.count("青禾大桥合龙") == 2


def test_a_push_stands_before_the_reviewer_as_phones_will_show_it(
    review: Desk, sign_in: Door
) -> None:
    push = Edition(Form.PUSH, title="大桥合龙", body="年底通车")
    story_id = replace(review, channel="jpush", edition=push).hand_in()
    page = sign_in("editor").get(address(review, story_id)).text
    assert "推送" in page
    assert "年底通车" in page


def test_an_old_page_is_a_conflict_and_keeps_what_was_typed(review: Desk, sign_in: Door) -> None:
    url = address(review, review.hand_in())
    fields = {**form_of(sign_in("editor").get(url).text), "seen_hash": "0" * 64}
    answer = sign_in("editor").post_form(f"{url}/pass", {**fields, "opinion": "我的长意见"})
    assert answer.status_code == 409
    assert "不是同一份" in answer.text
    assert "我的长意见" in answer.text


def test_the_slower_of_two_reviewers_is_told(review: Desk, sign_in: Door) -> None:
    url = address(review, review.hand_in())
    fields = form_of(sign_in("editor").get(url).text)
    sign_in("second_editor").post_form(f"{url}/pass", fields)
    answer = sign_in("editor").post_form(f"{url}/pass", {**fields, "opinion": "我的长意见"})
    assert answer.status_code == 409
    assert "已经有人审过" in answer.text


def test_a_return_without_a_reason_comes_back_with_the_form(review: Desk, sign_in: Door) -> None:
    url = address(review, review.hand_in())
    fields = form_of(sign_in("editor").get(url).text)
    page = sign_in("editor").get(f"{url}/return?step={fields['step']}").text
    assert "事实要核实" in page
    answer = sign_in("editor").post_form(f"{url}/return", {"step": fields["step"], "to": "0"})
    assert answer.status_code == 422
    assert "请写明理由" in answer.text
    given = {"step": fields["step"], "to": "0", "reasons": "facts", "note": "提前天数与通稿不符"}
    assert sign_in("editor").post_form(f"{url}/return", given).status_code == 302
    with review.newsroom.database.unit(write=False) as session:
        opinion = session.scalars(select(Step.opinion).where(Step.opinion != "")).one()
    assert opinion == "事实要核实：提前天数与通稿不符"


def test_who_wrote_it_sees_why_there_are_no_buttons(review: Desk, sign_in: Door) -> None:
    url = address(review, review.hand_in(author=review.newsroom.editor))
    page = sign_in("editor").get(url).text
    assert "请由别人来审" in page
    assert 'data-key="a"' not in page
    assert "青禾大桥合龙" not in sign_in("editor").get("/review").text


def test_a_reporter_reads_the_trail_and_cannot_judge(review: Desk, sign_in: Door) -> None:
    url = address(review, review.hand_in())
    assert sign_in("reporter").get(url).status_code == 200
    fields = form_of(sign_in("editor").get(url).text)
    assert sign_in("reporter").post_form(f"{url}/pass", fields).status_code == 403


def test_a_level_without_anybody_says_so(review: Desk, sign_in: Door) -> None:
    url = address(review, review.hand_in(author=review.newsroom.town_editor))
    assert "没有人可以审" in sign_in("chief").get(url).text


def test_claim_and_invitation_by_form(review: Desk, sign_in: Door) -> None:
    story_id = review.hand_in()
    url = address(review, story_id)
    step = form_of(sign_in("editor").get(url).text)["step"]
    assert sign_in("editor").post_form(f"{url}/claim", {"step": step}).status_code == 302
    assert "测试editor正在审" in sign_in("second_editor").get(url).text
    office = review.newsroom.units["区网信办"].uid
    assert sign_in("editor").post_form(f"{url}/joint", {"units": office}).status_code == 302
    assert "区网信办" in sign_in("editor").get(url).text
    assert "青禾大桥合龙" in sign_in("invited").get("/review?list=joint").text
    none = sign_in("editor").post_form(f"{url}/joint", {})
    assert none.status_code == 422
    assert "请选至少一个单位" in none.text


def test_revoking_asks_for_a_reason(review: Desk, sign_in: Door) -> None:
    story_id = review.hand_in()
    review.climb(story_id, "editor", "chief", "deputy")
    with review.newsroom.database.unit(write=False) as session:
        uid = session.get_one(Story, story_id).uid
    url = f"/review/stories/{uid}/revoke"
    assert "撤销签发" in sign_in("chief").get(address(review, story_id)).text
    assert "审核记录" in sign_in("chief").get(url).text
    assert sign_in("chief").post_form(url, {}).status_code == 422
    assert sign_in("editor").get(url).status_code == 403
    assert sign_in("chief").post_form(url, {"note": "数字有误"}).status_code == 302
    again = sign_in("chief").post_form(url, {"note": "再来一次"})
    assert again.status_code == 409
    assert "再来一次" in again.text


def _route(page: str, risk: str) -> dict[str, list[str] | str]:
    part = page.split(f'name="risk" value="{risk}"')[1].split("</form>")[0]
    mark = re.search(r'name="mark" value="([^"]+)"', part)
    assert mark is not None
    return {
        "risk": risk,
        "mark": mark[1],
        "levels": re.findall(r'name="levels" value="([^"]+)"', part),
        "roles": re.findall(r'<option value="([^"]+)" selected', part),
        "minutes": re.findall(r'name="minutes"[^>]* value="([^"]+)"', part),
    }


def test_routes_are_edited_by_those_who_may(review: Desk, sign_in: Door) -> None:
    assert sign_in("chief").get("/review/routes").status_code == 403
    given = _route(sign_in("head").get("/review/routes").text, "routine")
    assert given["roles"] == ["editor", "chief", "deputy", "none", "none"]
    longer = {**given, "roles": ["editor", "chief", "deputy", "head", "none"]}
    assert sign_in("head").post_form("/review/routes", longer).status_code == 302
    late = sign_in("admin").post_form("/review/routes", longer)
    assert late.status_code == 409
    now = _route(sign_in("head").get("/review/routes").text, "routine")
    assert now["roles"] == ["editor", "chief", "deputy", "head", "none"]
    short = {**now, "roles": ["editor", "none", "none", "none", "none"]}
    answer = sign_in("head").post_form("/review/routes", short)
    assert answer.status_code == 422
    assert "至少审 3 级" in answer.text


def test_the_rail_and_the_bench_count_what_needs_me(review: Desk, sign_in: Door) -> None:
    review.hand_in()
    assert "青禾大桥合龙" in sign_in("editor").get("/").text
    assert "青禾大桥合龙" not in sign_in("chief").get("/").text
    assert 'href="/review"' not in sign_in("reporter").get("/").text


def test_a_real_story_goes_from_the_writing_room_to_its_approvals(
    review: Desk, written: str, sign_in: Door
) -> None:
    with review.newsroom.database.unit() as session:
        story = the_story(session, written)
        release.submit(session, review.newsroom.reporter, story, "请审")
        story_id = story.id
    url = address(review, story_id)
    page = sign_in("editor").get(url).text
    pictures = re.findall(r'<img src="(/media/[^"]+)"', page)
    assert len(pictures) >= 3
    for src in set(pictures):
        with sign_in("editor").get(src) as answer:
            assert answer.status_code == 200
    for name in ("editor", "chief", "deputy"):
        fields = form_of(sign_in(name).get(url).text)
        assert sign_in(name).post_form(f"{url}/pass", fields).status_code == 302
    with review.newsroom.database.unit(write=False) as session:
        found = session.scalars(select(Approval).where(Approval.story_id == story_id)).all()
        assert len(found) == 2
        seen = service.shown_hash(session, found[0].version_id)
        signed = queries.trail_of(session, the_story(session, written))[0].steps
        assert {step.seen_hash for step in signed} == {seen}


def test_a_storys_page_can_show_its_trail(review: Desk, sign_in: Door) -> None:
    story_id = review.hand_in()
    review.pass_as("editor", story_id, opinion="数字已核")
    sign_in("reporter")
    with sign_in.desk.test_request_context(), review.newsroom.database.unit(write=False) as session:
        g.session, g.actor = session, review.newsroom.reporter
        shown = render_template("review/_on_story.html", story=session.get_one(Story, story_id))
    assert "数字已核" in shown
    assert "测试editor" in shown
    assert "撤销签发" not in shown


def test_lists_and_pages_cost_the_same_however_much_there_is(review: Desk, sign_in: Door) -> None:
    url = address(review, review.hand_in())
    editor = sign_in("editor")
    asked: list[str] = []

    def note(*told: object) -> None:
        asked.append(str(told[2]))

    def cost(page: str) -> int:
        editor.get(page)
        asked.clear()
        editor.get(page)
        return len(asked)

    event.listen(review.newsroom.database.engine, "before_cursor_execute", note)
    before = [cost("/review"), cost(url), cost("/review?list=decided")]
    for _ in range(6):
        review.hand_in()
    for _ in range(3):
        review.pass_as("editor", review.hand_in())
    assert [cost("/review"), cost(url), cost("/review?list=decided")] == before


@pytest.mark.parametrize("which", ["mine", "joint", "decided"])
def test_an_empty_list_says_what_belongs_there(review: Desk, sign_in: Door, which: str) -> None:
    assert sign_in("leader").get(f"/review?list={which}").status_code == 200
    assert sign_in("leader").get(f"/review/rows?list={which}").status_code == 200
    assert sign_in("leader").get("/review?list=theirs").status_code == 422
