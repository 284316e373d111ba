"""How loud a film is, and how it is brought to the house's level.

Measured by ITU-R BS.1770 as EBU R 128 uses it. No platform in our list states a level of its own,
so every form that goes to one has the house's (`FilmPreset.levelled`). It is the loudest that
AES TD1004.1.15-10 lets a stream have: -20 to -16 LUFS over the whole, peaks at -1 dBTP at most.
What came after it, AES TD1008 of 2021, asks for the same of music and for -18 of speech; we stay at
the upper end, because a telephone's loudspeaker is where our films are heard. (Broadcast asks for
-23 or -24, which is too quiet for that.) Half a decibel is kept free for what a lossy coder adds to
a peak. What a form came to is measured again and kept beside what came in.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from assets import encoder
from assets.encoder import Watch
from assets.refusals import Refused
from assets.sniff import Kind

TARGET: Final = -16.0
"""LUFS."""
PEAK: Final = -1.5
"""dBTP of what is encoded."""
SILENCE: Final = -60.0
"""LUFS; what is quieter is silence, and is left so."""
STEREO: Final = "aformat=sample_fmts=fltp:channel_layouts=stereo"
SAMPLES: Final = "aresample=48000"


@dataclass(frozen=True, slots=True)
class Loudness:
    """What was measured: LUFS over the whole, LU between quiet and loud, dBTP at the peak."""

    whole: float
    span: float
    peak: float
    threshold: float
    offset: float

    def to_json(self) -> dict[str, float]:
        """Plain values, to be kept: a part of a film is measured once for all its forms."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, float]) -> Loudness:
        """The opposite of :meth:`to_json`."""
        return cls(**kept)

    @property
    def silent(self) -> bool:
        return self.whole < SILENCE


def measure(
    path: Path,
    kind: Kind,
    folder: Path,
    *,
    cut: tuple[str, ...] = (),
    seconds: float,
    watch: Watch | None = None,
) -> Loudness:
    """How loud the first sound track of a film is; `cut` are ffmpeg's options for a part of it."""
    heard = encoder.run(
        (
            *("-loglevel", "info", *encoder.reading(path, kind, "-vn", *cut)),
            *("-map", "0:a:0", "-af", f"{STEREO},loudnorm={_aim()}:print_format=json"),
            *("-f", "null", "-"),
        ),
        most_bytes=0,
        seconds=seconds,
        folder=folder,
        watch=watch,
    )
    return _read(heard)


def levelling(found: Loudness) -> str:
    """The filters that bring to level what was measured.

    Where the peaks leave room, all is made louder or quieter by the same: the way the sound was
    mixed stays. Where they do not, the second pass of `loudnorm` holds the peaks down.
    """
    if found.silent:
        return f"{STEREO},{SAMPLES}"
    gain = TARGET - found.whole
    if found.peak + gain <= PEAK:
        return f"{STEREO},volume={gain:.2f}dB,{SAMPLES}"
    known = (
        f"measured_I={found.whole}:measured_LRA={found.span}:measured_TP={found.peak}"
        f":measured_thresh={found.threshold}:offset={found.offset}"
    )
    return f"{STEREO},loudnorm={_aim()}:{known},{SAMPLES}"


def _aim() -> str:
    return f"I={TARGET}:TP={PEAK}:LRA=11"


def _read(heard: str) -> Loudness:
    begin, end = heard.rfind("{"), heard.rfind("}")
    try:
        told: dict[str, Any] = json.loads(heard[begin : end + 1])
        return Loudness(
            *(
                _number(told[name])
                for name in ("input_i", "input_lra", "input_tp", "input_thresh", "target_offset")
            )
        )
    except (ValueError, KeyError):
        raise Refused("broken") from None


def _number(text: str) -> float:
    """Silence is minus infinity, which no filter takes as an option."""
    value = float(text)
    return value if math.isfinite(value) else -99.0
