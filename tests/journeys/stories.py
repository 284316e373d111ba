"""Stories brought as far as a journey needs them, by colleagues through the API."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import Image

from kitchen.core.clock import CENTRE

from .house import Colleague

Call = Callable[[str], Colleague]
IN_THE_ROOM = ["committee", "committee2", "chief", "deputy", "head"]


@dataclass(frozen=True)
class Draft:
    """A story by its uid, its title, and the version that stands."""

    uid: str
    title: str
    version: int


def convene(chief: Colleague) -> str:
    """Today's meeting, open and with its quorum; answers its day."""
    day = datetime.now(CENTRE).date().isoformat()
    meeting = chief.post(f"/meetings/{day}")
    chief.post(f"/meetings/{day}/roll", present=IN_THE_ROOM)
    if meeting["state"] == "planned":
        chief.post(f"/meetings/{day}/open")
    return day


def paragraph(*texts: str) -> dict[str, Any]:
    """A document of these paragraphs."""
    lines = [{"type": "paragraph", "content": [{"type": "text", "text": it}]} for it in texts]
    return {"type": "doc", "content": lines}


def begin_a_story(
    author: Colleague,
    title: str,
    channels: Sequence[str] = ("weibo",),
    *,
    ending: str = "第二段写得清清楚楚。",
    slot: datetime | None = None,
) -> Draft:
    """A draft with a text, bound for these channels, not before ``slot``."""
    story = author.post("/stories", title=title)
    accounts = author.get("/accounts", limit=50)["items"]
    when = {"slot": slot.isoformat()} if slot else {}
    chosen = [it["uid"] for it in accounts if it["enabled"] and it["channel"] in channels]
    aims = [{"account": it, **when} for it in chosen]
    uid = story["uid"]
    author.put(f"/stories/{uid}/targets", targets=aims)
    version = author.get(f"/stories/{uid}")["version"]
    saved = author.put(
        f"/stories/{uid}/draft",
        title=title,
        doc=paragraph(f"{title}，这是正文的第一段。", ending),
        fields={"sources": "柳湾街道办事处"},
        version=version,
    )
    return Draft(uid, title, saved["version"])


def submit_a_story(colleague: Call, title: str, channels: Sequence[str]) -> Draft:
    """A story that waits for its first level."""
    author = colleague("reporter")
    story = begin_a_story(author, title, channels)
    make_editions(author, story)
    version = author.get(f"/stories/{story.uid}")["version"]
    author.post(f"/stories/{story.uid}/submit", version=version)
    return story


def make_editions(author: Colleague, story: Draft) -> None:
    """With a picture of its own, for every channel that it is bound for."""
    asset = author.upload("照片.jpg", photo(story.title))
    uid = next(iter(asset.get("items", [asset])))["uid"]
    author.post(f"/stories/{story.uid}/assets", asset=uid)
    author.post(f"/stories/{story.uid}/editions")


def pass_all_levels(colleague: Call, story: Draft) -> None:
    """Every level passes what it sees; the last approves."""
    for username in ("editor2", "chief2", "deputy"):
        reviewer = colleague(username)
        queue = reviewer.get("/reviews")["items"]
        found = next(it for it in queue if it["story"] == story.uid)
        item = reviewer.get(f"/reviews/{found['uid']}")
        reviewer.post(f"/reviews/{found['uid']}/pass", seen_hash=item["seen_hash"])


def photo(seed: str) -> bytes:
    """A picture that no other story has."""
    tone = f"#{abs(hash(seed)) % 0xFFFFFF:06x}"
    buffer = io.BytesIO()
    Image.new("RGB", (1200, 900), tone).save(buffer, "JPEG")
    return buffer.getvalue()
