"""A workshop for the front end: the real templates and scripts on the smallest desk there is.

The stories station keeps one story in memory and can be told to fail in the ways that networks
and servers fail, so that what the scripts do about it can be watched.
"""

from __future__ import annotations

import base64
import json
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, Response, jsonify, redirect, render_template, request
from flask_babel import Babel
from markupsafe import Markup
from werkzeug.exceptions import BadGateway, ServiceUnavailable

from kitchen.web import parts
from tests.fixtures.served import Server

ROOT = Path(__file__).parents[2]
CENTRE = ZoneInfo("Asia/Shanghai")
POLICY = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'"


def paragraph(text: str) -> dict[str, Any]:
    content = [{"type": "text", "text": text}] if text else []
    return {"type": "doc", "content": [{"type": "paragraph", "content": content}]}


CARD = {
    "kind": "picture",
    "asset": "river1",
    "sha256": "a" * 64,
    "src": "/static/img/sample-river.svg",
    "caption": "河边",
    "credit": "周远 摄",
    "alt": "一条河",
}
"""A picture of the story as its card carries it."""


@dataclass
class StoryStation:
    """One story, saved with a version that must match; ``trouble`` holds what goes wrong next."""

    doc: dict[str, Any] = field(default_factory=lambda: paragraph("起始。"))
    fields: dict[str, str] = field(default_factory=lambda: {"title": "标题"})
    version: int = 1
    trouble: list[str] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    submitted: list[str] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return json.dumps(self.doc, ensure_ascii=False)

    def changed_by_another(self, text: str) -> None:
        self.doc, self.version = paragraph(text), self.version + 1

    def save(self, told: dict[str, Any]) -> Any:
        self.sent.append(told)
        trouble = self.trouble.pop(0) if self.trouble else ""
        if trouble == "down":
            raise ServiceUnavailable
        if trouble == "refuse":
            return jsonify(detail="标题太长。"), 422
        if told["version"] != self.version:
            return jsonify(theirs=self._theirs(), version=self.version), 409
        self.doc, self.version = told["doc"], self.version + 1
        self.fields = {name: value.strip() for name, value in told["fields"].items()}
        if trouble == "answer lost":
            raise BadGateway
        return jsonify(version=self.version)

    def _theirs(self) -> dict[str, Any]:
        return {
            "doc": self.doc,
            "title": self.fields.get("title", ""),
            "fields": self.fields,
            "by": "周远",
        }


@dataclass
class Workshop:
    """Where the pages are, and what the server behind them holds."""

    url: str = ""
    story: StoryStation = field(default_factory=StoryStation)
    rows: int = 0
    forms: list[dict[str, str]] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    streams: list[queue.Queue[str | None]] = field(default_factory=list)

    def tell(self, event: str, **data: Any) -> None:
        """Send an event to every open page."""
        for stream in self.streams:
            stream.put(f"event: {event}\ndata: {json.dumps(data)}\n\n")

    def close_streams(self, most: int | None = None) -> None:
        for stream in self.streams[:most]:
            stream.put(None)


@pytest.fixture
def workshop() -> Iterator[Workshop]:
    with opened() as shop:
        yield shop


@contextmanager
def opened() -> Iterator[Workshop]:
    """A workshop that answers until the end of the block; benchmarks use it as well."""
    shop = Workshop()
    app = _app()
    _mount_story(app, shop.story)
    _mount_live(app, shop)
    _mount_forms(app, shop)
    _mount_uploads(app, shop)
    server = Server(app, streams=True)
    shop.url = server.address
    try:
        yield shop
    finally:
        shop.close_streams()
        server.stop()


def _app() -> Flask:
    app = Flask(
        "workshop", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    app.config.update(SECRET_KEY="workshop", BABEL_DEFAULT_LOCALE="zh")
    Babel(app)
    app.jinja_loader.searchpath.append(str(Path(__file__).parent / "pages"))  # type: ignore[union-attr]
    manifest = json.loads((ROOT / "static" / "dist" / "manifest.json").read_text())
    app.jinja_env.globals.update(
        asset=lambda name: f"/static/dist/{manifest[name]}", csrf_token=lambda: "a token"
    )
    parts.give(app.jinja_env)
    app.jinja_env.filters.update(moment=_moment, ago=lambda when: "3 分钟前")
    app.context_processor(_around)
    app.after_request(_guard)
    app.add_url_rule("/favicon.ico", "favicon", lambda: ("", 204))
    app.add_url_rule("/styleguide", view_func=lambda: render_template("styleguide/index.html"))
    return app


def _moment(when: datetime) -> Markup:
    local = when.astimezone(CENTRE)
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(), f"{local:%H:%M}")


def _around() -> dict[str, Any]:
    places = [
        ("home", "我的工作台", "layout-dashboard", "/", 7),
        ("leads", "线索", "bulb", "/leads", 0),
    ]
    return {
        "actor": SimpleNamespace(
            name="林知夏", username="editor", unit_name="采编部", may=lambda permission: True
        ),
        "locale": "zh",
        "now": datetime.now(UTC),
        "unread": 4,
        "nav": [
            SimpleNamespace(key=key, label=label, icon=icon, url=url, count=count, active=False)
            for key, label, icon, url, count in places
        ],
    }


def _guard(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _mount_story(app: Flask, story: StoryStation) -> None:
    @app.get("/story")
    def write() -> str:
        return render_template("story.html", story=story, card=CARD)

    @app.put("/story")
    def save() -> Any:
        return story.save(request.get_json())

    @app.post("/story/codes")
    def draw() -> Any:
        given = request.get_json()
        if not given["address"].startswith("https://"):
            return jsonify(fields={"address": "请填完整网址。"}), 422
        return jsonify(asset="code1", sha256="c" * 64, src="/static/img/sample-river.svg", **given)

    @app.get("/story/pictures")
    def pictures() -> Any:
        kind = request.args["kind"]
        return jsonify(items=[{**CARD, "kind": kind, "thumb": CARD["src"]}])

    @app.post("/story/assets")
    def put() -> Any:
        story.uploads.append(request.get_json()["asset"])
        return jsonify()

    @app.post("/story/submit")
    def submit() -> str:
        story.submitted.append(story.text)
        return "sent"


def _mount_live(app: Flask, shop: Workshop) -> None:
    @app.get("/rows")
    def rows() -> str:
        return render_template("rows.html", rows=shop.rows)

    @app.get("/rows/part")
    def part() -> str:
        return render_template("_rows.html", rows=shop.rows)

    @app.get("/live")
    def live() -> Response:
        mailbox: queue.Queue[str | None] = queue.Queue()
        shop.streams.append(mailbox)

        def speak() -> Iterator[str]:
            yield "retry: 200\n\n"
            yield from iter(mailbox.get, None)

        return Response(speak(), mimetype="text/event-stream")


def _mount_forms(app: Flask, shop: Workshop) -> None:
    @app.route("/form", methods=["GET", "POST"])
    def form() -> Any:
        title = request.form.get("title", "")
        if request.method == "GET":
            return render_template("form.html", title="", errors={})
        shop.forms.append(request.form.to_dict())
        if title == "boom":
            raise ServiceUnavailable
        if title != "好标题":
            return render_template("form.html", title=title, errors={"title": "换个标题。"}), 422
        return redirect("/form?done")

    @app.get("/upload")
    def choose() -> str:
        return render_template("upload.html")


def _mount_uploads(app: Flask, shop: Workshop) -> None:
    """As much of tus as a tray needs: an upload is called by its file's name."""
    lengths: dict[str, int] = {}

    @app.get("/m/session.json")
    def session() -> Any:
        return jsonify(username="editor", token="a token")

    @app.post("/files/tus")
    def begin() -> Any:
        told = request.headers["Upload-Metadata"].split(",")
        words = {
            name: base64.b64decode(it).decode() for name, it in (each.split() for each in told)
        }
        lengths[words["filename"]] = int(request.headers["Upload-Length"])
        shop.words[words["filename"]] = words
        return "", 201, {"Location": f"/files/tus/{quote(words['filename'])}"}

    @app.get("/files/tus/<name>")
    def look(name: str) -> Any:
        arrived = {**CARD, "asset": "river1", "caption": name}
        told = {"stands": "stored", "asset": "river1", "known": False, "arrived": arrived}
        return jsonify(told), 200, {"Upload-Offset": "0"}

    @app.patch("/files/tus/<name>")
    def take(name: str) -> Any:
        if name == "broken.jpg":
            return jsonify(title="这张照片已经损坏，打不开。"), 422
        shop.uploads.append(f"{name} {len(request.get_data())}")
        return "", 204, {"Upload-Offset": str(lengths[name]), "Upload-Asset": "river1"}
