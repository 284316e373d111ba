"""Facets as the page of assets shows them: what may be chosen, what is, and where each leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext

from kitchen.media import labels, rights_labels
from kitchen.media.finding import Choice, Found
from kitchen.media.rules import State
from kitchen.media.schemas import AssetQuery
from kitchen.media.tag_labels import FACETS, ORIENTATIONS
from kitchen.media.tag_rules import Facet

_NAMED: Mapping[str, Mapping[Any, str]] = {
    "kind": labels.KINDS,
    "rights": labels.RIGHTS,
    "orientation": ORIENTATIONS,
}


@dataclass(frozen=True, slots=True)
class Option:
    """A value to choose; ``count`` is empty where it is not known."""

    label: str
    url: str
    count: str


@dataclass(frozen=True, slots=True)
class Group:
    """A facet: its options, or what is chosen and the address without it."""

    title: str
    options: Sequence[Option]
    chosen: str = ""
    without: str = ""


def groups(query: AssetQuery, found: Found) -> list[Group]:
    """The facets in the order of the page; one without anything to choose is left out."""
    names = ("month", *(str(facet) for facet in Facet), "kind", "rights", "orientation")
    shown = (_group(query, name, found.facets.get(name, ())) for name in names)
    return [group for group in shown if group.options or group.chosen]


def _group(query: AssetQuery, name: str, choices: Sequence[Choice]) -> Group:
    chosen = getattr(query, name)
    title = gettext(FACETS[name])
    if chosen:
        return Group(title, (), label_of(name, str(chosen)), _address(query, name, None))
    options = [
        Option(label_of(name, each.value), _address(query, name, each.value), _count(each))
        for each in choices
    ]
    return Group(title, options)


def label_of(name: str, value: str) -> str:
    """A value of a facet in words."""
    if name == "month":
        year, month = value.split("-")
        return str(gettext("%(year)s年%(month)s月", year=year, month=int(month)))
    if name == "state":
        return str(gettext(rights_labels.STATES[State(value)]))
    known = {str(key): label for key, label in _NAMED.get(name, {}).items()}
    return str(gettext(known[value])) if value in known else value


def _count(choice: Choice) -> str:
    if not choice.count:
        return ""
    return f"{choice.count:,}+" if choice.more else f"{choice.count:,}"


def _address(query: AssetQuery, name: str, value: str | None) -> str:
    said = query.model_dump(exclude={"cursor", "limit"}, exclude_none=True)
    said[name] = value
    return url_for("media.index", **{key: it for key, it in said.items() if it})
