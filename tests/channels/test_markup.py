"""Only semantic HTML comes in; what goes out to WeChat is its dialect and nothing else."""

from __future__ import annotations

import re

import pytest

from channels.markup import clean, figures, plain_text
from channels.wechat_html import render

A, B = "a" * 64, "b" * 64
ATTACKS = [
    "<script>alert(1)</script>",
    "<p onclick=alert(1)>x</p>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" jAvAsCrIpT&#58;alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "<img src=x onerror=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=https://evil.example></iframe>",
    "<style>@import url(//evil.example)</style>",
    '<p style="background:url(javascript:alert(1))">x</p>',
    f'<figure data-sha256="{A}" onmouseover=alert(1)><img src=//evil.example/x></figure>',
    '<figure data-sha256="&quot;><script>alert(1)</script>"></figure>',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    '<a href="https://ok.example/?x=&quot;><script>alert(1)</script>">x</a>',
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("spell", [clean, lambda html: render(html, {A: "https://p.qpic.cn/1"})])
def test_nothing_that_runs_gets_through(attack: str, spell: object) -> None:
    out = spell(attack)  # type: ignore[operator]
    tags = " ".join(re.findall(r"<[^>]*>", out)).lower()
    assert not re.search(r"<(script|iframe|svg|math|style|object|link)|\son\w+=", tags)
    assert not re.search(r"(href|src)=\"?\s*(javascript|data):", tags)
    assert "evil.example" not in tags
    assert "url(" not in tags


def test_wechat_gets_inline_styles_and_no_class_id_or_data() -> None:
    html = f'<h2 id="x" class="y">题</h2><p>文</p><figure data-sha256="{A}"></figure>'
    out = render(html, {A: "https://mmbiz.qpic.cn/1"})
    assert not re.search(r"\b(id|class|data-sha256)=", out)
    assert all("style=" in tag for tag in re.findall(r"<(?:h2|p|section|img)\b[^>]*>", out))


def test_pictures_come_only_from_our_uploads_over_tls() -> None:
    html = f'<figure data-sha256="{A}"><figcaption>湖边</figcaption></figure>'
    out = render(html, {A: "http://mmbiz.qpic.cn/p/0?x=1&y=2"})
    assert re.findall(r'src="([^"]+)"', out) == ["https://mmbiz.qpic.cn/p/0?x=1&amp;y=2"]
    assert "湖边" in out


def test_a_figure_that_was_not_uploaded_stops_the_story() -> None:
    with pytest.raises(KeyError):
        render(f'<figure data-sha256="{B}"></figure>', {A: "https://mmbiz.qpic.cn/1"})


@pytest.mark.parametrize("odd", ["http://u[x]@a.example/", "http://u[x@a.example/"])
def test_an_address_that_cannot_be_read_is_a_note_like_any_other(odd: str) -> None:
    out = render(f'<p>见<a href="{odd}">通知</a></p>', {})
    assert "通知<sup>[1]</sup>" in out
    assert f"[1] {odd}" in out


def test_outside_links_become_numbered_notes() -> None:
    html = (
        '<p>见<a href="https://a.example/1">通知</a>、<a href="https://b.example/2">办法</a>'
        '和<a href="https://a.example/1">同一通知</a>，<a href="https://mp.weixin.qq.com/s/1">旧文</a></p>'
    )
    out = render(html, {})
    assert re.findall(r"<a href=\"([^\"]+)\"", out) == ["https://mp.weixin.qq.com/s/1"]
    assert "通知<sup>[1]</sup>、办法<sup>[2]</sup>和同一通知<sup>[1]</sup>" in out
    assert out.count("https://a.example/1") == 1
    assert out.index("[2] https://b.example/2") > out.index("[1] https://a.example/1")


def test_text_is_never_lost_on_the_way() -> None:
    html = (
        "<h2>题 &amp; 题</h2><p>一<strong>二</strong><em>三</em> 1 &lt; 2</p><ul><li>四</li></ul>"
    )
    assert plain_text(html) == "题 & 题\n一二三 1 < 2\n四"
    assert plain_text(render(html, {})) == plain_text(html)


def test_figures_are_named_once_in_order() -> None:
    marks = "".join(f'<figure data-sha256="{sha}"></figure>' for sha in (B, A, B, "no"))
    assert figures(marks) == [B, A]
