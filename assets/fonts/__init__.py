"""The open typeface that titles and captions are set in, shipped so that no machine lacks it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

TYPEFACE: Final = Path(__file__).with_name("NotoSansCJKsc-Regular.subset.otf")
"""Noto Sans CJK SC Regular: GB 2312, the 8105 characters of 通用规范汉字表, Latin, punctuation."""
