"""Tables of stories: the master, its versions, its editions, where they go, what was frozen.

A master is a rolling draft; what was submitted, returned or approved is a :class:`Version`, and
what each account will be sent is a :class:`FrozenPost`. Both are written once: the session refuses
to change or delete them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Connection, ForeignKey, Index, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from kitchen.assignments.models import Assignment
from kitchen.core.db import Base, Json, Row
from kitchen.core.states import Machine
from kitchen.matrix.models import Account
from kitchen.people.models import Staff, Unit
from kitchen.stories.rules import MACHINE, AiUse, Kind, State, release_at
from kitchen.topics.models import Topic
from kitchen.topics.rules import Risk, gravest


class Story(Row, Base):
    """A master: the one text from which every channel's edition is made."""

    __tablename__ = "story"
    __table_args__ = (
        Index("ix_story_state_id", "state", "id"),
        Index("ix_story_author_id_id", "author_id", "id"),
        Index("ix_story_author_id_state_id", "author_id", "state", "id"),
        Index("ix_story_shared_id", "shared", "id"),
    )
    machine: ClassVar[Machine] = MACHINE

    title: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(default="")
    doc: Mapped[dict[str, Any]]
    """ProseMirror JSON; its schema is ``static/editor-schema.json``."""
    text_version: Mapped[int] = mapped_column(default=0, server_default="0")
    """Steps of its text so far, see :mod:`kitchen.stories.together_models`. Fields beside the text
    move :attr:`version` alone."""
    attached: Mapped[list[str]] = mapped_column(default=list)
    """Uids of pictures and films that belong to it without standing in the text, in order."""
    clip_uid: Mapped[str] = mapped_column(String(22), default="", index=True)
    """The clip made of its pictures, where no film was attached."""
    tags: Mapped[list[str]] = mapped_column(default=list)
    sources: Mapped[list[Any]] = mapped_column(default=list)
    """Where the facts come from: ``{"name", "url", "note"}``; the note never leaves the house."""
    rights_note: Mapped[str] = mapped_column(default="")
    credits: Mapped[list[Any]] = mapped_column(default=list)
    """Who is named under the piece: ``{"role", "names", "share"}``, share in percent."""
    ai_use: Mapped[AiUse] = mapped_column(String(10), default=AiUse.NONE)
    risk: Mapped[Risk] = mapped_column(String(10), default=Risk.ROUTINE)
    column: Mapped[str] = mapped_column(String(40), default="")
    """The column or brand under which it appears (S37)."""
    reprint: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The label of a reprint, see :mod:`kitchen.stories.reprint`; else empty."""
    state: Mapped[State] = mapped_column(String(12), default=State.DRAFT)
    correction: Mapped[str] = mapped_column(default="")
    """What a correction puts right, in words for the readers; empty for a first publication."""
    shared: Mapped[bool] = mapped_column(default=False)
    """Whether it lies in the pool from which others may adopt it (S56)."""
    length: Mapped[int] = mapped_column(default=0)
    """字数 of the text."""
    master_hash: Mapped[str] = mapped_column(String(64), default="")
    saved_at: Mapped[datetime | None]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    adopted_from_id: Mapped[int | None] = mapped_column(ForeignKey("story.id"), index=True)
    adopted_share: Mapped[int] = mapped_column(default=0)
    """Percent of the credit that stays with the author of the piece that was adopted."""
    embargo_until: Mapped[datetime | None]
    """Its own embargo; :attr:`embargo` is what holds."""
    in_unison: Mapped[bool] = mapped_column(default=False)
    """A statement that the whole matrix says at once (S44)."""

    author: Mapped[Staff | None] = relationship(foreign_keys=[author_id])
    saved_by: Mapped[Staff | None] = relationship(foreign_keys=[saved_by_id])
    unit: Mapped[Unit | None] = relationship()
    topic: Mapped[Topic | None] = relationship()
    assignment: Mapped[Assignment | None] = relationship()
    adopted_from: Mapped[Story | None] = relationship(
        remote_side="Story.id", back_populates="adoptions"
    )
    adoptions: Mapped[list[Story]] = relationship(
        back_populates="adopted_from", order_by="Story.id"
    )
    editions: Mapped[list[Edition]] = relationship(
        back_populates="story", order_by="Edition.id", cascade="all, delete-orphan"
    )
    targets: Mapped[list[Target]] = relationship(
        back_populates="story",
        order_by="(Target.position, Target.id)",
        cascade="all, delete-orphan",
    )

    @property
    def embargo(self) -> datetime | None:
        """Before when it goes nowhere: its own embargo, or that of the piece it was made from."""
        origin = self.adopted_from.embargo if self.adopted_from else None
        return release_at(self.embargo_until, origin)

    @property
    def least_risk(self) -> Risk:
        """The lowest class that it may have: its topic's, or that of the piece it was made from."""
        origin = self.adopted_from
        from_topic = [self.topic.risk] if self.topic else []
        from_origin = [origin.risk, origin.least_risk] if origin else []
        return gravest([*from_topic, *from_origin])


class Version(Row, Base):
    """A story as it stood at one moment that matters. Immutable."""

    __tablename__ = "story_version"
    __table_args__ = (UniqueConstraint("story_id", "number"),)

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    number: Mapped[int]
    kind: Mapped[Kind] = mapped_column(String(10))
    title: Mapped[str]
    fields: Mapped[dict[str, Any]]
    """Everything besides title and text, as :func:`kitchen.stories.master.fields_of` has it."""
    doc: Mapped[dict[str, Any]]
    master_hash: Mapped[str] = mapped_column(String(64))
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the checks found then, see :mod:`kitchen.stories.checks.report`."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[str] = mapped_column(default="")

    story: Mapped[Story] = relationship()
    made_by: Mapped[Staff | None] = relationship()
    posts: Mapped[list[FrozenPost]] = relationship(
        back_populates="story_version", order_by="(FrozenPost.position, FrozenPost.id)"
    )


class Edition(Row, Base):
    """What one channel will show of a story; fields named in ``tuned`` were set by hand."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("story_id", "channel"),)

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    form: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    """HTML for an article (figures by the hash of this channel's rendition), else plain text."""
    doc: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """The text of an article where it was tuned by hand; ``None``: the master's."""
    tags: Mapped[list[str]] = mapped_column(default=list)
    author: Mapped[str] = mapped_column(default="")
    cover_uid: Mapped[str] = mapped_column(String(22), default="")
    media_uids: Mapped[list[str]] = mapped_column(default=list)
    tuned: Mapped[list[str]] = mapped_column(default=list)
    master_hash: Mapped[str] = mapped_column(String(64), default="")
    """Of the master from which it was made; another one means that the edition is stale."""
    enabled: Mapped[bool] = mapped_column(default=True)

    story: Mapped[Story] = relationship(back_populates="editions")

    @property
    def stale(self) -> bool:
        """Whether the master moved on since this edition was made."""
        return self.master_hash != self.story.master_hash


class Target(Row, Base):
    """An account to which a story goes, not before ``slot``, in the order of ``position``."""

    __tablename__ = "story_target"
    __table_args__ = (UniqueConstraint("story_id", "account_id"),)

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    slot: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)
    bound: Mapped[bool] = mapped_column(default=False)
    """The piece stands there already: its correction must go there too."""

    story: Mapped[Story] = relationship(back_populates="targets")
    account: Mapped[Account] = relationship()


class FrozenPost(Row, Base):
    """Exactly what one account will be sent of a version; its ``uid`` names the post. Immutable."""

    __tablename__ = "frozen_post"
    __table_args__ = (UniqueConstraint("version_id", "account_id"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("story_version.id"), index=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    post: Mapped[dict[str, Any]]
    """:meth:`channels.base.Post.as_json`."""
    payload_hash: Mapped[str] = mapped_column(String(64))
    not_before: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)

    story_version: Mapped[Version] = relationship(back_populates="posts")
    account: Mapped[Account] = relationship()


class FrozenPostAsset(Base):
    """That a frozen post shows an asset, itself or within what was made of it. Immutable.

    Whether a right of it has ended is asked through this table whenever the post is about to leave.
    """

    __tablename__ = "frozen_post_asset"

    frozen_post_id: Mapped[int] = mapped_column(ForeignKey("frozen_post.id"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(
        ForeignKey("media_asset.id"), primary_key=True, index=True
    )


class Writer(Base):
    """That somebody put words into a story: kept for good, for whoever wrote in it never judges it.

    The author is one without a row; a piece that was adopted has the writers of its origin.
    """

    __tablename__ = "story_writer"

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)


class Reading(Base):
    """That somebody had a version before their eyes: from it they are told what changed since."""

    __tablename__ = "story_reading"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("story_version.id"), primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    read_at: Mapped[datetime]


def _refuse(_mapper: Mapper[Any], _connection: Connection, row: Any) -> None:
    raise RuntimeError(f"a {type(row).__name__} is written once and never changed")


for _written_once in (Version, FrozenPost, FrozenPostAsset):
    event.listen(_written_once, "before_update", _refuse)
    event.listen(_written_once, "before_delete", _refuse)
