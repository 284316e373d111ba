"""Reporting and triage of leads, the unhappy ways included."""

from __future__ import annotations

import pytest
from sqlalchemy.orm.exc import StaleDataError

from kitchen.core import audit, bus
from kitchen.core.errors import Forbidden, Invalid, WrongState
from kitchen.leads import queries, service
from kitchen.leads.events import LeadReported, LeadSettled
from kitchen.leads.models import Lead
from kitchen.leads.rules import Source, State
from tests.fixtures.newsroom import Newsroom


def _report(newsroom: Newsroom, title: str = "青禾大道路口积水", **details: object) -> str:
    with newsroom.database.unit() as session:
        lead = service.report(
            session, newsroom.reporter, title=title, body="暴雨后路口积水三十厘米。", **details
        )
        return lead.uid


def test_a_reported_lead_waits_for_triage_and_is_told_of(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        lead = service.report(session, newsroom.reporter, title="积水", body="路口积水。")
        assert bus.emitted(session) == [LeadReported(lead.id, breaking=False)]
    with newsroom.database.unit(write=False) as session:
        assert queries.waiting(session) == 1
    assert newsroom.live.told == [("leads", {})]


def test_who_told_it_is_sealed_and_each_look_is_recorded(newsroom: Newsroom) -> None:
    uid = _report(newsroom, source=Source.HOTLINE, contact="住在三号楼的老人")
    with newsroom.database.unit() as session:
        lead = queries.the_lead(session, uid)
        assert "老人" not in lead.contact_sealed
        with pytest.raises(Forbidden):
            service.read_contact(session, newsroom.reporter, lead)
        assert service.read_contact(session, newsroom.editor, lead) == "住在三号楼的老人"
    with newsroom.database.unit(write=False) as session:
        looks = [entry.action for entry in audit.history(session, queries.the_lead(session, uid))]
        assert looks[0] == "read_contact"


def test_dropping_needs_a_reason_and_can_be_undone(newsroom: Newsroom) -> None:
    uid = _report(newsroom)
    with newsroom.database.unit() as session:
        lead = queries.the_lead(session, uid)
        with pytest.raises(Invalid) as refused:
            service.drop(session, newsroom.editor, lead, "  ")
        assert "note" in refused.value.fields
        service.drop(session, newsroom.editor, lead, "上周已经报道过")
        assert LeadSettled(lead.id, "drop", "上周已经报道过") in bus.emitted(session)
        service.reopen(session, newsroom.editor, lead)
        assert (lead.state, lead.reason) == (State.NEW, "")


def test_a_reporter_may_not_triage(newsroom: Newsroom) -> None:
    uid = _report(newsroom)
    with newsroom.database.unit() as session, pytest.raises(Forbidden):
        service.drop(session, newsroom.reporter, queries.the_lead(session, uid), "不想跟")


def test_an_editor_of_a_town_may_not_triage_the_centres_leads(newsroom: Newsroom) -> None:
    uid = _report(newsroom)
    with newsroom.database.unit() as session, pytest.raises(Forbidden):
        service.drop(session, newsroom.town_editor, queries.the_lead(session, uid), "与我无关")


def test_what_a_town_reports_is_worked_on_by_the_centre(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        lead = service.report(session, newsroom.town_editor, title="新桥合龙", body="今早合龙。")
        with pytest.raises(Forbidden):
            service.drop(session, newsroom.town_editor, lead, "自己不能定")
        service.drop(session, newsroom.editor, lead, "下周通车时再报")


def test_merging_keeps_both_texts_and_follows_earlier_merges(newsroom: Newsroom) -> None:
    first, second, third = (_report(newsroom, f"积水报告{n}") for n in "一二三")
    with newsroom.database.unit() as session:
        one, two, three = (queries.the_lead(session, uid) for uid in (first, second, third))
        service.merge(session, newsroom.editor, one, two)
        service.merge(session, newsroom.editor, two, three)
    with newsroom.database.unit(write=False) as session:
        kept = queries.the_lead(session, third)
        assert {each.title for each in kept.merged} == {"积水报告一", "积水报告二"}


def test_a_lead_is_not_merged_into_itself_or_into_a_settled_one(newsroom: Newsroom) -> None:
    one, two = _report(newsroom, "积水一"), _report(newsroom, "积水二")
    with newsroom.database.unit() as session:
        lead, other = queries.the_lead(session, one), queries.the_lead(session, two)
        with pytest.raises(Invalid):
            service.merge(session, newsroom.editor, lead, lead)
        service.drop(session, newsroom.editor, other, "重复")
        with pytest.raises(WrongState):
            service.merge(session, newsroom.editor, lead, other)


def test_a_settled_lead_is_not_settled_twice(newsroom: Newsroom) -> None:
    uid = _report(newsroom)
    with newsroom.database.unit() as session:
        lead = queries.the_lead(session, uid)
        service.pass_on(session, newsroom.editor, lead, "居民要的是答复")
        with pytest.raises(WrongState):
            service.drop(session, newsroom.editor, lead, "再来一次")


def test_two_editors_at_once_settle_a_lead_once(newsroom: Newsroom) -> None:
    uid = _report(newsroom)
    with newsroom.database.unit(write=False) as session:
        seen = queries.the_lead(session, uid)
    with newsroom.database.unit() as session:
        service.drop(session, newsroom.editor, queries.the_lead(session, uid), "重复")
    with newsroom.database.unit() as session:
        late = session.merge(seen, load=False)
        with pytest.raises(StaleDataError):
            service.adopt(session, newsroom.second_editor, late)
        session.rollback()
    with newsroom.database.unit(write=False) as session:
        assert queries.the_lead(session, uid).state == State.DROPPED


def test_resembling_leads_are_shown_likest_first(newsroom: Newsroom) -> None:
    near = _report(newsroom, "青禾大道路口积水严重")
    _report(newsroom, "社区书房开门迎客")
    uid = _report(newsroom)
    with newsroom.database.unit(write=False) as session:
        found = queries.resembling(session, queries.the_lead(session, uid))
        assert found[0][0].uid == near


def test_nothing_of_a_refused_report_stays(newsroom: Newsroom) -> None:
    with pytest.raises(Forbidden), newsroom.database.unit() as session:
        service.report(session, newsroom.admin, title="积水", body="路口积水。")
    with newsroom.database.unit(write=False) as session:
        assert session.query(Lead).count() == 0
