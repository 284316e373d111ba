"""The project's own Python files, parsed once for the rules that read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("kitchen", "channels", "assets")
GENERATED = ROOT / "kitchen" / "migrations" / "versions"


@dataclass(frozen=True)
class Source:
    """One file: its path inside the project, its text, its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"

    def imports(self, node: ast.AST | None = None) -> Iterator[tuple[ast.stmt, str]]:
        """Every import below ``node``: the statement and the full name of what it brings."""
        for found in ast.walk(node or self.tree):
            if isinstance(found, ast.Import):
                yield from ((found, alias.name) for alias in found.names)
            elif isinstance(found, ast.ImportFrom):
                yield from ((found, f"{found.module}.{alias.name}") for alias in found.names)

    def calls(self, *names: str) -> Iterator[ast.Call]:
        """Every call of something with one of these last names."""
        for found in ast.walk(self.tree):
            if isinstance(found, ast.Call) and _last_name(found.func) in names:
                yield found


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def read(path: str, text: str) -> Source:
    return Source(path, text, ast.parse(text, path))


@cache
def product() -> tuple[Source, ...]:
    """Every file of the product; migrations, which are history, aside."""
    files = (file for package in PRODUCT for file in sorted((ROOT / package).rglob("*.py")))
    return tuple(
        read(str(file.relative_to(ROOT)), file.read_text())
        for file in files
        if GENERATED not in file.parents
    )
