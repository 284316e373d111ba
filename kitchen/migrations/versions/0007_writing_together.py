"""Several people in one story at once: the log of its text.

Revision 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)


def upgrade() -> None:
    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("text_version", sa.Integer(), nullable=False, server_default="0")
        )
    op.create_table(
        "story_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("client", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("step", _JSON, nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_story_step_staff_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_story_step_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_step")),
        sa.UniqueConstraint("story_id", "client", "sequence", name="uq_story_step_sequence"),
        sa.UniqueConstraint("story_id", "number", name="uq_story_step_number"),
    )
    with op.batch_alter_table("story_step", schema=None) as batch_op:
        batch_op.create_index(
            "ix_story_step_story_id_staff_id_number", ["story_id", "staff_id", "number"]
        )


def downgrade() -> None:
    op.drop_table("story_step")
    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.drop_column("text_version")
