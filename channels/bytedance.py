"""What 抖音 and 头条 share: one open platform with one envelope, one OAuth and one way to upload.

The access token is renewed with the account's refresh token, whose life (30 days) a renewal does
not lengthen: then a person authorises again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from channels import text
from channels.abilities import Seen
from channels.base import Files, Media, Receipt, Rejected, Tokens, Unsure
from channels.bytedance_consent import App, Consent
from channels.bytedance_envelope import data_of, judged, list_of, number, text_of
from channels.http import Aim, Reply, Veil, Wire
from channels.listing import look_back, made_since, recent
from channels.media import filename, parts, read
from channels.tokens import Bearer, token_name

WHOLE_BYTES = 50 * 1024 * 1024
"""Above this a video goes up in parts."""
PART_BYTES = 20 * 1024 * 1024
OFFLINE = "28001056"
"""The platform has taken this call away from this application."""
_OFFLINE_FOR = timedelta(days=1)
_PAGE = 20


@dataclass(frozen=True, slots=True)
class VideoPaths:
    """Where a platform takes videos."""

    whole: str
    start: str
    part: str
    complete: str


class Account:
    """One account on the open platform, as its adapters use it."""

    def __init__(self, app: App, base_url: str, auth_url: str, tokens: Tokens) -> None:
        veil = Veil(app.client_secret, app.refresh_token)
        self.open_id = app.open_id
        self._wire = Wire(base_url, veil)
        self._tokens = tokens
        self._consent = Consent(app, Wire(auth_url, veil), tokens)
        self._bearer = Bearer(tokens, self._consent.credential, veil, self._consent.renew)

    def access_until(self) -> datetime | None:
        """The last moment of the authorisation, while it is known."""
        return self._consent.until()

    def call(self, method: str, path: str, *, aim: Aim = Aim.REPEAT, **request: Any) -> Reply:
        """One judged request as this account; ``request`` as :meth:`Wire.send` takes it."""
        params = {"open_id": self.open_id, **request.pop("params", {})}

        def send(token: str) -> Reply:
            headers = {"access-token": token}
            reply = self._wire.send(
                method, path, aim=aim, params=params, headers=headers, **request
            )
            return judged(reply)

        return self._bearer.spend(send)

    def ask(self, method: str, path: str, **request: Any) -> Reply:
        """A reading :meth:`call` that the platform may have switched off for this application.

        One that was found switched off is refused here, unasked, for a day.
        """
        name = token_name("offline", f"{self._consent.credential}:{path}")
        if self._tokens.get(name):
            raise Rejected(path, code=OFFLINE)
        try:
            return self.call(method, path, **request)
        except Rejected as refusal:
            if refusal.code == OFFLINE:
                self._tokens.put(name, OFFLINE, _OFFLINE_FOR)
            raise

    def upload_video(self, paths: VideoPaths, files: Files, video: Media) -> str:
        """The platform's id of an uploaded video."""
        if video.size <= WHOLE_BYTES:
            reply = self._upload(paths.whole, "video", video, read(files, video), {})
        else:
            reply = self._upload_parts(paths, files, video)
        return text_of(reply, "video", "video_id")

    def upload_image(self, path: str, files: Files, image: Media) -> str:
        """The platform's id of an uploaded picture."""
        reply = self._upload(path, "image", image, read(files, image), {})
        return text_of(reply, "image", "image_id")

    def pages(self, path: str, **query: Any) -> Iterator[Sequence[dict[str, Any]]]:
        """A list of the account, newest first; pinned posts are where the platform puts them."""
        cursor: Any = 0
        while True:
            params = {**query, "cursor": cursor, "count": _PAGE}
            reply = self.ask("GET", path, params=params)
            yield list_of(reply)
            data = data_of(reply)
            if not data.get("has_more"):
                return
            if data.get("cursor") == cursor:
                raise Unsure("the platform's list stands still", code="list_cut")
            cursor = data.get("cursor")

    def _upload_parts(self, paths: VideoPaths, files: Files, video: Media) -> Reply:
        upload_id = text_of(self.call("POST", paths.start), "upload_id")
        for at, piece in enumerate(parts(files, video, PART_BYTES), start=1):
            where = {"upload_id": upload_id, "part_number": at}
            self._upload(paths.part, "video", video, piece, where)
        return self.call("POST", paths.complete, params={"upload_id": upload_id})

    def _upload(
        self, path: str, field: str, medium: Media, data: bytes, params: Mapping[str, Any]
    ) -> Reply:
        file = (filename(medium), data, medium.mime)
        return self.call("POST", path, params=params, files={field: file})


def created(item: Mapping[str, Any]) -> datetime:
    """When a listed post was made; the platform gives seconds, in some answers milliseconds.

    A pinned post stands at the head of the list whatever its age, and so must not end the search.
    """
    if item.get("is_top"):
        return datetime.max.replace(tzinfo=UTC)
    return moment(item)


def look_for(
    pages: Iterator[Sequence[dict[str, Any]]], words: str, since: datetime
) -> dict[str, Any] | None:
    """The listed post with these words that was made since then."""
    wanted = text.squeezed(words)

    def ours(item: dict[str, Any]) -> bool:
        same = text.squeezed(str(item.get("title", ""))) == wanted
        return same and recent(moment(item), since)

    return look_back(pages, since, created=created, ours=ours)


def seen(
    pages: Iterator[Sequence[dict[str, Any]]],
    since: datetime,
    standing: Callable[[Mapping[str, Any]], Receipt],
) -> Iterator[Seen]:
    """The listed posts that were made since then, whoever made them."""
    for item in made_since(pages, since, created=created):
        if moment(item) < since:
            continue
        words = str(item.get("title", ""))
        receipt, link = standing(item), text.URL.search(words)
        yield Seen(
            remote_id=receipt.remote_id,
            at=moment(item),
            title=words.partition("\n")[0],
            url=receipt.remote_url,
            link=link.group() if link else "",
            outcome=receipt.outcome,
        )


def moment(item: Mapping[str, Any]) -> datetime:
    """When something listed was made, pinned or not."""
    seconds = number(item.get("create_time"))
    if seconds < 0:
        raise Unsure("a listed post has no date", code="no_date")
    return datetime.fromtimestamp(seconds / 1000 if seconds > 10**11 else seconds, UTC)
