"""Tips: what people tell, sealed; their files, what is said to them, looks, rewards.

And one table for the counts of all flood valves, which were those of petitions; what it held is
forgotten in minutes anyway.

Revision 0028, after 0027.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.drop_table("petition_flood")
    op.create_table('flood_count',
    sa.Column('gate', sa.String(length=16), nullable=False),
    sa.Column('starts_at', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('network', sa.String(length=32), nullable=False),
    sa.Column('ends_at', sa.BigInteger(), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.Column('filed', sa.Integer(), nullable=False),
    sa.Column('wrong', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('gate', 'starts_at', 'network', name=op.f('pk_flood_count'))
    )
    op.create_table('tip',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('words_sealed', sa.Text(), nullable=False),
    sa.Column('contact_sealed', sa.Text(), nullable=False),
    sa.Column('reason_sealed', sa.Text(), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.Column('merged_into_id', sa.Integer(), nullable=True),
    sa.Column('report_title', sa.Text(), nullable=False),
    sa.Column('report_url', sa.Text(), nullable=False),
    sa.Column('unread', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['lead_id'], ['lead.id'], name=op.f('fk_tip_lead_id')),
    sa.ForeignKeyConstraint(['merged_into_id'], ['tip.id'], name=op.f('fk_tip_merged_into_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_tip_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tip')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_tip_code_hash')),
    sa.UniqueConstraint('uid', name=op.f('uq_tip_uid'))
    )
    with op.batch_alter_table('tip', schema=None) as batch_op:
        batch_op.create_index('ix_tip_lead_id', ['lead_id'], unique=False)
        batch_op.create_index('ix_tip_merged_into_id', ['merged_into_id'], unique=False)
        batch_op.create_index('ix_tip_state_id', ['state', 'id'], unique=False)
        batch_op.create_index('ix_tip_state_settled_at', ['state', 'settled_at'], unique=False)

    op.create_table('tip_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tip_id', sa.Integer(), nullable=False),
    sa.Column('family', sa.String(length=8), nullable=False),
    sa.Column('sealed_as', sa.String(length=64), nullable=False),
    sa.Column('name_sealed', sa.Text(), nullable=False),
    sa.Column('showing', sa.String(length=8), nullable=False),
    sa.Column('shown_as', JSON, nullable=False),
    sa.Column('shown_mime', sa.String(length=32), nullable=False),
    sa.Column('why', sa.String(length=32), nullable=False),
    sa.Column('generated', sa.Boolean(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tip_id'], ['tip.id'], name=op.f('fk_tip_file_tip_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tip_file')),
    sa.UniqueConstraint('uid', name=op.f('uq_tip_file_uid'))
    )
    with op.batch_alter_table('tip_file', schema=None) as batch_op:
        batch_op.create_index('ix_tip_file_showing_id', ['showing', 'id'], unique=False)
        batch_op.create_index('ix_tip_file_tip_id', ['tip_id'], unique=False)

    op.create_table('tip_look',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tip_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['asked_by_id'], ['staff.id'], name=op.f('fk_tip_look_asked_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['staff.id'], name=op.f('fk_tip_look_decided_by_id')),
    sa.ForeignKeyConstraint(['tip_id'], ['tip.id'], name=op.f('fk_tip_look_tip_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_tip_look_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tip_look')),
    sa.UniqueConstraint('uid', name=op.f('uq_tip_look_uid'))
    )
    with op.batch_alter_table('tip_look', schema=None) as batch_op:
        batch_op.create_index('ix_tip_look_state_id', ['state', 'id'], unique=False)
        batch_op.create_index('ix_tip_look_tip_id', ['tip_id'], unique=False)

    op.create_table('tip_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tip_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('words_sealed', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_tip_message_staff_id')),
    sa.ForeignKeyConstraint(['tip_id'], ['tip.id'], name=op.f('fk_tip_message_tip_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tip_message')),
    sa.UniqueConstraint('uid', name=op.f('uq_tip_message_uid'))
    )
    with op.batch_alter_table('tip_message', schema=None) as batch_op:
        batch_op.create_index('ix_tip_message_tip_id', ['tip_id'], unique=False)

    op.create_table('tip_reward',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tip_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('yuan', sa.Integer(), nullable=False),
    sa.Column('claim_hash', sa.String(length=64), nullable=False),
    sa.Column('paid_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['paid_by_id'], ['staff.id'], name=op.f('fk_tip_reward_paid_by_id')),
    sa.ForeignKeyConstraint(['tip_id'], ['tip.id'], name=op.f('fk_tip_reward_tip_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_tip_reward_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tip_reward')),
    sa.UniqueConstraint('claim_hash', name=op.f('uq_tip_reward_claim_hash')),
    sa.UniqueConstraint('uid', name=op.f('uq_tip_reward_uid'))
    )
    with op.batch_alter_table('tip_reward', schema=None) as batch_op:
        batch_op.create_index('ix_tip_reward_tip_id', ['tip_id'], unique=False)


def downgrade() -> None:
    for name in ("tip_reward", "tip_message", "tip_look", "tip_file", "tip", "flood_count"):
        op.drop_table(name)
    op.create_table(
        "petition_flood",
        sa.Column("starts_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("network", sa.String(length=32), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("filed", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("starts_at", "network", name=op.f("pk_petition_flood")),
    )
