"""Where an asset comes from, what was made of it, and who claimed it with which share."""

from __future__ import annotations

import pytest

from kitchen.core import audit
from kitchen.core.errors import Duplicate, Forbidden, Invalid, WrongState
from kitchen.media import lineage, queries, rights, service
from kitchen.media.lineage_rules import SHARE_MAX, SHARE_MIN, Derived
from tests.fixtures.newsroom import Door, Newsroom
from tests.media.conftest import Enter


def _clip(newsroom: Newsroom, uids: list[str]) -> str:
    with newsroom.database.unit() as session:
        pictures = [queries.the_asset(session, uid) for uid in uids]
        return service.request_clip(session, newsroom.editor, pictures, "早市").uid


def test_a_clip_and_its_pictures_know_each_other(newsroom: Newsroom, enter: Enter) -> None:
    uids = [enter(width=250), enter(width=240)]
    first, second = _clip(newsroom, [*uids, uids[0]]), _clip(newsroom, uids[:1])
    with newsroom.database.unit(write=False) as session:
        parents = lineage.parents_of(session, queries.the_asset(session, first))
        assert [(each.asset.uid, each.how) for each in parents] == [
            (uid, Derived.CLIP) for uid in uids
        ]
        children = lineage.children_of(session, queries.the_asset(session, uids[0]))
        assert [each.asset.uid for each in children] == [second, first]
        assert lineage.children_of(session, queries.the_asset(session, first)) == []


def _adopt(newsroom: Newsroom, uid: str, who: str = "town_editor", share: int = 60) -> None:
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        lineage.adopt(session, newsroom.actors[who], asset, share, "街道公众号")


def test_another_unit_claims_an_asset_and_the_split_is_written_down(
    sign_in: Door, newsroom: Newsroom, enter: Enter
) -> None:
    uid = enter()
    _adopt(newsroom, uid)
    with newsroom.database.unit(write=False) as session:
        asset = queries.the_asset(session, uid)
        (adoption,) = lineage.adoptions_of(session, asset)
        assert (adoption.unit.name, adoption.share, adoption.note) == (
            "云溪街道",
            60,
            "街道公众号",
        )
        assert audit.history(session, asset)[0].action == "adopt_asset"
    page = sign_in("reporter").get(f"/assets/{uid}").text
    assert "云溪街道" in page
    assert "原单位 60%，认领单位 40%" in page


@pytest.mark.parametrize("share", [SHARE_MIN - 1, SHARE_MAX + 1, 0, 100, -5])
def test_neither_side_is_left_with_nothing(newsroom: Newsroom, enter: Enter, share: int) -> None:
    uid = enter()
    with pytest.raises(Invalid) as refused:
        _adopt(newsroom, uid, share=share)
    assert set(refused.value.fields) == {"share"}


def test_an_asset_is_claimed_once_by_a_unit_and_never_by_its_own(
    newsroom: Newsroom, enter: Enter
) -> None:
    uid = enter()
    with pytest.raises(WrongState):
        _adopt(newsroom, uid, "second_reporter")
    _adopt(newsroom, uid)
    with pytest.raises(Duplicate):
        _adopt(newsroom, uid, share=10)


@pytest.mark.parametrize("who", ["inspector", "stringer", "admin"])
def test_who_may_not_claim(newsroom: Newsroom, enter: Enter, who: str) -> None:
    uid = enter(newsroom.town_editor)
    with pytest.raises(Forbidden):
        _adopt(newsroom, uid, who)


def test_what_is_withdrawn_is_not_claimed(newsroom: Newsroom, enter: Enter) -> None:
    uid = enter()
    with newsroom.database.unit() as session:
        rights.withdraw(session, newsroom.chief, queries.the_asset(session, uid), "当事人要求")
    with pytest.raises(WrongState):
        _adopt(newsroom, uid)
