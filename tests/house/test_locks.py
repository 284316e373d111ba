"""What is installed is what `setup.cfg` asks for, pinned to a version and to its bytes."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("runtime", "test", "uv")
PIN = re.compile(r"^(?P<name>[a-z0-9.\-_]+)==(?P<version>\S+)", re.MULTILINE)


def lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text()


def pins(name: str) -> dict[str, str]:
    return {canonicalize_name(pin["name"]): pin["version"] for pin in PIN.finditer(lock(name))}


def asked_for(section: str, key: str) -> set[str]:
    settings = ConfigParser()
    settings.read(ROOT / "setup.cfg")
    lines = settings[section][key].split("\n")
    return {canonicalize_name(Requirement(line).name) for line in lines if line.strip()}


def test_the_runtime_lock_holds_everything_the_product_asks_for() -> None:
    assert asked_for("options", "install_requires") - pins("runtime").keys() == set()


def test_the_test_lock_holds_everything_the_tests_ask_for() -> None:
    assert asked_for("options.extras_require", "test") - pins("test").keys() == set()


def test_the_tests_run_on_the_very_versions_that_the_product_runs_on() -> None:
    assert pins("runtime").items() <= pins("test").items()


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_known_by_its_bytes(name: str) -> None:
    packages = re.split(r"\n(?=\S)", lock(name).strip())
    assert packages
    for package in packages:
        assert PIN.match(package), package
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", package), package


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_says_where_to_fetch_from(name: str) -> None:
    assert "://" not in lock(name)
    assert "index" not in re.sub(PIN, "", lock(name))
