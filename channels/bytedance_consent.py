"""The authorisation that a person gave for an account of 抖音 or 头条, and how long it lasts.

The refresh token lives for 30 days from the day of the authorisation, and renewing the access
token does not lengthen that. Applications with the right to it may ask for a new refresh token,
five times at most; this is done in the last week only, because the former one dies by it, and an
answer that is lost on the way costs the authorisation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from channels.base import N_, ChannelError, NeedsReauth, StaleToken, Tokens
from channels.bytedance_envelope import data_of, judged, number, text_of
from channels.http import Reply, Wire
from channels.settings import setting
from channels.tokens import Grant, token_name

LIFE = timedelta(days=30)
LAST_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_BEIJING = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class App:
    """The credentials of one authorised account."""

    client_key: str
    client_secret: str
    open_id: str
    refresh_token: str
    authorised_at: str = ""
    """The day of the authorisation (ISO 8601); empty where nobody wrote it down."""
    renewable: bool = False
    """Whether the application may renew refresh tokens."""


def authorised_setting() -> Any:
    """The field of ``Settings`` for the day of the authorisation."""
    hint = N_("如 2026-11-01；用来提醒授权何时到期，不填则在首次刷新后得知")
    return setting(N_("授权日期"), default="", hint=hint)


def renewable_setting() -> Any:
    """The field of ``Settings`` that says whether refresh tokens may be renewed."""
    hint = N_("开放平台批准了“刷新 refresh_token”时打开，授权最多可自动续五次")
    return setting(N_("可自动续期"), default=False, hint=hint)


class Consent:
    """One account's authorisation. ``wire`` leads to the host that grants tokens."""

    def __init__(self, app: App, wire: Wire, tokens: Tokens) -> None:
        self._app = app
        self._wire = wire
        self._tokens = tokens
        self.credential = f"{app.client_key}:{app.refresh_token}"
        self._newest = token_name("refresh", self.credential)
        self._end = token_name("until", self.credential)

    def until(self) -> datetime | None:
        """The last moment: as the platform last told it, else counted from the day set by hand."""
        if told := self._tokens.get(self._end):
            return datetime.fromisoformat(told)
        try:
            day = date.fromisoformat(self._app.authorised_at.strip())
        except ValueError:
            return None
        return datetime.combine(day, time.min, _BEIJING) + LIFE

    def renew(self, stale: str | None) -> Grant:
        """An access token by the newest refresh token, which is renewed as well when it is time.

        It is kept for a day at most, so that the last week is noticed when it comes.
        """
        try:
            reply = self._asked("refresh_token", grant_type="refresh_token")
            token = self._wire.veil.add(text_of(reply, "access_token"))
        except StaleToken as refusal:
            words, code, evidence = refusal.words, refusal.code, refusal.evidence
        else:
            self._note(reply, "refresh_expires_in")
            self._prolong()
            seconds = number(data_of(reply).get("expires_in"))
            return Grant(token, min(timedelta(seconds=max(seconds, 60)), _DAY))
        raise NeedsReauth(words, code=code, evidence=evidence)

    def _prolong(self) -> None:
        """Ask for thirty more days, if it is time and we may; a refusal changes nothing."""
        end = self.until()
        if not self._app.renewable or end is None or end - datetime.now(UTC) > LAST_WEEK:
            return
        try:
            reply = self._asked("renew_refresh_token")
            successor = self._wire.veil.add(text_of(reply, "refresh_token"))
        except ChannelError:
            return
        self._tokens.put(self._newest, successor, LIFE)
        self._note(reply, "expires_in")

    def _asked(self, call: str, **form: Any) -> Reply:
        spent = self._tokens.get(self._newest) or self._app.refresh_token
        form |= {"client_key": self._app.client_key, "refresh_token": self._wire.veil.add(spent)}
        return judged(self._wire.send("POST", f"/oauth/{call}/", form=form))

    def _note(self, reply: Reply, field: str) -> None:
        """Keep the end that the platform tells; it is remembered beyond, so that it can be told."""
        seconds = number(data_of(reply).get(field))
        if seconds > 0:
            left = timedelta(seconds=seconds)
            self._tokens.put(self._end, (datetime.now(UTC) + left).isoformat(), left + LIFE)
