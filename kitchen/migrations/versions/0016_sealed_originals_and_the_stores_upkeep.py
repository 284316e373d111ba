"""Originals of sources lie sealed; sizes beyond two gigabytes; how the upkeep of the stores stands.

Revision 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SIZES = (
    ("media_asset", "size"),
    ("media_rendition", "size"),
    ("outlet_media", "size"),
    ("resumable_upload", "length"),
    ("resumable_upload", "received"),
)


def upgrade() -> None:
    with op.batch_alter_table("media_asset", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("sealed_as", sa.String(length=64), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("seal_wanted", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.create_index(batch_op.f("ix_media_asset_sealed_as"), ["sealed_as"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_media_asset_seal_wanted"), ["seal_wanted"], unique=False
        )
    _retype(sa.Integer(), sa.BigInteger())
    op.create_table(
        "store_round",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("after", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("files", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_store_round")),
    )
    op.create_table(
        "store_finding",
        sa.Column("store", sa.String(length=8), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("healed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("store", "sha256", name=op.f("pk_store_finding")),
    )


def downgrade() -> None:
    op.drop_table("store_finding")
    op.drop_table("store_round")
    _retype(sa.BigInteger(), sa.Integer())
    with op.batch_alter_table("media_asset", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_media_asset_seal_wanted"))
        batch_op.drop_index(batch_op.f("ix_media_asset_sealed_as"))
        batch_op.drop_column("seal_wanted")
        batch_op.drop_column("sealed_as")


def _retype(was: sa.types.TypeEngine, becomes: sa.types.TypeEngine) -> None:
    for table, column in SIZES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, existing_type=was, type_=becomes, existing_nullable=False)
