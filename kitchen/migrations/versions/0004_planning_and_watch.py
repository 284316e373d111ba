"""Planning and the watch: embargoes, campaigns, follow-ups, ends of access, foreign posts.

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_campaign_made_by_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_campaign_topic_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_campaign_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("uid", name=op.f("uq_campaign_uid")),
    )
    op.create_table(
        "foreign_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("remote_id", sa.String(length=200), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("judged_by_id", sa.Integer(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_foreign_post_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["judged_by_id"], ["staff.id"], name=op.f("fk_foreign_post_judged_by_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_foreign_post_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_foreign_post")),
        sa.UniqueConstraint(
            "account_id", "remote_id", name=op.f("uq_foreign_post_account_id_remote_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_foreign_post_uid")),
    )
    with op.batch_alter_table("foreign_post", schema=None) as batch_op:
        batch_op.create_index("ix_foreign_post_state_id", ["state", "id"], unique=False)

    op.create_table(
        "walk",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("walked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_walk_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_walk")),
    )
    op.create_table(
        "campaign_piece",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_piece_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_campaign_piece_story_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_piece")),
        sa.UniqueConstraint("story_id", name=op.f("uq_campaign_piece_story_id")),
    )
    with op.batch_alter_table("campaign_piece", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_campaign_piece_campaign_id"), ["campaign_id"], unique=False
        )

    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["done_by_id"], ["staff.id"], name=op.f("fk_follow_up_done_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_follow_up_staff_id")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_follow_up_story_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("uid", name=op.f("uq_follow_up_uid")),
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index("ix_follow_up_done_at_due_at", ["done_at", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_story_id"), ["story_id"], unique=False)

    op.create_table(
        "missed",
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_missed_publication_id")
        ),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_missed")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("access_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("access_told", sa.Integer(), nullable=True))

    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.add_column(sa.Column("embargo_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("in_unison", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.drop_column("in_unison")
        batch_op.drop_column("embargo_until")

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("access_told")
        batch_op.drop_column("access_until")

    op.drop_table("missed")
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_story_id"))
        batch_op.drop_index("ix_follow_up_done_at_due_at")

    op.drop_table("follow_up")
    with op.batch_alter_table("campaign_piece", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_piece_campaign_id"))

    op.drop_table("campaign_piece")
    op.drop_table("walk")
    with op.batch_alter_table("foreign_post", schema=None) as batch_op:
        batch_op.drop_index("ix_foreign_post_state_id")

    op.drop_table("foreign_post")
    op.drop_table("campaign")
