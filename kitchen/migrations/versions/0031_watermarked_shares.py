"""Share links that show pictures with the centre's name in them.

Revision 0031, after 0027.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("media_share", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("watermark", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("media_share", schema=None) as batch_op:
        batch_op.drop_column("watermark")
