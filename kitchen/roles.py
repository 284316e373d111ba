"""Who may: each role and all it is allowed, in one table.

A post gives a person a role in a unit, and so its permissions over that unit and all below it. The
first three lines of review belong to the section, the leaders above it follow the source's
三审—再审—终审 (S20–S22).
"""

from __future__ import annotations

from enum import StrEnum

from kitchen.assignments.rules import May as Assignments
from kitchen.leads.rules import May as Leads
from kitchen.matrix.rules import May as Matrix
from kitchen.media.rules import May as Media
from kitchen.outlet.rules import May as Outlet
from kitchen.people.rules import May as People
from kitchen.petitions.rules import May as Petitions
from kitchen.planning.rules import May as Planning
from kitchen.publishing.rules import May as Publishing
from kitchen.review.rules import May as Review
from kitchen.stories.rules import May as Stories
from kitchen.topics.rules import May as Topics
from kitchen.watch.rules import May as Watch
from kitchen.wordlists.rules import May as Wordlists

_EVERYONE = {
    Leads.READ,
    Leads.REPORT,
    Topics.READ,
    Assignments.READ,
    Media.READ,
    Media.UPLOAD,
    Matrix.READ,
    Stories.READ,
    Publishing.READ,
    Review.READ,
    Watch.READ,
    Planning.READ,
    Wordlists.READ,
}
_ORIGINALS = {Media.EDIT_RIGHTS, Media.TAKE_ORIGINAL, Media.WITHDRAW}
_CONFIDANTS = {Leads.READ_CONTACT, Media.TAKE_SEALED, Petitions.READ_CONTACT}
"""Whoever may know a source; each look is recorded."""
_CONTRIBUTORS = {Leads.CONTRIBUTE, Media.SUPPLY}
_FIELD = {Assignments.TAKE_PART}
_SENDERS = {Publishing.OPERATE, Watch.JUDGE}
_DESK = {Assignments.DISPATCH}
_WRITERS = {Stories.WRITE, Stories.ADOPT, Media.ADOPT}
_EDITORS = _WRITERS | {Stories.EDIT, Planning.PLAN, Review.PROOFREAD, Media.SHARE}
_JUDGES = {Stories.DECIDE, Review.REVIEW}
_SIGNERS = _JUDGES | {Review.REVOKE, Review.RELEASE_EARLY, Media.WITHDRAW}
_KEEPERS = {Wordlists.KEEP, Wordlists.CONFIRM}
"""Whoever proposes a change of the leaders' table never confirms it."""
_PETITIONS_READ = {Petitions.FOLLOW, Petitions.READ}
_PETITIONS_DESK = _PETITIONS_READ | {Petitions.SORT, Petitions.REPLY}
_PETITIONS_LEAD = _PETITIONS_READ | {Petitions.REVIEW}
_PETITIONS_UNIT: set[StrEnum] = {Petitions.FOLLOW, Petitions.REPLY}
_COMMITTEE = {Topics.PROPOSE, Topics.DECIDE, Topics.CONVENE}

ROLES: dict[str, frozenset[str]] = {
    role: frozenset(permissions)
    for role, permissions in {
        "reporter": _EVERYONE | _FIELD | _WRITERS | {Topics.PROPOSE},
        "editor": _EVERYONE
        | _EDITORS
        | _JUDGES
        | _FIELD
        | _DESK
        | {Leads.TRIAGE, Topics.PROPOSE, Media.EDIT_RIGHTS}
        | _PETITIONS_DESK
        | _CONFIDANTS,
        "committee": _EVERYONE
        | _EDITORS
        | _DESK
        | _COMMITTEE
        | _ORIGINALS
        | {Leads.TRIAGE}
        | _PETITIONS_LEAD,
        "chief": _EVERYONE
        | _KEEPERS
        | _SENDERS
        | _EDITORS
        | _SIGNERS
        | _FIELD
        | _DESK
        | _COMMITTEE
        | _ORIGINALS
        | {Leads.TRIAGE, Matrix.SWITCH, Publishing.STOP, Outlet.ARRANGE},
        "deputy": _EVERYONE
        | _SIGNERS
        | _KEEPERS
        | _COMMITTEE
        | {Matrix.SWITCH, Publishing.STOP}
        | _PETITIONS_LEAD,
        "head": _EVERYONE
        | _KEEPERS
        | _SIGNERS
        | _COMMITTEE
        | {Matrix.SWITCH, Review.EDIT_ROUTES, Publishing.STOP}
        | _PETITIONS_LEAD
        | {Petitions.SET},
        "leader": _EVERYONE | _SIGNERS,
        "operator": _EVERYONE
        | _SENDERS
        | _EDITORS
        | {Matrix.MANAGE, Matrix.SWITCH, Media.EDIT_RIGHTS, Publishing.STOP, Outlet.ARRANGE}
        | {Wordlists.KEEP},
        "duty": _EVERYONE
        | _SENDERS
        | _EDITORS
        | _DESK
        | {Leads.TRIAGE, Matrix.SWITCH, Publishing.STOP}
        | _PETITIONS_DESK
        | _CONFIDANTS,
        "stringer": _CONTRIBUTORS,
        "stringer_head": _CONTRIBUTORS | {Leads.OVERSEE},
        "department": _PETITIONS_UNIT,
        "inspector": _EVERYONE | {People.READ_AUDIT},
        "admin": {
            People.ADMINISTER,
            People.READ_AUDIT,
            Matrix.READ,
            Matrix.MANAGE,
            Matrix.LEAD_INSIDE,
            Outlet.ADMINISTER,
            Outlet.ARRANGE,
            Publishing.READ,
            Watch.READ,
            Watch.JUDGE,
            Review.READ,
            Review.EDIT_ROUTES,
            Wordlists.READ,
            Wordlists.KEEP,
        },
    }.items()
}
