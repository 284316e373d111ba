"""What comes in and goes out in planning; forms and the API share it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from pydantic import Field

from kitchen.core import clock
from kitchen.planning.mobile_first import Breach
from kitchen.planning.models import Campaign, FollowUp
from kitchen.planning.queries import Release, Statement
from kitchen.planning.slots import Key, Lot
from kitchen.planning.stagger import Rhythm
from kitchen.web.moments import CentreTime
from kitchen.web.schema import Answer, Schema


class CampaignIn(Schema):
    """A campaign; ``topic`` is a topic's uid, ``version`` the one that was seen."""

    name: str = Field(min_length=2, max_length=80)
    topic: str | None = Field(None, max_length=22)
    starts_at: CentreTime | None = None
    plan: str = Field("", max_length=2000)
    version: int | None = None


class PieceIn(Schema):
    """A story by its uid."""

    story: str = Field(min_length=1, max_length=22)


class RhythmIn(Schema):
    """From when, how many minutes apart, within which hours of the day."""

    start: CentreTime
    gap: int = Field(10, ge=0, le=1440)
    opens: time | None = None
    closes: time | None = None

    @property
    def rhythm(self) -> Rhythm:
        """The same on the newsroom's wall clock."""
        start, gap = clock.local(self.start), timedelta(minutes=self.gap)
        return Rhythm(start, gap, self.opens, self.closes)


class SlotIn(Schema):
    """The slot of a story on an account, both by uid; without one it goes out once approved."""

    story: str = Field(min_length=1, max_length=22)
    account: str = Field(min_length=1, max_length=22)
    slot: CentreTime | None = None


class SlotsIn(Schema):
    slots: list[SlotIn] = Field(max_length=2000)

    @property
    def by_key(self) -> dict[Key, datetime | None]:
        return {(each.story, each.account): each.slot for each in self.slots}


class FollowUpIn(Schema):
    """``staff`` is the uid of who is to publish; whoever asks, where it is left out."""

    due_at: CentreTime
    staff: str | None = Field(None, max_length=22)
    note: str = Field("", max_length=200)


class DayQuery(Schema):
    day: date | None = Field(None, ge=date(2000, 1, 1), le=date(2100, 1, 1))


class PieceOut(Answer):
    story: str
    title: str


class CampaignOut(Answer):
    uid: str
    version: int
    created_at: datetime
    name: str
    topic: str | None
    starts_at: datetime | None
    plan: str
    pieces: list[PieceOut]


class LotOut(Answer):
    story: str
    account: str
    channel: str
    slot: datetime | None
    beside: str | None
    """Title of another piece that comes close to it on the same account."""


class FollowUpOut(Answer):
    uid: str
    story: str
    staff: str
    due_at: datetime
    note: str
    done_at: datetime | None


class StatementOut(Answer):
    story: str
    title: str
    live: int
    of: int
    follow_ups: list[FollowUpOut]


class DeliveryOut(Answer):
    publication: str
    account: str
    channel: str
    lived_at: datetime | None
    lag_seconds: float | None
    breach: Breach | None


class ReleaseOut(Answer):
    story: str
    title: str
    first_channel: str
    first_at: datetime
    kept: bool
    deliveries: list[DeliveryOut]


def campaign_out(campaign: Campaign) -> CampaignOut:
    """The campaign as the API shows it."""
    plain = ("uid", "version", "created_at", "name", "starts_at", "plan")
    return CampaignOut(
        **{name: getattr(campaign, name) for name in plain},
        topic=campaign.topic.uid if campaign.topic else None,
        pieces=[
            PieceOut(story=piece.story.uid, title=piece.story.title) for piece in campaign.pieces
        ],
    )


def lot_out(lot: Lot, slots: Mapping[Key, datetime], beside: Mapping[Key, str]) -> LotOut:
    """A lot with the slot that is proposed for it, or the one that it has."""
    return LotOut(
        story=lot.story.uid,
        account=lot.account.uid,
        channel=lot.account.channel,
        slot=slots.get(lot.key, lot.slot),
        beside=beside.get(lot.key),
    )


def follow_up_out(follow_up: FollowUp) -> FollowUpOut:
    return FollowUpOut(
        uid=follow_up.uid,
        story=follow_up.story.uid,
        staff=follow_up.staff.uid,
        due_at=follow_up.due_at,
        note=follow_up.note,
        done_at=follow_up.done_at,
    )


def statement_out(statement: Statement) -> StatementOut:
    return StatementOut(
        story=statement.story.uid,
        title=statement.story.title,
        live=statement.live,
        of=statement.of,
        follow_ups=[follow_up_out(each) for each in statement.follow_ups],
    )


def release_out(release: Release) -> ReleaseOut:
    first = release.first
    rows = zip(release.deliveries, release.lived_at, first.lags, first.breaches, strict=True)
    return ReleaseOut(
        story=release.story.uid,
        title=release.story.title,
        first_channel=first.channel,
        first_at=first.at,
        kept=first.kept,
        deliveries=[
            DeliveryOut(
                publication=row.uid,
                account=row.account.uid,
                channel=row.channel,
                lived_at=lived_at,
                lag_seconds=lag.total_seconds() if lag is not None else None,
                breach=breach,
            )
            for row, lived_at, lag, breach in rows
        ],
    )
