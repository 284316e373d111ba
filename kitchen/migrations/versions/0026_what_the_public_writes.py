"""What the public writes: messages, replies with their attempts, how far was gathered, tallies.

Pieces that are live already and not too old are listened to from now on.

Revision 0026, after 0025.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

CONVERSES = ["wechat", "wechat_pictures", "weibo", "weibo_article", "douyin"]
"""Channels on which readers could be heard when this step was written."""


def upgrade() -> None:
    op.create_table('inbox_setting',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('reading', sa.String(length=10), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('warn_at', sa.Integer(), nullable=False),
    sa.Column('work_from', sa.Time(), nullable=False),
    sa.Column('work_until', sa.Time(), nullable=False),
    sa.Column('look_minutes', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbox_setting'))
    )
    op.create_table('saved_reply',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('title', sa.String(length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['staff.id'], name=op.f('fk_saved_reply_made_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_reply')),
    sa.UniqueConstraint('title', name=op.f('uq_saved_reply_title')),
    sa.UniqueConstraint('uid', name=op.f('uq_saved_reply_uid'))
    )
    op.create_table('voice_tally',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('hour', sa.DateTime(timezone=True), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('alerts', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_voice_tally_account_id')),
    sa.PrimaryKeyConstraint('account_id', 'hour', name=op.f('pk_voice_tally'))
    )
    with op.batch_alter_table('voice_tally', schema=None) as batch_op:
        batch_op.create_index('ix_voice_tally_hour', ['hour'], unique=False)

    op.create_table('gathering',
    sa.Column('publication_id', sa.Integer(), nullable=False),
    sa.Column('live_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('heard_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('whole_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['publication_id'], ['publication.id'], name=op.f('fk_gathering_publication_id')),
    sa.PrimaryKeyConstraint('publication_id', name=op.f('pk_gathering'))
    )
    with op.batch_alter_table('gathering', schema=None) as batch_op:
        batch_op.create_index('ix_gathering_next_at', ['next_at'], unique=False, sqlite_where=sa.text('next_at IS NOT NULL'), postgresql_where=sa.text('next_at IS NOT NULL'))

    op.create_table('voice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('publication_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('thread', sa.String(length=200), nullable=False),
    sa.Column('remote_id', sa.String(length=120), nullable=False),
    sa.Column('parent', sa.String(length=120), nullable=False),
    sa.Column('author', sa.String(length=120), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('missed', sa.Integer(), nullable=False),
    sa.Column('alert', sa.String(length=8), nullable=False),
    sa.Column('alert_words', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('assignee_id', sa.Integer(), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('step_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('late', sa.String(length=8), nullable=False),
    sa.Column('replied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('merged_into_id', sa.Integer(), nullable=True),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_voice_account_id')),
    sa.ForeignKeyConstraint(['assignee_id'], ['staff.id'], name=op.f('fk_voice_assignee_id')),
    sa.ForeignKeyConstraint(['lead_id'], ['lead.id'], name=op.f('fk_voice_lead_id')),
    sa.ForeignKeyConstraint(['merged_into_id'], ['voice.id'], name=op.f('fk_voice_merged_into_id')),
    sa.ForeignKeyConstraint(['publication_id'], ['publication.id'], name=op.f('fk_voice_publication_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_voice_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice')),
    sa.UniqueConstraint('account_id', 'thread', 'remote_id', name=op.f('uq_voice_account_id_thread_remote_id')),
    sa.UniqueConstraint('uid', name=op.f('uq_voice_uid'))
    )
    with op.batch_alter_table('voice', schema=None) as batch_op:
        batch_op.create_index('ix_voice_account_id_id', ['account_id', 'id'], unique=False)
        batch_op.create_index('ix_voice_account_id_state_id', ['account_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_voice_account_id_thread_author', ['account_id', 'thread', 'author'], unique=False)
        batch_op.create_index('ix_voice_alerted', ['id'], unique=False, sqlite_where=sa.text("alert <> ''"), postgresql_where=sa.text("alert <> ''"))
        batch_op.create_index('ix_voice_assignee_id_state_id', ['assignee_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_voice_kind_id', ['kind', 'id'], unique=False)
        batch_op.create_index('ix_voice_kind_state_id', ['kind', 'state', 'id'], unique=False)
        batch_op.create_index('ix_voice_late_id', ['late', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_voice_merged_into_id'), ['merged_into_id'], unique=False)
        batch_op.create_index('ix_voice_state_id', ['state', 'id'], unique=False)
        batch_op.create_index('ix_voice_step_at', ['step_at'], unique=False, sqlite_where=sa.text('step_at IS NOT NULL'), postgresql_where=sa.text('step_at IS NOT NULL'))

    op.create_table('reply',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('voice_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('drafted_by_id', sa.Integer(), nullable=False),
    sa.Column('reviewed_by_id', sa.Integer(), nullable=True),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('looks', sa.Integer(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_reply_account_id')),
    sa.ForeignKeyConstraint(['drafted_by_id'], ['staff.id'], name=op.f('fk_reply_drafted_by_id')),
    sa.ForeignKeyConstraint(['reviewed_by_id'], ['staff.id'], name=op.f('fk_reply_reviewed_by_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_reply_unit_id')),
    sa.ForeignKeyConstraint(['voice_id'], ['voice.id'], name=op.f('fk_reply_voice_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply')),
    sa.UniqueConstraint('uid', name=op.f('uq_reply_uid')),
    sa.UniqueConstraint('voice_id', name=op.f('uq_reply_voice_id'))
    )
    with op.batch_alter_table('reply', schema=None) as batch_op:
        batch_op.create_index('ix_reply_next_at', ['next_at'], unique=False, sqlite_where=sa.text('next_at IS NOT NULL'), postgresql_where=sa.text('next_at IS NOT NULL'))

    op.create_table('reply_attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reply_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('armed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['reply_id'], ['reply.id'], name=op.f('fk_reply_attempt_reply_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply_attempt')),
    sa.UniqueConstraint('reply_id', 'number', name=op.f('uq_reply_attempt_reply_id_number'))
    )
    _listen()


def _listen() -> None:
    """Hear from now on what is written under pieces that stand already."""
    publication = sa.table(
        "publication",
        *(sa.column(name) for name in ("id", "state", "kind", "channel", "remote_id")),
        sa.column("since", sa.DateTime(timezone=True)),
    )
    gathering = sa.table(
        "gathering",
        *(sa.column(name) for name in ("publication_id", "live_at", "next_at", "failures", "words")),
    )
    since = publication.c.since
    heard = sa.select(
        publication.c.id, since, since, sa.literal_column("0"), sa.literal_column("''")
    ).where(
        publication.c.state == "live",
        publication.c.kind.in_(["publish", "correct"]),
        publication.c.channel.in_(CONVERSES),
        publication.c.remote_id != "",
        since > datetime.now(UTC) - timedelta(days=30),
    )
    op.execute(gathering.insert().from_select(list(gathering.c), heard))


def downgrade() -> None:
    op.drop_table('reply_attempt')
    with op.batch_alter_table('reply', schema=None) as batch_op:
        batch_op.drop_index('ix_reply_next_at', sqlite_where=sa.text('next_at IS NOT NULL'), postgresql_where=sa.text('next_at IS NOT NULL'))

    op.drop_table('reply')
    with op.batch_alter_table('voice', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_step_at', sqlite_where=sa.text('step_at IS NOT NULL'), postgresql_where=sa.text('step_at IS NOT NULL'))
        batch_op.drop_index('ix_voice_state_id')
        batch_op.drop_index(batch_op.f('ix_voice_merged_into_id'))
        batch_op.drop_index('ix_voice_late_id')
        batch_op.drop_index('ix_voice_kind_state_id')
        batch_op.drop_index('ix_voice_kind_id')
        batch_op.drop_index('ix_voice_assignee_id_state_id')
        batch_op.drop_index('ix_voice_alerted', sqlite_where=sa.text("alert <> ''"), postgresql_where=sa.text("alert <> ''"))
        batch_op.drop_index('ix_voice_account_id_thread_author')
        batch_op.drop_index('ix_voice_account_id_state_id')
        batch_op.drop_index('ix_voice_account_id_id')

    op.drop_table('voice')
    with op.batch_alter_table('gathering', schema=None) as batch_op:
        batch_op.drop_index('ix_gathering_next_at', sqlite_where=sa.text('next_at IS NOT NULL'), postgresql_where=sa.text('next_at IS NOT NULL'))

    op.drop_table('gathering')
    with op.batch_alter_table('voice_tally', schema=None) as batch_op:
        batch_op.drop_index('ix_voice_tally_hour')

    op.drop_table('voice_tally')
    op.drop_table('saved_reply')
    op.drop_table('inbox_setting')
