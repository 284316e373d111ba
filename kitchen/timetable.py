"""What runs when, what each doorbell does, and which worker hears it: three tables and a loop.

Missed ticks are harmless and two timetables at once as well: whatever they do is a fenced move.
The loop itself never waits for a platform; it looks into the database and rings.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from kitchen.assignments import field
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.evaluation.figures import collecting
from kitchen.evaluation.indices import jobs as indices
from kitchen.evaluation.pickups import finding as pickups
from kitchen.evaluation.reports import sending as reports
from kitchen.evaluation.response import jobs as response
from kitchen.evaluation.scores import jobs as scores
from kitchen.feedback import escalation as answers
from kitchen.feedback import gathering, sending
from kitchen.leads import feeds
from kitchen.matrix.campaigns import closing
from kitchen.media import jobs as clips
from kitchen.media import rights, sealing, tus, tus_jobs, watermarks
from kitchen.media import shaping_jobs as shapes
from kitchen.media.filming import jobs as films
from kitchen.media.filming.rules import BELL as FILM
from kitchen.media.service import BELL as CLIP
from kitchen.media.shaping import BELL as SHAPE
from kitchen.media.upkeep import jobs as upkeep
from kitchen.notifications import digest, escalation
from kitchen.notifications import jobs as notifications
from kitchen.notifications.posting import BELL as NOTIFY
from kitchen.opinion import calls as opinion
from kitchen.opinion import drills, signs
from kitchen.outlet import jobs as outlet
from kitchen.patrols import findings as patrol_findings
from kitchen.patrols import measuring, rounds
from kitchen.people import service as people
from kitchen.petitions import late as petitions
from kitchen.planning import service as planning
from kitchen.publishing import announce, circuits, epoch, jobs, sweep
from kitchen.review import lane as emergency_lane
from kitchen.roster import upkeep as duty
from kitchen.sanctions import service as sanctions
from kitchen.screens import destinations, heartbeats, today
from kitchen.search import index
from kitchen.stories.importing import jobs as imports
from kitchen.stories.importing.service import BELL as IMPORT
from kitchen.tasks import Lane
from kitchen.tips import making as tip_files
from kitchen.tips import upkeep as tips
from kitchen.topics import plans
from kitchen.watch import access, patrol
from kitchen.web import idempotency, valve

log = structlog.get_logger(__name__)

Answer = Callable[[Database, int], object]

DOORBELLS: Mapping[str, Answer] = {
    "deliver": jobs.carry_due,
    "recall": jobs.carry_recalls,
    "reconcile": jobs.look_at_unknown,
    "poll": jobs.ask_about_accepted,
    "probe": lambda database, _id: circuits.probe_all(database),
    access.BELL: access.try_due,
    patrol.BELL: patrol.walk_all_due,
    rounds.BELL: rounds.go,
    measuring.BELL: measuring.measure_all_due,
    collecting.BELL: collecting.collect_due,
    scores.BELL: scores.go,
    CLIP: lambda database, asset_id: clips.make_clip(database, database.info["ports"], asset_id),
    SHAPE: lambda database, asset_id: shapes.make_shapes(
        database, database.info["ports"], asset_id
    ),
    watermarks.BELL: lambda database, asset_id: watermarks.make(
        database, database.info["ports"], asset_id
    ),
    FILM: lambda database, work_id: films.make(database, database.info["ports"], work_id),
    tus.BELL: lambda database, upload_id: tus_jobs.carry(
        database, database.info["ports"], upload_id
    ),
    NOTIFY: lambda database, _id: notifications.carry(database),
    IMPORT: lambda database, import_id: imports.carry(database, database.info["ports"], import_id),
    feeds.BELL: feeds.gather,
    gathering.BELL: gathering.gather,
    sending.BELL: sending.carry,
    pickups.BELL: lambda database, _id: pickups.look(database),
    reports.BELL: lambda database, _id: reports.carry(database),
    "hub": lambda database, _id: outlet.carry_hub(database),
    destinations.BELL: lambda database, _id: destinations.look(database),
    sealing.BELL: sealing.seal,
    tip_files.BELL: tip_files.make,
    indices.BELL: indices.recompute,
    upkeep.SCRUB: upkeep.scrub_a_slice,
    upkeep.COLLECT: upkeep.collect_all,
}
"""What a ring means. The id says what it is about; deliveries take whatever is due."""

LOOKING = frozenset({"reconcile", "poll", "recall"})
"""Bells of the workers that keep free of the daily load, so that a recall never queues."""
MAKING = frozenset(
    {
        CLIP,
        SHAPE,
        watermarks.BELL,
        IMPORT,
        tus.BELL,
        sealing.BELL,
        tip_files.BELL,
        indices.BELL,
        upkeep.SCRUB,
        upkeep.COLLECT,
    }
)
"""Bells of the workers that need the processor and the disk rather than the network."""
PATIENT = frozenset(
    {
        NOTIFY,
        "hub",
        "probe",
        destinations.BELL,
        access.BELL,
        patrol.BELL,
        feeds.BELL,
        gathering.BELL,
        sending.BELL,
        pickups.BELL,
        reports.BELL,
        rounds.BELL,
        measuring.BELL,
        collecting.BELL,
        scores.BELL,
    }
)
"""Bells whose worker strangers, or many accounts in a row, may keep waiting: never where a delivery
or a recall queues.
"""

UNTIMED = frozenset({"deliver", FILM})
"""Bells whose job may take as long as an upload or a film takes: no other bell waits for those
workers. What a film may take follows from its length (``assets.transcoding``).
"""

REMEMBERED = timedelta(days=2)
"""How long an answered request is remembered; its sender gives up within a day."""


def lanes(deliverers: int) -> Lane:
    """Which queue's worker hears a bell, with so many worker processes for deliveries."""

    def lane(doorbell: str, subject_id: int) -> str:
        if doorbell in LOOKING:
            return "recall"
        if doorbell == FILM:
            return FILM
        if doorbell in MAKING | PATIENT:
            return "media"
        return f"deliver-{subject_id % deliverers}"

    return lane


def queues(deliverers: int) -> list[str]:
    """Every queue there is; each wants a worker process of its own."""
    return [*(f"deliver-{number}" for number in range(deliverers)), "recall", "media", FILM]


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job and its pause in seconds."""

    name: str
    seconds: float
    act: Callable[[Database], object]


def _forget_requests(database: Database) -> None:
    with database.unit() as session:
        idempotency.forget_before(session, clock.now(session) - REMEMBERED)


def _end_old_sessions(database: Database) -> None:
    with database.unit() as session:
        people.sweep_sessions(session)


def _ring_for_clips(database: Database) -> None:
    clips.ring_for_waiting(database, database.info["ports"])


def _ring_for_shapes(database: Database) -> None:
    shapes.ring_for_due(database, database.info["ports"])


def _ring_for_films(database: Database) -> None:
    films.ring_for_waiting(database, database.info["ports"])


def _ring_for_uploads(database: Database) -> None:
    tus_jobs.ring_for_waiting(database, database.info["ports"])


def _ring_for_imports(database: Database) -> None:
    imports.ring_for_waiting(database, database.info["ports"])


TIMETABLE: Sequence[Periodic] = (
    Periodic("sweep", 5, sweep.sweep),
    Periodic("heartbeat", 10, heartbeats.beat_of_timetable),
    Periodic("epoch", 10, lambda database: epoch.beat(database, database.info["home"])),
    Periodic("search_stale", 3600, index.mark_what_is_stale),
    Periodic("search_marks", 1, index.catch_up),
    Periodic("announce", 10, announce.announce),
    Periodic("probe", 30, sweep.ring_for_probes),
    Periodic("ring_for_access", 60, access.ring_if_due),
    Periodic("ring_for_patrol", 60, patrol.ring_if_due),
    Periodic("ring_for_measures", 60, measuring.ring_if_due),
    Periodic("enrol_pieces", 60, collecting.enrol),
    Periodic("ring_for_pieces", 60, collecting.ring_if_due),
    Periodic("take_down_times", 60, response.take_down_times),
    Periodic("ring_for_rounds", 60, rounds.ring_if_due),
    Periodic("ring_for_indices", 600, indices.ring_if_due),
    Periodic("ring_for_scores", 600, scores.ring_if_due),
    Periodic("call_late_mending", 600, patrol_findings.call_late),
    Periodic("put_sanctions_into_force", 600, sanctions.lapse),
    Periodic("remind_of_follow_ups", 60, planning.remind),
    Periodic("call_late", 60, field.call_late),
    Periodic("call_late_petitions", 60, petitions.call),
    Periodic("escalate", 30, escalation.escalate),
    Periodic("escalate_late_look_backs", 60, emergency_lane.escalate),
    Periodic("digest", 60, lambda database: digest.send_due(database, today.due)),
    Periodic("ring_for_messages", 30, notifications.ring_if_due),
    Periodic("tell_late_closings", 300, closing.tell_late),
    Periodic("draft_planned_topics", 300, plans.file_all_due),
    Periodic("ring_for_hub", 30, outlet.ring_for_hub),
    Periodic("ring_for_clips", 60, _ring_for_clips),
    Periodic("ring_for_shapes", 60, _ring_for_shapes),
    Periodic("ring_for_films", 15, _ring_for_films),
    Periodic("ring_for_imports", 60, _ring_for_imports),
    Periodic("tell_of_endings", 3600, rights.tell_of_endings),
    Periodic("ring_for_uploads", 30, _ring_for_uploads),
    Periodic("collect_uploads", 600, tus.collect),
    Periodic("ring_for_sealing", 60, sealing.ring_for_waiting),
    Periodic("ring_for_tip_files", 60, tip_files.ring_for_waiting),
    Periodic("tidy_tips", 3600, tips.tidy),
    Periodic("forget_floods", 60, valve.forget),
    Periodic("ring_for_upkeep", 600, upkeep.ring_if_due),
    Periodic("ring_for_links", 300, destinations.ring),
    Periodic("end_old_sessions", 600, _end_old_sessions),
    Periodic("keep_watch_on_duty", 30, duty.keep_watch),
    Periodic("tell_of_holes", 600, duty.tell_of_holes),
    Periodic("ring_for_comments", 15, gathering.ring_if_due),
    Periodic("ring_for_feeds", 30, feeds.ring_if_due),
    Periodic("ring_for_pickups", 60, pickups.ring_if_due),
    Periodic("ring_for_reports", 60, reports.ring_if_due),
    Periodic("ring_for_replies", 10, sending.ring_if_due),
    Periodic("escalate_late_answers", 30, answers.escalate),
    Periodic("escalate_signs", 30, signs.escalate),
    Periodic("call_about_incidents", 30, opinion.call),
    Periodic("play_drills", 2, drills.play),
    Periodic("forget_what_was_gathered", 3600, opinion.forget),
    Periodic("forget_requests", 3600, _forget_requests),
)


def run(
    database: Database, stop: threading.Event, timetable: Sequence[Periodic] = TIMETABLE
) -> None:
    """Keep the timetable until ``stop`` is set. A job that fails is logged and has another turn."""
    due = dict.fromkeys((each.name for each in timetable), 0.0)
    while not stop.is_set():
        now = time.monotonic()
        for each in timetable:
            if now >= due[each.name]:
                due[each.name] = now + each.seconds
                tick(database, each)
        stop.wait(max(0.05, min(due.values()) - time.monotonic()))


def tick(database: Database, each: Periodic) -> None:
    """Run one job once."""
    try:
        each.act(database)
    except Exception:
        log.exception("periodic_job_failed", job=each.name)
