"""What the newsroom's word lists find: listed words, wordings nearly right, people misnamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kitchen.core.errors import N_
from kitchen.stories.checks.report import Hit, Level, Piece, Where
from kitchen.wordlists.matching import Match
from kitchen.wordlists.names import Fault, Misnamed
from kitchen.wordlists.normal import Plain
from kitchen.wordlists.rules import Kind

_LISTED: Mapping[Kind, str] = {
    Kind.BANNED: N_("“%(quote)s”在禁用和慎用词表里。请换一种说法。"),
    Kind.SUPERLATIVE: N_("“%(quote)s”是广告极限词。新闻里要用，请写明依据和出处。"),
    Kind.TYPO: N_("“%(quote)s”常是错别字，请核对。"),
}
_TO_REPLACE: Mapping[Kind, str] = {
    Kind.BANNED: N_("“%(quote)s”在禁用和慎用词表里。请改成“%(right)s”。"),
    Kind.SUPERLATIVE: N_("“%(quote)s”是广告极限词。请写明依据和出处，或改成“%(right)s”。"),
    Kind.TYPO: N_("“%(quote)s”常是错别字，是不是“%(right)s”？"),
}
_NEARLY: Mapping[Kind, tuple[str, str]] = {
    Kind.PHRASE: ("phrase_near", N_("“%(quote)s”和规范表述“%(right)s”只差一点，请核对。")),
    Kind.PLACE: ("place_near", N_("“%(quote)s”和规范名称“%(right)s”只差一点，请核对。")),
}
_MISNAMED: Mapping[Fault, str] = {
    Fault.NAME: N_("“%(quote)s”像是“%(right)s”写错了，请核对姓名。"),
    Fault.TITLE: N_("“%(quote)s”的职务和名单不符：%(name)s现任%(right)s。"),
    Fault.OUTDATED: N_("“%(quote)s”是以前的职务：%(name)s现任%(right)s。"),
    Fault.ORDER: N_("“%(quote)s”的排序和名单不符，应是：%(right)s。"),
}
_LEFT_OFFICE = N_("“%(quote)s”是以前的职务：%(name)s已不在任，请核对。")


def listed(piece: Piece) -> Iterator[Hit]:
    """Everything that the lists find, with its place in the text as written."""
    for where, words in piece.prose():
        if words:
            plain = Plain(words)
            for match in piece.lists.words.matches(plain, piece.setting):
                yield _of_word(where, words, match)
            for match in piece.lists.phrases.nearly(plain, piece.setting):
                yield _of_phrase(where, words, match)
            for misnamed in piece.lists.names.faults(plain, piece.setting):
                yield _of_person(where, words, misnamed)


def _of_word(where: Where, words: str, match: Match) -> Hit:
    entry, quote = match.entry, words[match.start : match.end]
    advice = (_TO_REPLACE if entry.replacement else _LISTED)[entry.kind]
    told = {"quote": quote, "right": entry.replacement}
    level = Level(entry.level)
    return Hit(
        entry.kind, level, where, quote, match.start, advice, told, entry.replacement, entry.note
    )


def _of_phrase(where: Where, words: str, match: Match) -> Hit:
    entry, quote = match.entry, words[match.start : match.end]
    rule, advice = _NEARLY[entry.kind]
    told = {"quote": quote, "right": entry.word}
    level = Level(entry.level)
    return Hit(rule, level, where, quote, match.start, advice, told, entry.word, entry.note)


def _of_person(where: Where, words: str, found: Misnamed) -> Hit:
    quote = words[found.start : found.end]
    advice = _MISNAMED[found.fault] if found.right else _LEFT_OFFICE
    told = {"quote": quote, "right": found.right, "name": found.name}
    right = found.right if found.fault is Fault.NAME else ""
    return Hit(found.fault, Level.WARN, where, quote, found.start, advice, told, right)
