"""Verbs on accounts: register, change, stop and start sending, retire, note a check."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

import structlog
from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Duplicate, Invalid, Stale, WrongState
from kitchen.core.seal import BrokenSeal
from kitchen.matrix import queries
from kitchen.matrix.fields import parted
from kitchen.matrix.models import Account
from kitchen.matrix.registry.keepers import demand_keeper
from kitchen.matrix.registry.rules import GONE
from kitchen.matrix.rules import SLOTS, Check, May
from kitchen.people.models import Unit

log = structlog.get_logger(__name__)

PLAIN = (
    *("name", "handle", "followers", "public_url", "quiet_from", "quiet_until", *SLOTS),
    *("opened_on", "certified_as", "batch", "brand", "positioning"),
)
"""What may be changed besides the settings; all of it may be read by everyone on the staff."""


def register_account(
    session: Session,
    actor: Actor,
    *,
    channel: str,
    name: str,
    handle: str,
    unit: Unit,
    settings: Mapping[str, Any],
    **plain: Any,
) -> Account:
    """Register an account of ``unit``; its secrets are sealed before they are kept.

    ``plain`` are further fields of :data:`PLAIN`. Raises :class:`Forbidden` outside the actor's
    units, :class:`Duplicate` for one that is registered, :class:`Invalid` for bad settings.
    """
    account = Account(channel=channel, name=name, handle=handle, unit_id=unit.id, unit=unit)
    authorize(actor, May.MANAGE, account)
    _demand_free(session, account)
    account.settings, secrets = parted(channel, settings, inside=_inside(session, actor))
    _write(account, plain)
    session.add(account)
    session.flush()
    _seal(session, account, secrets)
    after = {"channel": channel, "unit": unit.name, **shown(account)}
    audit.record(session, actor, "register_account", account, after=after)
    return account


def enter_account(
    session: Session,
    actor: Actor,
    *,
    channel: str,
    name: str,
    handle: str,
    unit: Unit,
    **plain: Any,
) -> Account:
    """Put an account on the register that its unit runs by itself, on whatever platform (S1).

    Raises :class:`Forbidden` for all but the office and the unit's own keepers, and
    :class:`Duplicate`.
    """
    account = Account(
        channel=channel,
        name=name,
        handle=handle,
        unit_id=unit.id,
        unit=unit,
        held=False,
        enabled=False,
    )
    demand_keeper(actor, account)
    _demand_free(session, account)
    _write(account, plain)
    session.add(account)
    session.flush()
    after = {"channel": channel, "unit": unit.name, **shown(account)}
    audit.record(session, actor, "enter_account", account, after=after)
    return account


def update_entry(session: Session, actor: Actor, account: Account, **plain: Any) -> list[str]:
    """Bring what is said about an account up to date; answers which fields changed."""
    demand_keeper(actor, account)
    before = shown(account)
    _write(account, plain)
    after = shown(account)
    changed = sorted(name for name in after if before[name] != after[name])
    if changed:
        session.flush()
        audit.record(
            session,
            actor,
            "import_account",
            account,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return changed


def hold_account(
    session: Session, actor: Actor, account: Account, settings: Mapping[str, Any]
) -> None:
    """Take the credentials of an account into the house, which may send for it from now on.

    Raises :class:`Forbidden`, :class:`WrongState` if they are here, :class:`Invalid`.
    """
    authorize(actor, May.MANAGE, account)
    if account.held:
        raise WrongState(N_("这个账号的授权已经在本系统里。"))
    if account.state in GONE:
        raise WrongState(N_("账号已经关停，不能再纳入发布。"))
    account.settings, secrets = parted(account.channel, settings, inside=_inside(session, actor))
    account.held = account.enabled = True
    _seal(session, account, secrets)
    audit.record(session, actor, "hold_account", account)


def move_account(session: Session, actor: Actor, account: Account, unit: Unit, why: str) -> None:
    """Let another unit answer for an account from now on; its slots are to be filled anew.

    Who may is decided by the filing or transfer from which this follows.
    """
    before = {"unit": account.unit.name, **{slot: getattr(account, slot) for slot in SLOTS}}
    account.unit_id, account.unit = unit.id, unit
    for slot in SLOTS:
        setattr(account, slot, "")
    session.flush()
    audit.record(
        session, actor, "move_account", account, before=before, after={"unit": unit.name}, note=why
    )


def change_account(
    session: Session,
    actor: Actor,
    account: Account,
    seen: int | None,
    settings: Mapping[str, Any] | None = None,
    **plain: Any,
) -> Account:
    """Change an account. A secret left blank in ``settings`` stays as it is, where calls go to the
    same place as before.

    Raises :class:`Stale` if someone changed it after ``seen``, and what :func:`register_account`
    raises.
    """
    authorize(actor, May.MANAGE, account)
    if seen is not None and seen != account.version:
        raise Stale(theirs=shown(account), version=account.version)
    before = shown(account)
    _write(account, plain)
    _demand_free(session, account)
    renewed = _renew(session, actor, account, settings) if settings is not None else []
    session.flush()
    _note_changes(session, actor, account, before, renewed)
    return account


def _renew(
    session: Session, actor: Actor, account: Account, settings: Mapping[str, Any]
) -> list[str]:
    """Take over new settings; answers the names of the secrets that changed.

    What was found out about the former credentials says nothing of the new ones, and is forgotten.
    """
    former, before = _readable(session, account) or {}, account.settings
    inside = _inside(session, actor)
    account.settings, secrets = parted(account.channel, settings, former, before, inside=inside)
    renewed = sorted(name for name, value in secrets.items() if value != former.get(name, ""))
    if renewed:
        _seal(session, account, secrets)
    if renewed or account.settings != before:
        account.check, account.check_words, account.checked_at = "", "", None
        account.access_until, account.access_told = None, None
    return renewed


def set_switch(
    session: Session, actor: Actor, account: Account, *, sending: bool, reason: str
) -> None:
    """The kill switch: stop (or start) everything that this account sends, and say why.

    Raises :class:`Invalid` without a reason, :class:`WrongState` if it stands so already.
    """
    authorize(actor, May.SWITCH, account)
    _demand_reason(reason)
    if account.sending == sending:
        raise WrongState(N_("账号已经是这个状态，无需再改。"))
    account.sending = sending
    account.halted_because = "" if sending else reason
    act = "resume_account" if sending else "halt_account"
    _note_switch(session, actor, account, act, {"sending": sending}, reason)


def set_enabled(
    session: Session, actor: Actor, account: Account, *, enabled: bool, reason: str
) -> None:
    """Retire an account, or take it into use again; its history stays either way."""
    authorize(actor, May.MANAGE, account)
    _demand_reason(reason)
    if not account.held:
        raise WrongState(N_("这个账号由本单位自行运维，授权移交进来以后才能启用或停用。"))
    if account.enabled == enabled:
        raise WrongState(N_("账号已经是这个状态，无需再改。"))
    account.enabled = enabled
    act = "restore_account" if enabled else "retire_account"
    _note_switch(session, actor, account, act, {"enabled": enabled}, reason)


def settings_of(session: Session, account: Account) -> dict[str, Any]:
    """All settings in clear, for whoever opens the channel; never for a page, an answer or a log.

    Raises :class:`~kitchen.core.seal.BrokenSeal` if the key is lost or the row was tampered with.
    """
    return {**account.settings, **_opened(session, account)}


def readable_settings(session: Session, account: Account) -> dict[str, Any] | None:
    """The same; ``None`` if the seal is broken: one such account must not hold up the others."""
    secrets = _readable(session, account)
    return None if secrets is None else {**account.settings, **secrets}


def note_check(
    session: Session, actor: Actor, account: Account, check: Check, words: str = ""
) -> None:
    """Write down what came of trying the credentials; ``words`` are the platform's own."""
    authorize(actor, May.MANAGE, account)
    account.check, account.check_words = check, words[:500]
    account.checked_at = clock.now(session)
    session.flush()
    audit.record(session, actor, "check_account", account, after={"check": check})


def _inside(session: Session, actor: Actor) -> bool:
    """Whether the actor may let calls go to a machine of the house; at home there is no other."""
    return ports.of(session).at_home or actor.may(May.LEAD_INSIDE)


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(fields={"note": N_("请写明理由。")})


def _demand_free(session: Session, account: Account) -> None:
    with session.no_autoflush:
        if queries.taken(session, account.channel, account.handle, account.id):
            raise Duplicate(N_("这个平台上的账号“%(handle)s”已经登记过。"), handle=account.handle)


def _write(account: Account, plain: Mapping[str, Any]) -> None:
    for name, value in plain.items():
        if name not in PLAIN:
            raise TypeError(f"not a field of an account: {name}")
        setattr(account, name, value)


def _seal(session: Session, account: Account, secrets: Mapping[str, Any]) -> None:
    sealer = ports.of(session).sealer
    account.secrets_sealed = sealer.seal(account.uid, secrets) if secrets else ""
    session.flush()


def _opened(session: Session, account: Account) -> dict[str, Any]:
    return ports.of(session).sealer.open(account.uid, account.secrets_sealed)


def _readable(session: Session, account: Account) -> dict[str, Any] | None:
    try:
        return _opened(session, account)
    except BrokenSeal:
        log.error("settings_sealed_otherwise", account=account.uid)
        return None


def shown(account: Account) -> dict[str, Any]:
    """What may be seen of an account, as plain values; no secret, sealed or not."""
    values = {name: getattr(account, name) for name in PLAIN}
    plain = {
        name: value.isoformat("minutes") if isinstance(value, time) else value
        for name, value in values.items()
    }
    plain["opened_on"] = _day(account.opened_on)
    return {**plain, "settings": dict(account.settings)}


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _note_changes(
    session: Session,
    actor: Actor,
    account: Account,
    before: Mapping[str, Any],
    renewed: list[str],
) -> None:
    after = shown(account)
    changed = [name for name in after if before[name] != after[name]]
    told = {name: after[name] for name in changed} | ({"renewed": renewed} if renewed else {})
    if told:
        was = {name: before[name] for name in changed}
        audit.record(session, actor, "change_account", account, before=was, after=told)


def _note_switch(
    session: Session,
    actor: Actor,
    account: Account,
    act: str,
    after: Mapping[str, bool],
    reason: str,
) -> None:
    session.flush()
    before = {name: not value for name, value in after.items()}
    audit.record(session, actor, act, account, before=before, after=after, note=reason)
