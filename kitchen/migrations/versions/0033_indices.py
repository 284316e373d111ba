"""Indices: formulas by edition with those that ship, scores with their inputs, ranks of others.

Revision 0033, after 0032.
"""

import json
import secrets
from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

SHIPPED_ON = datetime(2026, 11, 27, tzinfo=UTC)
SHIPPED = (
    (
        "wci-v2.0",
        "wci",
        "V2.0",
        "WCI V2.0",
        "wechat",
        "2014-01-01",
        False,
        "清博指数说明（2014—2015 年版），公开转载；把握较大",
        '{"parts":[{"key":"reads","weight":0.8,"terms":[{"weight":0.4,"input":"R","per":"","times":1},{"weight":0.45,"input":"R","per":"n","times":1},{"weight":0.15,"input":"Rmax","per":"","times":1}]},{"key":"likes","weight":0.2,"terms":[{"weight":0.4,"input":"Z","per":"","times":1},{"weight":0.45,"input":"Z","per":"n","times":1},{"weight":0.15,"input":"Zmax","per":"","times":1}]}],"power":2,"factor":10,"sources":{"R":"reads.all","n":"pieces","Rmax":"reads.top","Z":"likes.all","Zmax":"likes.top"}}',
    ),
    (
        "wci-v12.0",
        "wci",
        "V12.0",
        "WCI V12.0",
        "wechat",
        "2016-01-01",
        False,
        "清博指数说明（2016—2017 年版），两处公开转载一致",
        '{"parts":[{"key":"reads","weight":0.8,"terms":[{"weight":0.4,"input":"R","per":"d","times":1},{"weight":0.45,"input":"R","per":"n","times":1},{"weight":0.15,"input":"Rmax","per":"","times":1}]},{"key":"likes","weight":0.2,"terms":[{"weight":0.4,"input":"Z","per":"d","times":10},{"weight":0.45,"input":"Z","per":"n","times":10},{"weight":0.15,"input":"Zmax","per":"","times":10}]}],"power":2,"factor":10,"sources":{"R":"reads.all","d":"days","n":"pieces","Rmax":"reads.top","Z":"likes.all","Zmax":"likes.top"}}',
    ),
    (
        "wci-v13.0",
        "wci",
        "V13.0",
        "WCI V13.0",
        "wechat",
        "2017-07-01",
        False,
        "清博指数说明（2017 年 7 月起），三份公开代码和一处转载一致",
        '{"parts":[{"key":"O","weight":0.3,"terms":[{"weight":0.85,"input":"R","per":"d","times":1},{"weight":0.15,"input":"Z","per":"d","times":10}]},{"key":"A","weight":0.3,"terms":[{"weight":0.85,"input":"R","per":"n","times":1},{"weight":0.15,"input":"Z","per":"n","times":10}]},{"key":"H","weight":0.3,"terms":[{"weight":0.85,"input":"Rt","per":"d","times":1},{"weight":0.15,"input":"Zt","per":"d","times":10}]},{"key":"P","weight":0.1,"terms":[{"weight":0.85,"input":"Rmax","per":"","times":1},{"weight":0.15,"input":"Zmax","per":"","times":10}]}],"power":2,"factor":10,"sources":{"R":"reads.all","d":"days","Z":"likes.all","n":"pieces","Rt":"reads.headlines","Zt":"likes.headlines","Rmax":"reads.top","Zmax":"likes.top"}}',
    ),
    (
        "wci-v14.2a",
        "wci",
        "V14.2a",
        "WCI V14.2a",
        "wechat",
        "2020-07-01",
        False,
        "清博指数 V14.2 的早期写法（不迟于 2021 年 11 月），两份公开代码一致",
        '{"parts":[{"key":"O","weight":0.6,"terms":[{"weight":0.85,"input":"R","per":"d","times":1},{"weight":0.09,"input":"Z","per":"d","times":10},{"weight":0.06,"input":"L","per":"d","times":10}]},{"key":"A","weight":0.2,"terms":[{"weight":0.85,"input":"R","per":"n","times":1},{"weight":0.09,"input":"Z","per":"n","times":10},{"weight":0.06,"input":"L","per":"n","times":10}]},{"key":"H","weight":0.1,"terms":[{"weight":0.85,"input":"Rt","per":"d","times":1},{"weight":0.09,"input":"Zt","per":"d","times":10},{"weight":0.06,"input":"Lt","per":"d","times":10}]},{"key":"P","weight":0.1,"terms":[{"weight":0.85,"input":"Rmax","per":"","times":1},{"weight":0.09,"input":"Zmax","per":"","times":10},{"weight":0.06,"input":"Lmax","per":"","times":10}]}],"power":2,"factor":12,"sources":{"R":"reads.all","d":"days","Z":"watching.all","L":"likes.all","n":"pieces","Rt":"reads.headlines","Zt":"watching.headlines","Lt":"likes.headlines","Rmax":"reads.top","Zmax":"watching.top","Lmax":"likes.top"}}',
    ),
    (
        "wci-v14.2b",
        "wci",
        "V14.2b",
        "WCI V14.2b",
        "wechat",
        "2021-12-01",
        False,
        "清博指数现行说明（V14.2，含转发），一处镜像和一篇引文一致",
        '{"parts":[{"key":"O","weight":0.6,"terms":[{"weight":0.7,"input":"R","per":"d","times":1},{"weight":0.09,"input":"Z","per":"d","times":10},{"weight":0.06,"input":"L","per":"d","times":10},{"weight":0.15,"input":"E","per":"d","times":10}]},{"key":"A","weight":0.2,"terms":[{"weight":0.7,"input":"R","per":"n","times":1},{"weight":0.09,"input":"Z","per":"n","times":10},{"weight":0.06,"input":"L","per":"n","times":10},{"weight":0.15,"input":"E","per":"n","times":10}]},{"key":"H","weight":0.1,"terms":[{"weight":0.7,"input":"Rt","per":"d","times":1},{"weight":0.09,"input":"Zt","per":"d","times":10},{"weight":0.06,"input":"Lt","per":"d","times":10},{"weight":0.15,"input":"Et","per":"d","times":10}]},{"key":"P","weight":0.1,"terms":[{"weight":0.7,"input":"Rmax","per":"","times":1},{"weight":0.09,"input":"Zmax","per":"","times":10},{"weight":0.06,"input":"Lmax","per":"","times":10},{"weight":0.15,"input":"Emax","per":"","times":10}]}],"power":2,"factor":12,"sources":{"R":"reads.all","d":"days","Z":"watching.all","L":"likes.all","E":"shares.all","n":"pieces","Rt":"reads.headlines","Zt":"watching.headlines","Lt":"likes.headlines","Et":"shares.headlines","Rmax":"reads.top","Zmax":"watching.top","Lmax":"likes.top","Emax":"shares.top"}}',
    ),
    (
        "bci",
        "bci",
        "V1",
        "BCI 微博传播指数",
        "weibo",
        "2014-01-01",
        False,
        "清博 BCI 说明；外层和变量表两处一致，内层权重据整理稿。本系统发的都算原创微博",
        '{"parts":[{"key":"activity","weight":0.2,"terms":[{"weight":0.3,"input":"X1","per":"","times":1},{"weight":0.7,"input":"X2","per":"","times":1}]},{"key":"spread","weight":0.8,"terms":[{"weight":0.2,"input":"X3","per":"","times":1},{"weight":0.2,"input":"X4","per":"","times":1},{"weight":0.25,"input":"X5","per":"","times":1},{"weight":0.25,"input":"X6","per":"","times":1},{"weight":0.1,"input":"X7","per":"","times":1}]}],"power":1,"factor":160,"sources":{"X1":"pieces","X2":"pieces","X3":"shares.all","X4":"comments.all","X5":"shares.all","X6":"comments.all","X7":"likes.all"}}',
    ),
    (
        "bci-simple",
        "bci-simple",
        "V1",
        "BCI 简式",
        "weibo",
        "2014-01-01",
        False,
        "一家运营方公开的八份数据都用这个写法",
        '{"parts":[{"key":"activity","weight":0.2,"terms":[{"weight":1,"input":"X1","per":"","times":1}]},{"key":"spread","weight":0.8,"terms":[{"weight":0.4,"input":"X3","per":"","times":1},{"weight":0.4,"input":"X4","per":"","times":1},{"weight":0.2,"input":"X7","per":"","times":1}]}],"power":1,"factor":160,"sources":{"X1":"pieces","X3":"shares.all","X4":"comments.all","X7":"likes.all"}}',
    ),
    (
        "vci",
        "vci",
        "V1",
        "VCI 短视频传播指数",
        "shipinhao",
        "2020-01-01",
        True,
        "同一家运营方把 BCI 简式用于短视频；没有官方说明，试用",
        '{"parts":[{"key":"activity","weight":0.2,"terms":[{"weight":1,"input":"X1","per":"","times":1}]},{"key":"spread","weight":0.8,"terms":[{"weight":0.4,"input":"X3","per":"","times":1},{"weight":0.4,"input":"X4","per":"","times":1},{"weight":0.2,"input":"X7","per":"","times":1}]}],"power":1,"factor":160,"sources":{"X1":"pieces","X3":"shares.all","X4":"comments.all","X7":"likes.all"}}',
    ),
    (
        "dci",
        "dci",
        "V1",
        "DCI 抖音传播指数",
        "douyin",
        "2018-01-01",
        True,
        "权重据回忆整理，没有公开说明可核；试用，可另出一版调整",
        '{"parts":[{"key":"posts","weight":0.1,"terms":[{"weight":1,"input":"X1","per":"","times":1}]},{"key":"interaction","weight":0.76,"terms":[{"weight":0.17,"input":"X2","per":"","times":1},{"weight":0.37,"input":"X3","per":"","times":1},{"weight":0.46,"input":"X4","per":"","times":1}]},{"key":"coverage","weight":0.14,"terms":[{"weight":0.11,"input":"X5","per":"","times":1},{"weight":0.89,"input":"X6","per":"","times":1}]}],"power":1,"factor":100,"sources":{"X1":"pieces","X2":"likes.all","X3":"comments.all","X4":"shares.all","X5":"followers.new","X6":"followers.total"}}',
    ),
    (
        "mcci",
        "mcci",
        "V1",
        "综合传播指数",
        "",
        "2023-01-01",
        True,
        "全国总工会新媒体榜单（2023 年）的配比：微信 30、微博 25、抖音 25、视频号 20",
        '{"parts":[{"key":"wci-v14.2b","weight":0.3,"terms":[]},{"key":"bci","weight":0.25,"terms":[]},{"key":"dci","weight":0.25,"terms":[]},{"key":"vci","weight":0.2,"terms":[]}],"power":1,"factor":1,"sources":{}}',
    ),
)
"""The formulas that come with the house, as they were at this revision."""


def upgrade() -> None:
    definition = op.create_table(
        "index_definition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("family", sa.String(length=24), nullable=False),
        sa.Column("edition", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("experimental", sa.Boolean(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_index_definition_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_definition")),
        sa.UniqueConstraint("family", "edition", name=op.f("uq_index_definition_family_edition")),
        sa.UniqueConstraint("name", name=op.f("uq_index_definition_name")),
        sa.UniqueConstraint("uid", name=op.f("uq_index_definition_uid")),
    )
    op.create_table(
        "index_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("definition_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("inputs", JSON, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_index_score_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["index_definition.id"], name=op.f("fk_index_score_definition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_score")),
        sa.UniqueConstraint(
            "definition_id",
            "kind",
            "first_day",
            "last_day",
            "account_id",
            name=op.f("uq_index_score_definition_id_kind_first_day_last_day_account_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_index_score_uid")),
    )
    with op.batch_alter_table("index_score", schema=None) as batch_op:
        batch_op.create_index(
            "ix_index_score_account_id_kind_first_day",
            ["account_id", "kind", "first_day"],
            unique=False,
        )

    op.create_table(
        "official_rank",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("list_name", sa.String(length=60), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("of_how_many", sa.Integer(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("source_url", sa.String(length=500), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_official_rank_account_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_official_rank_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_rank")),
        sa.UniqueConstraint("uid", name=op.f("uq_official_rank_uid")),
        sa.UniqueConstraint(
            "week",
            "list_name",
            "account_id",
            name=op.f("uq_official_rank_week_list_name_account_id"),
        ),
    )
    with op.batch_alter_table("official_rank", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_official_rank_account_id"), ["account_id"], unique=False
        )

    op.bulk_insert(definition, [_row(*each) for each in SHIPPED])


def _row(name, family, edition, title, channel, valid_from, experimental, source, body):
    return {
        "uid": secrets.token_urlsafe(16).replace("-", "0").replace("_", "1"),
        "created_at": SHIPPED_ON,
        "name": name,
        "family": family,
        "edition": edition,
        "title": title,
        "channel": channel,
        "valid_from": date.fromisoformat(valid_from),
        "experimental": experimental,
        "source": source,
        "body": json.loads(body),
        "version": 1,
    }


def downgrade() -> None:
    for name in ("official_rank", "index_score", "index_definition"):
        op.drop_table(name)
