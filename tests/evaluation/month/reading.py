"""The figures of a page as a reader meets them: tables, marks, drawings, facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import html

Rows = list[list[str]]
UNKNOWN, NONE = "未知", "—"


@dataclass(frozen=True)
class Page:
    """A page that was served."""

    root: Any

    @property
    def tables(self) -> dict[str, Rows]:
        """Every table by its caption: the cells of each row."""
        return {words(it.find("caption")): list(_rows(it)) for it in self.root.iter("table")}

    @property
    def kpis(self) -> dict[str, tuple[str, str]]:
        """The figures that matter: by label the value, and the note below it."""
        return {
            _of(it, "kpi__label"): (_of(it, "kpi__value"), _of(it, "kpi__note"))
            for it in _classed(self.root, "kpi")
        }

    @property
    def drawn(self) -> list[str]:
        """The words of every drawing."""
        return [words(it) for it in self.root.xpath("//main//svg//text")]

    @property
    def facts(self) -> dict[str, str]:
        """Labels with their values."""
        found = {}
        for term in self.root.xpath("//main//dt"):
            found[words(term)] = words(term.getnext())
        return found

    @property
    def words(self) -> str:
        return words(self.root)

    def linked(self, beginning: str) -> dict[str, str]:
        """Where links lead that begin so, by their words."""
        links = self.root.xpath("//main//a[@href]")
        return {words(it): it.get("href") for it in links if it.get("href").startswith(beginning)}


def page_of(text: str) -> Page:
    return Page(html.document_fromstring(text))


def words(element: Any) -> str:
    """What an element says, in one line."""
    return "" if element is None else " ".join(element.text_content().split())


def _rows(table: Any) -> Iterator[list[str]]:
    for row in table.find("tbody").iter("tr"):
        yield [words(cell) for cell in row.iterchildren("th", "td")]


def _classed(element: Any, name: str) -> Any:
    spaced = "concat(' ', normalize-space(@class), ' ')"
    return element.xpath(f".//*[contains({spaced}, ' {name} ')]")


def _of(element: Any, name: str) -> str:
    return next((words(it) for it in _classed(element, name)), "")


# --- how pages write figures ---


def count(value: int | None) -> str:
    """A count that may be unknown, which is not nought."""
    return UNKNOWN if value is None else f"{value:,}"


def change(value: int) -> str:
    """A rise or a fall."""
    mark = "▲升" if value > 0 else "▼降" if value < 0 else "—持平"
    return f"{mark}{abs(value):,}" if value else mark
