"""Every table of the house, known by name, for migrations and for tests of the whole schema."""

from __future__ import annotations

from kitchen import tokens
from kitchen.assignments import models as assignments
from kitchen.core import audit, calendar
from kitchen.core.db import Base
from kitchen.evaluation.figures import models as figures
from kitchen.evaluation.indices import models as indices
from kitchen.evaluation.pickups import models as pickups
from kitchen.evaluation.reports import models as reports
from kitchen.evaluation.response import models as response
from kitchen.evaluation.scores import models as scores
from kitchen.feedback import models as feedback
from kitchen.leads import feed_models as lead_feeds
from kitchen.leads import models as leads
from kitchen.matrix import group_models as groups
from kitchen.matrix import models as matrix
from kitchen.matrix.campaigns import models as campaigns
from kitchen.matrix.registry import models as registry
from kitchen.media import collection_models as collections
from kitchen.media import lineage_models as lineage
from kitchen.media import models as media
from kitchen.media import rights_models as rights
from kitchen.media import shape_models as shapes
from kitchen.media import share_models as shares
from kitchen.media import tag_models as tags
from kitchen.media import tus_models as uploads
from kitchen.media.filming import models as filming
from kitchen.media.upkeep import models as upkeep
from kitchen.notifications import models as notifications
from kitchen.opinion import models as opinion
from kitchen.opinion import room_models as rooms
from kitchen.outlet import models as outlet
from kitchen.patrols import models as patrols
from kitchen.people import models as people
from kitchen.petitions import models as petitions
from kitchen.planning import joint_models as joint
from kitchen.planning import models as planning
from kitchen.publishing import models as publishing
from kitchen.review import models as review
from kitchen.roster import models as roster
from kitchen.sanctions import models as sanctions
from kitchen.screens import models as screens
from kitchen.search import models as search
from kitchen.stories import models as stories
from kitchen.stories import together_models as stories_together
from kitchen.stories.checks import models as checks
from kitchen.stories.importing import models as importing
from kitchen.tips import models as tips
from kitchen.topics import models as topics
from kitchen.watch import models as watch
from kitchen.web import models as web
from kitchen.wordlists import models as wordlists

STATIONS = (
    audit,
    calendar,
    people,
    web,
    tokens,
    notifications,
    search,
    media,
    rights,
    tags,
    lineage,
    collections,
    shares,
    shapes,
    uploads,
    filming,
    upkeep,
    matrix,
    registry,
    campaigns,
    groups,
    outlet,
    leads,
    lead_feeds,
    topics,
    assignments,
    wordlists,
    stories,
    stories_together,
    importing,
    checks,
    review,
    publishing,
    watch,
    planning,
    roster,
    feedback,
    joint,
    patrols,
    sanctions,
    petitions,
    rooms,
    opinion,
    tips,
    figures,
    pickups,
    response,
    indices,
    scores,
    reports,
    screens,
)
METADATA = Base.metadata
