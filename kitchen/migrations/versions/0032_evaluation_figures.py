"""Evaluation: what pieces had gathered at each age, and who took our stories up.

Revision 0032, after 0031.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pickup_outlet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("domain", sa.String(length=120), nullable=True),
        sa.Column("tier", sa.String(length=12), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_outlet")),
        sa.UniqueConstraint("domain", name=op.f("uq_pickup_outlet_domain")),
        sa.UniqueConstraint("name", name=op.f("uq_pickup_outlet_name")),
        sa.UniqueConstraint("uid", name=op.f("uq_pickup_outlet_uid")),
    )
    op.create_table(
        "pickup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("outlet_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=700), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("likeness", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["pickup_outlet.id"], name=op.f("fk_pickup_outlet_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_pickup_staff_id")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_pickup_story_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup")),
        sa.UniqueConstraint("story_id", "url", name=op.f("uq_pickup_story_id_url")),
        sa.UniqueConstraint("uid", name=op.f("uq_pickup_uid")),
    )
    with op.batch_alter_table("pickup", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pickup_outlet_id"), ["outlet_id"], unique=False)
        batch_op.create_index("ix_pickup_state_id", ["state", "id"], unique=False)

    op.create_table(
        "piece_figures",
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("age", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("teller", sa.String(length=10), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("reads", sa.Integer(), nullable=True),
        sa.Column("likes", sa.Integer(), nullable=True),
        sa.Column("watching", sa.Integer(), nullable=True),
        sa.Column("shares", sa.Integer(), nullable=True),
        sa.Column("comments", sa.Integer(), nullable=True),
        sa.Column("oddity", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_piece_figures_publication_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_piece_figures_staff_id")),
        sa.PrimaryKeyConstraint("publication_id", "age", name=op.f("pk_piece_figures")),
    )
    with op.batch_alter_table("piece_figures", schema=None) as batch_op:
        batch_op.create_index("ix_piece_figures_taken_at", ["taken_at"], unique=False)


def downgrade() -> None:
    for name in ("piece_figures", "pickup", "pickup_outlet"):
        op.drop_table(name)
