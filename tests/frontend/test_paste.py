"""What comes from Word, WPS, WeChat and the web: structure stays, rubbish goes, no attack acts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Workshop
from .writing import open_story, paste

pytestmark = pytest.mark.journey

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:v="urn:schemas-microsoft-com:vml">
<head><meta name=Generator content="Microsoft Word 15"><!--[if gte mso 9]><xml><w:WordDocument>
<w:View>Normal</w:View></w:WordDocument></xml><![endif]--><style><!-- p.MsoNormal {margin:0cm} -->
</style></head><body lang=ZH-CN style='tab-interval:21.0pt'><!--StartFragment-->
<h1 style='margin:0'><span lang=EN-US>1. </span>工程进展<span lang=EN-US><o:p></o:p></span></h1>
<p class=MsoNormal style='text-indent:21.0pt;mso-char-indent-count:2.0'><span
style='font-family:宋体'>　　大桥<b style='mso-bidi-font-weight:normal'>昨日</b>合龙。</span></p>
<p class=MsoNormal><span lang=EN-US><o:p>&nbsp;</o:p></span></p>
<p class=MsoListParagraph
style='margin-left:18pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
lang=EN-US><span style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]>主塔</p>
<p class=MsoListParagraph
style='margin-left:18pt;mso-list:l0 level1 lfo1'><span
style='mso-list:Ignore'>2.<span>&nbsp; </span></span>斜拉索</p>
<p class=MsoListParagraph style='margin-left:36pt;mso-list:l0 level2 lfo1'><span
style='mso-list:Ignore'>·<span>&nbsp; </span></span>南索</p>
<table class=MsoTableGrid border=1 style='border-collapse:collapse'><tr><td width=100
style='border:solid'><p
class=MsoNormal>标段<o:p></o:p></p></td><td><p class=MsoNormal>进度</p></td></tr>
<tr><td><p class=MsoNormal>一</p></td><td><p
class=MsoNormal>完成</p><p class=MsoNormal>已验收</p></td>
</tr></table>
<!--[if gte vml 1]><v:shape id="p" style='width:100pt'><v:imagedata src="file:///C:/a.png"/></v:shape>
<![endif]--><![if !vml]><img width=100 src="file:///C:/Users/a/clip_image002.png"><![endif]>
<!--EndFragment--></body></html>"""
WORD_KEPT = (
    "<h2>1. 工程进展</h2><p>大桥<strong>昨日</strong>合龙。</p>"
    "<ol><li><p>主塔</p></li><li><p>斜拉索</p><ul><li><p>南索</p></li></ul></li></ol>"
    "<table><tbody><tr><th>标段</th><th>进度</th></tr>"
    "<tr><td>一</td><td>完成<br>已验收</td></tr></tbody></table>"
)
WPS = """<html xmlns:w="urn:schemas-microsoft-com:office:word"><head>
<style>@font-face{font-family:"仿宋"}
</style></head><body><!--StartFragment--><p class=MsoNormal
style="margin-left:0;mso-outline-level:2;"><span style="mso-spacerun:'yes';font-family:黑体;
font-weight:bold;">二、便民措施</span></p><p class=MsoNormal style="text-indent:32pt;"><span
style="mso-spacerun:'yes';font-family:仿宋;font-size:16pt;">　　窗口<u>延时</u>服务。</span><span
style="font-style:italic;">试行</span><o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<!--EndFragment--></body></html>"""
WPS_KEPT = "<h3><strong>二、便民措施</strong></h3><p>窗口延时服务。<em>试行</em></p>"
WECHAT = """<section data-role="outer" style="font-size:16px;"><section style="text-align:center;"
powered-by="xiumi.us"><section style="display:inline-block;"><p style="margin:0;"><span
leaf="">　　清晨六点，</span><strong style="color:red;"><span leaf="">市场</span></strong><span
leaf="">开门。</span></p></section></section><p><br></p><p style="text-indent:2em;"><span
leaf=""><br></span></p><p><img class="rich_pages wxw-img" data-src="https://mmbiz.qpic.cn/a/640?wx_fmt=jpeg"
src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="早市"></p><section><blockquote><p>“新鲜。”</p>
</blockquote></section><mp-common-profile data-pluginname="mpprofile"></mp-common-profile>
<iframe class="video_iframe" data-src="https://v.qq.com/x"></iframe></section>"""
WECHAT_KEPT = "<p>清晨六点，<strong>市场</strong>开门。</p><blockquote><p>“新鲜。”</p></blockquote>"
WEB = """<div class="article"><h4>标题</h4><div>第一段<br>换行</div><p>见<a href="https://a.example/x"
target="_blank" onclick="track()">通知</a>和<a
href="javascript:alert(1)">陷阱</a></p><ol start="3"><li>三
</li><li>四</li></ol><hr><table><tr><td><div>只是一个框</div></td></tr></table><span
style="display:none">隐藏</span></div>"""
WEB_KEPT = (
    "<h3>标题</h3><p>第一段<br>换行</p>"
    '<p>见<a href="https://a.example/x" rel="noopener nofollow">通知</a>'
    '和陷阱</p><ol start="3"><li><p>三</p></li><li><p>四</p></li></ol><hr><p>只是一个框</p>'
)
TABLES = """<table><colgroup><col></colgroup><thead><tr><th>甲</th><th
colspan="2">乙</th></tr></thead>
<tbody><tr><td rowspan="2">一</td><td>二</td><td><table><tr
><td>内</td><td>层</td></tr></table></td></tr>
<tr><td>三</td><td><ul><li>四</li><li>五</li></ul></td></tr></tbody></table>"""
TABLES_KEPT = (
    '<table><tbody><tr><th>甲</th><th colspan="2">乙</th></tr>'
    '<tr><td rowspan="2">一</td><td>二</td>'
    "<td>内层</td></tr><tr><td>三</td><td>四<br>五</td></tr></tbody></table>"
)
HOSTILE = [
    "<script>window.hit=1</script>",
    "<img src=x onerror='window.hit=1'>",
    "<p onclick='window.hit=1' onmouseover=window.hit=1>字</p>",
    "<a href='javascript:window.hit=1'>点</a>",
    "<a href=' jAvA&#10;ScRiPt:window.hit=1'>点</a>",
    "<a href='data:text/html,<script>window.hit=1</script>'>点</a>",
    "<svg onload='window.hit=1'><animate onbegin='window.hit=1'/></svg>",
    "<svg><style><img src=x onerror=window.hit=1></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.hit=1></style></mglyph>"
    "</table></math>",
    "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    "<iframe src='javascript:parent.hit=1'></iframe>",
    "<style>@import url(//evil.invalid/x.css); *{background:url(//evil.invalid/y)}</style>",
    "<p style='background:url(//evil.invalid/z);position:fixed;inset:0'>盖住</p>",
    "<noscript><p title='</noscript><img src=x onerror=window.hit=1>'></noscript>",
    "<form action='//evil.invalid'><button formaction='javascript:window.hit=1'>好</button></form>",
    "<object data='javascript:window.hit=1'></object><embed src='javascript:window.hit=1'>",
    "<base href='//evil.invalid/'><link rel=stylesheet href='//evil.invalid/x.css'>",
    "<template><img src=x onerror=window.hit=1></template>",
    "<!--><img src=x onerror=window.hit=1>-->",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>window.hit=1</x:script>",
    "<p data-pm-slice='1 1 []'><img src=x onerror=window.hit=1>自称是自己人</p>",
    "<figure data-asset='a1' data-sha256='x'><img src='//evil.invalid/x.png'></figure>",
    "<figure data-block='code' data-asset='a1'><img src='javascript:window.hit=1'></figure>",
    "<video src=x onerror=window.hit=1><source onerror=window.hit=1></video>",
    "<details open ontoggle=window.hit=1><summary>开</summary></details>",
]


@pytest.fixture
def paper(page: Page, workshop: Workshop) -> Locator:
    paper = open_story(page, workshop)
    page.keyboard.press("Control+a")
    return paper


def markup(paper: Locator) -> str:
    """The text as the editor shows it, without what ProseMirror adds for the cursor."""
    added = r'<br class="ProseMirror-trailingBreak">| contenteditable="false"'
    return re.sub(rf"{added}|<p></p>", "", re.sub(added, "", paper.inner_html()))


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [(WORD, WORD_KEPT), (WPS, WPS_KEPT), (WECHAT, WECHAT_KEPT), (WEB, WEB_KEPT)],
    ids=["word", "wps", "wechat", "web"],
)
def test_structure_stays_and_rubbish_goes(
    page: Page, workshop: Workshop, paper: Locator, pasted: str, kept: str
) -> None:
    paste(page, pasted)
    assert markup(paper) == kept


def test_tables_keep_their_spans_and_lose_their_inner_tables(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    paste(page, TABLES)
    assert markup(paper).startswith(TABLES_KEPT)


def test_foreign_pictures_are_named_and_left_out(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    paste(page, WECHAT)
    told = page.locator(".toast")
    expect(told).to_contain_text("有 1 张外来图片没有带进来“早市”")
    expect(told).to_contain_text("上传到“本稿素材”")
    expect(paper.locator("img")).to_have_count(0)


def test_plain_words_lose_their_indents_and_blank_lines(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    paste(page, "　　第一段。\r\n\r\n　　第二段。", "text/plain")
    assert markup(paper) == "<p>第一段。</p><p>第二段。</p>"


def test_hostile_markup_does_nothing(page: Page, workshop: Workshop, paper: Locator) -> None:
    for attack in HOSTILE:
        paste(page, attack)
    paste(page, "".join(HOSTILE))
    page.keyboard.type("还能写")
    assert page.evaluate("window.hit") is None
    html = paper.inner_html()
    assert not re.search(
        r"<(script|iframe|svg|math|style|object|embed|form|img|base|link|video)", html
    )
    assert not re.search(r"\son\w+=|javascript:|srcdoc|evil\.invalid|style=", html)
    expect(paper).to_contain_text("还能写")
