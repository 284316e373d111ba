"""The floor of the desk: the same rows by the least that Flask and SQLAlchemy need for them.

One query, one small template or one dictionary; of a review the rows that it must leave behind.
There is nobody signed in, no permission, no rule, no navigation, no language, no check of what
comes in, no form made for a channel and nobody told: it shows what our mechanisms cost.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Flask, jsonify, render_template_string, request
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session, defer, joinedload

from kitchen.core.audit import AuditEntry
from kitchen.core.db import new_uid
from kitchen.matrix.models import Account
from kitchen.publishing.models import Publication
from kitchen.review.models import Approval, Round, Step
from kitchen.review.rules import Level, RoundState, StepState
from kitchen.stories.models import FrozenPost, Story, Version
from kitchen.stories.rules import Kind, State

ROWS = """<!doctype html><title>stories</title><table>{% for story in stories %}<tr>
<td><a href="/stories/{{ story.uid }}">{{ story.title }}</a><td>{{ story.state }}
<td>{{ story.author.name }}<td>{{ story.length }}<td>{{ story.saved_at }}</tr>
{% endfor %}</table>"""
FORM = """<!doctype html><title>{{ story.title }}</title><form method="post">
<input name="title" value="{{ story.title }}"><textarea name="doc">{{ story.doc|tojson }}</textarea>
<input name="version" value="{{ story.version }}"></form>"""


def client(engine: Engine) -> FlaskClient:
    """A client of the bare application on these tables."""
    app = Flask(__name__)

    @app.get("/stories")
    def rows() -> str:
        with Session(engine) as session:
            return render_template_string(ROWS, stories=_newest(session, 50))

    @app.get("/stories/<uid>/edit")
    def form(uid: str) -> str:
        with Session(engine) as session:
            return render_template_string(FORM, story=_one(session, uid))

    @app.put("/stories/<uid>/draft")
    def save(uid: str) -> Any:
        given = request.get_json()
        with Session(engine) as session:
            session.execute(
                update(Story)
                .where(Story.uid == uid, Story.version == given["version"])
                .values(doc=given["doc"], version=Story.version + 1)
            )
            session.commit()
        return jsonify(version=given["version"] + 1)

    @app.post("/stories/<uid>/submit")
    def submit(uid: str) -> Any:
        with Session(engine) as session:
            round_ = _handed_in(session, _one(session, uid))
            session.commit()
            return jsonify(round=round_.id)

    @app.post("/rounds/<int:number>/pass")
    def pass_(number: int) -> Any:
        with Session(engine) as session:
            _passed(session, session.get_one(Round, number))
            session.commit()
        return jsonify()

    @app.get("/api/stories")
    def listed() -> Any:
        with Session(engine) as session:
            return jsonify([_shown(story) for story in _newest(session, 20)])

    @app.get("/api/stories/<uid>")
    def one(uid: str) -> Any:
        with Session(engine) as session:
            story = _one(session, uid)
            return jsonify({**_shown(story), "doc": story.doc})

    return app.test_client()


def _newest(session: Session, limit: int) -> list[Story]:
    query = select(Story).options(defer(Story.doc), joinedload(Story.author))
    approved = query.where(Story.state == request.args["state"]).order_by(Story.id.desc())
    return list(session.scalars(approved.limit(limit)))


def _one(session: Session, uid: str) -> Story:
    return session.scalars(
        select(Story).where(Story.uid == uid).options(joinedload(Story.author))
    ).one()


def _handed_in(session: Session, story: Story) -> Round:
    """A version, a post for every account, and a round of three steps; each noted in the audit."""
    now, values = datetime.now(UTC), {"text": story.doc}
    version = Version(
        story_id=story.id,
        number=1,
        kind=Kind.SUBMITTED,
        title=story.title,
        fields={},
        doc=story.doc,
        master_hash="",
        created_at=now,
        posts=[
            FrozenPost(
                story_id=story.id,
                account_id=account.id,
                channel=account.channel,
                post=values,
                payload_hash="",
                created_at=now,
            )
            for account in session.scalars(select(Account))
        ],
    )
    steps = [
        Step(position=at, level=Level.FIRST, role="editor", minutes=60, created_at=now)
        for at in range(3)
    ]
    round_ = Round(
        story=story, story_version=version, number=1, risk=story.risk, steps=steps, created_at=now
    )
    session.add_all([version, round_, _entry(now, "submit")])
    story.state = State.IN_REVIEW
    return round_


def _passed(session: Session, round_: Round) -> None:
    """A step; after the last, an approval and a row of the outbox for every post."""
    now, steps = datetime.now(UTC), [it for it in round_.steps if it.reviewer_id is None]
    steps[0].state, steps[0].reviewer_id, steps[0].decided_at = StepState.PASSED, len(steps), now
    session.add(_entry(now, "pass"))
    if len(steps) > 1:
        return
    round_.state, round_.story.state = RoundState.PASSED, State.APPROVED
    for post in round_.story_version.posts:
        names = {name: getattr(post, name) for name in ("story_id", "account_id", "payload_hash")}
        told = {**names, "frozen_post_id": post.id, "created_at": now}
        session.add(Approval(**told, version_id=post.version_id, approver_id=1, decided_at=now))
        session.add(Publication(**told, channel=post.channel, since=now))


def _entry(now: datetime, action: str) -> AuditEntry:
    names = ("actor_uid", "actor_name", "subject_type", "subject_uid", "note", "request_id")
    blank = dict.fromkeys((*names, "prev_hash"), "")
    return AuditEntry(at=now, action=action, before={}, after={}, hash=new_uid(), **blank)


def _shown(story: Story) -> dict[str, Any]:
    return {
        "uid": story.uid,
        "title": story.title,
        "state": story.state,
        "author": story.author.name,
        "length": story.length,
        "version": story.version,
        "saved_at": story.saved_at.isoformat() if story.saved_at else None,
    }
