"""Petitions as the public meets them: plain pages for any phone, without account, script or cookie.

A code never stands in an address, where histories and logs would keep it: pages that it opens are
the answers to forms that carry it. They are kept by nobody and found by no search engine.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from functools import partial, wraps
from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, current_app, g, request
from flask_babel import force_locale
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from assets.sniff import EDGE, Family, kind_of_head
from kitchen.core.errors import N_, Invalid, NotFound, Refusal
from kitchen.media import intake
from kitchen.media.queries import rendition
from kitchen.media.uploads import Received
from kitchen.outlet.readers import asked, page
from kitchen.petitions import asking, codes, flood, labels, published, queries, timing
from kitchen.petitions.asking import Question
from kitchen.petitions.models import Petition
from kitchen.petitions.rules import Parameters
from kitchen.petitions.schemas import AdditionIn, AnswerQuery, CodeIn, QuestionIn, RatingIn
from kitchen.web import files, i18n
from kitchen.web.errors import status_of
from kitchen.web.face import g_face, in_one_unit, unit
from kitchen.web.forms import Form
from kitchen.web.guard import Guard, anyone, mark
from kitchen.web.schema import read_query

bp = Blueprint("ask", __name__, url_prefix="/ask")

_STRANGERS = Guard(sign_in=False, by_hand=True)
_SECRETS = frozenset(
    {"ask.follow", "ask.open_", "ask.add", "ask.rate", "ask.ask_again", "ask.send"}
)
LARGE = "preview"
"""The shape in which readers see a picture."""


@bp.url_defaults
def keep_language(_endpoint: str, values: dict[str, Any]) -> None:
    """Whoever chose a language by the address keeps it on the next page, without a cookie."""
    if chosen := asked():
        values.setdefault("lang", chosen)


@bp.after_request
def hide(response: Response) -> Response:
    """What a code opens is found by no search engine, and told to no other site."""
    if request.endpoint in _SECRETS:
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


def spoken(view: Callable[..., Any]) -> Callable[..., Any]:
    """In the language that the address asks for, refusals included."""

    @wraps(view)
    def said(**path: Any) -> Any:
        with force_locale(asked() or i18n.language()):
            return view(**path)

    return said


@bp.get("")
@anyone
@spoken
def index() -> Any:
    """What was answered, found by words; the way to ask and to follow."""
    query = read_query(AnswerQuery)
    answers = published.page_of_answers(g.session, **query.model_dump(exclude={"lang"}))
    return page("outlet/ask/index.html", page=answers, query=query, labels=labels)


@bp.get("/<uid>")
@anyone
@spoken
def show(uid: str) -> Any:
    """A question with its answer."""
    shown = published.the_answer(g.session, uid)
    return page("outlet/ask/show.html", shown=shown, labels=labels)


@bp.get("/<uid>/pictures/<asset>")
@mark(_STRANGERS)
def picture(uid: str, asset: str) -> Any:
    """A picture that is shown with a question."""
    with unit(write=False) as session:
        if asset not in published.the_answer(session, uid).pictures:
            raise NotFound
        found = rendition(session, asset, LARGE)
    return files.shown(g_face().ports.store, found.sha256, found.mime)


@bp.get("/new")
@anyone
@spoken
def new() -> Any:
    """The form."""
    return _asking(Form(QuestionIn))


@bp.post("/new")
@mark(_STRANGERS)
@spoken
def send() -> Any:
    """Receive a question; first show what was answered before, if that is close to it.

    The valve, the form and the pictures are looked at with no unit of work open for writing.
    """
    form = Form(QuestionIn)
    try:
        given = form.read()
        with unit(write=False) as session:
            flood.admit(session, _network())
            similar = [] if given.seen else published.alike(session, given.title, given.body)
            limits = timing.parameters(session)
        if similar:
            return in_one_unit(partial(_asking, form, similar=similar), once=False)
        received = _taken_in(request.files.getlist("pictures"), limits)
    except Refusal as refusal:
        form.refuse(refusal)
        return in_one_unit(partial(_asking, form), once=False)
    return in_one_unit(partial(_received, given, received), once=False)


def _asking(form: Form[QuestionIn], similar: Sequence[object] = ()) -> Response:
    lost = any(file.filename for file in request.files.getlist("pictures"))
    return page(
        "outlet/ask/new.html",
        _status(form),
        form=form,
        key=request.form.get("_key") or secrets.token_urlsafe(16),
        similar=similar,
        lost=lost,
        limits=timing.parameters(g.session),
    )


def _status(form: Form[Any]) -> int:
    return status_of(form.refusal) if form.refusal else 200


def _taken_in(files: Sequence[FileStorage], limits: Parameters) -> Received:
    """Take the pictures in, originals sealed; one that is refused keeps no question from coming."""
    given = [file for file in files if file.filename]
    if len(given) > limits.most_pictures:
        told = N_("最多 %(most)s 张图片，请挑最能说明问题的。")
        raise Invalid(told, most=limits.most_pictures)
    received, ports = Received(), g_face().ports
    for file in given:
        name = intake.plain_name(file.filename or "")
        try:
            _demand_picture(file)
            received.taken.append(
                intake.receive(
                    ports.store,
                    cast(BinaryIO, file.stream),
                    name,
                    limit=limits.most_picture_megabytes * 2**20,
                    vault=ports.sealed,
                )
            )
        except Refusal as refusal:
            received.refused.append((name, refusal))
    return received


def _demand_picture(file: FileStorage) -> None:
    head = file.stream.read(EDGE)
    file.stream.seek(0)
    intake.expect(head)
    if kind_of_head(head).family is not Family.PICTURE:
        raise Invalid(N_("这里只收图片。"))


def _received(given: QuestionIn, received: Received) -> Response:
    question = Question(
        given.title, given.body, given.place, given.contact, may_publish=not given.keep_private
    )
    key = request.form.get("_key") or secrets.token_urlsafe(16)
    told = (question.title, question.body, question.place, question.contact)
    code = codes.code_for(str(current_app.secret_key), key, *told)
    pictures = asking.enter_pictures(g.session, received.taken)
    petition, fresh = asking.ask(g.session, code, question, pictures)
    if fresh:
        flood.count_filed(g.session, _network())
    refused = received.sentences()
    return page("outlet/ask/receipt.html", petition=petition, code=code, refused=refused)


def _network() -> str:
    """The visitor's address, for the valve alone: it is neither kept nor logged here."""
    return request.remote_addr or ""


@bp.get("/follow")
@anyone
@spoken
def follow() -> Any:
    """Where the code is typed."""
    return page("outlet/ask/follow.html", form=Form(CodeIn))


@bp.post("/follow")
@mark(_STRANGERS)
@spoken
def open_() -> Any:
    """What the code opens."""
    return _with_code(_nothing)


def _nothing(_session: Session, _petition: Petition, _given: Any) -> None:
    """To look is enough."""


@bp.post("/follow/add")
@mark(_STRANGERS)
@spoken
def add() -> Any:
    """Say more about one's question."""
    return _with_code(lambda session, it, given: asking.add(session, it, given.words), AdditionIn)


@bp.post("/follow/rate")
@mark(_STRANGERS)
@spoken
def rate() -> Any:
    """Say how satisfied one is."""
    return _with_code(
        lambda session, it, given: asking.rate(session, it, given.score, given.words), RatingIn
    )


@bp.post("/follow/again")
@mark(_STRANGERS)
@spoken
def ask_again() -> Any:
    """Ask once more."""
    return _with_code(
        lambda session, it, given: asking.ask_again(session, it, given.words), AdditionIn
    )


Act = Callable[[Session, Petition, Any], None]


def _with_code(act: Act, model: type[CodeIn] = CodeIn) -> Response:
    """Act on what the code opens, and show it; a wrong code is counted."""
    code = request.form.get("code", "")
    try:
        known(code, _network())
    except Refusal as refusal:
        form = Form(CodeIn)
        form.refuse(refusal)
        return in_one_unit(partial(_closed, form), once=False)
    return in_one_unit(partial(_opened, code, act, model), once=False)


def known(code: str, network: str) -> None:
    """Raise :class:`NotFound` for a code that opens nothing, and count that."""
    with unit(write=False) as session:
        flood.admit_code(session, network)
        if queries.by_code(session, codes.hash_of(code)) is not None:
            return
    with unit() as session:
        flood.count_wrong(session, network)
    raise NotFound(N_("没有找到这个查询码，请核对后再输。"))


def _closed(form: Form[CodeIn]) -> Response:
    return page("outlet/ask/follow.html", _status(form), form=form)


def _opened(code: str, act: Act, model: type[CodeIn]) -> Response:
    form = Form(model)
    with form.attempt():
        act(g.session, asking.find(g.session, code), form.read())
    petition = asking.find(g.session, code)
    return page(
        "outlet/ask/one.html",
        _status(form),
        form=form,
        code=code,
        petition=petition,
        steps=asking.way_of(g.session, petition),
        ratings=asking.ratings_of(g.session, petition),
        again=asking.may_ask_again(g.session, petition),
        labels=labels,
    )
