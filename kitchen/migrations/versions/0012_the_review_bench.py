"""The review bench: remarks, readings, proofs, stand-ins, reasons, the emergency lane.

Revision 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proof_policy",
        sa.Column("risk", sa.String(length=10), nullable=False),
        sa.Column("proofs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("risk", name=op.f("pk_proof_policy")),
    )
    op.create_table(
        "return_reason",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(length=22), nullable=False),
        sa.Column("words", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_reason")),
        sa.UniqueConstraint("key", name=op.f("uq_return_reason_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_return_reason_uid")),
    )
    op.create_table(
        "stand_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("stand_in_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["holder_id"], ["staff.id"], name=op.f("fk_stand_in_holder_id")),
        sa.ForeignKeyConstraint(
            ["stand_in_id"], ["staff.id"], name=op.f("fk_stand_in_stand_in_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_in")),
        sa.UniqueConstraint("uid", name=op.f("uq_stand_in_uid")),
    )
    with op.batch_alter_table("stand_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stand_in_holder_id"), ["holder_id"], unique=False)
        batch_op.create_index(
            "ix_stand_in_stand_in_id_ends_at", ["stand_in_id", "ends_at"], unique=False
        )

    op.create_table(
        "review_remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("path", sa.String(length=80), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("replacement", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["review_remark.id"], name=op.f("fk_review_remark_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["staff.id"], name=op.f("fk_review_remark_settled_by_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_review_remark_staff_id")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_review_remark_story_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["story_version.id"], name=op.f("fk_review_remark_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_remark")),
        sa.UniqueConstraint("uid", name=op.f("uq_review_remark_uid")),
    )
    with op.batch_alter_table("review_remark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_remark_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_remark_story_id"), ["story_id"], unique=False)

    op.create_table(
        "story_reading",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_story_reading_staff_id")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_reading_story_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["story_version.id"], name=op.f("fk_story_reading_version_id")
        ),
        sa.PrimaryKeyConstraint("staff_id", "version_id", name=op.f("pk_story_reading")),
    )
    with op.batch_alter_table("story_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_story_reading_story_id"), ["story_id"], unique=False)

    op.create_table(
        "review_proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_hash", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["staff.id"], name=op.f("fk_review_proof_reader_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["review_round.id"], name=op.f("fk_review_proof_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_proof")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_review_proof_round_id_number")),
        sa.UniqueConstraint(
            "round_id", "reader_id", name=op.f("uq_review_proof_round_id_reader_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_review_proof_uid")),
    )
    op.create_table(
        "return_reason_given",
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["step_id"], ["review_step.id"], name=op.f("fk_return_reason_given_step_id")
        ),
        sa.PrimaryKeyConstraint("step_id", "key", name=op.f("pk_return_reason_given")),
    )
    with op.batch_alter_table("return_reason_given", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_return_reason_given_key"), ["key"], unique=False)

    with op.batch_alter_table("review_round", schema=None) as batch_op:
        batch_op.add_column(sa.Column("since_version_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("released_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("release_reason", sa.Text(), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("look_back_due_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_review_round_look_back_due_at"), ["look_back_due_at"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_review_round_released_by_id"), "staff", ["released_by_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_review_round_since_version_id"),
            "story_version",
            ["since_version_id"],
            ["id"],
        )

    with op.batch_alter_table("review_step", schema=None) as batch_op:
        batch_op.add_column(sa.Column("for_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_review_step_for_id"), "staff", ["for_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("review_step", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_review_step_for_id"), type_="foreignkey")
        batch_op.drop_column("for_id")

    with op.batch_alter_table("review_round", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_review_round_since_version_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_review_round_released_by_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_review_round_look_back_due_at"))
        batch_op.drop_column("escalated_at")
        batch_op.drop_column("look_back_due_at")
        batch_op.drop_column("release_reason")
        batch_op.drop_column("released_at")
        batch_op.drop_column("released_by_id")
        batch_op.drop_column("since_version_id")

    with op.batch_alter_table("return_reason_given", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_return_reason_given_key"))

    op.drop_table("return_reason_given")
    op.drop_table("review_proof")
    with op.batch_alter_table("story_reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_story_reading_story_id"))

    op.drop_table("story_reading")
    with op.batch_alter_table("review_remark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_remark_story_id"))
        batch_op.drop_index(batch_op.f("ix_review_remark_parent_id"))

    op.drop_table("review_remark")
    with op.batch_alter_table("stand_in", schema=None) as batch_op:
        batch_op.drop_index("ix_stand_in_stand_in_id_ends_at")
        batch_op.drop_index(batch_op.f("ix_stand_in_holder_id"))

    op.drop_table("stand_in")
    op.drop_table("return_reason")
    op.drop_table("proof_policy")
