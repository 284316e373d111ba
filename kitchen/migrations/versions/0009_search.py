"""Search: what is in the index, the marks of what changed, the questions people keep, the index.

Revision 0009, after 0008. The index is filled by the timetable, or by ``kitchen search rebuild``.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CREATE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_index USING fts5(letters, content='', columnsize=0, tokenize='ascii')",
        "CREATE VIRTUAL TABLE search_index_title USING fts5(letters, content='', columnsize=0, tokenize='ascii')",
    ),
    "postgresql": (
        "CREATE TABLE search_index (id bigint PRIMARY KEY, title text NOT NULL, folded text NOT NULL, title_grams integer[] NOT NULL, grams integer[] NOT NULL)",
        "ALTER TABLE search_index ALTER title_grams SET STORAGE EXTERNAL, ALTER grams SET STORAGE EXTERNAL",
        "CREATE INDEX search_index_title_grams ON search_index USING gin (title_grams)",
        "CREATE INDEX search_index_grams ON search_index USING gin (grams)",
    ),
}
DROP = {
    "sqlite": ("DROP TABLE search_index", "DROP TABLE search_index_title"),
    "postgresql": ("DROP TABLE search_index",),
}


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "search_doc",
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("folding", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("column", sa.String(length=40), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("born_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_doc")),
    )
    op.create_table(
        "search_mark",
        sa.Column("id", big, nullable=False),
        sa.Column("doc_id", big, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_mark")),
    )
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("asks", sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_saved_search_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("staff_id", "name", name=op.f("uq_saved_search_staff_id_name")),
        sa.UniqueConstraint("uid", name=op.f("uq_saved_search_uid")),
    )
    for statement in CREATE[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in DROP[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_table("saved_search")
    op.drop_table("search_mark")
    op.drop_table("search_doc")
