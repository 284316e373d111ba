"""Verbs on pick-ups: enter one, confirm or refuse it, keep the list of outlets."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Duplicate, Invalid, Sentence, Stale
from kitchen.core.workflow import carry_out, expect_version
from kitchen.evaluation.pickups import queries
from kitchen.evaluation.pickups.events import PickUpConfirmed
from kitchen.evaluation.pickups.models import PickUp, PickUpOutlet
from kitchen.evaluation.pickups.rules import Tier, host_of, page_of
from kitchen.evaluation.pieces import first_seen
from kitchen.evaluation.rules import May
from kitchen.stories.models import Story


def enter(
    session: Session,
    actor: Actor,
    story: Story,
    *,
    url: str,
    published_on: date,
    title: str = "",
) -> PickUp:
    """Note a pick-up that a person saw; it is certain at once.

    Raises :class:`Forbidden`; :class:`Invalid` for our own page, an outlet nobody listed, a story
    that is not ours or not out, and a day to come or before it was out; :class:`Duplicate` for a
    page that is noted for the story.
    """
    authorize(actor, May.ENTER, story)
    _demand_from_us(session, story, published_on)
    page = page_of(url)
    if queries.ours_among(session, [page]):
        raise Invalid(fields={"url": N_("这是我们自己的网站或账号，不算转载。")})
    outlet = queries.outlet_among(queries.outlets_by_domain(session), page)
    if outlet is None:
        raise Invalid(fields={"url": N_("媒体名录里没有这个网站，请先登记它的域名和级别。")})
    pickup = PickUp(
        story=story,
        outlet=outlet,
        url=page,
        title=title or story.title[:200],
        published_on=published_on,
        staff_id=actor.id,
    )
    session.add(pickup)
    try:
        session.flush()
    except IntegrityError as error:
        raise Duplicate(N_("这篇稿件的这个转载地址已经登记过了。")) from error
    audit.record(session, actor, "enter", pickup, after={"url": page, "outlet": outlet.name})
    confirm(session, actor, pickup)
    return pickup


def _demand_from_us(session: Session, story: Story, day: date) -> None:
    """Refuse what nobody can have from us on that day. Raises :class:`Invalid`."""
    if story.reprint:
        raise Invalid(fields={"story": N_("这篇是我们转载的稿件，别家登了不算转载我们。")})
    if day > clock.today(session):
        raise Invalid(fields={"published_on": N_("转载日期不能晚于今天。")})
    seen = session.execute(first_seen([story.id])).one_or_none()
    if seen is None:
        raise Invalid(fields={"story": N_("这篇稿件还没有发出，别家登的不会是它。")})
    first = clock.local(seen.at).date()
    if day < first:
        told = Sentence(
            N_("这篇稿件 %(day)s 才发出，转载日期不能更早。"), {"day": first.isoformat()}
        )
        raise Invalid(fields={"published_on": told})


def confirm(session: Session, actor: Actor, pickup: PickUp, seen: int | None = None) -> None:
    """It is a pick-up.

    Raises :class:`Forbidden`, :class:`WrongState`, :class:`Stale` for an older ``seen``.
    """
    expect_version(pickup, seen, {"state": str(pickup.state)})
    told = {"staff_id": actor.id}
    carry_out(session, pickup, "confirm", actor, changes=told, event=PickUpConfirmed(pickup.id))


def refuse(session: Session, actor: Actor, pickup: PickUp, seen: int | None = None) -> None:
    """It is none. Raises as :func:`confirm`."""
    expect_version(pickup, seen, {"state": str(pickup.state)})
    carry_out(session, pickup, "refuse", actor, changes={"staff_id": actor.id})


def add_outlet(
    session: Session, actor: Actor, *, name: str, domain: str, tier: Tier, active: bool = True
) -> PickUpOutlet:
    """List an outlet by the domain of its pages.

    Raises :class:`Forbidden`, :class:`Invalid` for our own domain, :class:`Duplicate`.
    """
    authorize(actor, May.ENTER)
    outlet = PickUpOutlet()
    _write(session, outlet, name, domain, tier, active)
    session.add(outlet)
    _flush(session)
    audit.record(session, actor, "add_outlet", outlet, after=shown(outlet))
    return outlet


def change_outlet(
    session: Session,
    actor: Actor,
    outlet: PickUpOutlet,
    seen: int | None,
    *,
    name: str,
    domain: str,
    tier: Tier,
    active: bool,
) -> None:
    """Change an outlet. Raises :class:`Stale` for an older ``seen``, and as :func:`add_outlet`."""
    authorize(actor, May.ENTER)
    before = shown(outlet)
    if seen is not None and seen != outlet.version:
        raise Stale(theirs=before, version=outlet.version)
    _write(session, outlet, name, domain, tier, active)
    _flush(session)
    audit.record(session, actor, "change_outlet", outlet, before=before, after=shown(outlet))


def _write(
    session: Session, outlet: PickUpOutlet, name: str, domain: str, tier: Tier, active: bool
) -> None:
    host = host_of(domain if "://" in domain else f"https://{domain}")
    if "." not in host:
        raise Invalid(fields={"domain": N_("请填网站的域名，例如 news.example.org。")})
    if queries.ours_among(session, [f"https://{host}"]):
        raise Invalid(fields={"domain": N_("这是我们自己的网站或账号，不算转载。")})
    outlet.name, outlet.domain, outlet.tier, outlet.active = name, host, tier, active


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise Duplicate(N_("名录里已经有同名的媒体或同样的域名。")) from error


def shown(outlet: PickUpOutlet) -> dict[str, Any]:
    """An outlet as plain values."""
    return {
        "name": outlet.name,
        "domain": outlet.domain,
        "tier": str(outlet.tier),
        "active": outlet.active,
    }
