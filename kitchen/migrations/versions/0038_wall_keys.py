"""Keys with which a screen shows the wall though nobody is signed in.

Revision 0038, after 0037.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wall_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["staff.id"], name=op.f("fk_wall_key_given_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wall_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_wall_key_token_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_wall_key_uid")),
    )
    op.create_index(op.f("ix_wall_key_given_by_id"), "wall_key", ["given_by_id"])


def downgrade() -> None:
    op.drop_table("wall_key")
