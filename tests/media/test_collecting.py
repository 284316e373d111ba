"""Collections and baskets: what is gathered, in which order, who sees and changes it."""

from __future__ import annotations

import pytest

from kitchen.core.access import Actor
from kitchen.core.errors import Forbidden, Invalid, NotFound, WrongState
from kitchen.media import collecting, queries, rights
from tests.fixtures.newsroom import Newsroom
from tests.media.conftest import Enter


def _begin(newsroom: Newsroom, who: str, *, for_unit: bool, uids: list[str] | None = None) -> str:
    actor = newsroom.actors[who]
    with newsroom.database.unit() as session:
        made = collecting.begin(session, actor, "荷花节", for_unit=for_unit)
        if uids:
            known = queries.assets_by_uid(session, uids)
            collecting.put_in(session, actor, made, [known[uid] for uid in uids])
        return made.uid


def _titles(newsroom: Newsroom, who: str, uid: str) -> list[str]:
    with newsroom.database.unit(write=False) as session:
        found = collecting.the_collection(session, newsroom.actors[who], uid)
        return [asset.title for asset in collecting.assets_in(session, found)]


def test_a_collection_keeps_its_order_and_takes_nothing_twice(
    newsroom: Newsroom, enter: Enter
) -> None:
    uids = [enter(width=240 + at, title=str(at)) for at in range(3)]
    made = _begin(newsroom, "reporter", for_unit=False, uids=[uids[2], uids[0]])
    with newsroom.database.unit() as session:
        found = collecting.the_collection(session, newsroom.reporter, made)
        again = [queries.the_asset(session, uid) for uid in uids]
        assert collecting.put_in(session, newsroom.reporter, found, again) == 1
        assert collecting.sizes(session, [found]) == {found.id: 3}
    assert _titles(newsroom, "reporter", made) == ["2", "0", "1"]
    for by, order in ((-1, ["2", "1", "0"]), (-9, ["1", "2", "0"]), (9, ["2", "0", "1"])):
        with newsroom.database.unit() as session:
            found = collecting.the_collection(session, newsroom.reporter, made)
            asset = queries.the_asset(session, uids[1])
            collecting.put_before(session, newsroom.reporter, found, asset, by)
        assert _titles(newsroom, "reporter", made) == order
    with newsroom.database.unit() as session:
        found = collecting.the_collection(session, newsroom.reporter, made)
        collecting.take_out(session, newsroom.reporter, found, queries.the_asset(session, uids[0]))
    assert _titles(newsroom, "reporter", made) == ["2", "1"]


@pytest.mark.parametrize(
    ("for_unit", "who", "sees", "changes"),
    [
        (False, "reporter", True, True),
        (False, "second_reporter", False, False),
        (False, "chief", False, False),
        (True, "reporter", True, True),
        (True, "second_reporter", True, True),
        (True, "inspector", True, True),
        (True, "town_editor", True, False),
        (True, "admin", False, False),
        (True, "stringer", False, False),
    ],
)
def test_who_sees_and_who_changes_a_collection(
    newsroom: Newsroom, enter: Enter, for_unit: bool, who: str, sees: bool, changes: bool
) -> None:
    made = _begin(newsroom, "reporter", for_unit=for_unit)
    uid = enter()
    actor: Actor = newsroom.actors[who]
    with newsroom.database.unit() as session:
        if not sees:
            with pytest.raises(NotFound):
                collecting.the_collection(session, actor, made)
            return
        found = collecting.the_collection(session, actor, made)
        assert (found in collecting.changeable(session, actor)) == changes
        if changes:
            collecting.put_in(session, actor, found, [queries.the_asset(session, uid)])
            return
        with pytest.raises(Forbidden):
            collecting.put_in(session, actor, found, [queries.the_asset(session, uid)])
        with pytest.raises(Forbidden):
            collecting.close(session, actor, found)


def test_a_collection_is_given_up_and_its_assets_stay(newsroom: Newsroom, enter: Enter) -> None:
    uid = enter()
    made = _begin(newsroom, "reporter", for_unit=True, uids=[uid])
    with newsroom.database.unit() as session:
        found = collecting.the_collection(session, newsroom.reporter, made)
        collecting.close(session, newsroom.reporter, found)
    with newsroom.database.unit(write=False) as session:
        with pytest.raises(NotFound):
            collecting.the_collection(session, newsroom.reporter, made)
        assert queries.the_asset(session, uid)


def test_what_is_withdrawn_goes_into_no_collection_and_no_basket(
    newsroom: Newsroom, enter: Enter
) -> None:
    uid = enter()
    made = _begin(newsroom, "reporter", for_unit=False)
    with newsroom.database.unit() as session:
        rights.withdraw(session, newsroom.chief, queries.the_asset(session, uid), "当事人要求")
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        found = collecting.the_collection(session, newsroom.reporter, made)
        with pytest.raises(WrongState):
            collecting.put_in(session, newsroom.reporter, found, [asset])
        with pytest.raises(WrongState):
            collecting.pick(session, newsroom.reporter, [asset])


def test_a_basket_is_one_persons_and_keeps_its_order(newsroom: Newsroom, enter: Enter) -> None:
    uids = [enter(width=240 + at, title=str(at)) for at in range(3)]
    with newsroom.database.unit() as session:
        assets = [queries.the_asset(session, uid) for uid in uids]
        assert collecting.pick(session, newsroom.reporter, [assets[2], assets[0]]) == 2
        assert collecting.pick(session, newsroom.reporter, assets) == 1
    with newsroom.database.unit() as session:
        mine = collecting.basket_of(session, newsroom.reporter)
        assert [asset.title for asset in mine] == ["2", "0", "1"]
        assert collecting.basket_size(session, newsroom.editor) == 0
        collecting.put_back(session, newsroom.reporter, [mine[0]])
        assert collecting.basket_size(session, newsroom.reporter) == 2
        collecting.put_back(session, newsroom.reporter)
        assert collecting.basket_size(session, newsroom.reporter) == 0


def test_a_basket_has_a_bottom(
    newsroom: Newsroom, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "BASKET_AT_MOST", 1)
    uids = [enter(width=240), enter(width=250)]
    with newsroom.database.unit() as session:
        assets = [queries.the_asset(session, uid) for uid in uids]
        with pytest.raises(Invalid):
            collecting.pick(session, newsroom.reporter, assets)
