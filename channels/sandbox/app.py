"""The sandbox as one Flask application: what is mounted where."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import MethodNotAllowed

from channels.sandbox import (
    accounts,
    audience,
    bilibili,
    bilibili_archive,
    bilibili_upload,
    control,
    douyin,
    douyin_share,
    douyin_talk,
    douyin_webhook,
    faults,
    getui,
    handoff,
    jpush,
    kuaishou,
    kuaishou_upload,
    reader,
    toutiao,
    wechat,
    wechat_control,
    weibo,
    weibo_article,
    weibo_talk,
)
from channels.sandbox.media import MB
from channels.sandbox.stage import LOOPBACK, PlatformError, Stage
from channels.sandbox.store import Store

CONTENT_POLICY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self' 'unsafe-inline';"
    " form-action 'self'; base-uri 'none'"
)
LONGEST_FORM_FIELD = 4 * MB
"""A Weibo article of 90 000 characters, percent-encoded, is longer than Flask's default."""


class PlainJson(DefaultJSONProvider):
    """Platforms answer UTF-8 and keep their fields in order."""

    ensure_ascii = False
    sort_keys = False


class SandboxFlask(Flask):
    json_provider_class = PlainJson


def create_sandbox(
    home: Path,
    public_base: str,
    *,
    bound_domains: Sequence[str] = (),
    clock: Callable[[], float] = time.time,
) -> Flask:
    """The platforms, with their memory under ``home``.

    ``public_base`` is the address under which this application is reached; all addresses in
    answers begin with it. ``bound_domains`` are hosts, besides the loopback ones, to which a
    Weibo post may link and an OAuth consent may return. ``clock`` answers Unix time.
    """
    base = public_base.rstrip("/")
    own = urlsplit(base).hostname or ""
    domains = tuple(dict.fromkeys((*LOOPBACK, own, *bound_domains)))
    app = SandboxFlask(__name__)
    app.config["MAX_FORM_MEMORY_SIZE"] = LONGEST_FORM_FIELD
    app.url_map.strict_slashes = False
    stage = Stage(Store(home), base, clock, domains)
    app.extensions["sandbox"] = stage
    with stage.store.writing() as db:
        accounts.ensure_one_each(db, clock())
    _mount(app)
    return app


def _mount(app: Flask) -> None:
    faults.watch(app)
    for module in (
        control,
        audience,
        wechat_control,
        wechat,
        weibo,
        weibo_article,
        weibo_talk,
        toutiao,
        douyin,
        douyin_share,
        douyin_talk,
        douyin_webhook,
        kuaishou,
        kuaishou_upload,
        bilibili,
        bilibili_upload,
        bilibili_archive,
        jpush,
        getui,
        reader,
        handoff,
    ):
        app.register_blueprint(module.bp)
    app.register_error_handler(PlatformError, _refused_nowhere)
    app.register_error_handler(405, _wrong_method)
    app.after_request(_guarded)
    app.jinja_env.filters.update(beijing=reader.beijing, linked=reader.linked)


def _refused_nowhere(error: PlatformError) -> tuple[Response, int]:
    """A fault on an address that belongs to no platform."""
    return jsonify(error_code=error.code, error=error.words), 400


def _wrong_method(error: MethodNotAllowed) -> MethodNotAllowed | Response:
    if not request.path.startswith("/wechat/cgi-bin/"):
        return error
    needs_post = "POST" in (error.valid_methods or ())
    code, words = (43002, "require POST method") if needs_post else (43001, "require GET method")
    return jsonify(errcode=code, errmsg=words)


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
