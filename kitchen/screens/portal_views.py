"""The correspondents' portal: send a piece, see what became of each, count them by month."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from kitchen.core.errors import N_, Invalid, Refusal
from kitchen.leads import service as leads
from kitchen.leads.rules import May
from kitchen.media import queries as media
from kitchen.media import service as media_service
from kitchen.media import uploads
from kitchen.media.intake import Intake, plain_name
from kitchen.media.rules import MOST_FILES, Rights
from kitchen.media.uploads import Received
from kitchen.publishing.labels import channel_label
from kitchen.screens import portal
from kitchen.screens.portal_labels import STAGES, TONES
from kitchen.screens.portal_schemas import PieceForm, PieceIn
from kitchen.stories.importing import reading, taking
from kitchen.stories.importing.service import plain_of
from kitchen.web.face import g_face, in_one_unit
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.i18n import say
from kitchen.web.schema import check

bp = Blueprint("portal", __name__, url_prefix="/portal")

_LABELS: Mapping[str, Any] = {"stages": STAGES, "tones": TONES, "channel_label": channel_label}


@dataclass(frozen=True, slots=True)
class _Document:
    """A document that came with the form: what it says, and the pictures that lay in it."""

    title: str = ""
    body: str = ""
    pictures: Sequence[Intake] = field(default=())
    remarks: Sequence[str] = field(default=())


@bp.get("")
@guard(May.CONTRIBUTE)
def index() -> Any:
    """One's pieces, newest first, each with what became of it; and the figures by month."""
    page = portal.page_of_pieces(g.session, g.actor, cursor=request.args.get("cursor"))
    months = portal.months_of(g.session, g.actor)
    return render_template("portal/index.html", page=page, months=months, **_LABELS)


@bp.get("/new")
@guard(May.CONTRIBUTE)
def new() -> Any:
    """The form."""
    return _page(Form(PieceForm))


def _page(form: Form[PieceForm], refused: Sequence[str] = ()) -> Any:
    return form.page("portal/new.html", refused=refused)


@bp.post("/new")
@guard(May.CONTRIBUTE, by_hand=True)
def send() -> Any:
    """Send a piece: its words or a document that holds them, with photos and films."""
    try:
        document = _document(request.files.getlist("document"))
        sealed = bool(request.form.get("contact", "").strip())
        received = uploads.receive(request.files.getlist("files"), sealed=sealed)
    except Refusal as refusal:
        return in_one_unit(partial(_refused, refusal))
    return in_one_unit(partial(_sent, document, received))


def _document(files: Sequence[FileStorage]) -> _Document:
    given = [file for file in files if file.filename]
    if not given:
        return _Document()
    name = plain_name(given[0].filename or "")
    with tempfile.TemporaryDirectory(prefix="kitchen-portal-") as folder:
        path = Path(folder) / "text"
        given[0].save(path)
        manuscript = reading.read(path, name)
        if len(manuscript.pictures) > MOST_FILES:
            raise Invalid(
                N_("文档里有 %(count)s 张图片，一次最多 %(most)s 张。请分两次投稿。"),
                count=len(manuscript.pictures),
                most=MOST_FILES,
            )
        taken = taking.take_in(g_face().ports.store, path, manuscript)
    remarks = [say(remark) for remark in taken.remarks]
    pictures = [taken.pictures[number] for number in sorted(taken.pictures)]
    return _Document(manuscript.title, plain_of(manuscript), pictures, remarks)


def _refused(refusal: Refusal) -> Any:
    form = Form(PieceForm)
    form.refuse(refusal)
    return _page(form)


def _sent(document: _Document, received: Received) -> Any:
    form = Form(PieceForm)
    with form.attempt():
        typed = form.read()
        given = check(
            PieceIn,
            {
                **typed.model_dump(),
                "title": typed.title or document.title[:60],
                "body": "\n".join(filter(None, (typed.body, document.body))),
            },
        )
        pictures = [
            media_service.catalogue(g.session, g.actor, each, rights=Rights.SUPPLIED)
            for each in (*document.pictures, *received.taken)
        ]
        lead = leads.contribute(g.session, g.actor, pictures=pictures, **given.model_dump())
        received.tell()
        for remark in document.remarks:
            flash(remark, "warn")
        flash(gettext("已送到编辑部，处理结果会显示在这里。"), "ok")
        return redirect(url_for("portal.show", uid=lead.uid))
    return _page(form, received.sentences())


@bp.get("/<uid>")
@guard(May.CONTRIBUTE)
def show(uid: str) -> Any:
    """One piece: what was sent, and what became of it down to its links."""
    piece = portal.the_piece(g.session, g.actor, uid)
    files = media.of_subject(g.session, piece.lead, leads.PICTURE)
    return render_template("portal/show.html", piece=piece, files=files, **_LABELS)
