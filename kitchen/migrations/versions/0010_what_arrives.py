"""What arrives: resumable uploads, files that are brought into stories, stories made from leads.

Revision 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('resumable_upload',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('filename', sa.String(length=200), nullable=False),
    sa.Column('length', sa.Integer(), nullable=False),
    sa.Column('received', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('about_type', sa.String(length=32), nullable=False),
    sa.Column('about_uid', sa.String(length=22), nullable=False),
    sa.Column('thumb_sha256', sa.String(length=64), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asset_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['asset_id'], ['media_asset.id'], name=op.f('fk_resumable_upload_asset_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['staff.id'], name=op.f('fk_resumable_upload_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_resumable_upload')),
    sa.UniqueConstraint('uid', name=op.f('uq_resumable_upload_uid'))
    )
    with op.batch_alter_table('resumable_upload', schema=None) as batch_op:
        batch_op.create_index('ix_resumable_upload_about', ['about_type', 'about_uid'], unique=False)
        batch_op.create_index(batch_op.f('ix_resumable_upload_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_resumable_upload_owner_id'), ['owner_id'], unique=False)

    op.create_table('story_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=22), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('filename', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('rights', sa.String(length=10), nullable=False),
    sa.Column('pictures', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failure', sa.Text(), nullable=False),
    sa.Column('failure_params', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('remarks', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('into_id', sa.Integer(), nullable=True),
    sa.Column('story_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['asked_by_id'], ['staff.id'], name=op.f('fk_story_import_asked_by_id')),
    sa.ForeignKeyConstraint(['into_id'], ['story.id'], name=op.f('fk_story_import_into_id')),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_import_story_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_import')),
    sa.UniqueConstraint('uid', name=op.f('uq_story_import_uid'))
    )
    with op.batch_alter_table('story_import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_story_import_asked_by_id'), ['asked_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_story_import_sha256'), ['sha256'], unique=False)

    op.create_table('story_lead',
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('lead_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['lead_id'], ['lead.id'], name=op.f('fk_story_lead_lead_id')),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_lead_story_id')),
    sa.PrimaryKeyConstraint('story_id', name=op.f('pk_story_lead')),
    sa.UniqueConstraint('lead_id', name=op.f('uq_story_lead_lead_id'))
    )


def downgrade() -> None:
    op.drop_table('story_lead')
    with op.batch_alter_table('story_import', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_story_import_sha256'))
        batch_op.drop_index(batch_op.f('ix_story_import_asked_by_id'))

    op.drop_table('story_import')
    with op.batch_alter_table('resumable_upload', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_resumable_upload_owner_id'))
        batch_op.drop_index(batch_op.f('ix_resumable_upload_expires_at'))
        batch_op.drop_index('ix_resumable_upload_about')

    op.drop_table('resumable_upload')
