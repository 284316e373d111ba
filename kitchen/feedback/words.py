"""Words that are watched for, both ways: what comes in is marked, what goes out may be refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.feedback.tones import Sound, sound_of
from kitchen.wordlists.compiled import Lists, in_force
from kitchen.wordlists.matching import Match
from kitchen.wordlists.normal import Plain
from kitchen.wordlists.rules import Kind, Level, Setting

_GRAVITY = list(Level)
_SHOWN = 200
"""Characters of the words that are kept with a voice."""


@dataclass(frozen=True, slots=True)
class Finder:
    """The banned words in force for one channel today."""

    lists: Lists
    setting: Setting

    def found(self, text: str) -> Sequence[Match]:
        """The banned words in a text, the gravest first."""
        matches = self.lists.words.matches(Plain(text), self.setting)
        banned = [it for it in matches if it.entry.kind is Kind.BANNED]
        return sorted(banned, key=lambda it: _GRAVITY.index(it.entry.level))

    def alert(self, text: str) -> dict[str, str]:
        """How a voice is marked: the gravest level, and the words."""
        found = self.found(text)
        if not found:
            return {"alert": "", "alert_words": ""}
        words = "、".join(dict.fromkeys(it.entry.word for it in found))
        return {"alert": str(found[0].entry.level), "alert_words": words[:_SHOWN]}

    def marks(self, text: str) -> dict[str, str]:
        """All with which a voice is marked: the words that are watched for, and how it sounds."""
        sound = self.sound(text)
        return {**self.alert(text), "tone": str(sound.tone), "tone_words": sound.words}

    def sound(self, text: str) -> Sound:
        """How a text sounds by the words in force."""
        return sound_of(text, self.lists.tones, self.setting)

    def forbidden(self, text: str) -> list[str]:
        """Words for which a reply may not go out."""
        return [it.entry.word for it in self.found(text) if it.entry.level is Level.FORBID]


def finder(session: Session, channel: str) -> Finder:
    setting = Setting(clock.today(session), frozenset({channel}))
    return Finder(in_force(session), setting)
