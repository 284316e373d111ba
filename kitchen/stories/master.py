"""The master seen from different sides: as a snapshot, as the channels and as the checks see it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from sqlalchemy.orm import Session

from channels.base import Master, Media
from kitchen.core import clock
from kitchen.media import queries as media
from kitchen.media.models import MediaAsset
from kitchen.media.outgoing import as_media, film_of
from kitchen.media.rules import Kind, Making
from kitchen.stories import doc as text
from kitchen.stories import reprint
from kitchen.stories.checks import links
from kitchen.stories.checks.report import Picture, Piece
from kitchen.stories.models import Story
from kitchen.stories.rules import AiUse, fingerprint
from kitchen.stories.shapes import shapes_of
from kitchen.wordlists.compiled import in_force

FIELDS = (
    *("digest", "tags", "sources", "rights_note", "credits"),
    *("ai_use", "risk", "column", "attached", "reprint"),
)
"""What a version keeps besides title and text."""
_READERS_SEE = ("title", "digest", "doc", "tags", "sources", "credits", "ai_use", "attached")
"""What editions are made from; a change anywhere else leaves them as they are."""

LABELS = {
    AiUse.ASSISTED: "本内容由人工智能辅助制作，已经人工审核。",
    AiUse.GENERATED: "本内容由人工智能生成，已经人工审核。",
}
"""What readers are told under a piece (labelling rules, in force since 2025-09-01)."""
GENERATED_MARK = "【AI生成】"
"""What stands at the head of the short forms of a generated piece."""


def fields_of(story: Story) -> dict[str, Any]:
    """Everything besides title and text, as plain values."""
    values = {name: getattr(story, name) for name in FIELDS}
    return {**values, "ai_use": str(story.ai_use), "risk": str(story.risk)}


def hash_of(story: Story, doc: Mapping[str, Any] | None = None) -> str:
    """The fingerprint of what editions are made from; with ``doc`` for its text if given."""
    seen = {name: getattr(story, name) for name in _READERS_SEE}
    reprint = {"reprint": story.reprint} if story.reprint else {}
    return fingerprint({**seen, **reprint, "doc": doc or story.doc})


@dataclass(frozen=True, slots=True)
class Material:
    """The files of a story, read once: pictures in order, and its film if there is one."""

    pictures: Sequence[MediaAsset]
    film: MediaAsset | None
    captions: Mapping[str, str]
    """By uid, the words under the picture in this piece."""
    codes: Sequence[MediaAsset] = ()
    """The QR codes of the text: shown in their place and nowhere else."""

    @property
    def every(self) -> list[MediaAsset]:
        return [*self.pictures, *self.codes, *([self.film] if self.film else [])]

    @property
    def by_uid(self) -> dict[str, MediaAsset]:
        return {asset.uid: asset for asset in self.every}

    @property
    def film_ready(self) -> bool:
        return self.film is not None and self.film.making == Making.DONE


class Shelf:
    """Files that are read once in a unit of work, however many texts of a story show them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, MediaAsset] = {}

    def take(self, uids: Collection[str]) -> Mapping[str, MediaAsset]:
        """Those of these files that exist, and perhaps others, by uid."""
        self._known |= media.assets_by_uid(self._session, set(uids) - self._known.keys())
        return self._known


def material_of(
    session: Session,
    story: Story,
    doc: Mapping[str, Any] | None = None,
    shelf: Shelf | None = None,
) -> Material:
    """The story's files in two queries, or from the ``shelf``; ``doc`` stands for its text where
    given.
    """
    words = doc or story.doc
    figures, codes = text.figures(words), text.codes(words)
    named = [it.uid for it in (*text.films(words), *figures)]
    uids = list(dict.fromkeys([*named, *story.attached]))
    drawn = [it.uid for it in codes if it.uid not in uids]
    known = (shelf or Shelf(session)).take([*uids, *drawn, *filter(None, [story.clip_uid])])
    shown = [known[uid] for uid in uids if uid in known]
    films = [asset for asset in shown if asset.kind == Kind.VIDEO]
    return Material(
        pictures=[asset for asset in shown if asset.kind == Kind.PICTURE],
        film=films[0] if films else known.get(story.clip_uid),
        captions={it.uid: it.caption for it in (*figures, *codes) if it.caption},
        codes=[known[uid] for uid in drawn if uid in known],
    )


def master_of(
    session: Session,
    story: Story,
    channel: str,
    *,
    material: Material | None = None,
    doc: Mapping[str, Any] | None = None,
) -> Master:
    """The piece in neutral form, with the files in the shapes that ``channel`` sends.

    ``doc`` stands for the story's text where an article was tuned by hand. Raises
    :class:`WrongState` for a picture that is not ready.
    """
    words = doc or story.doc
    files = material or material_of(session, story, words)
    shapes = shapes_of(channel)
    pictures = {it.uid: picture(files, it, shapes.picture) for it in files.pictures}
    codes = {it.uid: picture(files, it, shapes.picture) for it in files.codes}
    film = None
    if files.film and files.film_ready:
        film = as_media(files.film, film_of(files.film, channel))
    sent = {uid: it.sha256 for uid, it in (pictures | codes).items()}
    if files.film and film:
        sent[files.film.uid] = film.sha256
    plain = text.to_text(words)
    return Master(
        title=story.title,
        digest=_digest(story, plain),
        html=_html(story, words, sent),
        text=plain,
        pictures=tuple(pictures.values()),
        codes=tuple(codes.values()),
        video=film,
        cover=picture(files, files.pictures[0], shapes.cover) if files.pictures else None,
        tags=tuple(story.tags),
        author=author_of(story),
        source=_source(story),
        credits=tuple((line["role"], line["names"]) for line in story.credits),
    )


def picture(files: Material, asset: MediaAsset, shape: str) -> Media:
    """A picture of the piece in one shape, under its caption in this piece."""
    return as_media(asset, shape, files.captions.get(asset.uid))


def author_of(story: Story) -> str:
    """Who is named as the author: the first line of the credits, else whoever wrote it."""
    if story.credits:
        return str(story.credits[0]["names"])
    return story.author.name if story.author else ""


def _digest(story: Story, plain: str) -> str:
    words = story.digest or plain.replace("\n", "")
    return GENERATED_MARK + words if story.ai_use == AiUse.GENERATED else words


def _source(story: Story) -> str:
    """Where readers are told that it comes from: of a reprint, from whom it was taken."""
    names = [source["name"] for source in story.sources if source["name"]]
    reprinted = (story.reprint or {}).get("source", "")
    return reprinted or "、".join(names)


def _html(story: Story, words: Mapping[str, Any], sent: Mapping[str, str]) -> str:
    """The text with files by the hash that is sent; a file that was lost keeps its name."""
    label = LABELS.get(AiUse(story.ai_use), "")
    told = filter(None, (reprint.written(story.reprint or {}), label))
    html = text.to_html(words, lambda uid, sha256: sent.get(uid, sha256))
    return html + "".join(f"<p>{escape(it)}</p>" for it in told)


def piece_of(session: Session, story: Story, shelf: Shelf | None = None) -> Piece:
    """The story as the checks see it."""
    today = clock.today(session)
    credits_in_text = {it.uid: it.credit for it in text.figures(story.doc)}
    files = material_of(session, story, shelf=shelf)
    own = (it for it in files.every if it.uid != story.clip_uid)
    return Piece(
        title=story.title,
        digest=story.digest,
        text=text.to_text(story.doc),
        today=today,
        sources=story.sources,
        credits=story.credits,
        pictures=[_picture(asset, credits_in_text.get(asset.uid, ""), today) for asset in own],
        links=links.links_of(story),
        ai_use=str(story.ai_use),
        dead_links=links.dead(session, links.links_of(story)),
        reprint=story.reprint or {},
        channels=frozenset(target.account.channel for target in story.targets),
        column=story.column,
        lists=in_force(session),
    )


def _picture(asset: MediaAsset, credit: str, today: date) -> Picture:
    found = asset.obstacle_on(today) or ""
    return Picture(asset.name, credit or asset.credit or asset.source, found, asset.aigc)
