"""Units are merged; feeds are gathered; measures cite the library; messages have a tone.

Revision 0030, after 0029.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

CLAUSES = {
    "办法一·第一责任": "坚持属地管理和谁主办谁负责，主办单位负政务新媒体管理的第一责任。",
    "办法一·责任到人": "单位负责同志负主要领导责任，明确分管领导、责任科室和人员。",
    "办法一·采编人员": "采编人员原则由在编在岗干部担任，确需聘用的严格政审。",
    "办法二·备案": "新开设或关停账号按程序申报，经单位主要负责同志审核同意后报网信办备案。",
    "办法二·分级审核": "信息发布实行三审，重要稿件再审，重大稿件终审，必要时联审。",
    "办法三·值班答复": "实行AB角值班，24小时回复公众留言，发现苗头性倾向性问题及时报告。",
    "办法三·监测研判": "对留言、跟帖、评论实时监测，对涉及本区域本行业的谣言及时澄清。",
    "办法三·巡查处置": "对制度不健全、责任不落实、管理不到位的账号，"
    "采取约谈、警告、通报批评、责令关停等措施处置。",
}
"""What measures cited before there was a library, and what that said."""

TONED = {"voice": ("tone", "tone_words"), "voice_tally": ("negative", "positive")}


def upgrade() -> None:
    op.create_table(
        "unit_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_name_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_name")),
    )
    op.create_index(op.f("ix_unit_name_name"), "unit_name", ["name"])
    op.create_index(op.f("ix_unit_name_unit_id"), "unit_name", ["unit_id"])
    with op.batch_alter_table("unit") as unit:
        unit.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        unit.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        unit.create_index(op.f("ix_unit_merged_into_id"), ["merged_into_id"])
        unit.create_foreign_key(
            op.f("fk_unit_merged_into_id"), "unit", ["merged_into_id"], ["id"]
        )

    op.create_table(
        "lead_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("etag", sa.String(length=300), nullable=False),
        sa.Column("modified", sa.String(length=100), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_lead_feed_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_feed")),
        sa.UniqueConstraint("uid", name=op.f("uq_lead_feed_uid")),
        sa.UniqueConstraint("url", name=op.f("uq_lead_feed_url")),
    )
    op.create_index(
        "ix_lead_feed_next_at",
        "lead_feed",
        ["next_at"],
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "lead_feed_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("guid_key", sa.String(length=64), nullable=False),
        sa.Column("url_key", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["lead_feed.id"], name=op.f("fk_lead_feed_item_feed_id")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lead_feed_item_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_feed_item")),
        sa.UniqueConstraint("uid", name=op.f("uq_lead_feed_item_uid")),
        sa.UniqueConstraint("feed_id", "guid_key", name=op.f("uq_lead_feed_item_feed_id_guid_key")),
    )
    op.create_index("ix_lead_feed_item_url_key", "lead_feed_item", ["url_key"])
    op.create_index(
        "ix_lead_feed_item_open",
        "lead_feed_item",
        ["id"],
        sqlite_where=sa.text("lead_id IS NULL AND left_at IS NULL"),
        postgresql_where=sa.text("lead_id IS NULL AND left_at IS NULL"),
    )

    with op.batch_alter_table("sanction") as sanction:
        sanction.alter_column(
            "clause",
            existing_type=sa.String(length=60),
            type_=sa.String(length=160),
            existing_nullable=False,
        )
        sanction.add_column(
            sa.Column("clause_words", sa.Text(), nullable=False, server_default="")
        )
        sanction.add_column(sa.Column("cited_id", sa.Integer(), nullable=True))
        sanction.create_foreign_key(
            op.f("fk_sanction_cited_id"), "clause", ["cited_id"], ["id"]
        )
    rows = sa.table("sanction", sa.column("clause"), sa.column("clause_words"))
    for code, words in CLAUSES.items():
        op.execute(rows.update().where(rows.c.clause == code).values(clause_words=words))
    with op.batch_alter_table("sanction") as sanction:
        sanction.alter_column("clause_words", server_default=None)

    with op.batch_alter_table("voice") as voice:
        voice.add_column(sa.Column("tone", sa.String(8), nullable=False, server_default=""))
        voice.add_column(sa.Column("tone_words", sa.String(200), nullable=False, server_default=""))
    with op.batch_alter_table("voice_tally") as tally:
        tally.add_column(sa.Column("negative", sa.Integer(), nullable=False, server_default="0"))
        tally.add_column(sa.Column("positive", sa.Integer(), nullable=False, server_default="0"))
    for table, columns in TONED.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.alter_column(column, server_default=None)

    op.create_table(
        "account_measure",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("told", JSON, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_measure_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_measure")),
    )
    op.create_index(op.f("ix_account_measure_next_at"), "account_measure", ["next_at"])


def downgrade() -> None:
    op.drop_table("account_measure")
    for table, columns in TONED.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column)
    with op.batch_alter_table("sanction") as sanction:
        sanction.drop_constraint(op.f("fk_sanction_cited_id"), type_="foreignkey")
        sanction.drop_column("cited_id")
        sanction.drop_column("clause_words")
    op.drop_table("lead_feed_item")
    op.drop_table("lead_feed")
    with op.batch_alter_table("unit") as unit:
        unit.drop_constraint(op.f("fk_unit_merged_into_id"), type_="foreignkey")
        unit.drop_index(op.f("ix_unit_merged_into_id"))
        unit.drop_column("merged_into_id")
        unit.drop_column("closed_at")
    op.drop_table("unit_name")
