"""Figures of pieces: whose turn it is to be counted, targets, alarms, response times.

Pieces that are live already are counted from now on, at the ages that they still have before them:
what would be told of them today belongs to no age that they have passed.

Revision 0034, after 0033.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

AGES = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 72, 168, 720))
IN_TOTAL = ("bilibili", "douyin", "getui", "kuaishou", "toutiao", "weibo", "weibo_article")
"""Channels whose platform told everything so far when this step was made."""
BY_DAY = ("wechat", "wechat_pictures")
"""Those whose platform told single days, at nine the next morning; nothing of a single hour."""
CENTRE = ZoneInfo("Asia/Shanghai")
NINE = time(9)
AT_ONCE = 1000


def upgrade() -> None:
    op.create_table(
        "read_target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("measure", sa.String(length=6), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("age", sa.Integer(), nullable=False),
        sa.Column("reads", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_target")),
        sa.UniqueConstraint(
            "scope", "measure", "subject", name=op.f("uq_read_target_scope_measure_subject")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_read_target_uid")),
    )
    op.create_table(
        "story_times",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=True),
        sa.Column("assigned", sa.Integer(), nullable=True),
        sa.Column("begun", sa.Integer(), nullable=True),
        sa.Column("submitted", sa.Integer(), nullable=True),
        sa.Column("approved", sa.Integer(), nullable=True),
        sa.Column("live", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_times_story_id")),
        sa.PrimaryKeyConstraint("story_id", name=op.f("pk_story_times")),
    )
    with op.batch_alter_table("story_times", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_story_times_live_at"), ["live_at"], unique=False)

    op.create_table(
        "figures_alarm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("age", sa.Integer(), nullable=False),
        sa.Column("concern", sa.String(length=20), nullable=False),
        sa.Column(
            "seen",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_figures_alarm_publication_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_figures_alarm_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figures_alarm")),
        sa.UniqueConstraint(
            "publication_id",
            "age",
            "concern",
            name=op.f("uq_figures_alarm_publication_id_age_concern"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_figures_alarm_uid")),
    )
    with op.batch_alter_table("figures_alarm", schema=None) as batch_op:
        batch_op.create_index("ix_figures_alarm_state_id", ["state", "id"], unique=False)

    op.create_table(
        "piece_turn",
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_piece_turn_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_piece_turn_publication_id")
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_piece_turn_story_id")),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_piece_turn")),
    )
    with op.batch_alter_table("piece_turn", schema=None) as batch_op:
        batch_op.create_index(
            "ix_piece_turn_account_id_live_at", ["account_id", "live_at"], unique=False
        )
        batch_op.create_index(
            "ix_piece_turn_account_id_next_at", ["account_id", "next_at"], unique=False
        )
        batch_op.create_index("ix_piece_turn_live_at_channel", ["live_at", "channel"], unique=False)
        batch_op.create_index(batch_op.f("ix_piece_turn_next_at"), ["next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_piece_turn_story_id"), ["story_id"], unique=False)

    _enrol()


def _enrol() -> None:
    """Count what stands among readers, from the first age on that is still ahead."""
    names = ("story_id", "account_id", "channel", "position")
    moment = sa.DateTime(timezone=True)
    publication = sa.table(
        "publication",
        *(sa.column(name) for name in ("id", "kind", "state", *names)),
        sa.column("since", moment),
    )
    turn = sa.table(
        "piece_turn",
        *(sa.column(name) for name in ("publication_id", "failures", "words", *names)),
        *(sa.column(name, moment) for name in ("live_at", "next_at")),
    )
    standing = (publication.c.kind == "publish", publication.c.state == "live")
    found = op.get_bind().execute(sa.select(publication).where(*standing)).all()
    for at in range(0, len(found), AT_ONCE):
        op.bulk_insert(turn, [_turn(row, names) for row in found[at : at + AT_ONCE]])


def _turn(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    live = row.since if row.since.tzinfo else row.since.replace(tzinfo=UTC)
    ahead = (at for at in _looks(row.channel, live) if at > datetime.now(UTC))
    return {
        "publication_id": row.id,
        **{name: getattr(row, name) for name in names},
        "live_at": live,
        "next_at": next(ahead, None),
        "failures": 0,
        "words": "",
    }


def _looks(channel: str, live: datetime) -> Iterator[datetime]:
    """When its platform would be asked about a piece, if it is asked at all."""
    if channel in IN_TOTAL:
        yield from (live + age for age in AGES)
    if channel in BY_DAY:
        for age in AGES[2:]:
            morning = (live + age).astimezone(CENTRE).date() + timedelta(days=1)
            yield datetime.combine(morning, NINE, CENTRE).astimezone(UTC)


def downgrade() -> None:
    for name in ("piece_turn", "figures_alarm", "story_times", "read_target"):
        op.drop_table(name)
