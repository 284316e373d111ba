"""The director's desk, ``/__sim__``: inspect, reset, break, decide, open accounts.

====================================== ===========================================================
``GET  /state``                        accounts, objects, copies by fingerprint
``POST /reset``                        forget what was published, switch off faults and verdicts;
                                       ``{"accounts": true}`` forgets accounts and tokens as well
``GET, POST, DELETE /faults``          see :mod:`channels.sandbox.faults`
``GET, POST, DELETE /verdicts``        ``{"channel", "account", "verdict", "after_polls"}``; both
                                       names may be ``*``
``POST /accounts``                     ``{"channel", "count"}``: open more
``POST /accounts/<account>/settings``  any of :data:`channels.sandbox.accounts.SETTINGS`
``POST /accounts/<account>/callback``  ``{"url", "delay"}``: push events there
``POST /accounts/<account>/release``   ``{"reverse", "copies"}``: push what ``callback_held`` kept
``POST /accounts/<account>/expire``    ``{"kind"}``: end its tokens now (all kinds if absent)
``POST /objects``                      ``{"channel", "id", "state"}``: what the platform or the
                                       owner did to an object, e.g. ``taken_down``
====================================== ===========================================================
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, jsonify

from channels.sandbox import accounts, callbacks, faults, ledger
from channels.sandbox.accounts import CHANNELS, SETTINGS, Account
from channels.sandbox.faults import DEFAULT_MOMENT, Fault
from channels.sandbox.stage import LOOPBACK, host_of, json_object, stage

bp = Blueprint("control", __name__, url_prefix="/__sim__")
ACCOUNTS_AT_ONCE = 1000
KINDS_OF_TOKEN = ("", "access", "refresh", "stable", "legacy", "client")
Json = dict[str, Any]


class Misuse(Exception):
    """The director asked for something the sandbox does not have."""


@bp.errorhandler(Misuse)
def misused(problem: Misuse) -> tuple[Response, int]:
    return jsonify(error=str(problem)), 422


def _one_of(asked: Json, name: str, allowed: Any, default: Any = None) -> Any:
    value = asked.get(name, default)
    if value not in allowed:
        raise Misuse(f"{name} must be one of: {', '.join(map(str, allowed))}")
    return value


def _number(asked: Json, name: str, least: float, most: float, default: float | None) -> Any:
    value = asked.get(name, default)
    fits = isinstance(value, (int, float)) and not isinstance(value, bool)
    if value is not None and not (fits and least <= value <= most):
        raise Misuse(f"{name} must be a number from {least:g} to {most:g}")
    return value


@bp.get("/state")
def state() -> Response:
    with stage().store.reading() as db:
        return jsonify(
            accounts=accounts.described(db),
            objects=ledger.described(db),
            copies=ledger.copies(db),
        )


@bp.post("/reset")
def reset() -> Response:
    store = stage().store
    store.wipe(identities=json_object().get("accounts") is True)
    with store.writing() as db:
        accounts.ensure_one_each(db, stage().now())
    return jsonify(reset=True)


@bp.post("/accounts")
def open_accounts() -> tuple[Response, int]:
    asked = json_object()
    channel = _one_of(asked, "channel", CHANNELS)
    count = int(_number(asked, "count", 1, ACCOUNTS_AT_ONCE, 1))
    with stage().store.writing() as db:
        made = {accounts.make(db, channel, stage().now()).account for _ in range(count)}
        opened = [one for one in accounts.described(db) if one["account"] in made]
    return jsonify(accounts=opened), 201


def _account(db: Any, account: str) -> Account:
    return accounts.get(db, account) or abort(404)


@bp.post("/accounts/<account>/settings")
def change_settings(account: str) -> Response:
    asked = json_object()
    for name, value in asked.items():
        _one_of({"setting": name}, "setting", SETTINGS)
        if not isinstance(value, SETTINGS[name]):
            raise Misuse(f"{name} has the wrong type")
    with stage().store.writing() as db:
        accounts.change_settings(db, _account(db, account), asked)
    return jsonify(account=account, changed=sorted(asked))


@bp.post("/accounts/<account>/callback")
def set_callback(account: str) -> Response:
    asked = json_object()
    url = str(asked.get("url", ""))
    if url and host_of(url) not in LOOPBACK:
        raise Misuse("url must be empty or lie on this machine: the sandbox calls nobody else")
    changes: Json = {"callback_url": url}
    if "delay" in asked:
        changes["callback_delay"] = _number(asked, "delay", 0, 3600, 0)
    with stage().store.writing() as db:
        accounts.change_settings(db, _account(db, account), changes)
    return jsonify(account=account, **changes)


@bp.post("/accounts/<account>/release")
def release_events(account: str) -> Response:
    """Push the events held back: in the wrong order, or more than once, if so asked."""
    asked = json_object()
    copies = int(_number(asked, "copies", 1, 10, 1))
    with stage().store.reading() as db:
        found = _account(db, account)
    pushed = callbacks.release(found, reverse=asked.get("reverse") is True, copies=copies)
    return jsonify(account=account, pushed=pushed)


@bp.post("/accounts/<account>/expire")
def expire(account: str) -> Response:
    kind = _one_of(json_object(), "kind", KINDS_OF_TOKEN, "")
    with stage().store.writing() as db:
        accounts.limit_life(db, _account(db, account).account, kind, stage().now())
    return jsonify(account=account, expired=kind or "all")


@bp.get("/verdicts")
def list_verdicts() -> Response:
    with stage().store.reading() as db:
        rows = db.execute("SELECT * FROM verdicts ORDER BY channel, account").fetchall()
    return jsonify(verdicts=[dict(row) for row in rows])


@bp.post("/verdicts")
def set_verdict() -> Response:
    asked = json_object()
    channel = _one_of(asked, "channel", (*CHANNELS, "*"), "*")
    verdict = _one_of(asked, "verdict", ledger.VERDICTS, ledger.LIVE)
    polls = int(_number(asked, "after_polls", 0, 1000, ledger.DEFAULT_POLLS.get(channel, 0)))
    row = (channel, str(asked.get("account") or "*"), verdict, polls)
    with stage().store.writing() as db:
        db.execute("INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?)", row)
    return jsonify(channel=channel, account=row[1], verdict=verdict, after_polls=polls)


@bp.delete("/verdicts")
def clear_verdicts() -> Response:
    with stage().store.writing() as db:
        db.execute("DELETE FROM verdicts")
    return jsonify(verdicts=[])


@bp.post("/objects")
def move_object() -> Response:
    """What happens to an object from outside: a take-down, a deletion by hand, a verdict."""
    asked = json_object()
    state = _one_of(asked, "state", ledger.STATES)
    with stage().store.writing() as db:
        moved = db.execute(
            "UPDATE objects SET state = ? WHERE channel = ? AND remote_id = ? AND kind != 'draft'",
            (state, str(asked.get("channel")), str(asked.get("id"))),
        ).rowcount
    if not moved:
        raise Misuse("no such object")
    return jsonify(channel=asked["channel"], id=asked["id"], state=state)


@bp.get("/faults")
def list_faults() -> Response:
    with stage().store.reading() as db:
        return jsonify(faults=[_shown(fault) for fault in faults.every(db)])


def _shown(fault: Fault) -> Json:
    return {name: getattr(fault, name) for name in Fault.__dataclass_fields__}


@bp.post("/faults")
def add_fault() -> tuple[Response, int]:
    asked = json_object()
    path = asked.get("path")
    if not isinstance(path, str) or not path.startswith(("/", "*")):
        raise Misuse("path must be an address of the sandbox, or a pattern with *")
    kind = _one_of(asked, "fault", DEFAULT_MOMENT)
    probability = _number(asked, "probability", 0, 1, None)
    times = _number(asked, "times", 1, 10**9, 1 if probability is None else None)
    fault = Fault(
        path=path,
        fault=kind,
        moment=_one_of(asked, "moment", ("before", "after"), DEFAULT_MOMENT[kind]),
        times_left=None if times is None else int(times),
        probability=probability,
        seed=str(asked.get("seed", "")),
        seconds=_number(asked, "seconds", 0, 3600, 5.0),
        code=int(_number(asked, "code", -(10**12), 10**12, -1)),
    )
    with stage().store.writing() as db:
        number = faults.add(db, fault)
    return jsonify(id=number, **{k: v for k, v in _shown(fault).items() if k != "id"}), 201


@bp.delete("/faults")
def clear_faults() -> Response:
    with stage().store.writing() as db:
        faults.clear(db)
    return jsonify(faults=[])
