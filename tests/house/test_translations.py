"""English is complete: every sentence of the house stands in the catalogue, with all its places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "kitchen" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
METHODS = [
    ("kitchen/**.py", "python"),
    ("channels/*.py", "python"),
    ("assets/**.py", "python"),
    ("templates/**.html", "jinja2"),
]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
PLACE = re.compile(r"%\((\w+)\)|\{(\w+)\}")
CHINESE = re.compile("[\u3400-\u9fff]")
NAMES = {"中", "中文", "切换到中文"}
"""What is meant to be read in Chinese even by those who read English."""


@cache
def english() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def _walked(folder: str) -> bool:
    """Folders of partials begin with an underscore and count; those of tools do not."""
    return not Path(folder).name.startswith((".", "__"))


@cache
def sentences() -> dict[str, str]:
    """Every sentence with the place where it stands first."""
    found: dict[str, str] = {}
    for name, line, message, *_ in extract_from_dir(
        str(ROOT), METHODS, keywords=KEYWORDS, directory_filter=_walked
    ):
        for each in message if isinstance(message, tuple) else [message]:
            found.setdefault(each, f"{name}:{line}")
    return found


def translated() -> Iterator[tuple[str, str]]:
    for sentence in sentences():
        entry: Message | None = english().get(sentence)
        if entry is not None and entry.string:
            said = entry.string if isinstance(entry.string, str) else " ".join(entry.string)
            yield sentence, said


def test_every_sentence_has_its_english() -> None:
    done = {sentence for sentence, _ in translated()}
    missing = {sentence: place for sentence, place in sentences().items() if sentence not in done}
    assert missing == {}


def test_no_translation_loses_or_invents_a_place() -> None:
    wrong = [
        (sentence, said)
        for sentence, said in translated()
        if set(PLACE.findall(sentence)) != set(PLACE.findall(said))
    ]
    assert wrong == []


def test_no_chinese_is_left_in_english() -> None:
    left = [
        (sentence, said)
        for sentence, said in translated()
        if CHINESE.search(said) and sentence not in NAMES
    ]
    assert left == []


def test_the_catalogue_holds_nothing_that_nobody_says() -> None:
    stale = [str(entry.id) for entry in english() if entry.id and entry.id not in sentences()]
    assert stale == []
