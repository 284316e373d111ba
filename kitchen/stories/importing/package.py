"""A Word file as what it is, a zip of XML: opened with care, and read part by part.

Nothing is opened that the text does not need: neither who wrote it and where (the core
properties), nor what was said about it (comments). Pictures are named here and read later.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.parsers import expat

from kitchen.stories.importing.faults import Fault

MOST_MEMBERS: Final = 5_000
"""Files in the zip; a document with a thousand pictures has less than half of it."""
MOST_XML: Final = 48 * 1024 * 1024
"""Bytes of one XML part; a novel has a tenth of it."""
_OLD = b"\xd0\xcf\x11\xe0"
"""How a file begins in Word's format before 2007; an encrypted .docx lies in such a one, too."""
_MAIN = "/officeDocument"
_STEP = 4096
"""Bytes looked at a time for what stands before the first element."""


class _Doctype(Exception):
    """The file declares a document type, and so may declare entities."""


class _Root(Exception):
    """The first element is reached: from here on nothing can be declared."""


def name_of(element: Element) -> str:
    """The name without its namespace: strict and transitional files differ in that alone."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: Element | None, name: str) -> str:
    """An attribute by its name without namespace; empty if it is not there."""
    if element is None:
        return ""
    return next((it for key, it in element.items() if key.rpartition("}")[2] == name), "")


def child(element: Element | None, *path: str) -> Element | None:
    """The first child by that name, and so on down the path."""
    for name in path:
        if element is None:
            return None
        element = next((each for each in element if name_of(each) == name), None)
    return element


class Package:
    """An opened file. Raises :class:`Fault`, here and while it is read."""

    def __init__(self, path: Path) -> None:
        if not zipfile.is_zipfile(path):
            with path.open("rb") as file:
                raise Fault("old_word" if file.read(4) == _OLD else "torn", "ZIP")
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise Fault("torn", "ZIP") from error
        if len(self._zip.infolist()) > MOST_MEMBERS:
            raise Fault("bomb", str(len(self._zip.infolist())))
        self.main = self._main_part()
        self._own = list(self._relations(self.main))

    def _main_part(self) -> str:
        for relation in self._relations(""):
            if attribute(relation, "Type").endswith(_MAIN):
                return _resolved("", attribute(relation, "Target"))
        raise Fault("incomplete", "officeDocument")

    def xml(self, part: str) -> Element:
        """A part as a tree."""
        data = self._bytes(part)
        try:
            _demand_no_doctype(data)
            return fromstring(data)  # noqa: S314 - no entity can be declared in it
        except _Doctype as error:
            raise Fault("hostile", part) from error
        except (ParseError, expat.ExpatError, LookupError, ValueError) as error:
            raise Fault("torn", part) from error

    def _bytes(self, part: str) -> bytes:
        try:
            if self._zip.getinfo(part).file_size > MOST_XML:
                raise Fault("bomb", part)
            return self._zip.read(part)
        except KeyError as error:
            raise Fault("incomplete", part) from error
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise Fault("torn", part) from error
        except (RuntimeError, NotImplementedError) as error:  # a member with a password
            raise Fault("old_word") from error

    def beside(self, kind: str) -> Element | None:
        """The part that belongs to the text as its ``styles``, ``numbering``; None without one."""
        for relation in self._own:
            if attribute(relation, "Type").endswith(f"/{kind}"):
                return self.xml(_resolved(self.main, attribute(relation, "Target")))
        return None

    def targets(self) -> Mapping[str, tuple[str, bool]]:
        """By relation id, what the text refers to: an address and whether it lies outside."""
        return {attribute(relation, "Id"): _target(self.main, relation) for relation in self._own}

    def has(self, part: str) -> bool:
        return part in self._zip.NameToInfo

    def _relations(self, part: str) -> Iterator[Element]:
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if part and not self.has(relations):
            return
        yield from self.xml(relations)


def _demand_no_doctype(data: bytes) -> None:
    """Raise :class:`_Doctype` for a file that declares one, as only an attack does here.

    Entities, which may unfold without end or name files of ours, are declared nowhere else.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = _stop
    try:
        for at in range(0, len(data), _STEP):
            parser.Parse(data[at : at + _STEP])
    except _Root:
        return


def _refuse(*_declared: object) -> None:
    raise _Doctype


def _stop(*_element: object) -> None:
    raise _Root


def _target(base: str, relation: Element) -> tuple[str, bool]:
    target = attribute(relation, "Target")
    outside = attribute(relation, "TargetMode").lower() == "external"
    return (target if outside else _resolved(base, target)), outside


def _resolved(base: str, target: str) -> str:
    """The member of the zip; one that climbs out of it is no member, and so is not found."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), target))
