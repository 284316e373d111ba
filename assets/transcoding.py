"""A film in one of the forms in which it leaves the house (:mod:`assets.film_presets`).

The part between two points, in the form's frame, at an even rate, with its sound at the house's
level, its subtitles set if that is wished, its label of generated content shown and written, and
nothing else said about it. The bit rate is chosen so that the platform's limit holds, and that it
holds is looked up afterwards: what came out too heavy is made again with less.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from assets import encoder, film_marks, framing, loudness, subtitles, video
from assets.encoder import EncodingFailed
from assets.film_presets import FilmPreset
from assets.framing import Framing
from assets.loudness import Loudness
from assets.refusals import Refused, in_bytes
from assets.sniff import Kind, sniff
from assets.subtitles import Cue
from assets.video import Film

BUFFER: Final = 1.0
"""Seconds over which x264 may save up bits: its worst excess over the rate that was asked for."""
OVERHEAD: Final = 0.97
"""Share of the bytes that sound and picture get; the rest is for the container's tables."""
LEAST_KBPS: Final = 150
"""Below that a picture of any size cannot be looked at."""
BITS_A_PIXEL: Final = 0.035
"""What x264 needs for moving pictures; where there is less, the frame becomes smaller."""
ROUNDS: Final = 3
NOTICE_SECONDS: Final = 3.0
"""The label of generated content stands at the beginning; GB 45438-2025 asks for two at least."""
PATIENCE: Final = 20.0
"""Seconds of work for a second of film, before it is given up; and a minute to begin with."""

_RATES: Final = {23.98: "24000/1001", 29.97: "30000/1001", 59.94: "60000/1001"}
_ENCODER: Final = (
    *("-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-pix_fmt", "yuv420p"),
    *("-threads", "2"),  # a fixed number: the same bytes on any machine
    *("-color_range", "tv", "-colorspace", "bt709"),
    *("-color_primaries", "bt709", "-color_trc", "bt709"),
)

Progress = Callable[[float], None]
"""Told the share that is done, from 0 to 1; what it raises ends the work and leaves no file."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What people chose: how it meets the frame, and from where to where, in seconds."""

    framing: Framing = field(default_factory=Framing)
    start: float = 0.0
    end: float = 0.0
    """0 is the end of the film."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is said over the film and about it."""

    cues: Sequence[Cue] = ()
    label: str = ""
    """The AIGC label that is written, as JSON."""
    notice: str = ""
    """The same for the eye."""
    owner: str = ""
    """The name that stands in the corner from beginning to end, as a watermark."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How one form is made."""

    frame: tuple[int, int]
    seconds: float
    rate: str
    kbps: int
    """Of the picture, at most."""
    sound_kbps: int
    """0 where there is no sound."""


@dataclass(frozen=True, slots=True)
class Made:
    """A finished film."""

    path: Path
    width: int
    height: int
    seconds: float
    size: int
    rounds: int = 1
    """How often it had to be made until it was light enough."""
    before: Loudness | None = None
    after: Loudness | None = None


def plan(film: Film, preset: FilmPreset, wishes: Wishes) -> Plan:
    """How the wished part becomes that form. Raises :class:`Refused` where it cannot."""
    seconds = _length(film, preset, wishes)
    sound = preset.sound_kbps if film.sound_codec else 0
    kbps = _kbps(preset, seconds, sound)
    frame = framing.frame_of(film, preset, wishes.framing)
    rate = _rate(film, preset)
    wanted = frame[0] * frame[1] * min(film.rate or preset.fps, preset.fps) * BITS_A_PIXEL / 1000
    if kbps < wanted:
        frame = framing.smaller(frame, kbps / wanted)
    return Plan(frame, seconds, rate, kbps, sound)


def make(
    path: Path,
    preset: FilmPreset,
    wishes: Wishes,
    words: Words,
    folder: Path,
    *,
    progress: Progress,
    known: Loudness | None = None,
) -> Made:
    """Make the form of the film at `path`, in `folder`. `known` is how loud that part is, where it
    was measured before.

    Raises :class:`Refused` where the film, or what is wished of it, does not fit the form.
    """
    kind, film = sniff(path), video.probe(path)
    planned = plan(film, preset, wishes)
    work = _Work(path, kind, film, preset, wishes, words, folder, planned, progress)
    before = (known or work.measured()) if preset.levelled and planned.sound_kbps else None
    kbps = planned.kbps
    for rounds in range(1, ROUNDS + 1):
        out = work.encoded(kbps, before)
        size = out.stat().st_size
        if not preset.max_bytes or size <= preset.max_bytes:
            made = _proven(out, planned)
            after = (
                loudness.measure(out, sniff(out), folder, seconds=work.patience) if before else None
            )
            progress(1.0)
            return Made(out, *planned.frame, made.seconds, size, rounds, before, after)
        kbps = int(kbps * preset.max_bytes / size * 0.95)
    raise Refused("bytes_unreachable", limit=in_bytes(preset.max_bytes))


@dataclass(frozen=True, slots=True)
class _Work:
    path: Path
    kind: Kind
    film: Film
    preset: FilmPreset
    wishes: Wishes
    words: Words
    folder: Path
    plan: Plan
    progress: Progress

    @property
    def patience(self) -> float:
        return 60 + PATIENCE * self.plan.seconds

    @property
    def cut(self) -> tuple[str, ...]:
        whole = not self.wishes.start and not self.wishes.end
        part = ("-ss", f"{self.wishes.start:.3f}", "-t", f"{self.plan.seconds:.3f}")
        return () if whole else part

    def measured(self) -> Loudness:
        return loudness.measure(
            self.path,
            self.kind,
            self.folder,
            cut=self.cut,
            seconds=self.patience,
            watch=self._told(0.0, 0.08),
        )

    def encoded(self, kbps: int, before: Loudness | None) -> Path:
        out = self.folder / f"{self.preset.name}.mp4"
        most = self.preset.max_bytes or int(
            (self.plan.kbps + self.plan.sound_kbps) * 125 * (self.plan.seconds + 10)
        )
        encoder.run(
            (
                *("-loglevel", "error", *encoder.reading(self.path, self.kind, *self.cut)),
                *("-map", "0:v:0", "-vf", self._filters(), "-fps_mode", "cfr"),
                *(*_ENCODER, *self._rate_control(kbps)),
                *self._sound(before),
                *("-sn", "-dn", *film_marks.writing(self.words.label)),
                *("-movflags", "+faststart+use_metadata_tags", "-f", "mp4", f"file:{out}"),
            ),
            most_bytes=2 * most + (1 << 20),
            seconds=self.patience,
            folder=self.folder,
            watch=self._told(0.08 if before else 0.0, 0.97),
        )
        return out

    def _filters(self) -> str:
        steps = framing.filters(self.film, self.plan.frame, self.wishes.framing, self.plan.rate)
        start = self.wishes.start
        cues = subtitles.between(self.words.cues, start, start + self.plan.seconds)
        notice = (
            Cue(0.0, min(NOTICE_SECONDS, self.plan.seconds), self.words.notice)
            if self.words.notice
            else None
        )
        owner = Cue(0.0, self.plan.seconds * 2 + 60, self.words.owner) if self.words.owner else None
        if not cues and notice is None and owner is None:
            return steps
        script = subtitles.as_ass(cues, self.plan.frame, notice, owner)
        return f"{steps},{subtitles.burning(script, self.folder)}"

    def _rate_control(self, kbps: int) -> tuple[str, ...]:
        every = round(2 * (min(self.film.rate, self.preset.fps) or self.preset.fps))
        return (
            *("-crf", str(self.preset.quality), "-maxrate", f"{kbps}k"),
            *("-bufsize", f"{round(kbps * BUFFER)}k", "-g", str(max(2, every))),
        )

    def _sound(self, before: Loudness | None) -> tuple[str, ...]:
        if not self.plan.sound_kbps:
            return ("-an",)
        plain = f"{loudness.STEREO},{loudness.SAMPLES}"
        return (
            *("-map", "0:a:0", "-af", loudness.levelling(before) if before else plain),
            *("-c:a", "aac", "-b:a", f"{self.plan.sound_kbps}k"),
        )

    def _told(self, begin: float, end: float) -> encoder.Watch:
        def told(done: float) -> None:
            share = min(1.0, done / self.plan.seconds)
            self.progress(begin + (end - begin) * share)

        return told


def _length(film: Film, preset: FilmPreset, wishes: Wishes) -> float:
    end = min(wishes.end or film.seconds, film.seconds)
    seconds = end - wishes.start
    if wishes.start < 0 or seconds <= 0:
        raise Refused("film_cut_empty")
    said = round(seconds, 1)
    if preset.max_seconds and seconds > preset.max_seconds:
        raise Refused("film_too_long", seconds=f"{said:g}", limit=f"{preset.max_seconds:g}")
    if seconds < preset.min_seconds:
        raise Refused("film_too_short", seconds=f"{said:g}", limit=f"{preset.min_seconds:g}")
    return seconds


def _kbps(preset: FilmPreset, seconds: float, sound: int) -> int:
    """Thousand bits a second of picture so that all stays below the limit of bytes.

    x264 holds `rate x (seconds + buffer)`; sound and tables are taken off before.
    """
    if not preset.max_bytes:
        return preset.kbps
    room = preset.max_bytes * OVERHEAD * 8 / 1000
    kbps = int((room - sound * seconds) / (seconds + BUFFER))
    if kbps < LEAST_KBPS:
        most = int((room - LEAST_KBPS * BUFFER) / (LEAST_KBPS + sound))
        limit = in_bytes(preset.max_bytes)
        raise Refused("film_too_long_for_bytes", seconds=round(seconds), limit=limit, most=most)
    return min(preset.kbps, kbps)


def _rate(film: Film, preset: FilmPreset) -> str:
    """Frames a second, even: as the film has them, no more than the form takes."""
    rate = film.rate or preset.fps
    if rate > preset.fps + 0.5:
        rate = preset.fps
    return _RATES.get(round(rate, 2)) or f"{rate:g}"


def _proven(out: Path, planned: Plan) -> Film:
    """What was made, read again. Raises :class:`EncodingFailed` where it is not what was meant,
    :class:`Refused` where the film held less than it said.
    """
    made = video.probe(out)
    telling = film_marks.telling(video.told_of(out, sniff(out)))
    if telling:
        raise EncodingFailed(f"the film tells {', '.join(telling)}")
    if (made.width, made.height) != planned.frame:
        raise EncodingFailed(f"made {made}, meant {planned}")
    if made.seconds < planned.seconds * 0.95 - 1.0:
        raise Refused("broken")  # the film ends before its headers say
    return made
