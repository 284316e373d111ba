"""``make bench``: run every benchmark, or those named, and print one JSON line for each figure.

The exit status is 0 whatever is found: a figure is read, not passed.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence

MODULES = (
    "publish",
    "statement",
    "deliveries",
    "hanging",
    "sweeper",
    "patrol",
    "outlet",
    "desk",
    "checks",
    "lists",
    "pictures",
    "films",
    "together",
    "search",
    "intake",
    "upload",
    "import_many",
    "editor",
    "pages",
    "assets_grid",
    "inbox",
    "wall",
    "gathering",
    "tips",
    "insight",
    "counting",
    "indices",
    "reports",
)


def main(names: Sequence[str]) -> None:
    """Run the named modules (all of them by default); unknown names are said and passed over."""
    if unknown := [name for name in names if name not in MODULES]:
        print(
            f"!! no benchmark {', '.join(unknown)}; there are {', '.join(MODULES)}", file=sys.stderr
        )
    for name in names or MODULES:
        if name in MODULES:
            for line in importlib.import_module(f"benchmarks.{name}").run():
                print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
