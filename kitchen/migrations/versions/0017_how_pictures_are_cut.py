"""How pictures are cut and marked by hand, what they look like, what vouches for them.

Pictures that are there already have no likeness yet and are like none; they get one when their
bytes come in again.

Revision 0017, after 0015.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _json() -> sa.types.TypeEngine:
    return sa.JSON(none_as_null=True).with_variant(
        postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
    )


def _of_asset(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_asset_id")
    return sa.ForeignKeyConstraint(["asset_id"], ["media_asset.id"], name=name)


def upgrade() -> None:
    op.create_table(
        "media_shaping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("focus_x", sa.Double(), nullable=False),
        sa.Column("focus_y", sa.Double(), nullable=False),
        sa.Column("crops", _json(), nullable=False),
        sa.Column("owned", _json(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _of_asset("media_shaping"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_shaping")),
        sa.UniqueConstraint("asset_id", name=op.f("uq_media_shaping_asset_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_media_shaping_uid")),
    )
    op.create_index(op.f("ix_media_shaping_due"), "media_shaping", ["due"])
    op.create_table(
        "media_likeness",
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("bits", sa.BigInteger(), nullable=False),
        *(sa.Column(f"band_{number}", sa.Integer(), nullable=False) for number in range(4)),
        _of_asset("media_likeness"),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_media_likeness")),
    )
    for number in range(4):
        name = op.f(f"ix_media_likeness_band_{number}")
        op.create_index(name, "media_likeness", [f"band_{number}"])
    op.create_table(
        "media_signature",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_signature")),
    )
    op.create_table(
        "media_provenance",
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("label", _json(), nullable=True),
        sa.Column("credentials", _json(), nullable=True),
        _of_asset("media_provenance"),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_media_provenance")),
    )


def downgrade() -> None:
    op.drop_table("media_provenance")
    op.drop_table("media_signature")
    for number in range(4):
        op.drop_index(op.f(f"ix_media_likeness_band_{number}"), "media_likeness")
    op.drop_table("media_likeness")
    op.drop_index(op.f("ix_media_shaping_due"), "media_shaping")
    op.drop_table("media_shaping")
