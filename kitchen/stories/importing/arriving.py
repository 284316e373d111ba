"""A text that comes with a request: read before any unit of work, then written or handed on.

Page and API share it. A text with few pictures becomes a story while its sender waits; one with
many is kept in the store for a worker.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from flask import g, request
from werkzeug.datastructures import FileStorage

from assets.store import Blob
from kitchen.core.errors import N_, Invalid, TooLarge
from kitchen.media.intake import plain_name
from kitchen.stories import queries as stories
from kitchen.stories.importing import reading, service, taking
from kitchen.stories.importing.faults import SENTENCES
from kitchen.stories.importing.models import StoryImport
from kitchen.stories.importing.reading import MOST_BYTES, Manuscript
from kitchen.stories.importing.schemas import ImportIn
from kitchen.stories.importing.taking import Taken
from kitchen.stories.models import Story
from kitchen.web.face import g_face
from kitchen.web.schema import read

FEW: Final = 6
"""Pictures that are taken in while the sender waits; each takes up to half a second."""
PASTED: Final = N_("粘贴的内容")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A text that was read: either all its pictures are taken in, or its file is in the store."""

    name: str
    manuscript: Manuscript
    taken: Taken | None
    blob: Blob | None = None


def receive() -> Arrival:
    """Read the file of the request, else what was pasted. Raises :class:`Refusal`."""
    files = [file for file in request.files.getlist("file") if file.filename]
    with tempfile.TemporaryDirectory(prefix="kitchen-import-") as folder:
        path = Path(folder) / "text"
        name = _put_down(files, read(ImportIn).html, path)
        manuscript = reading.read(path, name)
        service.demand_fit(manuscript)
        store = g_face().ports.store
        if len(manuscript.pictures) <= FEW:
            return Arrival(name, manuscript, taking.take_in(store, path, manuscript))
        with path.open("rb") as file:
            return Arrival(name, manuscript, None, store.put(file))


def _put_down(files: Sequence[FileStorage], html: str, path: Path) -> str:
    """Write what came to ``path``; answers its name."""
    if len(files) > 1:
        raise Invalid(fields={"file": N_("请选一个文件，每次一个。")})
    if not files:
        if not html.strip():
            raise Invalid(fields={"file": N_("请选一个文件，或把内容粘贴在下面。")})
        path.write_text(html, encoding="utf-8")
        return f"{PASTED}.html"
    name = plain_name(files[0].filename or "")
    _copy(cast(BinaryIO, files[0].stream), path, name)
    return name


def _copy(source: BinaryIO, path: Path, name: str) -> None:
    size = 0
    with path.open("wb") as target:
        while chunk := source.read(1 << 20):
            size += len(chunk)
            if size > MOST_BYTES:
                raise TooLarge(SENTENCES["too_large"], name=name, most=MOST_BYTES // 2**20)
            target.write(chunk)
    if not size:
        raise Invalid(SENTENCES["empty"], name=name, code="text_empty")


def entered(arrival: Arrival) -> Story | StoryImport:
    """In the request's unit: the story it became, or the order that a worker will carry out."""
    given = read(ImportIn)
    into = stories.story_to_save(g.session, given.into) if given.into else None
    if arrival.taken is not None:
        return service.write(
            g.session,
            g.actor,
            arrival.manuscript,
            arrival.taken.pictures,
            into=into,
            rights=given.rights,
        )
    assert arrival.blob is not None
    return service.ask(
        g.session,
        g.actor,
        filename=arrival.name,
        sha256=arrival.blob.sha256,
        pictures=len(arrival.manuscript.pictures),
        into=into,
        rights=given.rights,
    )
