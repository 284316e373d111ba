"""Refusals at the edge: a status, a sentence in the visitor's language, and nothing of the inside.

Programs get problem details (RFC 9457) with a stable ``code``; people get a page, or a toast when
a fragment was asked for. What was not permitted goes into the audit, in a unit of work of its own.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

import structlog
from flask import (
    Response,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from assets.store import Absent, StoreUnavailable
from kitchen.core import audit
from kitchen.core.access import HOUSE
from kitchen.core.errors import (
    N_,
    Duplicate,
    Forbidden,
    Invalid,
    NotFound,
    NotSignedIn,
    Refusal,
    Stale,
    TooLarge,
    TooOften,
    WrongState,
)
from kitchen.web.face import SAFE_METHODS, Face, unit
from kitchen.web.i18n import say, say_refusal

log = structlog.get_logger(__name__)

STATUS: dict[type[Refusal], int] = {
    Invalid: 422,
    NotSignedIn: 401,
    Forbidden: 403,
    NotFound: 404,
    WrongState: 409,
    Stale: 409,
    Duplicate: 409,
    TooLarge: 413,
    TooOften: 429,
}

HTTP_SENTENCES = {
    400: N_("请求不完整，请返回上一页再试。"),
    404: N_("没有这个页面，可能地址有误或内容已移走。"),
    405: N_("这个地址不能这样使用。"),
    413: N_("文件太大，请压缩后再传。"),
    415: N_("不支持这种格式。"),
    429: N_("操作太频繁，请稍后再试。"),
}


def status_of(refusal: Refusal) -> int:
    return next((code for kind, code in STATUS.items() if isinstance(refusal, kind)), 400)


def init_app(face: Face) -> None:
    """Give the face a sentence for everything that can go wrong."""
    face.register_error_handler(Refusal, _on_refusal)
    face.register_error_handler(HTTPException, _on_http)
    face.register_error_handler(CSRFError, _on_forged)
    face.register_error_handler(StaleDataError, _on_stale)
    face.register_error_handler(IntegrityError, _on_twin)
    face.register_error_handler(DataError, _on_what_no_database_holds)
    face.register_error_handler(OverflowError, _on_what_no_database_holds)
    face.register_error_handler(OperationalError, _on_database_away)
    face.register_error_handler(StoreUnavailable, store_away)
    face.register_error_handler(Absent, _on_bytes_gone)
    face.register_error_handler(Exception, _on_surprise)


def wants_json() -> bool:
    return request.path.startswith(("/api/", "/content/", "/files/")) or (
        request.accept_mimetypes.best in {"application/json", "text/event-stream"}
    )


def answer(status: int, code: str, sentence: str, **more: Any) -> Response:
    """The refusal in the form that the visitor can use."""
    if wants_json():
        body = {
            "type": "about:blank",
            "title": sentence,
            "status": status,
            "code": code,
            "instance": request.path,
            "request_id": g.get("request_id", ""),
            **more,
        }
        response = jsonify(body)
        response.mimetype = "application/problem+json"
    elif request.headers.get("HX-Request"):
        response = Response(render_template("_parts/toast_error.html", sentence=sentence))
        response.headers["HX-Retarget"] = "#toasts"
        response.headers["HX-Reswap"] = "beforeend"
    else:
        response = Response(
            render_template("_layout/error.html", status=status, sentence=sentence, code=code)
        )
    response.status_code = status
    return response


def _on_refusal(refusal: Refusal) -> Any:
    if isinstance(refusal, NotSignedIn) and not wants_json():
        return _to_sign_in(refusal)
    if isinstance(refusal, Forbidden):
        _note_forbidden(refusal)
    more: dict[str, Any] = {}
    if isinstance(refusal, Invalid):
        more["fields"] = {name: say(told) for name, told in refusal.fields.items()}
    if isinstance(refusal, Stale):
        more["theirs"] = refusal.theirs
        more["version"] = refusal.params.get("version")
    response = answer(status_of(refusal), refusal.reason, say_refusal(refusal), **more)
    if isinstance(refusal, TooOften):
        response.headers["Retry-After"] = str(refusal.params.get("seconds", 30))
    return response


def _to_sign_in(refusal: Refusal) -> Response:
    if request.headers.get("HX-Request"):
        response = answer(401, refusal.reason, say_refusal(refusal))
        response.headers["HX-Redirect"] = url_for("people.sign_in")
        return response
    flash(say_refusal(refusal), "info")
    here = request.full_path.rstrip("?") if request.method in SAFE_METHODS else "/"
    to_sign_in = redirect(url_for("people.sign_in", next=here))
    assert isinstance(to_sign_in, Response)
    return to_sign_in


def _note_forbidden(refusal: Forbidden) -> None:
    with unit() as session:
        audit.record(
            session,
            g.get("actor") or HOUSE,
            "forbidden",
            f"{request.method} {request.path}"[:64],
            note=str(refusal.params.get("permission", "")),
        )


def _told_of(error: Exception) -> dict[str, Any]:
    """What a log says of an error: all that helps; but where the answer is secret, neither the
    address, nor the words of the error, which may repeat what somebody sent.
    """
    told: dict[str, Any] = {"request_id": g.get("request_id")}
    rule, view = request.url_rule, current_app.view_functions.get(request.endpoint or "")
    if rule is not None and getattr(getattr(view, "guard", None), "secret", False):
        frames = traceback.extract_tb(error.__traceback__)
        came_by = [f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in frames]
        return {**told, "place": rule.rule, "kind": type(error).__name__, "came_by": came_by}
    return {**told, "path": request.path, "error": repr(error), "exc_info": error}


def _on_http(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400:
        return error
    sentence = HTTP_SENTENCES.get(status, N_("这个请求没有办成，请返回上一页再试。"))
    return answer(status, f"http_{status}", gettext(sentence))


def _on_forged(_error: CSRFError) -> Any:
    return answer(
        400,
        "form_expired",
        gettext("页面放得太久，没有提交。请刷新后再试，填写的内容还在。"),
    )


def _on_stale(_error: StaleDataError) -> Any:
    return _on_refusal(Stale())


def _on_twin(error: IntegrityError) -> Any:
    log.warning("constraint_refused", error=str(error.orig))
    return _on_refusal(Duplicate())


def _on_what_no_database_holds(error: Exception) -> Any:
    """A number beyond all bounds, a NUL in an address: nothing that a page of ours sends."""
    log.warning("value_refused", **_told_of(error))
    sentence = gettext("有一个数字太大，或者含有看不见的控制字符，没有办成。请改正后再试。")
    return answer(400, "value_out_of_range", sentence)


def _on_database_away(error: OperationalError) -> Any:
    log.error("database_away", error=str(error.orig), request_id=g.get("request_id"))
    sentence = gettext("数据库暂时忙，没有保存。请稍候再试，填写的内容还在。")
    response = answer(503, "database_busy", sentence)
    response.headers["Retry-After"] = "5"
    return response


def store_away(error: StoreUnavailable) -> Response:
    log.error("store_away", error=str(error), request_id=g.get("request_id"))
    sentence = gettext("素材库暂时连不上，没有办成。请稍候再试，收到过的文件都还在。")
    response = answer(503, "store_away", sentence)
    response.headers["Retry-After"] = "10"
    return response


def _on_bytes_gone(error: Absent) -> Any:
    """A row names bytes that are not there, or not what they were: they are served to nobody."""
    log.error("bytes_gone", **_told_of(error))
    sentence = gettext("这个文件在素材库里缺失或已损坏，不能提供。请告诉管理员从备份恢复。")
    return answer(404, "bytes_gone", sentence)


def _on_surprise(error: Exception) -> Any:
    log.error("surprise", **_told_of(error))
    sentence = gettext(
        "系统出了差错，已记录，值班人员会处理。编号：%(id)s", id=g.get("request_id", "")
    )
    return answer(500, "internal", sentence)
