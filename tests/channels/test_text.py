"""Cutting text where a reader would pause; counting as Weibo counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.text import fit, hashtags, squeezed, weibo_weight, without_hashtags


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("湖滨公园今天开放", 20, "湖滨公园今天开放"),
        ("  湖滨公园\n今天开放 ", 20, "湖滨公园 今天开放"),
        ("湖滨公园今天开放，市民可从南门进入", 12, "湖滨公园今天开放"),
        ("全区新增就业12345人创新高", 9, "全区新增就业"),
        ("投资3.5亿元建设新桥", 4, "投资"),
        ("气温升至38.5℃请防暑", 8, "气温升至"),
        ("我区引进SpaceLab实验室", 8, "我区引进"),
        ("学习《关于加强新媒体管理的办法》通知", 8, "学习"),
        ("他说“今天是个好日子”大家都笑了", 6, "他说"),
        ("ABCDEFGHIJ", 4, "ABCD"),
        ("，，，", 2, ""),
    ],
)
def test_a_headline_is_cut_at_a_sensible_place(text: str, limit: int, expected: str) -> None:
    assert fit(text, limit) == expected


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("历时一年的改造完成，市民可以从南门进入。", 14, "历时一年的改造完成…"),
        ("历时一年的改造完成。市民可以从南门进入。", 14, "历时一年的改造完成。…"),
        ("历时一年", 14, "历时一年"),
    ],
)
def test_a_digest_shows_that_it_goes_on(text: str, limit: int, expected: str) -> None:
    assert fit(text, limit, ellipsis="…") == expected


@given(st.text(max_size=80), st.integers(1, 40))
def test_what_was_fitted_fits_and_is_a_beginning(text: str, limit: int) -> None:
    short = fit(text, limit, ellipsis="…")
    assert len(short) <= limit
    whole = " ".join(text.split())
    assert short == whole or not short or whole.startswith(short.removesuffix("…"))


@given(st.text(max_size=60), st.integers(1, 30))
def test_what_was_fitted_fits_by_weight_too(text: str, limit: int) -> None:
    assert weibo_weight(fit(text, limit, measure=weibo_weight)) <= limit


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("公园", 2),
        ("ab", 1),
        ("abc", 2),
        ("公园ab", 3),
        ("https://a.example.cn/s/1234567890123456789012345678901234567890", 10),
        ("看 https://a.cn/1", 12),
        ("https://a.cn/1，好", 12),
    ],
)
def test_weibo_counts_two_half_widths_as_one_and_a_link_as_ten(text: str, weight: int) -> None:
    assert weibo_weight(text) == weight


@pytest.mark.parametrize(
    ("text", "plain"),
    [("#湖滨公园#开放", "湖滨公园开放"), ("＃话题＃", "话题"), ("C# 和 F", "C# 和 F")],
)
def test_topics_become_plain_words(text: str, plain: str) -> None:
    assert without_hashtags(text) == plain


def test_hashtags_are_clean_single_and_few() -> None:
    assert hashtags(["湖滨 公园", "#民生#", "民生", "", "@谁"]) == "#湖滨公园 #民生 #谁"
    assert hashtags(str(number) for number in range(9)).count("#") == 5


def test_squeezed_texts_ignore_blanks_and_links() -> None:
    assert squeezed("公 园\nhttps://a.cn/1 开") == squeezed("公园 https://t.cn/x开")
