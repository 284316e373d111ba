"""Figures of pieces: whose turn it is to be counted, targets, alarms, response times.

Pieces that are live already are counted from now on, at the ages that they still have before them.

Revision 0034, after 0033.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


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

    op.execute(
        "INSERT INTO piece_turn (publication_id, story_id, account_id, channel, position, live_at,"
        " next_at, failures, words) SELECT id, story_id, account_id, channel, position, since,"
        " since, 0, '' FROM publication WHERE kind = 'publish' AND state = 'live'"
    )


def downgrade() -> None:
    for name in ("piece_turn", "figures_alarm", "story_times", "read_target"):
        op.drop_table(name)
