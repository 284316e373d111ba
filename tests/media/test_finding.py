"""Found in ten seconds: words, facets, months and tags, down from the newest, at any size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from kitchen.core.db import new_uid
from kitchen.core.errors import Forbidden, Invalid
from kitchen.media import finding, queries, tags
from kitchen.media.finding import Asked
from kitchen.media.models import MediaAsset
from kitchen.media.rules import Kind, Orientation, Rights
from kitchen.media.tag_models import MediaTerm
from kitchen.media.tag_rules import TAG_MAX, TAGS_AT_MOST, Facet, typed
from kitchen.search import index
from tests.fixtures.newsroom import Newsroom
from tests.media.conftest import Enter


def _tag(newsroom: Newsroom, uid: str, who: str = "reporter", **words: list[str]) -> None:
    with newsroom.database.unit() as session:
        wanted = {Facet(facet): said for facet, said in words.items()}
        tags.tag(session, newsroom.actors[who], queries.the_asset(session, uid), wanted)


def _found(newsroom: Newsroom, **asked: Any) -> list[str]:
    with newsroom.database.unit(write=False) as session:
        page = finding.page_of(session, Asked(**asked), limit=50, cursor=None)
        return [asset.title for asset in page.items]


def _survey(newsroom: Newsroom, **asked: Any) -> finding.Found:
    with newsroom.database.unit(write=False) as session:
        return finding.survey(session, Asked(**asked))


def _counts(found: finding.Found, facet: str) -> dict[str, int]:
    return {choice.value: choice.count for choice in found.facets[facet]}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("张三、李四", ["张三", "李四"]),
        (" 张三 ，李四;王五；张三\n赵  六 ", ["张三", "李四", "王五", "赵 六"]),
        ("、、", []),
        ("", []),
    ],
)
def test_words_are_typed_one_after_the_other(said: str, words: list[str]) -> None:
    assert typed(said) == words


def test_an_asset_is_found_by_whom_and_what_it_shows(newsroom: Newsroom, enter: Enter) -> None:
    bridge, market = enter(width=240, title="大桥"), enter(width=250, title="早市")
    _tag(newsroom, bridge, person=["林小满", "周远"], place=["九里桥"], event=["通车"])
    _tag(newsroom, market, person=["林小满"], column=["烟火青禾"])
    assert _found(newsroom, tags={Facet.PERSON: "林小满"}) == ["早市", "大桥"]
    assert _found(newsroom, tags={Facet.PERSON: "林小满", Facet.PLACE: "九里桥"}) == ["大桥"]
    assert _found(newsroom, tags={Facet.PERSON: "林小满"}, kind=Kind.VIDEO) == []
    assert _found(newsroom, tags={Facet.PERSON: "没有的人"}) == []
    assert _found(newsroom, tags={Facet.PLACE: "林小满"}) == []
    assert _found(newsroom, q="九里桥") == ["大桥"]
    assert _found(newsroom, q="林小满 烟火") == ["早市"]
    assert _found(newsroom, q="林小满", tags={Facet.EVENT: "通车"}) == ["大桥"]


def test_a_word_that_is_taken_off_finds_nothing_more_and_counts_down(
    newsroom: Newsroom, enter: Enter
) -> None:
    uid = enter(title="大桥")
    _tag(newsroom, uid, person=["林小满"], place=["九里桥"])
    _tag(newsroom, uid, person=["周远"])
    assert _found(newsroom, tags={Facet.PERSON: "林小满"}) == []
    assert _found(newsroom, q="林小满") == []
    assert _found(newsroom, tags={Facet.PLACE: "九里桥"}) == ["大桥"]
    found = _survey(newsroom)
    assert _counts(found, "person") == {"周远": 1}
    assert _counts(found, "place") == {"九里桥": 1}


def test_words_are_counted_where_they_change(newsroom: Newsroom, enter: Enter) -> None:
    uids = [enter(width=240 + at) for at in range(3)]
    for at, uid in enumerate(uids):
        _tag(newsroom, uid, person=["林小满", "周远"][: at + 1])
    _tag(newsroom, uids[0], person=["林小满"])
    assert _counts(_survey(newsroom), "person") == {"林小满": 3, "周远": 2}


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"person": ["长" * (TAG_MAX + 1)]}, "person"),
        ({"place": [f"地{at}" for at in range(TAGS_AT_MOST + 1)]}, "place"),
    ],
)
def test_words_too_long_or_too_many_are_refused(
    newsroom: Newsroom, enter: Enter, words: dict[str, list[str]], field: str
) -> None:
    uid = enter()
    with pytest.raises(Invalid) as refused:
        _tag(newsroom, uid, **words)
    assert set(refused.value.fields) == {field}


def test_tags_are_written_by_those_who_may_describe(newsroom: Newsroom, enter: Enter) -> None:
    uid = enter()
    for who in ("second_reporter", "town_editor", "admin"):
        with pytest.raises(Forbidden):
            _tag(newsroom, uid, who, person=["甲"])
    _tag(newsroom, uid, "editor", person=["甲"])


def test_the_survey_counts_what_was_found(newsroom: Newsroom, enter: Enter) -> None:
    one = enter(width=240, title="横", rights=Rights.UNKNOWN)
    enter(width=100, title="竖")
    enter(width=160, title="方")
    _tag(newsroom, one, person=["林小满"])
    found = _survey(newsroom)
    assert (found.count, found.more) == (3, False)
    assert _counts(found, "rights") == {"own": 2, "unknown": 1}
    assert _counts(found, "orientation") == {"landscape": 1, "portrait": 1, "square": 1}
    narrow = _survey(newsroom, orientation=Orientation.PORTRAIT)
    assert (narrow.count, _counts(narrow, "person")) == (1, {})
    assert _counts(_survey(newsroom, orientation=Orientation.LANDSCAPE), "person") == {"林小满": 1}
    assert _found(newsroom, orientation=Orientation.SQUARE) == ["方"]


Load = Callable[[Sequence[dict[str, Any]]], None]


@pytest.fixture
def load(newsroom: Newsroom) -> Load:
    """``load(rows)`` enters many assets at once, as they would come over the years."""

    def loaded(rows: Sequence[dict[str, Any]]) -> None:
        usual: dict[str, Any] = {
            "version": 1,
            "kind": Kind.PICTURE,
            "rights": Rights.OWN,
            "orientation": "landscape",
            "derived_from": [],
        }
        with newsroom.database.unit() as session:
            session.execute(
                insert(MediaAsset),
                [{**usual, "uid": new_uid(), "sha256": new_uid(), **row} for row in rows],
            )

    return loaded


BEGAN = datetime(2026, 1, 31, 15, 30, tzinfo=UTC)
"""Half past eleven in the evening in the newsroom."""


def test_a_month_begins_at_midnight_in_the_newsroom(newsroom: Newsroom, load: Load) -> None:
    moments = [BEGAN, BEGAN + timedelta(hours=1), BEGAN + timedelta(days=40)]
    load([{"created_at": moment, "title": str(at)} for at, moment in enumerate(moments)])
    assert _found(newsroom, month="2026-01") == ["0"]
    assert _found(newsroom, month="2026-02") == ["1"]
    assert _found(newsroom, month="2026-03") == ["2"]
    assert _found(newsroom, month="2025-12") == []
    assert _found(newsroom, month="2026-04") == []
    months = [choice.value for choice in _survey(newsroom).facets["month"]]
    assert months == ["2026-03", "2026-02", "2026-01"]


def test_the_timeline_is_read_to_its_end_without_a_gap_or_a_repeat(
    newsroom: Newsroom, load: Load
) -> None:
    load(
        [
            {
                "created_at": BEGAN + timedelta(minutes=at),
                "title": str(at),
                "rights": Rights.UNKNOWN if at % 3 else Rights.OWN,
            }
            for at in range(100)
        ]
    )
    seen, cursor = list[str](), None
    while True:
        with newsroom.database.unit(write=False) as session:
            page = finding.page_of(session, Asked(rights="unknown"), limit=7, cursor=cursor)
        seen += [asset.title for asset in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == [str(at) for at in range(99, -1, -1) if at % 3]


def test_many_finds_are_counted_up_to_the_window_and_said_to_be_more(
    newsroom: Newsroom, load: Load
) -> None:
    load([{"created_at": BEGAN + timedelta(minutes=at)} for at in range(finding.WINDOW + 1)])
    found = _survey(newsroom)
    assert (found.count, found.more) == (finding.WINDOW, True)
    (kind,) = found.facets["kind"]
    assert (kind.count, kind.more) == (finding.WINDOW, True)


def test_words_on_many_assets_are_read_by_page(newsroom: Newsroom, load: Load) -> None:
    load(
        [
            {"created_at": BEGAN + timedelta(minutes=at), "title": f"荷塘{at}", "caption": "藕田"}
            for at in range(60)
        ]
    )
    with newsroom.database.unit() as session:
        index.mark_stale(session)
    index.catch_up(newsroom.database, 60)
    with newsroom.database.unit(write=False) as session:
        first = finding.page_of(session, Asked(q="藕田"), limit=40, cursor=None)
        rest = finding.page_of(session, Asked(q="藕田"), limit=40, cursor=first.next)
        titles = [asset.title for asset in (*first.items, *rest.items)]
    assert titles == [f"荷塘{at}" for at in range(59, -1, -1)]
    assert rest.next is None


@pytest.fixture
def plans(newsroom: Newsroom) -> Iterator[Callable[..., str]]:
    """``plans(query)`` tells how the database goes about a query."""

    def planned(query: Any) -> str:
        engine = newsroom.database.engine
        compiled = query.compile(engine, compile_kwargs={"literal_binds": True})
        word = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        with newsroom.database.unit(write=False) as session:
            rows = session.execute(text(f"{word} {compiled}")).all()
        return "\n".join(str(row) for row in rows)

    return planned


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "asked",
    [
        Asked(),
        Asked(kind="video"),
        Asked(rights="unknown"),
        Asked(orientation="square"),
        Asked(month="2026-01"),
        Asked(tags={Facet.PERSON: "林小满"}),
        Asked(tags={Facet.PERSON: "林小满", Facet.PLACE: "九里桥"}, kind="picture"),
    ],
    ids=str,
)
def test_no_page_is_found_by_looking_at_everything_or_by_sorting(
    newsroom: Newsroom, load: Load, plans: Callable[..., str], asked: Asked
) -> None:
    load([{"created_at": BEGAN}])
    with newsroom.database.unit() as session:
        session.add_all(MediaTerm(facet=facet, value=value) for facet, value in asked.tags.items())
        session.flush()
        query = finding._wordless(finding._search(session, asked), 10_000, 50)
    plan = plans(query)
    assert "TEMP B-TREE" not in plan
    assert "SCAN" not in plan, plan
