"""The line by hand: one story from lead to six published channels, by the right people.

Everybody sits at a browser of their own. What happens between them happens through the house.
"""

from __future__ import annotations

import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from .house import RunningHouse
from .people import DESK, LAPTOP, PHONE, Newsroom, Person, Screen

pytestmark = [pytest.mark.journey, pytest.mark.slow]

CHANNELS = ("wechat", "weibo", "outlet", "toutiao", "douyin", "kuaishou", "shandian")
BY_HAND = "shandian"
TITLES = {
    DESK.name: "老街早市搬进新棚",
    LAPTOP.name: "旧粮仓改成社区书屋",
    PHONE.name: "河边步道夜里亮灯",
}
TONES = {DESK.name: "seagreen", LAPTOP.name: "peru", PHONE.name: "steelblue"}
SOON_SECONDS = 3.0
"""Within which two people who talk see what the other said."""
PUBLISHED_SECONDS = 30.0
CLIP_SECONDS = 60.0


@pytest.fixture(params=[DESK, LAPTOP, PHONE], ids=lambda screen: screen.name)
def screen(request: pytest.FixtureRequest) -> Screen:
    found: Screen = request.param
    return found


@pytest.fixture
def title(screen: Screen) -> str:
    return TITLES[screen.name]


@pytest.fixture
def photo(screen: Screen, tmp_path: Path) -> Path:
    """A photograph taken for this story alone: 1600 × 1200, no two alike."""
    image = Image.linear_gradient("L").resize((1600, 1200)).convert("RGB")
    ImageDraw.Draw(image).ellipse(
        (400, 300, 1200, 900), fill=TONES[screen.name], outline="white", width=12
    )
    path = tmp_path / "现场.jpg"
    image.save(path, quality=88)
    return path


class Story:
    """One story on its way, and the people around it, each called to their page when needed."""

    def __init__(self, newsroom: Newsroom, screen: Screen, title: str, photo: Path) -> None:
        self.newsroom = newsroom
        self.screen = screen
        self.title = title
        self.photo = photo
        self.address = ""
        self._here: dict[str, Person] = {}

    def __getattr__(self, username: str) -> Person:
        if username.startswith("_"):
            raise AttributeError(username)
        if username not in self._here:
            self._here[username] = self.newsroom.person(username, self.screen)
        return self._here[username]

    @property
    def row(self) -> str:
        """The lines of a table that are about it."""
        return f"tr:has-text('{self.title}')"


def test_a_story_goes_from_lead_to_six_channels(
    newsroom: Newsroom, screen: Screen, title: str, photo: Path, house: RunningHouse
) -> None:
    story = Story(newsroom, screen, title, photo)
    report_a_lead(story)
    propose_a_topic(story)
    decide_in_the_meeting(story)
    dispatch_and_accept(story)
    talk_between_field_and_desk(story)
    write_the_story(story)
    make_the_editions(story)
    submit(story.reporter, story.address)
    return_it_once(story)
    mend_and_resubmit(story)
    see_what_changed_and_pass(story)
    sign_while_the_console_watches(story)
    carry_one_by_hand(story)
    open_what_was_published(story)
    assert_one_copy_each(story, house)


def report_a_lead(story: Story) -> None:
    reporter = story.reporter
    reporter.enters("/leads/new" if story.screen.phone else "/leads")
    reporter.stops()
    if not story.screen.phone:
        reporter.presses("a[href='/leads/new']")
    form = reporter.page.locator("form[data-keep=lead-new]")
    form.locator("[name=title]").fill(story.title)
    form.locator("[name=body]").fill("今天一早记者在现场看到，附近居民都来了，有话想说。")
    form.locator("[name=place]").fill("柳湾街道")
    form.locator("[name=pictures]").set_input_files(story.photo)
    reporter.stops()
    with reporter.answer():
        form.locator(".form__actions button").click()
    expect(reporter.page.locator("#lead-title")).to_have_text(story.title)
    reporter.sees_picture(".lead .pictures img")
    reporter.stops()


def propose_a_topic(story: Story) -> None:
    reporter = story.reporter
    reporter.presses("a[href^='/topics/new?lead=']")
    reporter.page.fill("[name=title]", story.title)
    reporter.page.fill("[name=angle]", "从一个摊主的一天写起，看街坊的日子怎样变好。")
    reporter.ticks("forms", "text", "photo", "video")
    reporter.ticks("channels", *CHANNELS)
    reporter.stops()
    reporter.presses("form[action='/topics/new'] .form__actions button")
    expect(reporter.page.locator("h1")).to_have_text(story.title)
    reporter.stops()


def decide_in_the_meeting(story: Story) -> None:
    chief = story.chief
    chief.enters("/topics")
    chief.presses("a[href='/meetings']")
    chief.stops()
    chief.presses("form[action='/meetings/convene'] button")
    chief.ticks("present", "committee", "committee2", "chief", "deputy", "head")
    chief.presses("form[action$='/roll'] .form__actions button")
    chief.sees(story.title, "#agenda")
    if chief.page.locator("form[action$='/open']").count():
        chief.presses("form[action$='/open'] button")
    chief.stops()
    committee = story.committee
    committee.opens(chief.page.url)
    committee.presses("a[href$='/present']")
    turn_to(committee, story.title)
    committee.stops()
    decide(committee)
    expect(chief.page.locator(f"#agenda {story.row} .chip--ok")).to_be_visible(timeout=3_000)


def turn_to(person: Person, title: str) -> None:
    """Turn the wall's pages until this topic stands there."""
    heading = person.page.locator("h1")
    while heading.inner_text() != title:
        person.presses("[data-key=j]")


def decide(person: Person) -> None:
    """Approve what stands on the wall: by its key, or with the thumb."""
    with person.answer():
        if person.screen.phone:
            person.page.click("[data-key='1']")
        else:
            person.page.keyboard.press("1")


def dispatch_and_accept(story: Story) -> None:
    chief, reporter = story.chief, story.reporter
    chief.enters("/assignments")
    chief.presses("main a[href$='state=all']")
    chief.follows(story.title)
    chief.presses("a[href$='/dispatch']")
    chief.ticks("text", "reporter")
    chief.ticks("photo", "photographer")
    until = datetime.now() + timedelta(hours=5)  # noqa: DTZ005 - what a person types
    chief.page.fill("[name=due_at]", until.strftime("%Y-%m-%dT%H:%M"))
    chief.page.fill("[name=place]", "柳湾街道")
    chief.page.fill("[name=brief]", "先拍早上六点的人。")
    chief.stops()
    chief.presses("form[action$='/dispatch'] .button--primary")
    reporter.enters("/assignments")
    reporter.stops()
    reporter.follows(story.title)
    reporter.presses("form[action$='/accept'] button")
    reporter.stops()


def talk_between_field_and_desk(story: Story) -> None:
    """Both have the task open, and neither loads it again."""
    reporter, editor = story.reporter, story.editor
    editor.opens(reporter.page.url)
    editor.page.evaluate("window.notLoadedAgain = true")
    say(reporter, "棚子已经搭好，我先回传一张。", story.photo)
    editor.sees("棚子已经搭好", ".thread", SOON_SECONDS)
    editor.sees_picture(".thread .pictures img")
    assert editor.page.evaluate("window.notLoadedAgain")
    reporter.page.evaluate("window.notLoadedAgain = true")
    say(editor, "好，请再问一位摊主。")
    reporter.sees("请再问一位摊主", ".thread", SOON_SECONDS)
    assert reporter.page.evaluate("window.notLoadedAgain")
    reporter.stops()


def say(person: Person, words: str, picture: Path | None = None) -> None:
    form = person.page.locator("form[action$='/messages']")
    form.locator("[name=text]").fill(words)
    if picture:
        form.locator("[name=files]").set_input_files(picture)
    with person.answer():
        form.locator(".form__actions button").click()


TEXT = (
    "天刚蒙蒙亮，柳湾街道的新棚下已经摆好了一排菜筐。",
    "“以前下雨要收摊，现在不用了。”在这里卖了十年菜的摊主说，搬进来以后回头客更多了。",
    "街道工作人员介绍，新棚有一百二十个摊位，装了遮雨顶和照明，早上五点半开门。",
)


def write_the_story(story: Story) -> None:
    reporter = story.reporter
    reporter.presses("a[href^='/stories/new?assignment=']")
    reporter.page.fill("[name=title]", story.title)
    reporter.presses("form[action='/stories/new'] .form__actions button")
    story.address = reporter.page.url.removesuffix("/edit")
    reporter.writes(*TEXT, "")
    reporter.composes("z", "zhe", "zhe li hen", words="这里很热闹。")
    insert_picture(reporter)
    reporter.page.fill("[name=sources]", "柳湾街道办事处")
    reporter.waits_until_saved()
    reporter.page.reload()
    for paragraph in (*TEXT, "这里很热闹。"):
        expect(reporter.paper).to_contain_text(paragraph)
    reporter.sees_picture(".ProseMirror figure img")
    reporter.stops()


def insert_picture(person: Person) -> None:
    """Put the newest picture of the catalogue behind what was written."""
    person.page.click(".editor__bar button:has(use[href$='#photo-plus'])")
    dialog = person.page.locator("dialog[open]")
    person.stops()
    dialog.locator(".picture-choice button").first.click()
    expect(person.paper.locator("figure img")).to_be_visible()


def make_the_editions(story: Story) -> None:
    """The editor makes every channel's edition, says it better in one, and waits for the clip."""
    editor = story.editor
    editor.opens(f"{story.address}/editions")
    editor.stops()
    editor.presses("form[action$='/editions'] button")
    tune_for_weibo(editor, f"{story.title}：一百二十个摊位，早上五点半开门。")
    wait_until_ready(editor, story)
    editor.stops()


def tune_for_weibo(editor: Person, words: str) -> None:
    editor.presses("a[href$='/editions/weibo']")
    editor.stops()
    if editor.page.locator(".notice--warn form[action$='/refresh']").count():  # the text moved on
        editor.presses(".notice--warn form[action$='/refresh'] button")
    editor.page.fill("[name=body]", words)
    editor.presses("form[action$='/editions/weibo'] .form__actions button")
    expect(editor.page.locator("[name=body]")).to_have_value(words)
    editor.stops()


def wait_until_ready(person: Person, story: Story) -> None:
    """Look at the story again and again until nothing stands in its way."""
    waiting = datetime.now() + timedelta(seconds=CLIP_SECONDS)  # noqa: DTZ005
    person.opens(story.address)
    while not person.page.locator("aside .chip--ok").count():
        blocking = person.page.locator("aside .chip--danger").locator("..").all_inner_texts()
        assert datetime.now() < waiting, f"not ready: {blocking}"  # noqa: DTZ005
        person.page.wait_for_timeout(500)
        person.page.reload()


def submit(person: Person, address: str) -> None:
    person.opens(address)
    person.page.click("[data-opens=submit-story]")
    person.stops()
    person.presses("dialog[open] form[action$='/submit'] .button--primary")


def return_it_once(story: Story) -> None:
    """The first level finds a number wrong and says so."""
    editor = story.editor2
    find_in_queue(editor, story)
    editor.stops()
    editor.page.click("[data-opens=review-return]")
    editor.page.fill("dialog[open] [name=note]", "摊位数与街道提供的不一致，请核对。")
    editor.stops()
    editor.presses("dialog[open] form[action$='/return'] .form__actions button")
    editor.opens("/review?list=decided")
    editor.sees(story.title, "#review-rows")


def find_in_queue(person: Person, story: Story) -> None:
    person.enters("/review")
    person.presses(f"#review-rows a:has-text('{story.title}')")
    expect(person.page.locator("#review-title")).to_have_text(story.title)


def mend_and_resubmit(story: Story) -> None:
    reporter = story.reporter
    reporter.enters("/notifications" if story.screen.phone else "/")
    reporter.stops()
    reporter.opens(f"{story.address}/edit")
    put_right(reporter, "一百二十个摊位", "一百三十个摊位")
    reporter.waits_until_saved()
    editor = story.editor
    editor.opens(f"{story.address}/editions")
    editor.presses("form[action$='/editions'] button")
    tune_for_weibo(editor, f"{story.title}：一百三十个摊位，早上五点半开门。")
    wait_until_ready(editor, story)
    submit(reporter, story.address)


def put_right(person: Person, wrong: str, right: str) -> None:
    """Select a run of words in the text, as a finger or a mouse would, and write over it."""
    person.paper.locator(f"p:has-text('{wrong}')").evaluate(
        """(line, wrong) => {
            const words = [...line.childNodes].find((node) => node.data?.includes(wrong));
            const range = document.createRange();
            range.setStart(words, words.data.indexOf(wrong));
            range.setEnd(words, words.data.indexOf(wrong) + wrong.length);
            line.closest(".ProseMirror").focus();
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""",
        wrong,
    )
    person.page.keyboard.insert_text(right)
    expect(person.paper).to_contain_text(right)


def see_what_changed_and_pass(story: Story) -> None:
    editor = story.editor2
    find_in_queue(editor, story)
    expect(editor.page.locator(".diff del")).to_contain_text(["二"])
    expect(editor.page.locator(".diff ins")).to_contain_text(["三"])
    approve(editor)
    chief = story.chief2
    find_in_queue(chief, story)
    approve(chief)


def approve(person: Person) -> None:
    person.page.fill("[name=opinion]", "同意。")
    person.stops()
    person.presses("#review-verdict form[action$='/pass'] .button--primary")


def sign_while_the_console_watches(story: Story) -> None:
    """The last level signs; on the console the states turn by themselves."""
    operator, deputy = story.operator, story.deputy
    operator.enters("/publish")
    operator.page.evaluate("window.notLoadedAgain = true")
    find_in_queue(deputy, story)
    approve(deputy)
    live = operator.page.locator(f"{story.row} a[rel=noreferrer]")
    expect(live).to_have_count(6, timeout=PUBLISHED_SECONDS * 1000)
    assert operator.page.evaluate("window.notLoadedAgain")
    operator.stops()


def carry_one_by_hand(story: Story) -> None:
    """The operator takes the package to the platform's own editor and brings its address back."""
    operator = story.operator
    operator.presses(f"{story.row}:has(.chip--warn) th a")
    with operator.page.expect_download() as taken:
        operator.page.click("a[href$='/package']")
    with zipfile.ZipFile(taken.value.path()) as package:
        assert any(
            story.title in package.read(name).decode("utf-8", "replace")
            for name in package.namelist()
        )
    operator.stops()
    address = publish_by_hand(story)
    operator.page.fill("[name=url]", address)
    operator.presses("form[action$='/finish_by_hand'] .form__actions button")
    expect(operator.page.locator("#standing .chip--ok")).to_be_visible()
    operator.stops()


def publish_by_hand(story: Story) -> str:
    house = story.newsroom.house
    platform = story.newsroom.visitor(house.sandbox.url, story.screen)
    platform.opens(f"/handoff/{BY_HAND}/")
    platform.page.fill("[name=title]", story.title)
    platform.page.fill("[name=body]", "\n".join(TEXT))
    platform.presses("form button")
    platform.stops()
    return platform.page.url


def open_what_was_published(story: Story) -> None:
    operator, house = story.operator, story.newsroom.house
    operator.enters("/publish")
    links = operator.page.locator(f"{story.row} a[rel=noreferrer]").all()
    addresses = [str(link.get_attribute("href")) for link in links]
    assert len(set(addresses)) == 7
    for address in addresses:
        assert operator.page.request.get(address).status == 200, address
    ours = next(address for address in addresses if address.startswith(house.public))
    reader = story.newsroom.visitor(house.public, story.screen)
    reader.opens(ours)
    expect(reader.page.locator("h1")).to_have_text(story.title)
    reader.sees("一百三十个摊位", "article")
    reader.sees_picture("article img")
    reader.stops()


def assert_one_copy_each(story: Story, house: RunningHouse) -> None:
    state = house.sandbox.state()
    ours = [thing for thing in state["objects"] if story.title in thing["title"]]
    assert sorted(thing["channel"] for thing in ours) == sorted(set(CHANNELS) - {"outlet"})
    assert [state["copies"].get(thing["fingerprint"]) for thing in ours] == [1] * len(ours)
