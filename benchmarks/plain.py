"""The floor of the desk: the same rows by the least that Flask and SQLAlchemy need for them.

One query, one small template or one dictionary. There is nobody signed in, no permission, no audit,
no navigation, no language, no check of what comes in; it shows what our mechanisms cost.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, jsonify, render_template_string, request
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session, defer, joinedload

from kitchen.stories.models import Story

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
