"""A text that somebody brought, read at arm's length into what a story can take.

The file is read in a bounded child; what comes back is data, and is checked by the schema once
more when it is saved.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import nh3

from assets import bounded
from assets.bounded import Bench
from assets.refusals import Refused
from kitchen.core.errors import Invalid, Refusal, TooLarge
from kitchen.stories.importing import nodes
from kitchen.stories.importing.faults import SENTENCES
from kitchen.stories.importing.nodes import Node
from kitchen.stories.rules import TITLE_MAX

MOST_BYTES: Final = 60 * 1024 * 1024
"""The heaviest file that is read; nearly all of it is pictures."""
MOST_TEXT: Final = 4 * 1024 * 1024
"""Bytes of a file that is text alone."""
MOST_PICTURES: Final = 300
SECONDS: Final = 20.0
KINDS: Final = {
    ".docx": "word",
    ".txt": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
}
"""How a file's name ends -> which reader takes it."""
_HOUSE = str(Path(__file__).parents[2] / "__init__.py")
BENCH: Final = Bench(
    "kitchen.stories.importing.workbench",
    (_HOUSE, bounded.__file__, nh3.__file__),
)


@dataclass(frozen=True, slots=True)
class Manuscript:
    """What was read. ``content`` are blocks in which pictures stand by number.

    ``title`` is the first heading, or the file's name; ``pictures`` are members of the file, and
    ``told`` codes of what stayed out.
    """

    title: str
    content: Sequence[Node]
    pictures: Sequence[str] = ()
    told: Sequence[str] = ()

    @property
    def body(self) -> list[Node]:
        """The content without the heading that became the title, if that stands at the top."""
        first = self.content[0] if self.content else {}
        entitled = first.get("type") == "heading" and _words(first) == self.title
        return list(self.content[1:] if entitled else self.content)


def read(path: Path, name: str) -> Manuscript:
    """Read the file at ``path`` that was called ``name``. Raises :class:`Refusal` with why not."""
    suffix = Path(name).suffix.lower()
    if suffix == ".doc":
        raise _refusal("old_word", name)
    kind = KINDS.get(suffix)
    if kind is None:
        raise _refusal("unknown_kind", name)
    most = MOST_BYTES if kind == "word" else MOST_TEXT
    if path.stat().st_size > most:
        raise TooLarge(SENTENCES["too_large"], name=name, most=most // 2**20)
    return _manuscript(_asked(path, kind, name), name)


def _asked(path: Path, kind: str, name: str) -> bounded.Answer:
    request = {"path": str(path.resolve()), "kind": kind}
    try:
        return bounded.ask(request, seconds=SECONDS, bench=BENCH)
    except Refused as refused:
        code = refused.code if refused.code in SENTENCES else "broken"
        raise _refusal(code, name) from refused


def _manuscript(answer: bounded.Answer, name: str) -> Manuscript:
    facts = answer.facts
    if code := facts.get("fault"):
        raise _refusal(code, name, facts["part"])
    content = json.loads(answer.parts[0])
    if not content:
        raise _refusal("empty", name)
    count = len(facts["pictures"])
    if count > MOST_PICTURES:
        raise Invalid(SENTENCES["pictures"], name=name, count=count, most=MOST_PICTURES)
    return Manuscript(_title(content, name), content, facts["pictures"], facts["told"])


def _refusal(code: str, name: str, part: str = "") -> Refusal:
    return Invalid(SENTENCES[code], code=f"text_{code}", name=name, part=part)


def _title(content: Sequence[Node], name: str) -> str:
    first = next((node for node in content if node["type"] == "heading"), None)
    return (_words(first) if first else Path(name).stem)[:TITLE_MAX]


def _words(node: Node) -> str:
    return nodes.words_of(node.get("content", ()))


@contextmanager
def opened(path: Path, member: str) -> Iterator[BinaryIO]:
    """The bytes of a picture in a file that was read. Raises :class:`Refused` ``broken``."""
    try:
        with zipfile.ZipFile(path) as package, package.open(member) as stream:
            yield cast(BinaryIO, _Torn(stream))
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError) as error:
        raise Refused("broken") from error


class _Torn:
    """A member of a zip whose damage shows while it is read."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        try:
            return bytes(self._stream.read(size))
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise Refused("broken") from error
