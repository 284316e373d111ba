"""Hundreds of files that somebody might send to break, fool or use us; all made by code.

Each has a name and is the same in every run. Those that name an address or a file name a canary:
a listener on the loopback and a file that nobody has a reason to open. What is expected of each
is the same: it is taken in or refused in words, by a parent that stays well, in a child that stays
small and quick, and nothing else is opened.
"""

from __future__ import annotations

import functools
import random
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from PIL import Image

from assets import video
from tests.assets.samples import HOSTILE, archive, box, chunk, encoded, photo, png, png_bomb

Make = Callable[[], bytes]

CUTS: Final = (1, 2, 12, 40, 200, 0.2, 0.5, 0.8, 0.95, -40, -1)
"""Where a good file breaks off: bytes from the start, shares of the whole, bytes before its end."""
FLIPS: Final = 8
"""Mutations of each good file."""


@functools.cache
def sample(kind: str) -> bytes:
    """A good file of every kind that is taken in."""
    if kind in _FILMS:
        return _film(kind, *_FILMS[kind])
    return _PICTURES[kind]()


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Camera", 6
    exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 30.0, 36.0), 3: "E", 4: (117.0, 12.0, 0.0)})
    return exif.tobytes()


_PICTURES: Final[dict[str, Make]] = {
    "jpeg": lambda: encoded(photo(320, 240), exif=_exif(), comment=b"a comment"),
    "progressive": lambda: encoded(photo(320, 240), progressive=True, quality=95),
    "cmyk": lambda: encoded(photo(320, 240).convert("CMYK")),
    "png": lambda: encoded(photo(320, 240).convert("RGBA"), "PNG", exif=_exif()),
    "palette": lambda: encoded(photo(320, 240).convert("P"), "PNG", transparency=3),
    "apng": lambda: _moving("PNG", 5),
    "webp": lambda: encoded(photo(320, 240), "WEBP", exif=_exif()),
    "lossless": lambda: encoded(photo(320, 240).convert("RGBA"), "WEBP", lossless=True),
    "moving webp": lambda: _moving("WEBP", 5),
    "gif": lambda: encoded(photo(320, 240), "GIF", comment=b"a comment"),
    "moving gif": lambda: _moving("GIF", 5),
    "avif": lambda: encoded(photo(320, 240), "AVIF"),
    "heic": lambda: encoded(photo(320, 240), "HEIF", exif=_exif()),
}
_FILMS: Final[dict[str, tuple[str, ...]]] = {
    "mp4": ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-metadata", "title=a"),
    "mov": ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart"),
    "webm": ("-c:v", "libvpx", "-deadline", "realtime"),
}
KINDS: Final = (*_PICTURES, *_FILMS)


def _moving(kind: str, frames: int, size: tuple[int, int] = (64, 48)) -> bytes:
    first, *rest = (Image.new("RGB", size, (7 * i % 255, i % 255, 99)) for i in range(frames))
    return encoded(first, kind, save_all=True, append_images=rest, duration=40)


def _film(suffix: str, *how: str) -> bytes:
    pattern = ("-f", "lavfi", "-i", "testsrc=size=160x120:rate=10:duration=1")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"film.{suffix}"
        command = [video.ffmpeg(), "-nostdin", "-v", "error", *pattern, *how, "-bitexact", str(out)]
        subprocess.run(command, check=True)
        return out.read_bytes()


def corpus(address: str, canary: Path) -> dict[str, Make]:
    """Every file by its name. ``address`` is where the listener waits, as ``127.0.0.1:4711``."""
    made: dict[str, Make] = {f"known: {name}": make for name, (make, _) in HOSTILE.items()}
    for family in (_cut_short, _flipped, _rubbish, _bombs, _metadata, _crowds, _two_in_one):
        made |= dict(family())
    made |= dict(_markup(address, canary))
    made |= dict(_playlists(address, canary))
    made |= dict(_lying_films(address, canary))
    return made


def _cut_short() -> Iterator[tuple[str, Make]]:
    for kind in KINDS:
        for cut in CUTS:
            yield f"{kind} cut at {cut}", functools.partial(_cut, kind, cut)


def _cut(kind: str, at: float) -> bytes:
    whole = sample(kind)
    return whole[: int(at * len(whole)) if 0 < at < 1 else int(at)]


def _flipped() -> Iterator[tuple[str, Make]]:
    for kind in KINDS:
        for number in range(FLIPS):
            yield f"{kind} flipped {number}", functools.partial(_flip, kind, number)


def _flip(kind: str, number: int) -> bytes:
    """Half of the mutations strike the head, where the structure is; a few strike many bytes."""
    chance, whole = random.Random(f"{kind} {number}"), bytearray(sample(kind))
    reach = min(len(whole), 400) if number % 2 else len(whole)
    for _ in range(1 + 6 * (number % 4)):
        whole[chance.randrange(12, reach)] ^= 1 << chance.randrange(8)
    return bytes(whole)


def _rubbish() -> Iterator[tuple[str, Make]]:
    for kind in KINDS:
        for size in (300, 70_000):
            yield f"{kind} head and {size} of noise", functools.partial(_noise, kind, size)
    for byte in (0x00, 0x20, 0x3C, 0x89, 0xFF):
        yield f"one byte {byte:02x}", functools.partial(bytes, [byte])
    yield "ID3 and noise", lambda: b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + random.Random(1).randbytes(9000)
    yield "ID3 before a JPEG", lambda: b"ID3\x04\0\0\0\0\0\0" + sample("jpeg")
    yield "RIFF of nothing", lambda: b"RIFF\xff\xff\xff\xffAVI LIST" + bytes(400)
    yield "AVI that nests", lambda: b"RIFF\xff\xff\xff\x7fAVI " + b"LIST\xff\xff\xff\x7fhdrl" * 4000
    yield "transport stream", lambda: (b"G@\0\x10" + bytes(184)) * 40
    yield "Ogg page", lambda: b"OggS\0\x02" + bytes(20) + b"\xff" * 300
    yield "flash film", lambda: b"FLV\x01\x05\0\0\0\x09" + b"\xff" * 500


def _noise(kind: str, size: int) -> bytes:
    return sample(kind)[:32] + random.Random(f"{kind} {size}").randbytes(size)


def _bombs() -> Iterator[tuple[str, Make]]:
    yield "PNG bomb at the cap", lambda: png_bomb(8000, 6249)
    yield "PNG bomb one row too many", lambda: png_bomb(8000, 6251)
    yield "PNG bomb, endless zeros", lambda: png(64, 64, zlib.compress(bytes(64 << 20), 9))
    for side in (1, 2, 7, 8, 16384, 65535, 1 << 31):
        yield f"PNG that says {side} squared", functools.partial(_png_that_says, side)
    for side in (1, 8, 4096, 65535):
        yield f"JPEG that says {side} squared", functools.partial(_jpeg_that_says, side)
        yield f"GIF that says {side} squared", functools.partial(_gif_that_says, side)
        yield f"TIFF that says {side} squared", functools.partial(_tiff_that_says, side)
        yield f"BMP that says {side} squared", functools.partial(_bmp_that_says, side)
    for side in (16383, 16384):
        yield f"WebP that says {side} squared", functools.partial(_webp_that_says, side)
    for kind in ("avif", "heic"):
        for side in (1, 6000, 65535, 0xFFFFFFFF):
            yield f"{kind} that says {side}", functools.partial(_says, kind, side)
    yield "JPEG of hundreds of scans", lambda: _scans(300)
    yield "JPEG of thousands of scans", lambda: _scans(20_000)
    yield "gzip bomb", lambda: b"\x1f\x8b\x08" + bytes(7) + zlib.compress(bytes(32 << 20), 9)[2:]
    for name in ("zTXt", "iCCP"):
        yield f"PNG whose {name} inflates", functools.partial(_inflating, name.encode())
    yield (
        "PNG whose iTXt inflates",
        lambda: png(
            16, 16, _rows(16), chunk(b"iTXt", b"a\0\1\0\0\0" + zlib.compress(bytes(90 << 20), 9))
        ),
    )


def _rows(side: int) -> bytes:
    return zlib.compress(bytes(side * (1 + 3 * side)))


def _inflating(name: bytes) -> bytes:
    return png(16, 16, _rows(16), chunk(name, b"a\0\0" + zlib.compress(bytes(90 << 20), 9)))


def _png_that_says(side: int) -> bytes:
    said = struct.pack(">IIBBBBB", side, side, 16, 6, 0, 0, 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", said) + chunk(b"IDAT", _rows(64))


def _jpeg_that_says(side: int) -> bytes:
    whole = sample("jpeg")
    at = whole.index(b"\xff\xc0") + 5
    return whole[:at] + struct.pack(">HH", side, side) + whole[at + 4 :]


def _gif_that_says(side: int) -> bytes:
    frame = b"," + struct.pack("<HHHHB", 0, 0, side, side, 0) + b"\x08\x02\x4c\x01\0;"
    return b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + bytes(6) + frame


def _tiff_that_says(side: int) -> bytes:
    tags = ((256, side), (257, side), (258, 8), (259, 1), (262, 1), (273, 8), (278, side))
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(400)


def _bmp_that_says(side: int) -> bytes:
    return b"BM" + struct.pack("<IIIIiiHH", 9999, 0, 54, 40, side, side, 1, 24) + bytes(600)


def _webp_that_says(side: int) -> bytes:
    size = (side - 1).to_bytes(3, "little")
    head = b"VP8X" + struct.pack("<I", 10) + b"\x12\0\0\0" + size + size
    body = b"WEBP" + head + sample("webp")[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _says(kind: str, side: int) -> bytes:
    whole = sample(kind)
    at = whole.index(b"ispe") + 8
    return whole[:at] + struct.pack(">II", side, side) + whole[at + 8 :]


def _scans(count: int) -> bytes:
    """A progressive picture whose last scan is said again and again."""
    grain = random.Random(7).randbytes(3 * 1600 * 1200)
    whole = encoded(Image.frombytes("RGB", (1600, 1200), grain), progressive=True, quality=60)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    short = last[:64] + b"\0" * 8
    return whole[:-2] + short * count + b"\xff\xd9"


def _metadata() -> Iterator[tuple[str, Make]]:
    for name, ifd in _directories().items():
        yield f"JPEG with EXIF: {name}", functools.partial(_with_app1, b"Exif\0\0" + ifd)
        yield (
            f"PNG with EXIF: {name}",
            functools.partial(png, 16, 16, _rows(16), chunk(b"eXIf", ifd)),
        )
    yield "JPEG with 64 KB segments", lambda: _with_app1(*[b"Exif\0\0" + bytes(65000)] * 200)
    yield (
        "JPEG with rubbish for a profile",
        lambda: encoded(photo(64, 64), icc_profile=random.Random(2).randbytes(300_000)),
    )
    yield (
        "JPEG with one piece of a profile",
        lambda: _segment(0xE2, b"ICC_PROFILE\0\x07\xff" + random.Random(3).randbytes(900)),
    )
    yield (
        "JPEG with IPTC rubbish",
        lambda: _segment(
            0xED,
            b"Photoshop 3.0\x008BIM\x04\x04\0\0\xff\xff\xff\xff\x1c\x02\x50\xff\xff" + bytes(90),
        ),
    )
    yield "JPEG with a thousand comments", lambda: _segments(0xFE, b"again", 1000)
    yield "JPEG whose pictures follow in circles", lambda: _segment(0xE2, b"MPF\0" + _loop(0xB002))
    yield (
        "PNG with ten thousand texts",
        lambda: png(16, 16, _rows(16), *[chunk(b"tEXt", b"k%d\0value" % i) for i in range(10_000)]),
    )
    yield (
        "PNG with eight megabytes of text",
        lambda: png(16, 16, _rows(16), chunk(b"tEXt", b"a\0" + b"x" * (8 << 20))),
    )
    yield (
        "PNG with a thousand profiles",
        lambda: png(16, 16, _rows(16), *[chunk(b"iCCP", b"a\0\0" + zlib.compress(b"icc"))] * 1000),
    )
    for name, packet in _packets().items():
        yield f"JPEG with XMP: {name}", functools.partial(_with_xmp, packet)


def _directories() -> dict[str, bytes]:
    """EXIF directories that lead astray."""
    entry = struct.pack("<HHII", 0x010F, 2, 0xFFFFFFFF, 8)
    return {
        "next is itself": _loop(0x0112),
        "inside is itself": _loop(0x8769),
        "place is itself": _loop(0x8825),
        "65,535 entries": b"II*\0" + struct.pack("<IH", 8, 0xFFFF) + entry * 4000,
        "a text of 4 GB": b"II*\0" + struct.pack("<IH", 8, 1) + entry + bytes(4),
        "rubbish": b"II*\0" + random.Random(4).randbytes(5000),
        "a deep chain": b"II*\0"
        + b"".join(
            struct.pack("<IH", 8, 0) if i == 0 else struct.pack("<IH", 8 + 6 * i, 0)
            for i in range(9000)
        ),
        "turned 65,535 times": b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x112, 3, 1, 65535, 0, 0),
    }


def _loop(tag: int) -> bytes:
    return b"II*\0" + struct.pack("<IHHHIII", 8, 1, tag, 4, 1, 8, 8)


def _packets() -> dict[str, bytes]:
    laughs = b"".join(
        b'<!ENTITY l%d "%s">' % (i, b"&l%d;" % (i - 1) * 10 if i else b"ha") for i in range(10)
    )
    return {
        "a thousand million laughs": b"<!DOCTYPE x [" + laughs + b"]><x>&l9;</x>",
        "an entity from a file": b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><x>&f;</x>',
        "nested": b"<x>" * 9000 + b"</x>" * 9000,
        "rubbish": random.Random(5).randbytes(9000),
    }


def _segment(marker: int, body: bytes) -> bytes:
    return _segments(marker, body, 1)


def _segments(marker: int, body: bytes, count: int) -> bytes:
    whole = sample("jpeg")
    return whole[:2] + (struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body) * count + whole[2:]


def _with_app1(*bodies: bytes) -> bytes:
    whole = sample("progressive")
    inner = b"".join(
        struct.pack(">BBH", 0xFF, 0xE1, min(len(body), 65533) + 2) + body[:65533] for body in bodies
    )
    return whole[:2] + inner + whole[2:]


def _with_xmp(packet: bytes) -> bytes:
    return _with_app1(b"http://ns.adobe.com/xap/1.0/\0" + packet)


def _crowds() -> Iterator[tuple[str, Make]]:
    yield "APNG of 3,000 frames", lambda: _moving("PNG", 3000, (16, 16))
    yield "WebP of 500 frames", lambda: _moving("WEBP", 500, (16, 16))
    yield "GIF of 20,000 frames", lambda: _crowd(20_000, 16)
    yield "GIF of 2,000 large frames", lambda: _crowd(2_000, 2000)
    yield (
        "APNG that says 4 thousand million frames",
        lambda: png(16, 16, _rows(16), chunk(b"acTL", struct.pack(">II", 0xFFFFFFFF, 0))),
    )


def _crowd(frames: int, side: int) -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + bytes(6)
    frame = b"," + struct.pack("<HHHHB", 0, 0, side, side, 0) + b"\x02\x02\x4c\x01\0"
    return head + frame * frames + b";"


def _two_in_one() -> Iterator[tuple[str, Make]]:
    html = b"<html><script>fetch('//x')</script></html>"
    others: dict[str, Make] = {
        "HTML": lambda: html,
        "zip": archive,
        "SVG": lambda: b"<svg onload='alert(1)'/>",
        "PHP": lambda: b"<?php system($_GET['c']); ?>",
        "PDF": lambda: b"%PDF-1.4\n1 0 obj<</JS(app.alert(1))>>",
        "playlist": lambda: b"\n#EXTM3U\nfile:///etc/hostname\n",
        "program": lambda: b"\x7fELF\x02\x01\x01" + bytes(90),
    }
    for kind in ("jpeg", "png", "gif", "webp", "heic", "mp4", "webm"):
        for name, make in others.items():
            yield f"{kind} with {name} behind", functools.partial(_joined, kind, make)
    yield "GIF that is a script", lambda: b"GIF89a/*" + sample("gif")[8:] + b"*/=1;alert(1)"
    yield "PDF before a JPEG", lambda: b"%PDF-1.4\n" + sample("jpeg")
    yield "zip before a PNG", lambda: archive() + sample("png")


def _joined(kind: str, make: Make) -> bytes:
    return sample(kind) + make()


def _markup(address: str, canary: Path) -> Iterator[tuple[str, Make]]:
    texts = {
        "SVG that loads": f'<svg><image href="http://{address}/a.png"/></svg>',
        "SVG with a script": "<svg><script>alert(1)</script></svg>",
        "XML with an entity": f'<!DOCTYPE x [<!ENTITY f SYSTEM "{canary.as_uri()}">]><x>&f;</x>',
        "XML with a foreign DTD": f'<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://{address}/d">',
        "HTML that goes elsewhere": f'<meta http-equiv=refresh content="0;http://{address}/">',
        "MSL of ImageMagick": f'<?xml version="1.0"?><image><read filename="{canary}"/></image>',
        "MVG of ImageMagick": f'push graphic-context\nimage over 0,0 0,0 "http://{address}/a"',
        "PostScript": f"%!PS\n({canary}) (r) file",
    }
    for name, text in texts.items():
        for coding in ("utf-8", "utf-16"):
            yield f"{name}, {coding}", functools.partial(text.encode, coding)


def _playlists(address: str, canary: Path) -> Iterator[tuple[str, Make]]:
    texts = {
        "m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://{address}/a.ts\n{canary}\n",
        "m3u": f"#EXTM3U\n{canary}\nhttp://{address}/b.mp4\n",
        "ffconcat": f"ffconcat version 1.0\nfile '{canary}'\nfile 'http://{address}/c.mp4'\n",
        "sdp": f"v=0\no=- 0 0 IN IP4 {address.split(':')[0]}\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
        f"m=video {address.split(':')[1]} RTP/AVP 96\na=rtpmap:96 H264/90000\n",
        "cue": f'FILE "{canary}" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n',
        "mpd": f"<MPD xmlns='urn:mpeg:dash:schema:mpd:2011'><BaseURL>http://{address}/</BaseURL></MPD>",
        "pls": f"[playlist]\nFile1=http://{address}/d.mp3\nNumberOfEntries=1\n",
        "xspf": f"<playlist><trackList><track><location>{canary.as_uri()}</location></track>",
        "asx": f'<asx version="3.0"><entry><ref href="http://{address}/e"/></entry></asx>',
        "avisynth": f'AVISource("{canary}")\n',
        "rtsp address": f"RTSPtextRTSP://{address}/f\n",
    }
    for name, text in texts.items():
        raw = text.encode()
        yield name, functools.partial(bytes, raw)
        for coat, dressed in _clothes(raw).items():
            yield f"{name} as {coat}", dressed


def _clothes(raw: bytes) -> dict[str, Make]:
    return {
        "MP4": lambda: sample("mp4")[:32] + raw,
        "the film of an MP4": lambda: sample("mp4")[:32] + box(b"mdat", raw) + box(b"moov", raw),
        "a good MP4's last box": lambda: sample("mp4") + box(b"free", raw),
        "WebM": lambda: sample("webm")[:48] + raw,
        "a JPEG's comment": lambda: encoded(photo(32, 32), comment=raw),
    }


def _lying_films(address: str, canary: Path) -> Iterator[tuple[str, Make]]:
    whole = functools.partial(sample, "mp4")
    for kind in (b"moov", b"mdat", b"trak", b"mdia", b"stbl", b"stsz", b"stts", b"udta", b"mvhd"):
        for size in (0, 7, 0x7FFFFFFF, 0xFFFFFFFF):
            name = f"MP4 whose {kind.decode()} says {size}"
            yield name, functools.partial(_box_says, kind, size)
    yield (
        "MP4 whose box says 2^64-1",
        lambda: whole()[:32] + struct.pack(">I4sQ", 1, b"moov", (1 << 64) - 1) + whole()[32:],
    )
    yield "MP4 of boxes in boxes", lambda: whole()[:32] + _nested(b"moov", 20_000)
    yield "MP4 of tracks in tracks", lambda: whole()[:32] + box(b"moov", _nested(b"trak", 2000))
    yield "MP4 of a million heads", lambda: box(b"ftyp", b"isom\0\0\2\0isom") * 200_000
    for table in (b"stsz", b"stts", b"stsc", b"stco", b"ctts", b"elst"):
        yield f"MP4 whose {table.decode()} counts to 2^32", functools.partial(_count_says, table)
    yield "MP4 of another size", lambda: _film_says(0xFFFF)
    yield "MP4 of another size, less bold", lambda: _film_says(16384)
    yield "MP4 that lies elsewhere", lambda: whole().replace(b"url \0\0\0\1", b"url \0\0\0\0", 1)
    for name, target in {"a file": str(canary), "an address": f"http://{address}/g"}.items():
        yield f"QuickTime that points to {name}", functools.partial(_reference, target.encode())
        yield f"MP4 whose data stand in {name}", functools.partial(_alias, target.encode())
    ebml = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm"
    yield "Matroska of unknown sizes", lambda: ebml + b"\x18\x53\x80\x67\xff" * 9000
    yield (
        "Matroska of 2^56 bytes",
        lambda: ebml + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + bytes(900),
    )
    yield "Matroska of noise", lambda: sample("webm")[:200] + random.Random(6).randbytes(60_000)


def _box_says(kind: bytes, size: int) -> bytes:
    whole = sample("mp4")
    at = whole.find(kind) - 4
    return whole[:at] + struct.pack(">I", size) + whole[at + 4 :] if at > 0 else whole[:at]


def _count_says(table: bytes) -> bytes:
    whole = sample("mp4")
    at = whole.find(table)
    if at < 0:
        return whole.replace(b"udta", table, 1)
    at += 12 if table == b"stsz" else 8
    return whole[:at] + b"\xff\xff\xff\xff" + whole[at + 4 :]


def _film_says(side: int) -> bytes:
    whole = sample("mp4")
    at = whole.index(b"avc1", whole.index(b"stsd")) + 28
    return whole[:at] + struct.pack(">HH", side, side) + whole[at + 4 :]


def _nested(kind: bytes, depth: int) -> bytes:
    return b"".join(struct.pack(">I4s", 8 * (depth - i), kind) for i in range(depth))


def _reference(target: bytes) -> bytes:
    """A reference movie: a QuickTime file that is nothing but the address of another."""
    where = box(b"rdrf", b"\0\0\0\0url " + struct.pack(">I", len(target) + 1) + target + b"\0")
    head = box(b"ftyp", b"qt  \0\0\2\0qt  ")
    return head + box(b"moov", box(b"rmra", box(b"rmda", where)))


def _alias(target: bytes) -> bytes:
    """A film whose samples are said to stand in another file."""
    whole = sample("mp4")
    at = whole.index(b"url \0\0\0\1") - 4
    entry = box(b"url ", b"\0\0\0\0" + target + b"\0")
    return whole[:at] + entry + whole[at + 12 :]
