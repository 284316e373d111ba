"""Quick add: a line understood against the people and columns there are, and made a topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Invalid, Sentence
from kitchen.people.models import Staff
from kitchen.topics import queries, service
from kitchen.topics.labels import FAULTS
from kitchen.topics.models import Topic
from kitchen.topics.quick import Line, parse
from kitchen.topics.rules import Form, Risk

FORMS = (Form.TEXT, Form.PHOTO)
CHANNELS = ("wechat", "weibo", "outlet")
"""What a topic is made as and for, unless somebody says otherwise."""
LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Understood:
    """What a line means here; ``problems`` says in words what stands in the way."""

    line: Line
    owner: Staff | None = None
    column: str = ""
    problems: Sequence[Sentence] = field(default=())


def understand(session: Session, text: str) -> Understood:
    """Read a line; never raises, so that it can be shown while it is typed."""
    line = parse(text, clock.today(session))
    problems = [Sentence(FAULTS[fault], {"word": word}) for fault, word in line.faults]
    if len(line.title) > LONGEST_TITLE:
        problems.append(Sentence(N_("标题最多 %(n)s 个字，请删减。"), {"n": LONGEST_TITLE}))
    owner, column = None, ""
    if line.person:
        found = people_called(session, line.person)
        owner = found[0] if len(found) == 1 else None
        problems += _about_people(line.person, found)
    if line.column:
        names = columns_called(queries.column_names(session), line.column)
        column = names[0] if len(names) == 1 else ""
        problems += _about_columns(line.column, names)
    return Understood(line, owner, column, problems)


def add(session: Session, actor: Actor, text: str, *, as_draft: bool = False) -> Topic:
    """Make the topic that a line describes. Raises :class:`Invalid` with the first problem."""
    meant = understand(session, text)
    if meant.problems:
        raise Invalid(fields={"line": meant.problems[0]})
    return service.propose(
        session,
        actor,
        sources=[],
        title=meant.line.title,
        angle="",
        forms=FORMS,
        channels=CHANNELS,
        planned_on=meant.line.planned_on,
        risk=meant.line.risk or Risk.ROUTINE,
        column=meant.column,
        urgent=meant.line.urgent,
        owner=meant.owner,
        as_draft=as_draft,
    )


def people_called(session: Session, word: str) -> Sequence[Staff]:
    """Whom a word means: a whole name, account or pinyin initials; else whatever begins so."""
    low = word.lower()
    near = or_(
        Staff.name.contains(word, autoescape=True),
        Staff.initials.startswith(low, autoescape=True),
        func.lower(Staff.username) == low,
    )
    found = session.scalars(select(Staff).where(Staff.active, near).order_by(Staff.id)).all()
    for exact in (
        [staff for staff in found if staff.name == word],
        [staff for staff in found if staff.username.lower() == low],
        [staff for staff in found if staff.initials == low],
    ):
        if exact:
            return exact
    return found


def the_person(session: Session, word: str) -> Staff:
    """The one person whom a word means. Raises :class:`Invalid`."""
    found = people_called(session, word)
    if problems := _about_people(word, found):
        raise Invalid(fields={"owner": problems[0]})
    return found[0]


def columns_called(names: Sequence[str], word: str) -> Sequence[str]:
    """Which columns a word means; any word where the house has no columns yet."""
    if not names or word in names:
        return [word]
    return [name for name in names if word in name]


def _about_people(word: str, found: Sequence[Staff]) -> list[Sentence]:
    if not found:
        return [Sentence(N_("没有找到“@%(word)s”，请写姓名、账号或拼音首字母。"), {"word": word})]
    if len(found) > 1:
        names = "、".join(staff.name for staff in found[:5])
        said = N_("“@%(word)s”可能是：%(names)s，请写全。")
        return [Sentence(said, {"word": word, "names": names})]
    return []


def _about_columns(word: str, names: Sequence[str]) -> list[Sentence]:
    if not names:
        return [Sentence(N_("没有“#%(word)s”这个栏目，请从已有栏目里写。"), {"word": word})]
    if len(names) > 1:
        said = N_("“#%(word)s”可能是：%(names)s，请写全。")
        return [Sentence(said, {"word": word, "names": "、".join(names[:5])})]
    return []
