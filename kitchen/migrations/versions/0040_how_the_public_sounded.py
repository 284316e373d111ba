"""How the public sounded, beside what it said: of gathered items, and in the tallies.

Messages were judged when they came, and their judgement is taken over; what was entered by hand or
asked before this step was judged by nobody, and stays unknown.

Revision 0040, after 0039.
"""

from collections import Counter
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

COUNTED = {"negative": "negative", "mixed": "neutral", "positive": "positive"}
"""The column of a tally in which a tone is counted."""

moment = sa.DateTime(timezone=True)
voice = sa.table("voice", sa.column("uid"), sa.column("tone"), sa.column("tone_words"))
item = sa.table(
    "opinion_item",
    *map(sa.column, ("id", "origin", "source_uid", "channel", "tone", "tone_words")),
    sa.column("said_at", moment),
)
hit = sa.table("opinion_hit", sa.column("item_id"), sa.column("watchlist_id"))
tally = sa.table(
    "opinion_tally",
    *map(sa.column, ("watchlist_id", "channel", *COUNTED.values())),
    sa.column("hour", moment),
)


def upgrade() -> None:
    with op.batch_alter_table("opinion_item") as batch:
        batch.add_column(sa.Column("tone", sa.String(8), nullable=False, server_default=""))
        batch.add_column(sa.Column("tone_words", sa.String(200), nullable=False, server_default=""))
    with op.batch_alter_table("opinion_tally") as batch:
        for column in COUNTED.values():
            batch.add_column(sa.Column(column, sa.Integer(), nullable=False, server_default="0"))
    _take_over(op.get_bind())
    with op.batch_alter_table("opinion_item") as batch:
        for column in ("tone", "tone_words"):
            batch.alter_column(column, server_default=None)
    with op.batch_alter_table("opinion_tally") as batch:
        for column in COUNTED.values():
            batch.alter_column(column, server_default=None)


def _take_over(link: sa.Connection) -> None:
    same = voice.c.uid == item.c.source_uid
    judged = {
        name: sa.select(voice.c[name]).where(same).scalar_subquery()
        for name in ("tone", "tone_words")
    }
    there = sa.exists().where(same)
    link.execute(sa.update(item).where(item.c.origin == "voice", there).values(judged))
    found = sa.select(hit.c.watchlist_id, item.c.said_at, item.c.channel, item.c.tone)
    found = found.join_from(item, hit, hit.c.item_id == item.c.id).where(item.c.tone != "")
    counts = Counter((row[0], _hour(row[1]), row[2][:32], row[3]) for row in link.execute(found))
    for (watchlist_id, hour, channel, tone), many in counts.items():
        here = (
            tally.c.watchlist_id == watchlist_id,
            tally.c.hour == hour,
            tally.c.channel == channel,
        )
        link.execute(sa.update(tally).where(*here).values({COUNTED[tone]: many}))


def _hour(said_at: datetime) -> datetime:
    """As the tallies keep it: in UTC, without an offset where the database keeps none."""
    utc = said_at.astimezone(UTC) if said_at.tzinfo else said_at
    return utc.replace(minute=0, second=0, microsecond=0)


def downgrade() -> None:
    with op.batch_alter_table("opinion_tally") as batch:
        for column in COUNTED.values():
            batch.drop_column(column)
    with op.batch_alter_table("opinion_item") as batch:
        batch.drop_column("tone_words")
        batch.drop_column("tone")
