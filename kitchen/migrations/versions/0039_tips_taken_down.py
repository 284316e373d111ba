"""Tips that somebody took down: how they came, by whom, and what was heard besides.

Revision 0039, after 0038.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Whatever was there came by the form, and carries nothing besides its words."""
    with op.batch_alter_table("tip") as tip:
        tip.add_column(sa.Column("way", sa.String(length=8), nullable=False, server_default="form"))
        tip.add_column(
            sa.Column("circumstances_sealed", sa.Text(), nullable=False, server_default="")
        )
        tip.add_column(sa.Column("taken_down_by_id", sa.Integer(), nullable=True))
        tip.create_foreign_key(
            op.f("fk_tip_taken_down_by_id_staff"), "staff", ["taken_down_by_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("tip") as tip:
        tip.drop_constraint(op.f("fk_tip_taken_down_by_id_staff"), type_="foreignkey")
        tip.drop_column("taken_down_by_id")
        tip.drop_column("circumstances_sealed")
        tip.drop_column("way")
