"""Which fields of a piece's figures the platform told: nobody changes those by hand.

Of rows that are the platform's own it told whatever is known. Of a row that a person had a hand in
nobody knows any more, and all of it may be corrected as before.

Revision 0037, after 0036.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
FIELDS = ("reads", "likes", "watching", "shares", "comments")


def upgrade() -> None:
    with op.batch_alter_table("piece_figures", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by_platform", JSON, nullable=False, server_default="[]"))
    named = " || ".join(f"CASE WHEN {it} IS NULL THEN '' ELSE ',\"{it}\"' END" for it in FIELDS)
    told = f"'[' || substr({named}, 2) || ']'"
    if op.get_bind().dialect.name == "postgresql":
        told = f"CAST({told} AS JSONB)"
    op.execute(f"UPDATE piece_figures SET by_platform = {told} WHERE teller = 'platform'")
    with op.batch_alter_table("piece_figures", schema=None) as batch_op:
        batch_op.alter_column("by_platform", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("piece_figures", schema=None) as batch_op:
        batch_op.drop_column("by_platform")
