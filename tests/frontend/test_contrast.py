"""Every colour pair that carries words or marks a control is far enough apart, in every theme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "frontend" / "src" / "css" / "tokens.css"
THEMES = {
    "light": ":root {",
    "dark by system": ":root:not([data-theme]) {",
    "dark by choice": ':root[data-theme="dark"] {',
    "wall": ':root[data-theme="wall"] {',
}
GROUNDS = ("bg", "surface", "sunken")
TONES = ("danger", "warn", "ok", "info", "violet", "primary")

WORDS = [
    *((ink, ground) for ink in ("ink", "ink2", "ink3") for ground in GROUNDS),
    *((tone, ground) for tone in TONES for ground in GROUNDS),
    *((tone, f"{tone}-soft") for tone in TONES),
    *(("ink", f"{tone}-soft") for tone in TONES),
    ("on-primary", "primary"),
    ("on-primary", "primary-hover"),
    ("on-danger", "danger"),
    ("on-danger", "danger-hover"),
    ("on-brand", "brand"),
    ("primary-hover", "surface"),
    ("brand", "surface"),
]
CONTROLS = [(line, ground) for line in ("ctl-line", "primary") for ground in GROUNDS]


def colours(theme: str) -> dict[str, str]:
    """The declared colours of one theme, name to ``#RRGGBB``."""
    css = TOKENS.read_text()
    block = css[css.index(THEMES[theme]) :].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", block))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_the_known_twenty_one() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), WORDS)
def test_words_can_be_read(theme: str, ink: str, ground: str) -> None:
    shades = colours(theme)
    assert contrast(shades[ink], shades[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("line", "ground"), CONTROLS)
def test_controls_and_focus_can_be_seen(theme: str, line: str, ground: str) -> None:
    shades = colours(theme)
    assert contrast(shades[line], shades[ground]) >= 3


def test_dark_is_the_same_whether_chosen_or_followed() -> None:
    assert colours("dark by system") == colours("dark by choice")


@pytest.mark.parametrize("theme", THEMES)
def test_no_theme_forgets_a_colour(theme: str) -> None:
    assert colours(theme).keys() == colours("light").keys()
