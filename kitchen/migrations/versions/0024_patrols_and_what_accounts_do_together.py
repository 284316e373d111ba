"""Patrols, measures, working days; groups of accounts and what they do together; clicks counted.

Revision 0024, after 0020.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
OPEN = sa.text(
    "state IN ('agreed', 'appealed', 'decided', 'in_force', 'proposed', 'received', 'served')"
)


def upgrade() -> None:
    op.create_table(
        "patrol_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("looked", sa.Integer(), nullable=False),
        sa.Column("blind", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_patrol_day")),
    )
    op.create_table(
        "patrol_mark",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_patrol_mark")),
    )
    op.create_table(
        "patrol_parameter",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_patrol_parameter")),
    )
    op.create_table(
        "patrol_sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.String(length=40), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("population_sha256", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("drawn_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["drawn_by_id"], ["staff.id"], name=op.f("fk_patrol_sample_drawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_sample")),
        sa.UniqueConstraint("uid", name=op.f("uq_patrol_sample_uid")),
    )
    op.create_table(
        "account_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("followers", sa.BigInteger(), nullable=True),
        sa.Column("posts", sa.Integer(), nullable=True),
        sa.Column("reads", sa.BigInteger(), nullable=True),
        sa.Column("interactions", sa.BigInteger(), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_day_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_day")),
        sa.UniqueConstraint("account_id", "day", name=op.f("uq_account_day_account_id_day")),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_by_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("late_told", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_finding_account_id")),
        sa.ForeignKeyConstraint(["found_by_id"], ["staff.id"], name=op.f("fk_finding_found_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_finding_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint(
            "account_id", "kind", "key", name=op.f("uq_finding_account_id_kind_key")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_finding_uid")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index("ix_finding_state_due_on", ["state", "due_on"], unique=False)
        batch_op.create_index("ix_finding_state_id", ["state", "id"], unique=False)

    op.create_table(
        "patrol_turn",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_post_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_patrol_turn_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_patrol_turn")),
    )
    with op.batch_alter_table("patrol_turn", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patrol_turn_due_at"), ["due_at"], unique=False)

    op.create_table(
        "sanction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=10), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False),
        sa.Column("clause", sa.String(length=60), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("leap_reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("doc_no", sa.String(length=60), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("agreed_by_id", sa.Integer(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_until", sa.Date(), nullable=True),
        sa.Column("received_by_id", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ruling", sa.Text(), nullable=False),
        sa.Column("ruled_by_id", sa.Integer(), nullable=True),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sanction_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["agreed_by_id"], ["staff.id"], name=op.f("fk_sanction_agreed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_sanction_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["staff.id"], name=op.f("fk_sanction_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["received_by_id"], ["staff.id"], name=op.f("fk_sanction_received_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["ruled_by_id"], ["staff.id"], name=op.f("fk_sanction_ruled_by_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_sanction_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanction")),
        sa.UniqueConstraint("uid", name=op.f("uq_sanction_uid")),
    )
    with op.batch_alter_table("sanction", schema=None) as batch_op:
        batch_op.create_index("ix_sanction_account_id_id", ["account_id", "id"], unique=False)
        batch_op.create_index("ix_sanction_state_id", ["state", "id"], unique=False)
        batch_op.create_index(
            "uq_sanction_open",
            ["account_id"],
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        )

    op.create_table(
        "finding_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=8), nullable=False),
        sa.Column("seen", JSON, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_by_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_evidence_finding_id")
        ),
        sa.ForeignKeyConstraint(
            ["seen_by_id"], ["staff.id"], name=op.f("fk_finding_evidence_seen_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_evidence")),
    )
    with op.batch_alter_table("finding_evidence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_evidence_finding_id"), ["finding_id"], unique=False
        )

    op.create_table(
        "patrol_sample_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_patrol_sample_look_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_patrol_sample_look_finding_id")
        ),
        sa.ForeignKeyConstraint(
            ["looked_by_id"], ["staff.id"], name=op.f("fk_patrol_sample_look_looked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["patrol_sample.id"], name=op.f("fk_patrol_sample_look_sample_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_sample_look")),
        sa.UniqueConstraint(
            "sample_id", "account_id", name=op.f("uq_patrol_sample_look_sample_id_account_id")
        ),
    )
    op.create_table(
        "sanction_finding",
        sa.Column("sanction_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_sanction_finding_finding_id")
        ),
        sa.ForeignKeyConstraint(
            ["sanction_id"], ["sanction.id"], name=op.f("fk_sanction_finding_sanction_id")
        ),
        sa.PrimaryKeyConstraint("sanction_id", "finding_id", name=op.f("pk_sanction_finding")),
    )
    with op.batch_alter_table("sanction_finding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sanction_finding_finding_id"), ["finding_id"], unique=False
        )
    op.create_table('outlet_clicks',
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('clicks', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('uid', 'day', name=op.f('pk_outlet_clicks'))
    )
    with op.batch_alter_table('outlet_clicks', schema=None) as batch_op:
        batch_op.create_index('ix_outlet_clicks_day', ['day'], unique=False)

    op.create_table('outlet_handled',
    sa.Column('service_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('handled', sa.BigInteger(), nullable=False),
    sa.Column('source', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['outlet_service.id'], name=op.f('fk_outlet_handled_service_id')),
    sa.PrimaryKeyConstraint('service_id', 'month', name=op.f('pk_outlet_handled'))
    )
    op.create_table('account_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('lead_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['lead_id'], ['account.id'], name=op.f('fk_account_group_lead_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_account_group_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_group')),
    sa.UniqueConstraint('name', name=op.f('uq_account_group_name')),
    sa.UniqueConstraint('uid', name=op.f('uq_account_group_uid'))
    )
    op.create_table('account_offer',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_offer_account_id')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_account_offer'))
    )
    op.create_table('account_group_member',
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_group_member_account_id')),
    sa.ForeignKeyConstraint(['group_id'], ['account_group.id'], name=op.f('fk_account_group_member_group_id')),
    sa.PrimaryKeyConstraint('group_id', 'account_id', name=op.f('pk_account_group_member'))
    )
    with op.batch_alter_table('account_group_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_group_member_account_id'), ['account_id'], unique=False)

    op.create_table('joint_activity',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('story_id', sa.Integer(), nullable=True),
    sa.Column('plan', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['account_group.id'], name=op.f('fk_joint_activity_group_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['staff.id'], name=op.f('fk_joint_activity_made_by_id')),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_joint_activity_story_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_joint_activity_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_joint_activity')),
    sa.UniqueConstraint('uid', name=op.f('uq_joint_activity_uid'))
    )
    with op.batch_alter_table('joint_activity', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_joint_activity_story_id'), ['story_id'], unique=False)

    op.create_table('joint_part',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('activity_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('task', sa.Text(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by_id', sa.Integer(), nullable=True),
    sa.Column('result', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_joint_part_account_id')),
    sa.ForeignKeyConstraint(['activity_id'], ['joint_activity.id'], name=op.f('fk_joint_part_activity_id')),
    sa.ForeignKeyConstraint(['done_by_id'], ['staff.id'], name=op.f('fk_joint_part_done_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_joint_part')),
    sa.UniqueConstraint('activity_id', 'account_id', name=op.f('uq_joint_part_activity_id_account_id'))
    )


def downgrade() -> None:
    for name in (
        "joint_part",
        "joint_activity",
        "account_group_member",
        "account_offer",
        "account_group",
        "outlet_handled",
        "outlet_clicks",
        "sanction_finding",
        "patrol_sample_look",
        "finding_evidence",
        "sanction",
        "patrol_turn",
        "finding",
        "account_day",
        "patrol_sample",
        "patrol_parameter",
        "patrol_mark",
        "patrol_day",
    ):
        op.drop_table(name)
