"""Form fields: label, help and error tied together for eyes and screen readers.

Templates import them from ``_parts/field.html`` as if they were macros; they are functions for the
reason that :mod:`kitchen.web.parts` gives. An element's id is ``field-<name>``; ``id`` is for a
page that holds the same field twice.
"""

# ruff: noqa: A002 - templates name what they give as HTML does: type, help, id

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import Undefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape, soft_str

from kitchen.core.errors import N_

NONE: Mapping[str, Any] = {}


class Fields:
    """``form_fields`` in templates."""

    def __init__(self, icon: Callable[..., Markup]) -> None:
        self._icon = icon

    @pass_context
    def field(
        self,
        page: Context,
        name: str,
        label: Any,
        type: str = "text",
        value: Any = None,
        help: Any = None,
        error: Any = None,
        required: bool = False,
        placeholder: Any = None,
        width: str = "",
        autocomplete: str | None = None,
        maxlength: int | None = None,
        attrs: Mapping[str, Any] = NONE,
        id: str | None = None,
    ) -> Markup:
        """One line. ``width``: as wide as the column, ``short`` or ``medium``."""
        at = id or attrs.get("id") or f"field-{name}"
        own = {"value": value, "placeholder": placeholder, "autocomplete": autocomplete}
        given = attributes({**own, "maxlength": maxlength})
        more = f"{given}{self.aria(at, help, error, required)}{attributes(attrs)}"
        kind = f'id="{escape(at)}" name="{escape(name)}" type="{escape(type)}"'
        return self._whole(
            page, at, label, f'<input class="input" {kind}{more}>', help, error, required, width
        )

    @pass_context
    def textarea(
        self,
        page: Context,
        name: str,
        label: Any,
        value: Any = None,
        rows: int = 4,
        help: Any = None,
        error: Any = None,
        required: bool = False,
        placeholder: Any = None,
        maxlength: int | None = None,
        count: bool = False,
        attrs: Mapping[str, Any] = NONE,
        id: str | None = None,
    ) -> Markup:
        """Many lines. ``count``: show how many characters have been typed, and of how many."""
        at = id or attrs.get("id") or f"field-{name}"
        own = {"placeholder": placeholder, "maxlength": maxlength}
        given = attributes({**own, "data-count": f"{at}-count" if count else None})
        more = f"{given}{self.aria(at, help, error, required)}{attributes(attrs)}"
        kind = f'id="{escape(at)}" name="{escape(name)}" rows="{escape(rows)}"'
        # browsers leave out the line break that follows the tag
        typed = escape(value) if value else ""
        drawn = f'<textarea class="input" {kind}{more}>\n{typed}</textarea>'
        if count:
            most = f'id="{escape(at)}-count" data-max="{escape(maxlength or "")}"'
            drawn += f'\n<p class="field__count number" {most}></p>'
        return self._whole(page, at, label, drawn, help, error, required)

    @pass_context
    def select(
        self,
        page: Context,
        name: str,
        label: Any,
        options: Iterable[tuple[Any, Any]],
        value: Any = None,
        help: Any = None,
        error: Any = None,
        required: bool = False,
        blank: Any = None,
        width: str = "",
        attrs: Mapping[str, Any] = NONE,
        id: str | None = None,
    ) -> Markup:
        """``options``: (value, label), or for groups (group label, a list of such pairs).

        ``blank``: the text of the empty choice.
        """
        at = id or attrs.get("id") or f"field-{name}"
        more = f"{self.aria(at, help, error, required)}{attributes(attrs)}"
        chosen = None if value is None or isinstance(value, Undefined) else soft_str(value)
        listed = "".join(_option_or_group(key, text, chosen) for key, text in options)
        if blank is not None:
            listed = f'<option value="">{escape(blank)}</option>{listed}'
        kind = f'id="{escape(at)}" name="{escape(name)}"{more}'
        drawn = (
            f'<span class="select"><select class="input" {kind}>{listed}</select>'
            f"{self._icon('chevron-down')}</span>"
        )
        return self._whole(page, at, label, drawn, help, error, required, width)

    def _whole(
        self,
        page: Context,
        at: str,
        label: Any,
        drawn: str,
        help: Any,
        error: Any,
        required: bool,
        width: str = "",
    ) -> Markup:
        named = self.label(page, at, label, required)
        look = (" field--error" if error else "") + (f" field--{escape(width)}" if width else "")
        return Markup(  # noqa: S704 - all of it is escaped
            f'<div class="field{look}">\n{named}\n{drawn}\n{self.below(at, help, error)}\n</div>'
        )

    @pass_context
    def label(
        self, page: Context, at: str, label: Any, required: bool, group: bool = False
    ) -> Markup:
        """What a field is called, and whether it may stay empty."""
        told = "" if required else escape(page.call(page.resolve("_"), N_("选填")))
        told = told and f'<span class="field__optional">{told}</span>'
        if group:
            return Markup(f'<legend class="field__label">{escape(label)}{told}</legend>')  # noqa: S704
        return Markup(  # noqa: S704 - all of it is escaped
            f'<label class="field__label" for="{escape(at)}">{escape(label)}{told}</label>'
        )

    def below(self, at: str, help: Any, error: Any) -> Markup:
        """How to fill it in, and what is wrong with what was."""
        shown = f'<p class="field__help" id="{escape(at)}-help">{escape(help)}</p>' if help else ""
        if error:
            said = error if isinstance(error, str) else Markup(" ").join(error)
            drawn = self._icon("alert-circle", size="sm")
            shown += (
                f'\n<p class="field__error" id="{escape(at)}-error">{drawn}\n'
                f"  <span>{escape(said)}</span></p>"
            )
        return Markup(shown)  # noqa: S704 - all of it is escaped

    @staticmethod
    def aria(
        at: str, help: Any, error: Any, required: bool = False, invalid: bool = True
    ) -> Markup:
        """What ties the element to its help and its error."""
        told = [f"{at}-help"] if help else []
        if error:
            told.append(f"{at}-error")
        return attributes(
            {
                "aria-describedby": " ".join(told) or None,
                "aria-invalid": "true" if error and invalid else None,
                "aria-required": "true" if required else None,
            }
        )


def _option_or_group(key: Any, text: Any, chosen: str | None) -> str:
    if not isinstance(text, list):
        return _option(key, text, chosen)
    inner = "".join(_option(value, said, chosen) for value, said in text)
    return f'<optgroup label="{escape(key)}">{inner}</optgroup>'


def _option(key: Any, text: Any, chosen: str | None) -> str:
    selected = " selected" if chosen is not None and chosen == soft_str(key) else ""
    return f'<option value="{escape(key)}"{selected}>{escape(text)}</option>'


def attributes(given: Mapping[str, Any]) -> Markup:
    """What Jinja's ``xmlattr`` makes of attributes, of which we write the names ourselves."""
    return Markup(  # noqa: S704 - all of it is escaped
        "".join(
            f' {escape(name)}="{escape(value)}"'
            for name, value in given.items()
            if value is not None and not isinstance(value, Undefined)
        )
    )
