"""Who hears of what about assets: who brought them, and who minds their rights; in words."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core.errors import N_
from kitchen.media.events import AssetWithdrawn, RightsEnding
from kitchen.media.models import MediaAsset
from kitchen.media.rules import May
from kitchen.notifications.service import tell
from kitchen.people.queries import staff_over, staff_with_role


def rights_ending(session: Session, event: RightsEnding) -> None:
    """Whoever brought an asset and whoever minds its rights hear that these end."""
    asset = session.get_one(MediaAsset, event.asset_id)
    sentence = N_("“%(name)s”的授权还有 %(days)s 天到期（%(until)s），请续期或准备替换。")
    tell(
        session,
        _concerned(session, asset),
        sentence,
        f"/assets/{asset.uid}",
        name=asset.name,
        days=event.days,
        until=str(asset.rights_until),
    )


def asset_withdrawn(session: Session, event: AssetWithdrawn) -> None:
    """They hear as well that it may be used no more, except whoever said so."""
    asset = session.get_one(MediaAsset, event.asset_id)
    told = _concerned(session, asset) - {event.actor_id}
    sentence = N_("素材“%(name)s”已撤下：%(reason)s")
    url = f"/assets/{asset.uid}"
    tell(session, told, sentence, url, name=asset.name, reason=event.reason)


def _concerned(session: Session, asset: MediaAsset) -> set[int | None]:
    roles = session.info["roles"]
    keepers = [role for role, allowed in roles.items() if May.EDIT_RIGHTS in allowed]
    if asset.unit_id is None:
        minding = staff_with_role(session, *keepers)
    else:
        minding = staff_over(session, asset.unit_id, *keepers)
    return {asset.uploaded_by_id, *(person.id for person in minding)}
