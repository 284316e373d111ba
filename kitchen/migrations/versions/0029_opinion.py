"""Public opinion: watch lists and what they found, early signs, rumours, incident rooms, drills.

Revision 0029, after 0028.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "opinion_setting",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_opinion_setting")),
    )
    op.create_table(
        "opinion_incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("press_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT drill OR story_id IS NULL", name=op.f("ck_opinion_incident_a_drill_says_nothing")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["staff.id"], name=op.f("fk_opinion_incident_opened_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_opinion_incident_story_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_opinion_incident_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_incident")),
        sa.UniqueConstraint("uid", name=op.f("uq_opinion_incident_uid")),
    )
    op.create_index(
        "ix_opinion_incident_state_id", "opinion_incident", ["state", "id"], unique=False
    )
    op.create_index(
        op.f("ix_opinion_incident_story_id"), "opinion_incident", ["story_id"], unique=False
    )
    op.create_table(
        "opinion_assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["opinion_incident.id"], name=op.f("fk_opinion_assessment_incident_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_opinion_assessment_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_assessment")),
        sa.UniqueConstraint(
            "incident_id",
            "office",
            "number",
            name=op.f("uq_opinion_assessment_incident_id_office_number"),
        ),
    )
    op.create_table(
        "opinion_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=8), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["opinion_incident.id"], name=op.f("fk_opinion_clock_incident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_clock")),
        sa.UniqueConstraint("incident_id", "name", name=op.f("uq_opinion_clock_incident_id_name")),
    )
    op.create_index(
        "ix_opinion_clock_call_at",
        "opinion_clock",
        ["call_at"],
        unique=False,
        sqlite_where=sa.text("call_at IS NOT NULL"),
        postgresql_where=sa.text("call_at IS NOT NULL"),
    )
    op.create_table(
        "opinion_drill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scenario", sa.String(length=16), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("speed", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_seconds", sa.Integer(), nullable=False),
        sa.Column("begun_by_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["begun_by_id"], ["staff.id"], name=op.f("fk_opinion_drill_begun_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["opinion_incident.id"], name=op.f("fk_opinion_drill_incident_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_opinion_drill_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_drill")),
        sa.UniqueConstraint("incident_id", name=op.f("uq_opinion_drill_incident_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_opinion_drill_uid")),
    )
    op.create_index(
        "ix_opinion_drill_next_at",
        "opinion_drill",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "opinion_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_opinion_line_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["staff.id"], name=op.f("fk_opinion_line_drafted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["opinion_incident.id"], name=op.f("fk_opinion_line_incident_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_opinion_line_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_line")),
        sa.UniqueConstraint(
            "incident_id", "number", name=op.f("uq_opinion_line_incident_id_number")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_opinion_line_uid")),
    )
    op.create_table(
        "opinion_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(length=12), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["opinion_incident.id"], name=op.f("fk_opinion_member_incident_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_opinion_member_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_member")),
        sa.UniqueConstraint(
            "incident_id",
            "staff_id",
            "office",
            name=op.f("uq_opinion_member_incident_id_staff_id_office"),
        ),
    )
    op.create_index(
        "ix_opinion_member_staff_id_incident_id",
        "opinion_member",
        ["staff_id", "incident_id"],
        unique=False,
    )
    op.create_table(
        "opinion_rumour",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("found_by_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=10), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("judged_by_id", sa.Integer(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["found_by_id"], ["staff.id"], name=op.f("fk_opinion_rumour_found_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["opinion_incident.id"], name=op.f("fk_opinion_rumour_incident_id")
        ),
        sa.ForeignKeyConstraint(
            ["judged_by_id"], ["staff.id"], name=op.f("fk_opinion_rumour_judged_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_opinion_rumour_story_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_opinion_rumour_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_rumour")),
        sa.UniqueConstraint("uid", name=op.f("uq_opinion_rumour_uid")),
    )
    op.create_index(
        op.f("ix_opinion_rumour_incident_id"), "opinion_rumour", ["incident_id"], unique=False
    )
    op.create_index("ix_opinion_rumour_state_id", "opinion_rumour", ["state", "id"], unique=False)
    op.create_index(
        op.f("ix_opinion_rumour_story_id"), "opinion_rumour", ["story_id"], unique=False
    )
    op.create_table(
        "opinion_sign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("call_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"], ["staff.id"], name=op.f("fk_opinion_sign_acknowledged_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["opinion_incident.id"], name=op.f("fk_opinion_sign_incident_id")
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["staff.id"], name=op.f("fk_opinion_sign_reporter_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_opinion_sign_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_sign")),
        sa.UniqueConstraint("uid", name=op.f("uq_opinion_sign_uid")),
    )
    op.create_index(
        "ix_opinion_sign_call_at",
        "opinion_sign",
        ["call_at"],
        unique=False,
        sqlite_where=sa.text("call_at IS NOT NULL"),
        postgresql_where=sa.text("call_at IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_opinion_sign_incident_id"), "opinion_sign", ["incident_id"], unique=False
    )
    op.create_index(
        "ix_opinion_sign_reporter_id_id", "opinion_sign", ["reporter_id", "id"], unique=False
    )
    op.create_index("ix_opinion_sign_state_id", "opinion_sign", ["state", "id"], unique=False)
    op.create_table(
        "opinion_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("call_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["opinion_incident.id"], name=op.f("fk_opinion_task_incident_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name=op.f("fk_opinion_task_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_task")),
        sa.UniqueConstraint("uid", name=op.f("uq_opinion_task_uid")),
    )
    op.create_index(
        "ix_opinion_task_call_at",
        "opinion_task",
        ["call_at"],
        unique=False,
        sqlite_where=sa.text("call_at IS NOT NULL"),
        postgresql_where=sa.text("call_at IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_opinion_task_incident_id"), "opinion_task", ["incident_id"], unique=False
    )
    op.create_index(
        "ix_opinion_task_owner_id_state", "opinion_task", ["owner_id", "state"], unique=False
    )
    op.create_table(
        "opinion_watchlist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("sensitivity", sa.String(length=8), nullable=False),
        sa.Column("names", JSON, nullable=False),
        sa.Column("words", JSON, nullable=False),
        sa.Column("places", JSON, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["opinion_incident.id"], name=op.f("fk_opinion_watchlist_incident_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["staff.id"], name=op.f("fk_opinion_watchlist_owner_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_opinion_watchlist_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_watchlist")),
        sa.UniqueConstraint("uid", name=op.f("uq_opinion_watchlist_uid")),
    )
    op.create_index(
        op.f("ix_opinion_watchlist_incident_id"), "opinion_watchlist", ["incident_id"], unique=False
    )
    op.create_table(
        "opinion_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sign_id", sa.Integer(), nullable=True),
        sa.Column("rumour_id", sa.Integer(), nullable=True),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.String(length=14), nullable=False),
        sa.Column("value", sa.String(length=12), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["opinion_incident.id"], name=op.f("fk_opinion_entry_incident_id")
        ),
        sa.ForeignKeyConstraint(
            ["rumour_id"], ["opinion_rumour.id"], name=op.f("fk_opinion_entry_rumour_id")
        ),
        sa.ForeignKeyConstraint(
            ["sign_id"], ["opinion_sign.id"], name=op.f("fk_opinion_entry_sign_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_opinion_entry_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_entry")),
    )
    op.create_index(
        op.f("ix_opinion_entry_incident_id"), "opinion_entry", ["incident_id"], unique=False
    )
    op.create_index(
        op.f("ix_opinion_entry_rumour_id"), "opinion_entry", ["rumour_id"], unique=False
    )
    op.create_index(op.f("ix_opinion_entry_sign_id"), "opinion_entry", ["sign_id"], unique=False)
    op.create_table(
        "opinion_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("source_uid", sa.String(length=22), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("sign_id", sa.Integer(), nullable=True),
        sa.Column("rumour_id", sa.Integer(), nullable=True),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["staff.id"], name=op.f("fk_opinion_item_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["opinion_incident.id"], name=op.f("fk_opinion_item_incident_id")
        ),
        sa.ForeignKeyConstraint(
            ["rumour_id"], ["opinion_rumour.id"], name=op.f("fk_opinion_item_rumour_id")
        ),
        sa.ForeignKeyConstraint(
            ["sign_id"], ["opinion_sign.id"], name=op.f("fk_opinion_item_sign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_item")),
        sa.UniqueConstraint("origin", "source_uid", name=op.f("uq_opinion_item_origin_source_uid")),
        sa.UniqueConstraint("uid", name=op.f("uq_opinion_item_uid")),
    )
    op.create_index("ix_opinion_item_created_at", "opinion_item", ["created_at"], unique=False)
    op.create_index(
        op.f("ix_opinion_item_incident_id"), "opinion_item", ["incident_id"], unique=False
    )
    op.create_index(op.f("ix_opinion_item_rumour_id"), "opinion_item", ["rumour_id"], unique=False)
    op.create_index(op.f("ix_opinion_item_sign_id"), "opinion_item", ["sign_id"], unique=False)
    op.create_table(
        "opinion_measure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rumour_id", sa.Integer(), nullable=True),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("reads", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["opinion_incident.id"], name=op.f("fk_opinion_measure_incident_id")
        ),
        sa.ForeignKeyConstraint(
            ["rumour_id"], ["opinion_rumour.id"], name=op.f("fk_opinion_measure_rumour_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_opinion_measure_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_measure")),
    )
    op.create_index(
        op.f("ix_opinion_measure_incident_id"), "opinion_measure", ["incident_id"], unique=False
    )
    op.create_index(
        op.f("ix_opinion_measure_rumour_id"), "opinion_measure", ["rumour_id"], unique=False
    )
    op.create_table(
        "opinion_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rumour_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("stand", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["rumour_id"], ["opinion_rumour.id"], name=op.f("fk_opinion_source_rumour_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_opinion_source_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_source")),
    )
    op.create_index(
        op.f("ix_opinion_source_rumour_id"), "opinion_source", ["rumour_id"], unique=False
    )
    op.create_table(
        "opinion_tally",
        sa.Column("watchlist_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["watchlist_id"], ["opinion_watchlist.id"], name=op.f("fk_opinion_tally_watchlist_id")
        ),
        sa.PrimaryKeyConstraint("watchlist_id", "hour", "channel", name=op.f("pk_opinion_tally")),
    )
    op.create_index("ix_opinion_tally_hour", "opinion_tally", ["hour"], unique=False)
    op.create_table(
        "opinion_hit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("watchlist_id", sa.Integer(), nullable=False),
        sa.Column("terms", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["opinion_item.id"], name=op.f("fk_opinion_hit_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["watchlist_id"], ["opinion_watchlist.id"], name=op.f("fk_opinion_hit_watchlist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_hit")),
        sa.UniqueConstraint(
            "item_id", "watchlist_id", name=op.f("uq_opinion_hit_item_id_watchlist_id")
        ),
    )
    op.create_index(
        "ix_opinion_hit_watchlist_id_item_id",
        "opinion_hit",
        ["watchlist_id", "item_id"],
        unique=False,
    )


def downgrade() -> None:
    for name in (
        "opinion_hit",
        "opinion_tally",
        "opinion_source",
        "opinion_measure",
        "opinion_item",
        "opinion_entry",
        "opinion_watchlist",
        "opinion_task",
        "opinion_sign",
        "opinion_rumour",
        "opinion_member",
        "opinion_line",
        "opinion_drill",
        "opinion_clock",
        "opinion_assessment",
        "opinion_incident",
        "opinion_setting",
    ):
        op.drop_table(name)
