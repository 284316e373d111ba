"""Pictures made for the tests: plain ones of every kind, and hostile ones of every trick."""

from __future__ import annotations

import functools
import io
import json
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Any, Final

import pillow_heif
from PIL import Image, ImageDraw


def photo(width: int = 1200, height: int = 800) -> Image.Image:
    """A picture whose four corners differ, so that turning and cutting can be seen."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    brush = ImageDraw.Draw(image)
    half = width // 2, height // 2
    for corner, colour in {
        (0, 0): "red",
        (half[0], 0): "green",
        (0, half[1]): "blue",
        half: "yellow",
    }.items():
        brush.rectangle((corner, (corner[0] + half[0], corner[1] + half[1])), fill=colour)
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **how: Any) -> bytes:
    if kind == "HEIF":
        pillow_heif.register_heif_opener()
    buffer = io.BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()


def noise(width: int, height: int) -> Image.Image:
    """The picture that compresses worst."""
    return Image.merge("RGB", [Image.effect_noise((width, height), 120) for _ in range(3)])


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, body: bytes, *more: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    ends = chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + ends


def png_bomb(width: int, height: int) -> bytes:
    """Real zeros for every row, small only because zeros compress."""
    packer = zlib.compressobj(9)
    row = bytes(1 + 3 * width)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return png(width, height, body)


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("a.txt", "hello")
    return buffer.getvalue()


def tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as packed:
        packed.addfile(tarfile.TarInfo("a.txt"))
    return buffer.getvalue()


FTYP: Final = box(b"ftyp", b"isom\x00\x00\x02\x00isomiso2avc1mp41")
QT: Final = box(b"ftyp", b"qt  \x00\x00\x02\x00qt  ")
JPEG: Final = encoded(photo())
SVG: Final = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML: Final = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
M3U8: Final = b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"

HOSTILE: Final[Mapping[str, tuple[Callable[[], bytes], str]]] = {
    "nothing": (lambda: b"", "empty"),
    "one byte": (lambda: b"\xff", "unknown_kind"),
    "plain text": (lambda: "今天的稻田".encode(), "unknown_kind"),
    "zeros": (lambda: bytes(100_000), "unknown_kind"),
    "SVG": (lambda: SVG, "markup"),
    "SVG behind an XML head": (lambda: b'\xef\xbb\xbf<?xml version="1.0"?>\n' + SVG, "markup"),
    "HTML": (lambda: HTML, "markup"),
    "HTML in UTF-16": (lambda: HTML.decode().encode("utf-16"), "markup"),
    "playlist": (lambda: M3U8, "playlist"),
    "concat script": (lambda: b"ffconcat version 1.0\nfile /etc/passwd\n", "playlist"),
    "playlist in MP4 clothes": (lambda: FTYP + M3U8, "polyglot"),
    "playlist in a movie box": (lambda: FTYP + box(b"moov", M3U8), "polyglot"),
    "playlist in QuickTime clothes": (lambda: QT + M3U8, "polyglot"),
    "MP4 of a head only": (lambda: FTYP, "broken"),
    "MP4 whose box lies": (lambda: FTYP + struct.pack(">I4s", 1 << 30, b"moov"), "broken"),
    "zip": (archive, "archive"),
    "tar": (tar, "archive"),
    "gzip": (lambda: b"\x1f\x8b\x08" + bytes(40), "archive"),
    "PDF": (lambda: b"%PDF-1.7\n%\xe2\xe3\n", "kind_not_accepted"),
    "program": (lambda: b"\x7fELF\x02\x01\x01" + bytes(80), "kind_not_accepted"),
    "TIFF": (lambda: encoded(photo(64, 64), "TIFF"), "kind_not_accepted"),
    "BMP": (lambda: encoded(photo(64, 64), "BMP"), "kind_not_accepted"),
    "PostScript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n", "kind_not_accepted"),
    "JPEG with HTML in its comment": (lambda: encoded(photo(64, 64), comment=HTML), "polyglot"),
    "JPEG with HTML behind it": (lambda: JPEG + HTML, "polyglot"),
    "JPEG with a zip behind it": (lambda: JPEG + archive(), "polyglot"),
    "GIF with a script in its comment": (
        lambda: encoded(photo(64, 64), "GIF", comment=b"*/<script >alert(1)</script>"),
        "polyglot",
    ),
    "GIF that runs as a script": (
        lambda: b"GIF89a/*" + encoded(photo(64, 64), "GIF")[8:] + b"*/=1;alert(1)",
        "polyglot",
    ),
    "PNG with PHP in its text": (
        lambda: png(16, 16, b"", chunk(b"tEXt", b"a\0<?php system('id');")),
        "polyglot",
    ),
    "PDF in a JPEG's comment": (lambda: encoded(photo(64, 64), comment=b"%PDF-1.4"), "polyglot"),
    "JPEG cut short": (lambda: JPEG[: len(JPEG) // 2], "broken"),
    "JPEG of a head only": (lambda: JPEG[:200], "broken"),
    "JPEG of noise": (lambda: JPEG[:4] + noise(64, 64).tobytes(), "broken"),
    "PNG cut short": (lambda: encoded(photo(), "PNG")[:-900], "broken"),
    "PNG without pixels": (lambda: png(500, 500, zlib.compress(b"")), "broken"),
    "PNG with a broken sum": (
        lambda: encoded(photo(64, 64), "PNG").replace(b"IDAT", b"IDAT\x01", 1),
        "broken",
    ),
    "PNG whose text inflates": (
        lambda: png(16, 16, b"", chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(200 << 20)))),
        "broken",
    ),
    "WebP cut short": (lambda: encoded(noise(400, 400), "WEBP")[:-3000], "broken"),
    "GIF cut short": (lambda: encoded(noise(400, 400), "GIF")[:3000], "broken"),
    "AVIF cut short": (lambda: encoded(noise(200, 200), "AVIF")[:-3000], "broken"),
    "PNG of 65,535 squared": (lambda: png(65535, 65535, b""), "too_many_pixels"),
    "PNG of two thousand million a side": (lambda: png(2**31 - 1, 2**31 - 1, b""), "*"),
    "PNG bomb, just over": (lambda: png_bomb(8000, 6251), "too_many_pixels"),
    "GIF of 65,535 squared": (
        lambda: b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0) + b";",
        "*",
    ),
    "WebP over its own cap": (
        lambda: encoded(Image.new("RGB", (5001, 5001)), "WEBP", method=0),
        "too_many_pixels",
    ),
    "a line, not a picture": (lambda: encoded(Image.new("L", (6000, 1))), "too_thin"),
    "program named as a picture": (lambda: b"MZ" + bytes(2000), "kind_not_accepted"),
}
"""Name -> how to make the bytes, and the code they must be refused with; * for any."""


@functools.cache
def hostile(trick: str) -> bytes:
    """The bytes of a trick, made once: some take a while."""
    return HOSTILE[trick][0]()


def label() -> str:
    """An AIGC label as GB 45438-2025 words it."""
    return json.dumps({"Label": "1", "ContentProducer": "示例公司", "ProduceID": "p-1"})


def tell_tale(*, labelled: bool = True) -> bytes:
    """A JPEG that tells everything: place, device, people, in each dialect of metadata.

    `labelled`: that a machine made it as well.
    """
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Camera", "X-1"
    exif[0x013B] = "MARK-EXIF-AUTHOR"
    detail = exif.get_ifd(0x8769)
    detail[0x9003], detail[0x9011] = "2025:10:18 09:30:00", "+08:00"
    detail[0x927C] = b"MARK-MAKERNOTE"
    gps = exif.get_ifd(0x8825)
    gps.update({1: "N", 2: (36.0, 30.0, 36.0), 3: "E", 4: (117.0, 12.0, 0.0), 29: "MARK-GPS"})
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/">'
        "<dc:creator><rdf:Seq><rdf:li>MARK-XMP-AUTHOR</rdf:li></rdf:Seq></dc:creator>"
        "<dc:subject><rdf:Bag><rdf:li>稻田</rdf:li><rdf:li>秋收</rdf:li></rdf:Bag></dc:subject>"
        f"{f'<TC260:AIGC>{label()}</TC260:AIGC>' if labelled else ''}"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    plain = encoded(
        photo(), exif=exif.tobytes(), xmp=xmp.encode(), comment=b"MARK-COMMENT", quality=90
    )
    return plain[:2] + _iptc() + plain[2:] + b"MARK-TRAILER"


def _iptc() -> bytes:
    """Photoshop's segment with a by-line, a caption in Chinese, and a copyright."""
    fields = b"".join(
        struct.pack(">BBBH", 0x1C, 2, number, len(text)) + text
        for number, text in (
            (80, b"MARK-IPTC-AUTHOR"),
            (120, "稻田里的收割机".encode()),
            (116, "示例区融媒体中心".encode()),
        )
    )
    resource = b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(fields)) + fields
    body = b"Photoshop 3.0\0" + resource + b"\0" * (len(fields) % 2)
    return b"\xff\xed" + struct.pack(">H", len(body) + 2) + body
