"""A phone in the field, and the pages of importing and the portal, in a real browser."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Route, expect

from kitchen.leads.models import Lead
from kitchen.media import queries as media
from kitchen.media.models import MediaAsset
from kitchen.people.sessions import COOKIE
from tests.assets.samples import box, encoded, photo
from tests.assets.test_video import film
from tests.fixtures.browser import Watch, wait_for_true
from tests.fixtures.newsroom import Door, Newsroom, Visitor
from tests.stories.manuscripts import centred, picture, word

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

At = Callable[..., Page]
TEXT = "青禾大道路口积水。暴雨后水深三十厘米，车辆绕行。"


@pytest.fixture
def at(address: str, sign_in: Door, new_context: Callable[..., BrowserContext]) -> At:
    """``at("reporter")`` is a page of somebody, as wide as a phone."""

    def opened(role: str = "reporter", width: int = 390) -> Page:
        cookie = sign_in(role).client.get_cookie(COOKIE)
        assert cookie is not None
        context = new_context(base_url=address, viewport={"width": width, "height": 844})
        context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": address}])
        context.route("**/live?*", lambda route: route.fulfill(status=204))  # nobody else is here
        return context.new_page()

    return opened


@pytest.fixture
def shot(tmp_path: Path) -> Path:
    """A photo as a phone takes it, larger than one piece is sent in the test."""
    path = tmp_path / "现场.jpg"
    path.write_bytes(encoded(photo(1600, 1200)))
    return path


def _until(newsroom: Newsroom, model: type, seconds: float = 5.0) -> float:
    """Seconds until the first row is there."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        with newsroom.database.unit(write=False) as session:
            if session.query(model).count():
                return time.monotonic() - began
        time.sleep(0.05)
    raise AssertionError(f"no {model.__name__} after {seconds} s")


def _with_worker(page: Page) -> None:
    """Open the form once, as on the way out of the house: the worker keeps the shell."""
    page.goto("/m/leads/new")
    wait_for_true(page, "navigator.serviceWorker.controller !== null")


def test_a_lead_written_offline_goes_off_when_the_network_is_back(
    at: At, newsroom: Newsroom, shot: Path, axe: Callable[[Page], None], watch: Watch
) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED|Failed to fetch")
    page = at()
    _with_worker(page)
    page.context.set_offline(True)
    page.goto("/m/leads/new")
    expect(page.get_by_role("heading", level=1)).to_have_text("没有网络")
    page.locator("[name=text]").fill(TEXT)
    page.locator("[name=files]").set_input_files(shot)
    axe(page)
    page.get_by_role("button", name="报送").click()
    row = page.locator("[data-lead]")
    expect(row).to_contain_text("等待网络")
    page.reload()  # an app switch, as a phone does it
    expect(row).to_contain_text("现场.jpg")
    axe(page)
    page.context.set_offline(False)
    assert _until(newsroom, Lead) < 5
    expect(row.locator("[data-file]")).to_have_attribute("data-state", "done")
    with newsroom.database.unit(write=False) as session:
        lead = session.query(Lead).one()
        (asset,) = media.of_subject(session, lead, "picture")
        assert (lead.title, lead.body) == ("青禾大道路口积水", TEXT)
        assert asset.sha256 == hashlib.sha256(shot.read_bytes()).hexdigest()


def test_two_taps_and_words_before_pictures(
    at: At, newsroom: Newsroom, shot: Path, axe: Callable[[Page], None]
) -> None:
    page = at()
    sent: list[str] = []
    page.on("request", lambda it: sent.append(f"{it.method} {it.url.partition('/')[2][15:]}"))
    page.goto("/m/")
    axe(page)
    page.get_by_role("navigation").get_by_role("link", name="报线索").click()
    page.locator("[name=text]").fill(TEXT)
    page.locator("[name=files]").set_input_files(shot)
    page.get_by_role("button", name="报送").click()
    expect(page.locator("[data-file]")).to_have_attribute("data-state", "done")
    deeds = [it.partition(" ")[0] for it in sent if "tus" in it or "leads/new" in it]
    assert deeds == ["GET", "POST", "POST", "PUT", "HEAD", "PATCH"]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0


def test_a_file_is_paused_and_goes_on_where_it_stood(
    at: At, newsroom: Newsroom, shot: Path, watch: Watch
) -> None:
    watch.expect("ERR_FAILED")
    page = at()
    page.goto("/m/leads/new")
    page.route(
        "**/files/tus/*",
        lambda route: route.abort() if route.request.method == "PATCH" else route.continue_(),
    )
    page.locator("[name=text]").fill(TEXT)
    page.locator("[name=files]").set_input_files(shot)
    page.get_by_role("button", name="报送").click()
    file = page.locator("[data-file]")
    expect(file).to_contain_text("等待网络")
    page.get_by_role("button", name="暂停").click()
    expect(file).to_have_attribute("data-state", "paused")
    page.unroute("**/files/tus/*")
    page.reload()
    expect(file).to_have_attribute("data-state", "paused")
    page.get_by_role("button", name="继续").click()
    expect(file).to_have_attribute("data-state", "done")
    with newsroom.database.unit(write=False) as session:
        assert session.query(MediaAsset).count() == 1


KEPT = """async (words) => {
  const all = await indexedDB.databases();
  if (!all.some((each) => each.name === "kitchen-pocket")) return false;
  const opened = indexedDB.open("kitchen-pocket");
  await new Promise((done) => { opened.onsuccess = done; });
  const asked = opened.result.transaction("drafts").objectStore("drafts").getAll();
  await new Promise((done) => { asked.onsuccess = done; });
  opened.result.close();
  return asked.result.some((draft) => draft.text === words);
}"""
"""Whether the phone keeps a draft of these words."""


SLOW_STORE = """
const open = IDBFactory.prototype.open;
IDBFactory.prototype.open = function (...given) {
  const asked = open.apply(this, given);
  const listen = asked.addEventListener.bind(asked);
  asked.addEventListener = (kind, act, ...more) =>
    listen(kind, (event) => setTimeout(() => act(event), 700), ...more);
  return asked;
};
"""


def test_what_is_typed_before_the_phone_is_ready_is_kept_and_so_is_the_draft(at: At) -> None:
    page = at()
    page.goto("/m/leads/new")
    page.locator("[name=text]").fill("早上没写完的。")
    wait_for_true(page, KEPT, "早上没写完的。")
    page.add_init_script(SLOW_STORE)
    page.goto("/m/leads/new")
    page.locator("[name=text]").fill("路口刚刚积水。")
    page.locator("[name=place]").fill("青禾大道")
    both = "早上没写完的。\n路口刚刚积水。"
    expect(page.locator("[name=text]")).to_have_value(both)
    wait_for_true(page, KEPT, both)
    page.reload()
    expect(page.locator("[name=text]")).to_have_value(both)
    expect(page.locator("[name=place]")).to_have_value("青禾大道")


def test_signing_out_leaves_nothing_on_the_phone(at: At, newsroom: Newsroom) -> None:
    page = at()
    page.goto("/m/leads/new")
    page.locator("[name=text]").fill("还没写完的线索")
    wait_for_true(page, KEPT, "还没写完的线索")
    page.reload()
    expect(page.locator("[name=text]")).to_have_value("还没写完的线索")
    page.goto("/m/me")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/login*")
    names = page.evaluate("indexedDB.databases().then(all => all.map(each => each.name))")
    assert "kitchen-pocket" not in names
    assert page.evaluate("localStorage.getItem('pocket-person')") is None


def _becomes(page: Page, visitor: Visitor, address: str) -> None:
    """From here on somebody else is signed in on this phone."""
    cookie = visitor.client.get_cookie(COOKIE)
    assert cookie is not None
    page.context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": address}])


def test_what_nobody_wrote_is_offered_to_whoever_signs_in(
    at: At,
    address: str,
    sign_in: Door,
    newsroom: Newsroom,
    shot: Path,
    axe: Callable[[Page], None],
    watch: Watch,
) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED|Failed to fetch|401")
    page = at()
    _with_worker(page)
    page.goto("/m/me")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/login*")
    page.context.set_offline(True)
    page.goto("/m/leads/new")
    page.locator("[name=text]").fill(TEXT)
    page.locator("[name=files]").set_input_files(shot)
    page.get_by_role("button", name="报送").click()
    row = page.locator("[data-lead]")
    expect(row).to_contain_text("等待网络")
    page.locator("[name=text]").fill("还没写完的线索")
    wait_for_true(page, "new Promise(r => setTimeout(() => r(true), 500))")
    page.context.set_offline(False)
    expect(row).to_contain_text("请登录后继续上传")

    _becomes(page, sign_in("second_reporter"), address)
    page.goto("/m/leads/new")
    expect(page.locator("[name=text]")).to_have_value("还没写完的线索")
    expect(row).to_contain_text("这条是您写的吗？")
    axe(page)
    page.goto("/m/")
    expect(row).to_contain_text("这条是您写的吗？")
    with newsroom.database.unit(write=False) as session:
        assert session.query(Lead).count() == 0
    page.get_by_role("button", name="是我写的").click()
    expect(row.locator("[data-file]")).to_have_attribute("data-state", "done")
    with newsroom.database.unit(write=False) as session:
        lead = session.query(Lead).one()
        assert lead.reporter_id == newsroom.second_reporter.id
        assert len(media.of_subject(session, lead, "picture")) == 1


def test_nobodys_lead_is_offered_when_the_page_learns_who_it_is(
    at: At, newsroom: Newsroom, watch: Watch
) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED|Failed to fetch")
    page = at()
    _with_worker(page)
    page.evaluate("localStorage.removeItem('pocket-person')")
    page.context.set_offline(True)
    page.goto("/m/leads/new")
    page.locator("[name=text]").fill(TEXT)
    page.get_by_role("button", name="报送").click()
    expect(page.locator("[data-lead]")).to_contain_text("等待网络")
    page.locator("[name=text]").fill("还没写完的线索")
    page.context.set_offline(False)
    page.get_by_role("button", name="是我写的").click()
    _until(newsroom, Lead)
    expect(page.locator("[name=text]")).to_have_value("还没写完的线索")
    page.goto("/m/leads/new")
    expect(page.locator("[name=text]")).to_have_value("还没写完的线索")


def test_who_signs_in_on_the_desk_is_who_writes_on_the_phone(
    at: At, address: str, sign_in: Door, newsroom: Newsroom, watch: Watch
) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED|Failed to fetch")
    page = at()
    _with_worker(page)
    _becomes(page, sign_in("second_reporter"), address)
    page.goto("/")
    page.context.set_offline(True)
    page.goto("/m/leads/new")
    page.locator("[name=text]").fill(TEXT)
    page.get_by_role("button", name="报送").click()
    expect(page.locator("[data-lead]")).to_contain_text("等待网络")
    page.context.set_offline(False)
    _until(newsroom, Lead)
    with newsroom.database.unit(write=False) as session:
        assert session.query(Lead).one().reporter_id == newsroom.second_reporter.id


PUT_DRAFT = """async () => {
  const opened = indexedDB.open("kitchen-stories", 1);
  opened.onupgradeneeded = () => opened.result.createObjectStore("unsaved");
  await new Promise((done) => { opened.onsuccess = done; });
  const writing = opened.result.transaction("unsaved", "readwrite");
  writing.objectStore("unsaved").put({ title: "没存上的稿" }, "reporter /stories/1");
  await new Promise((done) => { writing.oncomplete = done; });
  opened.result.close();
}"""
DATABASES = "indexedDB.databases().then(all => all.map(each => each.name))"


@pytest.mark.parametrize("unsent", ["kitchen-pocket", "kitchen-stories"])
@pytest.mark.parametrize("place", ["/", "/m/me"])
def test_signing_out_asks_before_it_deletes_what_was_not_sent(
    at: At, unsent: str, place: str
) -> None:
    page = at("reporter", 1280)
    if unsent == "kitchen-pocket":
        page.goto("/m/leads/new")
        page.locator("[name=text]").fill("还没写完的线索")
        wait_for_true(page, KEPT, "还没写完的线索")
    page.goto(place)
    if unsent == "kitchen-stories":
        page.evaluate(PUT_DRAFT)
    asked: list[str] = []
    answers = iter([False, True])

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept() if next(answers) else dialog.dismiss()

    page.on("dialog", answer)
    if place == "/":
        page.locator(".bar__person").click()
    page.get_by_role("button", name="退出登录").click()
    wait_for_true(page, "new Promise(r => setTimeout(() => r(true), 500))")
    assert len(asked) == 1
    assert "还有没提交的内容" in asked[0]
    assert unsent in page.evaluate(DATABASES)
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/login*")
    assert len(asked) == 2
    assert unsent not in page.evaluate(DATABASES)


def test_words_do_not_wait_for_a_film(at: At, newsroom: Newsroom, tmp_path: Path) -> None:
    path = film(tmp_path / "现场.mp4", "-c:v", "libx264", "-pix_fmt", "yuv420p")
    path.write_bytes(path.read_bytes() + box(b"free", bytes(11 * 1024 * 1024)))  # three pieces
    page = at()
    page.goto("/m/leads/new")
    deeds: list[str] = []
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "PATCH" and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/files/tus/*", hold)
    page.on("request", lambda it: deeds.append(f"{it.method} {it.url.rpartition('/m/')[2]}"))
    page.locator("[name=text]").fill(TEXT)
    page.locator("[name=files]").set_input_files(path)
    page.get_by_role("button", name="报送").click()
    expect(page.locator("[data-file]")).to_contain_text("上传中")
    wait_for_true(page, "new Promise(r => setTimeout(() => r(true), 300))")
    assert held
    page.locator("[name=text]").fill("东三路树倒了，压住一辆车，无人受伤。")
    page.get_by_role("button", name="报送").click()
    expect(page.locator("[data-lead]")).to_have_count(2)
    held[0].continue_()
    expect(page.locator("[data-file]")).to_have_attribute("data-state", "done")
    told = [it.partition(" ")[0] for it in deeds if "PATCH" in it or it == "POST leads/new"]
    assert told == ["POST", "PATCH", "POST", "PATCH", "PATCH"]


def test_a_double_tap_files_one_lead(at: At, newsroom: Newsroom) -> None:
    page = at()
    page.goto("/m/leads/new")
    page.locator("[name=text]").fill(TEXT)
    page.get_by_role("button", name="报送").evaluate("it => { it.click(); it.click(); }")
    expect(page.locator("[data-lead]")).to_have_attribute("data-state", "sent")
    with newsroom.database.unit(write=False) as session:
        assert session.query(Lead).count() == 1


def test_a_refused_lead_is_written_anew_without_losing_anything(
    at: At, newsroom: Newsroom, shot: Path, watch: Watch
) -> None:
    watch.expect("422")
    page = at()
    page.goto("/m/leads/new")
    page.route("**/m/leads/new", lambda route: route.fulfill(status=422, json={"title": "太短"}))
    text = page.locator("[name=text]")
    text.fill(TEXT)
    page.locator("[name=files]").set_input_files(shot)
    page.get_by_role("button", name="报送").click()
    row = page.locator("[data-lead]")
    expect(row).to_have_attribute("data-state", "failed")
    page.unroute("**/m/leads/new")

    text.fill("另一件正在写的事")
    answers = iter([False, True])
    page.on(
        "dialog",
        lambda dialog: dialog.accept() if next(answers) else dialog.dismiss(),
    )
    page.get_by_role("button", name="改一改再发").click()
    expect(text).to_have_value("另一件正在写的事")
    expect(row).to_have_count(1)
    page.get_by_role("button", name="改一改再发").click()
    expect(text).to_have_value(TEXT)
    expect(page.locator("[data-preview-list]")).to_contain_text("现场.jpg")
    page.reload()  # an app switch, as a phone does it
    expect(text).to_have_value(TEXT)
    expect(row).to_contain_text("现场.jpg")
    page.get_by_role("button", name="改一改再发").click()
    expect(row).to_have_count(0)  # it is in the form now
    text.fill("青禾大道路口积水三十厘米，车辆绕行。")
    page.get_by_role("button", name="报送").click()
    expect(row).to_have_count(1)
    expect(row.locator("[data-file]")).to_have_attribute("data-state", "done")
    with newsroom.database.unit(write=False) as session:
        lead = session.query(Lead).one()
        (asset,) = media.of_subject(session, lead, "picture")
        assert lead.body == "青禾大道路口积水三十厘米，车辆绕行。"
        assert (asset.filename, asset.size) == ("现场.jpg", shot.stat().st_size)


def test_the_capture_page_is_light(at: At) -> None:
    page = at()
    weights: list[int] = []
    page.on("requestfinished", lambda it: weights.append(it.sizes()["responseBodySize"]))
    page.goto("/m/leads/new", wait_until="networkidle")
    assert sum(weights) < 160_000  # as sent by this server, which compresses nothing


@pytest.mark.parametrize("width", [1280, 390])
def test_importing_and_the_portal_shut_nobody_out(
    at: At, tmp_path: Path, axe: Callable[[Page], None], width: int
) -> None:
    def write(document: object) -> None:
        document.add_heading("楼道里的议事角", 1)  # type: ignore[attr-defined]
        document.add_paragraph("一张旧餐桌，六把椅子。")  # type: ignore[attr-defined]
        picture(document)  # type: ignore[arg-type]
        centred(document, "图为议事角。")  # type: ignore[arg-type]

    file = tmp_path / "来稿.docx"
    file.write_bytes(word(write))
    page = at("reporter", width)
    page.goto("/stories/import")
    axe(page)
    page.locator("[name=file]").set_input_files(file)
    page.get_by_role("button", name="导入").click()
    expect(page.get_by_text("已导入“来稿.docx”")).to_be_visible()
    expect(page.get_by_text("一张旧餐桌，六把椅子。").first).to_be_visible()

    page = at("stringer", width)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的投稿")
    axe(page)
    page.get_by_role("link", name="投一篇稿").first.click()
    page.set_viewport_size({"width": width, "height": 3000})  # no bar lies over a field
    axe(page)
    page.locator("[name=document]").set_input_files(file)
    page.get_by_role("button", name="投稿").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("楼道里的议事角")
    expect(page.get_by_text("编辑部已收到")).to_be_visible()
    axe(page)
    page.goto("/portal")
    axe(page)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
