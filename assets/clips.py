"""A vertical film of still pictures, for channels that carry only film.

A title card, then each picture whole over a blurred enlargement of itself, drifting slowly, its
caption beneath. The drift is whole pixels of an already enlarged still, so a frame costs a paste
and the encoder finds every block where it left it; frames go to the bundled ffmpeg through a pipe
as the planes it encodes (4:2:0), and nothing is written to disk but the film. The same input gives
the same bytes on the same version of the encoder.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Final

from PIL import Image, ImageDraw

from assets import encoder, rendering
from assets import pictures as stills
from assets.encoder import EncodingFailed
from assets.presets import Fit, Focus, Preset
from assets.store import Blob
from assets.typesetting import Ink, draw_lines, line_height, wrapped

FPS: Final = 25
TITLE_SECONDS: Final = 2.4
ALONE_SECONDS: Final = 5.0
"""Seconds of the title card where it is all there is: platforms refuse shorter films."""

BRIEFEST: Final = 1.0
"""Fewest seconds a picture is shown; pictures beyond what then fits are left out."""

HOUSE: Final = "#1450B4"
HOUSE_DARK: Final = "#0B1B38"
ACCENT: Final = "#B3261E"
PAPER: Final = "#FFFFFF"

_ENCODER = (
    *("-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p"),
    # Everything moves by whole pixels or not at all, so finer motion search finds nothing more.
    *("-x264-params", "subme=1:me=dia:weightp=0:bframes=1:b-adapt=0:rc-lookahead=8"),
    *("-g", "50", "-threads", "2"),  # a fixed number of threads: the same bytes on any machine
    *("-color_range", "tv", "-colorspace", "smpte170m"),
    *("-color_primaries", "smpte170m", "-color_trc", "smpte170m"),
    *("-c:a", "aac", "-b:a", "64k"),
    *("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"),
    *("-flags:a", "+bitexact", "-movflags", "+faststart", "-f", "mp4"),
)

Progress = Callable[[float], None]
Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Clip:
    """A finished film, and the JPEG that stands for it."""

    path: Path
    width: int
    height: int
    seconds: float
    size: int
    """Bytes."""
    poster: bytes


def make_clip(
    pictures: Sequence[Path],
    title: str,
    captions: Sequence[str],
    out: Path,
    *,
    size: Size = (1080, 1920),
    seconds_per_picture: float = 3.0,
    max_seconds: float = 58.0,
    progress: Progress | None = None,
) -> Clip:
    """Make a film of `pictures`, each with the caption of the same place, and write it to `out`.

    `size` must be even; without a picture the title card stands alone. `progress` is told the
    share done, from 0 to 1; an exception it raises stops the work and leaves no file. Raises
    :class:`~assets.refusals.Refused` for a picture that cannot be read.
    """
    room = max(0.0, max_seconds - TITLE_SECONDS)
    shown = pictures[: int(room / BRIEFEST)]
    each = min(seconds_per_picture, room / max(1, len(shown)))
    scenes = _scenes(shown, title, captions, size, each)
    total = _title_frames(shown) + len(shown) * int(each * FPS)
    partial = out.with_name(out.name + ".part")
    try:
        poster = _film(scenes, size, total, partial, progress or _keep_quiet)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return Clip(out, *size, total / FPS, out.stat().st_size, poster)


class _Scene:
    """A still, and in it a window through which an enlarged picture drifts by; or none."""

    def __init__(
        self,
        canvas: Image.Image,
        frames: int,
        *,
        picture: Image.Image | None = None,
        window: tuple[int, int, int, int] = (0, 0, 0, 0),
        backwards: bool = False,
    ) -> None:
        self.canvas = canvas
        self.frames = frames
        self._window = window
        self._backwards = backwards
        self._planes = _planes(canvas)
        self._phases = [_planes(shifted) for shifted in _phases(picture)] if picture else []

    def __iter__(self) -> Iterator[bytes]:
        """Each frame as the encoder's three planes in a row."""
        for frame in range(self.frames):
            if self._phases:
                self._show(self.frames - 1 - frame if self._backwards else frame)
            yield b"".join(plane.tobytes() for plane in self._planes)

    def _show(self, frame: int) -> None:
        left, top, width, height = self._window
        luma = self._phases[0][0]
        spare = luma.width - width, luma.height - height
        x, y = (min(frame, each) for each in spare)
        chroma = self._phases[(x | y) & 1]
        _paste(self._planes[0], luma, (x, y), (left, top, width, height))
        half = left // 2, top // 2, width // 2, height // 2
        for plane, source in zip(self._planes[1:], chroma[1:], strict=True):
            _paste(plane, source, (x // 2, y // 2), half)


def _scenes(
    paths: Sequence[Path], title: str, captions: Sequence[str], size: Size, seconds: float
) -> Iterator[_Scene]:
    """The film scene by scene, one picture in memory at a time."""
    first = _still(paths[0], size) if paths else None
    yield _Scene(_title_card(title, first, size), _title_frames(paths))
    for number, path in enumerate(paths):
        still = first if number == 0 and first else _still(path, size)
        caption = captions[number] if number < len(captions) else ""
        yield _picture_scene(still, caption, size, int(seconds * FPS), number)


def _picture_scene(
    still: Image.Image, caption: str, size: Size, frames: int, number: int
) -> _Scene:
    canvas = rendering.backdrop(still, size)
    lines = wrapped(caption, _caption_size(size), size[0] * 0.86, most_lines=3) if caption else []
    window = _window(still.size, size, len(lines))
    ink = Ink(PAPER, "#000000", max(1, size[0] // 360))
    draw_lines(canvas, lines, _caption_size(size), window[1] + window[3] + size[1] // 40, ink)
    picture = _enlarged(still, window, frames)
    return _Scene(canvas, frames, picture=picture, window=window, backwards=number % 2 == 1)


def _window(still: Size, frame: Size, caption_lines: int) -> tuple[int, int, int, int]:
    """Left, top, width, height of the picture, all even, clear of the caption and of the
    buttons that apps lay over the bottom fifth of the screen."""
    text = caption_lines * line_height(_caption_size(frame)) + frame[1] // 40
    room = frame[0], int(frame[1] * 0.80) - text
    scale = min(room[0] / still[0], room[1] / still[1])
    width, height = (max(2, int(side * scale) // 2 * 2) for side in still)
    left = (frame[0] - width) // 4 * 2
    top = max(frame[1] // 20, (int(frame[1] * 0.86) - height - text) // 2) // 2 * 2
    return left, top, width, height


def _enlarged(still: Image.Image, window: tuple[int, int, int, int], frames: int) -> Image.Image:
    """A little larger than its window along its longer side: what it drifts by, in whole pixels."""
    _, _, width, height = window
    drift = min(frames, max(width, height) // 14) // 2 * 2
    larger = (width + drift, height) if width >= height else (width, height + drift)
    return rendering.covered(still, larger, Focus())


def _title_card(title: str, first: Image.Image | None, size: Size) -> Image.Image:
    canvas = rendering.backdrop(first, size) if first else _house_card(size)
    type_size = size[0] // 12
    lines = wrapped(title, type_size, size[0] * 0.84, most_lines=6)
    top = (size[1] - len(lines) * line_height(type_size)) * 2 // 5
    bar = size[0] // 6
    brush = ImageDraw.Draw(canvas)
    brush.rectangle(
        ((size[0] - bar) // 2, top - size[1] // 40, (size[0] + bar) // 2, top - size[1] // 50),
        fill=PAPER if first is None else ACCENT,
    )
    draw_lines(canvas, lines, type_size, top, Ink(PAPER, "#000000", max(1, size[0] // 270)))
    return canvas


def _house_card(size: Size) -> Image.Image:
    """The house's blue, falling into dark."""
    fall = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, HOUSE_DARK), Image.new("RGB", size, HOUSE), fall)


def _still(path: Path, size: Size) -> Image.Image:
    """The picture as our own bytes, decoded and re-encoded in the bounded child."""
    shelf = _Shelf()
    preset = Preset("clip", size[0] * 9 // 8, size[1] * 9 // 8, Fit.INSIDE, 32 << 20, quality=95)
    stills.render(path, [preset], shelf.put)
    image = Image.open(io.BytesIO(shelf.kept), formats=["JPEG"])
    image.load()
    return image


class _Shelf:
    """Where one rendition is put down for a moment."""

    kept = b""

    def put(self, stream: BinaryIO) -> Blob:
        self.kept = stream.read()
        return Blob(hashlib.sha256(self.kept).hexdigest(), len(self.kept))


def _film(scenes: Iterator[_Scene], size: Size, total: int, out: Path, progress: Progress) -> bytes:
    """Encode all scenes; answers the poster, which is the first scene's still."""
    poster, done = b"", 0
    with _encoder(size, total / FPS, out) as frames:
        for scene in scenes:
            poster = poster or _as_jpeg(scene.canvas)
            for planes in scene:
                frames.write(planes)
            done += scene.frames
            progress(done / total)
    return poster


@contextmanager
def _encoder(size: Size, seconds: float, out: Path) -> Iterator[IO[bytes]]:
    """The encoder's intake; leaving it waits for the film and raises :class:`EncodingFailed`."""
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(  # noqa: S603 - the bundled encoder, no shell
            _command(size, seconds, out),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=words,
            env={"LANG": "C.UTF-8"},
        )
        assert process.stdin is not None
        try:
            yield process.stdin
            process.stdin.close()
            failed = process.wait() != 0
        except BrokenPipeError:
            failed = True
        finally:
            _end(process)
        if failed:
            words.seek(0)
            raise EncodingFailed(words.read(4000).decode("utf-8", "replace"))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave no encoder behind, whatever stopped the work."""
    process.kill()
    process.wait()
    if process.stdin and not process.stdin.closed:
        try:
            process.stdin.close()
        except BrokenPipeError:
            return


def _command(size: Size, seconds: float, out: Path) -> list[str]:
    silence = f"anullsrc=r=44100:cl=stereo:d={seconds:.3f}"
    return [
        *(encoder.ffmpeg(), *encoder.QUIET, "-loglevel", "error", "-y"),
        *(*encoder.LOCAL_ONLY, "-f", "rawvideo", "-pix_fmt", "yuv420p"),
        *("-s", f"{size[0]}x{size[1]}", "-r", str(FPS), "-i", "pipe:0"),
        *("-f", "lavfi", "-i", silence),
        *(*_ENCODER, f"file:{out.resolve()}"),
    ]


def _planes(image: Image.Image) -> list[Image.Image]:
    """Luma, and the two chromas at half the size: 4:2:0 as the encoder wants it.

    Pillow's luma fills 0 to 255, television's 16 to 235, so each is brought into its range.
    """
    luma, *chroma = image.convert("YCbCr").split()
    half = image.width // 2, image.height // 2
    return [
        luma.point([16 + round(value * 219 / 255) for value in range(256)]),
        *(
            plane.resize(half, Image.Resampling.BOX).point(
                [128 + round((value - 128) * 224 / 255) for value in range(256)]
            )
            for plane in chroma
        ),
    ]


def _phases(picture: Image.Image) -> tuple[Image.Image, Image.Image]:
    """As it is, and a pixel further: chroma has half the pixels, so odd steps need their own."""
    step = (1, 0) if picture.width >= picture.height else (0, 1)
    shifted = picture.transform(
        picture.size, Image.Transform.AFFINE, (1, 0, step[0], 0, 1, step[1])
    )
    return picture, shifted


def _paste(
    canvas: Image.Image, source: Image.Image, at: Size, window: tuple[int, int, int, int]
) -> None:
    left, top, width, height = window
    canvas.paste(source.crop((*at, at[0] + width, at[1] + height)), (left, top))


def _as_jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _title_frames(paths: Sequence[Path]) -> int:
    return round((TITLE_SECONDS if paths else ALONE_SECONDS) * FPS)


def _caption_size(size: Size) -> int:
    return size[0] // 22


def _keep_quiet(share: float) -> None:
    """Nobody asked to be told."""
