"""How the newsroom lives through the month: by its timetable, hour after hour."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from channels.base import Edition, Form
from kitchen.core import bus, clock
from kitchen.evaluation.figures import collecting
from kitchen.evaluation.indices import jobs as indices
from kitchen.evaluation.indices.formulas import as_json
from kitchen.evaluation.indices.models import IndexDefinition
from kitchen.evaluation.indices.shipped import SHIPPED
from kitchen.evaluation.scores import jobs as scores
from kitchen.matrix.models import Account
from kitchen.patrols import measuring
from kitchen.planning.models import Campaign, Piece
from kitchen.review.events import StoryApproved
from kitchen.stories.models import Story
from kitchen.topics.models import Topic
from tests.channels.sandbox.playing import film, picture
from tests.channels.twins import medium
from tests.evaluation.figures.conftest import Counted
from tests.evaluation.month import plan
from tests.evaluation.month.plan import BEGIN, SPOTS, STORIES, UNTIL, Planned
from tests.evaluation.month.street import Street
from tests.fixtures.newsroom import Door

COVER, FILM = picture(), film(seconds=20, size=600)
FILES = (COVER, FILM)
CLIP = replace(medium(FILM, "video/mp4", 720, 1280), seconds=20.0)
HOUR = timedelta(hours=1)
AGES = (1, 6, 24, 72, 168, 720)
"""Hours after which a piece is counted."""

Told = tuple[int | None, ...]
"""Reads, likes, 在看, shares, comments; ``None`` is what the platform does not tell."""


@dataclass
class Month(Counted):
    """The month and what was taken down of it: of platforms that tell everything so far, what they
    said of a story's piece when it reached an age, and each morning.
    """

    street: Street = field(kw_only=True)
    door: Door = field(kw_only=True)
    stories: dict[str, Story] = field(default_factory=dict)
    said: dict[tuple[str, str, int], Told] = field(default_factory=dict)
    """By story, spot and age."""
    heard: dict[date, tuple[int, dict[str, Told]]] = field(default_factory=dict)
    """Each morning at nine: Weibo's followers, and every film so far."""
    incidents: dict[str, str] = field(default_factory=dict)
    """The rooms of incidents, by the title of the statement."""
    cleanup: str = ""

    def live(self) -> None:
        """From the first hour to the last."""
        self._bring_formulas()
        self._register()
        self.at(BEGIN)
        self._found_campaign()
        for hour in range((UNTIL - BEGIN) // HOUR):
            self.at(BEGIN + hour * HOUR)
            for story in (it for it in STORIES if it.at == self.now()):
                self._publish(story)
            self._comment()
            self._hear()
            self._come_round()

    def at(self, moment: datetime) -> None:
        super().at(moment.astimezone(UTC))

    def settle(self) -> None:
        """The committee grades March and the head publishes it; reports are made, figures opened.

        All of it as they do it, on the pages.
        """
        for story in (it for it in STORIES if it.at < plan.MONTH_ENDS):
            card = f"/performance/2026-03/stories/{self.stories[story.title].uid}"
            self._send(f"{card}/grade", grade=story.grade, genre="brief")
        for verb in ("count", "finish", "publish"):
            self._send(f"/performance/2026-03/{verb}", note="")
        for kind, first in plan.REPORTS:
            self._send(f"/reports/{kind}/{first}", unit="")
        self._send("/reports/open-data", open="on", licence="CC BY 4.0")
        self._state()
        self._clean_up()
        self._lock()

    def _state(self) -> None:
        """Incidents, to which the house has said something already."""
        for title in plan.STATEMENTS:
            asked = {"grade": "routine", "office": "centre"}
            uid = self._send("/events/new", title=f"网传：{title}", **asked)
            self._send(f"/events/{uid}/story", story=self.stories[title].uid)
            self.incidents[title] = uid

    def _clean_up(self) -> None:
        """A clean-up of all accounts, and what the specialists think of each."""
        office, day = "cyberspace", clock.local(self.now()).date()
        ends = {name: str(day) for name in ("check_due", "opinion_due", "decision_due")}
        begun = {"name": "清理整顿", "batch": "首批", **ends}
        self.cleanup = self._send("/matrix/cleanups/new", office, **begun)
        self._send(f"/matrix/cleanups/{self.cleanup}/steps/call_experts", office)
        items = self.door(office).get(f"/api/v1/cleanups/{self.cleanup}/items").get_json()["items"]
        for item in items:
            opinion = {"advised": "keep", "advice": "办得好"}
            self._send(f"/matrix/cleanups/items/{item['uid']}/opine", office, **opinion)

    def _lock(self) -> None:
        """The month of points is locked once nobody may appeal any more, which is days later; all
        is looked at from today.
        """
        today = self.now()
        self.later(days=14)
        self.door.visitors.clear()  # by then everyone signs in anew
        self._send("/performance/2026-03/lock", note="")
        self.at(today)
        self.door.visitors.clear()

    def _send(self, address: str, role: str = "head", **fields: str) -> str:
        """Send a form; answers what the page is called to which it leads."""
        answer = self.door(role).post_form(address, fields)
        assert answer.status_code == 302, (address, answer.status_code, answer.text[-3000:])
        return answer.location.partition("#")[0].rsplit("/", 1)[-1]

    def spot(self, key: str) -> Account:
        """The account that the plan calls so."""
        return self.street.accounts[key]

    def _register(self) -> None:
        taken: dict[str, int] = {}
        for key, spot in SPOTS.items():
            number = taken[spot.channel] = taken.get(spot.channel, -1) + 1
            found = self.street.opened(spot.channel, number)
            settings = self.street.settings(spot.channel, found)
            with self.database.unit() as session:
                account = Account(
                    channel=spot.channel,
                    name=spot.name,
                    brand=plan.BRAND,
                    handle=self.street.identity(spot.channel, found),
                    unit_id=self.newsroom.units[spot.unit].id,
                    created_at=clock.now(session),
                    settings=settings | ({"renewable": True} if key == "douyin" else {}),
                )
                session.add(account)
            self.street.accounts[key] = account

    def _bring_formulas(self) -> None:
        """What a house brings with it when it is set up."""
        names = ("name", "family", "edition", "title", "channel", "source", "valid_from")
        with self.database.unit() as session:
            for each in SHIPPED.values():
                told = {name: getattr(each, name) for name in (*names, "experimental")}
                session.add(IndexDefinition(body=as_json(each.formula), **told))

    def _found_campaign(self) -> None:
        with self.database.unit() as session:
            proposer = self.newsroom.reporter.id
            topic = Topic(title=plan.TOPIC, forms=[], channels=[], proposer_id=proposer)
            session.add(topic)
            session.flush()
            session.add(Campaign(name=plan.CAMPAIGN, topic_id=topic.id))

    def _publish(self, planned: Planned) -> None:
        """A story goes out everywhere it is meant for, on each platform in a form of its own."""
        with self.database.unit() as session:
            story = self._story(session)
            self._tell(session, story, planned)
            version = self._version(session, story)
            for spot in planned.spots:
                edition = _written(planned.title, SPOTS[spot].channel)
                self._freeze(session, story, version, [self.spot(spot)], None, edition)
            bus.emit(session, StoryApproved(story.id, version.id, 1))
        self.stories[planned.title] = story
        self.carry()

    def _tell(self, session: Any, story: Story, planned: Planned) -> None:
        """What the house knows of a story beside its text."""
        story.title, story.column = planned.title, planned.column
        story.author_id = self.newsroom.actors[planned.author].id
        story.unit_id = self.newsroom.units[plan.CENTRE_UNIT].id
        story.created_at = planned.at - plan.WRITING
        if planned.camera:
            story.credits = [
                {"role": "记者", "names": f"测试{planned.author}", "share": 100 - planned.camera},
                {"role": "摄像", "names": f"测试{planned.helper}", "share": planned.camera},
            ]
        if planned.in_campaign:
            campaign = session.query(Campaign).one()
            story.topic_id = campaign.topic_id
            session.add(Piece(campaign_id=campaign.id, story_id=story.id))
        session.flush()

    def _comment(self) -> None:
        for title, day, count in plan.COMMENTS:
            if self.now() == BEGIN + timedelta(days=day, hours=12):
                remote = self.street.pieces("weibo")[title]
                for number in range(count):
                    self.street.say("weibo", remote, f"好{number}")

    def _hear(self) -> None:
        """What the platforms say of pieces that reach an age at this very moment."""
        for story in STORIES:
            for spot in story.spots:
                age = (self.now() - story.at) / HOUR
                if age in AGES and spot == "weibo":
                    remote = self.street.pieces("weibo")[story.title]
                    self.said[story.title, spot, int(age)] = self.street.weibo(remote)
                if age in AGES and spot == "douyin":
                    self.said[story.title, spot, int(age)] = self.street.films()[story.title]

    def _come_round(self) -> None:
        """What the timetable does at this hour."""
        collecting.collect_due(self.database)
        hour = clock.local(self.now()).hour
        if hour == 1:
            scores.go(self.database)
        if hour == 9:
            measuring.measure_all_due(self.database)
            told = self.street.weibo_followers(), self.street.films()
            self.heard[clock.local(self.now()).date()] = told
        if hour == 15 and (self.now() - BEGIN).days % 3 == 0:  # no window is closed so soon
            indices.recompute(self.database)


def _written(title: str, channel: str) -> Edition:
    if channel == "weibo":
        return Edition(Form.STATUS, body=title)
    if channel == "douyin":
        return Edition(Form.VIDEO, title=title, media=(CLIP,))
    cover = medium(COVER)
    return Edition(Form.ARTICLE, title=title, digest=title, body=f"<p>{title}</p>", cover=cover)
