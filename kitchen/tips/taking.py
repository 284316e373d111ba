"""Files of a tip on their way in: told apart by their bytes, and sealed before any row names them.

The original goes into the vault as it came, whatever it says of itself, and is shown to nobody.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO

from assets.arrivals import Arrivals, Full
from assets.erasable import ErasableVault
from assets.refusals import Refused
from assets.sniff import EDGE, kind_of_head
from assets.sniff import Family as Kindred
from assets.store import Absent
from kitchen.core.errors import N_, Invalid, Refusal
from kitchen.media.intake import plain_name, refusal_of
from kitchen.tips.models import TipFile
from kitchen.tips.rules import MOST_FILES, Family, Showing
from kitchen.tips.words import FILE_NAME

ORIGINAL = "original"
"""As what the original of a file belongs to its tip."""
_PDF = b"%PDF-"
_ZIP = b"PK\x03\x04"
NO_ROOM = N_("服务器的地方不够，这次没有收下。请稍后再试，或先只发文字；填写的内容还在。")
NOT_TAKEN = N_("这里收图片、视频、Word 文档（docx）、PDF 和文本文件，这个文件不是。")


class NoRoom(Refusal):
    """The disk has no room for it; nothing of it was kept."""

    code = "no_room"
    default = NO_ROOM


@dataclass(frozen=True, slots=True)
class Taken:
    """A file whose original is in the vault, and is on the disk."""

    family: Family
    sealed_as: str
    name_sealed: str


@dataclass(slots=True)
class TakenIn:
    """What became of the files of one sending, in their order."""

    taken: list[Taken] = field(default_factory=list)
    refused: list[tuple[str, Refusal]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it was given: what its sender calls it, and its bytes, from the start each time."""

    name: str
    open: Callable[[], BinaryIO]


def take(vault: ErasableVault, owner: str, given: Sequence[Given]) -> TakenIn:
    """Seal each file for the owner, whose key is there; one that is refused harms no other.

    Raises :class:`Invalid` for too many, and :class:`NoRoom`.
    """
    if len(given) > MOST_FILES:
        raise Invalid(N_("一次最多 %(most)s 个文件，其余的收到查询码后再补充。"), most=MOST_FILES)
    found = TakenIn()
    try:
        _take_each(vault, owner, given, found)
    except OSError as error:
        for each in found.taken:
            vault.kept.delete(each.sealed_as)
        raise no_room_or(error) from None
    return found


def _take_each(vault: ErasableVault, owner: str, given: Sequence[Given], found: TakenIn) -> None:
    for each in given:
        name = plain_name(each.name)
        try:
            family = family_of(each)
            with each.open() as stream:
                blob = vault.put(owner, ORIGINAL, stream)
        except Refused as refused:
            found.refused.append((name, refusal_of(refused)))
        except Refusal as refusal:
            found.refused.append((name, refusal))
        else:
            sealed_name = vault.seal_words(owner, FILE_NAME, name)
            found.taken.append(Taken(family, blob.sha256, sealed_name))


def no_room_or(error: OSError) -> Exception:
    """The refusal of a full disk; any other fault as it is."""
    full = isinstance(error, Full) or error.errno in {errno.ENOSPC, errno.EDQUOT}
    return NoRoom() if full else error


def family_of(given: Given) -> Family:
    """What the bytes are. Raises :class:`Refused`, :class:`Invalid`."""
    with given.open() as stream:
        head = stream.read(EDGE)
    if not head:
        raise Refused("empty")
    if head.startswith(_PDF):
        return Family.PAPER
    if head.startswith(_ZIP):
        return _in_package(given)
    try:
        kind = kind_of_head(head)
    except Refused as refused:
        if refused.code == "unknown_kind" and _is_text(head):
            return Family.TEXT
        raise Invalid(NOT_TAKEN, code="file_kind_not_accepted") from None
    return Family.PICTURE if kind.family is Kindred.PICTURE else Family.FILM


def _in_package(given: Given) -> Family:
    """A package is read from its end, so it is put down, where nobody but us finds it."""
    with tempfile.TemporaryFile() as copy, given.open() as stream:
        shutil.copyfileobj(stream, copy)
        try:
            with zipfile.ZipFile(copy) as package:
                names = package.namelist()
        except (zipfile.BadZipFile, NotImplementedError):
            names = []
    if "word/document.xml" not in names:
        raise Invalid(NOT_TAKEN, code="file_kind_not_accepted")
    return Family.TEXT


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    for coding in ("utf-8", "gb18030"):
        try:
            head[: len(head) - 4 if len(head) == EDGE else len(head)].decode(coding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def withhold(file: TipFile, why: str) -> None:
    """Show nothing of a file, and say why."""
    file.showing, file.why, file.leased_until = Showing.WITHHELD, why, None


def arrived(arrivals: Arrivals, tickets: Sequence[str]) -> tuple[list[Given], int]:
    """The files that came in pieces, and how many tickets open nothing whole."""
    found: list[Given] = []
    for ticket in tickets:
        with suppress(Absent):
            standing = arrivals.standing(ticket)
            if standing.whole:
                found.append(Given(standing.name, partial(arrivals.open, ticket)))
    return found, len(tickets) - len(found)
