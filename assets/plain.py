"""Text out of strangers' files, made plain: no control characters, never longer than a caption."""

from __future__ import annotations

from typing import Final

LONGEST: Final = 4000
"""Characters kept of any text: a caption, not a book."""


def plain_text(value: object) -> str:
    """Text without control characters; bytes are UTF-8 or, from older Chinese tools, GB 18030."""
    if isinstance(value, bytes):
        value = _decoded(value)
    if not isinstance(value, str | int | float):
        return ""
    kept = "".join(c for c in str(value) if c in "\n\t" or (c.isprintable() and c != "\ufffd"))
    return kept.strip()[:LONGEST]


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
