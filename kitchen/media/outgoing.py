"""An asset as a channel gets it: never the original, always one of its renditions."""

from __future__ import annotations

from assets.film_presets import FILM_PRESETS
from assets.presets import PRESETS, Fit
from channels.base import Media
from kitchen.core.errors import N_, WrongState
from kitchen.media.models import MediaAsset, Rendition
from kitchen.media.rules import FILM, Kind

ORIGINAL = "original"
"""For a film, another name of its bare copy: same pictures, nothing said about itself."""


def film_form(channel: str) -> str:
    """The form in which films go to a channel; empty where it has none of its own."""
    preset = f"film_{channel}"
    return preset if preset in FILM_PRESETS else ""


def film_of(asset: MediaAsset, channel: str) -> str:
    """The form in which this film would go there now: its own once it is made, else the bare copy.

    A clip of our own was made for such places and goes as it is.
    """
    made = {each.preset for each in asset.renditions}
    wanted = "" if asset.recipe else film_form(channel)
    return wanted if wanted in made else FILM


def rendition_of(asset: MediaAsset, preset: str) -> Rendition:
    """The asset in one shape. Raises :class:`WrongState` where it has none, as a clip in making."""
    wanted = FILM if preset == ORIGINAL and asset.kind == Kind.VIDEO else preset
    for each in asset.renditions:
        if each.preset == wanted:
            return each
    raise WrongState(N_("素材“%(name)s”还没有做好，暂时不能使用。"), name=asset.name)


def workable(asset: MediaAsset) -> str:
    """The hash of the open bytes of which more can be made: the original, or of a sealed one the
    largest clean picture, or the film's bare copy.
    """
    if not asset.sealed_as and not asset.seal_wanted:
        return asset.sha256
    if asset.kind == Kind.VIDEO:
        return rendition_of(asset, FILM).sha256
    return max(_pictures(asset), key=lambda it: it.width * it.height).sha256


def _pictures(asset: MediaAsset) -> list[Rendition]:
    """Whole pictures: nothing of them is cut away, nothing is put around them."""
    whole = {name for name, preset in PRESETS.items() if preset.fit is Fit.INSIDE}
    return [each for each in asset.renditions if each.preset in whole]


def as_media(asset: MediaAsset, preset: str, caption: str | None = None) -> Media:
    """What a post carries of this asset; ``caption`` stands for the catalogue's where given."""
    made = rendition_of(asset, preset)
    return Media(
        sha256=made.sha256,
        mime=made.mime,
        size=made.size,
        width=made.width,
        height=made.height,
        seconds=made.seconds or (asset.seconds if made.preset == FILM else 0.0),
        name=asset.name,
        caption=asset.caption if caption is None else caption,
    )
