"""What a story shows of the catalogue, told to it: so that it knows where a file is used."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core.access import Actor
from kitchen.core.errors import N_, Invalid
from kitchen.media import queries as media
from kitchen.media import service as media_service
from kitchen.stories import doc as text
from kitchen.stories.models import Story


def figure_uids(story: Story) -> list[str]:
    """The uids of the pictures and films in the text, in their order."""
    return [file.uid for file in text.files(story.doc)]


def note_figures(session: Session, actor: Actor, story: Story, before: list[str]) -> None:
    """Tell the catalogue which pictures stand in the text. Raises :class:`Invalid` for a strange
    one: the text would be missing it everywhere.
    """
    now = figure_uids(story)
    known = media.assets_by_uid(session, {*before, *now})
    if set(now) - set(known):
        raise Invalid(N_("有一张图片不在素材库里，请删掉后重新选图。"), code="bad_text")
    for uid in set(before) - set(now):
        if uid in known:
            media_service.stop_using(session, actor, known[uid], story, "figure")
    for position, uid in enumerate(now):
        media_service.use(session, actor, known[uid], story, "figure", position)


def note_attached(session: Session, actor: Actor, story: Story, before: list[str]) -> None:
    """Tell the catalogue which files belong to the story beside its text."""
    known = media.assets_by_uid(session, {*before, *story.attached})
    for uid in (set(before) - set(story.attached)) & set(known):
        media_service.stop_using(session, actor, known[uid], story, "attached")
    for position, uid in enumerate(story.attached):
        if uid in known:
            media_service.use(session, actor, known[uid], story, "attached", position)
