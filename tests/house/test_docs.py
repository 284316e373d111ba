"""The docs say what is: diagrams, links, files, names and addresses are held against the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import click
import pytest
from werkzeug.routing import Rule

from kitchen import app, cli
from kitchen.core.states import Machine
from tests.fixtures.newsroom import Newsroom

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
SOURCES = ("kitchen", "channels", "assets", "templates", "frontend/src")
TOP = {path.name for path in ROOT.iterdir()} - {"var"}
"""What stands in the tree; whatever somebody ran here before is theirs."""
LATER = "later"
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
QUOTED = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
PLACE = re.compile(r"([\w.*/-]+?/[\w.*/-]*|[\w-]+\.(?:md|cfg|toml))(?::(\w+))?")
ADDRESS = re.compile(r"/[\w<>:./-]*")
COMMAND = re.compile(r"(?:\.venv/bin/)?kitchen((?: [a-z]+)+)")
DIAGRAM = re.compile(r"`(kitchen[.\w]+\.rules)\.(\w+)`\n\n```mermaid\n(.*?)\n```", re.DOTALL)

every_doc = pytest.mark.parametrize(
    "doc", PAGES, ids=lambda doc: str(doc.relative_to(ROOT)).removesuffix(".md")
)


def table(page: str) -> list[list[str]]:
    """The rows of all tables of a page, without heads and rules."""
    rows: list[list[str]] = []
    lines = (DOCS / page).read_text().splitlines()
    for number, line in enumerate(lines):
        follower = lines[number + 1] if number + 1 < len(lines) else ""
        if line.startswith("|") and not _is_rule(line) and not _is_rule(follower):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def _is_rule(line: str) -> bool:
    return bool(re.fullmatch(r"[|:\s-]+", line)) and "---" in line


# --- state diagrams ---


def machines() -> dict[tuple[str, str], Machine]:
    """Every state machine of the house, by the module and name under which it stands."""
    found = {}
    for path in sorted((ROOT / "kitchen").rglob("rules.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for name, value in vars(import_module(module)).items():
            if isinstance(value, Machine):
                found[module, name] = value
    return found


def test_every_state_diagram_is_the_one_that_the_code_draws() -> None:
    shown = DIAGRAM.findall((DOCS / "states.md").read_text())
    told = {(module, name): diagram for module, name, diagram in shown}
    assert told == {where: machine.mermaid() for where, machine in machines().items()}


# --- links, files and names ---


@every_doc
def test_every_link_leads_somewhere(doc: Path) -> None:
    targets = [it for it in LINK.findall(_prose(doc)) if not re.match(r"https?:|mailto:", it)]
    broken = [it for it in targets if not _reached(doc, it)]
    assert broken == []


@every_doc
def test_every_picture_is_there_and_says_what_it_shows(doc: Path) -> None:
    shown = PICTURE.findall(_prose(doc))
    assert [path for said, path in shown if not said or not _reached(doc, path)] == []


def _reached(doc: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = (doc.parent / path).resolve() if path else doc
    if not file.exists():
        return False
    return not anchor or anchor in {_anchor(line) for line in _headings(file)}


def _headings(file: Path) -> list[str]:
    return re.findall(r"^#+ (.+)$", FENCED.sub("", file.read_text()), re.MULTILINE)


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\s-]", "", heading.lower()).strip().replace(" ", "-")


@every_doc
def test_every_file_and_every_name_in_it_exists(doc: Path) -> None:
    told = [found for quoted in QUOTED.findall(_prose(doc)) if (found := _place(quoted))]
    assert [place for place in told if not _stands(*place)] == []


def _prose(doc: Path) -> str:
    return FENCED.sub("", doc.read_text())


def _place(quoted: str) -> tuple[str, str] | None:
    """The file (or folder, or pattern) of the project that is meant, and a name within it."""
    matched = PLACE.fullmatch(quoted)
    if matched is None or matched[1].split("/")[0] not in TOP:
        return None
    return matched[1], matched[2] or ""


def _stands(path: str, name: str) -> bool:
    files = list(ROOT.glob(path))
    if not name:
        return bool(files)
    return any(_says(file, rf"^(?:\s*(?:def|class) )?{name}\b") for file in files)


def _says(file: Path, pattern: str) -> bool:
    return re.search(pattern, file.read_text(), re.MULTILINE) is not None


@every_doc
def test_every_command_exists(doc: Path) -> None:
    told = [found[1].split() for it in QUOTED.findall(_prose(doc)) if (found := COMMAND.match(it))]
    assert [" ".join(words) for words in told if not _is_command(cli.kitchen, words)] == []


def _is_command(group: click.Command, words: list[str]) -> bool:
    if not words or not isinstance(group, click.Group):
        return True
    found = group.get_command(click.Context(group), words[0])
    return found is not None and _is_command(found, words[1:])


# --- the list of requirements ---


def test_every_requirement_has_one_row() -> None:
    numbers = [row[0] for row in table("requirements.md")]
    assert numbers == [f"S{number}" for number in range(1, 67)]


def test_a_requirement_is_there_whole_or_said_to_come_later() -> None:
    for number, _term, page, api, proof, *_ in table("requirements.md"):
        if LATER in {page, api, proof}:
            assert {page, api, proof} == {LATER}, number
        else:
            assert "`" in page + api, number
            assert "`" in proof, number


def test_every_page_and_every_call_of_a_requirement_is_served(newsroom: Newsroom) -> None:
    house = newsroom.house
    faces = (app.create_desk(house), app.create_public(house))
    served = {
        f"{method} {rule}"
        for face in faces
        for rule in face.url_map.iter_rules()
        for method in rule.methods or ()
    }
    told = [
        f"GET {quoted}" if quoted.startswith("/") else quoted
        for row in table("requirements.md")
        for quoted in QUOTED.findall(f"{row[2]} {row[3]}")
    ]
    assert told
    assert [address for address in told if address not in served] == []


def test_every_address_of_the_docs_is_served(newsroom: Newsroom) -> None:
    served = {str(rule) for rule in _rules(newsroom)}
    told = {
        quoted
        for doc in PAGES
        for quoted in QUOTED.findall(_prose(doc))
        if ADDRESS.fullmatch(quoted)
    }
    assert "/healthz" in told
    assert sorted(told - served) == []


def _rules(newsroom: Newsroom) -> list[Rule]:
    """Every route of the desk and of the public face."""
    faces = (app.create_desk(newsroom.house), app.create_public(newsroom.house))
    return [rule for face in faces for rule in face.url_map.iter_rules()]


def test_every_proof_of_a_requirement_is_a_test() -> None:
    proofs = {quoted for row in table("requirements.md") for quoted in QUOTED.findall(row[4])}
    assert [it for it in proofs if not re.fullmatch(r"tests/[\w/]*test_\w+\.py", it)] == []


# --- the glossary ---


@cache
def words() -> frozenset[str]:
    """Every word of the product's sources."""
    files = (
        file
        for folder in SOURCES
        for file in (ROOT / folder).rglob("*")
        if file.suffix in {".py", ".html", ".js"}
    )
    return frozenset(word for file in files for word in re.findall(r"\w+", file.read_text()))


def names_in(cell: str) -> Iterator[str]:
    """The bare names in a cell; files are looked at elsewhere."""
    for quoted in QUOTED.findall(cell):
        if "/" not in quoted:
            yield from quoted.split(".")


def test_the_glossary_is_rich_and_says_each_term_once() -> None:
    terms = [row[0] for row in table("glossary.md")]
    assert len(terms) >= 60
    assert sorted({term for term in terms if terms.count(term) > 1}) == []


def test_every_code_name_of_the_glossary_is_in_the_code() -> None:
    for term, code, meaning in table("glossary.md"):
        assert meaning, term
        if code != LATER:
            assert "`" in code, term
            assert [name for name in names_in(code) if name not in words()] == [], term
