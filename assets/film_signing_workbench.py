"""The process in which one film of ours is signed (:mod:`assets.film_signing`)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from assets.signing_workbench import sign


def main() -> None:
    """Sign as the line of JSON on standard input says."""
    request = json.loads(sys.stdin.readline())
    source, target = Path(request["path"]), Path(request["out"])
    with source.open("rb") as parent, source.open("rb") as raw, target.open("w+b") as out:
        sign(request, parent, raw, out)


if __name__ == "__main__":
    main()
