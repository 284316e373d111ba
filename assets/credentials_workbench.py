"""The child process in which Content Credentials are read (:mod:`assets.credentials`)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from c2pa import C2paError, Context, Reader, Settings  # type: ignore[import-untyped]

from assets import bench
from assets.bench import Answer
from assets.plain import plain_text

ALONE: Final = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": False},
    "builder": {"thumbnail": {"enabled": False}},
}
"""Nothing is fetched, and no list of trusted signers is asked."""

_GENERATED = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia")


def main() -> None:
    """Serve until the parent closes the pipe."""
    bench.serve(_work)


def _work(request: Mapping[str, Any]) -> Answer:
    with Path(request["path"]).open("rb") as file:
        try:
            told = Reader(request["mime"], file, context=Context(Settings.from_dict(ALONE)))
        except C2paError.ManifestNotFound:
            return {"found": None}, []
        return {"found": _found(json.loads(told.json()))}, []


def _found(told: Mapping[str, Any]) -> dict[str, Any]:
    active = told["manifests"][told["active_manifest"]]
    signature = active.get("signature_info", {})
    return {
        "state": "invalid" if told.get("validation_state") == "Invalid" else "valid",
        "signer": _short(signature.get("common_name") or signature.get("issuer")),
        "maker": _short(" ".join(_makers(active))),
        "signed_at": _short(signature.get("time")),
        "generated": any(_is_generated(each) for each in told["manifests"].values()),
    }


def _makers(manifest: Mapping[str, Any]) -> Iterator[str]:
    for each in manifest.get("claim_generator_info", ())[:1]:
        yield from filter(None, (each.get("name"), each.get("version")))


def _is_generated(manifest: Mapping[str, Any]) -> bool:
    """Whether an action of the claim names a machine as the source."""
    for assertion in manifest.get("assertions", ()):
        if str(assertion.get("label", "")).startswith("c2pa.actions"):
            actions = assertion.get("data", {}).get("actions", ())
            if any(str(it.get("digitalSourceType", "")).endswith(_GENERATED) for it in actions):
                return True
    return False


def _short(value: object) -> str:
    return plain_text(value)[:120]


if __name__ == "__main__":
    main()
