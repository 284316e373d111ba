"""Assets to test with: small pictures taken in once a test."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Page

from kitchen import app
from kitchen.core.access import Actor
from kitchen.media import collecting, intake, queries, service, sharing
from kitchen.media.intake import Intake
from kitchen.people.sessions import COOKIE
from kitchen.ports import Ports
from kitchen.web.face import Face
from tests.assets.films import film, halves, pattern, tone
from tests.assets.samples import encoded, photo
from tests.fixtures.newsroom import Door, Newsroom

Receive = Callable[..., Intake]
Enter = Callable[..., str]
Share = Callable[..., str]


@pytest.fixture
def receive(ports: Ports) -> Receive:
    """``receive(data, name)`` takes bytes in; without data, a small photo of ``width``."""

    def received(data: bytes | None = None, name: str = "大桥.jpg", width: int = 240) -> Intake:
        given = encoded(photo(width, 160)) if data is None else data
        return intake.receive(ports.store, io.BytesIO(given), name)

    return received


@pytest.fixture
def enter(newsroom: Newsroom, receive: Receive) -> Enter:
    """``enter(actor, width=…, rights=…)`` catalogues a photo of its own; answers its uid."""

    def entered(actor: Actor | None = None, width: int = 240, **said: Any) -> str:
        taken = receive(width=width)
        with newsroom.database.unit() as session:
            return service.catalogue(session, actor or newsroom.reporter, taken, **said).uid

    return entered


@pytest.fixture(scope="session")
def short_film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two seconds, small."""
    path = tmp_path_factory.mktemp("films") / "a.mp4"
    return film(path, halves(160, 90), sound=tone()).read_bytes()


@pytest.fixture(scope="session")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Long enough that there is time to interfere with what is made of it."""
    path = tmp_path_factory.mktemp("films") / "b.mp4"
    return film(path, pattern(640, 360, 12, 25), sound=tone(12)).read_bytes()


@pytest.fixture
def enter_film(newsroom: Newsroom, receive: Receive, short_film: bytes) -> Enter:
    """``enter_film(data, aigc=…)`` catalogues a film; answers its uid."""

    def entered(data: bytes = short_film, **said: Any) -> str:
        taken = receive(data, "桥.mp4")
        with newsroom.database.unit() as session:
            asset = service.catalogue(session, newsroom.reporter, taken)
            for name, value in said.items():
                setattr(asset, name, value)
            return asset.uid

    return entered


@pytest.fixture
def operator(
    address: str, sign_in: Door, new_context: Callable[..., BrowserContext]
) -> Callable[..., Page]:
    """A page of the operator, as wide as asked for."""

    def opened(width: int = 1280) -> Page:
        cookie = sign_in("operator").client.get_cookie(COOKIE)
        assert cookie is not None
        context = new_context(base_url=address, viewport={"width": width, "height": 900})
        context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": address}])
        context.route("**/live?*", lambda route: route.fulfill(status=204))  # nothing happens here
        return context.new_page()

    return opened


@pytest.fixture(scope="session")
def mounted_public() -> list[Face]:
    """The readers' face, once a test has asked for it."""
    return []


@pytest.fixture
def stranger(newsroom: Newsroom, mounted_public: list[Face]) -> FlaskClient:
    """Someone who has nothing but an address."""
    house = newsroom.house
    if not mounted_public:
        mounted_public.append(app.create_public(house))
    (face,) = mounted_public
    face.settings, face.database, face.ports = house.settings, house.database, house.ports
    return face.test_client()


@pytest.fixture
def share(newsroom: Newsroom) -> Share:
    """``share(uid, …)`` makes a link to an asset, or to a new collection of several; its path."""

    def shared(*uids: str, who: str = "editor", days: int = 7, **said: Any) -> str:
        actor = newsroom.actors[who]
        with newsroom.database.unit() as session:
            assets = [queries.the_asset(session, uid) for uid in uids]
            subject: Any = assets[0]
            if len(assets) > 1:
                subject = collecting.begin(session, actor, "荷花节图集", for_unit=True)
                collecting.put_in(session, actor, subject, assets)
            _, token = sharing.share(session, actor, subject, days=days, **said)
        return f"/shared/{token}"

    return shared


@pytest.fixture
def shift(newsroom: Newsroom) -> Iterator[Callable[[timedelta], None]]:
    def shifted(by: timedelta) -> None:
        newsroom.database.info["shift"] = by

    yield shifted
    newsroom.database.info.pop("shift", None)
