"""Kept answers may hold a source's contact or a token: they are forgotten.

A request that is repeated over this step is carried out again, unless its answer only led on.

Revision 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    answered = sa.table("answered_request", sa.column("location"))
    op.execute(answered.delete().where(answered.c.location == ""))


def downgrade() -> None:
    """What was forgotten is not missed."""
