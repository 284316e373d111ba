"""Verbs on texts from outside: write one into a story, have a heavy one written, take up a lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import audit
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.db import after_commit
from kitchen.core.errors import N_, WrongState
from kitchen.leads import service as leads
from kitchen.leads.models import Lead
from kitchen.leads.rules import State as LeadState
from kitchen.media import queries as media
from kitchen.media import service as media_service
from kitchen.media.intake import Intake
from kitchen.media.models import MediaAsset
from kitchen.media.rules import Kind, Rights
from kitchen.stories import doc as text
from kitchen.stories import service as writing
from kitchen.stories.admission import demand_change
from kitchen.stories.importing.models import StoryImport, StoryLead
from kitchen.stories.importing.nodes import Node, words_of
from kitchen.stories.importing.reading import Manuscript
from kitchen.stories.models import Story
from kitchen.stories.rules import May

BELL = "import"
"""The doorbell of whoever brings heavy files in."""
_BLANK: Node = {"type": "paragraph"}


def demand_fit(manuscript: Manuscript) -> None:
    """Refuse a text that no story can take, before its pictures are looked at.

    Raises :class:`Invalid` or :class:`TooLarge`.
    """
    text.checked(_document(_placed(manuscript.content, {})))


def plain_of(manuscript: Manuscript) -> str:
    """The words of a text without its title, a block a line, captions included."""
    return text.to_text(_document(_placed(manuscript.body, {})))


def write(
    session: Session,
    actor: Actor,
    manuscript: Manuscript,
    pictures: Mapping[int, Intake],
    *,
    into: Story | None = None,
    rights: Rights = Rights.OWN,
) -> Story:
    """Make a story of a text, or add it to the end of one. Its pictures enter the catalogue.

    Raises :class:`Forbidden`, :class:`WrongState`, and what :func:`demand_fit` raises.
    """
    figures = {
        number: figure(media_service.catalogue(session, actor, each, rights=rights))
        for number, each in pictures.items()
    }
    if into is None:
        story = writing.begin(session, actor, title=manuscript.title)
        content = _placed(manuscript.body, figures)
    else:
        story = into
        content = [*_without_blank_end(story), *_placed(manuscript.content, figures)]
    wanted = {"doc": _document(content)}
    writing.save_draft(session, actor, story, wanted, story.version)
    after = {"title": story.title, "pictures": len(figures)}
    audit.record(session, actor, "import_text", story, after=after)
    return story


def ask(
    session: Session,
    actor: Actor,
    *,
    filename: str,
    sha256: str,
    pictures: int,
    into: Story | None,
    rights: Rights,
) -> StoryImport:
    """Have a worker bring in a file that lies in the store; its page tells how far it is."""
    authorize(actor, May.WRITE)
    assert actor.id is not None
    if into is not None:
        demand_change(session, actor, into)
    order = StoryImport(
        filename=filename,
        sha256=sha256,
        pictures=pictures,
        rights=rights,
        asked_by_id=actor.id,
        into_id=into.id if into else None,
    )
    session.add(order)
    session.flush()
    audit.record(session, actor, "ask_for_import", order, after={"filename": filename})
    after_commit(session, partial(ports.of(session).bell.ring, BELL, order.id))
    return order


def begin_from_lead(session: Session, actor: Actor, lead: Lead) -> Story:
    """Write a story from a lead that is a piece already; the lead is taken up by this.

    Whoever sent it is named under the piece. Raises :class:`WrongState` for a lead that was
    settled otherwise, or was made a story before.
    """
    authorize(actor, May.WRITE)
    if lead.state not in {LeadState.NEW, LeadState.ADOPTED}:
        raise WrongState(N_("这条线索已经了结，请先重新考虑它。"))
    if session.query(StoryLead).filter_by(lead_id=lead.id).first() is not None:
        raise WrongState(N_("这条线索已经有人转成稿件了。"))
    if lead.state == LeadState.NEW:
        leads.adopt(session, HOUSE, lead)
    story = writing.begin(session, actor, title=lead.title)
    session.add(StoryLead(story_id=story.id, lead_id=lead.id))
    shown = media.of_subject(session, lead, leads.PICTURE)
    figures = [figure(each) for each in shown if each.kind == Kind.PICTURE]
    content = [*text.from_text(lead.body)["content"], *figures]
    wanted: dict[str, Any] = {"doc": _document(content)}
    if lead.reporter is not None and lead.reporter.id != actor.id:
        wanted["credits"] = [{"role": "通讯员", "names": lead.reporter.name, "share": 100}]
    writing.save_draft(session, actor, story, wanted, story.version)
    for film in shown:
        if film.kind == Kind.VIDEO:
            writing.attach(session, actor, story, film)
    audit.record(session, actor, "write_from_lead", story, after={"lead": lead.uid})
    return story


def figure(asset: MediaAsset) -> Node:
    """A picture of the catalogue as it stands in a text: by the bytes that leave the house."""
    body = next(each.sha256 for each in asset.renditions if each.preset == "body")
    return {
        "type": "figure",
        "attrs": {
            "asset": asset.uid,
            "sha256": body,
            "src": f"/media/{asset.uid}/preview",
            "caption": asset.caption,
            "credit": asset.credit,
            "alt": asset.name,
        },
    }


def _document(content: Sequence[Node]) -> Node:
    return {"type": "doc", "content": list(content) or [_BLANK]}


def _without_blank_end(story: Story) -> list[Node]:
    content = list(story.doc["content"])
    while content and content[-1]["type"] == "paragraph" and not words_of(_children(content[-1])):
        content.pop()
    return content


def _placed(content: Sequence[Node], figures: Mapping[int, Node]) -> list[Node]:
    """Pictures as figures under their captions; of one that stays out the caption is text."""
    placed: list[Node] = []
    for node in content:
        if node["type"] != "picture":
            placed.append(_linked_safely(node))
        elif found := figures.get(node["number"]):
            own = {"caption": node["caption"] or found["attrs"]["caption"]}
            placed.append({**found, "attrs": {**found["attrs"], **own}})
        elif node["caption"]:
            words = {"type": "text", "text": node["caption"]}
            placed.append({"type": "paragraph", "content": [words]})
    return placed


def _linked_safely(node: Node) -> Node:
    """Without links that may not stand in a piece; their words stay."""
    if "marks" in node:
        marks = [mark for mark in node["marks"] if mark["type"] != "link" or _is_safe(mark)]
        node = {**node, "marks": marks}
    if "content" in node:
        node = {**node, "content": [_linked_safely(each) for each in _children(node)]}
    return node


def _children(node: Node) -> list[Node]:
    found: list[Node] = node.get("content", [])
    return found


def _is_safe(mark: Node) -> bool:
    return text.safe_link(str(mark["attrs"]["href"]))
