"""The centre's accounts, each connected to the platform sandbox by its fictitious credentials.

Connecting again changes nothing; a sandbox that was wiped, or that answers at another address
since, has its accounts read anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.base import ChannelError
from channels.http import Veil, Wire
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Refusal
from kitchen.demo.cast import CENTRE, NAMES
from kitchen.matrix import queries, service
from kitchen.matrix.models import Account
from kitchen.outlet import queries as outlet_queries
from kitchen.outlet import service as outlet
from kitchen.people.models import Unit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
OUR_APP = "青禾区融媒体中心中央厨房"
"""Under which name our newsroom sends to our own app."""

Found = Mapping[str, Any]
"""An account as the sandbox describes it."""


class NoSandbox(Refusal):
    """The platforms cannot be reached."""

    code = "no_sandbox"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the platforms and our own app answer, without a final slash."""

    sandbox: str
    public: str

    def home_of(self, channel: str) -> str:
        """Where readers find an account."""
        return f"{self.public}/" if channel == "outlet" else f"{self.sandbox}/?channel={channel}"

    @property
    def host(self) -> str:
        return urlsplit(self.public).hostname or ""


Settings = Callable[[Place, Found], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """An account that the centre has: its channel, name, and how its settings are found."""

    channel: str
    name: str
    followers: int
    settings: Settings
    identity: str = ""
    """Which of the sandbox's credentials names the account; empty where nobody there knows it."""


def _wechat(place: Place, found: Found) -> dict[str, Any]:
    return {
        "app_id": found["appid"],
        "app_secret": found["secret"],
        "base_url": f"{place.sandbox}/wechat",
        "allowed_hosts": f"mp.weixin.qq.com,{urlsplit(place.sandbox).hostname}",
    }


def _weibo(place: Place, found: Found) -> dict[str, Any]:
    return {
        "uid": found["uid"],
        "access_token": found["access_token"],
        "bound_domain": place.host,
        "server_ip": "127.0.0.1",
        "base_url": f"{place.sandbox}/weibo",
        "site_url": f"{place.sandbox}/weibo",
        "posts_per_hour": 0,
    }


def _open_platform(place: Place, found: Found) -> dict[str, Any]:
    names = ("client_key", "client_secret", "open_id", "refresh_token")
    return {**{name: found[name] for name in names}, "base_url": f"{place.sandbox}/douyin"}


def _toutiao(place: Place, found: Found) -> dict[str, Any]:
    base = f"{place.sandbox}/toutiao"
    return {**_open_platform(place, found), "base_url": base, "auth_url": base}


def _kuaishou(place: Place, found: Found) -> dict[str, Any]:
    names = ("app_id", "app_secret", "refresh_token")
    return {
        **{name: found[name] for name in names},
        "base_url": f"{place.sandbox}/kuaishou",
        "upload_hosts": str(urlsplit(place.sandbox).hostname),
    }


def _by_hand(site: str) -> Settings:
    """A person carries the piece there; in the demo they may do so in the sandbox's own editor."""
    return lambda place, found: {"allowed_hosts": f"{site},{urlsplit(place.sandbox).hostname}"}


def _outlet(place: Place, found: Found) -> dict[str, Any]:
    return {"base_url": place.public, **found}


PLANS = (
    Plan("outlet", "知青禾客户端", 52_300, _outlet),
    Plan("wechat", "青禾区政务", 35_200, _wechat, "appid"),
    Plan("weibo", "青禾区政务微博", 18_600, _weibo, "uid"),
    Plan("toutiao", "知青禾头条号（视频）", 9_400, _toutiao, "open_id"),
    Plan("toutiao_article", "知青禾头条号（图文）", 9_400, _by_hand("toutiao.com")),
    Plan("douyin", "知青禾抖音号", 21_700, _open_platform, "open_id"),
    Plan("kuaishou", "知青禾快手号", 12_100, _kuaishou, "open_id"),
    Plan("shandian", "知青禾闪电号", 6_800, _by_hand("iqilu.com")),
)
"""The six accounts that were handed to the centre, and what stands beside them since."""

CHANNELS = tuple(plan.channel for plan in PLANS)


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The sandbox's accounts, as it told them; one of each platform."""

    place: Place
    accounts: Mapping[str, Found] = field(repr=False)


def ask_sandbox(place: Place, patience: float = 0.0) -> Sandbox:
    """Read the fictitious credentials; a sandbox that is starting has ``patience`` seconds.

    Raises :class:`NoSandbox`.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            return _asked(place)
        except NoSandbox:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def _asked(place: Place) -> Sandbox:
    """The accounts now. Our domain is bound where it is not this machine's."""
    wire = Wire(place.sandbox, Veil())
    try:
        told = wire.send("GET", "/__sim__/state").object()["accounts"]
        first = {account["channel"]: account for account in reversed(told)}
        if place.host not in LOOPBACK:
            path = f"/__sim__/accounts/{first['weibo']['account']}/settings"
            wire.send("POST", path, body={"domains": [place.host]})
    except (ChannelError, KeyError) as error:
        raise NoSandbox(
            N_("平台沙箱 %(url)s 没有应答（%(why)s）。请确认系统正在运行，再试一次。"),
            url=place.sandbox,
            why=type(error).__name__,
        ) from error
    return Sandbox(place, first)


def connect(session: Session, admin: Actor, sandbox: Sandbox) -> int:
    """Register what is missing, renew what changed; answers how many accounts that were."""
    centre = session.scalars(select(Unit).where(Unit.name == CENTRE)).one()
    known = {
        account.channel: account
        for account in queries.accounts(session, enabled=None)
        if account.unit_id == centre.id and account.name in _NAMES
    }
    return sum(
        _connect_one(session, admin, plan, sandbox, centre, known.get(plan.channel))
        for plan in PLANS
    )


_NAMES = frozenset(plan.name for plan in PLANS)


def _connect_one(
    session: Session,
    admin: Actor,
    plan: Plan,
    sandbox: Sandbox,
    centre: Unit,
    known: Account | None,
) -> bool:
    found = sandbox.accounts.get(plan.channel, {})
    if known is None:
        settings = _wanted(session, admin, plan, sandbox)
        _register(session, admin, plan, settings, found, centre, sandbox.place)
        return True
    wanted = plan.settings(sandbox.place, found)
    held = service.settings_of(session, known)
    home = sandbox.place.home_of(plan.channel)
    same = all(held.get(name) == value for name, value in wanted.items())
    if same and known.public_url == home:
        return False
    settings = {**held, **wanted}
    handle = _handle(plan, found, settings)
    service.change_account(session, admin, known, None, settings, handle=handle, public_url=home)
    return True


def _wanted(session: Session, admin: Actor, plan: Plan, sandbox: Sandbox) -> dict[str, Any]:
    """The settings of a new account; our own app gives its key when we register with it."""
    if plan.channel != "outlet":
        return plan.settings(sandbox.place, sandbox.accounts.get(plan.channel, {}))
    name = OUR_APP
    if outlet_queries.client_by_name(session, name) is not None:
        name = f"{OUR_APP}（重新登记）"
    key_id, secret = outlet.register_client(session, admin, name)
    return plan.settings(sandbox.place, {"key_id": key_id, "secret": secret})


def _handle(plan: Plan, found: Found, settings: Mapping[str, Any]) -> str:
    if plan.channel == "outlet":
        return str(settings["key_id"])
    return str(found[plan.identity]) if plan.identity else f"qinghe-{plan.channel}"


def _register(
    session: Session,
    admin: Actor,
    plan: Plan,
    settings: Mapping[str, Any],
    found: Found,
    centre: Unit,
    place: Place,
) -> None:
    service.register_account(
        session,
        admin,
        channel=plan.channel,
        name=plan.name,
        handle=_handle(plan, found, settings),
        unit=centre,
        settings=settings,
        followers=plan.followers,
        public_url=place.home_of(plan.channel),
        principal=NAMES["head"],
        supervisor=NAMES["deputy"],
        office="新媒体部",
        keepers=NAMES["operator"],
    )
