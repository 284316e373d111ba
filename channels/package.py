"""The hand-off package: everything that a person needs to finish a post by hand, as one zip.

``manifest.json`` (fields of the edition, captions, the public link), ``body.html`` with pictures
that open from the unpacked folder, ``body.txt`` for pasting, ``media/`` and ``SHA256SUMS``. The
same post always makes the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
from html import escape
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from channels.base import Edition, Files, Form, Media, Post
from channels.editions import caption
from channels.markup import Plain, plain_text
from channels.media import EXTENSIONS, read

_EPOCH = (1980, 1, 1, 0, 0, 0)
_PAGE = """<!doctype html>
<html lang="zh-Hans"><meta charset="utf-8"><title>{title}</title>
<style>body{{max-width:40em;margin:2em auto;font:1em/1.8 sans-serif}}img{{max-width:100%}}</style>
<h1>{title}</h1>
{body}
</html>
"""


def package(channel: str, post: Post, files: Files) -> bytes:
    """The zip for ``channel``. Raises ``Rejected`` if a file is gone or not what was approved."""
    names = _names(post.edition)
    contents = {
        "manifest.json": _manifest(channel, post, names),
        "body.html": _page(post.edition, names).encode(),
        "body.txt": _text(post.edition).encode(),
    }
    for medium in media_of(post.edition):
        contents[names[medium.sha256]] = read(files, medium)
    contents["SHA256SUMS"] = _sums(contents)
    return _zip(contents)


def media_of(edition: Edition) -> list[Media]:
    """Every file of an edition, the cover first, each once."""
    every = (edition.cover, *edition.media)
    return list({medium.sha256: medium for medium in every if medium}.values())


def _names(edition: Edition) -> dict[str, str]:
    """The path of each file: numbered in the order of use, the cover said to be the cover."""
    names = {}
    for number, medium in enumerate(media_of(edition), start=1):
        kind = "cover" if medium == edition.cover else medium.mime.partition("/")[0]
        extension = EXTENSIONS.get(medium.mime, "bin")
        names[medium.sha256] = f"media/{number:02d}-{kind}.{extension}"
    return names


def _manifest(channel: str, post: Post, names: dict[str, str]) -> bytes:
    edition = post.edition
    described: dict[str, Any] = {
        "channel": channel,
        "uid": post.uid,
        "revision": post.revision,
        "payload_hash": post.payload_hash,
        "link": post.link,
        "form": edition.form,
        "title": edition.title,
        "digest": edition.digest,
        "author": edition.author,
        "tags": list(edition.tags),
        "media": [_described(medium, names) for medium in media_of(edition)],
    }
    return json.dumps(described, ensure_ascii=False, indent=2).encode()


def _described(medium: Media, names: dict[str, str]) -> dict[str, Any]:
    return {
        "path": names[medium.sha256],
        "sha256": medium.sha256,
        "mime": medium.mime,
        "size": medium.size,
        "width": medium.width,
        "height": medium.height,
        "seconds": medium.seconds,
        "caption": medium.caption,
    }


def _page(edition: Edition, names: dict[str, str]) -> str:
    if edition.form is Form.ARTICLE:
        body = Plain(names.get).rewrite(edition.body)
    else:
        body = "".join(f"<p>{escape(line)}</p>" for line in caption(edition).split("\n"))
    return _PAGE.format(title=escape(edition.title), body=body)


def _text(edition: Edition) -> str:
    return plain_text(edition.body) if edition.form is Form.ARTICLE else caption(edition)


def _sums(contents: dict[str, bytes]) -> bytes:
    lines = (f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in contents.items())
    return "".join(lines).encode()


def _zip(contents: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for path, data in contents.items():
            entry = ZipInfo(path, _EPOCH)
            entry.compress_type = ZIP_STORED if path.startswith("media/") else ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()
