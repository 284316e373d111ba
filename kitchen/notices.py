"""Who hears of what: from each event to the people it concerns, in words."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from kitchen.assignments.events import (
    AssignmentAnswered,
    AssignmentDispatched,
    AssignmentMoved,
    MessageSent,
)
from kitchen.assignments.models import Assignment, Message
from kitchen.assignments.rules import Answer
from kitchen.core.errors import N_
from kitchen.leads.events import LeadReported, LeadSettled
from kitchen.leads.models import Lead
from kitchen.matrix.events import AccessEnding, AccessRefused
from kitchen.matrix.models import Account
from kitchen.notifications.service import tell
from kitchen.people.models import Staff
from kitchen.people.queries import staff_over, staff_with_role
from kitchen.planning.events import FollowUpDue, FollowUpSet
from kitchen.planning.models import FollowUp
from kitchen.publishing.events import PublicationFailed, PublicationNeedsPerson
from kitchen.publishing.models import Publication
from kitchen.review.events import StepOpened, StoryApproved
from kitchen.review.models import Step
from kitchen.review.reviewers import possible_reviewers
from kitchen.stories.events import StoryAdopted, StorySettled
from kitchen.stories.models import Story
from kitchen.topics.events import TopicAppealed, TopicDecided
from kitchen.topics.models import Topic
from kitchen.watch.events import ForeignPostFound
from kitchen.watch.models import ForeignPost

LEAD_OUTCOMES = {
    "adopt": N_("您报的线索“%(title)s”已采用。"),
    "drop": N_("您报的线索“%(title)s”没有采用：%(reason)s"),
    "pass_on": N_("您报的线索“%(title)s”已转问政：%(reason)s"),
    "merge": N_("您报的线索“%(title)s”已与同一件事的线索合并。"),
}


def lead_reported(session: Session, event: LeadReported) -> None:
    """A breaking lead is called out to the desk at once; others wait in the list."""
    if not event.breaking:
        return
    lead = session.get_one(Lead, event.lead_id)
    desk = [staff.id for staff in staff_with_role(session, "editor", "duty", "chief")]
    tell(session, desk, N_("突发线索：%(title)s"), f"/leads/{lead.uid}", title=lead.title)


def lead_settled(session: Session, event: LeadSettled) -> None:
    """Whoever reported a lead hears what became of it."""
    lead = session.get_one(Lead, event.lead_id)
    tell(
        session,
        [lead.reporter_id],
        LEAD_OUTCOMES[event.outcome],
        f"/leads/{lead.uid}",
        title=lead.title,
        reason=event.reason,
    )


DECISIONS = {
    "approve": N_("您报的选题“%(title)s”通过了。"),
    "merge": N_("您报的选题“%(title)s”与别的选题合并。"),
    "return": N_("您报的选题“%(title)s”退回修改：%(reason)s"),
    "reject": N_("您报的选题“%(title)s”没有通过：%(reason)s"),
    "defer": N_("您报的选题“%(title)s”缓办：%(reason)s"),
}


def topic_appealed(session: Session, event: TopicAppealed) -> None:
    """The committee hears that it is asked to decide again."""
    topic = session.get_one(Topic, event.topic_id)
    members = [staff.id for staff in staff_with_role(session, "committee", "chief")]
    said = N_("选题“%(title)s”有申诉，排进下一次会。")
    tell(session, members, said, f"/topics/{topic.uid}", title=topic.title)


def topic_decided(session: Session, event: TopicDecided) -> None:
    """Whoever proposed a topic hears the committee's word."""
    topic = session.get_one(Topic, event.topic_id)
    tell(
        session,
        [topic.proposer_id],
        DECISIONS[event.decision],
        f"/topics/{topic.uid}",
        title=topic.title,
        reason=event.reason,
    )


def assignment_dispatched(session: Session, event: AssignmentDispatched) -> None:
    """Whoever is sent and has not answered yet hears of it."""
    assignment = session.get_one(Assignment, event.assignment_id)
    asked = [each.staff_id for each in assignment.crew if each.answer == Answer.ASKED]
    _tell_of(session, assignment, asked, N_("派给您一个任务：%(title)s"))


ANSWERS = {
    True: N_("%(name)s接受了任务“%(title)s”。"),
    False: N_("%(name)s不能去“%(title)s”：%(reason)s"),
}


def assignment_answered(session: Session, event: AssignmentAnswered) -> None:
    """Whoever sent them hears the answer."""
    assignment = session.get_one(Assignment, event.assignment_id)
    name = session.get_one(Staff, event.staff_id).name
    sender = [assignment.dispatched_by_id]
    text = ANSWERS[event.accepted]
    _tell_of(session, assignment, sender, text, name=name, reason=event.reason)


MOVES = {
    "begin": N_("“%(title)s”的人出发了。"),
    "finish": N_("任务“%(title)s”完成了。"),
    "cancel": N_("任务“%(title)s”取消了：%(reason)s"),
}


def assignment_moved(session: Session, event: AssignmentMoved) -> None:
    """The desk hears of progress, the crew of a cancellation."""
    assignment = session.get_one(Assignment, event.assignment_id)
    crew = [each.staff_id for each in assignment.crew]
    heard = crew if event.move == "cancel" else [assignment.dispatched_by_id]
    _tell_of(session, assignment, heard, MOVES[event.move], reason=event.reason)


def message_sent(session: Session, event: MessageSent) -> None:
    """A request from the desk calls the crew; other words are seen on the open page."""
    if event.kind != "request":
        return
    assignment = session.get_one(Assignment, event.assignment_id)
    sent = session.get_one(Message, event.message_id)
    crew = [each.staff_id for each in assignment.crew if each.staff_id != sent.staff_id]
    text = N_("编辑对“%(title)s”有新要求：%(reason)s")
    _tell_of(session, assignment, crew, text, reason=sent.text[:60])


def _tell_of(
    session: Session,
    assignment: Assignment,
    heard: Sequence[int | None],
    text: str,
    **more: str,
) -> None:
    url = f"/assignments/{assignment.uid}"
    tell(session, heard, text, url, title=assignment.title, **more)


def step_opened(session: Session, event: StepOpened) -> None:
    """Everyone who may decide a level of review hears that it is open."""
    step = session.get_one(Step, event.step_id)
    able = [staff.id for staff in possible_reviewers(session, step)]
    title = step.round.story_version.title
    tell(session, able, N_("请您审稿：“%(title)s”"), f"/review/{step.round.uid}", title=title)


STORY_OUTCOMES = {
    "return_to_author": N_("您的稿件“%(title)s”退回修改：%(reason)s"),
    "approve": N_("您的稿件“%(title)s”已签发。"),
    "revoke": N_("您的稿件“%(title)s”被撤销签发：%(reason)s"),
    "publish": N_("您的稿件“%(title)s”已发布。"),
    "withdraw": N_("您的稿件“%(title)s”已撤稿：%(reason)s"),
    "correct": N_("您的稿件“%(title)s”正在更正：%(reason)s"),
    "drop_correction": N_("您的稿件“%(title)s”不再更正。"),
}


def story_settled(session: Session, event: StorySettled) -> None:
    """Authors hear what became of their piece, with the reason."""
    story = session.get_one(Story, event.story_id)
    tell(
        session,
        [story.author_id],
        STORY_OUTCOMES[event.outcome],
        f"/stories/{story.uid}",
        title=story.title,
        reason=event.reason,
    )


def story_adopted(session: Session, event: StoryAdopted) -> None:
    """The author of a shared piece hears who made something of it."""
    story, origin = session.get_one(Story, event.story_id), session.get_one(Story, event.origin_id)
    tell(
        session,
        [origin.author_id],
        N_("%(name)s采用了您共享的稿件“%(title)s”。"),
        f"/stories/{story.uid}",
        name=story.author.name if story.author else "",
        title=origin.title,
    )


def story_approved(session: Session, event: StoryApproved) -> None:
    """Those who carry pieces to the platforms hear that one is on its way."""
    story = session.get_one(Story, event.story_id)
    tell(
        session,
        _operators(session),
        N_("已签发，正在发布：“%(title)s”"),
        f"/stories/{story.uid}",
        title=story.title,
    )


def publication_failed(session: Session, event: PublicationFailed) -> None:
    """A refused delivery goes to the operators and to the piece's author, who must mend it."""
    publication = session.get_one(Publication, event.publication_id)
    heard = [publication.story.author_id, *_operators(session)]
    _tell_of_publication(
        session, heard, publication, N_("“%(title)s”在%(account)s没有发出去，请看原因。")
    )


NEEDS = {
    "awaiting_hand": N_("“%(title)s”等您手工发到%(account)s，发布包已备好。"),
    "needs_human": N_("请人工核对：“%(title)s”在%(account)s上发出去了没有？"),
    "gone": N_("“%(title)s”在%(account)s上不见了，请核对。"),
    "auth": N_("%(account)s的授权失效，“%(title)s”在等它恢复。"),
    "left_behind": N_("“%(title)s”已更正，%(account)s上还是旧版，请处理。"),
    "overtaken_in_hand": N_("“%(title)s”有了新版，请不要再往%(account)s发旧版。"),
    "revoked_in_hand": N_("“%(title)s”已撤销签发，请核对%(account)s上是否已经手工发布。"),
}


def publication_needs_person(session: Session, event: PublicationNeedsPerson) -> None:
    """Whoever carries pieces hears when a delivery waits for a person."""
    publication = session.get_one(Publication, event.publication_id)
    text = NEEDS.get(event.reason, NEEDS["needs_human"])
    _tell_of_publication(session, _operators(session), publication, text)


def _operators(session: Session) -> list[int]:
    return [staff.id for staff in staff_with_role(session, "operator")]


def _tell_of_publication(
    session: Session, heard: Sequence[int | None], publication: Publication, text: str
) -> None:
    tell(
        session,
        heard,
        text,
        f"/publish/{publication.uid}",
        title=publication.story.title,
        account=publication.account.name,
    )


def access_refused(session: Session, event: AccessRefused) -> None:
    """Whoever keeps an account hears that its access no longer holds, before something is due."""
    account = session.get_one(Account, event.account_id)
    text = N_("%(account)s的授权已失效，请尽快重新授权，否则到点发不出去。")
    _tell_keepers(session, account, text, f"/matrix/accounts/{account.uid}")


ENDINGS = {
    True: N_("%(account)s的授权还有 %(days)s 天到期，请提前重新授权。"),
    False: N_("%(account)s的授权已到期，请重新授权。"),
}


def access_ending(session: Session, event: AccessEnding) -> None:
    """Whoever keeps an account hears how long its access still holds, once at each step."""
    account = session.get_one(Account, event.account_id)
    text, url = ENDINGS[event.days > 0], f"/matrix/accounts/{account.uid}"
    _tell_keepers(session, account, text, url, days=event.days)


def foreign_post_found(session: Session, event: ForeignPostFound) -> None:
    """A post that is not the house's is an alarm: by hand, or by somebody who took the account."""
    post = session.get_one(ForeignPost, event.foreign_post_id)
    text = N_("%(account)s上出现了不是由系统发出的内容：“%(title)s”。请核对是谁发的。")
    _tell_keepers(session, post.account, text, f"/matrix/patrol/{post.uid}", title=post.title)


def _tell_keepers(session: Session, account: Account, text: str, url: str, **more: object) -> None:
    """Tell those who run the account for its unit, those on duty there, and administrators."""
    keepers = staff_over(session, account.unit_id, "operator", "duty", "admin")
    tell(session, [each.id for each in keepers], text, url, account=account.name, **more)


def follow_up_set(session: Session, event: FollowUpSet) -> None:
    """Whoever is to follow up a statement hears of it."""
    follow_up = session.get_one(FollowUp, event.follow_up_id)
    _tell_of_follow_up(session, follow_up, N_("请您继续发布“%(title)s”的进展：%(note)s"))


def follow_up_due(session: Session, event: FollowUpDue) -> None:
    """The time to report on a statement has come: its author hears of it as well."""
    follow_up = session.get_one(FollowUp, event.follow_up_id)
    text = N_("“%(title)s”的后续该发了：%(note)s")
    _tell_of_follow_up(session, follow_up, text, follow_up.story.author_id)


def _tell_of_follow_up(session: Session, follow_up: FollowUp, text: str, *more: int | None) -> None:
    story = follow_up.story
    url = f"/planning/statements/{story.uid}"
    tell(session, [follow_up.staff_id, *more], text, url, title=story.title, note=follow_up.note)
