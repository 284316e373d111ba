"""What adapters share in making an edition of a master, and in checking it against limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from channels import text
from channels.base import Edition, Finding, Form, Limits, Master, Media, Problem
from channels.markup import figures, plain_text

CAPTION_DIGEST = 120
"""Length of the words under a clip or a picture set: more is folded away on a phone."""
ALERT_TITLE, ALERT_WORDS = 30, 60
"""What a lock screen shows of a push without folding it; the platforms themselves take more."""


def article(master: Master, limits: Limits) -> Edition:
    """The whole piece: body, the pictures that it shows, sources and credits as its last lines."""
    known = {picture.sha256: picture for picture in (*master.pictures, *master.codes)}
    return Edition(
        form=Form.ARTICLE,
        title=_title(master, limits),
        digest=_digest(master, limits.digest_max),
        body=master.html + _credits(master),
        cover=_cover(master, limits),
        media=tuple(known[sha] for sha in figures(master.html) if sha in known),
        author=text.fit(master.author, limits.author_max or len(master.author)),
    )


def clip(master: Master, limits: Limits) -> Edition:
    """The piece as its one video with a few words."""
    return _captioned(master, limits, (master.video,) if master.video else ())


def album(master: Master, limits: Limits) -> Edition:
    """The piece as its pictures with a few words."""
    most = limits.pictures_max or len(master.pictures)
    return _captioned(master, limits, master.pictures[:most])


def alert(master: Master) -> Edition:
    """The piece as a notification: a headline and one sentence, the link behind them."""
    return Edition(
        form=Form.PUSH,
        title=text.fit(master.title, ALERT_TITLE),
        body=_digest(master, ALERT_WORDS),
    )


def caption(edition: Edition) -> str:
    """What stands under a clip or picture set: title, words and hashtags, each on its line."""
    lines = (edition.title, edition.body, text.hashtags(edition.tags))
    return "\n".join(line.strip() for line in lines if line.strip())


def findings(
    limits: Limits, edition: Edition, *, body_length: float | None = None
) -> list[Finding]:
    """Everything in which the edition breaks ``limits``.

    ``body_length`` is the body's length as the platform counts it, where that is not the number
    of its characters.
    """
    found = list(_words(limits, edition, len(edition.body) if body_length is None else body_length))
    found += _covers(limits, edition)
    return found + list((_clips if limits.form is Form.VIDEO else _pictures)(limits, edition))


def _captioned(master: Master, limits: Limits, media: Sequence[Media]) -> Edition:
    return Edition(
        form=limits.form,
        title=_title(master, limits),
        body=_digest(master, CAPTION_DIGEST),
        cover=_cover(master, limits) if limits.cover_required else None,
        media=tuple(media),
        tags=master.tags,
    )


def _title(master: Master, limits: Limits) -> str:
    return text.fit(master.title, limits.title_max or len(master.title))


def _digest(master: Master, limit: int) -> str:
    return text.fit(master.digest or master.text, limit, ellipsis="…")


def _cover(master: Master, limits: Limits) -> Media | None:
    """The master's cover, else its first picture of a type that the platform takes."""
    candidates = (master.cover, *master.pictures)
    taken = limits.picture_mimes
    return next((it for it in candidates if it and (not taken or it.mime in taken)), None)


def _credits(master: Master) -> str:
    lines = [("来源", master.source), *master.credits]
    return "".join(f"<p>{escape(role)}：{escape(who)}</p>" for role, who in lines if who)


def _words(limits: Limits, edition: Edition, body_length: float) -> Iterator[Finding]:
    title = len(edition.title.strip())
    if limits.title_max and not title:
        yield Finding(Problem.TITLE_MISSING, max(limits.title_min, 1), 0)
    elif title < limits.title_min:
        yield Finding(Problem.TITLE_TOO_SHORT, limits.title_min, title)
    yield from _above(Problem.TITLE_TOO_LONG, limits.title_max, title)
    yield from _above(Problem.DIGEST_TOO_LONG, limits.digest_max, len(edition.digest))
    yield from _above(Problem.AUTHOR_TOO_LONG, limits.author_max, len(edition.author))
    yield from _above(Problem.BODY_TOO_LONG, limits.body_max, body_length)
    if _lacks_words(limits.form, edition):
        yield Finding(Problem.BODY_MISSING, 1, 0)


def _lacks_words(form: Form, edition: Edition) -> bool:
    """Whether the body is empty where the form lives by it; in an article a picture will do."""
    if form is Form.ARTICLE:
        return not (plain_text(edition.body) or figures(edition.body))
    return form is Form.PUSH and not edition.body.strip()


def _covers(limits: Limits, edition: Edition) -> Iterator[Finding]:
    if edition.cover is None:
        if limits.cover_required:
            yield Finding(Problem.COVER_MISSING, 1, 0)
        return
    yield from _above(Problem.COVER_TOO_LARGE, limits.cover_bytes, edition.cover.size)
    yield from _foreign(Problem.PICTURE_TYPE, limits.picture_mimes, (edition.cover,))


def _pictures(limits: Limits, edition: Edition) -> Iterator[Finding]:
    named = figures(edition.body) if limits.form is Form.ARTICLE else []
    absent = set(named) - {picture.sha256 for picture in edition.media}
    if absent or len(edition.media) < limits.pictures_min:
        wanted = max(limits.pictures_min, len(edition.media) + len(absent))
        yield Finding(Problem.PICTURE_MISSING, wanted, len(edition.media))
    yield from _above(Problem.TOO_MANY_PICTURES, limits.pictures_max, len(edition.media))
    largest = max((picture.size for picture in edition.media), default=0)
    yield from _above(Problem.PICTURE_TOO_LARGE, limits.picture_bytes, largest)
    yield from _foreign(Problem.PICTURE_TYPE, limits.picture_mimes, edition.media)


def _clips(limits: Limits, edition: Edition) -> Iterator[Finding]:
    if len(edition.media) != 1:
        yield Finding(Problem.VIDEO_MISSING, 1, len(edition.media))
        return
    video = edition.media[0]
    yield from _above(Problem.VIDEO_TOO_LARGE, limits.video_bytes, video.size)
    yield from _above(Problem.VIDEO_TOO_LONG, limits.video_seconds, video.seconds)
    yield from _foreign(Problem.VIDEO_TYPE, limits.video_mimes, edition.media)
    if limits.portrait and video.width > video.height:
        yield Finding(Problem.VIDEO_LANDSCAPE, video.height, video.width)


def _above(problem: Problem, allowed: float, found: float) -> Iterator[Finding]:
    if allowed and found > allowed:
        yield Finding(problem, allowed, found)


def _foreign(problem: Problem, mimes: Sequence[str], media: Sequence[Media]) -> Iterator[Finding]:
    count = sum(medium.mime not in mimes for medium in media)
    if mimes and count:
        yield Finding(problem, 0, count)
