"""Verbs about people: take on, sign in, give and check tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from pypinyin import Style, lazy_pinyin
from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.db import Database
from kitchen.core.errors import (
    N_,
    Duplicate,
    Forbidden,
    Invalid,
    NotFound,
    NotSignedIn,
    TooOften,
    WrongState,
)
from kitchen.people.models import ApiToken, FailedAttempt, Post, SignInSession, Staff, Unit
from kitchen.people.queries import staff_by_username
from kitchen.people.rules import (
    ATTEMPTS_KEPT,
    FREE_ATTEMPTS,
    FREE_FROM_HERE,
    LONGEST_WAIT,
    PASSER_BY_LIMIT,
    SESSION_LIMIT,
    TOKEN_LIMIT,
    May,
    password_fault,
    wait_after,
)

HASHER = PasswordHasher()  # argon2id, 64 MiB, t=3: the library's RFC 9106 profile
_NOBODY = HASHER.hash(secrets.token_urlsafe(16))
"""Verified for unknown names, so that they take as long as known ones."""

PASSWORD_SENTENCES = {
    "too_short": N_("密码至少 12 个字符，可以用一句话。"),
    "too_long": N_("密码最长 128 个字符。"),
    "guessable": N_("这个密码容易被猜到，请换一个。"),
}


def hash_of(token: str) -> str:
    """Tokens are random and long: a plain hash keeps them, and needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def take_on(
    session: Session,
    actor: Actor,
    username: str,
    name: str,
    password: str,
    posts: Iterable[tuple[Unit, str, str]],
) -> Staff:
    """Add a person with their posts (unit, role, title).

    Raises :class:`Duplicate` for a taken user name and :class:`Invalid` for a weak password.
    """
    authorize(actor, May.ADMINISTER)
    if staff_by_username(session, username) is not None:
        raise Duplicate(N_("用户名“%(username)s”已经有人用了。"), username=username)
    if fault := password_fault(password, username):
        raise Invalid(fields={"password": PASSWORD_SENTENCES[fault]})
    staff = Staff(
        username=username,
        name=name,
        initials="".join(lazy_pinyin(name, style=Style.FIRST_LETTER)),
        password_hash=HASHER.hash(password),
        posts=[Post(unit=unit, role=role, title=title) for unit, role, title in posts],
    )
    session.add(staff)
    session.flush()
    audit.record(session, actor, "take_on", staff, after={"username": username, "name": name})
    return staff


@dataclass(frozen=True, slots=True)
class Trial:
    """A password held against what we keep of the one it should be, from an address."""

    username: str
    password: str
    address: str
    stored: str | None
    """The hash that it was held against; ``None`` while the next try must wait."""
    right: bool


def try_password(database: Database, username: str, password: str, address: str) -> Trial:
    """Hold a password against its hash, in no unit of work: that takes long, on purpose."""
    with database.unit(write=False) as session:
        waits = _left_to_wait(session, username, address) > timedelta()
        staff = staff_by_username(session, username)
    stored = None if waits else staff.password_hash if staff else _NOBODY
    right = stored is not None and _verify(stored, password)
    return Trial(username, password, address, stored, right)


def check_password(session: Session, trial: Trial) -> Staff:
    """The person, if the password that was tried is theirs.

    Raises :class:`TooOften` while the account or the address must wait, and
    :class:`NotSignedIn` — the same for a wrong name, a wrong password and a person who left.
    The failure is noted by :func:`note_failure`, in a unit of work that is not undone.
    """
    left = _left_to_wait(session, trial.username, trial.address)
    if left > timedelta() or trial.stored is None:
        raise TooOften(seconds=int(left.total_seconds()) + 1)
    staff = staff_by_username(session, trial.username)
    if staff is None or not (trial.right and trial.stored == staff.password_hash and staff.active):
        raise NotSignedIn(N_("用户名或密码不对。"), code="wrong_password")
    own = _account_key(trial.username, trial.address)
    session.execute(delete(FailedAttempt).where(FailedAttempt.key == own))
    if HASHER.check_needs_rehash(staff.password_hash):
        staff.password_hash = HASHER.hash(trial.password)
    return staff


def _verify(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _account_key(username: str, address: str) -> str:
    return hash_of(f"{username}\n{address}")


def _address_key(address: str) -> str:
    return hash_of(f"\n{address}")


def _left_to_wait(session: Session, username: str, address: str) -> timedelta:
    """How long the next try must wait: for this account from here, or for any from here."""
    moment, left = clock.now(session), timedelta()
    free = {_account_key(username, address): FREE_ATTEMPTS, _address_key(address): FREE_FROM_HERE}
    for attempt in session.scalars(select(FailedAttempt).where(FailedAttempt.key.in_(free))):
        wait = wait_after(attempt.failures, free[attempt.key])
        left = max(left, attempt.last_at + wait - moment)
    return left


def note_failure(session: Session, trial: Trial) -> None:
    """Count a failed sign-in, of the account and of the address. After a quarter of an hour
    without one, an address, which many people may share, begins anew.
    """
    moment = clock.now(session)
    for key, forgets in (
        (_account_key(trial.username, trial.address), ATTEMPTS_KEPT),
        (_address_key(trial.address), LONGEST_WAIT),
    ):
        attempt = session.get(FailedAttempt, key, with_for_update=True)
        if attempt is None:
            attempt = FailedAttempt(key=key, failures=0, last_at=moment)
            session.add(attempt)
        elif attempt.last_at + forgets < moment:
            attempt.failures = 0
        attempt.failures += 1
        attempt.last_at = moment


def set_password(session: Session, actor: Actor, staff: Staff, password: str) -> None:
    """Give a person a new password and sign them out everywhere. Raises :class:`Invalid`."""
    authorize(actor, May.ADMINISTER)
    if fault := password_fault(password, staff.username):
        raise Invalid(fields={"password": PASSWORD_SENTENCES[fault]})
    staff.password_hash = HASHER.hash(password)
    end_sessions(session, staff)
    audit.record(session, actor, "set_password", staff)


def let_go(session: Session, actor: Actor, staff: Staff) -> None:
    """Shut a person out, at once and everywhere; what they wrote and decided stays theirs."""
    authorize(actor, May.ADMINISTER)
    staff.active = False
    end_sessions(session, staff)
    audit.record(session, actor, "let_go", staff, before={"active": True}, after={"active": False})


def take_back(session: Session, actor: Actor, staff: Staff) -> None:
    """Let a person in again who was shut out, with the posts that they had."""
    authorize(actor, May.ADMINISTER)
    staff.active = True
    audit.record(
        session, actor, "take_back", staff, before={"active": False}, after={"active": True}
    )


def appoint(
    session: Session, actor: Actor, staff: Staff, unit: Unit, role: str, title: str = ""
) -> Post:
    """Give a person one more post, in a unit that the actor administers.

    Raises :class:`Duplicate` if they hold it, :class:`WrongState` in a unit that is no more.
    """
    authorize(actor, May.ADMINISTER, unit)
    if unit.closed_at is not None:
        raise WrongState(N_("“%(name)s”已经撤销或并入别的单位。"), name=unit.name)
    if _post_of(staff, unit, role) is not None:
        raise Duplicate
    post = Post(unit=unit, role=role, title=title)
    staff.posts.append(post)
    session.flush()
    audit.record(session, actor, "appoint", staff, after={"unit": unit.name, "role": role})
    return post


def relieve(session: Session, actor: Actor, staff: Staff, unit: Unit, role: str) -> None:
    """Take a post from a person; its rights are gone at their next click.

    Raises :class:`NotFound` if they do not hold it, and :class:`Forbidden` for one's own posts:
    nobody locks themselves out.
    """
    authorize(actor, May.ADMINISTER, unit)
    if staff.id == actor.id:
        raise Forbidden(N_("自己的岗位不能自己撤，请别的管理员来办。"))
    post = _post_of(staff, unit, role)
    if post is None:
        raise NotFound
    session.delete(post)
    session.flush()
    audit.record(session, actor, "relieve", staff, before={"unit": unit.name, "role": role})


def _post_of(staff: Staff, unit: Unit, role: str) -> Post | None:
    held = (post for post in staff.posts if (post.unit_id, post.role) == (unit.id, role))
    return next(held, None)


def issue_token(session: Session, staff: Staff) -> tuple[str, datetime]:
    """A bearer token for programs, shown once, and when it ends."""
    token = secrets.token_urlsafe(32)
    moment = clock.now(session)
    session.add(
        ApiToken(
            token_hash=hash_of(token),
            staff_id=staff.id,
            created_at=moment,
            expires_at=moment + TOKEN_LIMIT,
        )
    )
    audit.record(session, _as_actor(staff), "issue_token", staff)
    return token, moment + TOKEN_LIMIT


def note_sign_in(session: Session, staff: Staff) -> None:
    audit.record(session, _as_actor(staff), "sign_in", staff)


def _as_actor(staff: Staff) -> Actor:
    return Actor(id=staff.id, uid=staff.uid, name=staff.name)


def owner_of_token(session: Session, token: str) -> str | None:
    """The uid of the person whose living token this is."""
    given = {"token_hash": hash_of(token), "moment": clock.now(session)}
    return session.scalar(_OWNER_OF_TOKEN, given)


_OWNER_OF_TOKEN = (
    select(Staff.uid)
    .join(ApiToken, ApiToken.staff_id == Staff.id)
    .where(
        ApiToken.token_hash == bindparam("token_hash"), ApiToken.expires_at > bindparam("moment")
    )
)


def end_sessions(session: Session, staff: Staff) -> None:
    """Sign the person out everywhere."""
    session.execute(delete(SignInSession).where(SignInSession.staff_uid == staff.uid))
    session.execute(delete(ApiToken).where(ApiToken.staff_id == staff.id))


def sweep_sessions(session: Session) -> None:
    """Drop sessions and tokens whose time is over, and failed attempts that slow nobody down."""
    moment = clock.now(session)
    session.execute(delete(FailedAttempt).where(FailedAttempt.last_at < moment - ATTEMPTS_KEPT))
    session.execute(delete(SignInSession).where(SignInSession.created_at < moment - SESSION_LIMIT))
    session.execute(
        delete(SignInSession).where(
            SignInSession.staff_uid.is_(None), SignInSession.seen_at < moment - PASSER_BY_LIMIT
        )
    )
    session.execute(delete(ApiToken).where(ApiToken.expires_at < moment))


def speak(session: Session, staff: Staff, locale: str) -> None:
    """Change the language in which a person reads the desk."""
    if locale not in {"zh", "en"}:
        raise Invalid(fields={"locale": N_("请从给出的选项里选。")})
    staff.locale = locale
