"""Who may: each role and all it is allowed, in one table.

A post gives a person a role in a unit, and so its permissions over that unit and all below it. The
first three lines of review belong to the section, the leaders above it follow the source's
三审—再审—终审 (S20–S22).
"""

from __future__ import annotations

from kitchen.assignments.rules import May as Assignments
from kitchen.evaluation.rules import May as Evaluation
from kitchen.feedback.rules import May as Feedback
from kitchen.leads.rules import May as Leads
from kitchen.matrix.rules import May as Matrix
from kitchen.media.rules import May as Media
from kitchen.opinion.rules import May as Opinion
from kitchen.outlet.rules import May as Outlet
from kitchen.patrols.rules import May as Patrols
from kitchen.people.rules import May as People
from kitchen.petitions.rules import May as Petitions
from kitchen.planning.rules import May as Planning
from kitchen.publishing.rules import May as Publishing
from kitchen.review.rules import May as Review
from kitchen.roster.rules import May as Roster
from kitchen.sanctions.rules import May as Sanctions
from kitchen.stories.rules import May as Stories
from kitchen.tips.rules import May as Tips
from kitchen.topics.rules import May as Topics
from kitchen.watch.rules import May as Watch
from kitchen.wordlists.rules import May as Wordlists

_EVERYONE: set[str] = {
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
    Roster.READ,
    Roster.STAND,
    Feedback.READ,
    Patrols.READ,
    Sanctions.READ,
    People.READ_UNITS,
    Opinion.FOLLOW,
    Opinion.REPORT,
    Evaluation.READ,
}
_ORIGINALS: set[str] = {Media.EDIT_RIGHTS, Media.TAKE_ORIGINAL, Media.WITHDRAW}
_CONFIDANTS: set[str] = {Leads.READ_CONTACT, Media.TAKE_SEALED, Petitions.READ_CONTACT}
"""Whoever may know a source; each look is recorded."""
_CONTRIBUTORS: set[str] = {Leads.CONTRIBUTE, Media.SUPPLY}
_FIELD: set[str] = {Assignments.TAKE_PART}
_SENDERS: set[str] = {Publishing.OPERATE, Watch.JUDGE}
_DESK: set[str] = {Assignments.DISPATCH}
_WRITERS: set[str] = {Stories.WRITE, Stories.ADOPT, Media.ADOPT}
_ANSWERERS: set[str] = {Feedback.HANDLE}
_EDITORS: set[str] = (
    _WRITERS | _ANSWERERS | {Stories.EDIT, Planning.PLAN, Review.PROOFREAD, Media.SHARE}
)
_JUDGES: set[str] = {Stories.DECIDE, Review.REVIEW, Feedback.REVIEW}
_SIGNERS: set[str] = _JUDGES | {Review.REVOKE, Review.RELEASE_EARLY, Media.WITHDRAW}
_KEEPERS: set[str] = {Wordlists.KEEP, Wordlists.CONFIRM}
"""Whoever proposes a change of the leaders' table never confirms it."""
_UNIT_KEEPERS: set[str] = {Matrix.FILE}
"""Whoever answers with their unit for its accounts, before the cyberspace office."""
_SIT_IN: set[str] = {Opinion.FOLLOW, Opinion.REPORT}
"""Whoever reports an early sign, and is asked into an incident's room."""
_AT_A_UNIT: set[str] = {Matrix.READ, Patrols.READ, Sanctions.READ, People.READ_UNITS} | _SIT_IN
"""What people of a unit may see who have nothing to do in the newsroom."""
_INSPECTORS: set[str] = {Patrols.INSPECT, Patrols.FEED, Sanctions.PROPOSE}
_RESPONDENTS: set[str] = {Patrols.ANSWER, Patrols.FEED, Sanctions.ANSWER}
"""Whoever keeps an account answers for it, and never decides what is done about it."""
_PETITIONS_READ: set[str] = {Petitions.FOLLOW, Petitions.READ}
_PETITIONS_DESK: set[str] = _PETITIONS_READ | {Petitions.SORT, Petitions.REPLY}
_PETITIONS_LEAD: set[str] = _PETITIONS_READ | {Petitions.REVIEW}
_PETITIONS_UNIT: set[str] = {Petitions.FOLLOW, Petitions.REPLY}
_OPINION_DESK: set[str] = {Opinion.READ, Opinion.KEEP, Opinion.HANDLE}
_OPINION_LEAD: set[str] = _OPINION_DESK | {Opinion.DECIDE}
_TIPS_DESK: set[str] = {Tips.READ, Tips.SORT, Tips.TAKE_DOWN}
"""Few may read what sources tell, and none of them alone learns how to reach one."""
_TIPS_LEAD: set[str] = _TIPS_DESK | {Tips.APPROVE, Tips.ERASE}
_COMMITTEE: set[str] = {Topics.PROPOSE, Topics.DECIDE, Topics.CONVENE}
_COUNTERS: set[str] = {Evaluation.ENTER, Evaluation.REPORT}
_GRADERS: set[str] = {Evaluation.GRADE, Evaluation.SEE_POINTS, Evaluation.REPORT}
"""Whoever grades stories; a grader never grades what they share in."""
_SETTLERS: set[str] = _GRADERS | {Evaluation.DEFINE, Evaluation.SETTLE}

_GRANTED: dict[str, set[str]] = {
    "reporter": _EVERYONE | _FIELD | _WRITERS | {Topics.PROPOSE},
    "editor": _EVERYONE
    | _EDITORS
    | _JUDGES
    | _FIELD
    | _DESK
    | {Leads.TRIAGE, Topics.PROPOSE, Media.EDIT_RIGHTS}
    | _PETITIONS_DESK
    | _CONFIDANTS
    | _OPINION_DESK
    | {Evaluation.ENTER},
    "committee": _EVERYONE
    | _EDITORS
    | _DESK
    | _COMMITTEE
    | _ORIGINALS
    | {Leads.TRIAGE, Leads.KEEP_FEEDS}
    | _PETITIONS_LEAD
    | _OPINION_DESK
    | _GRADERS
    | {Evaluation.ENTER},
    "chief": _EVERYONE
    | _RESPONDENTS
    | _KEEPERS
    | _SENDERS
    | _EDITORS
    | _SIGNERS
    | _FIELD
    | _DESK
    | _COMMITTEE
    | _ORIGINALS
    | {Leads.TRIAGE, Leads.KEEP_FEEDS}
    | {Matrix.SWITCH, Publishing.STOP, Outlet.ARRANGE, Roster.ARRANGE}
    | {Feedback.ARRANGE}
    | _OPINION_DESK
    | _TIPS_LEAD
    | _GRADERS
    | {Evaluation.ENTER},
    "deputy": _EVERYONE
    | _SIGNERS
    | _KEEPERS
    | _COMMITTEE
    | _PETITIONS_LEAD
    | {Matrix.SWITCH, Publishing.STOP, Roster.ARRANGE, Sanctions.DECIDE}
    | _OPINION_LEAD
    | {Tips.READ, Tips.APPROVE, Tips.ERASE, Tips.PAY}
    | _SETTLERS,
    "head": _EVERYONE
    | _KEEPERS
    | _SIGNERS
    | _COMMITTEE
    | _UNIT_KEEPERS
    | _PETITIONS_LEAD
    | {Matrix.CONSENT, Matrix.SWITCH, Review.EDIT_ROUTES, Publishing.STOP, Roster.ARRANGE}
    | {Patrols.TUNE, Sanctions.DECIDE, Sanctions.ORDER_CLOSING, Petitions.SET}
    | _OPINION_LEAD
    | {Opinion.SET}
    | _SETTLERS,
    "leader": _EVERYONE
    | _SIGNERS
    | {Sanctions.DECIDE, Sanctions.ORDER_CLOSING}
    | _OPINION_LEAD
    | {Evaluation.SEE_POINTS},
    "operator": _EVERYONE
    | _RESPONDENTS
    | _SENDERS
    | _EDITORS
    | _UNIT_KEEPERS
    | {Matrix.MANAGE, Matrix.SWITCH, Media.EDIT_RIGHTS, Publishing.STOP, Outlet.ARRANGE}
    | {Wordlists.KEEP, Feedback.ARRANGE}
    | {Opinion.READ}
    | _COUNTERS,
    "duty": _EVERYONE
    | _SENDERS
    | _EDITORS
    | _DESK
    | {Leads.TRIAGE, Matrix.SWITCH, Publishing.STOP}
    | _PETITIONS_DESK
    | _CONFIDANTS
    | _OPINION_DESK
    | _TIPS_DESK,
    "stringer": _CONTRIBUTORS,
    "stringer_head": _CONTRIBUTORS | {Leads.OVERSEE},
    "keeper": _AT_A_UNIT | _UNIT_KEEPERS | _RESPONDENTS,
    "unit_head": _AT_A_UNIT | _UNIT_KEEPERS | _RESPONDENTS | {Matrix.CONSENT},
    "cyberspace": _EVERYONE
    | _UNIT_KEEPERS
    | _INSPECTORS
    | {Matrix.REGISTER, Matrix.CONDUCT, Matrix.SWITCH, Sanctions.DECIDE}
    | _OPINION_LEAD,
    "inspector": _EVERYONE | _INSPECTORS | {People.READ_AUDIT} | {Opinion.READ},
    "department": _PETITIONS_UNIT | _SIT_IN,
    "liaison": _SIT_IN,
    "admin": {
        People.ADMINISTER,
        People.READ_AUDIT,
        People.READ_UNITS,
        Matrix.READ,
        Matrix.MANAGE,
        Matrix.LEAD_INSIDE,
        Matrix.REGISTER,
        Outlet.ADMINISTER,
        Outlet.ARRANGE,
        Publishing.READ,
        Watch.READ,
        Watch.JUDGE,
        Review.READ,
        Review.EDIT_ROUTES,
        Wordlists.READ,
        Wordlists.KEEP,
        Roster.READ,
        Roster.ARRANGE,
        Patrols.READ,
        Patrols.TUNE,
        Sanctions.READ,
        Evaluation.READ,
        Evaluation.DEFINE,
    },
}
ROLES: dict[str, frozenset[str]] = {
    role: frozenset(permissions) for role, permissions in _GRANTED.items()
}
