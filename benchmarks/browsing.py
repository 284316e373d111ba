"""Real pages of Chromium, with somebody of the demo newsroom signed in."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from kitchen import app
from kitchen.demo import desk
from kitchen.people.models import SignInSession
from kitchen.people.service import hash_of
from kitchen.people.sessions import COOKIE
from tests.fixtures.browser import FLAGS, chromium
from tests.fixtures.product import Product


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium, until the block ends."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield running
        running.close()


def signed_in(browser: Browser, product: Product, who: str, **details: Any) -> BrowserContext:
    """A browser of their own, with nothing kept but what signs ``who`` in."""
    address = f"http://127.0.0.1:{product.settings.port}"
    context = browser.new_context(base_url=address, **details)
    context.add_cookies([{"name": COOKIE, "value": token(product.house, who), "url": address}])
    return context


def token(house: app.House, who: str) -> str:
    """What the cookie of ``who`` holds."""
    made = secrets.token_urlsafe(16)
    with desk.acting(house, who) as (session, actor):
        now = datetime.now(UTC)
        data = {"_user_id": actor.uid, "csrf_token": "x"}
        row = SignInSession(token_hash=hash_of(made), staff_uid=actor.uid, data=data)
        row.created_at = row.seen_at = now
        session.add(row)
    return made
