"""The outlet in full: columns, services, corrections told, the hub, and one number for every change.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHAT_STANDS = (
    "UPDATE outlet_item SET change = ranked.place FROM (SELECT id, row_number() OVER (ORDER BY updated_at, id) AS place FROM outlet_item) AS ranked WHERE ranked.id = outlet_item.id",
    "INSERT INTO outlet_stamp (id, value) SELECT 1, count(*) FROM outlet_item",
    "INSERT INTO outlet_correction (item_id, revision, at, parts, note) SELECT id, revision, corrected_at, '[]', '' FROM outlet_item WHERE corrected_at IS NOT NULL",
)
"""Items get their place in the order of changes; what was corrected before says at least when."""


def upgrade() -> None:
    op.create_table(
        "outlet_column",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["outlet_column.id"], name=op.f("fk_outlet_column_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_column")),
        sa.UniqueConstraint("name", name=op.f("uq_outlet_column_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_outlet_column_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_outlet_column_uid")),
    )
    with op.batch_alter_table("outlet_column", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outlet_column_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "outlet_hub_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mode", sa.String(length=12), nullable=False),
        sa.Column("topic", sa.String(length=500), nullable=False),
        sa.Column("callback", sa.String(length=1000), nullable=False),
        sa.Column("secret_sealed", sa.Text(), nullable=False),
        sa.Column("lease_seconds", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_hub_request")),
        sa.UniqueConstraint("topic", "callback", name=op.f("uq_outlet_hub_request_topic_callback")),
        sa.UniqueConstraint("uid", name=op.f("uq_outlet_hub_request_uid")),
    )
    with op.batch_alter_table("outlet_hub_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outlet_hub_request_due_at"), ["due_at"], unique=False)

    op.create_table(
        "outlet_link_check",
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_outlet_link_check")),
    )
    with op.batch_alter_table("outlet_link_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outlet_link_check_due_at"), ["due_at"], unique=False)

    op.create_table(
        "outlet_service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_service")),
        sa.UniqueConstraint("name", name=op.f("uq_outlet_service_name")),
        sa.UniqueConstraint("uid", name=op.f("uq_outlet_service_uid")),
    )
    op.create_table(
        "outlet_stamp",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_stamp")),
    )
    op.create_table(
        "outlet_subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("topic", sa.String(length=500), nullable=False),
        sa.Column("callback", sa.String(length=1000), nullable=False),
        sa.Column("secret_sealed", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_subscription")),
        sa.UniqueConstraint(
            "topic", "callback", name=op.f("uq_outlet_subscription_topic_callback")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_outlet_subscription_uid")),
    )
    with op.batch_alter_table("outlet_subscription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outlet_subscription_due_at"), ["due_at"], unique=False)

    op.create_table(
        "outlet_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "parts",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["outlet_item.id"], name=op.f("fk_outlet_correction_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_correction")),
    )
    with op.batch_alter_table("outlet_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outlet_correction_item_id"), ["item_id"], unique=False)

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("public_url", sa.String(length=500), nullable=False, server_default="")
        )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.alter_column("public_url", server_default=None)

    with op.batch_alter_table("outlet_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("change", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("column_name", sa.String(length=40), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("column_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_outlet_item_change"), ["change"], unique=False)
        batch_op.create_index("ix_outlet_item_column_id_id", ["column_id", "id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_outlet_item_column_id"), "outlet_column", ["column_id"], ["id"]
        )
    with op.batch_alter_table("outlet_item", schema=None) as batch_op:
        batch_op.alter_column("change", server_default=None)
        batch_op.alter_column("column_name", server_default=None)
    for statement in WHAT_STANDS:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("outlet_item", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_outlet_item_column_id"), type_="foreignkey")
        batch_op.drop_index("ix_outlet_item_column_id_id")
        batch_op.drop_index(batch_op.f("ix_outlet_item_change"))
        batch_op.drop_column("column_id")
        batch_op.drop_column("column_name")
        batch_op.drop_column("change")

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("public_url")

    with op.batch_alter_table("outlet_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outlet_correction_item_id"))

    op.drop_table("outlet_correction")
    with op.batch_alter_table("outlet_subscription", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outlet_subscription_due_at"))

    op.drop_table("outlet_subscription")
    op.drop_table("outlet_stamp")
    op.drop_table("outlet_service")
    with op.batch_alter_table("outlet_link_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outlet_link_check_due_at"))

    op.drop_table("outlet_link_check")
    with op.batch_alter_table("outlet_hub_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outlet_hub_request_due_at"))

    op.drop_table("outlet_hub_request")
    with op.batch_alter_table("outlet_column", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outlet_column_parent_id"))

    op.drop_table("outlet_column")
