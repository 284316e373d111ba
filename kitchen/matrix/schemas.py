"""What comes in and goes out about accounts; forms and the API share it. No secret goes out."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from pydantic import Field

from kitchen.matrix.models import Account
from kitchen.matrix.registry.rules import Health, Standing
from kitchen.matrix.rules import Condition
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Answer, Schema


class PlainIn(Schema):
    """What is said about an account besides its settings."""

    name: str = Field(min_length=2, max_length=80)
    handle: str = Field(min_length=1, max_length=120)
    followers: int = Field(0, ge=0, le=2_000_000_000)
    quiet_from: time | None = None
    quiet_until: time | None = None
    public_url: str = Field("", max_length=500, pattern=r"^(https?://[^\s<>\"]+)?$")
    principal: str = Field("", max_length=40)
    supervisor: str = Field("", max_length=40)
    office: str = Field("", max_length=80)
    keepers: str = Field("", max_length=200)
    opened_on: date | None = None
    certified_as: str = Field("", max_length=120)
    batch: str = Field("", max_length=40)
    brand: str = Field("", max_length=40)
    positioning: str = Field("", max_length=200)


class RegisterFormIn(PlainIn):
    """A new account; ``unit`` is the uid of the unit that answers for it."""

    unit: str = Field(min_length=1, max_length=22)


class ChangeFormIn(PlainIn):
    """All of an account anew; ``version`` is the one that was seen."""

    version: int | None = None


class RegisterIn(RegisterFormIn):
    """A new account as a program gives it: the settings stand by themselves."""

    channel: str = Field(min_length=1, max_length=32)
    settings: dict[str, Any] = Field(default_factory=dict)


class ChangeIn(ChangeFormIn):
    """The same from a program; a secret left out or blank stays as it is."""

    settings: dict[str, Any] | None = None


class SwitchIn(Schema):
    """``on`` is the state wanted, ``note`` says why."""

    on: bool
    note: str = Field("", max_length=500)


class UseIn(Schema):
    """The same for use or retirement, on the page that also has the switch."""

    on: bool
    reason: str = Field("", max_length=500)


class AccountQuery(PageQuery):
    channel: str | None = Field(None, max_length=32)
    health: Health | None = None


class AccountOut(Answer):
    uid: str
    version: int
    created_at: datetime
    channel: str
    name: str
    handle: str
    unit: str
    enabled: bool
    held: bool
    sending: bool
    halted_because: str
    condition: Condition
    state: Standing
    filing_no: str
    opened_on: date | None
    certified_as: str
    batch: str
    brand: str
    positioning: str
    quiet_from: time | None
    quiet_until: time | None
    followers: int | None
    public_url: str
    principal: str
    supervisor: str
    office: str
    keepers: str
    checked_at: datetime | None
    check: str
    access_until: datetime | None


def account_out(account: Account) -> AccountOut:
    """The account as the API shows it."""
    plain = {name: getattr(account, name) for name in _PLAIN}
    followers = account.figures.followers  # a zero that nobody measured is not known
    return AccountOut(unit=account.unit.name, followers=followers, **plain)


_PLAIN = set(AccountOut.model_fields) - {"unit", "followers"}
