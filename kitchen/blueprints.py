"""What the faces serve: the desk's pages and APIs, and what readers reach, by name."""

from __future__ import annotations

from flask import Blueprint

from kitchen.assignments import api as assignments_api
from kitchen.assignments import crew_api, crew_views
from kitchen.assignments import views as assignments
from kitchen.evaluation.indices import api as indices_api
from kitchen.evaluation.indices import rank_views
from kitchen.evaluation.indices import views as indices
from kitchen.evaluation.insight import api as insight_api
from kitchen.evaluation.insight import views as insight
from kitchen.evaluation.pickups import api as pickups_api
from kitchen.evaluation.pickups import views as pickups
from kitchen.evaluation.reports import api as reports_api
from kitchen.evaluation.reports import public_views as open_figures
from kitchen.evaluation.reports import views as reports
from kitchen.evaluation.scores import api as scores_api
from kitchen.evaluation.scores import setting_api as score_setting_api
from kitchen.evaluation.scores import setting_views as score_settings
from kitchen.evaluation.scores import story_views as story_scores
from kitchen.evaluation.scores import views as performance
from kitchen.feedback import api as inbox_api
from kitchen.feedback import setting_views as inbox_settings
from kitchen.feedback import views as inbox
from kitchen.leads import api as leads_api
from kitchen.leads import feed_api, feed_views
from kitchen.leads import views as leads
from kitchen.matrix import api as matrix_api
from kitchen.matrix import group_api, group_views
from kitchen.matrix import views as matrix
from kitchen.matrix.campaigns import api as cleanups_api
from kitchen.matrix.campaigns import evidence_views, item_views
from kitchen.matrix.campaigns import views as cleanups
from kitchen.matrix.registry import api as registry_api
from kitchen.matrix.registry import filing_views, worker_views
from kitchen.matrix.registry import views as registry
from kitchen.media import api as media_api
from kitchen.media import (
    collection_views,
    paper_views,
    rights_views,
    shaping_views,
    share_views,
    sharing_api,
    tus_views,
)
from kitchen.media import views as media
from kitchen.media.filming import api as filming_api
from kitchen.media.filming import views as filming
from kitchen.notifications import api as notifications_api
from kitchen.notifications import settings_views
from kitchen.notifications import views as notifications
from kitchen.opinion import api as opinion_api
from kitchen.opinion import drill_views, room_api, room_views, rumour_views, sign_views
from kitchen.opinion import setting_views as opinion_settings
from kitchen.opinion import views as opinion
from kitchen.outlet import api as outlet_api
from kitchen.outlet import views as outlet
from kitchen.patrols import api as patrols_api
from kitchen.patrols import views as patrols
from kitchen.people import api as people_api
from kitchen.people import views as people
from kitchen.petitions import api as petitions_api
from kitchen.petitions import figure_views as petition_figures
from kitchen.petitions import public_api as questions_api
from kitchen.petitions import public_views as ask
from kitchen.petitions import views as petitions
from kitchen.planning import api as planning_api
from kitchen.planning import joint_api, joint_views
from kitchen.planning import views as planning
from kitchen.publishing import api as publishing_api
from kitchen.publishing import (
    calendar_views,
    callback_views,
    correction_api,
    correction_views,
    media_views,
    scan_views,
    standstill_api,
    standstill_views,
    story_views,
)
from kitchen.publishing import views as publishing
from kitchen.review import api as review_api
from kitchen.review import bench_api, bench_views, setting_views
from kitchen.review import views as review
from kitchen.roster import api as roster_api
from kitchen.roster import views as roster
from kitchen.sanctions import api as sanctions_api
from kitchen.sanctions import views as sanctions
from kitchen.screens import api as screens_api
from kitchen.screens import (
    asset_uses,
    command_api,
    command_views,
    doors,
    module_views,
    pocket_views,
    portal_api,
    portal_views,
    recalling_api,
    recalling_views,
    results,
    search_views,
    unit_api,
    unit_views,
    wall_views,
)
from kitchen.screens import views as screens
from kitchen.stories import api as stories_api
from kitchen.stories import (
    check_api,
    check_views,
    code_views,
    edition_views,
    together_api,
    together_views,
    version_views,
    writing_views,
)
from kitchen.stories import views as stories
from kitchen.stories.importing import api as importing_api
from kitchen.stories.importing import views as importing
from kitchen.tips import api as tips_api
from kitchen.tips import entry_views as tip_entry
from kitchen.tips import piece_views
from kitchen.tips import public_views as tip
from kitchen.tips import views as tips
from kitchen.topics import api as topics_api
from kitchen.topics import meeting_api as meetings_api
from kitchen.topics import meeting_views as meetings
from kitchen.topics import plan_views as plans
from kitchen.topics import views as topics
from kitchen.watch import api as watch_api
from kitchen.watch import views as watch
from kitchen.web import site_proofs
from kitchen.web.api import Api
from kitchen.wordlists import api as wordlists_api
from kitchen.wordlists import views as wordlists

DESK = (
    people.bp,
    screens.bp,
    module_views.bp,
    unit_views.bp,
    search_views.bp,
    notifications.bp,
    settings_views.bp,
    leads.bp,
    feed_views.bp,
    topics.bp,
    plans.bp,
    meetings.bp,
    results.bp,
    assignments.bp,
    crew_views.bp,
    crew_views.calendars,
    media.bp,
    rights_views.bp,
    paper_views.bp,
    collection_views.bp,
    asset_uses.bp,
    recalling_views.bp,
    shaping_views.bp,
    tus_views.bp,
    filming.bp,
    importing.bp,
    stories.bp,
    writing_views.bp,
    together_views.bp,
    code_views.bp,
    edition_views.bp,
    version_views.bp,
    check_views.bp,
    check_views.alarms,
    wordlists.bp,
    review.bp,
    bench_views.bp,
    setting_views.bp,
    publishing.bp,
    correction_views.bp,
    scan_views.bp,
    standstill_views.bp,
    calendar_views.bp,
    story_views.bp,
    matrix.bp,
    registry.bp,
    filing_views.bp,
    worker_views.bp,
    cleanups.bp,
    item_views.bp,
    evidence_views.bp,
    group_views.bp,
    watch.bp,
    patrols.bp,
    sanctions.bp,
    insight.bp,
    indices.bp,
    rank_views.bp,
    planning.bp,
    roster.bp,
    inbox.bp,
    inbox_settings.bp,
    joint_views.bp,
    petition_figures.bp,
    petitions.bp,
    *(tips.bp, tip_entry.bp),
    command_views.bp,
    wall_views.bp,
    opinion.bp,
    sign_views.bp,
    rumour_views.bp,
    opinion_settings.bp,
    room_views.bp,
    drill_views.bp,
    performance.bp,
    story_scores.bp,
    score_settings.bp,
    pickups.bp,
    reports.bp,
    outlet.bp,
    doors.desk,
    portal_views.bp,
    pocket_views.bp,
)
READERS: tuple[Blueprint, ...] = (
    *(callback_views.bp, media_views.bp, share_views.bp, doors.bp),
    *(ask.bp, questions_api.api, tip.bp, piece_views.bp, open_figures.bp, site_proofs.bp),
)
APIS: tuple[Api, ...] = (
    people_api.api,
    screens_api.api,
    unit_api.api,
    portal_api.api,
    notifications_api.api,
    leads_api.api,
    feed_api.api,
    topics_api.api,
    meetings_api.api,
    assignments_api.api,
    crew_api.api,
    media_api.api,
    sharing_api.api,
    recalling_api.api,
    filming_api.api,
    importing_api.api,
    stories_api.api,
    together_api.api,
    check_api.api,
    wordlists_api.api,
    review_api.api,
    bench_api.api,
    publishing_api.api,
    correction_api.api,
    standstill_api.api,
    matrix_api.api,
    registry_api.api,
    cleanups_api.api,
    group_api.api,
    watch_api.api,
    patrols_api.api,
    sanctions_api.api,
    insight_api.api,
    indices_api.api,
    planning_api.api,
    roster_api.api,
    inbox_api.api,
    joint_api.api,
    petitions_api.api,
    tips_api.api,
    opinion_api.api,
    scores_api.api,
    score_setting_api.api,
    room_api.api,
    pickups_api.api,
    reports_api.api,
    command_api.api,
    outlet_api.api,
)
