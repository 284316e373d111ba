"""A circuit keeps an account's latest answers, not only its failures in a row.

Revision 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("circuit", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("answers", sa.String(length=20), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("unclear_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_column("failures")


def downgrade() -> None:
    with op.batch_alter_table("circuit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
        batch_op.drop_column("unclear_at")
        batch_op.drop_column("answers")
