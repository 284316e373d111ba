"""Languages at the edge: which one a visitor reads, and how our sentences are said in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, g, request
from flask_babel import Babel, get_locale, gettext, ngettext
from markupsafe import Markup, escape

from kitchen.core.clock import CENTRE
from kitchen.core.errors import N_, Refusal, Sentence
from kitchen.core.languages import TRANSLATIONS

LOCALES = {"zh": "中文", "en": "English"}
COOKIE = "lang"
MINUTE, HOUR, DAY = 60, 3600, 86_400


def language() -> str:
    """The visitor's language: their own setting, the cookie of a passer-by, the house's default."""
    actor = getattr(g, "actor", None)
    if actor is not None:
        return str(actor.locale)
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LOCALES else str(current_app.config["LANG"])


def say(sentence: Sentence | str) -> str:
    """A sentence from inside the house in the visitor's language."""
    if isinstance(sentence, str):
        return words(sentence) if sentence else ""
    return words(sentence.message) % _said(sentence.params)


def say_refusal(refusal: Refusal) -> str:
    if refusal.params:
        return words(refusal.message) % _said(refusal.params)
    return words(refusal.message)


def _said(params: Mapping[str, Any]) -> dict[str, Any]:
    """The values for a sentence's places, those that are sentences themselves said as well."""
    return {
        name: say(value) if isinstance(value, Sentence) else value for name, value in params.items()
    }


def init_app(app: Flask) -> None:
    """Set up the catalogues, and the filters with which templates show moments."""
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    app.config["BABEL_DEFAULT_TIMEZONE"] = CENTRE.key
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, locale_selector=language)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True
    )
    app.jinja_env.globals["_"] = _words
    app.jinja_env.filters.update(
        clock=clock, day=day, moment=moment, ago=ago, say=say, choices=choices
    )


def _words(message: str, /, **values: Any) -> Markup:
    """What templates call ``_``: a message, with the values escaped that it names.

    A page says hundreds of words, most of them the same on every page: what needs no value is
    looked up and made safe once.
    """
    if not values:
        return _plain_words(spoken(), message)
    return Markup(gettext(message)) % values  # noqa: S704 - our own messages


def spoken() -> str:
    """The language in which words are said just now: the visitor's, or one that was asked for.

    Flask-Babel keeps it on ``g``, and looks there four times whenever it is asked; a page asks
    some hundred times.
    """
    locale = getattr(g.get("_flask_babel"), "babel_locale", None) or get_locale()
    return str(locale.language)


@lru_cache(maxsize=8192)
def _plain_words(lang: str, message: str) -> Markup:
    return Markup(gettext(message)) % {}  # noqa: S704


def words(message: str) -> str:
    """One of our messages as it stands, its places not filled in: looked up once for a language."""
    return _looked_up(spoken(), message)


@lru_cache(maxsize=8192)
def _looked_up(_lang: str, message: str) -> str:
    return gettext(message)


def choices(labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """A table of labels as the options of a select, in the visitor's language."""
    lang = spoken()
    return [(str(value), _looked_up(lang, label)) for value, label in labels.items()]


def clock(when: datetime) -> str:
    """Hours and minutes on the newsroom's wall."""
    return f"{when.astimezone(CENTRE):%H:%M}"


def day(when: datetime | date) -> str:
    """The calendar day, in words."""
    local = when.astimezone(CENTRE) if isinstance(when, datetime) else when
    return words(N_("%(month)s月%(day)s日")) % {"month": local.month, "day": local.day}


def moment(when: datetime | None) -> Markup:
    """Day and time as a ``<time>`` element; the exact moment is in the attribute."""
    if when is None:
        return Markup("")
    local = when.astimezone(CENTRE)
    shown = f"{day(local)} {local:%H:%M}"
    if local.year != datetime.now(CENTRE).year:
        shown = f"{local.year}-{local:%m-%d %H:%M}"
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(), escape(shown))


def ago(when: datetime) -> str:
    """How long it is past (or ahead), roughly."""
    seconds = (datetime.now(CENTRE) - when).total_seconds()
    past, size = seconds >= 0, abs(seconds)
    for unit, one_past, one_ahead in (
        (DAY, N_("%(n)s 天前"), N_("%(n)s 天后")),
        (HOUR, N_("%(n)s 小时前"), N_("%(n)s 小时后")),
        (MINUTE, N_("%(n)s 分钟前"), N_("%(n)s 分钟后")),
    ):
        if size >= unit:
            return words(one_past if past else one_ahead) % {"n": int(size // unit)}
    return words(N_("刚刚"))
