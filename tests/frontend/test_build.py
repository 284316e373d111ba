"""What is committed in static/dist is whole: every name resolves, every drawing is there."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from prosemirror.model import Node, Schema

ROOT = Path(__file__).parents[2]
DIST = ROOT / "static" / "dist"
TEMPLATES = ROOT / "templates"
MANIFEST: dict[str, str] = json.loads((DIST / "manifest.json").read_text())
SPRITE = (DIST / MANIFEST["sprite.svg"]).read_text()
DRAWINGS = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE))
OURS = [*(TEMPLATES / part for part in ("_layout", "_parts", "styleguide"))]

BUDGETS = {"core.css": 25_000, "public.css": 10_000, "sprite.svg": 10_000, "public.js": 10_000}


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def own_templates() -> list[Path]:
    return sorted(path for folder in OURS for path in folder.rglob("*.html"))


@pytest.mark.parametrize("name", MANIFEST)
def test_every_name_in_the_manifest_is_a_file(name: str) -> None:
    assert (DIST / MANIFEST[name]).stat().st_size > 0


@pytest.mark.parametrize(("name", "most"), BUDGETS.items())
def test_nothing_is_heavier_than_its_budget(name: str, most: int) -> None:
    assert len(gzip.compress((DIST / MANIFEST[name]).read_bytes(), 9)) <= most


def test_no_file_is_left_over_from_an_earlier_build() -> None:
    """Parts shared by bundles are not in the manifest, but some bundle must import them."""
    scripts = "".join(path.read_text() for path in DIST.glob("*.js"))
    known = {*MANIFEST.values(), "manifest.json", "LICENSES.txt"}
    for path in DIST.iterdir():
        assert path.name in known or path.name in scripts, path.name


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_templates_ask_only_for_what_was_built(path: Path) -> None:
    text = path.read_text()
    assert set(re.findall(r"asset\('([^']+)'\)", text)) <= MANIFEST.keys()
    assert set(re.findall(r"\bicon\('([\w-]+)'", text)) <= DRAWINGS
    assert set(re.findall(r"icon(?:_name)?='([\w-]+)'", text)) <= DRAWINGS


def test_scripts_ask_only_for_drawings_in_the_sprite() -> None:
    sources = (ROOT / "frontend" / "src").rglob("*.js")
    code = "".join(path.read_text() for path in sources)
    asked = set(re.findall(r'\bicon\("([\w-]+)"\)', code))
    assert asked
    assert asked <= DRAWINGS


def test_scripts_say_only_what_the_page_translates() -> None:
    pages = (TEMPLATES / "_layout" / "texts.html", TEMPLATES / "pocket" / "_layout.html")
    known = {key for page in pages for key in re.findall(r'"(\w+)": _\(', page.read_text())}
    sources = (ROOT / "frontend" / "src").rglob("*.js")
    said = {key for path in sources for key in re.findall(r'\btext\("(\w+)"', path.read_text())}
    assert said
    assert said <= known


@pytest.mark.parametrize("path", own_templates(), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_templates_keep_the_content_security_policy(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r'\sstyle="', text), "inline styles are forbidden: use a class"
    assert not re.search(r'\son\w+="', text), "inline handlers are forbidden: use a behaviour"
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script


def test_no_script_names_another_host() -> None:
    """But for a name space, and an address in the text of one of ProseMirror's errors."""
    for path in DIST.glob("*.js"):
        hosts = set(re.findall(r"https?://([\w.-]+\.\w+)", path.read_text()))
        assert hosts <= {"www.w3.org", "prosemirror.net"}, path.name


def schema() -> Schema[str, str]:
    return Schema(json.loads((ROOT / "static" / "editor-schema.json").read_text()))


FIGURE = {"type": "figure", "attrs": {"asset": "a", "sha256": "b", "src": "/a"}}


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "paragraph"}],
        [{"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "标题"}]}],
        [FIGURE, {"type": "horizontal_rule"}],
        [{"type": "blockquote", "content": [{"type": "paragraph"}]}],
    ],
)
def test_the_server_reads_the_schema_of_the_editor(blocks: list[dict[str, Any]]) -> None:
    shared = schema()
    node = Node.from_json(shared, {"type": "doc", "content": blocks})
    node.check()
    assert Node.from_json(shared, node.to_json()).eq(node)


@pytest.mark.parametrize(
    "block",
    [
        {"type": "table"},
        {"type": "figure", "attrs": {"asset": "a"}},
        {"type": "heading", "attrs": {"level": "2"}},
        {"type": "blockquote", "content": [FIGURE]},
    ],
)
def test_the_schema_refuses_what_the_editor_cannot_make(block: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the library has one error for all of it
        Node.from_json(schema(), {"type": "doc", "content": [block]}).check()
