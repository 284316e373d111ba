"""Films made for the tests by the bundled encoder: a second or three, as small as can be."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from PIL import Image

from assets import encoder

FIELDS = ("-f", "lavfi", "-i")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def ffmpeg(*arguments: str | Path, binary: bool = False) -> Any:
    """Run the encoder and answer what it wrote to its output, or else what it said."""
    command = [encoder.ffmpeg(), "-nostdin", "-hide_banner", "-y", *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True)
    return done.stdout if binary else done.stderr.decode()


def halves(width: int = 320, height: int = 180, seconds: float = 2, rate: int = 10) -> list[str]:
    """A picture whose left half is red and whose right half is blue."""
    half = f"s={width // 2}x{height}:r={rate}:d={seconds}"
    return [*FIELDS, f"color=red:{half}[l];color=blue:{half}[r];[l][r]hstack"]


def pattern(width: int = 320, height: int = 180, seconds: float = 2, rate: int = 10) -> list[str]:
    return [*FIELDS, f"testsrc=size={width}x{height}:rate={rate}:duration={seconds}"]


def noise(width: int = 320, height: int = 180, seconds: float = 2, rate: int = 10) -> list[str]:
    """The picture that no encoder can make small."""
    source = f"nullsrc=s={width}x{height}:r={rate}:d={seconds}"
    return [*FIELDS, f"{source},geq=random(1)*255:128:128"]


def tone(seconds: float = 2, decibel: float = -30) -> list[str]:
    source = f"sine=frequency=440:duration={seconds},volume={decibel}dB"
    return [*FIELDS, f"{source},aformat=channel_layouts=stereo"]


def film(path: Path, picture: list[str], *how: str, sound: list[str] | None = None) -> Path:
    """A film of that picture, H.264 unless `how` says otherwise."""
    heard = ["-c:a", "aac", "-shortest"] if sound else []
    ffmpeg(*picture, *(sound or []), *(() if "-c:v" in how else H264), *heard, *how, path)
    return path


def frame(path: Path, second: float = 0.5) -> Image.Image:
    """The picture at that second, as a person sees it."""
    said = (
        "-ss",
        f"{second}",
        "-i",
        path,
        "-frames:v",
        "1",
        "-c:v",
        "png",
        "-f",
        "image2pipe",
        "-",
    )
    out = path.with_suffix(f".{second}.png")
    out.write_bytes(ffmpeg("-v", "error", *said, binary=True))
    with Image.open(out) as image:
        return image.convert("RGB")


def lufs(path: Path) -> float:
    """Integrated loudness, by another filter than the one that the product measures with."""
    said = ffmpeg("-i", path, "-map", "0:a:0", "-af", "ebur128=framelog=quiet", "-f", "null", "-")
    return float(re.findall(r"I: +(-?[\d.]+) LUFS", said)[-1])


def true_peak(path: Path) -> float:
    """The highest peak in dBTP, by the same other filter."""
    heard = ("-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-")
    said = ffmpeg("-i", path, "-map", "0:a:0", *heard)
    return float(re.findall(r"Peak: +(-?[\d.]+) dBFS", said)[-1])


def exiftool(path: Path) -> dict[str, Any]:
    """All that an independent reader finds in a file, by group and name."""
    command = ["/usr/bin/exiftool", "-json", "-G1", "-a", "-ee", str(path)]
    found: dict[str, Any] = json.loads(subprocess.check_output(command))[0]
    return found
