"""What comes in and goes out about notices."""

from __future__ import annotations

from datetime import datetime, time
from email.headerregistry import Address
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from kitchen.core.errors import N_
from kitchen.notifications.rules import Kind, Robot, Rung
from kitchen.people.labels import ROLES
from kitchen.web.schema import Answer, Schema


class NoticeOut(Answer):
    uid: str
    created_at: datetime
    kind: Kind
    text: str
    url: str
    count: int
    read_at: datetime | None
    snoozed_until: datetime | None


def _on_the_wall(value: object) -> object:
    """A time as the form field sends it, and a sentence of ours if it is none."""
    if not isinstance(value, str) or not value:
        return value or None
    try:
        return time.fromisoformat(value)
    except ValueError:
        raise ValueError(N_("请按 22:00 的样子填时间。")) from None


WallTime = Annotated[time | None, BeforeValidator(_on_the_wall)]


def mailbox(value: str) -> str:
    """An address that can be written into a letter and said to a mail server as it stands."""
    try:
        address = Address(addr_spec=value)
    except Exception:  # the parser stumbles over some addresses with errors of its own
        address = Address()
    plain = value.isascii() and "." in address.domain and "[" not in address.domain
    if value and not (plain and address.addr_spec == value):
        raise ValueError(N_("请填一个邮箱地址，例如 zhang@example.com，不用中文字和中文标点。"))
    return value


Mailbox = Annotated[str, Field(max_length=254), AfterValidator(mailbox)]


class SettingsIn(Schema):
    """How one wants to hear. ``wants`` holds "kind:way" for every box that is ticked.

    ``robot_url`` and ``robot_secret`` are written only: empty ones leave what is there, unless
    ``robot_gone`` is set.
    """

    mail_address: Mailbox = ""
    robot: Robot | None = None
    robot_url: str = Field("", max_length=1000)
    robot_secret: str = Field("", max_length=200)
    robot_gone: bool = False
    quiet_since: WallTime = None
    quiet_until: WallTime = None
    digest_at: WallTime = None
    wants: list[str] = Field(default_factory=list, max_length=100)


class SeenIn(Schema):
    """What of the list was shown: up to which notice, and as it stood when."""

    newest: str | None = Field(None, max_length=22)
    seen: AwareDatetime | None = None


class SettingsOut(Answer):
    mail_address: str
    robot: Robot | None
    quiet_since: time | None
    quiet_until: time | None
    digest_at: time | None
    wants: list[str]


def _post(value: object) -> object:
    if value and value not in ROLES:
        raise ValueError(N_("没有这个岗位，请从列表里选。"))
    return value


Post = Annotated[str, BeforeValidator(_post)]
Minutes = Annotated[int, Field(ge=1, le=1440)]


class LineIn(Schema):
    """The rungs of a line, from the first; a rung without a role ends it."""

    role_1: Post = ""
    minutes_1: Minutes = 10
    role_2: Post = ""
    minutes_2: Minutes = 10
    role_3: Post = ""
    minutes_3: Minutes = 10

    def line(self) -> list[Rung]:
        rungs = [
            Rung(self.role_1, self.minutes_1),
            Rung(self.role_2, self.minutes_2),
            Rung(self.role_3, self.minutes_3),
        ]
        return [rung for rung in rungs if rung.role]


class RungOut(Answer):
    role: str
    minutes: int


class LineOut(Answer):
    """Who is called when nobody answers an alarm of a kind."""

    kind: Kind
    line: list[RungOut]


class AlarmStepOut(Answer):
    role: str
    at: datetime
    told: list[str]


class AlarmOut(Answer):
    """Something urgent: whom it reached, rung by rung, and who answered."""

    uid: str
    created_at: datetime
    kind: Kind
    text: str
    url: str
    steps: list[AlarmStepOut]
    closed_at: datetime | None
    closed_by: str | None
