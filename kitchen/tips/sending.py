"""What a sending brings, before any row speaks of it: its code, its key, its files sealed.

The pages of sources share it with the desk's, where a tip is taken down.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from functools import partial
from typing import Any, BinaryIO, cast

from flask import current_app, request
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from kitchen.core import codes
from kitchen.core.db import new_uid
from kitchen.tips import queries, taking, telling
from kitchen.tips.strangers import no_room, room
from kitchen.tips.taking import Given, TakenIn
from kitchen.tips.telling import Told
from kitchen.web.face import unit
from kitchen.web.i18n import say_refusal


@dataclass(frozen=True, slots=True)
class Sent:
    """What came: the code it gets, the name of its tip, and what became of its files."""

    code: str
    uid: str = ""
    """Empty for what was filed before: sent twice, it is one tip."""
    files: TakenIn = field(default_factory=TakenIn)
    lost: int = 0
    """Files that never came to their end."""

    def sentences(self) -> list[str]:
        """For each file that was not taken, why."""
        return sentences(self.files, self.lost)


def begun(told: Told, sender: str = "") -> Sent:
    """Make the key of what is told, and seal its files; the code is to be told when its row is
    there. ``sender`` keeps the forms of several people apart.

    Raises :class:`TooOften`, :class:`NoRoom`, and :class:`Invalid` for too many files.
    """
    code = _code_of(told, sender)
    with unit(write=False) as session:
        if queries.by_code(session, codes.hash_of(code)) is not None:
            return Sent(code)
        telling.admit(session, room().most_in_minute)
    uid = new_uid()
    try:
        room().vault.ring.make(uid)
        taken, lost = taken_in(uid)
    except OSError as error:
        raise no_room(error) from None
    return Sent(code, uid, taken, lost)


def _code_of(told: Told, sender: str) -> str:
    given = request.form.get("_key") or request.headers.get("Idempotency-Key")
    key = f"tip {sender}{given or secrets.token_urlsafe(16)}"
    return codes.code_for(str(current_app.secret_key), key, told.words, told.contact)


def taken_in(owner: str) -> tuple[TakenIn, int]:
    """Seal what came with the form and before it; also how many files never came to their end."""
    whole, lost = taking.arrived(room().arrivals, request.form.getlist("ticket"))
    return taking.take(room().vault, owner, [*_uploaded(), *whole]), lost


def _uploaded() -> list[Given]:
    files = [file for file in request.files.getlist("files") if file.filename]
    return [Given(file.filename or "", partial(_from_start, file)) for file in files]


def _from_start(file: FileStorage) -> BinaryIO:
    file.stream.seek(0)
    return cast(BinaryIO, _Kept(file.stream))


class _Kept:
    """A stream that stays open when its reader is done with it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        return bytes(self._stream.read(size))

    def __enter__(self) -> _Kept:
        return self

    def __exit__(self, *_: object) -> None:
        """The request closes it."""


def brought() -> bool:
    """Whether files came with the form: browsers do not choose them again for anybody."""
    return bool(_uploaded())


def drop_arrivals() -> None:
    """Let go of the pieces of files that are sealed now."""
    for ticket in request.form.getlist("ticket"):
        room().arrivals.drop(ticket)


def sentences(taken: TakenIn, lost: int) -> list[str]:
    """For each file that was not taken, why; in the visitor's language."""
    told = [
        gettext("“%(name)s”没有收下：%(why)s", name=name, why=say_refusal(refusal))
        for name, refusal in taken.refused
    ]
    if lost:
        told.append(gettext("有 %(count)s 个文件没有传完，没有收下。请重新选择。", count=lost))
    return told
