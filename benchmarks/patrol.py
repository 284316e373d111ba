"""The patrol's daily round over 10,000 accounts, each with a month of daily figures.

``ours`` is the round as the timetable runs it, in batches with units of work of their own: facts
gathered, every rule asked, findings looked up, turns written, the day counted. ``floor`` is the
bare queries: the same rows of the same accounts, read whole at once and thrown away. In each round
nine accounts of a hundred are found wanting, as they were in the round before.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, text

from benchmarks import measuring, newsroom
from kitchen.app import House
from kitchen.core import clock
from kitchen.core.db import new_uid
from kitchen.matrix.models import Account
from kitchen.patrols import rounds
from kitchen.patrols.models import AccountDay, PatrolParameter, PatrolTurn
from kitchen.patrols.rules import AS_SHIPPED

ACCOUNTS = 10_000
ROUNDS = 5
TARGET = 3.0
DAYS = AS_SHIPPED["silent_days"]
CHUNK = 500


def run(rounds: int = ROUNDS, accounts: int = ACCOUNTS) -> Iterator[dict[str, Any]]:
    """One line."""
    with newsroom.house() as house:
        furnish(house, accounts)
        ours, floor = measuring.in_turn(
            lambda: _an_hour_later(house, accounts), lambda: _bare(house, accounts), rounds
        )
        size = {"accounts": accounts, "days": DAYS}
        yield measuring.line("patrol_round", ours, floor, target=TARGET, size=size)


def furnish(house: House, accounts: int) -> None:
    """So many accounts, a month of figures for each; every account is looked at once an hour."""
    with house.database.unit() as session:
        session.add(PatrolParameter(name="look_hours", value=1))
    for start in range(0, accounts, CHUNK):
        numbers = range(start + 1, min(accounts, start + CHUNK) + 1)
        with house.database.unit() as session:
            now, today = clock.now(session), clock.today(session)
            session.execute(insert(Account), [_account(number, now) for number in numbers])
            session.execute(
                insert(PatrolTurn),
                [
                    {
                        "account_id": number,
                        "due_at": now,
                        "last_post_at": now - timedelta(hours=number % 100 * 2),
                    }
                    for number in numbers
                ],
            )
            session.execute(
                insert(AccountDay),
                [
                    {
                        "account_id": number,
                        "day": today - timedelta(days=back),
                        "followers": 1000 + number,
                        "posts": 2,
                        "reads": 50,
                        "interactions": 3,
                        "waiting": 0,
                        "source": "",
                    }
                    for number in numbers
                    for back in range(DAYS)
                ],
            )


def _account(number: int, now: Any) -> dict[str, Any]:
    return {
        "id": number,
        "uid": new_uid(),
        "created_at": now,
        "version": 1,
        "channel": "wechat",
        "name": f"号{number}",
        "handle": f"handle-{number}",
        "unit_id": 2,
        "settings": {},
    }


def _an_hour_later(house: House, accounts: int) -> None:
    shift = house.database.info.get("shift", timedelta())
    house.database.info["shift"] = shift + timedelta(hours=1, seconds=1)
    looked = rounds.go(house.database)
    assert looked == accounts, f"{looked} of {accounts} were looked at"


_KNOWN = text(
    "SELECT a.id, a.public_url, t.last_post_at, c.failures, c.words FROM account a"
    " LEFT JOIN patrol_turn t ON t.account_id = a.id"
    " LEFT JOIN outlet_link_check c ON c.url = a.public_url WHERE a.enabled"
)
_FIGURES = text("SELECT * FROM account_day WHERE day >= :since ORDER BY account_id, day")


def _bare(house: House, accounts: int) -> None:
    with house.database.unit(write=False) as session:
        since = clock.today(session) - timedelta(days=DAYS + 1)
        known = session.execute(_KNOWN).all()
        session.execute(_FIGURES, {"since": since.isoformat()}).all()
    assert len(known) == accounts
