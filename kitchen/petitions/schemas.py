"""What comes in and goes out about petitions; forms and the API share it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field, create_model

from kitchen.core.access import Actor
from kitchen.core.workflow import open_moves
from kitchen.petitions.models import Petition, PublicAnswer
from kitchen.petitions.queries import own_transfer, reads_whole
from kitchen.petitions.rules import NAMES, Category, Handling, Origin, State
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Answer, Schema


class QuestionIn(Schema):
    title: str = Field(min_length=4, max_length=60)
    body: str = Field(min_length=10, max_length=3000)
    place: str = Field("", max_length=80)
    contact: str = Field("", max_length=200)
    keep_private: bool = False
    seen: bool = False
    """That similar answers were shown, and this is something else."""


class CodeIn(Schema):
    code: str = Field(min_length=16, max_length=40)


class AdditionIn(CodeIn):
    words: str = Field(min_length=2, max_length=2000)


class RatingIn(CodeIn):
    score: int
    words: str = Field("", max_length=500)


class AnswerQuery(Schema):
    limit: int = Field(20, ge=1, le=100)
    cursor: str | None = None
    q: str = Field("", max_length=100)
    category: Category | None = None
    lang: str = Field("", max_length=2)


class PetitionQuery(PageQuery):
    category: Category | None = None
    unit: str | None = Field(None, max_length=22)
    late: bool = False


class Reason(Schema):
    note: str = Field("", max_length=500)


class AcceptIn(Schema):
    category: Category


class MergeIn(Schema):
    into: str = Field(min_length=1, max_length=22)


class HandIn(Schema):
    unit: str = Field(min_length=1, max_length=22)
    note: str = Field("", max_length=500)


class ReplyIn(Schema):
    reply: str = Field(min_length=10, max_length=5000)
    version: int | None = None


class TimeIn(Schema):
    days: int
    note: str = Field("", max_length=500)


class ShowIn(Schema):
    title: str = Field(min_length=4, max_length=80)
    question: str = Field(min_length=4, max_length=3000)
    reply: str = Field(min_length=4, max_length=5000)
    place: str = Field("", max_length=80)
    pictures: list[str] = []
    sure: bool = False
    version: int | None = None


ParametersIn: type[Schema] = create_model(
    "ParametersIn", __base__=Schema, **dict.fromkeys(NAMES, (int, ...))
)  # type: ignore[call-overload]
"""Every term and limit, whole."""
ParametersOut: type[Answer] = create_model(
    "ParametersOut", __base__=Answer, **dict.fromkeys(NAMES, (int, ...))
)  # type: ignore[call-overload]


class TransferOut(Answer):
    unit: str
    round: int
    state: Handling
    due_at: datetime
    note: str
    reply: str
    version: int


class PetitionOut(Answer):
    uid: str
    version: int
    created_at: datetime
    title: str
    body: str
    place: str
    category: Category | None
    origin: Origin
    state: State
    reason: str
    round: int
    due_at: datetime | None
    may_publish: bool
    merged_into: str | None
    transfer: TransferOut | None
    actions: list[str]


def petition_out(petition: Petition, actor: Actor) -> PetitionOut:
    """The petition as the API shows it to this actor; never with its contact, and to a unit not
    with what stands at another.
    """
    whole = reads_whole(actor, petition)
    transfer = petition.transfer if whole else own_transfer(petition, actor)
    into = petition.merged_into if whole else None
    return PetitionOut(
        merged_into=into.uid if into else None,
        transfer=TransferOut(
            unit=transfer.unit.name,
            **{name: getattr(transfer, name) for name in set(TransferOut.model_fields) - {"unit"}},
        )
        if transfer
        else None,
        actions=actions_of(petition, actor),
        **{name: getattr(petition, name) for name in _PLAIN},
    )


def actions_of(petition: Petition, actor: Actor) -> list[str]:
    """The names of the moves that this person may make now, on the petition and at the unit."""
    transfer, moves = petition.transfer, open_moves(petition, actor)
    if transfer is not None:
        moves += open_moves(transfer, actor)
    own = transfer is not None and transfer.replied_by_id == actor.id
    judged = {"pass_reply", "rework"} if own else set()
    return [move.name for move in moves if move.name not in judged]


_PLAIN = set(PetitionOut.model_fields) - {"merged_into", "transfer", "actions"}


class AnswerOut(Answer):
    uid: str
    title: str
    question: str
    reply: str
    place: str
    category: Category | None
    department: str
    answered_at: datetime
    report_url: str
    report_title: str


def answer_out(shown: PublicAnswer) -> AnswerOut:
    """A question with its answer, as readers get it."""
    names = set(AnswerOut.model_fields) - {"department"}
    return AnswerOut(
        department=shown.department.name, **{name: getattr(shown, name) for name in names}
    )


class ReceiptOut(Answer):
    code: str
    received_at: datetime
    accepted_by: datetime | None
    similar: list[AnswerOut] = []


class StepOut(Answer):
    at: datetime
    step: str
    words: str
    link: str


class FollowOut(Answer):
    title: str
    state: State
    round: int
    may_add: bool
    may_rate: bool
    may_ask_again: bool
    steps: list[StepOut]


class UnitFiguresOut(Answer):
    unit: str
    handed: int
    answered: int
    on_time: int
    late: int
    returned: int
    rated: int
    mean: float | None


class TopicOut(Answer):
    terms: list[str]
    count: int
    before: int
    titles: list[str]


class FiguresOut(Answer):
    begins: datetime
    ends: datetime
    received: int
    received_before: int
    steps: dict[str, int]
    categories: dict[str, int]
    units: list[UnitFiguresOut]
    rated: int
    mean: float | None
    topics: list[TopicOut]
