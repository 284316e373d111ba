"""Setting up: what already stands is left alone, and what is missing is named with the remedy."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import setup

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with Python and nothing beside it."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.delenv("KITCHEN_CHROMIUM", raising=False)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose environment exists and whose locks are these."""
    (tmp_path / "requirements").mkdir()
    for file in ("setup.cfg", *(f"requirements/{name}.txt" for name in ("runtime", "test", "uv"))):
        (tmp_path / file).write_text("one==1\n")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(setup, "PYTHON", python)
    return tmp_path


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The locks that were installed, in order; nothing really is."""
    installed: list[str] = []
    monkeypatch.setattr(setup, "install", installed.append)
    monkeypatch.setattr(setup, "compile_ahead", lambda: None)
    return installed


@pytest.mark.usefixtures("bare_machine")
def test_a_machine_without_venv_is_told_which_package_to_install() -> None:
    with pytest.raises(setup.CannotSetUp, match="sudo apt install python3-venv"):
        setup.make_environment()


@pytest.mark.usefixtures("bare_machine")
def test_a_machine_without_a_browser_is_told_which_package_to_install() -> None:
    with pytest.raises(setup.CannotSetUp, match="sudo apt install chromium"):
        setup.chromium()


def test_an_old_python_is_told_how_to_name_a_newer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    with pytest.raises(setup.CannotSetUp, match=r"3\.11.*make PYTHON="):
        setup.main("runtime")


def test_a_second_start_installs_nothing(project: Path, installed: list[str]) -> None:
    setup.main("runtime")
    setup.main("runtime")
    assert installed == ["requirements/runtime.txt"]


def test_who_has_the_tests_packages_has_the_products(project: Path, installed: list[str]) -> None:
    setup.packages("test")
    setup.packages("runtime")
    assert installed == ["requirements/test.txt"]


@pytest.mark.parametrize(
    "changed", ["requirements/runtime.txt", "requirements/uv.txt", "setup.cfg"]
)
def test_what_changed_is_installed_anew(project: Path, installed: list[str], changed: str) -> None:
    setup.packages("runtime")
    (project / changed).write_text("one==2\n")
    setup.packages("runtime")
    assert len(installed) == 2


def test_an_installation_that_failed_is_tried_again(
    project: Path, monkeypatch: pytest.MonkeyPatch, installed: list[str]
) -> None:
    def fail(_lock: str) -> None:
        raise setup.CannotSetUp("no network")

    with monkeypatch.context() as broken:
        broken.setattr(setup, "install", fail)
        with pytest.raises(setup.CannotSetUp):
            setup.packages("runtime")
    setup.packages("runtime")
    assert installed == ["requirements/runtime.txt"]


def test_a_failing_command_is_told_with_its_own_words() -> None:
    with pytest.raises(setup.CannotSetUp, match="no such lock"):
        setup.run(sys.executable, "-c", "raise SystemExit('no such lock')")


@pytest.mark.parametrize("failing", ["requirements/uv.txt", "bin/uv"])
def test_pip_takes_over_where_uv_cannot_do_it(
    monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    ran: list[str] = []

    def run(*command: object) -> None:
        line = " ".join(map(str, command))
        if failing in line:
            raise setup.CannotSetUp("not on this machine")
        ran.append(line)

    monkeypatch.setattr(setup, "run", run)
    setup.install("requirements/runtime.txt")
    assert all("-m pip" in line for line in ran)
    assert "--require-hashes -r requirements/runtime.txt" in ran[-2]


@pytest.mark.parametrize(
    ("age", "compiled"), [(None, True), (-10, True), (10, False)], ids=["none", "older", "newer"]
)
def test_catalogues_are_compiled_when_their_text_is_newer(
    project: Path, monkeypatch: pytest.MonkeyPatch, age: float | None, compiled: bool
) -> None:
    text = project / "kitchen" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
    text.parent.mkdir(parents=True)
    text.touch()
    if age is not None:
        text.with_suffix(".mo").touch()
        moment = text.stat().st_mtime + age
        os.utime(text.with_suffix(".mo"), (moment, moment))
    ran: list[object] = []
    monkeypatch.setattr(setup, "run", lambda *command: ran.append(command))
    setup.catalogues()
    assert bool(ran) is compiled


def make(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *words], cwd=ROOT, capture_output=True, text=True, check=True)


PROMISED = ("run", "setup", "test", "bench", "soak", "check", "lock", "clean")


@pytest.mark.parametrize("target", PROMISED)
def test_help_lists_every_promised_command(target: str) -> None:
    assert f"make {target} " in make().stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("test", "ARGS=-k wechat"), "-m pytest -k wechat"),
        (("bench", "ARGS=publish"), "-m benchmarks publish"),
        (("soak",), "-m soak"),
        (("run",), "kitchen up"),
    ],
)
def test_commands_pass_on_what_they_are_given(words: tuple[str, ...], expected: str) -> None:
    assert expected in make("--dry-run", *words).stdout
