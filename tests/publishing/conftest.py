"""A platform that keeps a ledger, a channel that carries to it, and stories approved for it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, ClassVar

import pytest
from sqlalchemy import update

from channels.base import (
    Abilities,
    Edition,
    Form,
    Limits,
    Listing,
    NeedsReauth,
    Outcome,
    Post,
    Receipt,
    Unsure,
)
from channels.identity import identity_of
from kitchen.core import bus, clock
from kitchen.core.db import Database
from kitchen.matrix.models import Account
from kitchen.ports import Ports
from kitchen.publishing import jobs, rules, sweep
from kitchen.publishing.models import Publication
from kitchen.review.events import ApprovalRevoked, StoryApproved
from kitchen.review.models import Approval
from kitchen.stories.models import FrozenPost, Story, Version
from kitchen.stories.rules import Kind as VersionKind
from kitchen.stories.rules import State as StoryState
from tests.fixtures.newsroom import Newsroom

DOC = {"type": "doc", "content": [{"type": "paragraph"}]}

Play = Callable[["Platform", Post], Receipt]


@dataclass
class Platform:
    """What readers would see: copies by post uid. ``plays`` say how the next calls go."""

    copies: Counter[str] = field(default_factory=Counter)
    plays: dict[str, list[Any]] = field(default_factory=dict)
    prepares: dict[str, list[Any]] = field(default_factory=dict)
    polls: list[Any] = field(default_factory=list)
    finds: list[Any] = field(default_factory=list)
    recalls: list[Any] = field(default_factory=list)
    replays: list[Any] = field(default_factory=list)
    replaces: dict[str, str] = field(default_factory=dict)
    """Which post stands in whose place once it appears, by uid."""
    replaced: dict[str, str] = field(default_factory=dict)
    """Which post did so."""
    decided: dict[str, Outcome] = field(default_factory=dict)
    """What the platform thought of a piece in the end, unless it shows it."""
    can_recall: bool = True
    can_correct: bool = False
    probe_answers: bool = True
    abilities: Abilities = field(
        default_factory=lambda: Abilities(Listing.AUTHORITATIVE, timedelta(seconds=10))
    )
    calls: Counter[str] = field(default_factory=Counter)
    sent: list[Post] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    on_prepare: Callable[[], None] = lambda: None
    on_publish: Callable[[], None] = lambda: None
    on_probe: Callable[[], object] = lambda: None

    def put(self, post: Post) -> Receipt:
        with self.lock:
            self.copies[post.uid] += 1
            self.sent.append(post)
            if replaced := self.replaces.pop(post.uid, None):
                self.copies[replaced] -= 1
                self.replaced[post.uid] = replaced
        return self.live(post)

    def take_down(self, uid: str) -> None:
        """Show one copy less, if there is any."""
        with self.lock:
            self.copies[uid] -= self.copies[uid] > 0

    def decide(self, uid: str) -> Any:
        """What became of a piece that was taken; once refused or gone it stays so."""
        if uid in self.decided:
            return self.decided[uid]
        play = self.polls.pop(0) if self.polls else Outcome.LIVE
        if play in (Outcome.REFUSED, Outcome.GONE):
            self.decided[uid] = play
            self.take_down(uid)
        if play is Outcome.REFUSED and (stood := self.replaced.get(uid)):
            with self.lock:
                self.copies[stood] += 1
        return play

    def live(self, post: Post) -> Receipt:
        return Receipt(Outcome.LIVE, f"id-{post.uid}", f"https://platform.example/{post.uid}")

    def play(self, account: str, *plays: Any) -> None:
        """How the next publishing calls of an account go: a function or an exception each."""
        self.plays.setdefault(account, []).extend(plays)


def after(platform: Platform, post: Post) -> Receipt:
    """The platform takes the piece, and the answer is lost."""
    platform.put(post)
    raise Unsure("reset", code="no_answer")


def before(platform: Platform, post: Post) -> Receipt:
    """The connection breaks before the platform has read anything."""
    raise Unsure("reset", code="no_answer")


def accepted(platform: Platform, post: Post) -> Receipt:
    """The platform takes the piece and will decide later."""
    platform.put(post)
    return Receipt(Outcome.ACCEPTED, task_id=f"task-{post.uid}")


def handed(platform: Platform, post: Post) -> Receipt:
    return Receipt(Outcome.HANDED)


def heard(outside: Outside, kind: type) -> list[Any]:
    """The events of a kind that are told from now on."""
    told: list[Any] = []
    reactions = dict(outside.database.info["reactions"])
    former = reactions.get(kind)
    follows = [*(former.follows if former else ()), lambda _session, event: told.append(event)]
    reactions[kind] = type(next(iter(reactions.values())))(follows=follows)
    outside.database.info["reactions"] = reactions
    return told


class FakeChannel:
    """Keeps the contract of :class:`channels.base.Channel` on a :class:`Platform`."""

    key: ClassVar[str] = "outlet"
    limits: ClassVar[Limits] = Limits(Form.ARTICLE)

    def __init__(self, platform: Platform, account: str) -> None:
        self.platform, self.account = platform, account
        self.abilities = platform.abilities

    def prepare(self, post: Post) -> dict[str, Any]:
        self.platform.calls["prepare"] += 1
        if plays := self.platform.prepares.get(self.account):
            raise plays.pop(0)
        self.platform.on_prepare()
        return {"draft": post.uid}

    def publish(self, post: Post, parcel: Any) -> Receipt:
        self.platform.calls["publish"] += 1
        assert parcel == {"draft": post.uid}
        self.platform.on_publish()
        plays = self.platform.plays.get(self.account)
        play = plays.pop(0) if plays else Platform.put
        if isinstance(play, BaseException):
            raise play
        return play(self.platform, post)

    def find(self, post: Post, parcel: Any, since: datetime) -> Receipt | None:
        self.platform.calls["find"] += 1
        if self.platform.finds:
            raise self.platform.finds.pop(0)
        return self.platform.live(post) if self.platform.copies[post.uid] else None

    def poll(self, receipt: Receipt) -> Receipt:
        self.platform.calls["poll"] += 1
        uid = receipt.task_id.removeprefix("task-")
        play = self.platform.decide(uid)
        if isinstance(play, BaseException):
            raise play
        if play is Outcome.ACCEPTED:
            return receipt
        return Receipt(play, f"id-{uid}", f"https://platform.example/{uid}", receipt.task_id)

    def probe(self) -> None:
        self.platform.calls["probe"] += 1
        self.platform.on_probe()
        if not self.platform.probe_answers:
            raise NeedsReauth("expired")

    def package(self, post: Post) -> bytes:
        return b"PK" + post.uid.encode()

    def checklist(self) -> list[str]:
        return ["下载发布包并解压", "把发布后的链接粘贴回来"]

    def accepts_url(self, url: str) -> bool:
        return url.startswith("https://platform.example/")


class Recalling(FakeChannel):
    """A channel from which a live post can be taken back."""

    def recall(self, receipt: Receipt) -> Receipt:
        self.platform.calls["recall"] += 1
        if self.platform.recalls:
            raise self.platform.recalls.pop(0)
        self.platform.take_down(identity_of(receipt).removeprefix("id-"))
        return Receipt(Outcome.GONE, receipt.remote_id, receipt.remote_url)


class Correcting(Recalling):
    """A channel on which a live post can be replaced where it stands, under the same id."""

    def correct(self, receipt: Receipt, post: Post, parcel: Any) -> Receipt:
        self.platform.calls["correct"] += 1
        plays = self.platform.plays.get(self.account)
        play = plays.pop(0) if plays else Platform.put
        if isinstance(play, BaseException):
            raise play
        self.platform.replaces[post.uid] = _shown_as(receipt)
        told = play(self.platform, post)
        return replace(told, remote_id=receipt.remote_id) if told.remote_id else told

    def recall(self, receipt: Receipt) -> Receipt:
        """What stands under the id is what its address names."""
        return super().recall(replace(receipt, remote_id=f"id-{_shown_as(receipt)}"))


def _shown_as(receipt: Receipt) -> str:
    """The uid of the post that readers see there."""
    return receipt.remote_url.rsplit("/", 1)[-1]


class Even(random.Random):
    """Dice of a single face, in the middle."""

    def random(self) -> float:
        return 0.5


@pytest.fixture(autouse=True)
def even_dice(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause is so short by chance that the round which began it also sees its end."""
    monkeypatch.setattr(rules, "_DICE", Even())


@pytest.fixture(autouse=True)
def books_at_the_end(right_books: None) -> None:
    """Whatever a test of this station did, the books must be right after it."""


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def ports(ports: Ports, platform: Platform) -> Ports:
    """Ports whose channels all lead to the platform of this test."""

    def open_channel(key: str, settings: Any, account: str) -> Any:
        if platform.can_correct:
            return Correcting(platform, account)
        return (Recalling if platform.can_recall else FakeChannel)(platform, account)

    return replace(ports, open_channel=open_channel)


@dataclass
class Outside:
    """The publishing of one newsroom: what is approved for whom, and the workers at hand."""

    newsroom: Newsroom
    platform: Platform
    accounts: list[Account] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.newsroom.database

    def approve(self, accounts: int = 1, not_before: datetime | None = None) -> Story:
        """A story, written, judged and approved for so many accounts of its own."""
        with self.database.unit() as session:
            story = self._story(session)
            version = self._version(session, story)
            made = [self._account(session) for _ in range(accounts)]
            self._freeze(session, story, version, made, not_before)
            bus.emit(session, StoryApproved(story.id, version.id, 1))
        return story

    def approve_for(self, accounts: Sequence[Account], edition: Edition) -> Story:
        """A story approved for accounts that exist, as this edition."""
        with self.database.unit() as session:
            story = self._story(session)
            version = self._version(session, story)
            self._freeze(session, story, version, accounts, None, edition)
            bus.emit(session, StoryApproved(story.id, version.id, 1))
        return story

    def approve_again(self, story: Story, accounts: Sequence[Account], number: int = 20) -> None:
        """The next version of the same story, for accounts that exist."""
        with self.database.unit() as session:
            version = self._version(session, story, number=number)
            self._freeze(session, story, version, accounts, None)
            bus.emit(session, StoryApproved(story.id, version.id, 2))

    def revoke(self, story: Story) -> None:
        """What the review does when an approval is taken back."""
        with self.database.unit() as session:
            version_id = self.approved_version(session, story)
            for approval in session.query(Approval).filter_by(version_id=version_id):
                approval.revoked_at = clock.now(session)
            session.flush()
            bus.emit(session, ApprovalRevoked(story.id, version_id))

    def revoke_all(self, story: Story) -> None:
        """The same for every version whose approval stands, as the review does it."""
        with self.database.unit() as session:
            standing = session.query(Approval).filter_by(story_id=story.id, revoked_at=None)
            versions = {approval.version_id for approval in standing}
            for approval in standing:
                approval.revoked_at = clock.now(session)
            session.flush()
            for version_id in sorted(versions):
                bus.emit(session, ApprovalRevoked(story.id, version_id))

    def approved_version(self, session: Any, story: Story) -> int:
        """The version of the story that was approved last."""
        return max(v.version_id for v in session.query(Approval).filter_by(story_id=story.id))

    def break_seal(self, number: int) -> None:
        """The secrets of an account were sealed with a key that is lost."""
        with self.database.unit() as session:
            at = Account.id == self.accounts[number].id
            session.execute(update(Account).where(at).values(secrets_sealed="lost"))

    def halt(self) -> None:
        """Somebody throws the kill switch of every account."""
        with self.database.unit() as session:
            session.execute(update(Account).values(sending=False))

    def carry(self) -> None:
        """A worker hears the bell."""
        jobs.carry_due(self.database)

    def later(self, **ahead: float) -> None:
        """From now on it is so much later than it was."""
        shift = self.database.info.get("shift", timedelta())
        self.database.info["shift"] = shift + timedelta(**ahead)

    def until(self, moment: datetime) -> None:
        """From now on it is that moment, whatever the hour at which the test runs."""
        with self.database.unit(write=False) as session:
            ahead = moment - clock.fresh(session)
        self.later(seconds=ahead.total_seconds())

    def recover(self, rounds: int = 8) -> None:
        """What the timetable does with whatever was left lying, until an hour is over."""
        for _ in range(rounds):
            self.later(seconds=200)
            sweep.sweep(self.database)
            jobs.carry_due(self.database)
            jobs.look_at_unknown(self.database)
            jobs.ask_about_accepted(self.database)

    def rows(self) -> list[Publication]:
        with self.database.unit(write=False) as session:
            return list(session.query(Publication).order_by(Publication.id))

    def row(self) -> Publication:
        (only,) = self.rows()
        return only

    def states(self) -> list[str]:
        return [str(row.state) for row in self.rows()]

    def _story(self, session: Any) -> Story:
        author = self.newsroom.reporter
        story = Story(title="荷塘整治完成", doc=DOC, state=StoryState.APPROVED, author_id=author.id)
        session.add(story)
        session.flush()
        return story

    def _version(self, session: Any, story: Story, number: int = 1) -> Version:
        version = Version(
            story_id=story.id,
            number=number,
            kind=VersionKind.SUBMITTED,
            title=story.title,
            fields={},
            doc={},
            master_hash="0" * 64,
        )
        session.add(version)
        session.flush()
        return version

    def _account(self, session: Any) -> Account:
        number = len(self.accounts) + 1
        account = Account(
            channel="outlet",
            name=f"知青禾{number}",
            handle=f"qinghe-{number}",
            unit_id=self.newsroom.operator.unit_id,
        )
        session.add(account)
        session.flush()
        self.accounts.append(account)
        return account

    def _freeze(
        self,
        session: Any,
        story: Story,
        version: Version,
        accounts: Sequence[Account],
        not_before: datetime | None,
        edition: Edition | None = None,
    ) -> None:
        for position, account in enumerate(accounts):
            frozen = FrozenPost(
                version_id=version.id,
                story_id=story.id,
                account_id=account.id,
                channel=account.channel,
                post={},
                payload_hash="",
                not_before=not_before,
                position=position,
            )
            frozen.uid = f"post{version.id}x{account.id}"
            shown = edition or Edition(Form.ARTICLE, story.title)
            post = Post(frozen.uid, shown, f"http://127.0.0.1:8001/s/{frozen.uid}")
            frozen.post, frozen.payload_hash = post.as_json(), post.payload_hash
            session.add(frozen)
            session.flush()
            session.add(
                Approval(
                    frozen_post_id=frozen.id,
                    story_id=story.id,
                    version_id=version.id,
                    account_id=account.id,
                    payload_hash=frozen.payload_hash,
                    approver_id=self.newsroom.deputy.id,
                    decided_at=clock.now(session),
                )
            )
        session.flush()


@pytest.fixture
def outside(newsroom: Newsroom, platform: Platform) -> Outside:
    return Outside(newsroom, platform)
