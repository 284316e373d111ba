"""The hub (WebSub): who is told of changes in a feed, what they are owed, and what they answered.

Whoever asks is believed nothing: a subscription begins and ends only once the callback itself has
said so. What is owed stands in the database as the moment at which it is due, and taking it in
hand moves that moment, so that a worker that dies delays it and nothing more. Several changes while
a delivery waits become one: what is sent is the feed as it stands then.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from channels import strangers
from kitchen import ports
from kitchen.core import bus, clock
from kitchen.core.db import new_uid
from kitchen.core.errors import N_, Invalid, TooOften
from kitchen.core.seal import BrokenSeal
from kitchen.outlet import feeds, subjects
from kitchen.outlet.events import HubOwes, ItemChanged
from kitchen.outlet.feeds import MIMES, Feed
from kitchen.outlet.models import OutletHubRequest, OutletItem, OutletSubscription
from kitchen.outlet.rules import Mode, lease_of, pause_after

log = structlog.get_logger(__name__)

MOST_WAITING = 500
"""Requests that may wait for their callback's word; a flood ends here."""
MOST_OF_ONE = 200
"""Subscriptions, and requests for such, that one host's callbacks may have."""
LONGEST_SECRET = 199
"""Bytes; the standard says "less than 200"."""
AT_ONCE = 20
HELD = timedelta(minutes=10)
"""For how long what is taken in hand is left alone; many times what a call may take."""


class Answer(StrEnum):
    """What came of a call."""

    YES = "yes"
    NO = "no"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a callback wants what was asked in its name; ``challenge`` must come back."""

    request_id: int
    mode: Mode
    topic: str
    callback: str
    lease: timedelta
    held: datetime
    challenge: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A feed on its way to a subscriber."""

    subscription_id: int
    callback: str
    feed: Feed
    content: bytes = field(repr=False)
    secret: str = field(repr=False)
    held: datetime

    @property
    def headers(self) -> dict[str, str]:
        told = {
            "Content-Type": MIMES[self.feed.kind],
            "Link": f'<{self.feed.hub}>; rel="hub", <{self.feed.topic}>; rel="self"',
        }
        if self.secret:
            told["X-Hub-Signature"] = signature(self.secret, self.content)
        return told


Work = Question | Delivery


def signature(secret: str, content: bytes) -> str:
    """The value of ``X-Hub-Signature``."""
    return f"sha256={hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()}"


def ask(
    session: Session, mode: Mode, topic: str, callback: str, lease: int | None, secret: str = ""
) -> None:
    """Note that somebody wants a callback told of a feed, or no longer; the last word counts.

    ``lease`` is in seconds. Raises :class:`Invalid` naming the parameter, and :class:`TooOften`.
    """
    root = ports.of(session).public_url
    subject = subjects.subject_of(root, topic)
    if subject is None or not subjects.exists(session, subject):
        raise Invalid(fields={"hub.topic": N_("这不是本站的订阅源地址。")})
    if strangers.fault_of(callback):
        raise Invalid(fields={"hub.callback": N_("回调地址不能用：请给出公网上的 http(s) 地址。")})
    if len(secret.encode()) > LONGEST_SECRET:
        raise Invalid(fields={"hub.secret": N_("密钥应少于 200 字节。")})
    request = _request_for(session, topic, callback)
    request.mode, request.attempts, request.due_at = mode, 0, clock.now(session)
    request.lease_seconds = int(lease_of(lease).total_seconds())
    request.secret_sealed = _sealed(session, request.uid, secret)
    session.add(request)
    session.flush()
    bus.emit(session, HubOwes())


def _request_for(session: Session, topic: str, callback: str) -> OutletHubRequest:
    found = session.scalar(
        select(OutletHubRequest).where(
            OutletHubRequest.topic == topic, OutletHubRequest.callback == callback
        )
    )
    if found is not None:
        return found
    waiting = session.scalar(select(func.count()).select_from(OutletHubRequest)) or 0
    if waiting >= MOST_WAITING:
        raise TooOften(seconds=600)
    _demand_room(session, topic, callback)
    return OutletHubRequest(uid=new_uid(), topic=topic, callback=callback)


def _demand_room(session: Session, topic: str, callback: str) -> None:
    """Every subscription is called at each change, so nobody gets them without end."""
    host = urlsplit(callback).hostname
    taken = set()
    for each in (OutletSubscription, OutletHubRequest):
        alike = each.callback.icontains(f"//{host}", autoescape=True)
        taken |= {
            tuple(row) for row in session.execute(select(each.topic, each.callback).where(alike))
        }
    of_host = {pair for pair in taken if urlsplit(pair[1]).hostname == host}
    if (topic, callback) not in of_host and len(of_host) >= MOST_OF_ONE:
        raise Invalid(fields={"hub.callback": N_("这个主机的订阅已经太多，请先退订不用的。")})


def owe(session: Session, event: ItemChanged) -> None:
    """An item changed: every subscriber to a feed in which it appears is to get that feed."""
    item = session.get_one(OutletItem, event.item_id)
    now = clock.now(session)
    affected = (
        OutletSubscription.topic.in_(subjects.topics_of(ports.of(session).public_url, item)),
        OutletSubscription.lease_until > now,
    )
    owed = update(OutletSubscription).where(*affected).values(due_at=now, attempts=0)
    if session.execute(owed.returning(OutletSubscription.id)).first():
        bus.emit(session, HubOwes())


def is_due(session: Session) -> bool:
    """Whether there is anything to do now."""
    now = clock.now(session)
    tables = (OutletHubRequest, OutletSubscription)
    return any(
        session.scalar(select(each.id).where(each.due_at <= now).limit(1)) for each in tables
    )


def take(session: Session) -> list[Work]:
    """Take in hand what is due, questions first; subscriptions that ran out end here."""
    now = clock.now(session)
    session.execute(delete(OutletSubscription).where(OutletSubscription.lease_until <= now))
    return [*_questions(session, now), *_deliveries(session, now)]


def _due(session: Session, kind: Any, now: datetime) -> Sequence[Any]:
    query = select(kind).where(kind.due_at <= now).order_by(kind.due_at).limit(AT_ONCE)
    return session.scalars(query.with_for_update(skip_locked=True)).all()


def _questions(session: Session, now: datetime) -> list[Work]:
    work: list[Work] = []
    for request in _due(session, OutletHubRequest, now):
        request.due_at = held = now + HELD
        lease, challenge = timedelta(seconds=request.lease_seconds), secrets.token_urlsafe(32)
        mode = Mode(request.mode)
        work.append(
            Question(request.id, mode, request.topic, request.callback, lease, held, challenge)
        )
    return work


def _deliveries(session: Session, now: datetime) -> list[Work]:
    """Each feed is read and written once, however many are to get it."""
    work: list[Work] = []
    made: dict[str, tuple[Feed, bytes]] = {}
    for subscription in _due(session, OutletSubscription, now):
        secret = _opened(session, subscription)
        if secret is None:
            session.delete(subscription)
            continue
        if subscription.topic not in made:
            feed = _feed_of(session, subscription.topic)
            if feed is None:
                session.delete(subscription)
                continue
            made[subscription.topic] = feed, feeds.written(feed)
        subscription.due_at = held = now + HELD
        feed, content = made[subscription.topic]
        work.append(Delivery(subscription.id, subscription.callback, feed, content, secret, held))
    return work


def _feed_of(session: Session, topic: str) -> Feed | None:
    """The feed as it stands; ``None`` once its column is closed or the site has moved."""
    root = ports.of(session).public_url
    subject = subjects.subject_of(root, topic)
    if subject is None or not subjects.exists(session, subject):
        return None
    return subjects.feed_of(session, root, subject)


def settle(session: Session, work: Work, answer: Answer) -> None:
    """Write down what came of the work, unless something newer was asked or owed meanwhile."""
    if isinstance(work, Question):
        _settle_question(session, work, answer)
    else:
        _settle_delivery(session, work, answer)


def _settle_question(session: Session, work: Question, answer: Answer) -> None:
    request = session.get(OutletHubRequest, work.request_id, with_for_update=True)
    if request is None or request.due_at != work.held:
        return
    if answer is Answer.LATER and _wait(session, request):
        return
    if answer is Answer.YES:
        _carry_out(session, request)
    session.delete(request)
    session.flush()


def _carry_out(session: Session, request: OutletHubRequest) -> None:
    """Begin, renew or end the subscription that the callback confirmed."""
    found = session.scalar(
        select(OutletSubscription).where(
            OutletSubscription.topic == request.topic,
            OutletSubscription.callback == request.callback,
        )
    )
    if request.mode == Mode.UNSUBSCRIBE:
        if found is not None:
            session.delete(found)
        return
    secret = _opened(session, request)
    if secret is None:
        return
    subscription = found or OutletSubscription(
        uid=new_uid(), topic=request.topic, callback=request.callback, due_at=None
    )
    lease = timedelta(seconds=request.lease_seconds)
    subscription.lease_until = clock.now(session) + lease
    subscription.secret_sealed = _sealed(session, subscription.uid, secret)
    session.add(subscription)


def _settle_delivery(session: Session, work: Delivery, answer: Answer) -> None:
    at = work.subscription_id
    subscription = session.get(OutletSubscription, at, with_for_update=True)
    if subscription is None:
        return
    if answer is Answer.NO:
        session.delete(subscription)
        session.flush()
    elif subscription.due_at == work.held and not _goes_on(session, subscription, answer):
        subscription.due_at, subscription.attempts = None, 0
        session.flush()


def _goes_on(session: Session, subscription: OutletSubscription, answer: Answer) -> bool:
    return answer is Answer.LATER and _wait(session, subscription)


def _wait(session: Session, row: OutletHubRequest | OutletSubscription) -> bool:
    """Note a failed try; answers whether there will be another."""
    row.attempts += 1
    pause = pause_after(row.attempts)
    if pause is None:
        return False
    row.due_at = clock.now(session) + pause
    session.flush()
    return True


def _sealed(session: Session, uid: str, secret: str) -> str:
    return ports.of(session).sealer.seal(uid, {"secret": secret}) if secret else ""


def _opened(session: Session, row: OutletHubRequest | OutletSubscription) -> str | None:
    """The secret; ``None`` if its seal is broken. Unsigned it would not be believed, and whoever
    wants the feed subscribes again.
    """
    try:
        opened = ports.of(session).sealer.open(row.uid, row.secret_sealed)
    except BrokenSeal:
        log.error("hub_secret_sealed_otherwise", callback=row.callback)
        return None
    return str(opened.get("secret", ""))
