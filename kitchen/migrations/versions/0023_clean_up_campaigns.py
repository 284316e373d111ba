"""Clean-up campaigns: accounts judged, decided on and closed; burdens; the dictionary of risks.

Revision 0023, after 0022.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
TABLES = (
    "risk_type",
    "cleanup",
    "burden",
    "cleanup_item",
    "cleanup_unit",
    "account_closing",
)
"""In the order in which they may be made."""


def upgrade() -> None:
    op.create_table(
        "risk_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_type")),
        sa.UniqueConstraint("key", name=op.f("uq_risk_type_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_risk_type_uid")),
    )

    op.create_table(
        "cleanup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("batch", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("check_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opinion_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("meeting_no", sa.String(length=40), nullable=False),
        sa.Column("meeting_on", sa.Date(), nullable=True),
        sa.Column("decision_doc", sa.String(length=80), nullable=False),
        sa.Column("notice_no", sa.String(length=40), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["staff.id"], name=op.f("fk_cleanup_opened_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cleanup")),
        sa.UniqueConstraint("name", name=op.f("uq_cleanup_name")),
        sa.UniqueConstraint("uid", name=op.f("uq_cleanup_uid")),
    )

    op.create_table(
        "burden",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleanup_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=6), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.Column("mean_reads", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_burden_account_id")),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_burden_by_id")),
        sa.ForeignKeyConstraint(["cleanup_id"], ["cleanup.id"], name=op.f("fk_burden_cleanup_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_burden")),
        sa.UniqueConstraint(
            "cleanup_id", "account_id", "phase", name=op.f("uq_burden_cleanup_id_account_id_phase")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_burden_uid")),
    )

    op.create_table(
        "cleanup_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleanup_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("haves", JSON, nullable=False),
        sa.Column("asked", sa.String(length=6), nullable=True),
        sa.Column("asked_because", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("dimensions", JSON, nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("advised", sa.String(length=6), nullable=True),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("opined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opined_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_because", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_as", sa.String(length=16), nullable=True),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_cleanup_item_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["staff.id"], name=op.f("fk_cleanup_item_checked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["cleanup_id"], ["cleanup.id"], name=op.f("fk_cleanup_item_cleanup_id")
        ),
        sa.ForeignKeyConstraint(
            ["opined_by_id"], ["staff.id"], name=op.f("fk_cleanup_item_opined_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["account.id"], name=op.f("fk_cleanup_item_target_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cleanup_item")),
        sa.UniqueConstraint(
            "cleanup_id", "account_id", name=op.f("uq_cleanup_item_cleanup_id_account_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_cleanup_item_uid")),
    )

    with op.batch_alter_table("cleanup_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cleanup_item_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "cleanup_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleanup_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("aspects", JSON, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_cleanup_unit_by_id")),
        sa.ForeignKeyConstraint(
            ["cleanup_id"], ["cleanup.id"], name=op.f("fk_cleanup_unit_cleanup_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_cleanup_unit_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cleanup_unit")),
        sa.UniqueConstraint(
            "cleanup_id", "unit_id", name=op.f("uq_cleanup_unit_cleanup_id_unit_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_cleanup_unit_uid")),
    )

    op.create_table(
        "account_closing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("cause", sa.String(length=10), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("story_uid", sa.String(length=22), nullable=False),
        sa.Column("notice_url", sa.String(length=500), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report_no", sa.String(length=40), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_closing_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["cleanup_item.id"], name=op.f("fk_account_closing_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["account.id"], name=op.f("fk_account_closing_target_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_closing")),
        sa.UniqueConstraint("uid", name=op.f("uq_account_closing_uid")),
    )

    with op.batch_alter_table("account_closing", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_closing_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_account_closing_item_id"), ["item_id"], unique=False)
        batch_op.create_index("ix_account_closing_state_due_at", ["state", "due_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_account_closing_story_uid"), ["story_uid"], unique=False
        )


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)
