"""Walking the desk link by link, as one person, and reading what stands on each page."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx
from lxml import html

from .house import RunningHouse

_UID = re.compile(r"(?<=/)([\w-]{22}|\d{4}-\d\d-\d\d|\d+(?:\.\.\d+)?)(?=/|$)")
_ELSEWHERE = re.compile(
    r"^/(static|media|live|api)/|/package$|/minutes\.|\.(json|xml|ics|csv|xlsx|docx|pdf)$"
)
_LEFT_OVER = re.compile(r"\bundefined\b|\bNone\b|\{\{|\}\}|\{%|%\(\w+\)s|\[object Object\]")
_CHINESE = re.compile("[一-鿿]")
_OURS = " | ".join(
    f"//{place}"
    for place in (
        "nav//a",
        "button",
        "legend",
        "label[contains(@class, 'field__label')]",
        "thead//th",
        "div[@class='panel__top']/h2",
        "dt",
        "caption",
        "summary[not(contains(@class, 'bar__person'))]",
        "*[contains(@class, 'chip')][not(self::a)]",
        "p[contains(@class, 'field__help')]",
    )
)
"""Where the house speaks; whatever else may be the newsroom's own words, in their language."""


@dataclass(frozen=True)
class Seen:
    """A page as one person found it."""

    url: str
    status: int
    tree: html.HtmlElement

    @property
    def kind(self) -> str:
        """What kind of page it is: its path without the names of things."""
        return kind_of(self.url)

    @property
    def text(self) -> str:
        body = self.tree.find("body")
        parts = [] if body is None else body.xpath(".//text()[not(ancestor::script)]")
        return " ".join(" ".join(parts).split())

    @property
    def links(self) -> list[str]:
        """Addresses on this desk that lead to further pages, in their order."""
        found = (urljoin(self.url, link) for link in self.tree.xpath("//a[not(@download)]/@href"))
        inside = (urlsplit(link) for link in found)
        here = urlsplit(self.url)
        return list(
            dict.fromkeys(
                it._replace(fragment="").geturl()
                for it in inside
                if it.netloc == here.netloc and not _ELSEWHERE.search(it.path)
            )
        )

    def faults(self, lang: str) -> list[str]:
        """What is wrong with it, one sentence each."""
        return [f"{self.url}: {fault}" for fault in self._faults(lang)]

    def _faults(self, lang: str) -> Iterator[str]:
        if self.status != 200:
            yield f"status {self.status}"
            return
        if (many := len(self.tree.xpath("//h1"))) != 1:
            yield f"{many} h1"
        if left := _LEFT_OVER.search(self.text):
            yield f"left over: …{self.text[max(0, left.start() - 30) : left.end() + 30]}…"
        if lang == "en":
            yield from (f"Chinese left: {words}" for words in self._chinese())

    def _chinese(self) -> Iterator[str]:
        for element in self.tree.xpath(_OURS):
            words = " ".join(element.text_content().split())
            theirs = element.xpath("boolean(ancestor-or-self::*[not(self::html)][@lang='zh-CN'])")
            if _CHINESE.search(words) and not theirs:
                yield words


def kind_of(url: str) -> str:
    parts = urlsplit(url)
    names = sorted(pair.split("=")[0] for pair in parts.query.split("&") if pair)
    return _UID.sub("*", parts.path) + ("?" + "&".join(names) if names else "")


@dataclass
class Walk:
    """One person's way over the desk: every place of the navigation, and two links from there."""

    house: RunningHouse
    username: str
    lang: str
    seen: dict[str, Seen] = field(default_factory=dict)

    def go(self) -> Walk:
        with httpx.Client(base_url=self.house.desk, timeout=20, trust_env=False) as client:
            self._enter(client)
            layer = [f"{self.house.desk}/"]
            for _ in range(3):
                pages = [self._read(client, url) for url in layer]
                layer = self._fresh([link for page in pages for link in page.links])
        return self

    def _enter(self, client: httpx.Client) -> None:
        """Sign in, and choose the language."""
        word = self.house.passwords[self.username]
        _send(client, "/login", "/login", username=self.username, password=word)
        _send(client, "/", "/language", lang=self.lang, next="/")

    def _read(self, client: httpx.Client, url: str) -> Seen:
        answer = client.get(url, follow_redirects=True)
        page = Seen(url, answer.status_code, html.fromstring(answer.text or "<html></html>"))
        self.seen[kind_of(url)] = page
        return page

    def _fresh(self, links: list[str]) -> list[str]:
        """One of each kind that was not seen yet."""
        first = {kind_of(link): link for link in reversed(links)}
        return [link for kind, link in first.items() if kind not in self.seen]


def _send(client: httpx.Client, page: str, action: str, **fields: str) -> None:
    """Fill in a form: with the token that its page holds."""
    tree = html.fromstring(client.get(page).text)
    token = tree.xpath("string(//input[@name='csrf_token']/@value)")
    answer = client.post(action, data={"csrf_token": token, "_key": secrets.token_hex(8), **fields})
    assert answer.status_code == 302, f"{action}: {answer.status_code} {answer.text}"
