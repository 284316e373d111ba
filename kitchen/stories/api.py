"""The API of stories, their versions and their editions."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.assignments import queries as assignments
from kitchen.core.errors import N_, Invalid
from kitchen.core.paging import Page
from kitchen.matrix import queries as matrix
from kitchen.media import queries as media
from kitchen.people import queries as people
from kitchen.stories import editions, queries, release, service
from kitchen.stories.models import Story
from kitchen.stories.readiness import readiness
from kitchen.stories.release import Aim
from kitchen.stories.rules import May
from kitchen.stories.schemas import (
    AdoptIn,
    AssetIn,
    BeginIn,
    ChannelsIn,
    DraftIn,
    EditionOut,
    EmbargoIn,
    MatrixIn,
    NoteIn,
    ReadinessOut,
    RefreshIn,
    SavedOut,
    ShareIn,
    StoryOut,
    StoryQuery,
    SubmittedOut,
    SwitchIn,
    TargetsIn,
    TuneIn,
    VersionOut,
    WholeStoryOut,
    edition_out,
    readiness_out,
    story_out,
    version_out,
    whole_story_out,
)
from kitchen.topics import queries as topics
from kitchen.web.api import Api, seen_version
from kitchen.web.i18n import say

api = Api("stories")


def _the(uid: str) -> Story:
    return queries.the_story(g.session, uid)


def _whole(story: Story) -> WholeStoryOut:
    return whole_story_out(story, g.actor)


@api.operation("GET", "/stories", May.READ, query=StoryQuery, answer=StoryOut, many=True)
def index(query: StoryQuery) -> Any:
    """Stories without their texts, newest first; ``mine`` for one's own."""
    asked = query.model_dump(exclude={"mine"})
    page = queries.page_of_stories(g.session, author_id=g.actor.id if query.mine else None, **asked)
    return Page([story_out(story, g.actor) for story in page.items], page.next)


@api.operation("GET", "/pool", May.READ, query=StoryQuery, answer=StoryOut, many=True)
def pool(query: StoryQuery) -> Any:
    """What may be adopted."""
    asked = query.model_dump(exclude={"mine"})
    page = queries.page_of_stories(g.session, shared=True, **asked)
    return Page([story_out(story, g.actor) for story in page.items], page.next)


@api.operation("POST", "/stories", May.WRITE, body=BeginIn, answer=WholeStoryOut, status=201)
def begin(body: BeginIn) -> Any:
    """Begin a story, from a topic or an assignment or nothing."""
    story = service.begin(
        g.session,
        g.actor,
        title=body.title,
        topic=topics.the_topic(g.session, body.topic) if body.topic else None,
        assignment=(
            assignments.the_assignment(g.session, body.assignment) if body.assignment else None
        ),
    )
    return _whole(_the(story.uid))


@api.operation("GET", "/stories/<uid>", May.READ, answer=WholeStoryOut)
def show(uid: str) -> Any:
    """One story with its text, targets and editions."""
    return _whole(queries.story_to_tell(g.session, uid))


@api.operation("PUT", "/stories/<uid>/draft", May.WRITE, body=DraftIn, answer=SavedOut)
def save(uid: str, body: DraftIn) -> Any:
    """Save the rolling draft; ``If-Match`` (or ``version``) names the version it began from.

    With ``before`` only fields are saved, each from what was seen in it.
    """
    story = queries.story_to_save(g.session, uid)
    before = body.seen()
    if before is not None:
        mine = body.keep == "mine"
        service.save_fields(g.session, g.actor, story, body.content(), before, keep_theirs=mine)
        return SavedOut(version=story.version, length=story.length)
    seen = seen_version() or body.version
    if seen is None:
        raise Invalid(fields={"If-Match": N_("请用上次读到的 ETag，免得盖掉别人的改动。")})
    service.save_draft(
        g.session, g.actor, story, body.content(), seen, keep_theirs=body.keep == "mine"
    )
    return SavedOut(version=story.version, length=story.length)


@api.operation("GET", "/stories/<uid>/versions", May.READ, answer=VersionOut, many=True)
def versions(uid: str) -> Any:
    """All versions, newest first."""
    return Page([version_out(each) for each in queries.versions_of(g.session, _the(uid))])


@api.operation(
    "POST", "/stories/<uid>/versions", May.WRITE, body=NoteIn, answer=VersionOut, status=201
)
def name_version(uid: str, body: NoteIn) -> Any:
    """Keep the draft as a version."""
    return version_out(service.name_version(g.session, g.actor, _the(uid), body.note))


@api.operation(
    "POST", "/stories/<uid>/versions/<int:number>/restore", May.WRITE, answer=WholeStoryOut
)
def restore(uid: str, number: int) -> Any:
    """Make an older version the draft."""
    story = _the(uid)
    version = queries.the_version(g.session, story, number)
    return _whole(service.restore(g.session, g.actor, story, version))


@api.operation("POST", "/stories/<uid>/assets", May.WRITE, body=AssetIn, answer=WholeStoryOut)
def attach(uid: str, body: AssetIn) -> Any:
    """Put a picture or film to the story."""
    story = _the(uid)
    service.attach(g.session, g.actor, story, media.the_asset(g.session, body.asset))
    return _whole(story)


@api.operation("DELETE", "/stories/<uid>/assets/<asset>", May.WRITE, answer=WholeStoryOut)
def detach(uid: str, asset: str) -> Any:
    """Take an attached file away again."""
    story = _the(uid)
    service.detach(g.session, g.actor, story, media.the_asset(g.session, asset))
    return _whole(story)


@api.operation("PUT", "/stories/<uid>/targets", May.WRITE, body=TargetsIn, answer=WholeStoryOut)
def targets(uid: str, body: TargetsIn) -> Any:
    """Set the accounts to which it goes, in the order of release."""
    story = _the(uid)
    aims = [
        Aim(matrix.the_account(g.session, target.account), target.slot) for target in body.targets
    ]
    release.set_targets(g.session, g.actor, story, aims)
    return _whole(story)


@api.operation("POST", "/stories/<uid>/matrix", May.EDIT, body=MatrixIn, answer=WholeStoryOut)
def aim_at_matrix(uid: str, body: MatrixIn) -> Any:
    """Make it a statement that every account in use of a unit, or of the district, says at once."""
    story, units = _the(uid), people.units_below(g.session, body.unit)
    release.aim_at_matrix(g.session, g.actor, story, body.slot, units)
    return _whole(story)


@api.operation("PUT", "/stories/<uid>/embargo", May.WRITE, body=EmbargoIn, answer=WholeStoryOut)
def embargo(uid: str, body: EmbargoIn) -> Any:
    """Let it go to no account before a moment, or lift the embargo."""
    story = _the(uid)
    release.set_embargo(g.session, g.actor, story, body.until, body.note)
    return _whole(story)


@api.operation(
    "POST", "/stories/<uid>/editions", May.WRITE, body=ChannelsIn, answer=EditionOut, many=True
)
def make_editions(uid: str, body: ChannelsIn) -> Any:
    """Make the editions that are missing, and bring untouched ones up to the master."""
    made = editions.make_editions(g.session, g.actor, _the(uid), body.channels or None)
    return Page([edition_out(edition) for edition in made])


@api.operation("GET", "/stories/<uid>/editions/<channel>", May.READ, answer=EditionOut)
def edition(uid: str, channel: str) -> Any:
    """What one channel will show."""
    return edition_out(queries.the_edition(g.session, _the(uid), channel))


@api.operation(
    "PATCH", "/stories/<uid>/editions/<channel>", May.WRITE, body=TuneIn, answer=EditionOut
)
def tune(uid: str, channel: str, body: TuneIn) -> Any:
    """Set fields of an edition by hand."""
    story = _the(uid)
    found = queries.the_edition(g.session, story, channel)
    seen = seen_version() or body.version
    editions.tune_edition(g.session, g.actor, story, found, seen, **body.values())
    return edition_out(found)


@api.operation(
    "POST",
    "/stories/<uid>/editions/<channel>/refresh",
    May.WRITE,
    body=RefreshIn,
    answer=EditionOut,
)
def refresh(uid: str, channel: str, body: RefreshIn) -> Any:
    """Bring an edition up to the master; what was tuned stays unless ``all_fields``."""
    story = _the(uid)
    found = queries.the_edition(g.session, story, channel)
    editions.refresh_edition(g.session, g.actor, story, found, all_fields=body.all_fields)
    return edition_out(found)


@api.operation(
    "POST", "/stories/<uid>/editions/<channel>/switch", May.WRITE, body=SwitchIn, answer=EditionOut
)
def switch(uid: str, channel: str, body: SwitchIn) -> Any:
    """Have a channel carry this piece or not."""
    story = _the(uid)
    found = queries.the_edition(g.session, story, channel)
    editions.switch_edition(g.session, g.actor, story, found, enabled=body.enabled)
    return edition_out(found)


@api.operation("GET", "/stories/<uid>/readiness", May.READ, answer=ReadinessOut)
def ready(uid: str) -> Any:
    """What stands in the way of sending it."""
    return readiness_out(readiness(g.session, _the(uid)), say)


@api.operation("POST", "/stories/<uid>/submit", May.WRITE, body=NoteIn, answer=SubmittedOut)
def submit(uid: str, body: NoteIn) -> Any:
    """Send it for review; its posts are frozen.

    A refusal undoes everything, a clip that was asked for included: make the editions first.
    """
    story = _the(uid)
    seen = seen_version() or body.version
    version = release.submit(g.session, g.actor, story, body.note, seen=seen)
    posts = queries.posts_of(g.session, version.id, whole=False)
    return SubmittedOut(version=story.version, number=version.number, posts=len(posts))


@api.operation("POST", "/stories/<uid>/take_back", May.WRITE, answer=WholeStoryOut)
def take_back(uid: str) -> Any:
    """Take it out of review to mend it."""
    story = _the(uid)
    release.take_back(g.session, g.actor, story)
    return _whole(story)


@api.operation("POST", "/stories/<uid>/share", May.WRITE, body=ShareIn, answer=WholeStoryOut)
def share(uid: str, body: ShareIn) -> Any:
    """Put it into the pool, or take it out."""
    story = _the(uid)
    service.share(g.session, g.actor, story, shared=body.shared)
    return _whole(story)


@api.operation(
    "POST", "/stories/<uid>/adopt", May.ADOPT, body=AdoptIn, answer=WholeStoryOut, status=201
)
def adopt(uid: str, body: AdoptIn) -> Any:
    """Make an own draft of a shared piece."""
    adopted = service.adopt(g.session, g.actor, _the(uid), body.share)
    return _whole(_the(adopted.uid))
