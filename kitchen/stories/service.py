"""Verbs on a story's text: begin, save, keep a version, attach, share, adopt.

Autosave writes the rolling draft and nothing else; versions are kept at the moments that matter.
What follows the text stands beside it: :mod:`~kitchen.stories.editions`,
:mod:`~kitchen.stories.release`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from kitchen.assignments.models import Assignment
from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Invalid, Stale, WrongState
from kitchen.media import service as media_service
from kitchen.media.models import MediaAsset
from kitchen.people.queries import desk_for
from kitchen.stories import doc as text
from kitchen.stories import facts, queries, step_log, uses, versions, writers
from kitchen.stories.admission import demand_change, demand_hand, demand_in_circulation
from kitchen.stories.events import StoryAdopted, StorySaved
from kitchen.stories.master import FIELDS, hash_of
from kitchen.stories.models import Story, Target, Version
from kitchen.stories.rules import (
    SHARE_MAX,
    SHARE_MIN,
    AiUse,
    Kind,
    May,
    count_characters,
)
from kitchen.topics.models import Topic
from kitchen.topics.rules import Risk, gravest

WRITABLE = (
    *("title", "digest", "doc", "tags", "sources", "rights_note", "credits"),
    *("ai_use", "risk", "column"),
)
"""What a save may carry; what it does not carry stays as it is."""
SITTING = timedelta(minutes=10)
"""Saves of one person that follow each other within this are one entry in the audit."""
ATTACHED_MAX = 60


def begin(
    session: Session,
    actor: Actor,
    *,
    topic: Topic | None = None,
    assignment: Assignment | None = None,
    title: str = "",
) -> Story:
    """A new draft, from a topic or an assignment or nothing; its targets follow the topic's."""
    authorize(actor, May.WRITE)
    source = topic or (assignment.topic if assignment else None)
    story = Story(
        title=" ".join((title or (source.title if source else "")).split()),
        digest="",
        doc=text.empty(),
        tags=[],
        sources=[],
        credits=[{"role": "记者", "names": actor.name, "share": 100}],
        attached=[],
        ai_use=AiUse.NONE,
        risk=source.risk if source else Risk.ROUTINE,
        author_id=actor.id,
        unit_id=desk_for(session, actor.unit_id),
        topic_id=source.id if source else None,
        assignment_id=assignment.id if assignment else None,
    )
    if source is not None:
        story.targets = _targets_for(session, source)
    return _born(session, actor, story, "begin_story")


def _targets_for(session: Session, topic: Topic) -> list[Target]:
    """The centre's accounts on the topic's channels."""
    accounts = queries.own_accounts(session, topic.channels)
    return [
        Target(account_id=account.id, account=account, position=at)
        for at, account in enumerate(accounts)
    ]


def _born(session: Session, actor: Actor, story: Story, act: str) -> Story:
    story.saved_at, story.saved_by_id = clock.now(session), actor.id
    _measure(story)
    session.add(story)
    session.flush()
    audit.record(session, actor, act, story, after={"title": story.title})
    return story


def save_draft(
    session: Session,
    actor: Actor,
    story: Story,
    content: Mapping[str, Any],
    seen: int,
    *,
    keep_theirs: bool = False,
) -> Story:
    """Save the rolling draft. ``content`` holds any of :data:`WRITABLE`, checked by the schema.

    ``seen`` is the version the writer started from; with ``keep_theirs`` what stands now is kept
    as a version before it is written over. Raises :class:`Stale` with both texts at hand,
    :class:`Invalid` for a text that the schema does not know, :class:`Forbidden`,
    :class:`WrongState`.
    """
    demand_change(session, actor, story)
    if seen != story.version:
        raise Stale(theirs=theirs_of(story), version=story.version)
    return _save(session, actor, story, content, keep_theirs=keep_theirs)


def save_fields(
    session: Session,
    actor: Actor,
    story: Story,
    content: Mapping[str, Any],
    before: Mapping[str, Any],
    *,
    keep_theirs: bool = False,
) -> Story:
    """Save fields beside the text, each from what the writer saw in it.

    Others may write the text and other fields meanwhile: only who changed the same field to
    something else is in the way. ``before`` may be as the form shows it or as it is stored; it is
    compared, never judged. Raises as :func:`save_draft` does.
    """
    demand_change(session, actor, story)
    if "doc" in content:
        raise Invalid(N_("正文要按步保存，或者连同版本号整篇保存。"))
    stands = form_of(story)
    for name, wanted in content.items():
        seen = facts.written(name, before.get(name, ""))
        if getattr(story, name) != wanted and not facts.read_alike(name, seen, stands[name]):
            raise Stale(theirs=theirs_of(story), version=story.version)
    return _save(session, actor, story, content, keep_theirs=keep_theirs)


def _save(
    session: Session,
    actor: Actor,
    story: Story,
    content: Mapping[str, Any],
    *,
    keep_theirs: bool = False,
) -> Story:
    wanted = {name: content[name] for name in WRITABLE if name in content}
    if "doc" in wanted:
        wanted["doc"] = text.checked(wanted["doc"])
    _demand_risk(actor, story, wanted.get("risk"))
    changed = {name: it for name, it in wanted.items() if getattr(story, name) != it}
    if not changed:
        return story
    if keep_theirs:
        versions.snapshot(session, actor, story, Kind.MANUAL, note=N_("被另一份改动覆盖前的内容"))
    write(session, actor, story, changed)
    return story


def theirs_of(story: Story) -> dict[str, Any]:
    """What stands now, as the editor compares it with what was typed."""
    return {
        "title": story.title,
        "doc": story.doc,
        "fields": form_of(story),
        "by": story.saved_by.name if story.saved_by else "",
        "at": story.saved_at.isoformat() if story.saved_at else "",
    }


def form_of(story: Story) -> dict[str, str]:
    """The fields beside the text as the form shows them, one text each."""
    return {
        "title": story.title,
        "digest": story.digest,
        "tags": facts.write_tags(story.tags),
        "sources": facts.write_sources(story.sources),
        "rights_note": story.rights_note,
        "credits": facts.write_credits(story.credits),
        "ai_use": str(story.ai_use),
        "risk": str(story.risk),
        "column": story.column,
    }


def open_risks(actor: Actor, story: Story) -> list[Risk]:
    """The classes that the person may choose: the committee's, the origin's and those above them.

    What was raised once only an editor lowers.
    """
    edits = actor.may(May.EDIT, story.unit_id)
    least = story.least_risk if edits else gravest([story.least_risk, story.risk])
    order = list(Risk)
    return order[order.index(least) :]


def _demand_risk(actor: Actor, story: Story, risk: Risk | None) -> None:
    if risk is None or risk == story.risk or risk in open_risks(actor, story):
        return
    if gravest([risk, story.least_risk]) == risk:
        sentence = N_("等级调高以后，要降低请编辑来改。")
    elif story.topic and gravest([risk, story.topic.risk]) != risk:
        sentence = N_("选题会定的等级不能降低；确需降低，请在选题里重新研判。")
    else:
        sentence = N_("转用的稿件，等级不能低于原稿。")
    raise Invalid(sentence, fields={"risk": sentence})


def write(
    session: Session,
    actor: Actor,
    story: Story,
    changed: Mapping[str, Any],
    *,
    entry: step_log.Entry | None = None,
) -> None:
    """Put checked values into the draft, with all that follows from them.

    ``entry`` has the steps by which the text came; without them it enters the log as one step, so
    that open editors take it in.
    """
    figures = uses.figure_uids(story)
    last = _last_written(session, actor, story)
    moment = clock.now(session)
    if entry is not None:
        step_log.append(session, actor, story, entry)
    elif "doc" in changed:
        step_log.rewrite(session, actor, story, changed["doc"])
    for name, value in changed.items():
        setattr(story, name, value)
    story.saved_at, story.saved_by_id = moment, actor.id
    _measure(story)
    if "doc" in changed and uses.figure_uids(story) != figures:
        uses.note_figures(session, actor, story, figures)
    session.flush()
    writers.note(session, actor, story, changed)
    _note_sitting(session, actor, story, last)
    bus.emit(session, StorySaved(story.id, story.uid, by=entry.client if entry else ""))


def _measure(story: Story) -> None:
    story.length = count_characters(text.to_text(story.doc))
    story.master_hash = hash_of(story)


def _last_written(session: Session, actor: Actor, story: Story) -> datetime | None:
    """When this person last wrote here; others may have written since."""
    if story.saved_by_id == actor.id:
        return story.saved_at
    return step_log.last_written(session, story, actor.id)


def _note_sitting(session: Session, actor: Actor, story: Story, last: datetime | None) -> None:
    """Autosave comes every few seconds; the audit learns who sat down to write, and when."""
    if last is None or clock.now(session) - last > SITTING:
        after = {"title": story.title, "length": story.length}
        audit.record(session, actor, "write_story", story, after=after)


def name_version(session: Session, actor: Actor, story: Story, note: str) -> Version:
    """Keep the draft as it stands, under a note by which people find it again."""
    demand_change(session, actor, story)
    return versions.snapshot(session, actor, story, Kind.MANUAL, note=note)


def restore(session: Session, actor: Actor, story: Story, version: Version) -> Story:
    """Make an older version the draft; what stands now is kept as a version first."""
    demand_change(session, actor, story)
    if version.story_id != story.id:
        raise WrongState(N_("这个版本属于另一篇稿件。"))
    go_back(session, actor, story, version, N_("恢复旧版本前的内容"))
    writers.note(session, actor, story, {"title", "doc"})
    audit.record(session, actor, "restore_version", story, after={"number": version.number})
    return story


def go_back(session: Session, actor: Actor, story: Story, version: Version, note: str) -> None:
    """Make the draft what a version holds, with all that follows from it.

    What stands now is kept first, as a version under ``note``: nobody's words go with it.
    """
    versions.snapshot(session, actor, story, Kind.MANUAL, note=note)
    figures, attached = uses.figure_uids(story), story.attached
    versions.put_back(session, actor, story, version)
    story.saved_at, story.saved_by_id = clock.now(session), actor.id
    _measure(story)
    uses.note_figures(session, actor, story, figures)
    uses.note_attached(session, actor, story, attached)
    session.flush()
    bus.emit(session, StorySaved(story.id, story.uid))


def attach(session: Session, actor: Actor, story: Story, asset: MediaAsset) -> None:
    """Put a picture or film to the story without placing it in the text; again does nothing."""
    demand_change(session, actor, story)
    if asset.uid in story.attached:
        return
    if len(story.attached) >= ATTACHED_MAX:
        raise Invalid(N_("一篇稿件最多放 %(most)s 件素材。"), most=ATTACHED_MAX)
    story.attached = [*story.attached, asset.uid]
    position = len(story.attached)
    media_service.use(session, actor, asset, story, "attached", position)
    _attachments_changed(session, actor, story, "attach_asset", asset)


def detach(session: Session, actor: Actor, story: Story, asset: MediaAsset) -> None:
    """Take an attached file away again; the file itself stays in the catalogue."""
    demand_change(session, actor, story)
    if asset.uid not in story.attached:
        return
    story.attached = [uid for uid in story.attached if uid != asset.uid]
    media_service.stop_using(session, actor, asset, story, "attached")
    _attachments_changed(session, actor, story, "detach_asset", asset)


def _attachments_changed(
    session: Session, actor: Actor, story: Story, act: str, asset: MediaAsset
) -> None:
    story.master_hash = hash_of(story)
    session.flush()
    audit.record(session, actor, act, story, after={"asset": asset.uid})


def share(session: Session, actor: Actor, story: Story, *, shared: bool) -> None:
    """Put a story into the pool, or take it out; what was adopted already stays adopted."""
    demand_hand(session, actor, story)
    if shared:
        demand_in_circulation(story)
    if shared and not story.length:
        raise WrongState(N_("正文还是空的，写好再共享。"))
    if story.shared != shared:
        story.shared = shared
        session.flush()
        audit.record(session, actor, "share_story", story, after={"shared": shared})


def adopt(session: Session, actor: Actor, story: Story, share: int) -> Story:
    """Make an own draft of a shared piece, with its text, files and lineage (S56).

    ``share`` is the percent of the credit that stays with its author. Raises :class:`WrongState`
    for a piece outside the pool, :class:`Invalid` for a share out of bounds.
    """
    authorize(actor, May.ADOPT)
    if not story.shared:
        raise WrongState(N_("这篇稿件没有开放共享，请联系作者。"))
    demand_in_circulation(story)
    if not SHARE_MIN <= share <= SHARE_MAX:
        sentence = N_("原作者的份额要在 %(least)s%% 到 %(most)s%% 之间。")
        raise Invalid(sentence, least=SHARE_MIN, most=SHARE_MAX)
    if story.author_id == actor.id:
        raise WrongState(N_("这是您自己的稿件，直接改就行。"))
    adopted = Story(
        title=story.title,
        doc=story.doc,
        **{name: getattr(story, name) for name in FIELDS if name != "credits"},
        credits=_shared_credits(actor, story, share),
        author_id=actor.id,
        unit_id=desk_for(session, actor.unit_id),
        adopted_from_id=story.id,
        adopted_share=share,
    )
    _born(session, actor, adopted, "adopt_story")
    writers.hand_on(session, story, adopted)
    uses.note_figures(session, actor, adopted, [])
    uses.note_attached(session, actor, adopted, [])
    bus.emit(session, StoryAdopted(adopted.id, story.id))
    return adopted


def _shared_credits(actor: Actor, story: Story, share: int) -> list[dict[str, Any]]:
    origin = story.author.name if story.author else "原作者"
    return [
        {"role": "原作者", "names": origin, "share": share},
        {"role": "编辑", "names": actor.name, "share": 100 - share},
    ]
