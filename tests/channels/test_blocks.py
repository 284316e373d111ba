"""House blocks on each channel: styled for WeChat, plain where nobody knows them, whole for us."""

from __future__ import annotations

import re

import pytest

from channels.markup import Pictured, Plain, clean, figures, films, plain_text
from channels.wechat_html import render

A, B = "a" * 64, "b" * 64
BLOCKS = {
    "lead": '<p data-block="lead">大桥<em>合龙</em>。</p>',
    "pull": '<blockquote data-block="pull"><p data-block="words">三年</p>'
    '<p data-block="source">——张师傅</p></blockquote>',
    "data": '<section data-block="data"><p data-block="figure"><strong>1280</strong>米</p>'
    "<p>主桥全长</p></section>",
    "box": '<section data-block="box"><p data-block="title"><strong>背景</strong></p>'
    "<p>2023 年开工。</p></section>",
    "author": '<p data-block="author">记者 周远</p>',
    "code": f'<figure data-block="code" data-sha256="{A}"><figcaption>扫码</figcaption></figure>',
    "film": f'<figure data-block="film" data-film="{B}"><figcaption>合龙瞬间</figcaption></figure>',
    "table": '<table><tbody><tr><th colspan="2">标段</th></tr><tr><td>一</td><td>二</td></tr>'
    "</tbody></table>",
}
WECHAT = {
    "lead": "<p>大桥<em>合龙</em>。</p>",
    "pull": "<section><p>三年</p><p>——张师傅</p></section>",
    "data": "<section><p><strong>1280</strong>米</p><p>主桥全长</p></section>",
    "box": "<section><p><strong>背景</strong></p><p>2023 年开工。</p></section>",
    "author": "<p>记者 周远</p>",
    "code": '<section><img src="https://mmbiz.qpic.cn/1" alt=""><p>扫码</p></section>',
    "film": "<section><p>视频（点“阅读原文”观看）</p><p>合龙瞬间</p></section>",
    "table": '<table><tbody><tr><th colspan="2">标段</th></tr><tr><td>一</td><td>二</td></tr>'
    "</tbody></table>",
}
PLAIN = {
    "lead": "<p>大桥<em>合龙</em>。</p>",
    "pull": "<blockquote><p>三年</p><p>——张师傅</p></blockquote>",
    "data": "<blockquote><p><strong>1280</strong>米</p><p>主桥全长</p></blockquote>",
    "box": "<blockquote><p><strong>背景</strong></p><p>2023 年开工。</p></blockquote>",
    "author": "<p>记者 周远</p>",
    "code": f'<figure data-sha256="{A}"><img src="/a" alt="">'
    "<figcaption>扫码</figcaption></figure>",
    "film": "<p>视频：合龙瞬间</p>",
    "table": BLOCKS["table"],
}
TEXT = {
    "lead": "大桥合龙。",
    "pull": "三年\n——张师傅",
    "data": "1280米\n主桥全长",
    "box": "背景\n2023 年开工。",
    "author": "记者 周远",
    "code": "扫码",
    "film": "合龙瞬间",
    "table": "标段\n一  二",
}


def wechat(html: str) -> str:
    return render(html, {A: "https://mmbiz.qpic.cn/1"})


@pytest.mark.parametrize("name", BLOCKS)
def test_our_own_pages_get_blocks_by_their_names(name: str) -> None:
    assert clean(BLOCKS[name]) == BLOCKS[name]


@pytest.mark.parametrize("name", BLOCKS)
def test_wechat_gets_sections_with_styles_of_their_own(name: str) -> None:
    html = wechat(BLOCKS[name])
    assert re.sub(r' style="[^"]*"', "", html) == WECHAT[name]
    assert "data-" not in html
    inline = {"em", "strong", "tbody", "tr"}
    for tag, rest in re.findall(r"<([a-z]\w*)([^>]*)>", html):
        assert tag in inline or "style=" in rest, tag


def test_wechat_sets_a_block_off_by_what_it_is() -> None:
    card, code = wechat(BLOCKS["data"]), wechat(BLOCKS["code"])
    assert re.search(r"<strong style=\"[^\"]*font-size: ?34px", card)
    assert re.search(r"<section style=\"[^\"]*background-color", card)
    assert re.search(r"<img [^>]*width: ?160px", code)
    assert "font-style: italic" not in wechat(BLOCKS["lead"])


@pytest.mark.parametrize("name", BLOCKS)
def test_other_platforms_get_what_every_editor_takes(name: str) -> None:
    assert Plain({A: "/a"}.get).rewrite(BLOCKS[name]) == PLAIN[name]


@pytest.mark.parametrize("name", BLOCKS)
def test_short_forms_get_words(name: str) -> None:
    assert plain_text(BLOCKS[name]) == TEXT[name]


def test_a_film_is_no_picture_and_a_code_is_one() -> None:
    html = BLOCKS["code"] + BLOCKS["film"]
    assert (figures(html), films(html)) == ([A], [B])
    drawn = Pictured({A: "/a"}.get, still={B: "/b"}.get).rewrite(html)
    assert re.findall(r'src="([^"]+)"', drawn) == ["/a", "/b"]
    assert '"/b"' not in Pictured({A: "/a", B: "/b"}.get).rewrite(html)


@pytest.mark.parametrize(
    "forged",
    [
        '<p data-block="pull">x</p>',
        '<p data-block="&quot; onclick=alert(1)">x</p>',
        '<h2 data-block="lead">x</h2>',
        '<figure data-film="../../etc/passwd">x</figure>',
        '<section class="x" style="position:fixed">x</section>',
    ],
)
def test_a_block_that_nobody_knows_is_none(forged: str) -> None:
    assert not re.search(r"data-|onclick|class|style", clean(forged))
