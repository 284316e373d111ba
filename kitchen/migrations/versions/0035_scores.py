"""Points of stories and people: formula, months, scores, shares, faults, appeals, quotas, pay.

Revision 0035, after 0034.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "points_quota",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("fixed", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["staff.id"], name=op.f("fk_points_quota_person_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_points_quota_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_quota")),
        sa.UniqueConstraint("uid", name=op.f("uq_points_quota_uid")),
    )
    with op.batch_alter_table("points_quota", schema=None) as batch_op:
        batch_op.create_index("ix_points_quota_valid_from", ["valid_from"], unique=False)

    op.create_table(
        "score_formula",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("weights", JSON, nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_score_formula_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_formula")),
        sa.UniqueConstraint("uid", name=op.f("uq_score_formula_uid")),
    )
    with op.batch_alter_table("score_formula", schema=None) as batch_op:
        batch_op.create_index("ix_score_formula_valid_from_id", ["valid_from", "id"], unique=False)

    op.create_table(
        "score_month",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("formula_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_until", sa.Date(), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["formula_id"], ["score_formula.id"], name=op.f("fk_score_month_formula_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_score_month_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_month")),
        sa.UniqueConstraint("month", name=op.f("uq_score_month_month")),
        sa.UniqueConstraint("uid", name=op.f("uq_score_month_uid")),
    )
    with op.batch_alter_table("score_month", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_score_month_state"), ["state"], unique=False)

    op.create_table(
        "month_pay",
        sa.Column("month_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.Column("shared", sa.Integer(), nullable=False),
        sa.Column("carried", sa.Integer(), nullable=False),
        sa.Column("fixed", sa.Integer(), nullable=False),
        sa.Column("shifts", sa.Integer(), nullable=False),
        sa.Column("duty", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["month_id"], ["score_month.id"], name=op.f("fk_month_pay_month_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_month_pay_staff_id")),
        sa.PrimaryKeyConstraint("month_id", "staff_id", name=op.f("pk_month_pay")),
    )
    with op.batch_alter_table("month_pay", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_month_pay_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "score_fault",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("month_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_note", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["month_id"], ["score_month.id"], name=op.f("fk_score_fault_month_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["staff.id"], name=op.f("fk_score_fault_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_score_fault_staff_id")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_score_fault_story_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_fault")),
        sa.UniqueConstraint("key", name=op.f("uq_score_fault_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_score_fault_uid")),
    )
    with op.batch_alter_table("score_fault", schema=None) as batch_op:
        batch_op.create_index("ix_score_fault_month_id", ["month_id"], unique=False)
        batch_op.create_index("ix_score_fault_story_id", ["story_id"], unique=False)

    op.create_table(
        "story_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("month_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("genre", sa.String(length=10), nullable=False),
        sa.Column("genre_by_hand", sa.Boolean(), nullable=False),
        sa.Column("grade", sa.String(length=1), nullable=True),
        sa.Column("graded_by_id", sa.Integer(), nullable=True),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inputs", JSON, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("shares_by_hand", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["graded_by_id"], ["staff.id"], name=op.f("fk_story_score_graded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["month_id"], ["score_month.id"], name=op.f("fk_story_score_month_id")
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_score_story_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_score")),
        sa.UniqueConstraint("story_id", name=op.f("uq_story_score_story_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_story_score_uid")),
    )
    with op.batch_alter_table("story_score", schema=None) as batch_op:
        batch_op.create_index("ix_story_score_month_id_grade", ["month_id", "grade"], unique=False)
        batch_op.create_index("ix_story_score_month_id_id", ["month_id", "id"], unique=False)

    op.create_table(
        "score_appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["staff.id"], name=op.f("fk_score_appeal_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["score_id"], ["story_score.id"], name=op.f("fk_score_appeal_score_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_score_appeal_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_appeal")),
        sa.UniqueConstraint("score_id", "staff_id", name=op.f("uq_score_appeal_score_id_staff_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_score_appeal_uid")),
    )
    with op.batch_alter_table("score_appeal", schema=None) as batch_op:
        batch_op.create_index("ix_score_appeal_state_id", ["state", "id"], unique=False)

    op.create_table(
        "score_share",
        sa.Column("score_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["score_id"], ["story_score.id"], name=op.f("fk_score_share_score_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_score_share_staff_id")),
        sa.PrimaryKeyConstraint("score_id", "position", name=op.f("pk_score_share")),
    )
    with op.batch_alter_table("score_share", schema=None) as batch_op:
        batch_op.create_index(
            "ix_score_share_staff_id_score_id", ["staff_id", "score_id"], unique=False
        )


def downgrade() -> None:
    for name in (
        *("score_share", "score_appeal", "story_score", "score_fault", "month_pay"),
        *("score_month", "score_formula", "points_quota"),
    ):
        op.drop_table(name)
