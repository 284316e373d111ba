"""What each work does with bytes: no row is read or written here, and no unit of work is open."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from assets import (
    film_marks,
    film_presets,
    film_signing,
    framing,
    pictures,
    previews,
    subtitles,
    transcoding,
    video,
)
from assets.film_presets import FILM_PRESETS, FilmPreset, Fit
from assets.framing import Framing
from assets.loudness import Loudness
from assets.pictures import Rendition, Sink
from assets.presets import SHARED as STILL
from assets.presets import Marks
from assets.transcoding import Made, Wishes, Words
from assets.video import Film
from kitchen.media import films
from kitchen.media.filming.labels import NOTICES
from kitchen.media.filming.making import Outcome
from kitchen.media.filming.rules import POSTER, PROXY, SHARED, STRIP
from kitchen.media.rules import FILM
from kitchen.media.signature import Vouching

MP4: Final = "video/mp4"


@dataclass(frozen=True, slots=True)
class Order:
    """All that is needed to do one work, read in one unit of work."""

    work_id: int
    fence: int
    asset_uid: str
    preset: str
    wishes: Mapping[str, Any]
    sha256: str
    """Of the original."""
    aigc: int
    subtitles: str
    """The hash of the WebVTT file; empty where there is none."""
    loudness: Mapping[str, float] | None = None
    """Of the wished part, where another form of it was measured before."""
    label: Mapping[str, str] | None = None
    """Of generated content, see :func:`kitchen.media.provenance.label_of`."""
    vouch: Vouching | None = None

    @property
    def form(self) -> FilmPreset:
        """The form that is wished, with room for a signature where there will be one."""
        preset = FILM_PRESETS[self.preset]
        return preset.with_room(film_signing.SIGNED_BYTES) if self.vouch else preset


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a work is done: the film on this machine, a folder, the way into the store."""

    film: Path
    folder: Path
    sink: Sink
    words: bytes
    """The subtitles that are to be set into the picture, if any."""
    alike: Callable[[str], Outcome | None]
    """What was already made by a recipe, for this film."""
    progress: Callable[[float], None]


def carry(order: Order, desk: Desk) -> Outcome:
    """Do one work. Raises :class:`Refused`, and whatever ``desk.progress`` raises."""
    return _OWN.get(order.preset, _transcode)(order, desk)


def _strip(order: Order, desk: Desk) -> Outcome:
    path, geometry = previews.strip(desk.film, desk.folder, desk.progress)
    size = geometry.columns * geometry.width, geometry.rows * geometry.height
    made = _kept(STRIP, path, "image/jpeg", size, desk.sink)
    facts = {"strip": geometry.to_json(), "original": _told_of(video.probe(desk.film))}
    return Outcome([made], facts=facts)


def _proxy(order: Order, desk: Desk) -> Outcome:
    label = film_marks.label_of(order.aigc, order.label)
    made = previews.proxy(desk.film, desk.folder, label, desk.progress)
    return Outcome([_film(order, made, desk)], made.seconds)


def _bare(order: Order, desk: Desk) -> Outcome:
    film = video.probe(desk.film)
    label = film_marks.label_of(order.aigc, order.label)
    path, mime = films.bare_copy(desk.film, desk.folder, label), films.container_of(film)
    desk.progress(0.5)
    if mime == MP4:
        path = _signed(order, path, desk)
    size = film.width, film.height
    return Outcome([_kept(FILM, path, mime, size, desk.sink)], film.seconds)


def _poster(order: Order, desk: Desk) -> Outcome:
    at = min(float(order.wishes["at"]), max(0.0, video.probe(desk.film).seconds - 0.2))
    still = films.still_at(desk.film, desk.folder, at)
    desk.progress(0.3)
    return Outcome(films.stills(still, desk.sink), facts={"at": at})


def _shared(order: Order, desk: Desk) -> Outcome:
    """The whole film with the name of whose it is in its corner, and a still of that."""
    words = Words(
        label=film_marks.label_of(order.aigc, order.label),
        notice=NOTICES.get(order.aigc, ""),
        owner=str(order.wishes["owner"]),
    )
    whole = Wishes(framing=Framing(Fit.WHOLE))
    made = transcoding.make(
        desk.film, film_presets.SHARED, whole, words, desk.folder, progress=desk.progress
    )
    still = films.still_at(made.path, desk.folder, min(1.0, made.seconds / 3))
    poster = pictures.render(still, (STILL,), desk.sink, marks=Marks(order.label))
    return Outcome([_film(order, made, desk), *poster], made.seconds)


def _transcode(order: Order, desk: Desk) -> Outcome:
    preset, film = order.form, video.probe(desk.film)
    wishes = _wishes(order)
    words = Words(
        cues=subtitles.read(desk.words) if desk.words else (),
        label=film_marks.label_of(order.aigc, order.label),
        notice=NOTICES.get(order.aigc, ""),
    )
    recipe = _recipe(order, film, wishes, words)
    known = desk.alike(recipe)
    if known and not 0 < preset.max_bytes < known.renditions[0].size:
        return known
    made = transcoding.make(
        desk.film,
        preset,
        wishes,
        words,
        desk.folder,
        progress=desk.progress,
        known=Loudness.from_json(order.loudness) if order.loudness else None,
    )
    return Outcome([_film(order, made, desk)], made.seconds, _levels(made), recipe)


_OWN: Mapping[str, Callable[[Order, Desk], Outcome]] = {
    STRIP: _strip,
    PROXY: _proxy,
    FILM: _bare,
    POSTER: _poster,
    SHARED: _shared,
}


def _wishes(order: Order) -> Wishes:
    wished = order.wishes
    frame = Framing(Fit(wished["fit"]), float(wished["x"]), float(wished["y"]))
    return Wishes(frame, float(wished["start"]), float(wished["end"]))


def _recipe(order: Order, film: Film, wishes: Wishes, words: Words) -> str:
    """What comes out depends on this and on nothing else: platforms that take the same form at
    the same rate share one film.
    """
    preset = order.form
    plan = transcoding.plan(film, preset, wishes)
    ingredients = [
        *(order.sha256, asdict(plan), preset.quality, preset.levelled, wishes.start, wishes.end),
        framing.filters(film, plan.frame, wishes.framing, plan.rate),
        *(words.label, words.notice, [asdict(cue) for cue in words.cues]),
        order.vouch[0].to_json() if order.vouch else None,
    ]
    return hashlib.sha256(json.dumps(ingredients, ensure_ascii=False).encode()).hexdigest()


def _film(order: Order, made: Made, desk: Desk) -> Rendition:
    path = _signed(order, made.path, desk)
    return _kept(order.preset, path, MP4, (made.width, made.height), desk.sink)


def _signed(order: Order, path: Path, desk: Desk) -> Path:
    """Signed where there is something to vouch for."""
    return film_signing.vouched(path, *order.vouch, desk.folder) if order.vouch else path


def _kept(preset: str, path: Path, mime: str, size: tuple[int, int], sink: Sink) -> Rendition:
    with path.open("rb") as stream:
        blob = sink(stream)
    return Rendition(preset, blob.sha256, mime, *size, blob.size)


def _levels(made: Made) -> dict[str, Any]:
    """How loud it was and is, as far as there is sound."""
    facts: dict[str, Any] = {"rounds": made.rounds}
    for name, level in (("before", made.before), ("after", made.after)):
        if level is not None:
            facts[name] = level.to_json()
    return facts


def _told_of(film: Film) -> dict[str, Any]:
    """The original as it is, without a word of what it tells about people."""
    return {
        "picture": film.picture_codec,
        "pixels": film.pixels,
        "colour": film.colour,
        "high_range": film.high_range,
        "rate": round(film.rate, 3),
        "even_rate": film.even_rate,
        "turned": film.turned,
        "sound": " ".join(filter(None, (film.sound_codec, film.sound))),
        "streams": film.streams,
        "credentials": film.credentials,
    }
