"""Intake at the desk in a real browser: cuts, reloads, other pages, falls, files that lie."""

from __future__ import annotations

import base64
import hashlib
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FileChooser, Locator, Page, Route, expect

from kitchen.media import tus_jobs, tus_rules
from kitchen.media.models import MediaAsset
from kitchen.media.rules import Rights
from kitchen.media.tus_models import ResumableUpload
from kitchen.people.sessions import COOKIE
from tests.assets.samples import SVG, encoded, photo
from tests.assets.test_video import film
from tests.fixtures.browser import Watch, wait_for_true
from tests.fixtures.newsroom import Door, Newsroom
from tests.fixtures.served import Server
from tests.media.wire import Wire

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

MB = 1 << 20
CUT = "ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET|Failed to (load|fetch)"


class Desk:
    """The desk behind a wire; it falls and comes back, and a worker answers its bells."""

    def __init__(self, face: Any, newsroom: Newsroom) -> None:
        self.face, self.newsroom = face, newsroom
        self._server = Server(face, streams=True)
        self._done = threading.Event()
        self.wire = Wire(self._server.port)
        self._worker = threading.Thread(target=self._work, daemon=True)
        self._worker.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.wire.port}"

    def falls_and_comes_back(self) -> None:
        with self._server.away():
            pass

    def close(self) -> None:
        self._done.set()
        self._worker.join()
        self.wire.close()
        self._server.stop()

    def _work(self) -> None:
        while not self._done.wait(0.1):
            tus_jobs.ring_for_waiting(self.newsroom.database, self.newsroom.ports)
            while self.newsroom.bell.rung:
                _, upload_id = self.newsroom.bell.rung.pop()
                tus_jobs.carry(self.newsroom.database, self.newsroom.ports, upload_id)


@pytest.fixture
def desk_behind(sign_in: Door, newsroom: Newsroom) -> Iterator[Desk]:
    newsroom.database.info["home"] = newsroom.house.settings.home
    desk = Desk(sign_in.desk, newsroom)
    yield desk
    desk.close()


At = Callable[..., Page]


@pytest.fixture
def at(desk_behind: Desk, sign_in: Door, new_context: Callable[..., BrowserContext]) -> At:
    """``at("operator")`` is a page of somebody, as wide as asked for."""

    def opened(role: str = "operator", width: int = 1280) -> Page:
        cookie = sign_in(role).client.get_cookie(COOKIE)
        assert cookie is not None
        context = new_context(base_url=desk_behind.url, viewport={"width": width, "height": 900})
        context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": desk_behind.url}])
        context.route("**/live?*", lambda route: route.fulfill(status=204))  # nobody else is here
        return context.new_page()

    return opened


def a_film(folder: Path, name: str = "合龙.mp4", size: int = 6 * MB) -> Path:
    """A film of two seconds that weighs so many bytes."""
    path = film(folder / name, "-c:v", "libx264", "-pix_fmt", "yuv420p")
    rest = size - path.stat().st_size
    with path.open("ab") as file:
        file.write(rest.to_bytes(4, "big") + b"free")
        file.truncate(size)
    return path


def a_photo(folder: Path, name: str = "早市.jpg", width: int = 240) -> Path:
    path = folder / name
    path.write_bytes(encoded(photo(width, 160)))
    return path


def choose(page: Page, *paths: Path) -> None:
    page.locator(".tray__drop input").set_input_files(list(paths))


def line(page: Page, name: str) -> Locator:
    return page.locator(".tray__file", has_text=name)


def arrived(page: Page, name: str) -> None:
    expect(line(page, name)).to_have_attribute("data-state", "done", timeout=120_000)


def assets(newsroom: Newsroom) -> dict[str, MediaAsset]:
    with newsroom.database.unit(write=False) as session:
        return {asset.filename: asset for asset in session.query(MediaAsset)}


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def describe(row: Locator, **said: str) -> None:
    if row.locator("details.tray__about").get_attribute("open") is None:
        row.get_by_text("填写说明和版权").click()
    for name, words in said.items():
        field = row.locator(f"[name={name}]")
        field.select_option(words) if name == "rights" else field.fill(words)


def _through_ten_cuts(page: Page, desk: Desk, newsroom: Newsroom, path: Path, every: int) -> None:
    """Send a film over a wire that is cut ten times, with all that people do meanwhile."""
    dice = random.Random(5)
    small = a_photo(path.parent)
    page.goto("/assets/upload")
    desk.wire.cuts = [dice.randint(every // 2, every) for _ in range(10)]
    choose(page, path, small)
    row = line(page, path.name)
    expect(row).to_contain_text("请说明版权")
    describe(row, title="大桥合龙", rights="licensed")
    arrived(page, small.name)
    page.reload()
    expect(row.locator("[name=title]")).to_have_value("大桥合龙")
    page.goto("/assets")
    expect(page.locator(".sending")).to_contain_text("还有 1 个文件在上传")
    wait_for_true(page, "new Promise(done => setTimeout(() => done(true), 1500))")
    desk.falls_and_comes_back()
    page.locator(".sending").click()
    arrived(page, path.name)
    assert desk.wire.made == 10
    found = assets(newsroom)
    assert (found[path.name].title, found[path.name].rights) == ("大桥合龙", Rights.LICENSED)
    assert found[path.name].sha256 == digest(path)
    assert found[small.name].rights == Rights.UNKNOWN


def test_ten_cuts_a_reload_another_page_and_a_fall_lose_nothing(
    at: At,
    desk_behind: Desk,
    newsroom: Newsroom,
    tmp_path: Path,
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watch.expect(CUT)
    monkeypatch.setattr(tus_rules, "QUICK", MB)
    _through_ten_cuts(at(), desk_behind, newsroom, a_film(tmp_path, size=10 * MB), every=MB)


@pytest.mark.soak
def test_half_a_gigabyte_through_ten_cuts(
    at: At, desk_behind: Desk, newsroom: Newsroom, tmp_path: Path, watch: Watch
) -> None:
    watch.expect(CUT)
    path = a_film(tmp_path, size=500 * MB)
    _through_ten_cuts(at(), desk_behind, newsroom, path, every=40 * MB)


@pytest.mark.parametrize("width", [1280, 390])
def test_every_line_says_what_is_wrong_and_what_helps(
    at: At,
    newsroom: Newsroom,
    tmp_path: Path,
    watch: Watch,
    axe: Callable[[Page], None],
    monkeypatch: pytest.MonkeyPatch,
    width: int,
) -> None:
    watch.expect("422")
    monkeypatch.setattr(tus_rules, "MOST_LENGTH", 100_000)
    good, lies = a_photo(tmp_path), tmp_path / "图标.jpg"
    lies.write_bytes(SVG)
    empty, huge = tmp_path / "空的.jpg", tmp_path / "太大.mp4"
    empty.write_bytes(b"")
    huge.write_bytes(bytes(100_001))
    page = at(width=width)
    sent: list[str] = []
    page.on("request", lambda it: sent.append(f"{it.method} {it.url}"))
    page.goto("/assets/upload?rights=own")
    axe(page)
    choose(page, good, lies, empty, huge)
    arrived(page, good.name)
    expect(line(page, lies.name)).to_contain_text("这是网页或 SVG 文件")
    expect(line(page, empty.name)).to_contain_text("文件是空的")
    expect(line(page, huge.name)).to_contain_text("最多 100 KB")
    assert len([it for it in sent if it.startswith("POST") and it.endswith("/files/tus")]) == 2
    line(page, good.name).get_by_text("填写说明和版权").click()
    axe(page)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    twice = tmp_path / "又一次.jpg"
    twice.write_bytes(good.read_bytes())
    choose(page, twice)
    expect(line(page, twice.name)).to_contain_text("素材库里早就有了")
    asset = assets(newsroom)[good.name]
    link = line(page, twice.name).get_by_role("link", name="打开")
    expect(link).to_have_attribute("href", f"/assets/{asset.uid}")
    assert asset.rights == Rights.OWN


def test_a_file_is_paused_goes_on_and_another_is_cancelled(
    at: At, newsroom: Newsroom, tmp_path: Path, watch: Watch
) -> None:
    watch.expect("ERR_FAILED")
    first, second = a_film(tmp_path, "甲.mp4"), a_film(tmp_path, "乙.mp4", 7 * MB)
    page = at()
    page.goto("/assets/upload")
    page.route(
        "**/files/tus/*", lambda it: it.abort() if it.request.method == "PATCH" else it.continue_()
    )
    choose(page, first, second)
    expect(line(page, first.name)).to_contain_text("等待网络")
    page.get_by_role("button", name="全部暂停").click()
    for path in (first, second):
        expect(line(page, path.name)).to_have_attribute("data-state", "paused")
    page.unroute("**/files/tus/*")
    page.reload()
    expect(line(page, first.name)).to_have_attribute("data-state", "paused")
    line(page, second.name).get_by_role("button", name="取消").click()
    expect(line(page, second.name)).to_have_count(0)
    line(page, first.name).get_by_role("button", name="继续").click()
    arrived(page, first.name)
    assert list(assets(newsroom)) == [first.name]
    with newsroom.database.unit(write=False) as session:
        assert [it.filename for it in session.query(ResumableUpload)] == [first.name]


def test_the_same_is_said_about_all_that_are_chosen(
    at: At, newsroom: Newsroom, tmp_path: Path
) -> None:
    names = ["甲.jpg", "乙.jpg", "丙.jpg"]
    page = at()
    page.goto("/assets/upload")
    choose(page, *(a_photo(tmp_path, name, 240 + 10 * at) for at, name in enumerate(names)))
    for name in names:
        arrived(page, name)
    describe(line(page, "甲.jpg"), title="早市")
    for name in names[:2]:
        line(page, name).locator("[data-select]").check()
    page.get_by_text("给选中的一起填").click()
    together = page.locator(".tray__tools")
    together.locator("[name=rights]").select_option("supplied")
    together.locator("[name=credit]").fill("测试记者")
    together.get_by_role("button", name="填到选中的文件").click()
    expect(line(page, "乙.jpg")).not_to_contain_text("请说明版权")
    expect(line(page, "丙.jpg")).to_contain_text("请说明版权")
    page.reload()
    expect(line(page, "甲.jpg").locator("[name=credit]")).to_have_value("测试记者")
    wait_for_true(page, "new Promise(done => setTimeout(() => done(true), 500))")
    found = assets(newsroom)
    said = {name: (found[name].title, found[name].credit, found[name].rights) for name in names}
    assert said == {
        "甲.jpg": ("早市", "测试记者", Rights.SUPPLIED),
        "乙.jpg": ("", "测试记者", Rights.SUPPLIED),
        "丙.jpg": ("", "", Rights.UNKNOWN),
    }


NO_ROOM = """
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (value, key) {
  if (this.name === "bytes") throw new DOMException("full", "QuotaExceededError");
  return key === undefined ? put.call(this, value) : put.call(this, value, key);
};
"""


def test_what_the_browser_cannot_keep_is_chosen_again_and_goes_on(
    at: At, newsroom: Newsroom, tmp_path: Path, watch: Watch
) -> None:
    watch.expect("ERR_FAILED|Failed to fetch")
    path, other = a_film(tmp_path), a_film(tmp_path, "别的.mp4", 7 * MB)
    page = at()
    page.add_init_script(NO_ROOM)
    page.goto("/assets/upload")
    pieces: list[str] = []
    broken = True

    def one_piece(route: Route) -> None:
        if route.request.method == "PATCH":
            pieces.append(route.request.headers["upload-offset"])
        if route.request.method == "PATCH" and len(pieces) > 1 and broken:
            route.abort()
        else:
            route.continue_()

    page.route("**/files/tus/*", one_piece)
    choose(page, path)
    expect(line(page, path.name)).to_contain_text("传完之前请不要关闭这个页面")
    expect(line(page, path.name)).to_contain_text("等待网络")
    page.reload()
    row = line(page, path.name)
    expect(row).to_contain_text("请重新选择它")

    def choosing(again: Path) -> None:
        with page.expect_file_chooser() as chosen:
            row.get_by_role("button", name="重新选择").click()
        chooser: FileChooser = chosen.value
        chooser.set_files(again)

    choosing(other)
    expect(row).to_contain_text("这不是同一个文件")
    broken = False
    choosing(path)
    arrived(page, path.name)
    assert pieces[:2] == ["0", str(5 * MB)]
    assert "0" not in pieces[1:]
    assert assets(newsroom)[path.name].sha256 == digest(path)


DROP = """([names, place]) => {
  const carried = new DataTransfer();
  for (const [name, data] of names) {
    const bytes = Uint8Array.from(atob(data), (it) => it.charCodeAt(0));
    carried.items.add(new File([bytes], name, { type: "image/jpeg" }));
  }
  const box = document.querySelector(place).getBoundingClientRect();
  const at = { clientX: box.left + 40, clientY: box.top + 10 };
  const more = { bubbles: true, cancelable: true, ...at };
  const target = document.querySelector(place);
  target.dispatchEvent(new DragEvent("dragover", { ...more, dataTransfer: carried }));
  target.dispatchEvent(new DragEvent("drop", { ...more, dataTransfer: carried }));
}"""
PASTE = """([name, data]) => {
  const carried = new DataTransfer();
  const bytes = Uint8Array.from(atob(data), (it) => it.charCodeAt(0));
  carried.items.add(new File([bytes], name, { type: "image/jpeg" }));
  const more = { bubbles: true, cancelable: true, clipboardData: carried };
  document.body.dispatchEvent(new ClipboardEvent("paste", more));
}"""


def _carried(name: str, width: int) -> list[str]:
    return [name, base64.b64encode(encoded(photo(width, 160))).decode()]


def test_files_are_dropped_anywhere_pasted_and_chosen_as_a_folder(
    at: At, newsroom: Newsroom, tmp_path: Path
) -> None:
    folder = tmp_path / "一天的照片"
    (folder / "上午").mkdir(parents=True)
    a_photo(folder, "甲.jpg", 250)
    a_photo(folder / "上午", "乙.jpg", 260)
    (folder / ".DS_Store").write_bytes(b"x")
    page = at()
    page.goto("/assets/upload")
    expect(page.locator(".tray__drop")).to_be_visible()
    page.evaluate(DROP, [[_carried("拖来的.jpg", 270)], "h1"])
    page.evaluate(PASTE, _carried("贴上的.jpg", 280))
    page.locator("input[webkitdirectory]").set_input_files(folder)
    for name in ("拖来的.jpg", "贴上的.jpg", "甲.jpg", "乙.jpg"):
        arrived(page, name)
    expect(page.locator(".tray__file")).to_have_count(4)
    assert len(assets(newsroom)) == 4


def test_a_file_dropped_into_a_story_belongs_to_it_and_stands_in_its_text(
    at: At, sign_in: Door, newsroom: Newsroom, tmp_path: Path
) -> None:
    begun = sign_in("reporter").call("POST", "/api/v1/stories", {"title": "大桥合龙"})
    uid = begun.json["uid"]
    page = at("reporter")
    page.goto(f"/stories/{uid}/edit")
    expect(page.locator(".ProseMirror")).to_be_visible()
    page.evaluate(DROP, [[_carried("桥.jpg", 250)], ".ProseMirror p"])
    expect(page.locator(".ProseMirror figure")).to_have_count(1)
    choose(page, a_photo(tmp_path, "远景.jpg", 260))
    arrived(page, "远景.jpg")
    story = sign_in("reporter").get(f"/api/v1/stories/{uid}").json
    found = assets(newsroom)
    assert set(story["attached"]) == {found["桥.jpg"].uid, found["远景.jpg"].uid}
    page.goto("/assets/upload")
    expect(page.locator(".tray__file")).to_have_count(2)


def test_a_file_dropped_before_the_tray_has_its_script_is_not_lost(
    at: At, sign_in: Door, newsroom: Newsroom
) -> None:
    begun = sign_in("reporter").call("POST", "/api/v1/stories", {"title": "大桥合龙"})
    page = at("reporter")
    held: list[Route] = []
    page.route("**/dist/upload.*.js", lambda route: held.append(route))
    page.goto(f"/stories/{begun.json['uid']}/edit", wait_until="commit")
    expect(page.locator(".ProseMirror")).to_be_visible()
    page.evaluate(DROP, [[_carried("桥.jpg", 250)], ".ProseMirror p"])
    expect(page.locator(".editor__coming")).to_be_visible()
    assert held, "the tray has its script already"
    for route in held:
        route.continue_()
    expect(page.locator(".ProseMirror figure")).to_have_count(1)
    assert list(assets(newsroom)) == ["桥.jpg"]


def test_signed_out_in_the_middle_it_waits_and_another_person_sends_nothing_of_it(
    at: At, sign_in: Door, desk_behind: Desk, newsroom: Newsroom, tmp_path: Path, watch: Watch
) -> None:
    watch.expect("401")
    path = a_film(tmp_path)
    page = at()
    page.goto("/assets/upload")
    own = page.context.cookies()
    page.context.clear_cookies()
    choose(page, path)
    expect(line(page, path.name)).to_contain_text("请登录后继续上传")
    other = sign_in("editor").client.get_cookie(COOKIE)
    assert other is not None
    page.context.add_cookies([{"name": COOKIE, "value": other.value, "url": desk_behind.url}])
    page.goto("/assets/upload")
    expect(page.locator(".tray__drop")).to_be_visible()
    expect(page.locator(".tray__file")).to_have_count(0)
    page.context.add_cookies(
        [{"name": it["name"], "value": it["value"], "url": desk_behind.url} for it in own]
    )
    page.goto("/assets/upload")
    arrived(page, path.name)
    assert assets(newsroom)[path.name].uploaded_by_id == newsroom.operator.id
