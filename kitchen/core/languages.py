"""The catalogues of sentences, for those who speak to somebody without a request at hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

from kitchen.core.errors import Sentence

TRANSLATIONS = Path(__file__).parents[1] / "translations"


@cache
def catalogue(locale: str) -> NullTranslations:
    """The sentences of a language; those that it lacks are said in Chinese."""
    return Translations.load(TRANSLATIONS, [locale])


def said(locale: str, sentence: Sentence) -> str:
    """A sentence in a language."""
    return catalogue(locale).ugettext(sentence.message) % dict(sentence.params)
