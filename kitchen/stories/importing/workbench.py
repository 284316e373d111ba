"""The child process in which strangers' texts are read; it serves as :mod:`assets.bench` says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from assets import bench
from assets.bench import Answer
from kitchen.stories.importing import markdown, pasted, plain, word
from kitchen.stories.importing.faults import Fault
from kitchen.stories.importing.nodes import Draft

READERS: Mapping[str, Callable[[Path], Draft]] = {
    "word": word.read,
    "text": lambda path: plain.read(path.read_bytes()),
    "markdown": lambda path: markdown.read(path.read_bytes()),
    "html": lambda path: pasted.read(path.read_bytes()),
}


def main() -> None:
    """Serve until the parent closes the pipe."""
    bench.serve(_work)


def _work(request: Mapping[str, Any]) -> Answer:
    """Read the text; it travels as a file of its own, for it may be long."""
    try:
        draft = READERS[request["kind"]](Path(request["path"]))
    except Fault as fault:
        return {"fault": fault.code, "part": fault.part}, []
    facts = {"pictures": draft.pictures, "told": sorted(draft.told)}
    return facts, [json.dumps(draft.content, ensure_ascii=False).encode()]


if __name__ == "__main__":
    main()
