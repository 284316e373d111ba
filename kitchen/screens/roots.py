"""What keeps bytes alive: every column, of every station, in which names of stored bytes stand.

Bytes that stand in none of them are set aside after a week and forgotten after another
(:mod:`kitchen.media.upkeep.collect`). A station that begins to name bytes adds its line here; a
test walks a story through the house and looks for names in all other columns.
"""

from __future__ import annotations

from kitchen.matrix.registry.models import Evidence
from kitchen.media.models import MediaAsset, Rendition
from kitchen.media.rights_models import MediaRight
from kitchen.media.tus_models import ResumableUpload
from kitchen.media.upkeep.roots import OPEN, SEALED, Root, Roots
from kitchen.outlet.models import OutletItem, OutletMedia, OutletShown
from kitchen.publishing.models import Publication
from kitchen.stories.importing.models import StoryImport
from kitchen.stories.models import Edition, FrozenPost, Story, Version
from kitchen.stories.together_models import StoryStep

ROOTS: Roots = {
    OPEN: (
        # media: originals, unless they lie sealed; what was made of them; what came ahead
        Root(MediaAsset.sha256, only=MediaAsset.sealed_as == ""),
        Root(Rendition.sha256),
        Root(ResumableUpload.thumb_sha256),
        # outlet: what readers are shown
        Root(OutletMedia.sha256),
        Root(OutletShown.sha256),
        Root(OutletItem.body_html, within=True),
        # matrix: what proves a closing, a vetting, a filing
        Root(Evidence.sha256),
        # stories: texts name renditions, and so do their versions, steps, editions, sealed posts
        Root(StoryImport.sha256, only=StoryImport.finished_at.is_(None)),
        Root(Story.doc, within=True),
        Root(StoryStep.step, within=True),
        Root(Version.doc, within=True),
        Root(Version.fields, within=True),
        Root(Edition.body, within=True),
        Root(Edition.doc, within=True),
        Root(FrozenPost.post, within=True),
        # publishing: what was handed to a platform on the way
        Root(Publication.parcel, within=True),
    ),
    # media: originals that may give a source away; the papers of rights
    SEALED: (Root(MediaAsset.sealed_as), Root(MediaRight.paper_sealed_as)),
}
