"""Why bytes are not accepted: one exception, and one table of what to tell the person.

The sentences are Chinese message ids; whoever shows them translates and fills in the parameters
that came with the refusal. Each says what is wrong and what to do about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "extract, translate later"
    """Mark a message id where it stands; translating is left to whoever shows it."""
    return text


REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "empty": N_("文件是空的，请重新选择文件。"),
        "too_large": N_("文件超过了 %(limit)s 的上限，请压缩后再传。"),
        "unknown_kind": N_(
            "认不出这是什么文件。请上传 JPEG、PNG、WebP、GIF、AVIF、HEIC 图片或 MP4、WebM 视频。"
        ),
        "kind_not_accepted": N_(
            "暂不接收 %(kind)s 文件。请转成 JPEG、PNG、WebP、GIF、AVIF、HEIC 图片"
            "或 MP4、WebM 视频后再传。"
        ),
        "markup": N_(
            "这是网页或 SVG 文件，里面可能带有程序，不能作为素材。请导出成 JPEG 或 PNG 后再传。"
        ),
        "playlist": N_("这是播放列表，不是视频本身。请上传 MP4 或 WebM 视频文件。"),
        "archive": N_("这是压缩包。请解压后逐个上传里面的图片或视频。"),
        "polyglot": N_("文件里夹带了另一种文件的内容，不安全。请用看图软件另存一份后再传。"),
        "broken": N_("文件已损坏或没有传完，打不开。请检查原文件后重新上传。"),
        "too_many_pixels": N_(
            "图片有 %(pixels)s 像素，超过 %(limit)s 万像素的上限。请缩小后再传。"
        ),
        "too_thin": N_("图片的一边只有 %(side)s 像素，太窄了，无法使用。请换一张图片。"),
        "too_heavy": N_("处理这个文件占用的内存或时间超过了上限，已停止。请缩小或另存后再传。"),
        "codec_not_accepted": N_(
            "这段视频的编码（%(codec)s）放不进 MP4，网页上播不了。"
            "请用 H.264 或 H.265 编码、AAC 声音导出成 MP4 后再传。"
        ),
        "no_picture_stream": N_("视频里没有画面。请上传带画面的 MP4 或 WebM 视频。"),
        "film_too_long": N_(
            "这一段长 %(seconds)s 秒，这里最多 %(limit)s 秒。请用入点和出点选短一些。"
        ),
        "film_too_short": N_("这一段长 %(seconds)s 秒，这里至少要 %(limit)s 秒。"),
        "film_too_long_for_bytes": N_(
            "这一段长 %(seconds)s 秒，压到 %(limit)s 以内就看不清了。"
            "请用入点和出点选 %(most)s 秒以内。"
        ),
        "film_cut_empty": N_("出点要在入点之后，而且在视频之内。"),
        "film_frame_too_large": N_(
            "视频画面是 %(width)s × %(height)s，最大 8192 × 8192。请缩小后再传。"
        ),
        "film_too_many_streams": N_("视频里有 %(count)s 路音视频，太多了。请只留一路画面和声音。"),
        "subtitles_not_understood": N_(
            "字幕的第 %(line)s 行看不懂。请上传 SRT 或 WebVTT 格式的字幕。"
        ),
        "subtitles_empty": N_("字幕里一句话也没有。请检查文件后再传。"),
        "bytes_unreachable": N_("图片压不到 %(limit)s 以内。请换一张内容简单些的图片。"),
    }
)
"""Code of a refusal -> what to tell the person, with ``%(name)s`` for its parameters."""


class Refused(Exception):
    """The bytes are not accepted. ``code`` is a key of :data:`REASONS`, ``params`` fill it in."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(REASONS[code] % params)
        self.code = code
        self.params: Mapping[str, str | int] = MappingProxyType(params)


def in_bytes(limit: int) -> str:
    """A number of bytes as people write it: ``900 B``, ``64 KB``, ``1.5 MB``."""
    size, unit = float(limit), "B"
    for larger in ("KB", "MB", "GB"):
        if size < 1024:
            break
        size, unit = size / 1024, larger
    return f"{round(size, 1):g} {unit}"
