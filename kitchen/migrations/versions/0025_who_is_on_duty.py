"""Who is on duty: lines, shifts, swaps, the calendar, what was told of holes.

Revision 0025, after 0020.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty_setting",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("grace_a", sa.Integer(), nullable=False),
        sa.Column("grace_b", sa.Integer(), nullable=False),
        sa.Column("ahead_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_setting")),
    )
    op.create_table(
        "duty_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("begins", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("days", sa.String(length=8), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_duty_line_account_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_duty_line_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_line")),
        sa.UniqueConstraint("name", name=op.f("uq_duty_line_name")),
        sa.UniqueConstraint("uid", name=op.f("uq_duty_line_uid")),
    )
    with op.batch_alter_table("duty_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_line_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_duty_line_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "duty_hole",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seat_b", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["duty_line.id"], name=op.f("fk_duty_hole_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_hole")),
        sa.UniqueConstraint(
            "line_id", "since", "seat_b", name=op.f("uq_duty_hole_line_id_since_seat_b")
        ),
    )
    op.create_table(
        "duty_shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("a_id", sa.Integer(), nullable=False),
        sa.Column("b_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("stand_id", sa.Integer(), nullable=True),
        sa.Column("stood_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["a_id"], ["staff.id"], name=op.f("fk_duty_shift_a_id")),
        sa.ForeignKeyConstraint(["b_id"], ["staff.id"], name=op.f("fk_duty_shift_b_id")),
        sa.ForeignKeyConstraint(["line_id"], ["duty_line.id"], name=op.f("fk_duty_shift_line_id")),
        sa.ForeignKeyConstraint(["stand_id"], ["staff.id"], name=op.f("fk_duty_shift_stand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_shift")),
        sa.UniqueConstraint("uid", name=op.f("uq_duty_shift_uid")),
    )
    with op.batch_alter_table("duty_shift", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_shift_a_id"), ["a_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_duty_shift_b_id"), ["b_id"], unique=False)
        batch_op.create_index("ix_duty_shift_ends_at", ["ends_at"], unique=False)
        batch_op.create_index("ix_duty_shift_state_starts_at", ["state", "starts_at"], unique=False)
        batch_op.create_index(
            "uq_duty_shift_line_id_starts_at",
            ["line_id", "starts_at"],
            unique=True,
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        )

    op.create_table(
        "duty_swap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=1), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("other_seat", sa.String(length=1), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["staff.id"], name=op.f("fk_duty_swap_asked_by_id")
        ),
        sa.ForeignKeyConstraint(["asked_id"], ["staff.id"], name=op.f("fk_duty_swap_asked_id")),
        sa.ForeignKeyConstraint(
            ["other_id"], ["duty_shift.id"], name=op.f("fk_duty_swap_other_id")
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["duty_shift.id"], name=op.f("fk_duty_swap_shift_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_swap")),
        sa.UniqueConstraint("uid", name=op.f("uq_duty_swap_uid")),
    )
    with op.batch_alter_table("duty_swap", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_swap_asked_by_id"), ["asked_by_id"], unique=False)
        batch_op.create_index("ix_duty_swap_asked_id_state", ["asked_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_duty_swap_other_id"), ["other_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_duty_swap_shift_id"), ["shift_id"], unique=False)



def downgrade() -> None:
    with op.batch_alter_table("duty_swap", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_swap_shift_id"))
        batch_op.drop_index(batch_op.f("ix_duty_swap_other_id"))
        batch_op.drop_index("ix_duty_swap_asked_id_state")
        batch_op.drop_index(batch_op.f("ix_duty_swap_asked_by_id"))

    op.drop_table("duty_swap")
    with op.batch_alter_table("duty_shift", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_duty_shift_line_id_starts_at",
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        )
        batch_op.drop_index("ix_duty_shift_state_starts_at")
        batch_op.drop_index("ix_duty_shift_ends_at")
        batch_op.drop_index(batch_op.f("ix_duty_shift_b_id"))
        batch_op.drop_index(batch_op.f("ix_duty_shift_a_id"))

    op.drop_table("duty_shift")
    op.drop_table("duty_hole")
    with op.batch_alter_table("duty_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_line_unit_id"))
        batch_op.drop_index(batch_op.f("ix_duty_line_account_id"))

    op.drop_table("duty_line")
    op.drop_table("duty_setting")
