"""How a film meets a form: the frame, the part that is shown, the filters that bring it there.

Nothing is ever enlarged beyond what the film holds: a frame of the same shape that the film fills
looks the same on a telephone and costs a fraction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from assets.film_presets import FilmPreset, Fit
from assets.video import Film

Size = tuple[int, int]

ALIKE: Final = 0.02
"""Shapes that differ by less are the same: the film is scaled to the frame."""
LEAST_SIDE: Final = 64
_EVERYDAY: Final = (
    "setparams=color_primaries=bt2020:colorspace=bt2020nc,"
    "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,"
    "zscale=t=bt709:m=bt709:r=tv"
)
"""From light coded for bright screens to BT.709; white lies at 203 cd/m² (ITU-R BT.2408)."""


@dataclass(frozen=True, slots=True)
class Framing:
    """What of the picture is shown: `x` and `y` are the point that stays in sight, 0 to 1."""

    fit: Fit = Fit.BLUR
    x: float = 0.5
    y: float = 0.5


def shown_size(film: Film) -> Size:
    """The film's size in square pixels."""
    if film.aspect == 1.0:
        return film.width, film.height
    if film.turned % 180:
        return film.width, round(film.height * film.aspect)
    return round(film.width * film.aspect), film.height


def frame_of(film: Film, preset: FilmPreset, framing: Framing) -> Size:
    """Width and height of what is made, both even."""
    shown = shown_size(film)
    frame = preset.width, preset.height
    if framing.fit is Fit.WHOLE or alike(shown, frame):
        if (shown[0] < shown[1]) != (frame[0] < frame[1]) and framing.fit is Fit.WHOLE:
            frame = frame[1], frame[0]  # it stands up where the form lies down, or the reverse
        return _scaled(shown, min(1.0, frame[0] / shown[0], frame[1] / shown[1]))
    # how much of the frame the film fills: by the side that is cut, or by the side that fits
    fill = shown[0] / frame[0], shown[1] / frame[1]
    return _scaled(frame, min(1.0, min(fill) if framing.fit is Fit.CROP else max(fill)))


def smaller(frame: Size, share: float) -> Size:
    """A frame with that share of the pixels."""
    return _scaled(frame, share**0.5)


def filters(film: Film, frame: Size, framing: Framing, rate: str) -> str:
    """ffmpeg's filters from the film, which it has turned upright by itself, to the frame."""
    steps = [f"fps={rate}"]
    if film.high_range:
        steps.append(_EVERYDAY)
    steps.append(_geometry(shown_size(film), frame, framing))
    return ",".join([*steps, "setsar=1", "format=yuv420p"])


def alike(one: Size, other: Size) -> bool:
    return abs(one[0] * other[1] / (one[1] * other[0]) - 1) < ALIKE


def _geometry(shown: Size, frame: Size, framing: Framing) -> str:
    width, height = frame
    if framing.fit is Fit.WHOLE or alike(shown, frame):
        return _scale(frame)
    if framing.fit is Fit.CROP:
        return f"{_cut(shown, frame, framing)},{_scale(frame)}"
    inside = _scaled(shown, min(width / shown[0], height / shown[1]))
    backdrop = _scaled(frame, min(1.0, 160 / max(frame)))
    return (
        f"split[front][back];"
        f"[back]{_cut(shown, frame, Framing(Fit.CROP))},{_scale(backdrop)},boxblur=6:2,"
        f"eq=brightness=-0.08,{_scale(frame)}[blurred];"
        f"[front]{_scale(inside)}[sharp];"
        f"[blurred][sharp]overlay={(width - inside[0]) // 4 * 2}:{(height - inside[1]) // 4 * 2}"
    )


def _cut(shown: Size, frame: Size, framing: Framing) -> str:
    """The largest part of the film with the frame's shape, around the point, inside the film."""
    across = min(1.0, shown[1] * frame[0] / (shown[0] * frame[1]))
    down = min(1.0, shown[0] * frame[1] / (shown[1] * frame[0]))
    left = min(max(framing.x - across / 2, 0.0), 1.0 - across)
    top = min(max(framing.y - down / 2, 0.0), 1.0 - down)
    return f"crop=iw*{across:.6f}:ih*{down:.6f}:iw*{left:.6f}:ih*{top:.6f}"


def _scale(size: Size) -> str:
    return f"scale={size[0]}:{size[1]}:flags=bicubic:out_color_matrix=bt709:out_range=tv"


def _scaled(size: Size, share: float) -> Size:
    width, height = (max(LEAST_SIDE, int(side * share / 2 + 0.25) * 2) for side in size)
    return width, height
