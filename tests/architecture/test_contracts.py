"""The import contracts hold, and each of them really catches what it is there for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

STATIONS = "Stations import upstream only"
PLATFORMS = "The newsroom knows platforms and bytes"
SANDBOX = "The sandbox takes nothing from an adapter"
ADAPTERS = "No adapter takes anything from the sandbox"
STARTED = "Only the entry points start the sandbox"
CARRIERS = "Channels and assets carry without Flask"
RULES = "Rules are pure"
DECIDING = "What decides knows neither HTTP nor the queue"
EDGES = "What decides knows nothing of the edges"
CORE = "The core knows no Flask"

BREACHES = [
    ("kitchen/people/service.py", "from kitchen.leads import models", STATIONS),
    ("kitchen/leads/views.py", "from kitchen.screens import nav", STATIONS),
    ("kitchen/notifications/service.py", "from kitchen.leads import events", STATIONS),
    ("kitchen/notifications/service.py", "import kitchen.reactions", STATIONS),
    ("kitchen/web/face.py", "from kitchen.people import models", STATIONS),
    ("kitchen/core/bus.py", "import kitchen.ports", STATIONS),
    ("kitchen/config.py", "from kitchen.core import errors", STATIONS),
    ("kitchen/roles.py", "import kitchen.reactions", STATIONS),
    ("kitchen/screens/views.py", "import kitchen.app", STATIONS),
    ("kitchen/undeclared/__init__.py", "import json", STATIONS),
    ("channels/weibo.py", "from kitchen.core import errors", PLATFORMS),
    ("channels/media.py", "import assets.store", PLATFORMS),
    ("assets/store.py", "import channels.base", PLATFORMS),
    ("assets/pictures.py", "import kitchen.config", PLATFORMS),
    ("channels/sandbox/weibo.py", "import channels.weibo", SANDBOX),
    ("channels/sandbox/ledger.py", "from channels import base", SANDBOX),
    ("channels/weibo.py", "from channels.sandbox import ledger", ADAPTERS),
    ("channels/registry.py", "import channels.sandbox.app", ADAPTERS),
    ("kitchen/ports.py", "import channels.sandbox.app", STARTED),
    ("channels/http.py", "import redis", CARRIERS),
    ("channels/wechat.py", "from flask import request", CARRIERS),
    ("assets/store.py", "import sqlalchemy", CARRIERS),
    ("channels/sandbox/ledger.py", "import sqlalchemy", CARRIERS),
    ("kitchen/leads/rules.py", "from kitchen.core import db", RULES),
    ("kitchen/leads/rules.py", "import sqlalchemy", RULES),
    ("kitchen/people/rules.py", "from kitchen.people import models", RULES),
    ("kitchen/leads/service.py", "from flask import session", DECIDING),
    ("kitchen/leads/queries.py", "from kitchen.web import paging", DECIDING),
    ("kitchen/people/models.py", "import flask_login", DECIDING),
    ("kitchen/leads/service.py", "import kitchen.tasks", DECIDING),
    ("kitchen/leads/service.py", "from kitchen.leads import schemas", EDGES),
    ("kitchen/people/queries.py", "from kitchen.people import views", EDGES),
    ("kitchen/core/audit.py", "from flask import g", CORE),
    ("kitchen/ports.py", "import rq", CORE),
]


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    """The contracts' verdict on the packages in ``tree``."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--cache-dir", "cache"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "200", "LANG": "C.UTF-8"},
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages, whose imports have been read once."""
    tree = tmp_path_factory.mktemp("tree")
    for package in ("kitchen", "channels", "assets"):
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("*.ttf"))
    shutil.copy(ROOT / "setup.cfg", tree)
    return tree


@contextmanager
def breached(file: Path, line: str) -> Iterator[None]:
    """``file``, which may be a new one, with ``line`` added."""
    before = file.read_text() if file.exists() else None
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{before or ''}\n{line}\n")
    try:
        yield
    finally:
        if before is None:
            shutil.rmtree(file.parent)
        else:
            file.write_text(before)


def test_every_contract_holds(tree: Path) -> None:
    verdict = lint(tree)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert "0 broken" in verdict.stdout


@pytest.mark.parametrize(("file", "line", "contract"), BREACHES)
def test_a_breach_is_named(tree: Path, file: str, line: str, contract: str) -> None:
    with breached(tree / file, line):
        verdict = lint(tree)
    assert verdict.returncode == 1
    broken = [told for told in verdict.stdout.splitlines() if " BROKEN" in told]
    assert any(told.startswith(contract) for told in broken), verdict.stdout


def test_every_contract_was_tried() -> None:
    written = (ROOT / "setup.cfg").read_text().split("[importlinter:contract:")[1:]
    names = [section.split("name = ")[1].splitlines()[0] for section in written]
    tried = {contract for _, _, contract in BREACHES}
    assert [name for name in names if not any(name.startswith(one) for one in tried)] == []
