"""Set up what the product, or its tests, stand on: `.venv`, locked packages, text catalogues.

Called by the Makefile with the system's own Python, so it uses the standard library alone and
runs, if only to say what is missing, on any Python 3. Every step tells how long it took; a step
whose result already stands is passed over, so that a second start installs nothing.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
OLDEST = (3, 11)
FOR_TESTS = ("chromium", "fonts-noto-cjk", "libimage-exiftool-perl")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")

NO_VENV = """缺少 python3-venv，无法建立独立的运行环境。请先执行：
    sudo apt install python3-venv
(python3-venv is missing: install it with the line above, then try again.)"""
TOO_OLD = """需要 Python 3.11 或更新版本，当前是 {found}。请安装后用 make PYTHON=python3.11 … 指定。
(Python 3.11 or newer is needed; this one is {found}.)"""
NO_CHROMIUM = """浏览器测试需要 Chromium，本机没有，当前用户也无权安装。请先执行：
    sudo apt install chromium fonts-noto-cjk
(The browser tests need Chromium; install it with the line above, then try again.)"""


class CannotSetUp(Exception):
    """Something only the person at the machine can supply; the message says what."""


def say(text: str) -> None:
    """One line to the person waiting; standard error, because results own standard output."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def step(name: str, work: Callable[[], object]) -> None:
    """Do ``work``, and say how long it took."""
    say(f"… {name}")
    started = time.monotonic()
    work()
    say(f"✓ {name} {time.monotonic() - started:.1f} s")


def run(*command: str | Path, **options: Any) -> None:
    """Run a command quietly; when it fails, what it said is the message."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=str(ROOT),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    if done.returncode:
        raise CannotSetUp(f"{' '.join(map(str, command))}\n{done.stdout}")


def make_environment() -> None:
    """`.venv` with a working pip or uv inside, by whichever way this machine allows."""
    if importlib.util.find_spec("ensurepip"):
        run(sys.executable, "-m", "venv", VENV)
    elif shutil.which("uv"):
        run("uv", "venv", "--allow-existing", "--seed", "--python", sys.executable, VENV)
    elif importlib.util.find_spec("pip"):
        run(sys.executable, "-m", "venv", "--without-pip", VENV)
        run(sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "pip")
    else:
        raise CannotSetUp(NO_VENV)


def install(lock: str) -> None:
    """The locked packages, each checked against its hash, and the project itself in place."""
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check")
    try:
        run(*pip, "install", "--require-hashes", "-r", "requirements/uv.txt")
        install_by((UV, "pip", "install", "--compile-bytecode", "--python", PYTHON), lock)
    except CannotSetUp:
        say("  uv 未能完成，改用 pip (uv could not do it here: pip takes over, slower)")
        install_by((*pip, "install"), lock)


def install_by(installer: tuple[str | Path, ...], lock: str) -> None:
    run(*installer, "--require-hashes", "-r", lock)
    run(*installer, "--no-deps", "--no-build-isolation", "-e", ".")


def compile_ahead() -> None:
    """Our own modules as bytecode: no start has to compile them, even where none may be written."""
    run(PYTHON, "-m", "compileall", "-q", "kitchen", "channels", "assets")


def mark(what: str) -> tuple[Path, str]:
    """A stamp that holds what was installed, and by which Python it is to be run."""
    digest = hashlib.sha256(sys.version.encode())
    for source in (f"requirements/{what}.txt", "requirements/uv.txt", "setup.cfg"):
        digest.update((ROOT / source).read_bytes())
    return VENV / f".installed-{what}", digest.hexdigest()


def stands(what: str) -> bool:
    stamp, digest = mark(what)
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == digest


def packages(what: str) -> None:
    """Install the lock ``what`` unless it already stands; the test lock holds the runtime one."""
    if stands(what):
        return
    if not PYTHON.exists():
        step("建立运行环境 · virtual environment", make_environment)
    step(
        f"安装锁定的软件包 · packages ({what})",
        lambda: install(f"requirements/{what}.txt"),
    )
    step("编译程序 · bytecode", compile_ahead)
    for installed in ("runtime", "test") if what == "test" else ("runtime",):
        stamp, digest = mark(installed)
        stamp.write_text(digest)


def catalogues() -> None:
    """Compile the translations whose text is newer than its compiled form."""
    texts = list((ROOT / "kitchen" / "translations").rglob("*.po"))
    stale = [po for po in texts if not po.with_suffix(".mo").exists() or newer(po)]
    if stale:
        step(
            "编译界面文字 · text catalogues",
            lambda: run(VENV / "bin" / "pybabel", "compile", "-d", "kitchen/translations"),
        )


def newer(po: Path) -> bool:
    return po.stat().st_mtime > po.with_suffix(".mo").stat().st_mtime


def chromium() -> None:
    """A browser and a Chinese font for the browser tests, from Debian when we may install."""
    if os.environ.get("KITCHEN_CHROMIUM") or any(map(shutil.which, CHROMIUM_NAMES)):
        return
    if os.geteuid() or not shutil.which("apt-get"):
        raise CannotSetUp(NO_CHROMIUM)
    step("安装 Chromium · browser", install_chromium)


def install_chromium() -> None:
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    apt = ("apt-get", "-q", "-o", "DPkg::Lock::Timeout=400")
    run(*apt, "update", env=quiet)
    run(*apt, "install", "-y", "--no-install-recommends", *FOR_TESTS, env=quiet)


def main(what: str) -> None:
    """Set up for ``runtime``, for ``bench`` (which needs the tests' packages) or for ``test``."""
    if sys.version_info < OLDEST:
        raise CannotSetUp(TOO_OLD.format(found=sys.version.split()[0]))
    packages("runtime" if what == "runtime" else "test")
    catalogues()
    if what == "test":
        chromium()


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except CannotSetUp as obstacle:
        say(str(obstacle))
        sys.exit(1)
