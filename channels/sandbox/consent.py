"""The user's consent on the platforms' OAuth pages: given at once, brought back by redirect.

Only to where the application is at home: a loopback host or a bound one.
"""

from __future__ import annotations

import sqlite3
from urllib.parse import urlencode

from flask import redirect, request
from werkzeug.wrappers import Response

from channels.sandbox import accounts
from channels.sandbox.accounts import Account
from channels.sandbox.stage import PlatformError, host_of, stage

CODE_LIFE = 600.0


def consenting(db: sqlite3.Connection, channel: str, refusal: PlatformError) -> Account:
    """The account that ``login`` names, the platform's first one if absent.

    Raises ``refusal`` if the consent would return to a stranger.
    """
    if host_of(request.args.get("redirect_uri", "")) not in stage().domains:
        raise refusal
    named = accounts.get(db, request.args.get("login", ""))
    return named if named and named.channel == channel else accounts.every(db, channel)[0]


def agreed(db: sqlite3.Connection, account: Account) -> Response:
    """Back to the application with a code that works once, within ten minutes."""
    code = accounts.issue(
        db, account.channel, account.account, "code", now=stage().now(), lifetime=CODE_LIFE
    )
    target = request.args["redirect_uri"]
    answer = urlencode({"code": code.token, "state": request.args.get("state", "")})
    return redirect(f"{target}{'&' if '?' in target else '?'}{answer}")
