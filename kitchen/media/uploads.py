"""Files that come with a request: taken in before any unit of work, told apart one by one.

A view that takes files opens its unit by hand, so that no transaction waits while bytes flow; what
it then does with them is answered like any other request (:func:`kitchen.web.face.in_one_unit`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from flask import flash
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from kitchen.core.errors import N_, Invalid, Refusal
from kitchen.media import intake
from kitchen.media.intake import Intake
from kitchen.media.rules import MOST_FILES
from kitchen.web.face import g_face
from kitchen.web.i18n import say_refusal


@dataclass(frozen=True, slots=True)
class Received:
    """What became of the files of one request, in their order."""

    taken: list[Intake] = field(default_factory=list)
    refused: list[tuple[str, Refusal]] = field(default_factory=list)

    def sentences(self) -> list[str]:
        """For each refused file its name and why, in the visitor's language."""
        return [
            gettext("“%(name)s”没有收下：%(why)s", name=name, why=say_refusal(refusal))
            for name, refusal in self.refused
        ]

    def tell(self) -> None:
        """Have the next page name each refused file."""
        for sentence in self.sentences():
            flash(sentence, "danger")


def receive(files: Sequence[FileStorage], *, sealed: bool = False) -> Received:
    """Take each file in; one that is refused harms no other. Raises :class:`Invalid` for too many.

    An empty file field, as browsers send it, is no file. What is ``sealed`` may give a source away.
    """
    given = [file for file in files if file.filename]
    if len(given) > MOST_FILES:
        raise Invalid(N_("一次最多上传 %(most)s 个文件，请分几次传。"), most=MOST_FILES)
    received, ports = Received(), g_face().ports
    for file in given:
        name = intake.plain_name(file.filename or "")
        try:
            received.taken.append(
                intake.receive(
                    ports.store,
                    cast(BinaryIO, file.stream),
                    name,
                    vault=ports.sealed if sealed else None,
                )
            )
        except Refusal as refusal:
            received.refused.append((name, refusal))
    return received


def receive_one(files: Sequence[FileStorage]) -> Intake:
    """Take in the one file of a request. Raises its refusal, or :class:`Invalid` for none."""
    received = receive(files)
    if received.refused:
        raise received.refused[0][1]
    if len(received.taken) != 1:
        raise Invalid(fields={"file": N_("请选一个文件，每次一个。")})
    return received.taken[0]
