"""Editions: what each channel will show, made by its own rules and tuned by hand.

Fields named in ``tuned`` keep what a person set when the master moves on; all others follow it
the next time the edition is brought up to date. Nothing is lost either way: the page shows what
would change before it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels import base
from channels.base import Channel, Form, Master, Media
from channels.registry import channel_class, channel_classes
from kitchen.core import audit, bus
from kitchen.core.access import HOUSE, Actor
from kitchen.core.errors import N_, Invalid, Stale
from kitchen.media import service as media_service
from kitchen.media.events import ClipMade
from kitchen.media.filming import service as filming
from kitchen.media.filming.queries import works_of
from kitchen.media.models import MediaAsset
from kitchen.media.outgoing import as_media, film_form, film_of
from kitchen.media.rules import FILM, Kind, Making, shape_of
from kitchen.stories import doc as text
from kitchen.stories import writers
from kitchen.stories.admission import demand_change
from kitchen.stories.events import EditionsMade
from kitchen.stories.master import Material, Shelf, master_of, material_of, picture
from kitchen.stories.models import Edition, Story
from kitchen.stories.rules import OPEN
from kitchen.stories.shapes import shapes_of

TUNABLE = ("title", "digest", "body", "tags", "author", "cover_uid", "media_uids")
"""What may be set by hand."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which an edition is not what the master would make of it now."""

    field: str
    stands: str
    fresh: str
    tuned: bool


def chosen_channels(story: Story) -> list[str]:
    """The channels of the story's targets, in the order in which people see channels."""
    wanted = {target.account.channel for target in story.targets}
    return [key for key in channel_classes() if key in wanted]


def make_editions(
    session: Session,
    actor: Actor,
    story: Story,
    channels: Iterable[str] | None = None,
    shelf: Shelf | None = None,
) -> list[Edition]:
    """An edition for each channel (by default those of the targets): missing ones are made.

    Those of which nobody tuned anything follow the master; tuned ones are left for
    :func:`refresh_edition`. Raises :class:`Forbidden`, :class:`WrongState`.
    """
    demand_change(session, actor, story)
    wanted = list(channels) if channels is not None else chosen_channels(story)
    kitchen = _Kitchen.of(session, actor, story, wanted, shelf)
    known = {edition.channel: edition for edition in story.editions}
    made = [key for key in wanted if key not in known]
    for key in made:
        known[key] = Edition(channel=key, tuned=[])
        story.editions.append(known[key])
    for key in wanted:
        if key in made or not known[key].tuned:
            kitchen.fill(known[key])
    session.flush()
    kitchen.ask_for_forms(known[key] for key in wanted)
    if made:
        audit.record(session, actor, "make_editions", story, after={"channels": made})
        bus.emit(session, EditionsMade(story.id, tuple(made)))
    return [known[key] for key in wanted]


def refresh_edition(
    session: Session, actor: Actor, story: Story, edition: Edition, *, all_fields: bool = False
) -> None:
    """Bring an edition up to the master. What was tuned stays, unless ``all_fields``.

    Then the audit has what a person had set, word for word.
    """
    demand_change(session, actor, story)
    dropped = {name: _get(edition, name) for name in edition.tuned} if all_fields else {}
    if all_fields and edition.doc is not None:
        dropped["doc"] = edition.doc
    if all_fields:
        edition.tuned, edition.doc = [], None
    kitchen = _Kitchen.of(session, actor, story, [edition.channel])
    kitchen.fill(edition)
    session.flush()
    kitchen.ask_for_forms([edition])
    audit.record(session, actor, "refresh_edition", edition, before=dropped)


def tune_edition(
    session: Session,
    actor: Actor,
    story: Story,
    edition: Edition,
    seen: int | None,
    **values: Any,
) -> None:
    """Set fields of :data:`TUNABLE` by hand; for an article ``doc`` is set instead of ``body``.

    Raises :class:`Stale` with what stands now, :class:`Invalid` for a picture that is not the
    story's, and as :func:`make_editions` does.
    """
    demand_change(session, actor, story)
    if seen is not None and seen != edition.version:
        raise Stale(theirs=values_of(edition), version=edition.version)
    if (doc := values.pop("doc", None)) is not None:
        _tune_text(session, actor, story, edition, text.checked(doc))
    _demand_own_files(session, story, values)
    changed = [name for name in TUNABLE if name in values and values[name] != _get(edition, name)]
    before = {name: _get(edition, name) for name in changed}
    for name in changed:
        setattr(edition, name, values[name])
    edition.tuned = [name for name in TUNABLE if name in {*edition.tuned, *changed}]
    session.flush()
    writers.note(session, actor, story, changed if doc is None else {"doc"})
    if changed:
        after = {name: values[name] for name in changed}
        audit.record(session, actor, "tune_edition", edition, before=before, after=after)


def switch_edition(
    session: Session, actor: Actor, story: Story, edition: Edition, *, enabled: bool
) -> None:
    """Have a channel carry this piece or not; its targets stay for another time."""
    demand_change(session, actor, story)
    if edition.enabled != enabled:
        edition.enabled = enabled
        audit.record(session, actor, "switch_edition", edition, after={"enabled": enabled})


def differences(session: Session, story: Story, edition: Edition) -> list[Difference]:
    """Where an edition is not what the master would make of it now; pure reading."""
    files = material_of(session, story, edition.doc)
    fresh = _Composer(session, story, files).values(edition.channel, edition.doc)
    return [
        Difference(name, _said(name, _get(edition, name), files), words, name in edition.tuned)
        for name in TUNABLE
        if (words := _said(name, fresh[name], files)) != _said(name, _get(edition, name), files)
    ]


def as_edition(edition: Edition, files: Material) -> base.Edition:
    """The edition as its channel takes it, files in the shapes that are sent.

    Raises :class:`WrongState` for a file that is not ready.
    """
    known = files.by_uid
    cover = known.get(edition.cover_uid)
    return base.Edition(
        form=Form(edition.form),
        title=edition.title,
        digest=edition.digest,
        body=_with_its_film(edition, files),
        cover=picture(files, cover, shapes_of(edition.channel).cover) if cover else None,
        media=tuple(
            _sent(files, known[uid], edition.channel) for uid in edition.media_uids if uid in known
        ),
        tags=tuple(edition.tags),
        author=edition.author,
    )


def composed(session: Session, story: Story, channel: str, files: Material) -> base.Edition:
    """What the channel's rules make of the master with its files now; pure reading.

    Raises :class:`WrongState` for a file that is not ready.
    """
    return channel_class(channel).compose(master_of(session, story, channel, material=files))


def values_of(edition: Edition) -> dict[str, Any]:
    """What stands in an edition, as plain values."""
    return {"form": edition.form, **{name: _get(edition, name) for name in TUNABLE}}


def take_clip(session: Session, event: ClipMade) -> None:
    """A clip is ready: put it into the editions that wait for it."""
    clip = session.get(MediaAsset, event.asset_id)
    if clip is None:
        return
    waiting = select(Story).where(Story.clip_uid == clip.uid, Story.state.in_(OPEN))
    for story in session.scalars(waiting):
        for edition in story.editions:
            if edition.form == Form.VIDEO and edition.media_uids != [clip.uid]:
                edition.media_uids = [clip.uid]


class _Composer:
    """Composes editions of one story from files that were read once."""

    def __init__(self, session: Session, story: Story, files: Material) -> None:
        self.session, self.story, self.files = session, story, files

    def master(self, channel: str, doc: Mapping[str, Any] | None = None) -> Master:
        return master_of(self.session, self.story, channel, material=self.files, doc=doc)

    def values(self, channel: str, doc: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What the channel's rules make of the master, with files by their uid."""
        composed = channel_class(channel).compose(self.master(channel, doc))
        uids = self._uids(channel)
        return {
            "form": str(composed.form),
            "title": composed.title,
            "digest": composed.digest,
            "body": composed.body,
            "tags": list(composed.tags),
            "author": composed.author,
            "cover_uid": uids.get(composed.cover.sha256, "") if composed.cover else "",
            "media_uids": [uids[it.sha256] for it in composed.media if it.sha256 in uids],
        }

    def _uids(self, channel: str) -> dict[str, str]:
        """From the hash of what is sent back to the asset."""
        shapes = shapes_of(channel)
        sent = {
            picture(self.files, asset, shape).sha256: asset.uid
            for asset in (*self.files.pictures, *self.files.codes)
            for shape in (shapes.cover, shapes.picture)
        }
        if self.files.film is not None and self.files.film_ready:
            film = self.files.film
            sent[as_media(film, film_of(film, channel)).sha256] = film.uid
        return sent


class _Kitchen(_Composer):
    """A composer that also writes: it fills editions, and has a clip made where one is needed."""

    @classmethod
    def of(
        cls,
        session: Session,
        actor: Actor,
        story: Story,
        channels: Sequence[str],
        shelf: Shelf | None = None,
    ) -> _Kitchen:
        kitchen = cls(session, story, material_of(session, story, shelf=shelf))
        if any(kitchen._lacks_film(channel_class(key)) for key in channels):
            _ask_for_clip(session, actor, story, kitchen.files)
            kitchen.files = material_of(session, story, shelf=shelf)
        return kitchen

    def _lacks_film(self, channel: type[Channel]) -> bool:
        """Whether the channel can only carry film, and nobody brought one."""
        film = self.files.film
        if channel.limits.form is not Form.VIDEO or not self.files.pictures:
            return False
        if film is not None and film.uid != self.story.clip_uid:
            return False
        composed = channel.compose(replace(self.master(channel.key), video=None))
        return composed.form is Form.VIDEO and not composed.media

    def fill(self, edition: Edition) -> None:
        """Write what the master makes of it into every field that nobody tuned."""
        values = self.values(edition.channel, edition.doc)
        kept = {*edition.tuned} - ({"body"} if edition.doc is not None else set())
        for name, value in values.items():
            if name not in kept:
                setattr(edition, name, value)
        edition.master_hash = self.story.master_hash

    def ask_for_forms(self, editions: Iterable[Edition]) -> None:
        """Have the film made in the form of each channel that carries it; they are all filled."""
        film = self.files.film
        for edition in editions:
            if film is not None and film.uid in edition.media_uids:
                _ask_for_form(self.session, film, edition.channel)


def _ask_for_form(session: Session, film: MediaAsset, channel: str) -> None:
    """Have the film made in the form of its channel, unless somebody asked for that already. One
    that cannot be made so goes as it is, and the channel says in what it breaks its limits.
    """
    preset = film_form(channel)
    if not preset or film.recipe or film.making != Making.DONE:
        return
    if preset not in works_of(session, film):
        with suppress(Invalid):
            filming.request_transcode(session, HOUSE, film, preset)


def _ask_for_clip(session: Session, actor: Actor, story: Story, files: Material) -> None:
    """Have a clip made of the pictures; asked again for the same, it is the same clip."""
    captions = [files.captions.get(asset.uid, asset.caption) for asset in files.pictures]
    clip = media_service.request_clip(
        session, actor, files.pictures, story.title, captions, subject=story
    )
    if clip.uid == story.clip_uid:
        return
    if files.film is not None and files.film.uid == story.clip_uid:
        media_service.stop_using(session, actor, files.film, story, "clip")
    story.clip_uid = clip.uid
    session.flush()


def _tune_text(
    session: Session, actor: Actor, story: Story, edition: Edition, doc: dict[str, Any]
) -> None:
    if edition.form != Form.ARTICLE:
        raise Invalid(fields={"doc": N_("这个渠道的正文是短文字，请直接改文字。")})
    before, edition.doc = edition.body, doc
    composer = _Composer(session, story, material_of(session, story, doc))
    fresh = composer.values(edition.channel, doc)
    edition.body, edition.media_uids = fresh["body"], fresh["media_uids"]
    edition.tuned = [name for name in TUNABLE if name in {*edition.tuned, "body"}]
    after = {"body": edition.body}
    audit.record(session, actor, "tune_edition", edition, before={"body": before}, after=after)


def _demand_own_files(session: Session, story: Story, values: Mapping[str, Any]) -> None:
    """Only files of this story may be shown with it."""
    asked = {*values.get("media_uids", ()), *filter(None, [values.get("cover_uid")])}
    if not asked:
        return
    foreign = asked - set(material_of(session, story).by_uid)
    if foreign:
        name = "cover_uid" if values.get("cover_uid") in foreign else "media_uids"
        raise Invalid(fields={name: N_("这张图片不在本稿的素材里，请先放进来。")})


def _sent(files: Material, asset: MediaAsset, channel: str) -> Media:
    if asset.kind == Kind.VIDEO:
        return as_media(asset, film_of(asset, channel))
    return picture(files, asset, shapes_of(channel).picture)


def _with_its_film(edition: Edition, files: Material) -> str:
    """The body naming the film as it is sent: since it was written, the channel's form of it may
    have been made.
    """
    if edition.form != Form.ARTICLE or files.film is None or not files.film_ready:
        return edition.body
    sent = as_media(files.film, film_of(files.film, edition.channel)).sha256
    forms = {FILM, film_form(edition.channel)}
    body = edition.body
    for each in files.film.renditions:
        if shape_of(each.preset) in forms:
            body = body.replace(each.sha256, sent)
    return body


def _get(edition: Edition, name: str) -> Any:
    return getattr(edition, name)


def _said(name: str, value: Any, files: Material) -> str:
    """A field's value as people read it."""
    if name == "body":
        return text.plain_of_html(value)
    if name in {"cover_uid", "media_uids"}:
        known = files.by_uid
        uids = [value] if isinstance(value, str) else value
        return "、".join(known[uid].name if uid in known else uid for uid in uids if uid)
    return "，".join(value) if isinstance(value, list) else str(value)
