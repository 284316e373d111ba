"""The edition that each platform's rules make of a piece, and what stands in its way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels.base import Edition, Finding, Form, Master, Media, Problem
from channels.registry import channel_classes
from channels.text import weibo_weight
from tests.channels.twins import CLIP, COVER_PICTURE, PICTURE, master, status

MB = 1024 * 1024
LONG = master(
    title="区融媒体中心今天启动“湖滨公园开放日”系列报道，记者从12个方面介绍3.5万平方米改造工程的前后变化",
    digest="#湖滨公园#历时一年的改造完成，" * 30,
    author="记者甲、记者乙、通讯员丙、通讯员丁、摄影戊、编辑己",
)
FORMS = {
    "outlet": Form.ARTICLE,
    "wechat": Form.ARTICLE,
    "wechat_pictures": Form.IMAGES,
    "weibo": Form.STATUS,
    "weibo_article": Form.ARTICLE,
    "toutiao": Form.VIDEO,
    "toutiao_article": Form.ARTICLE,
    "douyin": Form.VIDEO,
    "douyin_share": Form.VIDEO,
    "kuaishou": Form.VIDEO,
    "bilibili": Form.VIDEO,
    "shandian": Form.ARTICLE,
    "shipinhao": Form.VIDEO,
    "xiaohongshu": Form.IMAGES,
    "jpush": Form.PUSH,
    "getui": Form.PUSH,
}


@pytest.mark.parametrize("key", channel_classes())
@pytest.mark.parametrize("piece", [master(), LONG], ids=["short", "long"])
def test_what_compose_makes_may_be_sent(key: str, piece: Master) -> None:
    channel = channel_classes()[key]
    edition = channel.compose(piece)
    assert edition.form is FORMS[key]
    assert channel.check(edition) == []
    assert not edition.title.endswith("…")


def test_an_article_ends_with_its_source_and_credits() -> None:
    body = channel_classes()["wechat"].compose(master(source="某<社>")).body
    assert body.endswith("<p>来源：某&lt;社&gt;</p><p>审核：乙</p>")


def test_weibo_shows_headline_digest_and_one_picture_and_no_topic() -> None:
    edition = channel_classes()["weibo"].compose(LONG)
    assert "#" not in edition.title + edition.body
    assert edition.media == (PICTURE,)
    assert edition.body.endswith("…")
    weight = weibo_weight(f"【{edition.title}】{edition.body} https://a.cn/1")
    assert 125 <= weight <= 140


def test_douyin_falls_back_to_pictures_and_at_most_twelve() -> None:
    many = tuple(replace(PICTURE, sha256=f"{number:064x}") for number in range(20))
    edition = channel_classes()["douyin"].compose(master(video=None, pictures=many))
    assert edition.form is Form.IMAGES
    assert edition.media == many[:12]
    assert edition.tags == ("湖滨公园", "民生")


def _big(medium: Media, **changes: object) -> Media:
    return replace(medium, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "change", "expected"),
    [
        ("wechat", {"title": ""}, Finding(Problem.TITLE_MISSING, 1, 0)),
        ("wechat", {"title": "字" * 33}, Finding(Problem.TITLE_TOO_LONG, 32, 33)),
        ("wechat", {"digest": "字" * 121}, Finding(Problem.DIGEST_TOO_LONG, 120, 121)),
        ("wechat", {"author": "字" * 17}, Finding(Problem.AUTHOR_TOO_LONG, 16, 17)),
        ("wechat", {"body": "<p> </p>"}, Finding(Problem.BODY_MISSING, 1, 0)),
        ("wechat", {"cover": None}, Finding(Problem.COVER_MISSING, 1, 0)),
        (
            "wechat",
            {"cover": _big(COVER_PICTURE, size=11 * MB)},
            Finding(Problem.COVER_TOO_LARGE, 10 * MB, 11 * MB),
        ),
        ("wechat", {"media": ()}, Finding(Problem.PICTURE_MISSING, 1, 0)),
        (
            "wechat",
            {"media": (_big(PICTURE, size=MB),)},
            Finding(Problem.PICTURE_TOO_LARGE, MB - 1, MB),
        ),
        (
            "wechat",
            {"media": (_big(PICTURE, mime="image/webp"),)},
            Finding(Problem.PICTURE_TYPE, 0, 1),
        ),
        ("weibo", {"title": "", "body": " "}, Finding(Problem.BODY_MISSING, 1, 0)),
        ("weibo", {"body": "说#话题#"}, Finding(Problem.HASHTAG_FORBIDDEN, 0, 1)),
        ("weibo", {"tags": ("民生",)}, Finding(Problem.HASHTAG_FORBIDDEN, 0, 1)),
        ("weibo", {"media": (PICTURE, PICTURE)}, Finding(Problem.TOO_MANY_PICTURES, 1, 2)),
        ("toutiao", {"title": "字" * 31}, Finding(Problem.TITLE_TOO_LONG, 30, 31)),
        ("toutiao", {"media": ()}, Finding(Problem.VIDEO_MISSING, 1, 0)),
        (
            "toutiao",
            {"media": (_big(CLIP, seconds=61.5),)},
            Finding(Problem.VIDEO_TOO_LONG, 60, 61.5),
        ),
        (
            "toutiao",
            {"media": (_big(CLIP, size=301 * MB),)},
            Finding(Problem.VIDEO_TOO_LARGE, 300 * MB, 301 * MB),
        ),
        (
            "douyin",
            {"media": (_big(CLIP, width=1920, height=1080),)},
            Finding(Problem.VIDEO_LANDSCAPE, 1080, 1920),
        ),
        (
            "douyin",
            {"media": (_big(CLIP, mime="video/x-msvideo"),)},
            Finding(Problem.VIDEO_TYPE, 0, 1),
        ),
        ("kuaishou", {"cover": None}, Finding(Problem.COVER_MISSING, 1, 0)),
        ("toutiao_article", {"title": "字"}, Finding(Problem.TITLE_TOO_SHORT, 2, 1)),
        ("shipinhao", {"title": "公园开放"}, Finding(Problem.TITLE_TOO_SHORT, 6, 4)),
    ],
)
def test_each_problem_is_found_with_its_numbers(
    key: str, change: dict[str, object], expected: Finding
) -> None:
    channel = channel_classes()[key]
    edition = replace(channel.compose(master()), **change)  # type: ignore[arg-type]
    assert expected in channel.check(edition)


def test_wechat_measures_the_body_as_it_will_be_sent() -> None:
    channel = channel_classes()["wechat"]
    edition = replace(channel.compose(master()), body="<p>字</p>" * 250)
    (finding,) = [it for it in channel.check(edition) if it.problem is Problem.BODY_TOO_LONG]
    assert len(edition.body) < 19_999 < finding.found


def test_weibo_weighs_the_link_as_well() -> None:
    channel = channel_classes()["weibo"]
    assert channel.check(status(body="字" * 129)) == []
    assert channel.check(status(body="字" * 130)) == [Finding(Problem.BODY_TOO_LONG, 140, 141)]


def test_a_picture_set_without_pictures_is_refused() -> None:
    empty = Edition(Form.IMAGES, title="题目", body="文")
    for key in ("douyin", "xiaohongshu"):
        found = channel_classes()[key].check(empty)
        assert Finding(Problem.PICTURE_MISSING, 1, 0) in found
