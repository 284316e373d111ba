"""What comes in and goes out about groups of accounts; forms and the API share it."""

from __future__ import annotations

from pydantic import Field

from kitchen.matrix.group_models import AccountGroup
from kitchen.web.schema import Answer, Schema


class GroupIn(Schema):
    """A group; ``lead`` and ``followers`` are uids of accounts."""

    name: str = Field(min_length=2, max_length=60)
    lead: str = Field(min_length=1, max_length=22)
    followers: list[str] = Field(default_factory=list, max_length=500)
    note: str = Field("", max_length=200)
    version: int | None = None


class MemberOut(Answer):
    account: str
    name: str
    channel: str
    unit: str
    leads: bool


class GroupOut(Answer):
    uid: str
    version: int
    name: str
    note: str
    accounts: list[MemberOut]


def group_out(group: AccountGroup) -> GroupOut:
    """The group as the API shows it, whoever leads first."""
    members = [
        MemberOut(
            account=each.uid,
            name=each.name,
            channel=each.channel,
            unit=each.unit.name,
            leads=each is group.lead,
        )
        for each in group.accounts
    ]
    return GroupOut(
        uid=group.uid, version=group.version, name=group.name, note=group.note, accounts=members
    )
