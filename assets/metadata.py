"""What a picture says about itself: when, where, by whom, of what, and whether a machine made it.

EXIF, IPTC and XMP are read for the catalogue and never written: renditions carry pixels only
(:mod:`assets.rendering`), because place and device give sources away. The one exception is the
label of generated content (:mod:`assets.aigc`), which is read wherever tools are known to put it
and goes along with every rendition. Nothing here trusts the file: a field that cannot be
understood is a field that is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL import IptcImagePlugin
from PIL.ExifTags import GPS, IFD, Base
from PIL.ImageFile import ImageFile

from assets import aigc
from assets.plain import plain_text

CHINA: Final = timezone(timedelta(hours=8))
"""The clock of a camera that does not say its zone."""

_CHARACTER_CODES = {b"ASCII\0\0\0": "ascii", b"UNICODE\0": "utf-16", bytes(8): "utf-8"}


@dataclass(frozen=True, slots=True)
class Metadata:
    """What was found; empty or None where the picture says nothing."""

    taken_at: datetime | None = None
    """With its zone; China's where the camera did not say."""
    place: tuple[float, float] | None = None
    """Latitude and longitude in degrees, WGS 84."""
    author: str = ""
    caption: str = ""
    copyright: str = ""
    device: str = ""
    keywords: tuple[str, ...] = ()
    aigc: Mapping[str, str] | None = None
    """The fields of the AIGC label of GB 45438-2025, such as ``Label`` and ``ContentProducer``."""

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the way out of the child process."""
        taken = self.taken_at.isoformat() if self.taken_at else None
        return asdict(self) | {"taken_at": taken, "aigc": dict(self.aigc) if self.aigc else None}

    @classmethod
    def from_json(cls, wire: Mapping[str, Any]) -> Metadata:
        """The opposite of :meth:`to_json`."""
        taken, place = wire["taken_at"], wire["place"]
        return cls(
            taken_at=datetime.fromisoformat(taken) if taken else None,
            place=(float(place[0]), float(place[1])) if place else None,
            author=str(wire["author"]),
            caption=str(wire["caption"]),
            copyright=str(wire["copyright"]),
            device=str(wire["device"]),
            keywords=tuple(str(word) for word in wire["keywords"]),
            aigc={str(key): str(text) for key, text in wire["aigc"].items()}
            if wire["aigc"]
            else None,
        )


def read(image: ImageFile) -> Metadata:
    """All that an opened picture says about itself; its pixels are not needed."""
    exif, iptc, xmp = _Exif(image), _Iptc(image), _Xmp(image)
    return Metadata(
        taken_at=exif.taken_at(),
        place=exif.place(),
        author=_first(iptc.text(2, 80), xmp.text("creator"), exif.text(Base.Artist)),
        caption=_first(
            iptc.text(2, 120), xmp.text("description"), exif.text(Base.ImageDescription)
        ),
        copyright=_first(iptc.text(2, 116), xmp.text("rights"), exif.text(Base.Copyright)),
        device=" ".join(filter(None, (exif.text(Base.Make), exif.text(Base.Model)))),
        keywords=tuple(iptc.texts(2, 25) or xmp.texts("subject")),
        aigc=_aigc_label(image, exif, xmp),
    )


class _Exif:
    def __init__(self, image: ImageFile) -> None:
        self._main = image.getexif()
        self._detail = self._main.get_ifd(IFD.Exif)
        self._gps = self._main.get_ifd(IFD.GPSInfo)

    def text(self, tag: int) -> str:
        """EXIF knows only ASCII; Pillow hands over what cameras really write as Latin-1."""
        value = self._main.get(tag) or self._detail.get(tag)
        if isinstance(value, str) and not value.isascii():
            value = value.encode("latin-1", "replace")
        return plain_text(value)

    def comment(self) -> str:
        raw = self._detail.get(Base.UserComment)
        if not isinstance(raw, bytes):
            return plain_text(raw)
        encoding = _CHARACTER_CODES.get(raw[:8])
        return plain_text(raw[8:].decode(encoding, "ignore") if encoding else raw)

    def taken_at(self) -> datetime | None:
        stamp = self.text(Base.DateTimeOriginal) or self.text(Base.DateTime)
        try:
            moment = datetime.strptime(stamp[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        except ValueError:
            return None
        return moment.replace(tzinfo=_zone(self.text(Base.OffsetTimeOriginal)))

    def place(self) -> tuple[float, float] | None:
        north = _degrees(self._gps.get(GPS.GPSLatitude), self._gps.get(GPS.GPSLatitudeRef), "S")
        east = _degrees(self._gps.get(GPS.GPSLongitude), self._gps.get(GPS.GPSLongitudeRef), "W")
        if north is None or east is None or abs(north) > 90 or abs(east) > 180:
            return None
        return round(north, 6), round(east, 6)


class _Iptc:
    def __init__(self, image: ImageFile) -> None:
        try:
            self._fields = IptcImagePlugin.getiptcinfo(image) or {}
        except (SyntaxError, ValueError, IndexError):
            self._fields = {}

    def texts(self, record: int, dataset: int) -> list[str]:
        value = self._fields.get((record, dataset), [])
        values = value if isinstance(value, list) else [value]
        return [text for text in map(plain_text, values) if text]

    def text(self, record: int, dataset: int) -> str:
        return next(iter(self.texts(record, dataset)), "")


class _Xmp:
    """XMP by the local names of its properties, whether written as elements or attributes."""

    def __init__(self, image: ImageFile) -> None:
        packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
        raw = packet.encode() if isinstance(packet, str) else bytes(packet)
        try:
            self._root: Element | None = fromstring(raw.strip(b"\0 \r\n")) if raw else None
        except (ParseError, DefusedXmlException, ValueError):
            self._root = None

    def texts(self, name: str) -> list[str]:
        return [text for text in map(plain_text, self._values(name)) if text]

    def text(self, name: str) -> str:
        return next(iter(self.texts(name)), "")

    def _values(self, name: str) -> Iterator[str]:
        for element in self._root.iter() if self._root is not None else ():
            if _local(element.tag) == name:
                yield from element.itertext()
            yield from (text for key, text in element.attrib.items() if _local(key) == name)


def _aigc_label(image: ImageFile, exif: _Exif, xmp: _Xmp) -> dict[str, str] | None:
    candidates = (
        xmp.text(aigc.KEY),
        image.info.get(aigc.KEY),
        exif.comment(),
        image.info.get("comment"),
        exif.text(Base.ImageDescription),
    )
    return next(filter(None, map(aigc.read, candidates)), None)


def _zone(offset: str) -> timezone:
    try:
        return timezone(datetime.strptime(offset, "%z").utcoffset() or timedelta())
    except ValueError:
        return CHINA


def _degrees(value: Any, reference: Any, negative: str) -> float | None:
    """Degrees, minutes and seconds as EXIF keeps them, in one signed number."""
    try:
        degrees, minutes, seconds = (float(part) for part in value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    angle = degrees + minutes / 60 + seconds / 3600
    if angle != angle:  # not a number: EXIF allows 0/0
        return None
    return -angle if plain_text(reference).upper() == negative else angle


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]


def _first(*texts: str) -> str:
    return next(filter(None, texts), "")
