"""Word files to test with: written by python-docx, and bent by hand where Word would not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH

from tests.assets.samples import encoded, photo


def word(write: Callable[[Document], object]) -> bytes:
    """A .docx that ``write`` filled."""
    document = docx.Document()
    write(document)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def centred(document: Document, words: str) -> None:
    document.add_paragraph(words).alignment = WD_ALIGN_PARAGRAPH.CENTER


def picture(document: Document, width: int = 240) -> None:
    """A small photo; each width is another one."""
    document.add_picture(io.BytesIO(encoded(photo(width, 100))))


def bent(data: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """The zip with members replaced, added, or (``None``) left out."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            if content is not None:
                new.writestr(name, content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def with_body(data: bytes, xml: str) -> bytes:
    """The .docx with ``xml`` put at the top of its body."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        document = package.read("word/document.xml").decode()
    return bent(
        data, {"word/document.xml": document.replace("<w:body>", f"<w:body>{xml}").encode()}
    )
