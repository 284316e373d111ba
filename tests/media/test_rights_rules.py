"""Rights as tables: what they cover, and what they come to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kitchen.media import rights_labels
from kitchen.media.rights_rules import (
    Consent,
    Grant,
    Lack,
    Territory,
    may_show,
    summary,
)
from kitchen.media.rules import MACHINE, Rights, State, orientation_of

DAY = date(2026, 5, 1)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("right", "channel", "territory", "lacks"),
    [
        (Grant(), "wechat", Territory.WORLD, []),
        (Grant(Rights.UNKNOWN), "wechat", Territory.MAINLAND, [Lack.UNKNOWN]),
        (Grant(consent=Consent.MISSING), "wechat", Territory.MAINLAND, [Lack.CONSENT]),
        (Grant(consent=Consent.GIVEN), "wechat", Territory.MAINLAND, []),
        (Grant(channels=("wechat",)), "wechat", Territory.MAINLAND, []),
        (Grant(channels=("wechat",)), "weibo", Territory.MAINLAND, [Lack.CHANNEL]),
        (Grant(channels=("wechat",)), "", Territory.MAINLAND, [Lack.CHANNEL]),
        (Grant(territory=Territory.MAINLAND), "weibo", Territory.MAINLAND, []),
        (Grant(territory=Territory.MAINLAND), "weibo", Territory.WORLD, [Lack.TERRITORY]),
        (Grant(territory=Territory.DISTRICT), "weibo", Territory.CITY, [Lack.TERRITORY]),
        (Grant(territory=Territory.WORLD), "weibo", Territory.DISTRICT, []),
        (Grant(valid_from=DAY), "weibo", Territory.MAINLAND, []),
        (Grant(valid_from=AFTER), "weibo", Territory.MAINLAND, [Lack.NOT_YET]),
        (Grant(valid_until=DAY), "weibo", Territory.MAINLAND, []),
        (Grant(valid_until=BEFORE), "weibo", Territory.MAINLAND, [Lack.EXPIRED]),
        (
            Grant(Rights.UNKNOWN, consent=Consent.MISSING, valid_until=BEFORE, channels=("qq",)),
            "weibo",
            Territory.MAINLAND,
            [Lack.UNKNOWN, Lack.CONSENT, Lack.EXPIRED, Lack.CHANNEL],
        ),
    ],
)
def test_what_one_right_lacks(
    right: Grant, channel: str, territory: str, lacks: list[Lack]
) -> None:
    assert [reason.lack for reason in may_show([right], channel, territory, DAY)] == lacks


def test_of_several_rights_one_that_covers_it_is_enough() -> None:
    over, narrow = Grant(valid_until=BEFORE), Grant(channels=("weibo",))
    assert may_show([over, narrow], "weibo", Territory.MAINLAND, DAY) == []


def test_two_halves_of_a_right_are_none_and_the_nearest_is_named() -> None:
    over = Grant(valid_until=BEFORE, consent=Consent.MISSING)
    narrow = Grant(channels=("weibo",), holder="青禾摄影协会")
    (reason,) = may_show([over, narrow], "wechat", Territory.MAINLAND, DAY)
    assert (reason.lack, reason.params["holder"]) == (Lack.CHANNEL, "青禾摄影协会")


def test_without_any_right_nothing_is_known() -> None:
    assert [it.lack for it in may_show([], "weibo", Territory.MAINLAND, DAY)] == [Lack.UNKNOWN]


@pytest.mark.parametrize("lack", list(Lack))
def test_every_lack_has_a_sentence_that_names_a_remedy(lack: Lack) -> None:
    sentence = rights_labels.LACKS[lack]
    assert "请" in sentence
    assert sentence % {"day": "1", "holder": "2", "channel": "3", "territory": "4"}


def test_everything_has_a_name() -> None:
    assert set(rights_labels.CONSENTS) == set(Consent)
    assert set(rights_labels.TERRITORIES) == set(Territory)
    assert set(rights_labels.STATES) == set(State)


@pytest.mark.parametrize(
    ("rights", "comes_to"),
    [
        ([], (Rights.UNKNOWN, None)),
        ([Grant(Rights.OWN)], (Rights.OWN, None)),
        ([Grant(Rights.LICENSED, valid_until=AFTER)], (Rights.LICENSED, AFTER)),
        ([Grant(Rights.LICENSED, valid_until=BEFORE)], (Rights.LICENSED, BEFORE)),
        (
            [Grant(Rights.LICENSED, valid_until=BEFORE), Grant(Rights.SUPPLIED, valid_until=AFTER)],
            (Rights.SUPPLIED, AFTER),
        ),
        ([Grant(Rights.LICENSED, valid_until=AFTER), Grant(Rights.OWN)], (Rights.OWN, None)),
        ([Grant(Rights.OWN, consent=Consent.MISSING)], (Rights.UNKNOWN, None)),
        ([Grant(Rights.LICENSED, valid_from=AFTER)], (Rights.UNKNOWN, None)),
        ([Grant(Rights.LICENSED, valid_from=DAY)], (Rights.LICENSED, None)),
        ([Grant(Rights.UNKNOWN), Grant(Rights.OWN, valid_until=AFTER)], (Rights.OWN, AFTER)),
    ],
)
def test_what_several_rights_come_to(
    rights: list[Grant], comes_to: tuple[Rights, date | None]
) -> None:
    assert summary(rights, DAY) == comes_to


@pytest.mark.parametrize(
    ("state", "moves"),
    [
        (State.AVAILABLE, ["withdraw"]),
        (State.WITHDRAWN, ["restore", "settle"]),
        (State.SETTLED, []),
    ],
)
def test_there_is_no_way_back_from_what_was_acted_upon(state: State, moves: list[str]) -> None:
    assert [move.name for move in MACHINE.open_moves(state)] == moves


@pytest.mark.parametrize(
    ("size", "lies"),
    [((3, 2), "landscape"), ((2, 3), "portrait"), ((2, 2), "square"), ((0, 2), ""), ((0, 0), "")],
)
def test_how_a_picture_lies(size: tuple[int, int], lies: str) -> None:
    assert orientation_of(*size) == lies
