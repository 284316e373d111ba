"""What can be found, and by which of its texts: every station's rows as search reads them.

What is sealed or private is not read here and so cannot be found: a lead's contact, the note beside
a source. Who may look for a kind is who may open its station's list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import Any

from pypinyin import Style, pinyin
from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core.errors import N_
from kitchen.leads import labels as leads
from kitchen.leads.models import Lead
from kitchen.leads.rules import May as Leads
from kitchen.media.models import MediaAsset
from kitchen.media.rules import May as Media
from kitchen.media.tags import tags_of_each
from kitchen.people.models import Staff
from kitchen.petitions.models import PublicAnswer
from kitchen.petitions.rules import May as Petitions
from kitchen.petitions.rules import Showing
from kitchen.search.rules import Kind
from kitchen.search.sources import Source, Sources, Text
from kitchen.stories import doc, labels
from kitchen.stories.models import Story
from kitchen.stories.rules import May as Stories
from kitchen.topics import labels as topics
from kitchen.topics.models import Topic
from kitchen.topics.rules import May as Topics

READINGS_AT_MOST = 8
"""Ways to read a name aloud by which its owner is found; few have more than two."""


def _lines(*parts: str | Iterable[str]) -> str:
    """What is said, a line each; nothing for what is not."""
    said = ((part,) if isinstance(part, str) else part for part in parts)
    return "\n".join(line for lines in said for line in lines if line)


def _rows(session: Session, model: Any, ids: Sequence[int]) -> Iterator[Any]:
    return iter(session.scalars(select(model).where(model.id.in_(ids))))


def _stories(session: Session, ids: Sequence[int]) -> Iterator[Text]:
    for story in _rows(session, Story, ids):
        captions = ((it.caption, it.credit) for it in doc.figures(story.doc))
        text = _lines(
            story.digest,
            doc.to_text(story.doc),
            (word for pair in captions for word in pair),
            story.tags,
            (credit.get("names", "") for credit in story.credits),
            (source.get("name", "") for source in story.sources),
        )
        yield Text(
            story.id,
            story.uid,
            story.version,
            story.title,
            text,
            story.created_at,
            story.state,
            story.column,
            story.author_id,
            story.unit_id,
        )


def _topics(session: Session, ids: Sequence[int]) -> Iterator[Text]:
    for topic in _rows(session, Topic, ids):
        text = _lines(topic.angle, topic.resources, topic.reason)
        yield Text(
            topic.id,
            topic.uid,
            topic.version,
            topic.title,
            text,
            topic.created_at,
            topic.state,
            author_id=topic.proposer_id,
            unit_id=topic.unit_id,
        )


def _leads(session: Session, ids: Sequence[int]) -> Iterator[Text]:
    for lead in _rows(session, Lead, ids):
        yield Text(
            lead.id,
            lead.uid,
            lead.version,
            lead.title,
            _lines(lead.body, lead.place, lead.reason),
            lead.created_at,
            lead.state,
            author_id=lead.reporter_id,
            unit_id=lead.unit_id,
        )


def _assets(session: Session, ids: Sequence[int]) -> Iterator[Text]:
    words = tags_of_each(session, ids)
    for asset in _rows(session, MediaAsset, ids):
        said = dict.fromkeys((asset.title, asset.caption, asset.filename))
        yield Text(
            asset.id,
            asset.uid,
            asset.version,
            asset.name,
            _lines(said, asset.credit, asset.source, *words[asset.id].values()),
            asset.created_at,
            author_id=asset.uploaded_by_id,
            unit_id=asset.unit_id,
        )


def _people(session: Session, ids: Sequence[int]) -> Iterator[Text]:
    for person in _rows(session, Staff, ids):
        if person.active:
            yield Text(
                person.id,
                person.uid,
                person.version,
                person.name,
                _lines(dict.fromkeys((person.initials, *readings(person.name), person.username))),
                person.created_at,
            )


def _answers(session: Session, ids: Sequence[int]) -> Iterator[Text]:
    for shown in _rows(session, PublicAnswer, ids):
        if shown.state == Showing.SHOWN:
            yield Text(
                shown.id,
                shown.uid,
                shown.version,
                shown.title,
                _lines(shown.question, shown.reply, shown.place),
                shown.created_at,
                unit_id=shown.department_id,
            )


@lru_cache(maxsize=4096)
def readings(words: str) -> tuple[str, ...]:
    """The words in pinyin, whole and by their first letters, in the ways in which they are read."""
    found: dict[str, None] = {}
    for style in (Style.NORMAL, Style.FIRST_LETTER):
        each = pinyin(words, style=style, heteronym=True)
        for way, _ in zip(product(*each), range(READINGS_AT_MOST), strict=False):
            found["".join(way).lower()] = None
    return tuple(found)


SOURCES: Sources = {
    it.kind: it
    for it in (
        Source(
            Kind.STORIES,
            N_("稿件"),
            Story,
            _stories,
            Stories.READ,
            "stories.show",
            labels.STATES,
            labels.TONES,
            at_once=False,
        ),
        Source(
            Kind.TOPICS,
            N_("选题"),
            Topic,
            _topics,
            Topics.READ,
            "topics.show",
            topics.STATES,
            topics.TONES,
        ),
        Source(
            Kind.LEADS,
            N_("线索"),
            Lead,
            _leads,
            Leads.READ,
            "leads.show",
            leads.STATES,
            leads.TONES,
        ),
        Source(Kind.ASSETS, N_("媒资"), MediaAsset, _assets, Media.READ, "media.show"),
        Source(Kind.PEOPLE, N_("人员"), Staff, _people),
        Source(
            Kind.ANSWERS,
            N_("公开的问政"),
            PublicAnswer,
            _answers,
            Petitions.FOLLOW,
            "petitions.published",
        ),
    )
}
"""Every kind, in the order in which the page shows them."""
