"""Publishing by hand: a package and a checklist here, a person there, a pasted address back."""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.abilities import Scannable
from channels.base import Channel, HandsOff, NeedsReauth, Outcome, Receipt, post_from_json
from channels.registry import channel_classes
from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Invalid, WrongState
from kitchen.publishing import approvals, outbox, receipts
from kitchen.publishing.addresses import Address, address_of
from kitchen.publishing.events import PublicationFailed, PublicationLive
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import Source
from kitchen.publishing.verbs import act


def checklist(session: Session, publication: Publication) -> list[str]:
    """What the operator does, step by step, as message ids; empty where a machine does it."""
    try:
        channel = address_of(session, publication).open()
    except NeedsReauth:
        return []  # an account that cannot be opened must not shut the page
    return channel.checklist() if isinstance(channel, HandsOff) else []


def scannable(publication: Publication) -> bool:
    """Whether a person may finish it on a phone, beginning with a code."""
    kind = channel_classes().get(publication.channel)
    return kind is not None and issubclass(kind, Scannable)


def pack(address: Address, post: dict[str, object]) -> bytes:
    """The package of a post as a zip. Reads the store and needs no unit of work."""
    channel = address.open_for_person()
    if not isinstance(channel, HandsOff):
        raise WrongState(N_("这个渠道由系统直接发布，没有发布包。"))
    return channel.package(post_from_json(post))


def finish(session: Session, actor: Actor, publication: Publication, url: str) -> None:
    """A person published it; ``url`` is where readers find it.

    Raises :class:`WrongState` where the approval was revoked.
    """
    approvals.demand(session, publication)
    address = checked_url(session, publication, url)
    changes = {"remote_url": address, "since": clock.now(session), "code": "", "words": ""}
    live = PublicationLive(publication.id, publication.story_id)
    receipts.supersede_target(session, outbox.hand_of(publication))
    act(session, actor, publication, "finish_by_hand", changes=changes, event=live)
    testify(session, actor, publication, Receipt(Outcome.LIVE, remote_url=address))


def leave(session: Session, actor: Actor, publication: Publication, reason: str) -> None:
    """It will not be published there, and why."""
    act(
        session,
        actor,
        publication,
        "leave_unpublished",
        note=reason,
        changes={"since": clock.now(session), "code": "left_out", "words": reason},
        event=PublicationFailed(publication.id, publication.story_id, "left_out", reason),
    )


def checked_url(session: Session, publication: Publication, url: str) -> str:
    """The pasted address, if it can be that of this delivery. Raises :class:`Invalid`."""
    url = url.strip()
    if not _accepts(address_of(session, publication).open_for_person(), url):
        raise Invalid(fields={"url": N_("这不是该平台的文章地址，请从平台页面复制完整链接。")})
    other = select(Publication.id).where(
        Publication.remote_url == url,
        Publication.id.not_in([publication.id, publication.target_id or publication.id]),
    )
    if session.scalar(other) is not None:
        raise Invalid(fields={"url": N_("这个链接已登记在另一条发布上，请核对。")})
    return url


def _accepts(channel: Channel, url: str) -> bool:
    if isinstance(channel, HandsOff):
        return channel.accepts_url(url)
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def testify(session: Session, actor: Actor, publication: Publication, receipt: Receipt) -> None:
    """Keep what a person says of the outcome."""
    hand = outbox.hand_of(publication)
    receipts.keep(session, hand, receipt, Source.HUMAN, actor.id)
    receipts.close_attempt(session, hand, publication.state, "", "")
