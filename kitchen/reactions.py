"""What follows what: every event of the house and its consequences, in one table.

``follows`` run inside the unit of work that emitted the event, or not at all; ``echoes`` run once
it is committed and may be lost without harm.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlalchemy.orm import Session

from kitchen import notices
from kitchen.assignments import notices as crew_notices
from kitchen.assignments import queries as assignments
from kitchen.assignments import service as tasks
from kitchen.assignments.events import (
    AssignmentAnswered,
    AssignmentDispatched,
    AssignmentLate,
    AssignmentMoved,
    AssignmentReplanned,
    CrewPlanChanged,
    CrewStepped,
    MessageSent,
)
from kitchen.assignments.models import Assignment
from kitchen.core.access import HOUSE
from kitchen.core.bus import Echo, Reaction, Reactions
from kitchen.core.errors import Duplicate, WrongState
from kitchen.evaluation.figures import notices as figures_notices
from kitchen.evaluation.figures.events import TargetMissed
from kitchen.evaluation.pickups import notices as pickup_notices
from kitchen.evaluation.pickups.events import PickUpConfirmed
from kitchen.evaluation.reports import sending as reports
from kitchen.evaluation.reports.events import ReportMade
from kitchen.evaluation.scores import notices as score_notices
from kitchen.evaluation.scores.events import AppealAnswered, AppealMade, MonthMoved
from kitchen.feedback import gathering, intake, sending
from kitchen.feedback import notices as inbox_notices
from kitchen.feedback.events import (
    ReplyDue,
    ReplyTroubled,
    VoiceLate,
    VoiceMoved,
    VoicesTakenIn,
)
from kitchen.leads.events import LeadIllustrated, LeadReported, LeadSettled
from kitchen.matrix.campaigns import closing
from kitchen.matrix.campaigns import notices as registry_notices
from kitchen.matrix.campaigns.rules import Cause
from kitchen.matrix.events import (
    AccessEnding,
    AccessRefused,
    CampaignMoved,
    ClosingLate,
    ClosingOpened,
    FilingMoved,
    RegistryChanged,
    StopNoticeAsked,
)
from kitchen.matrix.models import Account
from kitchen.media import notices as media_notices
from kitchen.media import shaping
from kitchen.media.events import (
    AssetCatalogued,
    AssetRestored,
    AssetWithdrawn,
    ClipFailed,
    ClipMade,
    RightsEnding,
    ShapesOutdated,
)
from kitchen.media.filming import service as filming
from kitchen.media.models import MediaAsset
from kitchen.media.rules import Kind as MediaKind
from kitchen.opinion import notices as opinion_notices
from kitchen.opinion import statements, watching
from kitchen.opinion.events import (
    ClockCalled,
    IncidentOpened,
    LineDecided,
    LineDrafted,
    ListMet,
    MemberJoined,
    RoomChanged,
    RumourMoved,
    SignMoved,
    SignReported,
    SignUnheard,
    TaskLate,
    TaskSet,
)
from kitchen.outlet import hub
from kitchen.outlet import service as outlet
from kitchen.outlet.events import HubOwes, ItemChanged
from kitchen.patrols import notices as patrol_notices
from kitchen.patrols.events import FindingMoved, FindingsMade, MendingLate
from kitchen.people.events import UnitClosing, UnitMerged, UnitsChanged
from kitchen.petitions import crossing
from kitchen.petitions import notices as petition_notices
from kitchen.petitions.events import (
    PetitionChanged,
    PetitionFiled,
    PetitionGivenBack,
    PetitionHanded,
    PetitionLate,
    PetitionReplied,
    PetitionSettled,
    PetitionUrged,
    TimeAsked,
    TimeDecided,
)
from kitchen.planning.events import FollowUpDue, FollowUpSet
from kitchen.ports import Ports
from kitchen.publishing import plan, recall
from kitchen.publishing.events import (
    LettersHeard,
    PublicationFailed,
    PublicationLive,
    PublicationMoved,
    PublicationNeedsPerson,
    PublicationsDue,
    StoryPublished,
)
from kitchen.review import service as review
from kitchen.review.events import (
    ApprovalRevoked,
    LookBackLate,
    LookBackObjected,
    ReleasedEarly,
    RemarkMade,
    ReviewMoved,
    StandInNamed,
    StepOpened,
    StoryAmended,
    StoryApproved,
)
from kitchen.roster import notices as duty_notices
from kitchen.roster.events import HoleFound, ShiftMoved, SwapAnswered, SwapAsked
from kitchen.sanctions import notices as sanction_notices
from kitchen.sanctions.events import ClosingOrdered, SanctionMoved
from kitchen.screens import destinations, mergers, portal, stop_notices
from kitchen.stories import editions, release
from kitchen.stories import queries as stories
from kitchen.stories.checks import links
from kitchen.stories.events import (
    LinksWanted,
    StoryAdopted,
    StorySaved,
    StorySettled,
    StorySubmitted,
    StoryTakenBack,
    TargetsUntried,
)
from kitchen.stories.models import Story
from kitchen.tips import crossing as tip_crossing
from kitchen.tips import notices as tip_notices
from kitchen.tips.events import LookAsked, LookDecided
from kitchen.topics import stages
from kitchen.topics.events import (
    DecisionUndone,
    MeetingChanged,
    TopicAppealed,
    TopicApproved,
    TopicDecided,
    TopicMoved,
    TopicProposed,
)
from kitchen.topics.models import Topic
from kitchen.topics.rules import Stage
from kitchen.watch import access
from kitchen.watch.events import ForeignPostFound, ForeignPostJudged


def table(ports: Ports) -> Reactions:
    """The table for one house; echoes speak through its ports."""

    def tell(topic: str | Callable[[Any], str]) -> Echo:
        def echo(event: Any) -> None:
            ports.live.tell(topic if isinstance(topic, str) else topic(event))

        return echo

    def tell_of_story(event: StorySaved) -> None:
        ports.live.tell(f"story:{event.story_uid}", by=event.by)

    def ring(event: PublicationsDue) -> None:
        for number in event.bells:
            ports.bell.ring(event.doorbell, number)

    def try_access(event: TargetsUntried) -> None:
        for account_id in event.account_ids:
            ports.bell.ring(access.BELL, account_id)

    return {
        UnitMerged: Reaction(follows=[mergers.follow]),
        UnitClosing: Reaction(follows=[mergers.refuse_to_close]),
        UnitsChanged: Reaction(echoes=[tell("units")]),
        TargetsUntried: Reaction(echoes=[try_access]),
        AccessRefused: Reaction(follows=[notices.access_refused], echoes=[tell("matrix")]),
        AccessEnding: Reaction(follows=[notices.access_ending]),
        RegistryChanged: Reaction(echoes=[tell("registry")]),
        FilingMoved: Reaction(follows=[closing.follow_filing, registry_notices.filing_moved]),
        CampaignMoved: Reaction(
            follows=[registry_notices.campaign_moved], echoes=[tell("registry")]
        ),
        ClosingOpened: Reaction(follows=[registry_notices.closing_opened]),
        ClosingLate: Reaction(follows=[registry_notices.closing_late], echoes=[tell("registry")]),
        StopNoticeAsked: Reaction(follows=[stop_notices.draft]),
        ForeignPostFound: Reaction(follows=[notices.foreign_post_found], echoes=[tell("matrix")]),
        FollowUpSet: Reaction(follows=[notices.follow_up_set]),
        FollowUpDue: Reaction(follows=[notices.follow_up_due]),
        ForeignPostJudged: Reaction(echoes=[tell("matrix")]),
        FindingsMade: Reaction(follows=[patrol_notices.findings_made], echoes=[tell("matrix")]),
        FindingMoved: Reaction(follows=[patrol_notices.finding_moved], echoes=[tell("matrix")]),
        MendingLate: Reaction(follows=[patrol_notices.mending_late]),
        SanctionMoved: Reaction(follows=[sanction_notices.sanction_moved], echoes=[tell("matrix")]),
        ClosingOrdered: Reaction(follows=[_close_as_ordered, sanction_notices.closing_ordered]),
        StorySubmitted: Reaction(follows=[review.begin, _topic_in_review]),
        StoryTakenBack: Reaction(follows=[review.call_off]),
        StepOpened: Reaction(follows=[notices.step_opened]),
        StorySettled: Reaction(follows=[notices.story_settled]),
        ReviewMoved: Reaction(echoes=[tell("review")]),
        StoryApproved: Reaction(follows=[plan.plan, _link_its_posts, notices.story_approved]),
        ApprovalRevoked: Reaction(follows=[recall.follow_revocation, review.spare_look_back]),
        StoryAmended: Reaction(follows=[notices.story_amended]),
        RemarkMade: Reaction(follows=[notices.remark_made], echoes=[tell("review")]),
        StandInNamed: Reaction(follows=[notices.stand_in_named]),
        ReleasedEarly: Reaction(follows=[notices.released_early]),
        LookBackLate: Reaction(follows=[notices.look_back_late], echoes=[tell("review")]),
        LookBackObjected: Reaction(follows=[notices.look_back_objected]),
        PublicationsDue: Reaction(echoes=[ring]),
        PublicationMoved: Reaction(echoes=[tell("publish")]),
        PublicationFailed: Reaction(follows=[notices.publication_failed]),
        PublicationNeedsPerson: Reaction(follows=[notices.publication_needs_person]),
        StoryAdopted: Reaction(follows=[notices.story_adopted]),
        StoryPublished: Reaction(
            follows=[
                _story_is_out,
                notices.contribution_published,
                _topic_done,
                stop_notices.prove,
                _those_who_asked_or_told_are_led_to_it,
            ]
        ),
        LeadReported: Reaction(follows=[notices.lead_reported], echoes=[tell("leads")]),
        LeadIllustrated: Reaction(echoes=[tell("leads")]),
        TopicApproved: Reaction(follows=[_draft_its_task]),
        DecisionUndone: Reaction(follows=[_withdraw_its_task], echoes=[tell("topics")]),
        TopicProposed: Reaction(echoes=[tell("topics")]),
        TopicMoved: Reaction(echoes=[tell("topics")]),
        TopicAppealed: Reaction(follows=[notices.topic_appealed], echoes=[tell("topics")]),
        AssignmentDispatched: Reaction(
            follows=[crew_notices.assignment_dispatched, _topic_gathers], echoes=[tell("crew")]
        ),
        AssignmentAnswered: Reaction(
            follows=[crew_notices.assignment_answered], echoes=[tell("crew")]
        ),
        AssignmentMoved: Reaction(follows=[crew_notices.assignment_moved], echoes=[tell("crew")]),
        AssignmentReplanned: Reaction(
            follows=[crew_notices.assignment_replanned], echoes=[tell("crew")]
        ),
        AssignmentLate: Reaction(follows=[crew_notices.assignment_late]),
        CrewStepped: Reaction(follows=[crew_notices.crew_stepped], echoes=[tell("crew")]),
        CrewPlanChanged: Reaction(echoes=[tell("crew")]),
        MessageSent: Reaction(
            follows=[crew_notices.message_sent],
            echoes=[tell(lambda event: f"assignment:{event.assignment_uid}")],
        ),
        TopicDecided: Reaction(follows=[notices.topic_decided], echoes=[tell("topics")]),
        MeetingChanged: Reaction(echoes=[tell("meeting")]),
        StorySaved: Reaction(follows=[links.note], echoes=[tell_of_story]),
        LinksWanted: Reaction(echoes=[lambda _event: ports.bell.ring(destinations.BELL, 0)]),
        LeadSettled: Reaction(
            follows=[notices.lead_settled, crossing.follow_lead], echoes=[tell("leads")]
        ),
        PetitionFiled: Reaction(
            follows=[petition_notices.filed, watching.take_petition], echoes=[tell("petitions")]
        ),
        PetitionChanged: Reaction(echoes=[tell("petitions")]),
        PetitionHanded: Reaction(follows=[petition_notices.handed], echoes=[tell("petitions")]),
        PetitionGivenBack: Reaction(
            follows=[petition_notices.given_back], echoes=[tell("petitions")]
        ),
        PetitionReplied: Reaction(follows=[petition_notices.replied], echoes=[tell("petitions")]),
        PetitionSettled: Reaction(follows=[petition_notices.settled], echoes=[tell("petitions")]),
        PetitionUrged: Reaction(follows=[petition_notices.urged]),
        PetitionLate: Reaction(follows=[petition_notices.late], echoes=[tell("petitions")]),
        TimeAsked: Reaction(follows=[petition_notices.time_asked], echoes=[tell("petitions")]),
        TimeDecided: Reaction(follows=[petition_notices.time_decided], echoes=[tell("petitions")]),
        LookAsked: Reaction(follows=[tip_notices.look_asked]),
        LookDecided: Reaction(follows=[tip_notices.look_decided]),
        ItemChanged: Reaction(follows=[hub.owe]),
        PickUpConfirmed: Reaction(follows=[pickup_notices.pickup_confirmed]),
        ReportMade: Reaction(follows=[reports.send_corrected]),
        HubOwes: Reaction(echoes=[lambda _event: ports.bell.ring("hub", 0)]),
        AssetWithdrawn: Reaction(follows=[media_notices.asset_withdrawn], echoes=[tell("assets")]),
        AssetRestored: Reaction(echoes=[tell("assets")]),
        RightsEnding: Reaction(follows=[media_notices.rights_ending]),
        ShapesOutdated: Reaction(follows=[_make_its_shapes_anew]),
        AssetCatalogued: Reaction(follows=[filming.prepare], echoes=[tell("assets")]),
        ClipMade: Reaction(follows=[editions.take_clip, filming.prepare], echoes=[tell("assets")]),
        ClipFailed: Reaction(echoes=[tell("assets")]),
        PublicationLive: Reaction(follows=[gathering.start, statements.follow]),
        TargetMissed: Reaction(follows=[figures_notices.target_missed]),
        LettersHeard: Reaction(follows=[intake.hear]),
        VoicesTakenIn: Reaction(
            follows=[inbox_notices.voices_taken_in, watching.take_voices], echoes=[tell("inbox")]
        ),
        SignReported: Reaction(follows=[opinion_notices.sign_reported], echoes=[tell("opinion")]),
        SignMoved: Reaction(follows=[opinion_notices.sign_moved], echoes=[tell("opinion")]),
        SignUnheard: Reaction(follows=[opinion_notices.sign_unheard], echoes=[tell("opinion")]),
        RumourMoved: Reaction(follows=[opinion_notices.rumour_moved], echoes=[tell("opinion")]),
        IncidentOpened: Reaction(
            follows=[opinion_notices.incident_opened], echoes=[tell("opinion")]
        ),
        RoomChanged: Reaction(echoes=[tell("opinion")]),
        MemberJoined: Reaction(follows=[opinion_notices.member_joined]),
        LineDrafted: Reaction(follows=[opinion_notices.line_drafted]),
        LineDecided: Reaction(follows=[opinion_notices.line_decided]),
        TaskSet: Reaction(follows=[opinion_notices.task_set]),
        TaskLate: Reaction(follows=[opinion_notices.task_late], echoes=[tell("opinion")]),
        ClockCalled: Reaction(follows=[opinion_notices.clock_called], echoes=[tell("opinion")]),
        ListMet: Reaction(follows=[opinion_notices.list_met], echoes=[tell("opinion")]),
        VoiceMoved: Reaction(follows=[inbox_notices.voice_moved], echoes=[tell("inbox")]),
        VoiceLate: Reaction(follows=[inbox_notices.voice_late], echoes=[tell("inbox")]),
        ReplyDue: Reaction(echoes=[lambda event: ports.bell.ring(sending.BELL, event.reply_id)]),
        ReplyTroubled: Reaction(follows=[inbox_notices.reply_troubled]),
        ShiftMoved: Reaction(follows=[duty_notices.shift_moved], echoes=[tell("roster")]),
        HoleFound: Reaction(follows=[duty_notices.hole_found]),
        SwapAsked: Reaction(follows=[duty_notices.swap_asked]),
        SwapAnswered: Reaction(follows=[duty_notices.swap_answered]),
        MonthMoved: Reaction(follows=[score_notices.month_moved]),
        AppealMade: Reaction(follows=[score_notices.appeal_made]),
        AppealAnswered: Reaction(follows=[score_notices.appeal_answered]),
    }


def _draft_its_task(session: Session, event: TopicApproved) -> None:
    tasks.draft_for_topic(session, HOUSE, session.get_one(Topic, event.topic_id))


def _withdraw_its_task(session: Session, event: DecisionUndone) -> None:
    for assignment in assignments.of_topic(session, event.topic_id):
        tasks.withdraw_draft(session, HOUSE, assignment)


def _make_its_shapes_anew(session: Session, event: ShapesOutdated) -> None:
    asset = session.get_one(MediaAsset, event.asset_id)
    anew = shaping.ask_again if asset.kind == MediaKind.PICTURE else filming.mark_anew
    anew(session, asset)


def _close_as_ordered(session: Session, event: ClosingOrdered) -> None:
    """An account that is closing already, or gone, has what the order asks for."""
    account, basis = session.get_one(Account, event.account_id), f"{event.doc_no} {event.clause}"
    with suppress(Duplicate, WrongState):
        closing.open_closing(session, HOUSE, account, cause=Cause.SANCTION, basis=basis)


def _story_is_out(session: Session, event: StoryPublished) -> None:
    release.publish(session, session.get_one(Story, event.story_id))


def _topic_gathers(session: Session, event: AssignmentDispatched) -> None:
    task = session.get_one(Assignment, event.assignment_id)
    stages.follow(session, task.topic_id, Stage.GATHERING)


def _topic_in_review(session: Session, event: StorySubmitted) -> None:
    story = session.get_one(Story, event.story_id)
    stages.follow(session, story.topic_id, Stage.REVIEWING)


def _topic_done(session: Session, event: StoryPublished) -> None:
    story = session.get_one(Story, event.story_id)
    stages.follow(session, story.topic_id, Stage.DONE)


def _those_who_asked_or_told_are_led_to_it(session: Session, event: StoryPublished) -> None:
    """Who asked, whoever reads the answer, and who told it, is led to the news that came of it."""
    story = session.get_one(Story, event.story_id)
    leads = [lead.id for lead in portal.leads_of(session, story)]
    url = portal.best_link(session, story)
    if leads and url:
        crossing.note_reports(session, leads, story.title, url)
        tip_crossing.note_reports(session, leads, story.title, url)


def _link_its_posts(session: Session, event: StoryApproved) -> None:
    """Every post's fingerprint leads to the story's page in our app, once it stands there."""
    story = session.get_one(Story, event.story_id)
    posts = stories.posts_of(session, event.version_id, whole=False)
    outlet.link(session, story.uid, [post.uid for post in posts])
