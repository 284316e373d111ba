"""Which assets a frozen post shows, how long each form of a film is, the papers of rights.

Revision 0021, after 0020.
"""

import json
import re

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

NAME = re.compile(r"[0-9a-f]{64}")
AT_ONCE = 200
POST = sa.table("frozen_post", sa.column("id"), sa.column("post"))
RENDITION = sa.table(
    "media_rendition",
    *(sa.column(name) for name in ("asset_id", "preset", "sha256", "seconds")),
)
WORK = sa.table("film_work", *(sa.column(name) for name in ("asset_id", "preset", "seconds")))
LINEAGE = sa.table(
    "media_lineage", sa.column("child_id"), sa.column("parent_id"), sa.column("how")
)
SHOWN = sa.table("frozen_post_asset", sa.column("frozen_post_id"), sa.column("asset_id"))


def upgrade() -> None:
    op.create_table(
        "frozen_post_asset",
        sa.Column("frozen_post_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["media_asset.id"],
            name=op.f("fk_frozen_post_asset_asset_id"),
        ),
        sa.ForeignKeyConstraint(
            ["frozen_post_id"],
            ["frozen_post.id"],
            name=op.f("fk_frozen_post_asset_frozen_post_id"),
        ),
        sa.PrimaryKeyConstraint("frozen_post_id", "asset_id", name=op.f("pk_frozen_post_asset")),
    )
    op.create_index("ix_frozen_post_asset_asset_id", "frozen_post_asset", ["asset_id"])
    _fill(op.get_bind())
    op.add_column(
        "media_rendition", sa.Column("seconds", sa.Double(), nullable=False, server_default="0")
    )
    _measure(op.get_bind())
    for name, size in (("paper_sealed_as", 64), ("paper_mime", 40)):
        kept = sa.Column(name, sa.String(size), nullable=False, server_default="")
        op.add_column("media_right", kept)
    op.create_index("ix_media_right_paper_sealed_as", "media_right", ["paper_sealed_as"])


def _fill(link: sa.Connection) -> None:
    """A few posts at a time, each time with three questions."""
    last = 0
    while posts := _posts(link, last):
        last = posts[-1][0]
        named = {post_id: set(NAME.findall(_text(post))) for post_id, post in posts}
        owners = _owners(link, set().union(*named.values()))
        shown = {
            post_id: {owner for name in names for owner in owners.get(name, ())}
            for post_id, names in named.items()
        }
        within = _within(link, set().union(*shown.values()))
        rows = [
            {"frozen_post_id": post_id, "asset_id": asset_id}
            for post_id, assets in shown.items()
            for asset_id in assets.union(*(within.get(it, ()) for it in assets))
        ]
        if rows:
            link.execute(sa.insert(SHOWN), rows)


def _measure(link: sa.Connection) -> None:
    """A form may be a part of its film; the work that made it knows how long it became."""
    made = sa.select(WORK.c.seconds).where(
        WORK.c.asset_id == RENDITION.c.asset_id, WORK.c.preset == RENDITION.c.preset
    )
    filled = sa.update(RENDITION).values(seconds=made.scalar_subquery())
    link.execute(filled.where(made.exists()))


def _posts(link: sa.Connection, after: int) -> list:
    query = sa.select(POST).where(POST.c.id > after).order_by(POST.c.id).limit(AT_ONCE)
    return list(link.execute(query))


def _text(post: object) -> str:
    """JSON as text: one database answers it read, the other as it is written."""
    return post if isinstance(post, str) else json.dumps(post)


def _owners(link: sa.Connection, names: set[str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for some in _some(names):
        query = sa.select(RENDITION.c.sha256, RENDITION.c.asset_id)
        for name, asset_id in link.execute(query.where(RENDITION.c.sha256.in_(some))):
            found.setdefault(name, set()).add(asset_id)
    return found


def _within(link: sa.Connection, ids: set[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for some in _some(ids):
        query = sa.select(LINEAGE.c.child_id, LINEAGE.c.parent_id).where(
            LINEAGE.c.child_id.in_(some), LINEAGE.c.how != "edit"
        )
        for child_id, parent_id in link.execute(query):
            found.setdefault(child_id, set()).add(parent_id)
    return found


def _some(values: set) -> list[list]:
    ordered = sorted(values)
    return [ordered[at : at + 500] for at in range(0, len(ordered), 500)]


def downgrade() -> None:
    op.drop_index("ix_media_right_paper_sealed_as", table_name="media_right")
    for name in ("paper_mime", "paper_sealed_as"):
        op.drop_column("media_right", name)
    op.drop_column("media_rendition", "seconds")
    op.drop_index("ix_frozen_post_asset_asset_id", table_name="frozen_post_asset")
    op.drop_table("frozen_post_asset")
