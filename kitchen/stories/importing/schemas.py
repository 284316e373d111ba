"""What comes in and goes out about texts from outside; forms and the API share it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kitchen.core.errors import Sentence
from kitchen.media.rules import Rights
from kitchen.stories.importing.models import StoryImport
from kitchen.web.i18n import say
from kitchen.web.schema import Answer, Schema

HTML_MOST = 1_500_000
"""Characters of what is pasted; a long page with its clutter has a third of it."""


class ImportIn(Schema):
    """Beside the file: where it goes, and by what right its pictures are shown."""

    into: str = Field("", max_length=22)
    rights: Rights = Rights.OWN
    html: str = Field("", max_length=HTML_MOST)


class ImportOut(Answer):
    """What became of a text: its story at once, or a file on which a worker is busy."""

    story: str | None
    uid: str | None = None
    filename: str
    pictures: int
    done: int
    finished_at: datetime | None = None
    failure: str = ""
    remarks: list[str] = []


def import_out(order: StoryImport) -> ImportOut:
    return ImportOut(
        story=order.story.uid if order.story else None,
        uid=order.uid,
        filename=order.filename,
        pictures=order.pictures,
        done=order.done,
        finished_at=order.finished_at,
        failure=failure_of(order),
        remarks=remarks_of(order),
    )


def failure_of(order: StoryImport) -> str:
    """Why nothing was imported, in the visitor's language."""
    return say(Sentence(order.failure, order.failure_params)) if order.failure else ""


def remarks_of(order: StoryImport) -> list[str]:
    """What stayed out, in the visitor's language."""
    return [say(Sentence(message, params)) for message, params in order.remarks]
