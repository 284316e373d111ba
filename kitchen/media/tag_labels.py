"""What people call facets and their values; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.media.lineage_rules import Derived
from kitchen.media.rules import Orientation
from kitchen.media.tag_rules import Facet

FACETS: dict[str, str] = {
    "month": N_("时间"),
    Facet.PERSON: N_("人物"),
    Facet.PLACE: N_("地点"),
    Facet.EVENT: N_("事件"),
    Facet.COLUMN: N_("栏目"),
    "kind": N_("类型"),
    "rights": N_("版权"),
    "orientation": N_("方向"),
}
ORIENTATIONS = {
    Orientation.LANDSCAPE: N_("横"),
    Orientation.PORTRAIT: N_("竖"),
    Orientation.SQUARE: N_("方"),
}
DERIVED = {
    Derived.CLIP: N_("合成视频"),
    Derived.CROP: N_("裁切"),
    Derived.TRANSCODE: N_("转码"),
    Derived.EDIT: N_("改过的一版"),
}
