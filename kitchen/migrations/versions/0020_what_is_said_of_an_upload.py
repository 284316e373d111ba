"""Uploads carry what is said about them, and are taken in by a worker where that takes long.

Revision 0020, after 0015.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("resumable_upload", schema=None) as batch_op:
        batch_op.alter_column("length", existing_type=sa.Integer(), type_=sa.BigInteger())
        batch_op.alter_column("received", existing_type=sa.Integer(), type_=sa.BigInteger())
        batch_op.add_column(sa.Column("said", JSON, nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("failure", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("failure_params", JSON, nullable=False, server_default="{}"))
        batch_op.add_column(
            sa.Column("known", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("resumable_upload", schema=None) as batch_op:
        for name in ("known", "failure_params", "failure", "attempts", "said"):
            batch_op.drop_column(name)
        batch_op.alter_column("received", existing_type=sa.BigInteger(), type_=sa.Integer())
        batch_op.alter_column("length", existing_type=sa.BigInteger(), type_=sa.Integer())
