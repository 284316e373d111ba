"""The command palette: a few letters, and one is there. Things, people, pages, what one may begin.

Pages and beginnings are found by their Chinese names, by these names' pinyin and its initials, and
by what they are called in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from kitchen.core.access import Actor
from kitchen.core.errors import N_
from kitchen.leads.rules import May as Leads
from kitchen.media.rules import May as Media
from kitchen.screens import nav
from kitchen.screens.searchable import readings
from kitchen.search import queries
from kitchen.search.models import SavedSearch
from kitchen.search.queries import Found, Question
from kitchen.search.rules import Kind, Piece, fold, marked, words_of
from kitchen.search.sources import open_to, sources_of
from kitchen.stories.rules import May as Stories
from kitchen.topics.rules import May as Topics

EACH = 4
"""Finds of each kind."""
ACTIONS = 8
"""Pages and beginnings at once."""


@dataclass(frozen=True, slots=True)
class Action:
    """A page to go to, or something to begin."""

    label: str
    endpoint: str
    icon: str
    may: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One line of the palette."""

    url: str
    icon: str
    title: Sequence[Piece]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    options: Sequence[Option]


BEGINNINGS = (
    Action(N_("报线索"), "leads.new", "bulb", Leads.REPORT),
    Action(N_("报选题"), "topics.new", "list-check", Topics.PROPOSE),
    Action(N_("写稿"), "stories.new", "writing", Stories.WRITE),
    Action(N_("上传素材"), "media.upload", "photo-plus", Media.UPLOAD),
)
ELSEWHERE = (
    Action(N_("消息"), "notifications.index", "bell"),
    Action(N_("搜索"), "search.index", "search"),
    Action(N_("我的设置"), "screens.me", "settings"),
)
ICONS = {
    Kind.STORIES: "writing",
    Kind.TOPICS: "list-check",
    Kind.LEADS: "bulb",
    Kind.ASSETS: "photo",
    Kind.PEOPLE: "user",
    Kind.ANSWERS: "messages",
}


def groups(session: Session, actor: Actor, q: str) -> list[Group]:
    """What the palette offers for these letters; for none, what one may begin and has kept."""
    words = words_of(q)
    offered = [
        Group(N_("前往"), [_as_option(it, words) for it in _actions(actor, q)][:ACTIONS]),
        Group(N_("保存的搜索"), [_kept(it, words) for it in _saved(session, actor, words)]),
        *(_things(session, actor, words) if words else ()),
    ]
    return [group for group in offered if group.options]


def _actions(actor: Actor, q: str) -> Iterator[Action]:
    places = (Action(it.label, it.endpoint, it.icon, it.may) for it in nav.PLACES)
    for action in (*BEGINNINGS, *places, *ELSEWHERE):
        if (action.may is None or actor.may(action.may)) and is_called(action, q):
            yield action


def is_called(action: Action, q: str) -> bool:
    """Whether somebody who types this may mean the action."""
    typed = fold(q)
    said = (fold(action.label), fold(gettext(action.label)))
    return any(typed in name for name in said) or any(
        reading.startswith(typed) for reading in readings(action.label)
    )


def _as_option(action: Action, words: Sequence[str]) -> Option:
    return Option(url_for(action.endpoint), action.icon, marked(gettext(action.label), words))


def _saved(session: Session, actor: Actor, words: Sequence[str]) -> list[SavedSearch]:
    kept = queries.saved_of(session, actor.id)
    return [it for it in kept if all(word in fold(it.name) for word in words)][:EACH]


def _kept(saved: SavedSearch, words: Sequence[str]) -> Option:
    url = url_for("search.index", **saved.asks)
    return Option(url, "bookmark", marked(saved.name, words), str(saved.asks["q"]))


def _things(session: Session, actor: Actor, words: Sequence[str]) -> Iterator[Group]:
    sources = sources_of(session)
    kinds = open_to(actor, sources)
    found = queries.find(session, kinds, Question(words), limit=EACH)
    for kind, page in found.pages.items():
        yield Group(sources[kind].label, [_thing(it, sources[kind].endpoint) for it in page.items])


def _thing(found: Found, endpoint: str) -> Option:
    url = (
        url_for(endpoint, uid=found.uid)
        if endpoint
        else url_for("search.index", q=found.name, kind=found.kind)
    )
    note = "".join(words for words, _ in found.snippet)
    return Option(url, ICONS[found.kind], found.title, note)
