"""The pages of planning and of the watch in a real browser: nobody is shut out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page

from kitchen.core import clock
from kitchen.matrix.queries import accounts as all_accounts
from kitchen.people.sessions import COOKIE
from kitchen.planning import service
from kitchen.stories import queries as stories
from kitchen.watch.models import ForeignPost
from tests.fixtures.newsroom import Door, Newsroom

Write = Callable[..., str]
pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def places(newsroom: Newsroom, write: Write) -> list[str]:
    """Every page of both stations, with something on it."""
    uid = write()
    with newsroom.database.unit() as session:
        now, story = clock.now(session), stories.the_story(session, uid)
        story.in_unison = True
        campaign = service.begin_campaign(session, newsroom.operator, name="防御台风")
        service.add_piece(session, newsroom.operator, campaign, story)
        account = all_accounts(session)[0]
        account.access_until = now + timedelta(days=5)
        moments = {"posted_at": now, "seen_at": now}
        post = ForeignPost(
            account_id=account.id, unit_id=account.unit_id, remote_id="x-1", title="低价", **moments
        )
        session.add(post)
        session.flush()
        tomorrow = f"{clock.local(now) + timedelta(days=1):%Y-%m-%dT%H:%M}"
        return [
            "/planning",
            "/planning/campaigns/new",
            f"/planning/campaigns/{campaign.uid}",
            f"/planning/campaigns/{campaign.uid}/slots?start={tomorrow}&gap=5",
            "/planning/statements",
            f"/planning/statements/{uid}",
            "/planning/mobile_first",
            f"/stories/{uid}/editions",
            "/matrix/patrol",
            f"/matrix/patrol/{post.uid}",
            "/matrix/accounts",
            f"/matrix/accounts/{account.uid}",
        ]


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_shuts_anyone_out(
    address: str,
    places: list[str],
    sign_in: Door,
    new_context: Callable[..., BrowserContext],
    axe: Callable[[Page], None],
    width: int,
) -> None:
    cookie = sign_in("operator").client.get_cookie(COOKIE)
    assert cookie is not None
    context = new_context(base_url=address, viewport={"width": width, "height": 900})
    context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": address}])
    context.route("**/live?*", lambda route: route.fulfill(status=204))  # nothing happens here
    page = context.new_page()
    for place in places:
        page.goto(place)
        axe(page)
