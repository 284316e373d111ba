"""Units are merged, closed, and found by their former names.

Revision 0030, after 0027.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_name_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_name")),
    )
    op.create_index(op.f("ix_unit_name_name"), "unit_name", ["name"])
    op.create_index(op.f("ix_unit_name_unit_id"), "unit_name", ["unit_id"])
    with op.batch_alter_table("unit") as unit:
        unit.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        unit.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        unit.create_index(op.f("ix_unit_merged_into_id"), ["merged_into_id"])
        unit.create_foreign_key(
            op.f("fk_unit_merged_into_id"), "unit", ["merged_into_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("unit") as unit:
        unit.drop_constraint(op.f("fk_unit_merged_into_id"), type_="foreignkey")
        unit.drop_index(op.f("ix_unit_merged_into_id"))
        unit.drop_column("merged_into_id")
        unit.drop_column("closed_at")
    op.drop_table("unit_name")
