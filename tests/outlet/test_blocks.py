"""House blocks at the readers': by name, the film in its place, forged ones without effect."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.outlet.conftest import FILM, PICTURE, Publish, Sender, item, medium

FILM_MEDIUM, PICTURE_MEDIUM = medium(FILM, "video/mp4"), medium(PICTURE)
HTML = (
    '<p data-block="lead">公园今天开放。</p>'
    f'<figure data-block="film" data-film="{FILM_MEDIUM.sha256}">'
    "<figcaption>航拍</figcaption></figure>"
    '<section data-block="data"><p data-block="figure"><strong>30</strong>公顷</p></section>'
    f'<figure data-block="code" data-sha256="{PICTURE_MEDIUM.sha256}">'
    "<figcaption>扫码预约</figcaption></figure>"
)
FORGED = (
    '<p data-block="&quot;&gt;&lt;script&gt;hit()">一</p>',
    '<section data-block="data" onclick="hit()" style="position:fixed">二</section>',
    '<figure data-film="javascript:hit()"><video src=x onerror=hit()></video></figure>',
    "<svg><style><img src=x onerror=hit()></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=hit()>",
    "<iframe srcdoc='<script>hit()</script>'></iframe>",
    "<noscript><p title='</noscript><img src=x onerror=hit()>'>",
)


@pytest.fixture
def told(publish: Publish) -> None:
    publish(html=HTML, video=FILM_MEDIUM, codes=(PICTURE_MEDIUM,), pictures=())


@pytest.mark.usefixtures("told")
def test_the_film_stands_where_the_text_puts_it_and_nowhere_else(reader: FlaskClient) -> None:
    page = reader.get("/a/first0001").get_data(as_text=True)
    assert page.count("<video") == 1
    assert re.search(r'<figure data-block="film"[^>]*><video.*?</video><figcaption>航拍', page)
    assert page.index('data-block="lead"') < page.index("<video") < page.index('data-block="data"')
    assert re.search(r'<figure data-block="code"[^>]*><img [^>]*><figcaption>扫码预约', page)


@pytest.mark.usefixtures("told")
def test_feeds_carry_the_blocks_with_whole_addresses(reader: FlaskClient) -> None:
    (entry,) = reader.get("/feeds/items.json").json["items"]
    assert 'data-block="data"' in entry["content_html"]
    assert re.search(r'<source src="http://[^"]+"', entry["content_html"])


@pytest.mark.parametrize("attack", FORGED)
def test_a_forged_block_does_nothing_on_the_page_and_in_the_feed(
    sender: Sender, reader: FlaskClient, attack: str
) -> None:
    assert sender.put_item(item(body_xhtml=f"{attack}<p>还在</p>")).status_code == 201
    (entry,) = reader.get("/feeds/items.json").json["items"]
    page = reader.get("/a/first0001").get_data(as_text=True)
    body = page[page.index('<div class="prose">') : page.index("</article>")]
    for html in (entry["content_html"], body):
        tags = " ".join(re.findall(r"<[^>]*>", html))
        assert not re.search(r"hit\(|onerror|onclick|style=|srcdoc|<(iframe|svg|math|video)", tags)
