"""Fictitious platform accounts, their credentials, and the tokens issued to them.

Credentials are derived from one random seed kept since the first start, so they are random to
the outside and the same after every restart. What changes (access and refresh tokens) is rows.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from dataclasses import dataclass
from typing import Any

from channels.sandbox.stage import digest, fresh_id

CHANNELS = ("wechat", "weibo", "toutiao", "douyin", "kuaishou", "bilibili", "jpush", "getui")
LABELS = {
    "wechat": "公众号",
    "weibo": "微博",
    "toutiao": "头条号",
    "douyin": "抖音",
    "kuaishou": "快手",
    "bilibili": "哔哩哔哩",
    "jpush": "极光推送",
    "getui": "个推",
}

DAY = 86_400.0
FIRST_TOKENS = {
    "wechat": (),
    "weibo": (("access", "2.00", 157_679_999.0),),
    "toutiao": (("access", "act.", 15 * DAY), ("refresh", "rft.", 30 * DAY)),
    "douyin": (("access", "act.", 15 * DAY), ("refresh", "rft.", 30 * DAY)),
    "kuaishou": (("access", "ksat.", 2 * DAY), ("refresh", "ksrt.", 180 * DAY)),
    "bilibili": (("access", "bat.", 30 * DAY), ("refresh", "brt.", 180 * DAY)),
    "jpush": (),
    "getui": (),
}

SETTINGS: dict[str, type | tuple[type, ...]] = {
    "callback_url": str,  # where events are pushed; empty for none
    "callback_delay": (int, float),  # seconds between acceptance and event
    "callback_held": bool,  # keep events back until they are released
    "callback_aes": bool,  # WeChat: push them sealed
    "domains": list,  # Weibo: bound hosts instead of the default ones
    "articles_allowed": bool,  # Weibo: false for an account without headline articles (10014)
    "carrier_fails": bool,  # Weibo: the article is made, the post that carries it is not (11002)
    "hourly_posts": int,  # Weibo: quota, 0 for none
    "daily_posts": int,  # Douyin, Bilibili: quota, 0 for none
    "title_limit": int,  # WeChat: 32 as the page says, 64 as older clients use
    "publish_allowed": bool,  # WeChat: false for an unverified account (48001)
    "ip_refused": bool,  # WeChat: the caller is not on the allow-list (40164)
    "lists_offline": bool,  # Douyin: video_list and video_data are switched off (28001056)
    "webhook_text": bool,  # Douyin: the content of a callback is JSON inside a text
    "webhook_twice": bool,  # Douyin: each callback comes twice, with one Msg-Id
    "webhook_forged": bool,  # Douyin: callbacks are signed with a wrong secret
    "mass_daily": int,  # WeChat: mass sends a day, 1 as a subscription account, 0 for no limit
    "mass_monthly": int,  # WeChat: mass sends a month, 4 for a service account, 0 for no limit
    "mass_confirm": bool,  # WeChat: the administrator confirms each mass send (89504)
    "review_fields": bool,  # Douyin: still fill is_reviewed and video_status
    "phones": int,  # JPush, Getui: how many carry the app
    "phone_tags": list,  # JPush, Getui: the tags that some phone has; absent: every tag
    "minute_pushes": int,  # JPush: quota, 600 as for a free account
}


@dataclass(frozen=True, slots=True)
class Account:
    channel: str
    account: str
    """The platform's own id: appid, uid or open_id."""
    name: str
    credentials: dict[str, str]
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Token:
    token: str
    account: str
    kind: str
    issued_at: float
    expires_at: float


def _digits(seed: str, size: int) -> str:
    return "1" + str(int(digest(seed), 16))[: size - 1]


def _credentials(channel: str, seed: str, index: int) -> tuple[str, dict[str, str]]:
    """The account's id and its fixed credentials. One app serves all accounts but WeChat's."""
    own = digest(seed, channel, str(index))
    app = digest(seed, channel, "app")
    if channel == "wechat":
        appid = "wx" + own[:16]
        secret = digest(own, "secret")[:32]
        key = digest(own, "aes")[:42] + "A"
        return appid, {
            "appid": appid,
            "secret": secret,
            "token": digest(own, "token")[:24],
            "encoding_aes_key": key,
        }
    if channel == "weibo":
        uid = _digits(own, 10)
        return uid, {"app_key": _digits(app, 10), "app_secret": app[:32], "uid": uid}
    if channel == "kuaishou":
        open_id = own[:32]
        return open_id, {
            "app_id": "ks" + _digits(app, 18),
            "app_secret": app[:22],
            "open_id": open_id,
        }
    if channel == "jpush":
        return own[:24], {"app_key": own[:24], "master_secret": digest(own, "secret")[:24]}
    if channel == "getui":
        secret = digest(own, "secret")[:22]
        return own[:22], {"app_id": own[:22], "app_key": own[22:44], "master_secret": secret}
    if channel == "bilibili":
        secret = digest(app, "secret")[:32]
        return own[:32], {"client_id": app[:16], "client_secret": secret, "open_id": own[:32]}
    open_id = str(uuid.UUID(own[:32]))
    return open_id, {
        "client_key": "aw" + app[:14],
        "client_secret": digest(app, "secret")[:32],
        "open_id": open_id,
    }


def make(db: sqlite3.Connection, channel: str, now: float) -> Account:
    """Open one more account on a platform, with its first tokens."""
    seed = db.execute("SELECT value FROM meta WHERE name = 'seed'").fetchone()["value"]
    count = db.execute("SELECT count(*) FROM accounts WHERE channel = ?", (channel,)).fetchone()[0]
    account, credentials = _credentials(channel, seed, count)
    name = f"示范{LABELS[channel]}{count + 1}号"
    db.execute(
        "INSERT INTO accounts (channel, account, name, credentials, settings)"
        " VALUES (?, ?, ?, ?, '{}')",
        (channel, account, name, json.dumps(credentials)),
    )
    for kind, prefix, lifetime in FIRST_TOKENS[channel]:
        token = prefix + digest(seed, account, kind)[:48]
        issue(db, channel, account, kind, now=now, lifetime=lifetime, token=token)
    return Account(channel, account, name, credentials, {})


def ensure_one_each(db: sqlite3.Connection, now: float) -> None:
    """At least one account on every platform."""
    known = {row["channel"] for row in db.execute("SELECT DISTINCT channel FROM accounts")}
    for channel in CHANNELS:
        if channel not in known:
            make(db, channel, now)


def _account(row: sqlite3.Row) -> Account:
    return Account(
        row["channel"],
        row["account"],
        row["name"],
        json.loads(row["credentials"]),
        json.loads(row["settings"]),
    )


def get(db: sqlite3.Connection, account: str) -> Account | None:
    row = db.execute("SELECT * FROM accounts WHERE account = ?", (account,)).fetchone()
    return _account(row) if row else None


def every(db: sqlite3.Connection, channel: str = "") -> list[Account]:
    rows = db.execute(
        "SELECT * FROM accounts WHERE channel = ? OR ? = '' ORDER BY id", (channel, channel)
    )
    return [_account(row) for row in rows]


def described(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """All accounts with their fixed credentials and the tokens that are current now."""
    current: dict[str, dict[str, str]] = {}
    for row in db.execute(
        "SELECT account, kind, token FROM tokens WHERE kind IN ('access', 'refresh') ORDER BY id"
    ):
        current.setdefault(row["account"], {})[f"{row['kind']}_token"] = row["token"]
    return [
        {
            "channel": one.channel,
            "account": one.account,
            "name": one.name,
            **one.credentials,
            **current.get(one.account, {}),
            "settings": one.settings,
        }
        for one in every(db)
    ]


def change_settings(db: sqlite3.Connection, account: Account, changes: dict[str, Any]) -> None:
    settings = {**account.settings, **changes}
    db.execute(
        "UPDATE accounts SET settings = ? WHERE account = ?",
        (json.dumps(settings), account.account),
    )


def issue(
    db: sqlite3.Connection,
    channel: str,
    account: str,
    kind: str,
    *,
    now: float,
    lifetime: float,
    token: str = "",
    prefix: str = "",
    forced: bool = False,
) -> Token:
    """Give an account a token that lives for ``lifetime`` seconds."""
    value = token or fresh_id(prefix, 36)
    db.execute(
        "INSERT INTO tokens (token, channel, account, kind, issued_at, expires_at, forced)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (value, channel, account, kind, now, now + lifetime, int(forced)),
    )
    return Token(value, account, kind, now, now + lifetime)


def _token(row: sqlite3.Row | None) -> Token | None:
    if row is None:
        return None
    return Token(row["token"], row["account"], row["kind"], row["issued_at"], row["expires_at"])


def token(db: sqlite3.Connection, channel: str, value: str) -> Token | None:
    """The token of that value on that platform, expired or not."""
    row = db.execute(
        "SELECT * FROM tokens WHERE token = ? AND channel = ?", (value, channel)
    ).fetchone()
    return _token(row)


def newest(db: sqlite3.Connection, account: str, kind: str) -> Token | None:
    row = db.execute(
        "SELECT * FROM tokens WHERE account = ? AND kind = ? ORDER BY id DESC LIMIT 1",
        (account, kind),
    ).fetchone()
    return _token(row)


def limit_life(db: sqlite3.Connection, account: str, kind: str, until: float) -> None:
    """No token of this kind lives longer than ``until``; an empty kind means all of them."""
    db.execute(
        "UPDATE tokens SET expires_at = min(expires_at, ?)"
        " WHERE account = ? AND (kind = ? OR ? = '')",
        (until, account, kind, kind),
    )


def spend(db: sqlite3.Connection, value: str) -> bool:
    """Use up a single-use token; ``False`` if it was spent before (or never existed)."""
    return db.execute("DELETE FROM tokens WHERE token = ?", (value,)).rowcount == 1
