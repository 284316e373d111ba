"""What all public pages of tips share: nobody hears of them, keeps them, or is looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response
from flask_babel import force_locale

from kitchen.core.errors import Refusal
from kitchen.outlet.readers import asked
from kitchen.ports import TipRoom
from kitchen.tips import taking
from kitchen.tips.taking import NoRoom
from kitchen.web import i18n
from kitchen.web.errors import status_of
from kitchen.web.face import g_face
from kitchen.web.guard import Guard

STRANGERS = Guard(sign_in=False, by_hand=True, secret=True)
_FULL = 507


def blueprint(name: str, module: str, prefix: str) -> Blueprint:
    """A blueprint of such pages."""
    bp = Blueprint(name, module, url_prefix=prefix)
    bp.url_defaults(_keep_language)
    bp.after_request(_tell_nobody)
    return bp


def _keep_language(_endpoint: str, values: dict[str, Any]) -> None:
    """Whoever chose a language by the address keeps it on the next page, without a cookie."""
    if chosen := asked():
        values.setdefault("lang", chosen)


def _tell_nobody(response: Response) -> Response:
    """No page that is linked from here learns of it, nobody keeps it, no search engine finds it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Permissions-Policy"] = "geolocation=(), camera=(), microphone=()"
    return response


def spoken(view: Callable[..., Any]) -> Callable[..., Any]:
    """In the language that the address asks for, refusals included."""

    @wraps(view)
    def said(**path: Any) -> Any:
        with force_locale(asked() or i18n.language()):
            return view(**path)

    return said


def room() -> TipRoom:
    """Where the house keeps its tips."""
    found: TipRoom = g_face().database.info["tips"]
    return found


def no_room(error: OSError) -> NoRoom:
    """The refusal of a full disk. Raises the error again if it is another one."""
    refusal = taking.no_room_or(error)
    if not isinstance(refusal, NoRoom):
        raise refusal
    return refusal


def status(refusal: Refusal) -> int:
    """The status of a refusal."""
    return _FULL if isinstance(refusal, NoRoom) else status_of(refusal)
