"""Who hears of what: from each event to the people it concerns, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.errors import N_
from kitchen.leads.events import LeadReported, LeadSettled
from kitchen.leads.models import Lead
from kitchen.leads.rules import May
from kitchen.matrix.events import AccessEnding, AccessRefused
from kitchen.matrix.models import Account
from kitchen.notifications.rules import Kind
from kitchen.notifications.service import tell
from kitchen.people.models import Staff
from kitchen.people.queries import staff_over, staff_with_role
from kitchen.planning.events import FollowUpDue, FollowUpSet
from kitchen.planning.models import FollowUp
from kitchen.publishing.events import (
    PublicationFailed,
    PublicationNeedsPerson,
    StoryPublished,
)
from kitchen.publishing.models import Publication
from kitchen.review.events import (
    LookBackLate,
    LookBackObjected,
    ReleasedEarly,
    RemarkMade,
    StandInNamed,
    StepOpened,
    StoryAmended,
    StoryApproved,
)
from kitchen.review.models import Remark, Round, StandIn, Step
from kitchen.review.reviewers import possible_reviewers
from kitchen.screens.portal import pieces_of
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
    tell(
        session,
        desk,
        N_("突发线索：%(title)s"),
        f"/leads/{lead.uid}",
        kind=Kind.BREAKING,
        title=lead.title,
    )


def lead_settled(session: Session, event: LeadSettled) -> None:
    """Whoever reported a lead hears what became of it."""
    lead = session.get_one(Lead, event.lead_id)
    tell(
        session,
        [lead.reporter_id],
        LEAD_OUTCOMES[event.outcome],
        _page_of(session, lead),
        kind=Kind.LEAD,
        title=lead.title,
        reason=event.reason,
    )


def _page_of(session: Session, lead: Lead) -> str:
    """Where its reporter reads of a lead: correspondents do so on their portal."""
    posts = lead.reporter.posts if lead.reporter else ()
    reads = any(May.READ in session.info["roles"].get(post.role, ()) for post in posts)
    return f"/leads/{lead.uid}" if reads else f"/portal/{lead.uid}"


def contribution_published(session: Session, event: StoryPublished) -> None:
    """A correspondent hears that their piece is out; its links are on the portal."""
    story = session.get_one(Story, event.story_id)
    for lead in pieces_of(session, story):
        sentence = N_("您的来稿“%(title)s”已经发布，到投稿页看各渠道的链接。")
        tell(session, [lead.reporter_id], sentence, _page_of(session, lead), title=lead.title)


DECISIONS = {
    "approve": N_("您报的选题“%(title)s”通过了。"),
    "merge": N_("您报的选题“%(title)s”与别的选题合并。"),
    "return": N_("您报的选题“%(title)s”退回修改：%(reason)s"),
    "reject": N_("您报的选题“%(title)s”没有通过：%(reason)s"),
    "defer": N_("您报的选题“%(title)s”再议：%(reason)s"),
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
        kind=Kind.TOPIC,
        title=topic.title,
        reason=event.reason,
    )


def step_opened(session: Session, event: StepOpened) -> None:
    """Everyone who may decide a level of review hears that it is open."""
    step = session.get_one(Step, event.step_id)
    able = [staff.id for staff in possible_reviewers(session, step)]
    title = step.round.story_version.title
    url = f"/review/{step.round.uid}"
    tell(session, able, N_("请您审稿：“%(title)s”"), url, kind=Kind.REVIEW, title=title)


def story_amended(session: Session, event: StoryAmended) -> None:
    """The author hears that a reviewer mended the piece and passed it on, and can read what."""
    story = session.get_one(Story, event.story_id)
    tell(
        session,
        [story.author_id],
        N_("%(name)s改了您的稿件“%(title)s”并通过了这一级，请看改了什么。"),
        f"/stories/{story.uid}/history",
        kind=Kind.STORY,
        name=session.get_one(Staff, event.reviewer_id).name,
        title=story.title,
    )


REMARKS = {
    "open": N_("%(name)s批注了“%(title)s”：%(words)s"),
    "resolved": N_("%(name)s把“%(title)s”的批注标为已解决。"),
    "accepted": N_("%(name)s采纳了您对“%(title)s”的建议。"),
    "refused": N_("%(name)s没有采纳您对“%(title)s”的建议：%(words)s"),
}


def remark_made(session: Session, event: RemarkMade) -> None:
    """Whoever began a thread hears what is said in it; the author hears of every new one."""
    remark = session.get_one(Remark, event.remark_id)
    story = session.get_one(Story, remark.story_id)
    began = session.get_one(Remark, remark.parent_id or remark.id)
    by = remark.settled_by or remark.staff
    heard = {began.staff_id, None if remark.settled_by else story.author_id} - {by.id}
    words = remark.settled_note if remark.settled_by else remark.words or remark.replacement
    url, text = f"/review/stories/{story.uid}/remarks", REMARKS[remark.state]
    told: dict[str, Any] = {"name": by.name, "title": story.title, "words": (words or "")[:60]}
    tell(session, heard, text, url, kind=Kind.REVIEW, **told)


def stand_in_named(session: Session, event: StandInNamed) -> None:
    """Whoever is to judge in another's stead hears of it."""
    named = session.get_one(StandIn, event.stand_in_id)
    text = N_("%(name)s请您代审：%(reason)s")
    name, reason, stand_in = named.holder.name, named.reason, [named.stand_in_id]
    tell(session, stand_in, text, "/review/stand-ins", kind=Kind.REVIEW, name=name, reason=reason)


def released_early(session: Session, event: ReleasedEarly) -> None:
    """Everybody who signs hears of each use of the emergency lane."""
    text = N_("“%(title)s”由绿色通道签发（%(reason)s），请及时后审。")
    _tell_signers(session, event.round_id, text)


def look_back_late(session: Session, event: LookBackLate) -> None:
    """A look afterwards that is late is told to those who sign, and to whoever released it."""
    _tell_signers(session, event.round_id, N_("“%(title)s”的后审已经超时，请马上安排。"))


def look_back_objected(session: Session, event: LookBackObjected) -> None:
    """What is found afterwards must be put right: signers, releaser and author hear."""
    text = N_("“%(title)s”后审发现问题：%(reason)s。请更正或撤销签发。")
    author_id = session.get_one(Round, event.round_id).story.author_id
    _tell_signers(session, event.round_id, text, author_id, reason=event.reason)


def _tell_signers(
    session: Session, round_id: int, text: str, *more: int | None, **told: str
) -> None:
    round_ = session.get_one(Round, round_id)
    unit_id, roles = round_.story.unit_id, ("chief", "deputy", "head")
    signers = staff_over(session, unit_id, *roles) if unit_id else staff_with_role(session, *roles)
    heard = [*(staff.id for staff in signers), round_.released_by_id, *more]
    given = {"title": round_.story_version.title, "reason": round_.release_reason, **told}
    tell(session, heard, text, f"/review/{round_.uid}", kind=Kind.REVIEW, unit_id=unit_id, **given)


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
    """Authors hear what became of their piece, with the reason; at once if its slot is near."""
    story = session.get_one(Story, event.story_id)
    hurried = event.outcome == "return_to_author" and _is_due_soon(session, story)
    tell(
        session,
        [story.author_id],
        STORY_OUTCOMES[event.outcome],
        f"/stories/{story.uid}",
        kind=Kind.RETURNED if hurried else Kind.STORY,
        unit_id=story.unit_id,
        title=story.title,
        reason=event.reason,
    )


NEAR = timedelta(hours=3)
"""So shortly before its slot a piece that comes back is an alarm."""


def _is_due_soon(session: Session, story: Story) -> bool:
    slots = [target.slot for target in story.targets if target.slot is not None]
    return bool(slots) and min(slots) - clock.now(session) <= NEAR


def story_adopted(session: Session, event: StoryAdopted) -> None:
    """The author of a shared piece hears who made something of it."""
    story, origin = session.get_one(Story, event.story_id), session.get_one(Story, event.origin_id)
    tell(
        session,
        [origin.author_id],
        N_("%(name)s采用了您共享的稿件“%(title)s”。"),
        f"/stories/{story.uid}",
        kind=Kind.STORY,
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
        kind=Kind.STORY,
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
    "surfaced": N_("“%(title)s”本来不该在%(account)s上，却已经发布了，请马上核对。"),
    "revoked_in_hand": N_("“%(title)s”已撤销签发，请核对%(account)s上是否已经手工发布。"),
    "rights": N_("“%(title)s”在%(account)s上停着：有素材的权利到期或已撤下，请处理。"),
}


def publication_needs_person(session: Session, event: PublicationNeedsPerson) -> None:
    """Whoever carries pieces hears when a delivery waits for a person."""
    publication = session.get_one(Publication, event.publication_id)
    reason = event.reason if event.reason in NEEDS else "needs_human"
    kind = Kind.UNKNOWN if reason == "needs_human" else Kind.DELIVERY
    _tell_of_publication(session, _operators(session), publication, NEEDS[reason], kind)


def _operators(session: Session) -> list[int]:
    return [staff.id for staff in staff_with_role(session, "operator")]


def _tell_of_publication(
    session: Session,
    heard: Sequence[int | None],
    publication: Publication,
    text: str,
    kind: Kind = Kind.DELIVERY,
) -> None:
    tell(
        session,
        heard,
        text,
        f"/publish/{publication.uid}",
        kind=kind,
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
    url = f"/matrix/patrol/{post.uid}"
    _tell_keepers(session, post.account, text, url, kind=Kind.FOREIGN, title=post.title)


def _tell_keepers(
    session: Session,
    account: Account,
    text: str,
    url: str,
    kind: Kind = Kind.ACCOUNT,
    **more: Any,
) -> None:
    """Tell those who run the account for its unit, those on duty there, and administrators."""
    keepers = staff_over(session, account.unit_id, "operator", "duty", "admin")
    heard = [each.id for each in keepers]
    tell(session, heard, text, url, kind=kind, account=account.name, **more)


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
    heard = [follow_up.staff_id, *more]
    tell(
        session,
        heard,
        text,
        url,
        kind=Kind.FOLLOW_UP,
        title=story.title,
        note=follow_up.note,
    )
