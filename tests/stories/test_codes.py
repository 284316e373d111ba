"""QR codes: drawn by us, catalogued, reviewed and sent like any picture."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kitchen.media import queries as media
from kitchen.stories import codes, editions, queries, service
from kitchen.stories.master import master_of, material_of
from tests.fixtures.newsroom import Door, Newsroom
from tests.stories.conftest import document, figure, paragraph

Write = Callable[..., str]
Picture = Callable[..., str]
ADDRESS = "https://live.example/1"


def test_a_code_is_always_drawn_the_same() -> None:
    assert codes.drawn(ADDRESS) == codes.drawn(ADDRESS)
    assert codes.drawn(ADDRESS).startswith(b"\x89PNG")


def test_a_code_is_drawn_for_a_story_and_stands_in_its_text(
    newsroom: Newsroom, sign_in: Door, write: Write, picture: Picture, alone: None
) -> None:
    uid, photo = write(), picture()
    asked = {"address": ADDRESS, "words": "扫码看直播"}
    answer = sign_in("reporter").call("POST", f"/stories/{uid}/codes", json=asked)
    assert answer.status_code == 200
    made = answer.get_json()
    assert (made["address"], made["words"]) == (ADDRESS, "扫码看直播")
    again = sign_in("reporter").call("POST", f"/stories/{uid}/codes", json=asked).get_json()
    assert again["asset"] == made["asset"]
    text = document(paragraph("直播。"), {"type": "qr_code", "attrs": made}, figure(photo))
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        service.save_draft(session, newsroom.reporter, story, {"doc": text}, story.version)
        files = material_of(session, story)
        assert [it.uid for it in files.codes] == [made["asset"]]
        assert [it.uid for it in files.pictures] == [photo]
        assert len(media.of_subject(session, story, "figure")) == 2
        master = master_of(session, story, "wechat")
        assert master.cover is not None
        assert master.codes[0].sha256 in master.html
        assert master.codes[0].sha256 != master.cover.sha256
        article, *_ = editions.make_editions(session, newsroom.reporter, story, ["wechat"])
        assert set(article.media_uids) == {made["asset"], photo}
        sent = editions.as_edition(article, files)
        assert all(it.sha256 in sent.body for it in sent.media)


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "nowhere", "https://"])
def test_what_is_no_address_is_refused_by_its_field(
    newsroom: Newsroom, sign_in: Door, write: Write, address: str
) -> None:
    answer = sign_in("reporter").call(
        "POST",
        f"/stories/{write()}/codes",
        json={"address": address},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 422
    assert "address" in answer.get_json()["fields"]


def test_nobody_draws_into_a_story_that_is_not_theirs(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    answer = sign_in("second_reporter").call(
        "POST", f"/stories/{write()}/codes", json={"address": ADDRESS}
    )
    assert answer.status_code in {403, 404}
