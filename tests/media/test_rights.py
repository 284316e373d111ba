"""Rights written down, kept in step, told when they end; an asset withdrawn and restored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from kitchen.core import audit, bus, clock
from kitchen.core.errors import Forbidden, Invalid, NotFound, Stale, WrongState
from kitchen.leads import service as leads
from kitchen.media import queries, rights, rights_queries, service
from kitchen.media.events import AssetRestored, AssetWithdrawn
from kitchen.media.rights_models import ExpiryTold, MediaRight
from kitchen.media.rights_rules import Consent, Lack
from kitchen.media.rules import Obstacle, Rights, State
from kitchen.notifications.models import Notice
from tests.fixtures.newsroom import Newsroom
from tests.media.conftest import Enter


@pytest.fixture
def today(newsroom: Newsroom) -> date:
    with newsroom.database.unit(write=False) as session:
        return clock.today(session)


@pytest.fixture
def shift(newsroom: Newsroom) -> Iterator[Any]:
    """``shift(days)`` lets the newsroom live so many days later."""

    def shifted(days: int) -> None:
        newsroom.database.info["shift"] = timedelta(days=days)

    yield shifted
    newsroom.database.info.pop("shift", None)


def _write(newsroom: Newsroom, uid: str, actor: str = "editor", **said: Any) -> str:
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        wanted = {"basis": Rights.LICENSED, "channels": [], **said}
        return rights.write(session, newsroom.actors[actor], asset, None, None, wanted).uid


def _summary(newsroom: Newsroom, uid: str) -> tuple[Rights, date | None]:
    with newsroom.database.unit(write=False) as session:
        asset = queries.the_asset(session, uid)
        return asset.rights, asset.rights_until


def test_a_right_that_is_written_takes_the_place_of_what_was_said_in_short(
    newsroom: Newsroom, enter: Enter, today: date
) -> None:
    uid = enter(rights=Rights.UNKNOWN)
    _write(newsroom, uid, holder="青禾摄影协会", valid_until=today, channels=["wechat"])
    assert _summary(newsroom, uid) == (Rights.LICENSED, today)
    with newsroom.database.unit(write=False) as session:
        asset = queries.the_asset(session, uid)
        assert rights_queries.lacking(session, asset, "wechat", today) == []
        (reason,) = rights_queries.lacking(session, asset, "weibo", today)
        assert reason.lack == Lack.CHANNEL
        assert audit.history(session, asset)[0].action == "write_right"


def test_an_asset_of_which_nobody_said_more_has_one_right(
    newsroom: Newsroom, enter: Enter, today: date
) -> None:
    uid = enter(rights=Rights.SUPPLIED, rights_until=today - timedelta(days=1), source="通讯站")
    with newsroom.database.unit(write=False) as session:
        asset = queries.the_asset(session, uid)
        (reason,) = rights_queries.lacking(session, asset, "weibo", today)
        assert (reason.lack, reason.params["holder"]) == (Lack.EXPIRED, "通讯站")


def test_the_summary_follows_every_change_and_the_last_strike(
    newsroom: Newsroom, enter: Enter, today: date
) -> None:
    uid = enter()
    first = _write(newsroom, uid, valid_until=today)
    second = _write(newsroom, uid, valid_until=today + timedelta(days=9))
    assert _summary(newsroom, uid) == (Rights.LICENSED, today + timedelta(days=9))
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        right = rights_queries.the_right(session, asset, second)
        wanted = {"consent": Consent.MISSING}
        rights.write(session, newsroom.editor, asset, right, right.version, wanted)
    assert _summary(newsroom, uid) == (Rights.LICENSED, today)
    for each in (first, second):
        with newsroom.database.unit() as session:
            asset = queries.the_asset(session, uid)
            right = rights_queries.the_right(session, asset, each)
            rights.strike(session, newsroom.editor, asset, right)
    assert _summary(newsroom, uid) == (Rights.UNKNOWN, None)


def test_a_right_seen_too_long_ago_is_not_overwritten(newsroom: Newsroom, enter: Enter) -> None:
    uid = enter()
    written = _write(newsroom, uid, holder="甲")
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        right = rights_queries.the_right(session, asset, written)
        rights.write(session, newsroom.editor, asset, right, 1, {"holder": "乙"})
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        right = rights_queries.the_right(session, asset, written)
        with pytest.raises(Stale) as stale:
            rights.write(session, newsroom.editor, asset, right, 1, {"holder": "丙"})
        assert stale.value.theirs["holder"] == "乙"


def test_rights_are_not_everybodys_to_write(newsroom: Newsroom, enter: Enter) -> None:
    uid = enter()
    for actor in ("reporter", "town_editor"):
        with pytest.raises(Forbidden):
            _write(newsroom, uid, actor)
    with pytest.raises(NotFound), newsroom.database.unit(write=False) as session:
        rights_queries.the_right(session, queries.the_asset(session, uid), "nothing")


def test_a_right_that_ends_before_it_begins_is_refused(
    newsroom: Newsroom, enter: Enter, today: date
) -> None:
    with pytest.raises(Invalid) as refused:
        _write(newsroom, enter(), valid_from=today, valid_until=today - timedelta(days=1))
    assert set(refused.value.fields) == {"valid_until"}


def test_the_short_form_changes_the_one_right_and_refuses_where_there_are_two(
    newsroom: Newsroom, enter: Enter, today: date
) -> None:
    uid = enter()
    written = _write(newsroom, uid)
    said = {"rights": Rights.SUPPLIED, "rights_until": today}
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        service.describe(session, newsroom.editor, asset, None, **said)
        right = rights_queries.the_right(session, asset, written)
        assert (right.basis, right.valid_until) == (Rights.SUPPLIED, today)
    _write(newsroom, uid)
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        before = asset.rights, asset.rights_until
        service.describe(
            session, newsroom.editor, asset, None, rights=before[0], rights_until=before[1]
        )
        with pytest.raises(Invalid) as refused:
            service.describe(session, newsroom.editor, asset, None, rights=Rights.UNKNOWN)
        assert set(refused.value.fields) == {"rights"}


def _notices(newsroom: Newsroom, text: str) -> list[str]:
    with newsroom.database.unit(write=False) as session:
        found = session.scalars(select(Notice).where(Notice.text.contains(text)))
        return sorted(notice.staff.username for notice in found)


def test_an_ending_is_told_thirty_seven_and_one_day_before_each_once(
    newsroom: Newsroom, enter: Enter, today: date, shift: Any
) -> None:
    enter(rights=Rights.LICENSED, rights_until=today + timedelta(days=31), title="远航")
    told = []
    for day in (0, 1, 1, 2, 24, 25, 30, 31, 32):
        shift(day)
        rights.tell_of_endings(newsroom.database)
        with newsroom.database.unit(write=False) as session:
            told.append(session.scalar(select(func.count()).select_from(ExpiryTold)))
    assert told == [0, 1, 1, 1, 2, 2, 3, 3, 3]
    heard = _notices(newsroom, "到期")
    assert heard.count("reporter") == 3
    assert {"editor", "chief", "operator"} <= set(heard)
    assert "second_reporter" not in heard
    assert "town_editor" not in heard


def test_what_is_found_late_is_told_once_and_not_for_every_alarm_missed(
    newsroom: Newsroom, enter: Enter, today: date
) -> None:
    enter(rights_until=today + timedelta(days=1))
    rights.tell_of_endings(newsroom.database)
    rights.tell_of_endings(newsroom.database)
    assert _notices(newsroom, "到期").count("reporter") == 1


def test_a_right_that_was_renewed_is_told_again(
    newsroom: Newsroom, enter: Enter, today: date, shift: Any
) -> None:
    uid = enter(rights_until=today + timedelta(days=1))
    rights.tell_of_endings(newsroom.database)
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        until = today + timedelta(days=60)
        service.describe(session, newsroom.editor, asset, None, rights_until=until)
    rights.tell_of_endings(newsroom.database)
    assert _notices(newsroom, "到期").count("reporter") == 1
    shift(59)
    rights.tell_of_endings(newsroom.database)
    assert _notices(newsroom, "到期").count("reporter") == 2


def test_a_right_counts_from_the_day_on_which_it_begins(
    newsroom: Newsroom, enter: Enter, today: date, shift: Any
) -> None:
    uid = enter()
    _write(newsroom, uid, valid_from=today + timedelta(days=2))
    rights.tell_of_endings(newsroom.database)
    assert _summary(newsroom, uid) == (Rights.UNKNOWN, None)
    shift(2)
    rights.tell_of_endings(newsroom.database)
    assert _summary(newsroom, uid) == (Rights.LICENSED, None)


def test_what_ends_soon_and_ended_lately_is_listed_nearest_first(
    newsroom: Newsroom, enter: Enter, today: date
) -> None:
    days = {-31: "早过了", -1: "刚过", 3: "快了", 30: "还早", 31: "太早"}
    for at, (left, title) in enumerate(days.items()):
        enter(width=240 + at, title=title, rights_until=today + timedelta(days=left))
    enter(width=300, title="不限")
    with newsroom.database.unit(write=False) as session:
        found = rights_queries.ending(session, today)
        assert [asset.title for asset in found] == ["刚过", "快了", "还早"]


def _withdraw(newsroom: Newsroom, uid: str, reason: str = "当事人要求", who: str = "chief") -> None:
    with newsroom.database.unit() as session:
        rights.withdraw(session, newsroom.actors[who], queries.the_asset(session, uid), reason)


def test_a_withdrawn_asset_is_picked_used_described_and_published_no_more(
    newsroom: Newsroom, enter: Enter, today: date
) -> None:
    uid = enter(title="旧照")
    with newsroom.database.unit() as session:
        lead = leads.report(session, newsroom.reporter, title="甲", body="乙")
        service.use(session, newsroom.reporter, queries.the_asset(session, uid), lead, "picture")
        lead_uid = lead.uid
    _withdraw(newsroom, uid)
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        assert asset.state == State.WITHDRAWN
        assert queries.recent(session) == []
        assert queries.recent(session, q="旧照") == []
        assert asset.obstacle_on(today) == Obstacle.WITHDRAWN
        other = leads.report(session, newsroom.reporter, title="丙", body="丁")
        with pytest.raises(WrongState):
            service.use(session, newsroom.reporter, asset, other, "picture")
        with pytest.raises(WrongState):
            service.describe(session, newsroom.editor, asset, None, rights=Rights.OWN)
        with pytest.raises(WrongState):
            rights.write(session, newsroom.editor, asset, None, None, {"basis": Rights.OWN})
        (use,) = queries.used_in(session, asset)
        assert use.subject_uid == lead_uid


def test_a_withdrawal_is_recorded_told_and_says_why(newsroom: Newsroom, enter: Enter) -> None:
    uid = enter()
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        rights.withdraw(session, newsroom.chief, asset, "当事人要求")
        told = [it for it in bus.emitted(session) if isinstance(it, AssetWithdrawn)]
        assert told == [AssetWithdrawn(asset.id, newsroom.chief.id, "当事人要求")]
    with newsroom.database.unit(write=False) as session:
        entry = audit.history(session, queries.the_asset(session, uid))[0]
        assert (entry.action, entry.note) == ("withdraw", "当事人要求")
    heard = _notices(newsroom, "已撤下")
    assert "reporter" in heard
    assert "chief" not in heard


@pytest.mark.parametrize(
    ("who", "reason", "refusal"),
    [
        ("reporter", "为什么", Forbidden),
        ("editor", "为什么", Forbidden),
        ("town_editor", "为什么", Forbidden),
        ("chief", "", Invalid),
        ("chief", "  ", Invalid),
        ("committee", "为什么", None),
        ("leader", "为什么", None),
    ],
)
def test_who_may_withdraw(
    newsroom: Newsroom, enter: Enter, who: str, reason: str, refusal: type[Exception] | None
) -> None:
    uid = enter()
    if refusal is None:
        _withdraw(newsroom, uid, reason, who)
        return
    with pytest.raises(refusal):
        _withdraw(newsroom, uid, reason, who)
    with newsroom.database.unit(write=False) as session:
        assert queries.the_asset(session, uid).state == State.AVAILABLE
        assert session.scalar(select(func.count()).select_from(MediaRight)) == 0


def test_a_withdrawal_is_taken_back_with_the_rights_as_they_were(
    newsroom: Newsroom, enter: Enter, today: date
) -> None:
    uid = enter(rights=Rights.LICENSED, rights_until=today + timedelta(days=9), source="通讯站")
    _withdraw(newsroom, uid)
    with pytest.raises(WrongState):
        _withdraw(newsroom, uid)
    assert _summary(newsroom, uid) == (Rights.UNKNOWN, None)
    with newsroom.database.unit() as session:
        rights.restore(session, newsroom.chief, queries.the_asset(session, uid))
        assert isinstance(bus.emitted(session)[-1], AssetRestored)
    assert _summary(newsroom, uid) == (Rights.LICENSED, today + timedelta(days=9))
    with newsroom.database.unit(write=False) as session:
        assert len(queries.recent(session)) == 1


def test_what_was_made_of_it_goes_out_of_use_with_it(newsroom: Newsroom, enter: Enter) -> None:
    used, other = enter(width=240), enter(width=250)
    with newsroom.database.unit() as session:
        pictures = [queries.the_asset(session, uid) for uid in (used, other)]
        clip = service.request_clip(session, newsroom.reporter, pictures, "早市").uid
    _withdraw(newsroom, used)
    with newsroom.database.unit() as session:
        assert queries.the_asset(session, clip).state == State.WITHDRAWN
        assert queries.the_asset(session, other).state == State.AVAILABLE
        rights.restore(session, newsroom.chief, queries.the_asset(session, used))
        assert queries.the_asset(session, clip).state == State.WITHDRAWN
        rights.restore(session, newsroom.chief, queries.the_asset(session, clip))


def test_what_was_acted_upon_is_not_taken_back(newsroom: Newsroom, enter: Enter) -> None:
    uid = enter()
    _withdraw(newsroom, uid)
    for _again in range(2):
        with newsroom.database.unit() as session:
            rights.settle(session, queries.the_asset(session, uid))
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        assert asset.state == State.SETTLED
        with pytest.raises(WrongState) as refused:
            rights.restore(session, newsroom.chief, asset)
        assert "收回" in str(refused.value)
