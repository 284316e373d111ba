"""The registry: how accounts stand, their figures; filings, people, transfers, rules.

Revision 0022, after 0020.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
TABLES = (
    "calendar_day",
    "regulation",
    "clause",
    "matrix_evidence",
    "matrix_setting",
    "media_worker",
    "account_figures",
    "account_worker",
    "custody",
    "filing",
)
"""In the order in which they may be made."""
COLUMNS = (
    "measured_at",
    "last_post_at",
    "mean_reads",
    "posts_30d",
    "positioning",
    "brand",
    "batch",
    "filing_no",
    "certified_as",
    "opened_on",
    "state",
    "held",
)


def upgrade() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )

    op.create_table(
        "regulation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("doc_no", sa.String(length=40), nullable=False),
        sa.Column("issued_by", sa.String(length=80), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regulation")),
        sa.UniqueConstraint("title", "edition", name=op.f("uq_regulation_title_edition")),
        sa.UniqueConstraint("uid", name=op.f("uq_regulation_uid")),
    )

    op.create_table(
        "clause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("regulation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["regulation_id"], ["regulation.id"], name=op.f("fk_clause_regulation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause")),
        sa.UniqueConstraint("uid", name=op.f("uq_clause_uid")),
    )

    with op.batch_alter_table("clause", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_clause_regulation_id"), ["regulation_id"], unique=False
        )

    op.create_table(
        "matrix_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject_uid", sa.String(length=22), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("mime", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_matrix_evidence_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_matrix_evidence_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matrix_evidence")),
        sa.UniqueConstraint("uid", name=op.f("uq_matrix_evidence_uid")),
    )

    with op.batch_alter_table("matrix_evidence", schema=None) as batch_op:
        batch_op.create_index("ix_matrix_evidence_subject_uid", ["subject_uid"], unique=False)

    op.create_table(
        "matrix_setting",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["staff.id"], name=op.f("fk_matrix_setting_changed_by_id")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_matrix_setting")),
    )

    op.create_table(
        "media_worker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("establishment", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("vetted_by", sa.String(length=80), nullable=False),
        sa.Column("vetted_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("left", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_media_worker_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_worker")),
        sa.UniqueConstraint("uid", name=op.f("uq_media_worker_uid")),
        sa.UniqueConstraint(
            "unit_id", "name", "phone", name=op.f("uq_media_worker_unit_id_name_phone")
        ),
    )

    with op.batch_alter_table("media_worker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_media_worker_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "account_figures",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("followers", sa.Integer(), nullable=True),
        sa.Column("posts_30d", sa.Integer(), nullable=True),
        sa.Column("mean_reads", sa.Integer(), nullable=True),
        sa.Column("last_post_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_figures_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "day", name=op.f("pk_account_figures")),
    )

    op.create_table(
        "account_worker",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_worker_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["media_worker.id"], name=op.f("fk_account_worker_worker_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "worker_id", name=op.f("pk_account_worker")),
    )

    with op.batch_alter_table("account_worker", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_worker_worker_id"), ["worker_id"], unique=False
        )

    op.create_table(
        "custody",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("from_unit_id", sa.Integer(), nullable=False),
        sa.Column("to_unit_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("secrets_sealed", sa.Text(), nullable=False),
        sa.Column("handed_by_id", sa.Integer(), nullable=True),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_by_id", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_custody_account_id")),
        sa.ForeignKeyConstraint(
            ["from_unit_id"], ["unit.id"], name=op.f("fk_custody_from_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["handed_by_id"], ["staff.id"], name=op.f("fk_custody_handed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["received_by_id"], ["staff.id"], name=op.f("fk_custody_received_by_id")
        ),
        sa.ForeignKeyConstraint(["to_unit_id"], ["unit.id"], name=op.f("fk_custody_to_unit_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_custody_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody")),
        sa.UniqueConstraint("uid", name=op.f("uq_custody_uid")),
    )

    with op.batch_alter_table("custody", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_custody_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_custody_state_id", ["state", "id"], unique=False)

    op.create_table(
        "filing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("eligibility", sa.String(length=16), nullable=False),
        sa.Column("exception_reason", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=False),
        sa.Column("consented_by_id", sa.Integer(), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_by_id", sa.Integer(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_because", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_filing_account_id")),
        sa.ForeignKeyConstraint(
            ["consented_by_id"], ["staff.id"], name=op.f("fk_filing_consented_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["staff.id"], name=op.f("fk_filing_drafted_by_id")
        ),
        sa.ForeignKeyConstraint(["filed_by_id"], ["staff.id"], name=op.f("fk_filing_filed_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_filing_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
        sa.UniqueConstraint("uid", name=op.f("uq_filing_uid")),
    )

    with op.batch_alter_table("filing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_filing_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_filing_state_id", ["state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_filing_unit_id"), ["unit_id"], unique=False)

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch_op.add_column(
            sa.Column("state", sa.String(length=10), nullable=False, server_default="surveyed")
        )
        batch_op.add_column(sa.Column("opened_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("certified_as", sa.String(length=120), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("filing_no", sa.String(length=40), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("batch", sa.String(length=40), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("brand", sa.String(length=40), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("positioning", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("posts_30d", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("mean_reads", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("last_post_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("measured_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_account_state"), ["state"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_state"))
        for name in COLUMNS:
            batch_op.drop_column(name)
    for name in reversed(TABLES):
        op.drop_table(name)
