"""Rights one by one, withdrawal, tags, lineage, adoption, collections, baskets, share links.

What an asset lies like and what a clip was made of are known already, and are written down where
they can be looked for.

Revision 0019, after 0015.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

LIES = """
    UPDATE media_asset SET orientation = CASE
        WHEN width = height THEN 'square' WHEN width > height THEN 'landscape' ELSE 'portrait'
    END WHERE width > 0 AND height > 0
"""
MADE_OF = {
    "sqlite": """
        INSERT INTO media_lineage (child_id, parent_id, how, position)
        SELECT child.id, parent.id, 'clip', min(CAST(part.key AS INTEGER))
        FROM media_asset AS child, json_each(child.derived_from) AS part
        JOIN media_asset AS parent ON parent.uid = part.value
        GROUP BY child.id, parent.id
    """,
    "postgresql": """
        INSERT INTO media_lineage (child_id, parent_id, how, position)
        SELECT child.id, parent.id, 'clip', min(part.place) - 1
        FROM media_asset AS child
        CROSS JOIN LATERAL jsonb_array_elements_text(child.derived_from)
            WITH ORDINALITY AS part (uid, place)
        JOIN media_asset AS parent ON parent.uid = part.uid
        GROUP BY child.id, parent.id
    """,
}


def upgrade() -> None:
    op.create_table('media_term',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('facet', sa.String(length=8), nullable=False),
    sa.Column('value', sa.String(length=40), nullable=False),
    sa.Column('uses', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_media_term')),
    sa.UniqueConstraint('facet', 'value', name=op.f('uq_media_term_facet_value'))
    )
    with op.batch_alter_table('media_term', schema=None) as batch_op:
        batch_op.create_index('ix_media_term_facet_uses', ['facet', 'uses'], unique=False)

    op.create_table('media_collection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['staff.id'], name=op.f('fk_media_collection_owner_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_media_collection_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_media_collection')),
    sa.UniqueConstraint('uid', name=op.f('uq_media_collection_uid'))
    )
    with op.batch_alter_table('media_collection', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_media_collection_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_media_collection_unit_id'), ['unit_id'], unique=False)

    op.create_table('media_adoption',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('share', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['asset_id'], ['media_asset.id'], name=op.f('fk_media_adoption_asset_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_media_adoption_staff_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_media_adoption_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_media_adoption')),
    sa.UniqueConstraint('asset_id', 'unit_id', name=op.f('uq_media_adoption_asset_id_unit_id')),
    sa.UniqueConstraint('uid', name=op.f('uq_media_adoption_uid'))
    )
    with op.batch_alter_table('media_adoption', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_media_adoption_unit_id'), ['unit_id'], unique=False)

    op.create_table('media_basket_item',
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['asset_id'], ['media_asset.id'], name=op.f('fk_media_basket_item_asset_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_media_basket_item_staff_id')),
    sa.PrimaryKeyConstraint('staff_id', 'asset_id', name=op.f('pk_media_basket_item'))
    )
    op.create_table('media_collection_item',
    sa.Column('collection_id', sa.Integer(), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['added_by_id'], ['staff.id'], name=op.f('fk_media_collection_item_added_by_id')),
    sa.ForeignKeyConstraint(['asset_id'], ['media_asset.id'], name=op.f('fk_media_collection_item_asset_id')),
    sa.ForeignKeyConstraint(['collection_id'], ['media_collection.id'], name=op.f('fk_media_collection_item_collection_id')),
    sa.PrimaryKeyConstraint('collection_id', 'asset_id', name=op.f('pk_media_collection_item'))
    )
    with op.batch_alter_table('media_collection_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_media_collection_item_asset_id'), ['asset_id'], unique=False)
        batch_op.create_index('ix_media_collection_item_place', ['collection_id', 'position', 'asset_id'], unique=False)

    op.create_table('media_expiry_told',
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['asset_id'], ['media_asset.id'], name=op.f('fk_media_expiry_told_asset_id')),
    sa.PrimaryKeyConstraint('asset_id', 'until', 'days', name=op.f('pk_media_expiry_told'))
    )
    op.create_table('media_lineage',
    sa.Column('child_id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=False),
    sa.Column('how', sa.String(length=10), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['media_asset.id'], name=op.f('fk_media_lineage_child_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['media_asset.id'], name=op.f('fk_media_lineage_parent_id')),
    sa.PrimaryKeyConstraint('child_id', 'parent_id', name=op.f('pk_media_lineage'))
    )
    with op.batch_alter_table('media_lineage', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_media_lineage_parent_id'), ['parent_id'], unique=False)

    op.create_table('media_right',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('basis', sa.String(length=10), nullable=False),
    sa.Column('licence', sa.String(length=120), nullable=False),
    sa.Column('holder', sa.String(length=120), nullable=False),
    sa.Column('consent', sa.String(length=10), nullable=False),
    sa.Column('consent_note', sa.String(length=500), nullable=False),
    sa.Column('channels', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('territory', sa.String(length=8), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['asset_id'], ['media_asset.id'], name=op.f('fk_media_right_asset_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_media_right')),
    sa.UniqueConstraint('uid', name=op.f('uq_media_right_uid'))
    )
    with op.batch_alter_table('media_right', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_media_right_asset_id'), ['asset_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_media_right_valid_from'), ['valid_from'], unique=False)

    op.create_table('media_share',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=True),
    sa.Column('collection_id', sa.Integer(), nullable=True),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(length=80), nullable=False),
    sa.Column('may_download', sa.Boolean(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('views', sa.Integer(), nullable=False),
    sa.Column('downloads', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('minute', sa.Integer(), nullable=False),
    sa.Column('in_minute', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(asset_id IS NULL) <> (collection_id IS NULL)', name=op.f('ck_media_share_asset_or_collection')),
    sa.ForeignKeyConstraint(['asset_id'], ['media_asset.id'], name=op.f('fk_media_share_asset_id')),
    sa.ForeignKeyConstraint(['collection_id'], ['media_collection.id'], name=op.f('fk_media_share_collection_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['staff.id'], name=op.f('fk_media_share_made_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_media_share')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_media_share_token_hash')),
    sa.UniqueConstraint('uid', name=op.f('uq_media_share_uid'))
    )
    with op.batch_alter_table('media_share', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_media_share_asset_id'), ['asset_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_media_share_collection_id'), ['collection_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_media_share_made_by_id'), ['made_by_id'], unique=False)

    op.create_table('media_tag',
    sa.Column('term_id', sa.Integer(), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['asset_id'], ['media_asset.id'], name=op.f('fk_media_tag_asset_id')),
    sa.ForeignKeyConstraint(['term_id'], ['media_term.id'], name=op.f('fk_media_tag_term_id')),
    sa.PrimaryKeyConstraint('term_id', 'asset_id', name=op.f('pk_media_tag'))
    )
    with op.batch_alter_table('media_tag', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_media_tag_asset_id'), ['asset_id'], unique=False)

    with op.batch_alter_table('media_asset', schema=None) as batch_op:
        batch_op.add_column(sa.Column('orientation', sa.String(length=9), server_default='', nullable=False))
        batch_op.add_column(sa.Column('state', sa.String(length=10), server_default='available', nullable=False))
        batch_op.drop_index(batch_op.f('ix_media_asset_kind'))
        batch_op.create_index('ix_media_asset_created_at', ['created_at'], unique=False)
        batch_op.create_index('ix_media_asset_kind_id', ['kind', 'id'], unique=False)
        batch_op.create_index('ix_media_asset_orientation_id', ['orientation', 'id'], unique=False)
        batch_op.create_index('ix_media_asset_rights_id', ['rights', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_media_asset_rights_until'), ['rights_until'], unique=False)
    op.execute(LIES)
    op.execute(MADE_OF[op.get_bind().dialect.name])


def downgrade() -> None:
    with op.batch_alter_table('media_asset', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_media_asset_rights_until'))
        batch_op.drop_index('ix_media_asset_rights_id')
        batch_op.drop_index('ix_media_asset_orientation_id')
        batch_op.drop_index('ix_media_asset_kind_id')
        batch_op.drop_index('ix_media_asset_created_at')
        batch_op.create_index(batch_op.f('ix_media_asset_kind'), ['kind'], unique=False)
        batch_op.drop_column('state')
        batch_op.drop_column('orientation')

    with op.batch_alter_table('media_tag', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_media_tag_asset_id'))

    op.drop_table('media_tag')
    with op.batch_alter_table('media_share', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_media_share_made_by_id'))
        batch_op.drop_index(batch_op.f('ix_media_share_collection_id'))
        batch_op.drop_index(batch_op.f('ix_media_share_asset_id'))

    op.drop_table('media_share')
    with op.batch_alter_table('media_right', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_media_right_valid_from'))
        batch_op.drop_index(batch_op.f('ix_media_right_asset_id'))

    op.drop_table('media_right')
    with op.batch_alter_table('media_lineage', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_media_lineage_parent_id'))

    op.drop_table('media_lineage')
    op.drop_table('media_expiry_told')
    with op.batch_alter_table('media_collection_item', schema=None) as batch_op:
        batch_op.drop_index('ix_media_collection_item_place')
        batch_op.drop_index(batch_op.f('ix_media_collection_item_asset_id'))

    op.drop_table('media_collection_item')
    op.drop_table('media_basket_item')
    with op.batch_alter_table('media_adoption', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_media_adoption_unit_id'))

    op.drop_table('media_adoption')
    with op.batch_alter_table('media_collection', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_media_collection_unit_id'))
        batch_op.drop_index(batch_op.f('ix_media_collection_owner_id'))

    op.drop_table('media_collection')
    with op.batch_alter_table('media_term', schema=None) as batch_op:
        batch_op.drop_index('ix_media_term_facet_uses')

    op.drop_table('media_term')
