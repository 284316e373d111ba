"""Films made ready for the desk and for each platform: a row for each form of each film.

Films that are there already get their strip and their light copy like new ones: their works wait
for the worker. Nothing of a picture's clip changes.

Revision 0018, after 0015.
"""

import secrets

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)


def upgrade() -> None:
    work = op.create_table(
        "film_work",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("preset", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("wishes", JSON, nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("failure_params", JSON, nullable=False),
        sa.Column("recipe", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["media_asset.id"], name=op.f("fk_film_work_asset_id")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff.id"], name=op.f("fk_film_work_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_film_work")),
        sa.UniqueConstraint("asset_id", "preset", name=op.f("uq_film_work_asset_id_preset")),
        sa.UniqueConstraint("uid", name=op.f("uq_film_work_uid")),
    )
    with op.batch_alter_table("film_work", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_film_work_state"), ["state"], unique=False)
    _have_prepared(work)


def _have_prepared(work: sa.Table) -> None:
    there = sa.text("SELECT id, created_at FROM media_asset WHERE kind = 'video' AND making = ''")
    films = op.get_bind().execute(there.columns(id=sa.Integer, created_at=MOMENT)).all()
    blank = {"state": "queued", "wishes": {}, "failure_params": {}, "facts": {}, "version": 1}
    blank |= dict.fromkeys(("percent", "attempts", "fence", "size", "width", "height"), 0)
    blank |= dict.fromkeys(("failure", "recipe", "sha256"), "") | {"seconds": 0.0}
    rows = [
        {
            **blank,
            "uid": secrets.token_hex(11),
            "created_at": film.created_at,
            "asset_id": film.id,
            "preset": preset,
        }
        for film in films
        for preset in ("film_strip", "film_proxy")
    ]
    if rows:
        op.bulk_insert(work, rows)


def downgrade() -> None:
    op.execute("DELETE FROM media_rendition WHERE preset LIKE 'film!_%' ESCAPE '!'")
    op.drop_table("film_work")
