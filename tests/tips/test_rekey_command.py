"""``kitchen tips rekey``: the desk goes on reading, and a kill in the middle harms nothing."""

from __future__ import annotations

import errno
import fcntl
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kitchen import stores
from kitchen.commands import tips as commands
from kitchen.config import Settings
from kitchen.tips import service
from tests.assets.samples import encoded, photo
from tests.fixtures.newsroom import Door
from tests.tips.conftest import CONTACT, WORDS, TipDesk

ROOT = Path(__file__).parents[2]
MANY = 400


def _rekey(found: Settings, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.setattr(commands, "settings", lambda: found)
    return CliRunner().invoke(commands.tips, ["rekey"])


def test_the_desk_reads_on_and_new_tips_come_under_the_new_key(
    tips: TipDesk, sign_in: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = tips.newsroom.house.settings
    code = tips.tell(contact=CONTACT, files=[(io.BytesIO(encoded(photo(80, 60))), "x.jpg")])
    tips.make_all()
    erased, chief = tips.tell(words=f"{WORDS}还有一件。"), tips.newsroom.chief
    tips.do(erased, lambda session, tip: service.erase(session, chief, tip))
    old = (found.home / "tip.keys").read_text()
    told = _rekey(found, monkeypatch)
    assert told.exit_code == 0, told.output
    assert "重新包好 1 把" in told.output
    assert "旧钥匙已毁" in told.output
    assert old not in (found.home / "tip.keys").read_text()
    uid = tips.find(code).uid
    shown = sign_in("duty").get(f"/tips/{uid}").text
    assert WORDS in shown
    assert f"/tips/{uid}/files/" in shown
    late = tips.tell(words=f"{WORDS}后来的。")
    fresh = stores.ring_of(Settings.from_environment({"KITCHEN_HOME": str(found.home)}))
    assert {owner for owner, _ in fresh.owners()} == {uid, tips.find(late).uid}
    for owner, _ in fresh.owners():
        assert fresh.key_of(owner) == tips.room.vault.ring.key_of(owner)
    assert not fresh.has(tips.find(erased).uid)


def test_where_nobody_can_hold_the_ring_alone_it_is_said_in_words(
    tips: TipDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = tips.newsroom.house.settings
    tips.tell()
    old = (found.home / "tip.keys").read_text()

    def unknown(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", unknown)
    told = _rekey(found, monkeypatch)
    assert told.exit_code == 1
    assert f"{found.tip_ring} 所在的盘不能加锁" in told.output
    assert (found.home / "tip.keys").read_text() == old


def test_what_does_not_open_is_named_and_keeps_the_old_key(
    tips: TipDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, uid = tips.newsroom.house.settings, tips.find(tips.tell()).uid
    place = found.tip_ring / uid
    place.write_bytes(place.read_bytes()[:-1] + b"?")
    told = _rekey(found, monkeypatch)
    assert told.exit_code == 1
    assert f"打不开 damaged  {uid}" in told.output
    assert "旧钥匙留着" in told.output


def test_keys_given_by_the_environment_stay_with_whoever_gives_them(
    tips: TipDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tips.tell()
    home, old = tips.newsroom.house.settings.home, tips.newsroom.house.settings.tip_keys[0]
    new = Settings.from_environment({"KITCHEN_HOME": str(home / "elsewhere")}).tip_keys[0]
    given = {"KITCHEN_HOME": str(home), "KITCHEN_TIP_KEYS": f"{new},{old}"}
    told = _rekey(Settings.from_environment(given), monkeypatch)
    assert told.exit_code == 0
    assert "可以从 KITCHEN_TIP_KEYS 去掉" in told.output
    assert (home / "tip.keys").read_text() == old


@pytest.mark.fault
@pytest.mark.slow
def test_killed_in_the_middle_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    env = {**os.environ, "KITCHEN_HOME": str(tmp_path / "home")}
    env.pop("KITCHEN_TIP_KEYS", None)
    found = Settings.from_environment(env)
    ring = stores.ring_of(found)
    for number in range(MANY):
        ring.make(f"owner{number:06}")
    before = {owner: ring.key_of(owner) for owner, _ in ring.owners()}
    command = [sys.executable, "-m", "kitchen", "tips", "rekey"]
    with subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE) as killed:
        while _moved_on(found.tip_ring) < 20 and killed.poll() is None:
            time.sleep(0.005)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    half = _moved_on(found.tip_ring)
    assert 20 <= half < MANY
    assert "," in (found.home / "tip.keys").read_text()
    fresh = stores.ring_of(Settings.from_environment(env))
    assert {owner: fresh.key_of(owner) for owner, _ in fresh.owners()} == before
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "旧钥匙已毁" in done.stdout
    assert f"早已是新的 {half} 把" in done.stdout or f"早已是新的 {half + 1} 把" in done.stdout
    last = stores.ring_of(Settings.from_environment(env))
    assert {owner: last.key_of(owner) for owner, _ in last.owners()} == before
    assert len(list(found.tip_ring.iterdir())) == MANY


def _moved_on(root: Path) -> int:
    """How many keys carry the day of tomorrow, as those do that were wrapped anew today."""
    tomorrow = int(time.time()) // 86_400 * 86_400 + 86_400
    return sum(path.stat().st_mtime == tomorrow for path in root.iterdir() if path.name[0] != ".")
