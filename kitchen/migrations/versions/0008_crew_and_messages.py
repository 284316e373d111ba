"""Crews with kit, time and calendars; notices that leave the house, and alarms that climb.

Revision 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('crew_setting',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('travel_minutes', sa.Integer(), nullable=False),
    sa.Column('late_minutes', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crew_setting'))
    )
    op.create_table('escalation_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalation_rule')),
    sa.UniqueConstraint('kind', 'position', name=op.f('uq_escalation_rule_kind_position'))
    )
    op.create_table('alarm',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('url', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('params', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['closed_by_id'], ['staff.id'], name=op.f('fk_alarm_closed_by_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_alarm_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alarm')),
    sa.UniqueConstraint('uid', name=op.f('uq_alarm_uid'))
    )
    with op.batch_alter_table('alarm', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alarm_next_at'), ['next_at'], unique=False)
        batch_op.create_index('ix_alarm_url_closed_at', ['url', 'closed_at'], unique=False)

    op.create_table('calendar_feed',
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('token_sealed', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_calendar_feed_staff_id')),
    sa.PrimaryKeyConstraint('staff_id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_feed_token_hash'))
    )
    op.create_table('gear',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_gear_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gear')),
    sa.UniqueConstraint('uid', name=op.f('uq_gear_uid')),
    sa.UniqueConstraint('unit_id', 'name', name=op.f('uq_gear_unit_id_name'))
    )
    with op.batch_alter_table('gear', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_gear_unit_id'), ['unit_id'], unique=False)

    op.create_table('notice_choice',
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('way', sa.String(length=4), nullable=False),
    sa.Column('wanted', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_notice_choice_staff_id')),
    sa.PrimaryKeyConstraint('staff_id', 'kind', 'way', name=op.f('pk_notice_choice'))
    )
    op.create_table('notice_setting',
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('mail_address', sa.String(length=254), nullable=False),
    sa.Column('robot', sa.String(length=8), nullable=True),
    sa.Column('robot_sealed', sa.Text(), nullable=False),
    sa.Column('quiet_since', sa.Time(), nullable=True),
    sa.Column('quiet_until', sa.Time(), nullable=True),
    sa.Column('digest_at', sa.Time(), nullable=True),
    sa.Column('digest_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_notice_setting_staff_id')),
    sa.PrimaryKeyConstraint('staff_id', name=op.f('pk_notice_setting'))
    )
    op.create_table('time_claim',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('note', sa.String(length=80), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_time_claim_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_time_claim')),
    sa.UniqueConstraint('uid', name=op.f('uq_time_claim_uid'))
    )
    with op.batch_alter_table('time_claim', schema=None) as batch_op:
        batch_op.create_index('ix_time_claim_staff_id_starts_at', ['staff_id', 'starts_at'], unique=False)

    op.create_table('alarm_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alarm_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['alarm_id'], ['alarm.id'], name=op.f('fk_alarm_step_alarm_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alarm_step')),
    sa.UniqueConstraint('alarm_id', 'position', name=op.f('uq_alarm_step_alarm_id_position'))
    )
    op.create_table('notice_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('way', sa.String(length=4), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('held_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_notice_message_notice_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_message')),
    sa.UniqueConstraint('uid', name=op.f('uq_notice_message_uid'))
    )
    with op.batch_alter_table('notice_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notice_message_due_at'), ['due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_notice_message_failed_at'), ['failed_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_notice_message_notice_id'), ['notice_id'], unique=False)

    op.create_table('booking',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('gear_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('handed_out_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handed_to_id', sa.Integer(), nullable=True),
    sa.Column('returned_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], name=op.f('fk_booking_assignment_id')),
    sa.ForeignKeyConstraint(['gear_id'], ['gear.id'], name=op.f('fk_booking_gear_id')),
    sa.ForeignKeyConstraint(['handed_to_id'], ['staff.id'], name=op.f('fk_booking_handed_to_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booking')),
    sa.UniqueConstraint('assignment_id', 'gear_id', name=op.f('uq_booking_assignment_id_gear_id'))
    )
    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.create_index('ix_booking_gear_id_starts_at', ['gear_id', 'starts_at'], unique=False)

    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('meeting_point', sa.String(length=80), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('contact', sa.String(length=80), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('risk', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('sequence', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('late_told_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('crew', schema=None) as batch_op:
        batch_op.add_column(sa.Column('left_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('arrived_note', sa.String(length=80), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('sent_in_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=12), nullable=False, server_default='other'))
        batch_op.add_column(sa.Column('count', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('told_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('snoozed_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_notice_snoozed_until'), ['snoozed_until'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notice_snoozed_until'))
        batch_op.drop_column('snoozed_until')
        batch_op.drop_column('told_at')
        batch_op.drop_column('count')
        batch_op.drop_column('kind')

    with op.batch_alter_table('crew', schema=None) as batch_op:
        batch_op.drop_column('sent_in_at')
        batch_op.drop_column('arrived_note')
        batch_op.drop_column('arrived_at')
        batch_op.drop_column('left_at')

    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.drop_column('late_told_at')
        batch_op.drop_column('sequence')
        batch_op.drop_column('risk')
        batch_op.drop_column('contact')
        batch_op.drop_column('meeting_point')

    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.drop_index('ix_booking_gear_id_starts_at')

    op.drop_table('booking')
    with op.batch_alter_table('notice_message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notice_message_notice_id'))
        batch_op.drop_index(batch_op.f('ix_notice_message_failed_at'))
        batch_op.drop_index(batch_op.f('ix_notice_message_due_at'))

    op.drop_table('notice_message')
    op.drop_table('alarm_step')
    with op.batch_alter_table('time_claim', schema=None) as batch_op:
        batch_op.drop_index('ix_time_claim_staff_id_starts_at')

    op.drop_table('time_claim')
    op.drop_table('notice_setting')
    op.drop_table('notice_choice')
    with op.batch_alter_table('gear', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_gear_unit_id'))

    op.drop_table('gear')
    op.drop_table('calendar_feed')
    with op.batch_alter_table('alarm', schema=None) as batch_op:
        batch_op.drop_index('ix_alarm_url_closed_at')
        batch_op.drop_index(batch_op.f('ix_alarm_next_at'))

    op.drop_table('alarm')
    op.drop_table('escalation_rule')
    op.drop_table('crew_setting')