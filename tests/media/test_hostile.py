"""Hundreds of hostile files by the way that uploads go: nothing breaks, grows, hangs or escapes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assets import video
from tests.assets import hostile
from tests.fixtures.processes import wait_until
from tests.media.hostile_intake import SECRET, listening, watched

ROOT = Path(__file__).parents[2]
LARGEST_KB = 512 * 1024
SECONDS = 10
STEP = 11
"""Every eleventh file in the daily run; by their names, so each family has its share."""


def _run(first: int, step: int) -> dict[str, Any]:
    """In a process of its own: its end tells whether the parent stayed well."""
    command = [sys.executable, "-m", "tests.media.hostile_intake", str(first), str(step)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _demand_all_well(found: dict[str, Any]) -> None:
    told = found["told"]
    assert {it: what for it, what in told.items() if what["became"].startswith("ERROR")} == {}
    assert {it: what for it, what in told.items() if what["seconds"] > SECONDS} == {}
    assert found["largest_kb"] <= LARGEST_KB
    assert (found["heard"], found["opened"]) == ([], 0)


@pytest.mark.slow
def test_a_fair_share_of_hostile_files_does_no_harm() -> None:
    found = _run(0, STEP)
    assert found["of"] >= 300
    became = {what["became"] for what in found["told"].values()}
    assert {"taken", "file_broken", "file_polyglot"} <= became
    _demand_all_well(found)


@pytest.mark.soak
def test_no_hostile_file_does_harm() -> None:
    found = _run(0, 1)
    assert found["files"] == found["of"] >= 300
    _demand_all_well(found)


def test_the_same_files_are_made_every_time(tmp_path: Path) -> None:
    once, again = (hostile.corpus("127.0.0.1:9", tmp_path / "canary") for _ in range(2))
    names = [name for name in sorted(once)[::9] if not name.startswith("known")]
    assert all(once[name]() == again[name]() for name in names)


def test_the_watch_over_the_canary_sees_who_opens_it(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.write_text(SECRET)
    with watched(canary) as opened:
        subprocess.run(["cat", canary], check=True, capture_output=True)
    assert len(opened) == 1


def test_a_player_that_is_not_held_back_calls_the_listener(tmp_path: Path) -> None:
    """What the playlists of the corpus would do: without it, silence would prove nothing."""
    with listening() as (address, heard):
        path = tmp_path / "list.m3u8"
        path.write_bytes(hostile.corpus(address, tmp_path / "canary")["m3u8"]())
        let = ("-protocol_whitelist", "file,http,tcp", "-allowed_extensions", "ALL")
        command = [
            video.ffmpeg(),
            "-nostdin",
            "-v",
            "quiet",
            *let,
            "-i",
            str(path),
            "-f",
            "null",
            "-",
        ]
        with subprocess.Popen(command) as player:
            wait_until(lambda: bool(heard), "the player's call")
            player.kill()
        assert "GET /a.ts" in heard[0]
