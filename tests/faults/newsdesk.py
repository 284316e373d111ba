"""A newsroom that works through the product's own services, and readers who hold it to its word.

The witness knows what may go out from what people did, never from the database. It is the judge;
the database is the accused.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from channels.base import Post, Receipt, Unsure
from kitchen import reactions
from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.errors import Refusal
from kitchen.matrix.models import Account
from kitchen.media.models import MediaAsset, Rendition
from kitchen.media.rules import Kind as Media
from kitchen.media.rules import Rights
from kitchen.publishing import (
    circuits,
    correct,
    hand,
    invariants,
    jobs,
    queries,
    resolve,
    sweep,
)
from kitchen.publishing.models import Circuit, Publication
from kitchen.publishing.rules import AT_REST, CANNOT_CORRECT, Kind, State
from kitchen.review import service as review
from kitchen.review.models import Round, Step
from kitchen.review.rules import RoundState, StepState
from kitchen.stories import correction, release
from kitchen.stories import service as writing
from kitchen.stories.doc import from_text
from kitchen.stories.models import FrozenPost, Story
from kitchen.stories.queries import the_story
from kitchen.stories.rules import State as StoryState
from tests.fixtures.dying import Killed, Nth, dying
from tests.fixtures.newsroom import Newsroom
from tests.publishing.conftest import Correcting, Platform, Recalling

T = TypeVar("T")

LATE = 8
"""Seconds after which a platform shows what it took late; less than its settle window."""
_BOOKS = text(
    " union all ".join(
        f"select '{it.number}', uid from ({it.query})" for it in invariants.INVARIANTS
    )
    .replace("select e.subject_uid", "select e.subject_uid as uid")
    .replace("select min(p.uid)", "select min(p.uid) as uid")
)
"""All invariants as one question, because it is asked after every step."""


@dataclass
class Witness(Platform):
    """A platform that notes what it should never have been sent."""

    standing: set[str] = field(default_factory=set)
    """Titles that were approved; what is revoked while a round is under way leaves at its end."""
    cleared: bool = True
    """Whether the picture that every story shows may be shown."""
    sent_late: list[Post] = field(default_factory=list)
    wrongs: list[str] = field(default_factory=list)

    def put(self, post: Post) -> Receipt:
        self.judge(post)
        return self._show(post)

    def judge(self, post: Post) -> None:
        if post.edition.title not in self.standing:
            self.wrongs.append(f"sent without approval: {post.edition.title}")
        if not self.cleared:
            self.wrongs.append(f"sent although a right had ended: {post.edition.title}")

    def _show(self, post: Post) -> Receipt:
        receipt = super().put(post)
        if self.copies[post.uid] > 1:
            self.wrongs.append(f"sent twice: {post.edition.title}")
        return receipt

    def show_late(self) -> None:
        """What was taken without an answer some seconds ago is now there for everybody."""
        while self.sent_late:
            self._show(self.sent_late.pop())

    def shown(self) -> list[str]:
        return [uid for uid, copies in self.copies.items() if copies > 0]


def late(platform: Platform, post: Post) -> Receipt:
    """No answer comes, and the piece appears only some seconds later."""
    assert isinstance(platform, Witness)
    platform.judge(post)
    platform.sent_late.append(post)
    raise Unsure("no answer", code="no_answer")


@dataclass
class Newsdesk:
    """People, accounts, workers and the clock; every act is a unit of work of its own."""

    newsroom: Newsroom
    file: Path
    """Where the database lies; :meth:`begin` puts it back as it was when this was made."""
    platform: Witness = field(default_factory=Witness)
    stories: list[str] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)
    drafts: int = 0
    approved: dict[str, str] = field(default_factory=dict)
    """By story, the title whose approval speaks for it."""

    def __post_init__(self) -> None:
        self.database = self.newsroom.database
        ports = replace(self.newsroom.ports, open_channel=self._open)
        self.database.info.update(ports=ports, reactions=reactions.table(ports))
        with self.unit() as session:
            unit_id = self.newsroom.operator.unit_id
            made = [
                Account(channel="outlet", name=name, handle=name, unit_id=unit_id)
                for name in ("青禾客户端", "青禾号")
            ]
            session.add_all(made)
            session.flush()
            self.accounts = [account.uid for account in made]
            session.add(_picture())
        self.database.dispose()
        self._template = Path(shutil.copyfile(self.file, self.file.with_suffix(".template")))

    def _open(self, _key: str, _settings: Any, account: str) -> Any:
        """The first account edits what stands on it, the other does not."""
        kind = Correcting if account == self.accounts[0] else Recalling
        return kind(self.platform, account)

    def begin(self) -> None:
        """A new morning: nothing written, nothing sent, the clock as it is."""
        self.database.dispose()
        for suffix in ("-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self._template, self.file)
        self.platform, self.stories, self.drafts = Witness(), [], 0
        self.approved = {}
        self.database.info["shift"] = timedelta()
        self.newsroom.bell.rung.clear()
        self.newsroom.live.told.clear()

    def unit(self) -> Any:
        return self.database.unit()

    # -- writing and judging

    def write(self, accounts: int, slot: timedelta | None) -> None:
        with self.unit() as session:
            story = writing.begin(session, self.newsroom.reporter, title="青禾大桥合龙")
            found = [_by_uid(session, Account, uid) for uid in self.accounts[:accounts]]
            moment = clock.now(session) + slot if slot else None
            aims = [release.Aim(account, moment) for account in found]
            release.set_targets(session, self.newsroom.reporter, story, aims)
            self._edit(session, story)
            picture = session.scalars(select(MediaAsset)).one()
            writing.attach(session, self.newsroom.reporter, story, picture)
        self.stories.append(story.uid)

    def edit(self, uid: str) -> bool:
        """Change the text; only an open story lets it be done."""
        with self.unit() as session:
            return _allowed(lambda: self._edit(session, the_story(session, uid)))

    def _edit(self, session: Session, story: Story) -> None:
        self.drafts += 1
        content = {
            "title": f"青禾大桥合龙第{self.drafts}稿",
            "doc": from_text(f"大桥昨日合龙，比计划提前二十天。这是第{self.drafts}稿。"),
            "sources": [{"name": "区交通运输局", "url": "", "note": "电话核实"}],
        }
        writing.save_draft(session, self.newsroom.reporter, story, content, story.version)

    def submit(self, uid: str) -> None:
        with self.unit() as session:
            release.submit(session, self.newsroom.reporter, the_story(session, uid))

    def take_back(self, uid: str) -> None:
        with self.unit() as session:
            release.take_back(session, self.newsroom.reporter, the_story(session, uid))

    def judge(self, uid: str, reason: str = "") -> None:
        """The level that is open passes it, or with a reason sends it back to its author."""
        with self.unit() as session:
            step = _open_step(session, uid)
            actor = self.newsroom.actors[step.role]
            story = step.round.story
            if reason:
                review.return_(session, actor, step, reason)
                return
            seen = review.shown_hash(session, step.round.version_id)
            review.pass_(session, actor, step, "", seen)
            title = story.title if story.state == StoryState.APPROVED else ""
        if title:
            self._speaks(uid, title)

    def _speaks(self, uid: str, title: str) -> None:
        """From now on only this version of the story may go out."""
        self.platform.standing.discard(self.approved.get(uid, ""))
        self.platform.standing.add(title)
        self.approved[uid] = title

    def judge_one_s_own(self, uid: str) -> bool:
        """The author tries to pass it; ``True`` would be a scandal."""
        with self.unit() as session:
            step = _open_step(session, uid)
            seen = review.shown_hash(session, step.round.version_id)
            author = self.newsroom.reporter
            return _allowed(lambda: review.pass_(session, author, step, "", seen))

    def revoke(self, uid: str) -> str:
        """Take the approval back; answers the title that may no longer go out."""
        with self.unit() as session:
            story = the_story(session, uid)
            review.revoke(session, self.newsroom.chief, story, "数字有误")
        return self.approved.pop(uid, "")

    def correct(self, uid: str) -> None:
        """Open what is out; until the newer version is approved, nothing of the story leaves."""
        with self.unit() as session:
            correct.begin(session, self.newsroom.editor, the_story(session, uid), "更正数字。")
        self.platform.standing.discard(self.approved[uid])

    def drop_correction(self, uid: str) -> None:
        with self.unit() as session:
            correction.drop(session, self.newsroom.editor, the_story(session, uid))
        self.platform.standing.add(self.approved[uid])

    def end_corrections(self) -> None:
        """What is still being mended is given up."""
        for uid in self.stories:
            if self.state_of(uid) == StoryState.IN_REVIEW:
                self.take_back(uid)
            if self.state_of(uid) == StoryState.CORRECTING and uid in self.approved:
                self.drop_correction(uid)

    def state_of(self, uid: str) -> StoryState:
        with self.database.unit(write=False) as session:
            return StoryState(_by_uid(session, Story, uid).state)

    # -- accounts

    def change_account(self, uid: str, **change: Any) -> None:
        with self.unit() as session:
            session.execute(update(Account).where(Account.uid == uid).values(**change))

    def renew_access(self) -> None:
        with self.unit() as session:
            for circuit in session.scalars(select(Circuit).where(Circuit.opened_at.is_not(None))):
                circuits.close(session, self.newsroom.operator, circuit.account)

    def change_bytes(self) -> None:
        """Somebody with access to the database alters what waits to be sent."""
        waiting = (
            select(FrozenPost)
            .join(Publication, Publication.frozen_post_id == FrozenPost.id)
            .where(
                Publication.kind == Kind.PUBLISH,
                Publication.state.in_([State.HELD, State.READY, State.BACKOFF]),
            )
        )
        with self.unit() as session:
            for frozen in session.scalars(waiting):
                edition = {**frozen.post["edition"], "title": "谁也没有签发的标题"}
                altered = {**frozen.post, "edition": edition}
                behind_our_back = update(FrozenPost).where(FrozenPost.id == frozen.id)
                session.execute(
                    behind_our_back.values(post=altered),
                    execution_options={"synchronize_session": False},
                )

    def change_right(self, *, ended: bool) -> None:
        """The right of the picture that every story shows ends, or is renewed."""
        with self.unit() as session:
            picture = session.scalars(select(MediaAsset)).one()
            picture.rights = Rights.UNKNOWN if ended else Rights.OWN
        self.platform.cleared = not ended

    # -- the workers

    def work(self, dies_at: int | None = None, revoking: str | None = None) -> None:
        """Everything that is due is carried; the process may end at any point of it."""
        revoked: list[str] = []
        if revoking:
            self.platform.on_prepare = lambda: self._revoke_once(revoking, revoked)
        with self._mortal(dies_at):
            for job in (jobs.carry_due, jobs.ask_about_accepted, jobs.look_at_unknown):
                job(self.database)
        self.platform.on_prepare = lambda: None
        self.platform.standing.difference_update(revoked)

    def _revoke_once(self, uid: str, revoked: list[str]) -> None:
        with self.platform.lock:
            if revoked:
                return
            with suppress(Refusal):
                revoked.append(self.revoke(uid))

    def recall(self, dies_at: int | None = None) -> None:
        with self._mortal(dies_at):
            jobs.carry_recalls(self.database)

    def sweep(self) -> None:
        sweep.sweep(self.database)

    @contextmanager
    def _mortal(self, dies_at: int | None) -> Iterator[None]:
        with suppress(Killed), dying(Nth(dies_at)):
            yield

    def later(self, seconds: int) -> None:
        self.database.info["shift"] += timedelta(seconds=seconds)
        if seconds >= LATE:
            self.platform.show_late()

    # -- people at the accounts

    def not_at_rest(self) -> list[str]:
        """What the house or its people still have to do something about."""
        return [
            f"{row.kind} {row.state} {row.hold_reason} {row.code}"
            for row in self.rows()
            if row.state not in AT_REST
        ]

    def rows(self) -> list[Publication]:
        with self.database.unit(write=False) as session:
            return list(session.scalars(select(Publication).order_by(Publication.id)))

    def look_after(self, *, again: bool = True) -> None:
        """The people do what the house asks them: look, and say what is so; send ``again``."""
        for row in self.rows():
            if row.state == State.NEEDS_HUMAN:
                self._settle(row)
            elif row.state == State.AWAITING_HAND:
                self._try(hand.leave, row, "该平台账号正在年审")
            elif row.state == State.FAILED and again:
                self._try(resolve.try_again, row)

    def _settle(self, row: Publication) -> None:
        post_uid = self._post_uid(row)
        there = self.platform.copies[post_uid] > 0
        if row.code == CANNOT_CORRECT:
            self._choose(row)
            return
        if row.kind == Kind.RECALL:
            self.platform.copies[post_uid] = 0
            self._try(resolve.confirm_removed, row, "已在后台删除")
        elif there:
            self._try(resolve.confirm, row, f"https://platform.example/{post_uid}")
        else:
            for actor in (self.newsroom.operator, self.newsroom.duty):
                self._try(self._says_it_is_not_there, row, actor=actor)

    def _choose(self, row: Publication) -> None:
        """Where a platform edits nothing: now the one way, now the other."""
        if row.id % 2:
            self._try(correct.replace, row)
        else:
            self._try(correct.leave_as_is, row, "评论区已说明")

    def _says_it_is_not_there(self, session: Session, actor: Actor, row: Publication) -> None:
        resolve.say_not_there(session, actor, row, clock.now(session))

    def _try(self, verb: Any, row: Publication, *given: Any, actor: Actor | None = None) -> None:
        with suppress(Refusal), self.unit() as session:
            found = queries.the_publication(session, row.uid)
            verb(session, actor or self.newsroom.operator, found, *given)

    def _post_uid(self, row: Publication) -> str:
        with self.database.unit(write=False) as session:
            return session.get_one(FrozenPost, row.frozen_post_id).uid

    # -- the judge

    def offences(self) -> list[Any]:
        """What readers saw that they should not have, and what the books cannot explain."""
        with self.database.unit(write=False) as session:
            return [*self.platform.wrongs, *session.execute(_BOOKS)]


def _picture() -> MediaAsset:
    """A picture in the shapes in which our own app shows one."""
    shape = {"mime": "image/jpeg", "width": 900, "height": 500, "size": 1000}
    made = [
        Rendition(preset=name, sha256=f"{number:064d}", **shape)
        for number, name in enumerate(("body", "landscape_cover"))
    ]
    return MediaAsset(kind=Media.PICTURE, sha256="9" * 64, title="大桥合龙", renditions=made)


def _allowed(deed: Callable[[], object]) -> bool:
    try:
        deed()
    except Refusal:
        return False
    return True


def _by_uid(session: Session, model: type[T], uid: str) -> T:
    return session.scalars(select(model).filter_by(uid=uid)).one()


def _open_step(session: Session, story_uid: str) -> Step:
    return session.scalars(
        select(Step)
        .join(Round)
        .join(Story)
        .where(Story.uid == story_uid, Round.state == RoundState.OPEN, Step.state == StepState.OPEN)
    ).one()
