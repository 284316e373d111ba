"""What exists: the house put together, and its faces with everything mounted on them by name."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from flask import g, jsonify
from flask.typing import ResponseReturnValue

from assets.moving_store import MovingStore
from assets.sealed_store import SealedStore
from assets.store import Keeper
from assets.stores import UnknownStore, open_store
from kitchen import reactions, tasks, timetable, tokens
from kitchen.assignments import api as assignments_api
from kitchen.assignments import crew_api, crew_views
from kitchen.assignments import views as assignments
from kitchen.config import BadSetting, Settings
from kitchen.core.db import Database
from kitchen.core.seal import Sealer
from kitchen.feedback import api as inbox_api
from kitchen.feedback import setting_views as inbox_settings
from kitchen.feedback import views as inbox
from kitchen.leads import api as leads_api
from kitchen.leads import queries as leads_queries
from kitchen.leads import views as leads
from kitchen.matrix import api as matrix_api
from kitchen.matrix import group_api, group_views
from kitchen.matrix import views as matrix
from kitchen.matrix.campaigns import api as cleanups_api
from kitchen.matrix.campaigns import evidence_views, item_views
from kitchen.matrix.campaigns import views as cleanups
from kitchen.matrix.registry import api as registry_api
from kitchen.matrix.registry import filing_views, worker_views
from kitchen.matrix.registry import views as registry
from kitchen.media import api as media_api
from kitchen.media import (
    collection_views,
    paper_views,
    rights_views,
    shaping_views,
    share_views,
    sharing_api,
    tus_views,
)
from kitchen.media import views as media
from kitchen.media.filming import api as filming_api
from kitchen.media.filming import views as filming
from kitchen.notifications import api as notifications_api
from kitchen.notifications import settings_views
from kitchen.notifications import views as notifications
from kitchen.notifications.smtp import mailer_of
from kitchen.outlet import api as outlet_api
from kitchen.outlet import public
from kitchen.outlet import views as outlet
from kitchen.pacing import RedisPacer
from kitchen.patrols import api as patrols_api
from kitchen.patrols import views as patrols
from kitchen.people import api as people_api
from kitchen.people import signin
from kitchen.people import views as people
from kitchen.petitions import api as petitions_api
from kitchen.petitions import figure_views as petition_figures
from kitchen.petitions import public_api as questions_api
from kitchen.petitions import public_views as ask
from kitchen.petitions import views as petitions
from kitchen.planning import api as planning_api
from kitchen.planning import joint_api, joint_views
from kitchen.planning import views as planning
from kitchen.ports import Ports
from kitchen.presence import RedisPresence
from kitchen.publishing import api as publishing_api
from kitchen.publishing import (
    calendar_views,
    callback_views,
    correction_api,
    correction_views,
    media_views,
    scan_views,
    standstill_api,
    standstill_views,
    story_views,
)
from kitchen.publishing import views as publishing
from kitchen.review import api as review_api
from kitchen.review import bench_api, bench_views, setting_views
from kitchen.review import views as review
from kitchen.roles import ROLES
from kitchen.roster import api as roster_api
from kitchen.roster import views as roster
from kitchen.sanctions import api as sanctions_api
from kitchen.sanctions import views as sanctions
from kitchen.screens import api as screens_api
from kitchen.screens import (
    asset_uses,
    doors,
    health,
    nav,
    pocket_views,
    portal_api,
    portal_views,
    recalling_api,
    recalling_views,
    results,
    roots,
    search_views,
    searchable,
)
from kitchen.screens import views as screens
from kitchen.stories import api as stories_api
from kitchen.stories import (
    check_api,
    check_views,
    code_views,
    edition_views,
    together_api,
    together_views,
    version_views,
    writing_views,
)
from kitchen.stories import views as stories
from kitchen.stories.importing import api as importing_api
from kitchen.stories.importing import views as importing
from kitchen.topics import api as topics_api
from kitchen.topics import meeting_api as meetings_api
from kitchen.topics import meeting_views as meetings
from kitchen.topics import plan_views as plans
from kitchen.topics import views as topics
from kitchen.watch import api as watch_api
from kitchen.watch import views as watch
from kitchen.web import built, errors, headers, i18n, live, openapi
from kitchen.web.api import PREFIX, Api
from kitchen.web.face import Face
from kitchen.web.guard import anyone, demand_guards
from kitchen.wordlists import api as wordlists_api
from kitchen.wordlists import views as wordlists

UPLOAD_LIMIT = 64 * 1024 * 1024

BLUEPRINTS = (
    people.bp,
    screens.bp,
    search_views.bp,
    notifications.bp,
    settings_views.bp,
    leads.bp,
    topics.bp,
    plans.bp,
    meetings.bp,
    results.bp,
    assignments.bp,
    crew_views.bp,
    crew_views.calendars,
    media.bp,
    rights_views.bp,
    paper_views.bp,
    collection_views.bp,
    asset_uses.bp,
    recalling_views.bp,
    shaping_views.bp,
    tus_views.bp,
    filming.bp,
    importing.bp,
    stories.bp,
    writing_views.bp,
    together_views.bp,
    code_views.bp,
    edition_views.bp,
    version_views.bp,
    check_views.bp,
    check_views.alarms,
    wordlists.bp,
    review.bp,
    bench_views.bp,
    setting_views.bp,
    publishing.bp,
    correction_views.bp,
    scan_views.bp,
    standstill_views.bp,
    calendar_views.bp,
    story_views.bp,
    matrix.bp,
    registry.bp,
    filing_views.bp,
    worker_views.bp,
    cleanups.bp,
    item_views.bp,
    evidence_views.bp,
    group_views.bp,
    watch.bp,
    patrols.bp,
    sanctions.bp,
    planning.bp,
    roster.bp,
    inbox.bp,
    inbox_settings.bp,
    joint_views.bp,
    petition_figures.bp,
    petitions.bp,
    outlet.bp,
    doors.desk,
    portal_views.bp,
    pocket_views.bp,
)
APIS: tuple[Api, ...] = (
    people_api.api,
    screens_api.api,
    portal_api.api,
    notifications_api.api,
    leads_api.api,
    topics_api.api,
    meetings_api.api,
    assignments_api.api,
    crew_api.api,
    media_api.api,
    sharing_api.api,
    recalling_api.api,
    filming_api.api,
    importing_api.api,
    stories_api.api,
    together_api.api,
    check_api.api,
    wordlists_api.api,
    review_api.api,
    bench_api.api,
    publishing_api.api,
    correction_api.api,
    standstill_api.api,
    matrix_api.api,
    registry_api.api,
    cleanups_api.api,
    group_api.api,
    watch_api.api,
    patrols_api.api,
    sanctions_api.api,
    planning_api.api,
    roster_api.api,
    inbox_api.api,
    joint_api.api,
    petitions_api.api,
    outlet_api.api,
)


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


def store_of(settings: Settings) -> Keeper:
    """The open store, and while one is being left, both."""
    store = _opened(settings, settings.store_url, "store")
    if not settings.former_store_url:
        return store
    return MovingStore(store, _opened(settings, settings.former_store_url, "former"))


def sealed_of(settings: Settings) -> SealedStore:
    """The store of what must be encrypted."""
    return SealedStore(_opened(settings, settings.sealed_store_url, "sealed"), settings.seal_keys)


def _opened(settings: Settings, url: str, name: str) -> Keeper:
    try:
        return open_store(
            url,
            copies=settings.home / "copies" / name,
            most_copies=settings.store_copies * 2**20,
            endpoint=settings.s3_endpoint,
            readers=settings.s3_public_endpoint,
        )
    except UnknownStore as unknown:
        raise BadSetting(str(unknown)) from unknown


def furnish(settings: Settings, database: Database, ports: Ports) -> House:
    """The house on the given parts: the database learns the reactions and the ways out."""
    database.info.update(
        ports=ports,
        reactions=reactions.table(ports),
        roles=ROLES,
        home=settings.home,
        searchable=searchable.SOURCES,
        roots=roots.ROOTS,
        protected={"lead": leads_queries.is_protected},
    )
    return House(settings, database, ports)


def create_desk(house: House) -> Face:
    """The staff's face."""
    face = _face("kitchen.desk", house)
    signin.init_app(face, ROLES)
    nav.init_app(face)
    for blueprint in BLUEPRINTS:
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
    face.register_blueprint(callback_views.bp)
    face.register_blueprint(media_views.bp)
    face.register_blueprint(share_views.bp)
    face.register_blueprint(doors.bp)
    face.register_blueprint(ask.bp)
    face.register_blueprint(questions_api.api)
    face.register_blueprint(health.process)
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
