"""Where a person publishes by hand: a plain form for each platform without a machine interface.

It stands for the platform's own editor, so that a hand-off can be closed with a public address
that opens. The link with the fingerprint is a field, as an operator would paste it.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for

from channels.sandbox import ledger, media
from channels.sandbox.editors import EDITORS, Editor
from channels.sandbox.ledger import Thing
from channels.sandbox.media import GB, Oversize
from channels.sandbox.reader import gone, render_thing
from channels.sandbox.stage import PlatformError, fresh_id, json_object, stage
from channels.sandbox.store import next_number

bp = Blueprint("handoff", __name__, url_prefix="/handoff")
FILE_BYTES = 2 * GB


@bp.errorhandler(PlatformError)
def refused(error: PlatformError) -> Any:
    """The form again, with what was typed and what is wrong with it; or JSON for a program."""
    if _wants_json():
        return jsonify(code=error.code, error=error.words), 422
    return render_template("handoff.html", **_form(error.words)), 422


def _editor() -> Editor:
    channel = (request.view_args or {}).get("channel", "")
    if channel not in EDITORS:
        abort(404)
    return EDITORS[channel]


def _form(problem: str = "") -> dict[str, Any]:
    values = {name: request.form.get(name, "") for name in ("title", "body", "link", "account")}
    return {"editor": _editor(), "values": values, "problem": problem}


def _wants_json() -> bool:
    return request.is_json or request.accept_mimetypes.best == "application/json"


@bp.get("/")
def editors() -> str:
    return render_template("editors.html", editors=EDITORS)


@bp.get("/<channel>/")
def form(channel: str) -> str:
    return render_template("handoff.html", **_form())


@bp.get("/<channel>/<piece_id>")
def piece(channel: str, piece_id: str) -> Any:
    """What a reader finds at the public address; the form where nothing was published yet."""
    _editor()
    with stage().store.reading() as db:
        found = ledger.by_id(db, channel, "article", piece_id)
    if found is None:
        return render_template("handoff.html", **_form()), 404
    return render_thing(found) if found.state == ledger.LIVE else gone(found)


@bp.post("/<channel>/")
@bp.post("/<channel>/<piece_id>")
def publish(channel: str, piece_id: str = "") -> Any:
    """Title, body and link (form or JSON) against a public address."""
    editor = _editor()
    given = {**request.form, **json_object()}
    title, body, link, account = (
        str(given.get(name) or "").strip() for name in ("title", "body", "link", "account")
    )
    _check(editor, title, body, link)
    account = account or f"示范{editor.label}"
    files = _files(channel, account, editor)
    with stage().store.writing() as db:
        if piece_id and ledger.by_id(db, channel, "article", piece_id):
            raise PlatformError(409, "这个地址已经发布过内容")
        piece_id = piece_id or f"{next_number(db, f'handoff_{channel}')}{fresh_id('-', 6)}"
        url = stage().address(url_for("handoff.piece", channel=channel, piece_id=piece_id))
        published = Thing(
            channel=channel,
            account=account,
            kind="article",
            remote_id=piece_id,
            fingerprint=ledger.fingerprint_of(link, body, title),
            title=title,
            url=url,
            detail={"text": body, "link": link, "files": files},
            made_at=stage().now(),
        )
        ledger.add(db, published)
    return _published(url, piece_id)


def _published(url: str, piece_id: str) -> Any:
    if _wants_json():
        return jsonify(id=piece_id, url=url), 201
    return redirect(url, code=303)


def _check(editor: Editor, title: str, body: str, link: str) -> None:
    if len(title) < editor.title_min:
        raise PlatformError(422, f"标题至少 {editor.title_min} 个字")
    if editor.title_max and len(title) > editor.title_max:
        raise PlatformError(422, f"标题最多 {editor.title_max} 个字,现在有 {len(title)} 个")
    if editor.body_max and len(body) > editor.body_max:
        raise PlatformError(422, f"正文最多 {editor.body_max} 个字,现在有 {len(body)} 个")
    if link and not link.startswith(("http://", "https://")):
        raise PlatformError(422, "原文链接要以 http:// 或 https:// 开头")


def _files(channel: str, account: str, editor: Editor) -> list[str]:
    sent = [file for file in request.files.getlist("media") if file.filename]
    if len(sent) > editor.files_max:
        raise PlatformError(422, f"最多 {editor.files_max} 个文件")
    try:
        kept = [media.take_in(stage(), file.stream, FILE_BYTES) for file in sent]
    except Oversize:
        raise PlatformError(422, "文件太大") from None
    if any(not one.mime.startswith(("image/", "video/")) for one in kept):
        raise PlatformError(422, "只能上传图片或视频")
    with stage().store.writing() as db:
        return [
            media.register(
                db, one, channel=channel, account=account, kind="file", now=stage().now()
            )
            for one in kept
        ]
