"""Pixels: from a file of any accepted kind to the bytes of each preset, in one decode.

A JPEG is decoded no larger than the largest rendition needs (libjpeg halves while it decodes);
other kinds are reduced strip by strip, so that a picture at the pixel cap fits the memory of the
child process. What was decoded is let go once it has been made smaller. Then orientation and colour
are settled once, on the small picture, and renditions are made from large to small, each from the
smallest step that still holds its detail; larger steps are let go in their turn. Every
output starts from bare pixels: no EXIF, XMP, IPTC, profile, comment or thumbnail can pass. What is
written into a rendition again, or burnt into its pixels, are :class:`assets.presets.Marks`.

This module does the decoding itself and is therefore run in the child process of
:mod:`assets.workbench`; others ask :mod:`assets.pictures`.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from PIL import (  # noqa: F401 - the decoders register themselves; no others are ever loaded
    AvifImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    ImageFilter,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from assets import aigc, burning
from assets.presets import NO_MARKS, WHOLE, Box, Fit, Focus, Marks, Preset
from assets.refusals import Refused, in_bytes

PIXEL_CAP: Final = 50_000_000
"""Most pixels a picture may have; more than any newsroom camera, less than memory allows."""

PIXEL_CAPS: Final = {"WEBP": 25_000_000, "AVIF": 25_000_000, "HEIF": 25_000_000}
"""Lower where the decoder keeps several copies of all pixels at once."""

THINNEST: Final = 8
"""Fewest pixels of a side: below that nothing can be seen, and ratios run away."""

QUALITY_STEPS: Final = (75, 65, 55, 45, 35)
SHRINK_STEPS: Final = (1.0, 0.75, 0.5, 0.25)

_SIDEWAYS = frozenset({5, 6, 7, 8})
_GAP = 2.0
_STRIP = 256
_PAPER = (255, 255, 255)
_FORMATS = {"image/jpeg": "JPEG", "image/webp": "WEBP"}
_LANCZOS = Image.Resampling.LANCZOS

Size = tuple[int, int]


def open_picture(path: Path, decoder: str) -> ImageFile.ImageFile:
    """Open with the one decoder that the content asks for; only the header has been read.

    Raises :class:`Refused` ``too_many_pixels`` or ``too_thin`` before a pixel is decoded.
    """
    Image.MAX_IMAGE_PIXELS = None  # our own cap below is stricter, and an error from one pixel on
    image = Image.open(path, formats=[decoder])
    width, height = image.size
    cap = PIXEL_CAPS.get(decoder, PIXEL_CAP)
    if width * height > cap:
        raise Refused("too_many_pixels", pixels=f"{width}×{height}", limit=cap // 10_000)
    if min(width, height) < THINNEST:
        raise Refused("too_thin", side=min(width, height))
    return image


def upright_size(image: ImageFile.ImageFile) -> Size:
    """Width and height as a person sees it, whichever way the camera was held."""
    width, height = image.size
    return (height, width) if _orientation(image) in _SIDEWAYS else (width, height)


def frames(image: ImageFile.ImageFile) -> int:
    """How many frames move; a phone's JPEG with pictures behind the first stands still."""
    return 1 if image.format in ("MPO", "HEIF") else int(getattr(image, "n_frames", 1))


@dataclass(frozen=True, slots=True)
class Order:
    """Which renditions are wanted, and how the picture is cut for them."""

    presets: Sequence[Preset]
    focus: Focus = Focus()
    crops: Mapping[str, Box] = field(default_factory=dict)
    """By the preset's name; what is not named shows as much as its shape allows."""

    def part(self, preset: Preset, full: Size) -> Size:
        """The size of what the preset shows of a picture of the size `full`."""
        box = self.crops.get(preset.name, WHOLE)
        return max(1, round(full[0] * box.width)), max(1, round(full[1] * box.height))

    def need(self, preset: Preset, full: Size) -> int:
        """How wide the whole picture must be for this preset to lack no detail."""
        part = self.part(preset, full)
        return math.ceil(_whole_size(preset, part)[0] * full[0] / part[0])

    def scale(self, full: Size) -> float:
        """What share of the full size the largest preset needs; none where nothing is wanted."""
        return max((self.need(each, full) for each in self.presets), default=0) / full[0]


def decode(image: ImageFile.ImageFile, scale: float) -> None:
    """Decode all of it, at `scale` of the full size or somewhat above where that can be chosen."""
    width, height = (max(1, math.ceil(side * scale)) for side in image.size)
    image.draft(None, (width, height))
    image.load()


def bare_pixels(image: ImageFile.ImageFile, scale: float) -> Image.Image:
    """sRGB pixels and nothing else, turned upright, of what was decoded at `scale`.

    They may be the image's own; where they are not, it is closed, for it is most of the memory.
    """
    orientation, profile = _orientation(image), image.info.get("icc_profile")
    if _is_scaled(image):
        pixels = _turned(image, orientation)
        if pixels is not image:
            image.close()
        pixels = _as_srgb(pixels, profile)
    else:
        pixels = _turned(_reduced(image, scale, profile), orientation)
    if pixels is not image:
        image.close()
    pixels.info.clear()
    return pixels


def renditions(
    decoded: list[Image.Image], full: Size, order: Order, marks: Marks = NO_MARKS
) -> Iterator[tuple[Preset, Size, bytes]]:
    """Each preset's size and bytes, from the largest to the smallest.

    `decoded` gives away the pixels of a picture whose size was `full`, by :func:`bare_pixels`: they
    are let go once a smaller whole picture stands, of which the rest can be made.
    """
    if not order.presets:
        return
    source = decoded.pop()
    for preset in sorted(order.presets, key=lambda each: order.need(each, full), reverse=True):
        box = order.crops.get(preset.name, WHOLE)
        if preset.fit is Fit.INSIDE and box == WHOLE:
            width, height = inside(full, (preset.width, preset.height))
            # first narrower, then less high, as Pillow does, but without the source by then
            source = source.resize((width, source.height), _LANCZOS, reducing_gap=_GAP)
            picture = source = source.resize((width, height), _LANCZOS, reducing_gap=_GAP)
        else:
            picture = _fitted(_within(source, box), preset, order.part(preset, full), order.focus)
        burnt = burning.marked(picture, marks, preset.name)
        size, encoded = _within_limit(burnt, preset, aigc.in_file(marks.aigc))
        yield preset, size, encoded


def _within(picture: Image.Image, box: Box) -> Image.Image:
    if box == WHOLE:
        return picture
    left, top = round(box.left * picture.width), round(box.top * picture.height)
    right = max(left + 1, round((box.left + box.width) * picture.width))
    bottom = max(top + 1, round((box.top + box.height) * picture.height))
    return picture.crop((left, top, right, bottom))


def inside(size: Size, frame: Size) -> Size:
    """The largest size of the same shape within the frame that does not enlarge."""
    scale = min(1.0, frame[0] / size[0], frame[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def covered(picture: Image.Image, frame: Size, focus: Focus) -> Image.Image:
    """The frame filled by the picture, cut around the focal point."""
    box = _cut(picture.size, frame, focus)
    return picture.resize(frame, _LANCZOS, box=box, reducing_gap=_GAP)


def on_backdrop(picture: Image.Image, frame: Size) -> Image.Image:
    """The whole picture in the middle of the frame, over a dim blurred enlargement of itself."""
    scale = min(frame[0] / picture.width, frame[1] / picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    canvas = backdrop(picture, frame)
    whole = picture.resize(size, _LANCZOS, reducing_gap=_GAP)
    canvas.paste(whole, ((frame[0] - size[0]) // 2, (frame[1] - size[1]) // 2))
    return canvas


def backdrop(picture: Image.Image, frame: Size) -> Image.Image:
    """A dim blurred enlargement of the picture: blurred while tiny, which costs nothing."""
    tiny = max(1, frame[0] // 16), max(1, frame[1] // 16)
    blurred = covered(picture, tiny, Focus()).filter(ImageFilter.GaussianBlur(3))
    dim = blurred.point([value * 11 // 20 for value in range(256)] * 3)
    return dim.resize(frame, Image.Resampling.BICUBIC)


def _whole_size(preset: Preset, full: Size) -> Size:
    """How large the whole picture must be for this preset to lack no detail."""
    frame = preset.width, preset.height
    if preset.fit is not Fit.COVER:
        return inside(full, frame)
    scale = min(1.0, max(frame[0] / full[0], frame[1] / full[1]))
    return math.ceil(full[0] * scale), math.ceil(full[1] * scale)


def _fitted(source: Image.Image, preset: Preset, full: Size, focus: Focus) -> Image.Image:
    frame = preset.width, preset.height
    if preset.fit is Fit.COVER:
        return covered(source, frame, focus)
    if preset.fit is Fit.CONTAIN:
        return on_backdrop(source, frame)
    size = inside(full, frame)
    return source if size == source.size else source.resize(size, _LANCZOS, reducing_gap=_GAP)


def _cut(size: Size, frame: Size, focus: Focus) -> tuple[float, float, float, float]:
    """The part of the picture that has the frame's shape, centred on the focus where it can be."""
    scale = max(frame[0] / size[0], frame[1] / size[1])
    width, height = min(size[0], frame[0] / scale), min(size[1], frame[1] / scale)
    left = min(max(focus.x * size[0] - width / 2, 0), size[0] - width)
    top = min(max(focus.y * size[1] - height / 2, 0), size[1] - height)
    return left, top, left + width, top + height


def _is_scaled(image: ImageFile.ImageFile) -> bool:
    """Whether decoding already gave pixels of the wanted size: only JPEG's decoder scales.

    A phone's JPEG with a second picture behind the first calls itself MPO.
    """
    return image.format in ("JPEG", "MPO")


def _reduced(image: ImageFile.ImageFile, scale: float, profile: bytes | None) -> Image.Image:
    """Opaque pixels, reduced by a whole number, a strip at a time to spare memory."""
    factor = max(1, int(1 / (scale * _GAP)))
    size = math.ceil(image.width / factor), math.ceil(image.height / factor)
    canvas = Image.new("RGB", size)
    step = factor * max(1, _STRIP // factor)
    for top in range(0, image.height, step):
        strip = image.crop((0, top, image.width, min(top + step, image.height)))
        canvas.paste(_as_srgb(_opaque(strip), profile).reduce(factor), (0, top // factor))
    return canvas


def _opaque(image: Image.Image) -> Image.Image:
    """On white paper where it is transparent, and in eight bits where it has sixteen."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if not image.has_transparency_data:
        return image
    layered = image.convert("RGBA")
    paper = Image.new("RGB", image.size, _PAPER)
    paper.paste(layered, mask=layered.getchannel("A"))
    return paper


def _as_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Through its colour profile where it brings a usable one that is not sRGB anyway."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if "sRGB" not in ImageCms.getProfileDescription(source):
                return _converted(image, source)
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile costs the exact colour, not the picture
    return image if image.mode == "RGB" else image.convert("RGB")


def _converted(image: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    readable = image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")
    target = ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(readable, source, target, outputMode="RGB")
    assert converted is not None
    return converted


def _turned(pixels: Image.Image, orientation: int) -> Image.Image:
    """As the camera was held; the tag is put on bare pixels so that Pillow turns them."""
    if orientation == 1:
        return pixels
    pixels.getexif()[ExifTags.Base.Orientation] = orientation
    return ImageOps.exif_transpose(pixels)


def _orientation(image: Image.Image) -> int:
    value = image.getexif().get(ExifTags.Base.Orientation, 1)
    return value if value in range(1, 9) else 1


def _within_limit(
    picture: Image.Image, preset: Preset, told: Mapping[str, Any]
) -> tuple[Size, bytes]:
    """Encode within the preset's bytes: by quality first, then, where it may shrink, by size."""
    scales = SHRINK_STEPS if preset.fit is Fit.INSIDE else SHRINK_STEPS[:1]
    for scale in scales:
        size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
        smaller = picture if scale == 1 else picture.resize(size, _LANCZOS, reducing_gap=_GAP)
        for quality in (preset.quality, *QUALITY_STEPS):
            encoded = _encoded(smaller, preset.mime, quality, told)
            if len(encoded) <= preset.max_bytes:
                return size, encoded
    raise Refused("bytes_unreachable", limit=in_bytes(preset.max_bytes))


def _encoded(picture: Image.Image, mime: str, quality: int, told: Mapping[str, Any]) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, _FORMATS[mime], quality=quality, **told)
    return buffer.getvalue()
