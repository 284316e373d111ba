"""The meeting and planning: stages, places, votes, appeals, the wall's page, recurring plans.

Revision 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _json() -> sa.types.TypeEngine:
    on_postgresql = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
    return sa.JSON(none_as_null=True).with_variant(on_postgresql, "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("topic", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("column", sa.String(length=40), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("place", sa.String(length=40), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("stage", sa.String(length=10), nullable=False, server_default="planned")
        )
        batch_op.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_topic_owner_id"), "staff", ["owner_id"], ["id"])
        batch_op.create_index("ix_topic_owner_id", ["owner_id"], unique=False)
        batch_op.create_index("ix_topic_planned_on_id", ["planned_on", "id"], unique=False)

    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("secret_votes", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("shown", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("shown_since", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("votes_for", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("votes_against", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("abstentions", sa.Integer(), nullable=True))

    op.create_table(
        "vote",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_vote_item_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_vote_staff_id")),
        sa.PrimaryKeyConstraint("item_id", "staff_id", name=op.f("pk_vote")),
    )
    op.create_table(
        "appeal",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("against", sa.String(length=10), nullable=False),
        sa.Column("first_reason", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_appeal_by_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_appeal_topic_id")),
        sa.PrimaryKeyConstraint("topic_id", name=op.f("pk_appeal")),
    )
    op.create_table(
        "topic_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("angle", sa.Text(), nullable=False),
        sa.Column("forms", _json(), nullable=False),
        sa.Column("channels", _json(), nullable=False),
        sa.Column("column", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("resources", sa.Text(), nullable=False),
        sa.Column("risk", sa.String(length=10), nullable=False),
        sa.Column("rhythm", sa.String(length=8), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name=op.f("fk_topic_plan_owner_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_topic_plan_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_plan")),
        sa.UniqueConstraint("uid", name=op.f("uq_topic_plan_uid")),
    )
    op.create_table(
        "plan_filing",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("falls_on", sa.Date(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["topic_plan.id"], name=op.f("fk_plan_filing_plan_id")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_plan_filing_topic_id")),
        sa.PrimaryKeyConstraint("plan_id", "falls_on", name=op.f("pk_plan_filing")),
    )


def downgrade() -> None:
    for table in ("plan_filing", "topic_plan", "appeal", "vote"):
        op.drop_table(table)
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        for column in ("abstentions", "votes_against", "votes_for"):
            batch_op.drop_column(column)
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        for column in ("shown_since", "shown", "secret_votes"):
            batch_op.drop_column(column)
    with op.batch_alter_table("topic", schema=None) as batch_op:
        batch_op.drop_index("ix_topic_planned_on_id")
        batch_op.drop_index("ix_topic_owner_id")
        batch_op.drop_constraint(op.f("fk_topic_owner_id"), type_="foreignkey")
        for column in ("owner_id", "stage", "urgent", "place", "column"):
            batch_op.drop_column(column)
