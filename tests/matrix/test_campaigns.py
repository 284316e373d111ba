"""Clean-up campaigns: judged, decided, noticed, closed, merged; ledgers, papers, late notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from sqlalchemy import select

from kitchen.core import clock
from kitchen.core.errors import Duplicate, Forbidden, Invalid, WrongState
from kitchen.matrix import queries as matrix
from kitchen.matrix import service as accounts
from kitchen.matrix.campaigns import (
    burdens,
    closing,
    deciding,
    judging,
    papers,
    queries,
    risks,
    service,
)
from kitchen.matrix.campaigns.models import AccountClosing, Cleanup, CleanupItem
from kitchen.matrix.campaigns.rules import (
    Aspect,
    Cause,
    Closing,
    Dimension,
    Have,
    Kept,
    Phase,
    Proposal,
    Standpoint,
    Step,
    Verdict,
    tally,
)
from kitchen.matrix.registry import evidence, filing
from kitchen.matrix.registry.rules import Change, Standing
from kitchen.notifications.models import Notice
from kitchen.papers import as_docx, as_pdf
from tests.fixtures.newsroom import Newsroom
from tests.matrix.conftest import Register

NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)
ALL = dict.fromkeys(Have, (True, "见文件"))
SCORES: dict[Dimension, tuple[int | None, str]] = {
    **dict.fromkeys(Dimension, (2, "")),
    Dimension.FANS: (None, ""),
}


@dataclass
class Campaign:
    """A campaign over accounts of the street and the centre, taken step by step by the office."""

    newsroom: Newsroom
    uid: str = ""

    def open(self) -> None:
        with self.newsroom.database.unit() as session:
            days = service.deadlines(session)
            self.uid = service.open_campaign(
                session,
                self.newsroom.cyberspace,
                name="首批清理整顿",
                batch="首批",
                check_due=days[0],
                opinion_due=days[1],
                decision_due=days[2],
            ).uid

    def act(self, verb: Any, *given: Any, **more: Any) -> None:
        with self.newsroom.database.unit() as session:
            found = queries.the_cleanup(session, self.uid)
            verb(session, self.newsroom.cyberspace, found, *given, **more)

    def item(self, session: Any, handle: str) -> CleanupItem:
        cleanup = queries.the_cleanup(session, self.uid)
        return next(it for it in service.items_of(session, cleanup) if it.account.handle == handle)

    def advise(self, **proposals: Proposal) -> None:
        """Opinions on accounts by handle; a merging goes into ``stays``."""
        for handle, proposal in proposals.items():
            with self.newsroom.database.unit() as session:
                target = None
                if proposal == Proposal.MERGE:
                    target = self.item(session, "stays").account
                judging.opine(
                    session,
                    self.newsroom.cyberspace,
                    self.item(session, handle),
                    SCORES,
                    proposal,
                    "意见",
                    target=target,
                )

    def decide(self, handle: str, decision: Proposal, into: str = "", **more: Any) -> None:
        with self.newsroom.database.unit() as session:
            target = self.item(session, into).account if into else None
            deciding.decide(
                session,
                self.newsroom.cyberspace,
                self.item(session, handle),
                decision,
                target=target,
                reason="常委会研究决定",
                **more,
            )

    def before_the_committee(self, *handles: str) -> None:
        """Everything up to the committee's table, each account advised to be closed."""
        self.open()
        self.act(service.call_experts)
        self.advise(**dict.fromkeys(handles, Proposal.CLOSE))
        self.act(service.lay_before)
        self.act(
            deciding.record_meeting,
            meeting_no="第8次",
            meeting_on=self.today(),
            decision_doc="纪要〔2026〕8号",
        )

    def today(self) -> Any:
        with self.newsroom.database.unit(write=False) as session:
            return clock.today(session)

    def closing(self, session: Any, handle: str) -> AccountClosing:
        found = queries.closing_of(session, self.item(session, handle))
        assert found is not None
        return found


@pytest.fixture
def campaign(newsroom: Newsroom, enter: Register) -> Campaign:
    for handle in ("goes", "joins", "stays"):
        enter(handle)
    return Campaign(newsroom)


# --- step one ---


@pytest.mark.parametrize(
    ("haves", "asked", "reason", "faulty"),
    [
        (ALL, Proposal.KEEP, "服务群众", set()),
        (ALL, Proposal.KEEP, "", {"reason"}),
        ({**ALL, Have.SUPPORT: (False, "")}, Proposal.KEEP, "", {"reason"}),
        ({**ALL, Have.SUPPORT: (False, "")}, Proposal.KEEP, "防汛要用", set()),
        ({}, Proposal.CLOSE, "", set()),
        ({**ALL, Have.NEED: (True, " ")}, Proposal.CLOSE, "", {"need_evidence"}),
        (ALL, Proposal.MERGE, "", {"target"}),
    ],
)
def test_a_self_check_says_what_it_asks_for_and_shows_why(
    campaign: Campaign, haves: Any, asked: Proposal, reason: str, faulty: set[str]
) -> None:
    campaign.open()
    with campaign.newsroom.database.unit() as session:
        item, keeper = campaign.item(session, "goes"), campaign.newsroom.keeper
        if faulty:
            with pytest.raises(Invalid) as refused:
                judging.check(session, keeper, item, haves, asked, reason=reason)
            assert set(refused.value.fields) == faulty
        else:
            judging.check(session, keeper, item, haves, asked, reason=reason)
            assert (item.state, item.asked) == (Verdict.CHECKED, asked)


def test_only_the_unit_answers_and_only_in_its_step(campaign: Campaign) -> None:
    campaign.open()
    with campaign.newsroom.database.unit() as session:
        item = campaign.item(session, "goes")
        with pytest.raises(Forbidden):
            judging.check(session, campaign.newsroom.operator, item, ALL, Proposal.CLOSE)
        with pytest.raises(WrongState):
            judging.opine(session, campaign.newsroom.cyberspace, item, SCORES, Proposal.CLOSE, "关")
    campaign.act(service.call_experts)
    with campaign.newsroom.database.unit() as session, pytest.raises(WrongState):
        item = campaign.item(session, "goes")
        judging.check(session, campaign.newsroom.keeper, item, ALL, Proposal.CLOSE)
    campaign.act(service.check_again, campaign.today(), "材料不全")
    with campaign.newsroom.database.unit() as session:
        item = campaign.item(session, "goes")
        judging.check(session, campaign.newsroom.keeper, item, ALL, Proposal.CLOSE)
        heard = session.scalars(select(Notice.staff_id)).all()
        assert campaign.newsroom.keeper.id in heard


def test_deadlines_stand_in_order_and_ahead(newsroom: Newsroom, campaign: Campaign) -> None:
    with newsroom.database.unit() as session:
        check, opinion, decision = service.deadlines(session)
        for wrong in ({"opinion_due": check - timedelta(1)}, {"check_due": check - timedelta(30)}):
            days = {"check_due": check, "opinion_due": opinion, "decision_due": decision} | wrong
            with pytest.raises(Invalid) as refused:
                service.open_campaign(session, newsroom.cyberspace, name="甲", batch="一", **days)
            assert set(refused.value.fields) == set(wrong)
    campaign.open()
    with pytest.raises(Duplicate):
        campaign.open()


# --- step two ---


def test_an_opinion_keeps_what_was_known_and_a_gap_is_no_zero(campaign: Campaign) -> None:
    campaign.open()
    campaign.act(service.call_experts)
    with campaign.newsroom.database.unit() as session:
        item, office = campaign.item(session, "goes"), campaign.newsroom.cyberspace
        scores = {**SCORES, Dimension.FANS: (None, "没有采集")}
        with pytest.raises(Invalid):
            judging.opine(session, office, item, scores, Proposal.CLOSE, " ")
        judging.opine(session, office, item, scores, Proposal.CLOSE, "自发自看")
        assert item.figures == {}
        assert item.dimensions["fans"] == {"score": None, "note": "没有采集"}
        unit = campaign.newsroom.units["云溪街道"]
        with pytest.raises(Invalid):
            judging.review_unit(
                session, office, item.cleanup, unit, {Aspect.VIOLATIONS: (True, "")}
            )
        judging.review_unit(session, office, item.cleanup, unit, {Aspect.PLAN: (None, "")})
        review = queries.unit_reviews(session, item.cleanup)[unit.id]
        assert review.aspects == {"plan": {"yes": None, "note": ""}}


def test_the_committee_sees_every_account_or_none(campaign: Campaign) -> None:
    campaign.open()
    campaign.act(service.call_experts)
    campaign.advise(goes=Proposal.CLOSE)
    with pytest.raises(WrongState) as refused:
        campaign.act(service.lay_before)
    assert refused.value.params["n"] == 2


def test_a_decision_against_the_advice_says_why_and_can_be_taken_back(campaign: Campaign) -> None:
    campaign.before_the_committee("goes", "joins", "stays")
    with campaign.newsroom.database.unit() as session:
        item, office = campaign.item(session, "goes"), campaign.newsroom.cyberspace
        with pytest.raises(Invalid):
            deciding.decide(session, office, item, Proposal.KEEP)
        deciding.decide(session, office, item, Proposal.CLOSE)
        with pytest.raises(WrongState):
            deciding.decide(session, office, item, Proposal.CLOSE)
        deciding.reconsider(session, office, item)
        assert (item.state, item.decided_at) == (Verdict.OPINED, None)
    with pytest.raises(WrongState) as refused:
        campaign.act(deciding.issue_notice, "1号")
    assert refused.value.reason == "undecided"


def test_a_department_keeps_its_account_as_something(
    newsroom: Newsroom, campaign: Campaign
) -> None:
    with newsroom.database.unit() as session:
        session.merge(newsroom.units["云溪街道"]).level = "department"
    campaign.before_the_committee("goes", "joins", "stays")
    with pytest.raises(Invalid) as refused:
        campaign.decide("stays", Proposal.KEEP)
    assert set(refused.value.fields) == {"kept_as"}
    campaign.decide("stays", Proposal.KEEP, kept_as=Kept.LIVELIHOOD)


# --- mergings ---


def test_what_is_merged_follows_its_target_when_that_is_merged_itself(campaign: Campaign) -> None:
    campaign.before_the_committee("goes", "joins", "stays")
    campaign.decide("goes", Proposal.MERGE, into="joins")
    campaign.decide("joins", Proposal.MERGE, into="stays")
    with campaign.newsroom.database.unit(write=False) as session:
        assert campaign.item(session, "goes").target is not None
        assert campaign.item(session, "goes").target.handle == "stays"
    with pytest.raises(Invalid):
        campaign.decide("stays", Proposal.MERGE, into="goes")
    with pytest.raises(WrongState) as refused:
        campaign.decide("stays", Proposal.CLOSE)
    assert refused.value.reason == "merged_into"
    campaign.decide("stays", Proposal.KEEP)
    campaign.act(deciding.issue_notice, "1号")
    with campaign.newsroom.database.unit(write=False) as session:
        assert (
            campaign.closing(session, "goes").target_id
            == campaign.item(session, "stays").account_id
        )
    with campaign.newsroom.database.unit() as session:
        stays = campaign.item(session, "stays").account
        with pytest.raises(WrongState):
            closing.open_closing(
                session, campaign.newsroom.cyberspace, stays, cause=Cause.SANCTION, basis="第九条"
            )


def test_into_what_is_to_be_closed_nothing_is_merged(campaign: Campaign) -> None:
    campaign.before_the_committee("goes", "joins", "stays")
    campaign.decide("stays", Proposal.CLOSE)
    for into in ("stays", "joins"):
        with pytest.raises(Invalid):
            campaign.decide("joins", Proposal.MERGE, into=into)


def test_a_unit_merged_in_mid_campaign_hands_its_part_on(campaign: Campaign) -> None:
    campaign.open()
    newsroom = campaign.newsroom
    with newsroom.database.unit() as session:
        item = campaign.item(session, "goes")
        centre = newsroom.units["青禾区融媒体中心"]
        accounts.move_account(session, newsroom.cyberspace, item.account, centre, "机构改革")
    with newsroom.database.unit() as session:
        item = campaign.item(session, "goes")
        with pytest.raises(Forbidden):
            judging.check(session, newsroom.keeper, item, ALL, Proposal.CLOSE)
        judging.check(session, newsroom.operator, item, ALL, Proposal.CLOSE)
        points = queries.standpoints(session, item.cleanup)
        assert {it.unit for it in points} == {"云溪街道", centre.name}


# --- step three ---


@pytest.fixture
def noticed(campaign: Campaign) -> Campaign:
    """The notice is out: one account is to be closed, one merged, one stays."""
    campaign.newsroom.database.info["now"] = NOON
    campaign.before_the_committee("goes", "joins", "stays")
    campaign.decide("goes", Proposal.CLOSE)
    campaign.decide("joins", Proposal.MERGE, into="stays")
    campaign.decide("stays", Proposal.KEEP)
    campaign.act(deciding.issue_notice, "青网〔2026〕3号")
    return campaign


def test_a_closing_goes_through_its_four_states_with_proof(noticed: Campaign) -> None:
    newsroom = noticed.newsroom
    with newsroom.database.unit() as session:
        found, keeper, office = (
            noticed.closing(session, "goes"),
            newsroom.keeper,
            newsroom.cyberspace,
        )
        assert clock.local(found.due_at).isoformat() == "2026-12-03T23:59:00+08:00"
        assert found.account.state == Standing.CLOSING
        with pytest.raises(Invalid):
            closing.announce(session, keeper, found, url="", at=NOON)
        with pytest.raises(Invalid):
            closing.announce(session, keeper, found, url="https://a.cn/1", at=NOON + timedelta(1))
        with pytest.raises(Forbidden):
            closing.announce(session, newsroom.operator, found, url="https://a.cn/1", at=NOON)
        evidence.add(session, keeper, found, b"\x89PNG\r\n\x1a\n" + bytes(64), "公告.png")
        closing.announce(session, keeper, found, url="", at=NOON)
        closing.correct_announcement(session, keeper, found)
        closing.announce(session, keeper, found, url="https://a.cn/1", at=NOON)
        with pytest.raises(WrongState):
            closing.call_off(session, office, found, "反悔")
        closing.cancel_on_platform(session, keeper, found)
        with pytest.raises(Forbidden):
            closing.file_closing(session, keeper, found, "G-1")
        closing.file_closing(session, office, found, "G-1")
        assert (found.state, found.account.state) == (Closing.FILED, Standing.CLOSED)
        joined = noticed.closing(session, "joins")
        closing.announce(session, keeper, joined, url="https://a.cn/2", at=NOON)
        with pytest.raises(WrongState):
            deciding.finish(session, office, joined.item.cleanup)  # type: ignore[union-attr]
        closing.cancel_on_platform(session, keeper, joined)
        closing.file_closing(session, office, joined, "G-2")
        assert joined.account.state == Standing.MERGED
        deciding.finish(session, office, joined.item.cleanup)  # type: ignore[union-attr]


def test_a_late_notice_is_told_once_and_the_office_goes_on(noticed: Campaign) -> None:
    newsroom = noticed.newsroom
    database = newsroom.database
    closing.tell_late(database)
    assert _late(newsroom) == 0
    with database.unit() as session, pytest.raises(WrongState):
        closing.force(session, newsroom.cyberspace, noticed.closing(session, "goes"), "逾期")
    database.info["now"] = datetime(2026, 12, 3, 16, tzinfo=UTC)  # midnight: the week is over
    closing.tell_late(database)
    closing.tell_late(database)
    assert _late(newsroom) == 2
    with database.unit() as session:
        assert len(closing.overdue(session)) == 2
        found = noticed.closing(session, "goes")
        with pytest.raises(Invalid):
            closing.force(session, newsroom.cyberspace, found, " ")
        closing.force(session, newsroom.cyberspace, found, "逾期未发公告")
        assert (found.state, found.notice_url) == (Closing.ANNOUNCED, "")


def _late(newsroom: Newsroom) -> int:
    with newsroom.database.unit(write=False) as session:
        mine = Notice.staff_id == newsroom.keeper.id
        return len(
            session.scalars(select(Notice).where(mine, Notice.text.contains("超过期限"))).all()
        )


def test_a_closing_that_is_called_off_lets_the_account_live(noticed: Campaign) -> None:
    with noticed.newsroom.database.unit() as session:
        found = noticed.closing(session, "goes")
        closing.call_off(session, noticed.newsroom.cyberspace, found, "区里同意保留")
        assert found.account.state == Standing.SURVEYED
        again = closing.open_closing(
            session,
            noticed.newsroom.cyberspace,
            found.account,
            cause=Cause.SANCTION,
            basis="第九条",
        )
        with pytest.raises(Duplicate):
            closing.open_closing(
                session, noticed.newsroom.cyberspace, found.account, cause=Cause.SANCTION, basis=""
            )
        assert again.item_id is None


def test_a_filed_closing_opens_it(newsroom: Newsroom, enter: Register) -> None:
    uid = enter("alone", slots=False)
    with newsroom.database.unit() as session:
        account = matrix.the_account(session, uid)
        made = filing.draft(
            session,
            newsroom.keeper,
            account,
            Change.CLOSE,
            happened_on=clock.today(session),
        )
        filing.submit(session, newsroom.keeper, made)
        filing.consent(session, newsroom.unit_head, made)
        filing.accept(session, newsroom.cyberspace, made)
        filing.file(session, newsroom.cyberspace, made, "备-关-1")
        found = session.scalars(select(AccountClosing)).one()
        assert (found.cause, found.basis, account.state) == (
            Cause.FILING,
            "备-关-1",
            Standing.CLOSING,
        )


# --- figures, papers, burdens, risks ---


def _point(verdict: Verdict, closing: Closing | None = None) -> Standpoint:
    return Standpoint("wechat", "首批", "甲", "department", verdict, closing)


def test_counts_are_of_what_stands_there() -> None:
    counted = tally(
        [
            _point(Verdict.KEPT),
            _point(Verdict.CLOSED, Closing.FILED),
            _point(Verdict.MERGED, Closing.ANNOUNCED),
            _point(Verdict.CLOSED, Closing.APPROVED),
            _point(Verdict.OPINED),
        ]
    )
    assert (counted.total, counted.kept, counted.gone, counted.undecided) == (5, 1, 3, 1)
    assert (counted.announced, counted.filed, counted.share) == (2, 1, 0.6)
    assert tally([]).share is None


def test_the_papers_say_what_was_advised_and_decided(noticed: Campaign) -> None:
    with noticed.newsroom.database.unit(write=False) as session:
        cleanup = queries.the_cleanup(session, noticed.uid)
        for draw, words in (
            (papers.pack, ["第8次，2026-11-26", "云溪街道goes（微信公众号）", "不清楚"]),
            (papers.notice, ["青网〔2026〕3号", "2026-12-03", "并入云溪街道stays"]),
        ):
            paper = draw(session, cleanup, str)
            document = Document(BytesIO(as_docx(paper)))
            told = [it.text for it in document.paragraphs]
            told += [cell.text for it in document.tables for row in it.rows for cell in row.cells]
            for each in words:
                assert any(each in line for line in told), each
            assert as_pdf(paper).startswith(b"%PDF")


def test_a_closed_account_costs_nothing_and_the_unknown_stays_unknown(noticed: Campaign) -> None:
    newsroom = noticed.newsroom
    with newsroom.database.unit() as session:
        cleanup, keeper = queries.the_cleanup(session, noticed.uid), newsroom.keeper
        for handle in ("goes", "stays"):
            account = noticed.item(session, handle).account
            burdens.declare(
                session, keeper, cleanup, account, Phase.BEFORE, people=2, minutes=210, cost=300
            )
        with pytest.raises(Forbidden):
            burdens.declare(
                session, newsroom.operator, cleanup, account, Phase.AFTER, people=0, minutes=0
            )
        before = burdens.ledger(session, cleanup)
        assert (before.minutes_before, before.minutes_saved) == (840, 0)
        assert [line.saved for line in before.lines] == [None, None]
        closing.announce(
            session, keeper, noticed.closing(session, "goes"), url="https://a.cn/1", at=NOON
        )
        after = burdens.ledger(session, cleanup)
        assert [line.saved for line in after.lines] == [420, None]
        assert (after.minutes_saved, after.cost_saved) == (420, 300)


def test_kinds_of_risk_are_shipped_renamed_and_put_out_of_use(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        office = newsroom.cyberspace
        assert len(risks.dictionary(session)) == 6
        risks.define(session, office, "slow", name="迟发声")
        risks.define(session, office, "bought_fans", name="买粉", active=False)
        known = risks.dictionary(session)
        assert (known["slow"].name, known["bought_fans"].active) == ("迟发声", False)
        with pytest.raises(Invalid):
            risks.define(session, office, "慢", name="慢")
        with pytest.raises(Forbidden):
            risks.define(session, newsroom.operator, "slow", name="慢")


def test_what_came_later_joins_until_the_committee_sits(
    campaign: Campaign, enter: Register
) -> None:
    campaign.open()
    late = enter("late")
    with campaign.newsroom.database.unit() as session:
        cleanup: Cleanup = queries.the_cleanup(session, campaign.uid)
        account = matrix.the_account(session, late)
        item = service.add_account(session, campaign.newsroom.cyberspace, cleanup, account)
        assert service.add_account(session, campaign.newsroom.cyberspace, cleanup, account) is item
        assert cleanup.state == Step.CHECKING
