"""The API of petitions for the public: what the pages do, for an app of one's own.

A question that is sent twice with the same ``Idempotency-Key`` gets the same code. No answer with a
code in it is kept to be given again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import current_app, g, request
from sqlalchemy.orm import Session

from kitchen.core import codes
from kitchen.core.paging import Page
from kitchen.petitions import asking, flood, published
from kitchen.petitions.asking import Question
from kitchen.petitions.models import Petition
from kitchen.petitions.public_views import known
from kitchen.petitions.rules import State
from kitchen.petitions.schemas import (
    AdditionIn,
    AnswerOut,
    AnswerQuery,
    CodeIn,
    FollowOut,
    QuestionIn,
    RatingIn,
    ReceiptOut,
    StepOut,
    answer_out,
)
from kitchen.web.api import Api
from kitchen.web.face import unit

api = Api("questions")


@api.operation("GET", "/answers", None, query=AnswerQuery, answer=AnswerOut, many=True, public=True)
def index(query: AnswerQuery) -> Any:
    """What was answered, newest first."""
    page = published.page_of_answers(g.session, **query.model_dump(exclude={"lang"}))
    return Page([answer_out(each) for each in page.items], page.next)


@api.operation("GET", "/answers/<uid>", None, answer=AnswerOut, public=True)
def show(uid: str) -> Any:
    """A question with its answer."""
    return answer_out(published.the_answer(g.session, uid))


@api.operation(
    "POST",
    "/questions",
    None,
    body=QuestionIn,
    answer=ReceiptOut,
    status=201,
    public=True,
    secret=True,
)
def ask(body: QuestionIn) -> Any:
    """Ask; the code in the answer is told once."""
    address = request.remote_addr or ""
    flood.admit(g.session, address)
    question = Question(
        body.title, body.body, body.place, body.contact, may_publish=not body.keep_private
    )
    key = request.headers.get("Idempotency-Key") or secrets.token_urlsafe(16)
    told = (question.title, question.body, question.place, question.contact)
    code = codes.code_for(str(current_app.secret_key), key, *told)
    petition, fresh = asking.ask(g.session, code, question)
    if fresh:
        flood.count_filed(g.session, address)
    similar = published.alike(g.session, body.title, body.body)
    return ReceiptOut(
        code=code,
        received_at=petition.created_at,
        accepted_by=petition.due_at,
        similar=[answer_out(each) for each in similar],
    )


@api.operation(
    "POST", "/questions/follow", None, body=CodeIn, answer=FollowOut, public=True, by_hand=True
)
def follow(body: CodeIn) -> Any:
    """Where one's question stands."""
    return _with_code(body, lambda _session, _petition: None)


@api.operation(
    "POST", "/questions/add", None, body=AdditionIn, answer=FollowOut, public=True, by_hand=True
)
def add(body: AdditionIn) -> Any:
    """Say more about one's question."""
    return _with_code(body, lambda session, it: asking.add(session, it, body.words))


@api.operation(
    "POST", "/questions/rate", None, body=RatingIn, answer=FollowOut, public=True, by_hand=True
)
def rate(body: RatingIn) -> Any:
    """Say how satisfied one is."""
    return _with_code(body, lambda session, it: asking.rate(session, it, body.score, body.words))


@api.operation(
    "POST", "/questions/again", None, body=AdditionIn, answer=FollowOut, public=True, by_hand=True
)
def again(body: AdditionIn) -> Any:
    """Ask once more."""
    return _with_code(body, lambda session, it: asking.ask_again(session, it, body.words))


def _with_code(given: CodeIn, act: Callable[[Session, Petition], None]) -> FollowOut:
    known(given.code, request.remote_addr or "")
    with unit() as session:
        petition = asking.find(session, given.code)
        act(session, petition)
        return FollowOut(
            title=petition.title,
            state=petition.state,
            round=petition.round,
            may_add=petition.state not in {State.REFUSED, State.MERGED},
            may_rate=petition.state == State.ANSWERED,
            may_ask_again=asking.may_ask_again(session, petition),
            steps=[StepOut.model_validate(step) for step in asking.way_of(session, petition)],
        )
