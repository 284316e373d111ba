"""Word lists with their versions, false alarms, addresses in texts, and the label of a reprint.

Revision 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)


def upgrade() -> None:
    op.create_table(
        "wordlist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(length=22), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["staff.id"], name="fk_wordlist_changed_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_wordlist"),
        sa.UniqueConstraint("kind", name="uq_wordlist_kind"),
        sa.UniqueConstraint("uid", name="uq_wordlist_uid"),
    )
    op.create_table(
        "wordlist_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=6), nullable=False),
        sa.Column("replacement", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("channels", JSON, nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("exceptions", JSON, nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wordlist_entry"),
        sa.UniqueConstraint("uid", name="uq_wordlist_entry_uid"),
    )
    op.create_index(
        "ix_wordlist_entry_kind_until_id", "wordlist_entry", ["kind", "until", "id"], unique=False
    )
    op.create_table(
        "wordlist_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("added", JSON, nullable=False),
        sa.Column("dropped", JSON, nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["staff.id"], name="fk_wordlist_proposal_proposed_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["staff.id"], name="fk_wordlist_proposal_settled_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_wordlist_proposal"),
        sa.UniqueConstraint("uid", name="uq_wordlist_proposal_uid"),
    )
    for column in ("kind", "state"):
        op.create_index(f"ix_wordlist_proposal_{column}", "wordlist_proposal", [column])
    op.create_table(
        "false_alarm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["marked_by_id"], ["staff.id"], name="fk_false_alarm_marked_by_id"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_false_alarm_story_id"),
        sa.PrimaryKeyConstraint("id", name="pk_false_alarm"),
        sa.UniqueConstraint("story_id", "key", name="uq_false_alarm_story_id_key"),
        sa.UniqueConstraint("uid", name="uq_false_alarm_uid"),
    )
    for column in ("seen_at", "story_id"):
        op.create_index(f"ix_false_alarm_{column}", "false_alarm", [column])
    op.create_table(
        "story_link",
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("wanted_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("url", name="pk_story_link"),
    )
    op.create_index("ix_story_link_wanted_until", "story_link", ["wanted_until"])
    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reprint", JSON, nullable=False, server_default="{}"))


def downgrade() -> None:
    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.drop_column("reprint")
    for table in ("story_link", "false_alarm", "wordlist_proposal", "wordlist_entry", "wordlist"):
        op.drop_table(table)
