"""How much the public may send in these minutes, and how many codes it may try in vain."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core.errors import N_, TooOften
from kitchen.petitions.rules import Parameters
from kitchen.petitions.timing import parameters
from kitchen.web import valve

GATE = "petitions"


def admit(session: Session, address: str) -> None:
    """Raise :class:`TooOften` where too much was filed in these minutes."""
    told = parameters(session)
    window = valve.window(session, GATE, _seconds(told))
    if window.counted().filed >= told.most_in_window:
        raise TooOften(
            N_("现在提问的人太多，请 %(seconds)s 秒后再提交；填写的内容还在。"),
            seconds=window.ends_in,
        )
    if address and window.counted(address).filed >= told.most_from_network:
        raise TooOften(
            N_("您所在的网络刚提交了很多问题，请 %(seconds)s 秒后再试；填写的内容还在。"),
            seconds=window.ends_in,
        )


def admit_code(session: Session, address: str) -> None:
    """Raise :class:`TooOften` where too many codes were tried in vain from this network."""
    told = parameters(session)
    window = valve.window(session, GATE, _seconds(told))
    if address and window.counted(address).wrong >= told.most_wrong_codes:
        raise TooOften(N_("查询码错得太多，请 %(seconds)s 秒后再试。"), seconds=window.ends_in)


def count_filed(session: Session, address: str) -> None:
    valve.opened(session, GATE, _seconds(parameters(session))).count(address, filed=1)


def count_wrong(session: Session, address: str) -> None:
    valve.opened(session, GATE, _seconds(parameters(session))).count(address, wrong=1)


def _seconds(told: Parameters) -> int:
    return told.window_minutes * 60
