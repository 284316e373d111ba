"""WeChat's diagnostics: how often a call may still be made, and what a refused one was."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, jsonify

from channels.sandbox import ledger
from channels.sandbox.beijing import beijing_day, beijing_time
from channels.sandbox.ledger import DRAFT, STATES
from channels.sandbox.stage import PlatformError, stage, whole
from channels.sandbox.store import next_number
from channels.sandbox.wechat_access import OK, RID, body, caller, text
from channels.sandbox.wechat_mass import DAILY

bp = Blueprint("wechat_quota", __name__, url_prefix="/cgi-bin")

CLEARINGS_A_MONTH = 10
RID_LIFE = 7 * 86_400
COUNTED = {
    "/cgi-bin/draft/add": (1000, ("draft", "article", "mass")),
    "/cgi-bin/freepublish/submit": (100, ("article",)),
    "/cgi-bin/message/mass/sendall": (DAILY, ("mass",)),
}
"""Calls that leave something: how often a day, and by which objects they are counted."""
Json = dict[str, Any]


@bp.post("/clear_quota")
def clear_quota() -> Response:
    asked = body()
    with stage().store.writing() as db:
        account = caller(db)
        if asked.get("appid") != account.account:
            raise PlatformError(40013, "invalid appid")
        month = beijing_time(stage().now()).strftime("%Y-%m")
        count = next_number(db, f"wechat_clear/{account.account}/{month}")
    if count > CLEARINGS_A_MONTH:
        raise PlatformError(48006, "forbid to clear quota because of reaching the limit")
    return jsonify(OK)


@bp.post("/openapi/quota/get")
def quota() -> Response:
    path = text(body(), "cgi_path")
    if path not in COUNTED:
        raise PlatformError(76021, "cgi_path not found")
    most, kinds = COUNTED[path]
    with stage().store.reading() as db:
        account = caller(db)
        if path.endswith("sendall"):
            most = whole(account.settings.get("mass_daily"), DAILY)
        today = beijing_day(stage().now()).timestamp()
        used = ledger.count(db, account.account, kinds, (DRAFT, *STATES), today)
    left = {"daily_limit": most, "used": used, "remain": max(most - used, 0)}
    rate = {"call_count": used, "refresh_second": 60}
    return jsonify(OK | {"quota": left, "rate_limit": rate})


@bp.post("/openapi/rid/get")
def rid() -> Response:
    """What a refused call was, for seven days."""
    asked = text(body(), "rid")
    with stage().store.reading() as db:
        caller(db)
        row = db.execute("SELECT value FROM meta WHERE name = ?", (RID + asked,)).fetchone()
    told: Json | None = json.loads(row["value"]) if row else None
    if told is None or stage().now() - told["invoke_time"] > RID_LIFE:
        raise PlatformError(76022, "could not use this rid")
    return jsonify(OK | {"request": told})
