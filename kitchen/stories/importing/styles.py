"""What a paragraph of a Word file is meant to be, by its style, its numbering and its setting."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from xml.etree.ElementTree import Element

from kitchen.stories.importing.package import Package, attribute, child, name_of

_OFF = frozenset({"0", "false", "off", "none"})
_HEADING = re.compile(r"(?:heading|标题) ?(\d)")
_UNORDERED = frozenset({"bullet", "none", ""})


class Role(StrEnum):
    """What a style stands for in the schema."""

    TITLE = "title"
    HEADING = "heading"
    QUOTE = "quote"
    CAPTION = "caption"
    BULLET = "bullet"
    NUMBER = "number"
    PLAIN = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a paragraph is. ``level`` is of a heading (from 1) or of a list item (from 0)."""

    role: Role = Role.PLAIN
    level: int = 0
    centred: bool = False


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    parent: str
    outline: str


def is_on(properties: Element | None, name: str) -> bool:
    """Whether a switch such as ``w:b`` stands among the properties and is not turned off."""
    switch = child(properties, name)
    return switch is not None and attribute(switch, "val").lower() not in _OFF


class Styles:
    """The styles and lists of one file."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._styles = {
            attribute(it, "styleId"): _style(it) for it in _all(package.beside("styles"), "style")
        }
        self._known: dict[str, tuple[Role, int]] = {}

    @cached_property
    def _lists(self) -> dict[str, Element]:
        """What a list looks like, by its number; most texts have no list."""
        numbering = self._package.beside("numbering")
        looks = {attribute(it, "abstractNumId"): it for it in _all(numbering, "abstractNum")}
        named = {
            attribute(it, "numId"): attribute(child(it, "abstractNumId"), "val")
            for it in _all(numbering, "num")
        }
        return {number: looks[look] for number, look in named.items() if look in looks}

    def meaning(self, paragraph: Element) -> Meaning:
        """What the paragraph is."""
        properties = child(paragraph, "pPr")
        centred = attribute(child(properties, "jc"), "val") == "center"
        role, level = self._by_style(attribute(child(properties, "pStyle"), "val"))
        outline = attribute(child(properties, "outlineLvl"), "val")
        if role is Role.PLAIN and outline.isdecimal() and int(outline) < 9:
            role, level = Role.HEADING, int(outline) + 1
        numbered = child(properties, "numPr")
        if numbered is not None and role in {Role.PLAIN, Role.BULLET, Role.NUMBER}:
            role, level = self._by_list(numbered)
        return Meaning(role, level, centred)

    def named(self, style: str) -> str:
        """The name of a style in small letters."""
        found = self._styles.get(style)
        return found.name if found else ""

    def _by_style(self, style: str) -> tuple[Role, int]:
        if style not in self._known:
            self._known[style] = self._found(style)
        return self._known[style]

    def _found(self, style: str) -> tuple[Role, int]:
        """By its own name, else by that of the style it is made from."""
        seen: set[str] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            found = self._styles[style]
            role = _role(found)
            if role[0] is not Role.PLAIN:
                return role
            style = found.parent
        return Role.PLAIN, 0

    def _by_list(self, numbered: Element) -> tuple[Role, int]:
        number = attribute(child(numbered, "numId"), "val")
        if number not in self._lists:  # numId 0 takes a paragraph out of its list
            return Role.PLAIN, 0
        depth = attribute(child(numbered, "ilvl"), "val")
        level = int(depth) if depth.isdecimal() else 0
        kind = _format(self._lists[number], str(level))
        return (Role.BULLET if kind in _UNORDERED else Role.NUMBER), level


def _all(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else [each for each in element if name_of(each) == name]


def _format(look: Element, level: str) -> str:
    for each in _all(look, "lvl"):
        if attribute(each, "ilvl") == level:
            return attribute(child(each, "numFmt"), "val")
    return ""


def _style(element: Element) -> _Style:
    return _Style(
        attribute(child(element, "name"), "val").lower(),
        attribute(child(element, "basedOn"), "val"),
        attribute(child(element, "pPr", "outlineLvl"), "val"),
    )


def _role(style: _Style) -> tuple[Role, int]:
    name = style.name
    if name in {"title", "标题"}:
        return Role.TITLE, 0
    if found := _HEADING.fullmatch(name):
        return Role.HEADING, int(found[1])
    if "quote" in name or "引用" in name:
        return Role.QUOTE, 0
    if "caption" in name or "题注" in name or "图注" in name:
        return Role.CAPTION, 0
    if name.startswith("list number"):
        return Role.NUMBER, 0
    if name.startswith("list bullet"):
        return Role.BULLET, 0
    if style.outline.isdecimal() and int(style.outline) < 9:
        return Role.HEADING, int(style.outline) + 1
    return Role.PLAIN, 0
