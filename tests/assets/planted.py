"""Files that give their makers away: a marker in every place where a file may speak of itself.

Each marker is a word of its own, so that it can be told from which place it leaked. What cannot
hold a word holds a number that is looked for as such.
"""

from __future__ import annotations

import functools
import io
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path
from typing import Final

from PIL import Image, ImageCms
from PIL.ExifTags import IFD, Base

from assets import video
from tests.assets.samples import box, chunk, encoded, photo

PLACES: Final = (
    *("exif artist", "exif make", "exif model", "exif software", "exif caption", "exif copyright"),
    *("exif comment", "exif maker note", "exif serial", "exif lens", "exif owner", "exif host"),
    *("exif xp author", "exif gps area", "exif gps method", "exif thumbnail", "exif unknown tag"),
    *("iptc author", "iptc caption", "iptc city", "iptc keyword"),
    *("xmp creator", "xmp place", "xmp history", "xmp document"),
    *("jpeg comment", "jfxx thumbnail", "jpeg app12", "profile name", "behind the jpeg"),
    *("png text", "png ztext", "png itext", "png exif", "png chunk", "behind the png"),
    *("gif comment", "gif application", "webp exif", "webp xmp", "webp chunk", "heic exif"),
    *("heic xmp", "avif exif", "mp4 place", "mp4 title", "mp4 comment", "mp4 keys", "mp4 handler"),
    *("mp4 uuid", "mp4 free", "mp4 chapter", "mov make", "mov place", "mkv title", "mkv tag"),
    *("docx author", "pdf author"),
)
NAMES: Final = ("jpeg", "png", "gif", "webp", "heic", "avif", "mp4", "mov", "webm", "docx", "pdf")
"""The kinds of :func:`files`; the name of each file is a marker as well."""

LATITUDE, LONGITUDE = (36, 31, 17.29), (117, 13, 41.87)
NUMBERS: Final = ("36.5214", "117.2282", "17.29", "41.87")
"""The place in the ways in which readers write it."""


def marker(place: str) -> str:
    """A word that stands nowhere else."""
    return f"MK{zlib.crc32(place.encode()):08X}Q"


def markers() -> dict[str, str]:
    """Every marker by where it was planted, file names included."""
    places = (*PLACES, *(f"name of the {kind}" for kind in NAMES))
    return {place: marker(place) for place in places}


@functools.cache
def files() -> dict[str, bytes]:
    """A file of each kind, telling all that its kind can."""
    return {
        "jpeg": _jpeg(),
        "png": _png(),
        "gif": _gif(),
        "webp": _webp(),
        "heic": encoded(photo(320, 240), "HEIF", exif=_exif("heic exif"), xmp=_xmp("heic xmp")),
        "avif": encoded(photo(330, 240), "AVIF", exif=_exif("avif exif")),
        "mp4": _mp4(),
        "mov": _mov(),
        "webm": _webm(),
        "docx": b"PK\x03\x04" + marker("docx author").encode(),
        "pdf": b"%PDF-1.7\n/Author (" + marker("pdf author").encode() + b")",
    }


def file_name(kind: str) -> str:
    return f"{marker(f'name of the {kind}')}.{kind}"


def _exif(place: str) -> bytes:
    exif = Image.Exif()
    exif[Base.Artist] = marker(place)
    exif.get_ifd(IFD.GPSInfo).update({1: "N", 2: LATITUDE, 3: "E", 4: LONGITUDE})
    return exif.tobytes()


def _xmp(*places: str) -> bytes:
    said = "".join(f"<p:x{i}>{marker(place)}</p:x{i}>" for i, place in enumerate(places))
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:p="http://ns.adobe.com/photoshop/1.0/">'
        f"<dc:creator><rdf:Seq><rdf:li>{marker(places[0])}</rdf:li></rdf:Seq></dc:creator>{said}"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def _jpeg() -> bytes:
    exif = Image.Exif()
    exif[Base.Artist], exif[Base.Make] = marker("exif artist"), marker("exif make")
    exif[Base.Model], exif[Base.Software] = marker("exif model"), marker("exif software")
    exif[Base.ImageDescription] = marker("exif caption")
    exif[Base.Copyright], exif[Base.HostComputer] = marker("exif copyright"), marker("exif host")
    exif[Base.XPAuthor] = marker("exif xp author").encode("utf-16-le") + b"\0\0"
    exif[0xC7FF] = marker("exif unknown tag")
    detail = exif.get_ifd(IFD.Exif)
    detail[Base.UserComment] = b"ASCII\0\0\0" + marker("exif comment").encode()
    detail[Base.MakerNote] = b"Nikon\0" + marker("exif maker note").encode()
    detail[Base.BodySerialNumber] = marker("exif serial")
    detail[Base.LensSerialNumber] = marker("exif lens")
    detail[Base.CameraOwnerName] = marker("exif owner")
    exif.get_ifd(IFD.GPSInfo).update(
        {1: "N", 2: LATITUDE, 3: "E", 4: LONGITUDE}
        | {27: b"ASCII\0\0\0" + marker("exif gps method").encode()}
        | {28: b"ASCII\0\0\0" + marker("exif gps area").encode()}
    )
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    named = profile.replace("sRGB built-in".encode("utf-16-be"), _wide("profile name", 13), 1)
    plain = encoded(
        photo(800, 600),
        exif=_with_thumbnail(exif.tobytes()),
        xmp=_xmp("xmp creator", "xmp place", "xmp history", "xmp document"),
        comment=marker("jpeg comment").encode(),
        icc_profile=named,
    )
    small = encoded(photo(32, 24), comment=marker("jfxx thumbnail").encode())
    more = (
        _segment(0xE0, b"JFXX\0\x10" + small)
        + _segment(0xEC, b"Ducky" + marker("jpeg app12").encode())
        + _iptc()
    )
    return plain[:20] + more + plain[20:] + marker("behind the jpeg").encode()


def _wide(place: str, length: int) -> bytes:
    return marker(place)[:length].ljust(length).encode("utf-16-be")


def _with_thumbnail(exif: bytes) -> bytes:
    """A second directory with a small picture behind the first, as cameras write it."""
    small = encoded(photo(32, 24), comment=marker("exif thumbnail").encode())
    body = exif[6:]
    order = "<" if body[:2] == b"II" else ">"
    first = struct.unpack(order + "I", body[4:8])[0]
    count = struct.unpack(order + "H", body[first : first + 2])[0]
    link, at = first + 2 + 12 * count, len(body)
    entries = struct.pack(order + "H", 2) + struct.pack(order + "HHII", 0x0201, 4, 1, at + 30)
    entries += struct.pack(order + "HHII", 0x0202, 4, 1, len(small)) + bytes(4)
    linked = body[:link] + struct.pack(order + "I", at) + body[link + 4 :]
    return exif[:6] + linked + entries + small


def _segment(number: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, number, len(body) + 2) + body


def _iptc() -> bytes:
    told = {80: "iptc author", 120: "iptc caption", 90: "iptc city", 25: "iptc keyword"}
    fields = b"".join(
        struct.pack(">BBBH", 0x1C, 2, number, len(marker(place))) + marker(place).encode()
        for number, place in told.items()
    )
    resource = b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(fields)) + fields
    return _segment(0xED, b"Photoshop 3.0\0" + resource + b"\0" * (len(fields) % 2))


def _png() -> bytes:
    plain = encoded(photo(340, 240), "PNG", exif=_exif("png exif"))
    packed = zlib.compress(marker("png ztext").encode())
    more = (
        chunk(b"tEXt", b"Author\0" + marker("png text").encode())
        + chunk(b"zTXt", b"Comment\0\0" + packed)
        + chunk(b"iTXt", b"Title\0\0\0zh\0\0" + marker("png itext").encode())
        + chunk(b"prVt", marker("png chunk").encode())
    )
    return plain[:33] + more + plain[33:] + marker("behind the png").encode()


def _gif() -> bytes:
    plain = encoded(photo(350, 240), "GIF", comment=marker("gif comment").encode())
    said = b"!\xff\x0bXMP DataXMP" + bytes([12]) + marker("gif application").ljust(12).encode()
    at = 13 + 3 * (2 << (plain[10] & 7))
    return plain[:at] + said + b"\0" + plain[at:]


def _webp() -> bytes:
    told = {"exif": _exif("webp exif"), "xmp": _xmp("webp xmp")}
    plain = encoded(photo(360, 240), "WEBP", **told)
    said = marker("webp chunk").ljust(12).encode()
    body = plain[8:] + b"note" + struct.pack("<I", len(said)) + said
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _film(suffix: str, *how: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        chapters = Path(folder) / "chapters"
        chapter = f"[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=1\ntitle={marker('mp4 chapter')}\n"
        chapters.write_text(f";FFMETADATA1\n{chapter if suffix == 'mp4' else ''}")
        out = Path(folder) / f"film.{suffix}"
        pattern = ("-f", "lavfi", "-i", "testsrc=size=160x120:rate=10:duration=1")
        given = ("-i", str(chapters), "-map", "0:v", "-map_chapters", "1")
        command = [video.ffmpeg(), "-nostdin", "-v", "error", *pattern, *given, *how, str(out)]
        subprocess.run(command, check=True)
        return out.read_bytes()


def _said(**told: str) -> tuple[str, ...]:
    pairs = ((name, marker(place)) for name, place in told.items())
    return tuple(word for name, text in pairs for word in ("-metadata", f"{name}={text}"))


def _mp4() -> bytes:
    plain = _film(
        "mp4",
        *("-c:v", "libx264", "-pix_fmt", "yuv420p"),
        *_said(title="mp4 title", comment="mp4 comment"),
        *("-metadata", f"location=+36.5214+117.2282/{marker('mp4 place')}"),
        *("-metadata:s:v", f"handler_name={marker('mp4 handler')}"),
    )
    keys = box(b"uuid", b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8" * 2 + marker("mp4 uuid").encode())
    named = box(b"free", marker("mp4 free").encode()) + box(b"skip", marker("mp4 keys").encode())
    return plain + keys + named


def _mov() -> bytes:
    return _film(
        "mov",
        *("-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "use_metadata_tags"),
        *("-metadata", f"com.apple.quicktime.make={marker('mov make')}"),
        *("-metadata", f"com.apple.quicktime.location.ISO6709={marker('mov place')}"),
    )


def _webm() -> bytes:
    how = ("-c:v", "libvpx", "-deadline", "realtime")
    return _film("webm", *how, *_said(title="mkv title", DEVICE="mkv tag"))


def stands_in(raw: bytes, place: str) -> bool:
    """Whether the marker stands in the bytes, in any of the ways in which files write words."""
    word = marker(place)
    return any(word.encode(coding) in raw for coding in ("ascii", "utf-16-le", "utf-16-be"))


def every_marker_stands_in_its_file() -> list[str]:
    """Places whose marker is in no file: none, or the plan of the test is not what it says."""
    whole = b"".join(files().values())
    inflated = whole + b"".join(_texts(files()["png"]))
    return [place for place in PLACES if not stands_in(inflated, place)]


def _texts(png: bytes) -> list[bytes]:
    """The compressed texts of a PNG."""
    with Image.open(io.BytesIO(png)) as image:
        image.load()
        return [str(value).encode() for value in image.info.values()]
