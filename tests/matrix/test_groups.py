"""Groups of accounts: who leads, who follows, who may say so."""

from __future__ import annotations

from typing import Any

import pytest

from kitchen.core.errors import Duplicate, Forbidden, Invalid, Stale
from kitchen.matrix import grouping, queries, service
from tests.fixtures.newsroom import Door, Newsroom
from tests.matrix.conftest import Register


@pytest.fixture
def uids(register: Register) -> list[str]:
    return [register(f"qinghe-{number}") for number in range(3)]


def form(newsroom: Newsroom, uids: list[str], name: str = "政务矩阵", **more: Any) -> str:
    with newsroom.database.unit() as session:
        return grouping.form_group(
            session,
            more.pop("actor", newsroom.operator),
            name=name,
            lead=queries.the_account(session, uids[0]),
            followers=grouping.the_accounts(session, uids),
            **more,
        ).uid


def test_one_leads_and_follows_nobody(newsroom: Newsroom, uids: list[str]) -> None:
    uid = form(newsroom, uids)
    with newsroom.database.unit(write=False) as session:
        group = grouping.the_group(session, uid)
        assert [each.uid for each in group.accounts] == uids
        assert len(group.followers) == 2


def test_a_group_is_refused_to_strangers_twice_and_with_retired_accounts(
    newsroom: Newsroom, uids: list[str]
) -> None:
    form(newsroom, uids)
    with pytest.raises(Duplicate):
        form(newsroom, uids)
    with pytest.raises(Forbidden):
        form(newsroom, uids, "街道矩阵", actor=newsroom.town_editor)
    with newsroom.database.unit() as session:
        retired = queries.the_account(session, uids[2])
        service.set_enabled(session, newsroom.operator, retired, enabled=False, reason="整合")
    with pytest.raises(Invalid):
        form(newsroom, uids, "另一组")
    with newsroom.database.unit() as session, pytest.raises(Invalid):
        grouping.the_accounts(session, ["nobody"])


def test_two_people_who_change_a_group_at_once_see_each_other(
    newsroom: Newsroom, uids: list[str]
) -> None:
    uid = form(newsroom, uids)

    def change(name: str, seen: int) -> None:
        with newsroom.database.unit() as session:
            group = grouping.the_group(session, uid)
            lead = queries.the_account(session, uids[1])
            grouping.change_group(
                session, newsroom.operator, group, seen, name=name, lead=lead, followers=[]
            )

    change("重大信息组", 1)
    with pytest.raises(Stale):
        change("另一个名字", 1)
    with newsroom.database.unit(write=False) as session:
        group = grouping.the_group(session, uid)
        assert (group.name, [each.uid for each in group.accounts]) == ("重大信息组", [uids[1]])


def test_groups_are_kept_on_their_page_and_by_programs(sign_in: Door, uids: list[str]) -> None:
    operator = sign_in("operator")
    assert "还没有分组" in operator.get("/matrix/groups").text
    typed = {"name": "政务矩阵", "lead": uids[0], "followers": uids[1:]}
    refused = operator.post_form("/matrix/groups/new", {**typed, "lead": ""})
    assert (refused.status_code, "政务矩阵" in refused.text) == (422, True)
    assert sign_in("reporter").post_form("/matrix/groups/new", typed).status_code == 403
    url = operator.post_form("/matrix/groups/new", typed).headers["Location"]
    page = sign_in("reporter").get(url).text
    assert "牵头" in page
    changed = {**typed, "name": "重大信息组", "version": "1"}
    assert operator.post_form(url, changed).status_code == 302
    assert operator.post_form(url, {**changed, "name": "又一个"}).status_code == 409
    listed = sign_in("reporter").get("/api/v1/account_groups").json["items"][0]
    assert [each["leads"] for each in listed["accounts"]] == [True, False, False]
    put = operator.call("PUT", f"/api/v1/account_groups/{listed['uid']}", {**typed, "version": 2})
    assert (put.status_code, put.json["name"]) == (200, "政务矩阵")
    made = operator.call("POST", "/api/v1/account_groups", {**typed, "name": "第二组"})
    assert made.status_code == 201
    assert operator.get(f"/api/v1/account_groups/{made.json['uid']}").json["name"] == "第二组"
