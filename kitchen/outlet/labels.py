"""Words for what the outlet's rules only name."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.outlet.rules import Part

PARTS = {
    Part.HEADLINE: N_("标题"),
    Part.BYLINE: N_("署名"),
    Part.DIGEST: N_("摘要"),
    Part.BODY: N_("正文"),
    Part.MEDIA: N_("图片或视频"),
}
