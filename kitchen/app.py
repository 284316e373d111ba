"""What exists: the house put together, and its faces with everything mounted on them by name."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from flask import g, jsonify
from flask.typing import ResponseReturnValue

from kitchen import reactions, tasks, timetable, tokens
from kitchen.blueprints import APIS, DESK, READERS
from kitchen.config import Settings
from kitchen.core.db import Database
from kitchen.core.seal import Sealer
from kitchen.leads import queries as leads_queries
from kitchen.notifications.smtp import mailer_of
from kitchen.outlet import public
from kitchen.pacing import RedisPacer
from kitchen.people import signin
from kitchen.ports import Ports
from kitchen.presence import RedisPresence
from kitchen.roles import ROLES
from kitchen.screens import health, nav, roots, searchable
from kitchen.stores import sealed_of, store_of, tips_of
from kitchen.web import built, errors, headers, i18n, live, openapi, parts
from kitchen.web.api import PREFIX
from kitchen.web.face import Face
from kitchen.web.guard import anyone, demand_guards

UPLOAD_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class House:
    """One running instance: its settings, its database, and its ways out."""

    settings: Settings
    database: Database
    ports: Ports


def open_house(settings: Settings) -> House:
    """The house on its real parts. Opens no connection until the first use."""
    redis = tasks.connect(settings.redis_address)
    store, sealer = store_of(settings), Sealer(settings.seal_keys)
    database = Database(settings.database_url)
    ports = Ports(
        store=store,
        sealed=sealed_of(settings),
        sealer=sealer,
        bell=tasks.RqBell(redis, timetable.lanes(settings.deliverers), timetable.UNTIMED),
        live=live.RedisLive(redis),
        open_channel=tokens.channel_opener(store, tokens.shared_tokens(database, redis, sealer)),
        public_url=settings.public_url,
        desk_url=settings.desk_url,
        mailer=mailer_of(settings.smtp_url, settings.mail_from),
        pacer=RedisPacer(redis),
        presence=RedisPresence(redis),
    )
    return furnish(settings, database, ports)


def furnish(settings: Settings, database: Database, ports: Ports) -> House:
    """The house on the given parts: the database learns the reactions and the ways out."""
    database.info.update(
        ports=ports,
        reactions=reactions.table(ports),
        roles=ROLES,
        home=settings.home,
        searchable=searchable.SOURCES,
        tips=tips_of(settings),
        roots=roots.ROOTS,
        protected={"lead": leads_queries.is_protected},
    )
    return House(settings, database, ports)


def create_desk(house: House) -> Face:
    """The staff's face."""
    face = _face("kitchen.desk", house)
    signin.init_app(face, ROLES)
    nav.init_app(face)
    for blueprint in DESK:
        face.register_blueprint(blueprint)
    for api in APIS:
        face.register_blueprint(api)
    live.mount(face, tasks.connect(house.settings.redis_address))
    _mount_openapi(face)
    health.init_app(face, timetable.queues(house.settings.deliverers))
    demand_guards(face)
    return face


def create_public(house: House) -> Face:
    """The readers' face: no staff route, no session, no cookie."""
    face = _face("kitchen.public", house)
    public.init_app(face)
    for blueprint in (*READERS, health.process):
        face.register_blueprint(blueprint)
    demand_guards(face)
    return face


def _face(name: str, house: House) -> Face:
    face = Face(name, house.settings, house.database, house.ports)
    face.secret_key = house.settings.secret_key
    face.config.update(
        LANG=house.settings.lang, MAX_CONTENT_LENGTH=UPLOAD_LIMIT, MAX_FORM_MEMORY_SIZE=2_000_000
    )
    i18n.init_app(face)
    errors.init_app(face)
    headers.init_app(face)
    built.init_app(face)
    parts.give(face.jinja_env)
    face.jinja_env.globals["form_key"] = lambda: secrets.token_urlsafe(16)

    @face.context_processor
    def around() -> dict[str, object]:
        return {
            "actor": g.get("actor"),
            "locale": i18n.language(),
            "now": datetime.now(UTC),
        }

    return face


def _mount_openapi(face: Face) -> None:
    @cache  # a tenth of a second, which no other request should wait for
    def document() -> dict[str, Any]:
        endpoints = [endpoint for api in APIS for endpoint in api.endpoints]
        return openapi.document(endpoints, title="Central Kitchen", version="1")

    @face.get(f"{PREFIX}/openapi.json", endpoint="openapi")
    @anyone(by_hand=True)
    def show() -> ResponseReturnValue:
        return jsonify(document())
