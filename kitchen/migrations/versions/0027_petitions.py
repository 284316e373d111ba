"""Petitions: questions, the units that answer, replies, terms, ratings, what the public reads.

And the working days by which terms are counted.

Revision 0027, after 0020.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "petition_flood",
        sa.Column("starts_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("network", sa.String(length=32), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("filed", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("starts_at", "network", name=op.f("pk_petition_flood")),
    )
    op.create_table(
        "petition_parameter",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_petition_parameter")),
    )
    op.create_table(
        "petition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=True),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("contact_sealed", sa.Text(), nullable=False),
        sa.Column("may_publish", sa.Boolean(), nullable=False),
        sa.Column("from_lead_id", sa.Integer(), nullable=True),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_lead_id"], ["lead.id"], name=op.f("fk_petition_from_lead_id")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_petition_lead_id")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["petition.id"], name=op.f("fk_petition_merged_into_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_petition_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_petition_code_hash")),
        sa.UniqueConstraint("from_lead_id", name=op.f("uq_petition_from_lead_id")),
        sa.UniqueConstraint("lead_id", name=op.f("uq_petition_lead_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_petition_uid")),
    )
    with op.batch_alter_table("petition", schema=None) as batch_op:
        batch_op.create_index("ix_petition_call_at", ["call_at"], unique=False)
        batch_op.create_index("ix_petition_created_at", ["created_at"], unique=False)
        batch_op.create_index("ix_petition_merged_into_id", ["merged_into_id"], unique=False)
        batch_op.create_index("ix_petition_state_id", ["state", "id"], unique=False)

    op.create_table(
        "petition_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_petition_entry_petition_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_petition_entry_staff_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_petition_entry_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_entry")),
    )
    with op.batch_alter_table("petition_entry", schema=None) as batch_op:
        batch_op.create_index("ix_petition_entry_petition_id", ["petition_id"], unique=False)
        batch_op.create_index("ix_petition_entry_step_at", ["step", "at"], unique=False)

    op.create_table(
        "petition_public",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=True),
        sa.Column("pictures", JSON, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report_url", sa.Text(), nullable=False),
        sa.Column("report_title", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["unit.id"], name=op.f("fk_petition_public_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_petition_public_petition_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_petition_public_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_public")),
        sa.UniqueConstraint("petition_id", name=op.f("uq_petition_public_petition_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_petition_public_uid")),
    )
    with op.batch_alter_table("petition_public", schema=None) as batch_op:
        batch_op.create_index("ix_petition_public_state_id", ["state", "id"], unique=False)

    op.create_table(
        "petition_rating",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_petition_rating_petition_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_petition_rating_unit_id")),
        sa.PrimaryKeyConstraint("petition_id", "round", name=op.f("pk_petition_rating")),
    )
    with op.batch_alter_table("petition_rating", schema=None) as batch_op:
        batch_op.create_index("ix_petition_rating_at", ["at"], unique=False)

    op.create_table(
        "petition_transfer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("replied_by_id", sa.Integer(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("urges", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_petition_transfer_petition_id")
        ),
        sa.ForeignKeyConstraint(
            ["replied_by_id"], ["staff.id"], name=op.f("fk_petition_transfer_replied_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_petition_transfer_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_transfer")),
        sa.UniqueConstraint("uid", name=op.f("uq_petition_transfer_uid")),
    )
    with op.batch_alter_table("petition_transfer", schema=None) as batch_op:
        batch_op.create_index("ix_petition_transfer_created_at", ["created_at"], unique=False)
        batch_op.create_index("ix_petition_transfer_done_at", ["done_at"], unique=False)
        batch_op.create_index("ix_petition_transfer_petition_id", ["petition_id"], unique=False)
        batch_op.create_index(
            "ix_petition_transfer_unit_id_state_id",
            ["unit_id", "state", "petition_id"],
            unique=False,
        )

    op.create_table(
        "petition_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transfer_id"],
            ["petition_transfer.id"],
            name=op.f("fk_petition_extension_transfer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_petition_extension_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_extension")),
        sa.UniqueConstraint("transfer_id", name=op.f("uq_petition_extension_transfer_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_petition_extension_uid")),
    )


def downgrade() -> None:
    for name in (
        "petition_extension",
        "petition_transfer",
        "petition_rating",
        "petition_public",
        "petition_entry",
        "petition",
        "petition_parameter",
        "petition_flood",
    ):
        op.drop_table(name)
