"""Who wrote in a story, and how much a hit weighed when it was called a false alarm.

Who wrote so far is read from the log of steps; where the text has none, from its last save. An
adopted piece has the writers of its origins. What old marks weighed is not known: they count as
made below what must be mended, and whoever may judge that marks it once more.

Revision 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

WROTE = """
    INSERT INTO story_writer (story_id, staff_id)
    SELECT story_id, staff_id FROM story_step WHERE staff_id IS NOT NULL
    UNION
    SELECT id, saved_by_id FROM story WHERE saved_by_id IS NOT NULL AND text_version = 0
"""
HANDED_ON = """
    WITH RECURSIVE line (story_id, origin_id) AS (
        SELECT id, adopted_from_id FROM story WHERE adopted_from_id IS NOT NULL
        UNION
        SELECT line.story_id, story.adopted_from_id FROM line
        JOIN story ON story.id = line.origin_id WHERE story.adopted_from_id IS NOT NULL
    ), wrote (story_id, staff_id) AS (
        SELECT story_id, staff_id FROM story_writer
        UNION
        SELECT id, author_id FROM story WHERE author_id IS NOT NULL
    )
    INSERT INTO story_writer (story_id, staff_id)
    SELECT DISTINCT line.story_id, wrote.staff_id FROM line
    JOIN wrote ON wrote.story_id = line.origin_id
    WHERE NOT EXISTS (
        SELECT 1 FROM story_writer
        WHERE story_writer.story_id = line.story_id AND story_writer.staff_id = wrote.staff_id
    )
"""


def upgrade() -> None:
    op.create_table(
        "story_writer",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_writer_story_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_story_writer_staff_id")),
        sa.PrimaryKeyConstraint("story_id", "staff_id", name=op.f("pk_story_writer")),
    )
    op.execute(WROTE)
    op.execute(HANDED_ON)
    with op.batch_alter_table("false_alarm", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("level", sa.String(length=6), nullable=False, server_default="warn")
        )


def downgrade() -> None:
    with op.batch_alter_table("false_alarm", schema=None) as batch_op:
        batch_op.drop_column("level")
    op.drop_table("story_writer")
