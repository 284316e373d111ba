"""What was published is read once: banned words in it, and when an account last spoke."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from channels.base import Edition, Form
from kitchen.core import clock
from kitchen.core.errors import WrongState
from kitchen.patrols import findings, queries, rounds
from kitchen.patrols.models import Finding, PatrolTurn
from kitchen.stories.models import Story
from kitchen.watch.models import ForeignPost
from kitchen.wordlists import service as wordlists
from kitchen.wordlists.rules import Entry, Kind, Level
from tests.publishing.conftest import Outside, even_dice, outside, platform, ports

__all__ = ["even_dice", "outside", "platform", "ports"]


@pytest.fixture
def banned(outside: Outside) -> None:
    with outside.database.unit() as session:
        for word, level in (("特效药王", Level.FORBID), ("小道消息", Level.CARE)):
            wordlists.add_entry(session, outside.newsroom.operator, Entry(Kind.BANNED, word, level))


def publish(outside: Outside, title: str, body: str) -> Story:
    with outside.database.unit() as session:
        account = outside._account(session)
    story = outside.approve_for([account], Edition(Form.ARTICLE, title, body=body))
    outside.carry()
    outside.later(minutes=3)
    return story


def found(outside: Outside) -> list[Finding]:
    with outside.database.unit(write=False) as session:
        rows = session.scalars(select(Finding).order_by(Finding.id)).all()
        return [queries.the_finding(session, row.uid) for row in rows]


@pytest.mark.usefixtures("banned")
def test_a_banned_word_that_readers_see_is_found_once_with_its_context(outside: Outside) -> None:
    publish(outside, "荷塘整治完成", "<p>现场有人兜售<b>特效</b>药王，价格不菲。</p>")
    rounds.go(outside.database)
    (finding,) = found(outside)
    assert (finding.kind, finding.severity) == ("sensitive", "fail")
    (evidence,) = finding.evidence
    assert evidence.seen["word"] == "特效药王"
    assert "现场有人兜售特效药王，价格" in evidence.seen["around"]
    assert evidence.seen["url"].startswith("https://platform.example/")
    rounds.go(outside.database)
    assert len(found(outside)) == 1


@pytest.mark.usefixtures("banned")
def test_it_passes_the_second_look_only_once_the_piece_is_gone(outside: Outside) -> None:
    story = publish(outside, "小道消息不可信", "<p>正文</p>")
    rounds.go(outside.database)
    (finding,) = found(outside)
    assert finding.severity == "warn"
    inspector, operator = outside.newsroom.inspector, outside.newsroom.operator

    def step(verb: str, who: object, *words: str) -> None:
        with outside.database.unit() as session:
            one = queries.the_finding(session, finding.uid)
            getattr(findings, verb)(session, who, one, *words)

    step("order", inspector)
    step("report", operator, "已联系平台删除")
    with pytest.raises(WrongState):
        step("close", inspector)
    outside.revoke_all(story)
    outside.recover()
    step("close", inspector, "已删除")
    assert found(outside)[0].state == "closed"


def test_when_an_account_last_spoke_is_known_from_its_receipts(outside: Outside) -> None:
    publish(outside, "荷塘整治完成", "<p>正文</p>")
    rounds.go(outside.database)
    assert found(outside) == []
    with outside.database.unit(write=False) as session:
        turn = session.get_one(PatrolTurn, outside.accounts[0].id)
        assert turn.last_post_at == outside.row().since
    outside.later(days=8)
    rounds.go(outside.database)
    (finding,) = found(outside)
    assert (finding.kind, finding.severity) == ("stale", "warn")


def test_what_is_settled_only_now_is_left_for_the_next_time(outside: Outside) -> None:
    with outside.database.unit() as session:
        account = outside._account(session)
    outside.approve_for([account], Edition(Form.ARTICLE, "刚刚", body="<p>正文</p>"))
    outside.carry()
    rounds.go(outside.database)
    with outside.database.unit(write=False) as session:
        assert session.get_one(PatrolTurn, account.id).last_post_at is None
    outside.later(minutes=3)
    rounds.go(outside.database)
    with outside.database.unit(write=False) as session:
        assert session.get_one(PatrolTurn, account.id).last_post_at is not None


@pytest.mark.usefixtures("banned")
def test_posts_that_the_house_did_not_put_there_are_read_as_well(outside: Outside) -> None:
    with outside.database.unit() as session:
        account, now = outside._account(session), clock.now(session)
        session.add(
            ForeignPost(
                account_id=account.id,
                unit_id=account.unit_id,
                remote_id="x-1",
                title="小道消息",
                posted_at=now,
                seen_at=now,
            )
        )
    outside.later(minutes=3)
    rounds.go(outside.database)
    assert [each.kind for each in found(outside)] == ["sensitive"]
