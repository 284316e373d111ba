"""Corrections, cases, the quota ledger, callbacks, standstills, the epoch.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "epoch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("house", sa.String(length=22), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epoch")),
    )
    op.create_table(
        "standstill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_by_id", sa.Integer(), nullable=True),
        sa.Column("first_lift_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_lift_id"], ["staff.id"], name=op.f("fk_standstill_first_lift_id")
        ),
        sa.ForeignKeyConstraint(
            ["stopped_by_id"], ["staff.id"], name=op.f("fk_standstill_stopped_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standstill")),
        sa.UniqueConstraint("scope", name=op.f("uq_standstill_scope")),
        sa.UniqueConstraint("uid", name=op.f("uq_standstill_uid")),
    )
    op.create_table(
        "callback_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("proof", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_callback_notice_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_callback_notice_publication_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_notice")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_callback_notice_account_id_key")),
    )
    with op.batch_alter_table("callback_notice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_callback_notice_publication_id"), ["publication_id"], unique=False
        )

    op.create_table(
        "publication_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column(
            "evidence",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("second_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_publication_case_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_publication_case_publication_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_by_id"], ["staff.id"], name=op.f("fk_publication_case_second_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_case")),
        sa.UniqueConstraint("uid", name=op.f("uq_publication_case_uid")),
    )
    with op.batch_alter_table("publication_case", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_publication_case_publication_id"), ["publication_id"], unique=False
        )
        batch_op.create_index(
            "uq_publication_case_open",
            ["publication_id"],
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )

    op.create_table(
        "quota_ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("window_key", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_quota_ledger_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_quota_ledger_publication_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_ledger")),
        sa.UniqueConstraint(
            "account_id",
            "window_key",
            "seq",
            name=op.f("uq_quota_ledger_account_id_window_key_seq"),
        ),
    )
    with op.batch_alter_table("quota_ledger", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_quota_ledger_publication_id"), ["publication_id"], unique=False
        )

    op.add_column("story", sa.Column("correction", sa.Text(), nullable=False, server_default=""))
    bound = sa.Column("bound", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("story_target", bound)
    _named("remote_id <> '' AND state <> 'superseded'")


def downgrade() -> None:
    _named("remote_id <> ''")
    op.execute("ALTER TABLE story_target DROP COLUMN bound")
    op.execute("ALTER TABLE story DROP COLUMN correction")
    with op.batch_alter_table("quota_ledger", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quota_ledger_publication_id"))

    op.drop_table("quota_ledger")
    with op.batch_alter_table("publication_case", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_publication_case_open",
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_publication_case_publication_id"))

    op.drop_table("publication_case")
    with op.batch_alter_table("callback_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_callback_notice_publication_id"))

    op.drop_table("callback_notice")
    op.drop_table("standstill")
    op.drop_table("epoch")


def _named(which: str) -> None:
    """An account's posts each go by an id of their own, among those that ``which`` picks."""
    op.drop_index("uq_publication_remote_id", "publication")
    op.create_index(
        "uq_publication_remote_id",
        "publication",
        ["account_id", "remote_id"],
        unique=True,
        sqlite_where=sa.text(which),
        postgresql_where=sa.text(which),
    )
