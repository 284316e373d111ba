"""Why a text cannot be brought in: codes from the child, sentences for people."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kitchen.core.errors import N_

SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "not_text": N_("“%(name)s”不是文本文件，或编码认不出。请另存为 UTF-8 再试。"),
        "old_word": N_(
            "“%(name)s”是旧版 .doc 格式，或加了打开密码。"
            "请用 Word 或 WPS 去掉密码、另存为 .docx 再试。"
        ),
        "torn": N_(
            "“%(name)s”不是完好的 Word 文档：里面的 %(part)s 损坏。请用 Word 另存为 .docx 再试。"
        ),
        "incomplete": N_(
            "“%(name)s”不是完好的 Word 文档：里面缺少 %(part)s。请用 Word 另存为 .docx 再试。"
        ),
        "bomb": N_("“%(name)s”解开后大得不正常（%(part)s），为安全起见没有打开。请另存一份再试。"),
        "hostile": N_(
            "“%(name)s”里夹带了外部实体或文档类型声明（%(part)s），不安全，没有打开。"
            "请把正文复制到新文档再试。"
        ),
        "too_heavy": N_("“%(name)s”太复杂，读它用的时间或内存超过了上限。请分成几个文件再试。"),
        "broken": N_("“%(name)s”读到一半出错，文件可能已损坏。请用原来的软件打开、另存后再试。"),
        "empty": N_("“%(name)s”里没有文字，也没有图片。请检查是不是选错了文件。"),
        "unknown_kind": N_(
            "“%(name)s”不是能导入的文稿。请给 .docx、.txt、.md 或 .html 文件；"
            "PDF 和 WPS 文件请先另存为 .docx。"
        ),
        "too_large": N_("“%(name)s”太大（最多 %(most)s MB）。请压缩文档里的图片再试。"),
        "pictures": N_(
            "“%(name)s”里有 %(count)s 张图片，一次最多导入 %(most)s 张。请分成几个文件。"
        ),
    }
)
"""Code -> what to tell the person who brought the file."""

LEFT_OUT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "changes": N_("文稿里有修订记录：只导入了修订后的文字。"),
        "comments": N_("文稿里的批注没有导入。"),
        "notes": N_("文稿里的脚注和尾注没有导入。"),
        "remote": N_("文稿里链接到网上或本机的图片没有导入，请单独上传。"),
        "shapes": N_("文稿里的图表、公式或图形没有导入，请另存为图片后上传。"),
    }
)
"""Code -> what was left out of a text that was brought in."""


class Fault(Exception):
    """The bytes are not a text that can be brought in. ``code`` is a key of :data:`SENTENCES`.

    ``part`` names what in the file is at fault.
    """

    def __init__(self, code: str, part: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.part = part
