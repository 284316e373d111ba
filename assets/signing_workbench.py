"""The child process in which renditions are signed (:func:`assets.credentials.vouched`).

It alone is told the key, for one request; it sees our own renditions and never a stranger's file,
which is why it is no child that reads credentials as well.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from c2pa import (  # type: ignore[import-untyped]
    Builder,
    C2paBuilderIntent,
    C2paSignerInfo,
    Context,
    Settings,
    Signer,
)

from assets import bench
from assets.bench import Answer
from assets.credentials_workbench import ALONE

SOURCE: Final = "org.central-kitchen.source"
"""The assertion that tells what the original's credentials said."""

_MACHINE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def main() -> None:
    """Serve until the parent closes the pipe."""
    bench.serve(_work)


def _work(request: Mapping[str, Any]) -> Answer:
    raw, out = Path(request["path"]).read_bytes(), io.BytesIO()
    sign(request, io.BytesIO(raw), io.BytesIO(raw), out)
    return {}, [out.getvalue()]


def sign(request: Mapping[str, Any], parent: BinaryIO, raw: BinaryIO, out: BinaryIO) -> None:
    """Write the bytes of `raw` into `out` with our claim; `parent` are the same bytes once more."""
    mime = request["mime"]
    info = C2paSignerInfo(b"es256", request["chain"].encode(), request["key"].encode(), None)
    context = Context(Settings.from_dict(ALONE))
    with Builder(_claim(request["told"]), context=context) as builder:
        builder.set_intent(C2paBuilderIntent.EDIT)
        ingredient = {"title": "original", "relationship": "parentOf"}
        builder.add_ingredient(ingredient, mime, parent)
        with Signer.from_info(info) as signer:
            builder.sign(signer, mime, raw, out)


def _claim(told: Mapping[str, Any]) -> dict[str, Any]:
    edited = {"action": "c2pa.edited"}
    if told["generated"]:
        edited["digitalSourceType"] = _MACHINE
    return {
        "claim_generator_info": [{"name": "Central Kitchen"}],
        "assertions": [
            {"label": "c2pa.actions", "data": {"actions": [edited]}},
            {"label": SOURCE, "data": dict(told)},
        ],
    }


if __name__ == "__main__":
    main()
