"""Parts of pages that stand on one a hundred times, and those that are the same on every page.

A cell or a drawing as a template's macro costs ten times what it costs here, and a list has
hundreds: these are functions, which templates import from ``_parts`` as if they were macros. What
depends on the language alone is made once for each.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from kitchen.web.fields import Fields
from kitchen.web.i18n import LOCALES, spoken

MANY = 99
"""What waits is not counted any further."""


class Parts:
    """``parts`` in templates."""

    def __init__(self, sprite: Callable[[], str]) -> None:
        self._sprite = sprite

    def icon(self, name: str, label: Any = None, size: str = "md") -> Markup:
        """One drawing from the sprite; without a label it is decoration, hidden from readers."""
        if not label:
            return self._decoration(name, size)
        return self._drawn(name, size, f'role="img" aria-label="{escape(label)}"')

    @lru_cache(maxsize=512)  # noqa: B019 - there is one for each face
    def _decoration(self, name: str, size: str) -> Markup:
        return self._drawn(name, size, 'aria-hidden="true"')

    def _drawn(self, name: str, size: str, told: str) -> Markup:
        return Markup(  # noqa: S704 - all of it is escaped
            f'<svg class="icon icon--{escape(size)}" {told} focusable="false">'
            f'<use href="{self._sprite()}#{escape(name)}"></use></svg>'
        )

    def state_chip(self, label: Any, tone: str = "plain", icon_name: str | None = None) -> Markup:
        """Words that say how something stands; tone: plain, info, ok, warn, danger, violet."""
        drawn = self.icon(icon_name, size="sm") if icon_name else ""
        return Markup(  # noqa: S704 - all of it is escaped
            f'<span class="chip chip--{escape(tone)}">{drawn}{escape(label)}</span>'
        )

    @staticmethod
    def badge(count: int, label: Any = None) -> Markup:
        """How many things wait for this person; nothing at all when there are none."""
        if not count:
            return Markup()
        told = f'<span class="unseen"> {escape(label)}</span>' if label else ""
        number = "99+" if count > MANY else int(count)
        return Markup(f'<span class="badge number">{number}{told}</span>')  # noqa: S704 - escaped

    def place(self, entry: Any, waits: Any = None) -> Markup:
        """The way to a place of the navigation, with how much waits for this person there."""
        current = ' aria-current="page"' if entry.active else ""
        return Markup(  # noqa: S704 - all of it is escaped
            f'<a href="{escape(entry.url)}"{current}>{self.icon(entry.icon)}'
            f"<span>{escape(entry.label)}</span>{self.badge(entry.count, waits)}</a>"
        )

    @staticmethod
    def cell(
        label: Any, value: Any = None, num: bool = False, caller: Callable[[], Any] | None = None
    ) -> Markup:
        """A cell that names its column, for the card that a row is on a phone."""
        told = value if value is not None else caller() if caller else "—"
        number = ' class="number"' if num else ""
        return Markup(  # noqa: S704 - all of it is escaped
            f'<td data-label="{escape(label)}"{number}>{escape(told)}</td>'
        )

    @staticmethod
    def head_cell(text: Any, href: Any = None, note: Any = None) -> Markup:
        """The cell that names the row: a heading for screen readers, a card's title on a phone."""
        told = f'<a href="{escape(href)}">{escape(text)}</a>' if href else escape(text)
        below = f"<small>{escape(note)}</small>" if note else ""
        return Markup(f'<th scope="row">{told}{below}</th>')  # noqa: S704 - all of it is escaped


def give(env: Environment) -> None:
    """Give templates ``parts`` and ``form_fields``, and ``in_words`` for templates that know the
    language only.

    ``asset`` must be there already.
    """
    asset: Any = env.globals["asset"]
    parts = env.globals["parts"] = Parts(lambda: str(asset("sprite.svg")))
    env.globals["form_fields"] = Fields(parts.icon)

    @lru_cache(maxsize=8 * len(LOCALES))
    def made(name: str, _lang: str) -> Markup:
        return Markup(env.get_template(name).render())  # noqa: S704 - our own template

    env.globals["in_words"] = lambda name: made(name, spoken())
