"""Pages of stories on their way out: the matrix, everywhere one went, the very bytes it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for
from flask_babel import gettext
from markupsafe import Markup

from channels.registry import channel_classes
from kitchen.publishing import labels
from kitchen.publishing.outcomes import Place, matrix_of, progress_over
from kitchen.publishing.outcomes import everywhere as places_of
from kitchen.publishing.proofs import proofs_of, the_edition
from kitchen.publishing.retry import retriable, retry_unsuccessful
from kitchen.publishing.rules import May
from kitchen.publishing.schemas import MatrixQuery
from kitchen.stories import queries as stories
from kitchen.stories.preview import POLICY, preview_of_post
from kitchen.web.face import g_face
from kitchen.web.guard import guard
from kitchen.web.schema import read_query

bp = Blueprint("outcomes", __name__, url_prefix="/publish")


@bp.get("/matrix")
@guard(May.READ)
def matrix() -> Any:
    """Stories by accounts for some days: how each stands on each."""
    return render_template("publishing/matrix.html", **_matrix())


@bp.get("/matrix/part")
@guard(May.READ)
def matrix_part() -> Any:
    """The table alone, for a live page that heard of a change."""
    return render_template("publishing/_matrix.html", **_matrix())


def _matrix() -> dict[str, Any]:
    asked = read_query(MatrixQuery)
    matrix = matrix_of(g.session, **asked.model_dump())
    return {
        "asked": asked,
        "matrix": matrix,
        "channels": [(key, gettext(it.label)) for key, it in channel_classes().items()],
        "labels": labels,
        "retriable": {row.story.uid for row in matrix.rows if _retriable(row.places.values())},
    }


def _retriable(places: Iterable[Place]) -> bool:
    return any(retriable(place.publication, g.actor) for place in places)


@bp.post("/story/<uid>/retry")
@guard(May.OPERATE)
def retry(uid: str) -> Any:
    """Send a story once more where it did not arrive, and nowhere else."""
    done = retry_unsuccessful(g.session, g.actor, stories.the_story(g.session, uid))
    flash(gettext("%(n)s 个账号正在重新发送，其余不动。", n=done.sent), "ok")
    if done.left:
        told = gettext("%(n)s 个没有重试：签发已撤销，或账号不归您管。", n=done.left)
        flash(told, "warn")
    return redirect(url_for("outcomes.everywhere", uid=uid))


@bp.get("/everywhere/<uid>")
@guard(May.READ)
def everywhere(uid: str) -> Any:
    """Everywhere a story went, with the evidence, the links, and the way to take it all back."""
    return render_template("publishing/everywhere.html", **_everywhere(uid))


@bp.get("/everywhere/<uid>/part")
@guard(May.READ)
def everywhere_part(uid: str) -> Any:
    """The places alone, for a live page that heard of a change."""
    return render_template("publishing/_everywhere.html", **_everywhere(uid))


def _everywhere(uid: str) -> dict[str, Any]:
    story = stories.the_story(g.session, uid)
    places = places_of(g.session, story)
    return {
        "story": story,
        "places": places,
        "links": [place.link for place in places if place.link],
        "progress": progress_over(places),
        "retriable": _retriable(places),
        "labels": labels,
    }


@bp.get("/preview/<uid>")
@guard(May.READ)
def preview(uid: str) -> Any:
    """What each account is sent of a story, side by side, with the hashes that prove it."""
    story = stories.the_story(g.session, uid)
    proofs = proofs_of(g.session, story)
    return render_template("publishing/preview.html", story=story, proofs=proofs, labels=labels)


@bp.get("/preview/post/<uid>")
@guard(May.READ)
def post(uid: str) -> Response:
    """A frozen post as a phone shows it; framed by the page beside it."""
    frozen, edition = the_edition(g.session, uid)
    seen = preview_of_post(g_face().ports.store, frozen.channel, edition)
    page = render_template(
        seen.template,
        it=seen,
        html=Markup(seen.html),  # noqa: S704 - cleaned by the channel's markup
        channel=channel_classes()[frozen.channel],
    )
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = POLICY
    return answer
