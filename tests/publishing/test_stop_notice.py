"""A stop notice that the house publishes is proved by its receipt."""

from __future__ import annotations

from kitchen.core.access import HOUSE
from kitchen.matrix.campaigns import closing, queries
from kitchen.matrix.campaigns.rules import Cause, Closing
from kitchen.publishing import announce
from tests.publishing.conftest import Outside


def _begun(outside: Outside) -> str:
    """The account's closing, whose stop notice is the story that is approved for it."""
    story = outside.approve()
    with outside.database.unit() as session:
        account = session.merge(outside.accounts[0])
        office = outside.newsroom.cyberspace
        made = closing.open_closing(
            session, office, account, cause=Cause.SANCTION, basis="《办法》第九条"
        )
        closing.take_story(session, HOUSE, made, story.uid)
        return made.uid


def test_once_it_is_live_its_address_stands_at_the_closing(outside: Outside) -> None:
    uid = _begun(outside)
    announce.announce(outside.database)
    with outside.database.unit(write=False) as session:
        assert queries.the_closing(session, uid).state == Closing.APPROVED
    outside.carry()
    announce.announce(outside.database)
    with outside.database.unit(write=False) as session:
        found = queries.the_closing(session, uid)
        assert found.state == Closing.ANNOUNCED
        assert found.notice_url == outside.rows()[0].remote_url
        assert found.announced_at is not None


def test_what_a_person_proved_meanwhile_stays(outside: Outside) -> None:
    uid = _begun(outside)
    with outside.database.unit() as session:
        found = queries.the_closing(session, uid)
        closing.announce(session, HOUSE, found, url="https://a.cn/1", at=found.created_at)
    outside.carry()
    announce.announce(outside.database)
    with outside.database.unit(write=False) as session:
        assert queries.the_closing(session, uid).notice_url == "https://a.cn/1"
