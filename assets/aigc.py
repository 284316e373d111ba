"""The label of generated content, as GB 45438-2025 prescribes it: read, and written again.

The label is a JSON text under the key ``AIGC`` with at most seven fields. Tools put it into XMP,
into EXIF's ``UserComment`` or into a text of its own. Whoever passes the content on may not take
it away, so every rendition carries it anew, in the two places that readers look at first: EXIF's
``UserComment`` and XMP. Only the seven fields of the standard are passed on; what else a file
hides beside them stays behind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any, Final

from PIL import Image
from PIL.ExifTags import IFD, Base

from assets.plain import plain_text

KEY: Final = "AIGC"
FIELDS: Final = (
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
)
"""The fields of the standard: how sure it is, who made it under which number, who passed it on."""

LONGEST: Final = 512
"""Characters kept of a field; a signature in base64 has fewer."""

_ASCII = b"ASCII\0\0\0"
_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/">'
    "<TC260:AIGC>{label}</TC260:AIGC></rdf:Description></rdf:RDF></x:xmpmeta>"
    '<?xpacket end="r"?>'
)


def read(raw: object) -> dict[str, str] | None:
    """The label's fields, whether the text is the label or ``{"AIGC": {...}}`` around it."""
    try:
        value = json.loads(plain_text(raw))
        value = value.get(KEY, value)
        value = json.loads(value) if isinstance(value, str) else value
        if "Label" not in value:
            return None
        return {name: plain_text(value[name])[:LONGEST] for name in FIELDS if name in value}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


def as_text(label: Mapping[str, str]) -> str:
    """The label as a JSON text, in the standard's order."""
    return json.dumps({name: label[name] for name in FIELDS if name in label}, ensure_ascii=False)


def in_file(label: Mapping[str, str] | None) -> dict[str, Any]:
    """What Pillow's ``save`` is to be told so that a JPEG or WebP carries the label."""
    if not label:
        return {}
    around = json.dumps({KEY: {name: label[name] for name in FIELDS if name in label}})
    exif = Image.Exif()
    exif.get_ifd(IFD.Exif)[Base.UserComment] = _ASCII + around.encode("ascii")
    packet = _PACKET.format(label=escape(as_text(label), quote=False))
    return {"exif": exif.tobytes(), "xmp": packet.encode()}
