"""What readers get: pages, pictures, tombstones; nothing that remembers them."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event

from channels.base import Receipt
from channels.outlet import Outlet
from kitchen import app
from kitchen.outlet import service
from kitchen.people.models import Unit
from kitchen.people.rules import Level
from kitchen.web.face import Face
from tests.outlet.conftest import (
    COVER,
    FILM,
    PICTURE,
    Publish,
    Sender,
    item,
    medium,
    post,
    tombstone,
)

PICTURE_NAME = hashlib.sha256(PICTURE).hexdigest()
COVER_NAME = hashlib.sha256(COVER).hexdigest()
FILM_NAME = hashlib.sha256(FILM).hexdigest()


def test_an_empty_app_says_what_will_come(reader: FlaskClient) -> None:
    page = reader.get("/")
    assert page.status_code == 200
    assert "还没有发布稿件" in page.text


def test_the_newest_piece_comes_first_with_its_cover(reader: FlaskClient, publish: Publish) -> None:
    publish("first0001", title="较早的一篇稿件")
    publish("second001", title="刚刚发布的稿件")
    page = reader.get("/").text
    assert page.index("刚刚发布的稿件") < page.index("较早的一篇稿件")
    assert f'src="/media/{COVER_NAME}"' in page
    assert 'href="/a/second001"' in page


def test_a_long_list_goes_on_page_by_page(reader: FlaskClient, sender: Sender) -> None:
    for number in range(21):
        sender.put_item(item(f"item{number:04}", headline=f"第 {number} 篇"))
    first = reader.get("/").text
    onward = re.search(r'href="(/\?cursor=[^"]+)"', first)
    assert onward is not None
    second = reader.get(onward[1]).text
    assert "第 0 篇" in second
    assert "第 0 篇" not in first
    assert "cursor=" not in second


def test_from_a_damaged_mark_the_list_starts_anew(reader: FlaskClient) -> None:
    answer = reader.get("/?cursor=%00%ff")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_a_piece_is_shown_whole(reader: FlaskClient, publish: Publish, house: app.House) -> None:
    with house.database.unit() as session:
        session.add(Unit(name="青禾区融媒体中心", level=Level.MEDIA_CENTRE))
    receipt = publish()
    page = reader.get("/a/first0001").text
    assert receipt.remote_url.endswith("/a/first0001")
    for told in ("湖滨公园今天开放", "测试记者", "公园今天开放。", "来源：青禾区融媒体中心"):
        assert told in page
    assert "审核：测试主任" in page
    picture = re.search(rf'<img src="/media/{PICTURE_NAME}"[^>]*>', page)
    assert picture is not None
    for attribute in ('alt="湖边的清晨"', 'width="240"', 'height="160"', 'loading="lazy"'):
        assert attribute in picture[0]


def test_search_engines_get_the_piece_as_data(reader: FlaskClient, publish: Publish) -> None:
    publish(title="“引号”与</script><b>标签")
    page = reader.get("/a/first0001").text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert block is not None
    data = json.loads(block[1])
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == "“引号”与</script><b>标签"
    assert data["image"] == [f"http://127.0.0.1:8001/media/{COVER_NAME}"]
    assert "correction" not in data


def test_readers_are_told_of_a_correction(
    reader: FlaskClient, channel: Outlet, publish: Publish
) -> None:
    first = publish()
    assert "本文已更正" not in reader.get("/a/first0001").text
    better = post("second002", 2, title="湖滨公园明天开放")
    channel.correct(first, better, channel.prepare(better))
    page = reader.get("/a/first0001").text
    assert "湖滨公园明天开放" in page
    assert "本文已更正" in page
    assert '"correction"' in page


def test_a_film_stands_first_with_its_poster(reader: FlaskClient, publish: Publish) -> None:
    publish(video=medium(FILM, "video/mp4", "航拍"))
    page = reader.get("/a/first0001").text
    film = re.search(r"<video[^>]*>", page)
    assert film is not None
    assert f'poster="/media/{COVER_NAME}"' in film[0]
    assert page.index("<video") < page.index("<h2>改造</h2>")


def test_the_cover_is_shown_in_the_text_only_where_nothing_else_is(
    reader: FlaskClient, publish: Publish
) -> None:
    publish("with00001")
    publish("alone0001", html="<p>只有文字。</p>", pictures=())
    main = re.compile(r"<main.*?</main>", re.S)
    assert f'src="/media/{COVER_NAME}"' not in main.findall(reader.get("/a/with00001").text)[0]
    assert f'src="/media/{COVER_NAME}"' in main.findall(reader.get("/a/alone0001").text)[0]


VECTORS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<p onmouseover="alert(1)">x</p>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="  java\tscript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<form action="//evil.example"><button>x</button></form>',
    '<p style="background:url(//evil.example)">x</p>',
    '<figure data-sha256="&quot;><img src=x onerror=alert(1)>"></figure>',
    "<base href=//evil.example>",
    '<meta http-equiv="refresh" content="0;url=//evil.example">',
]


def test_nothing_that_acts_comes_through(reader: FlaskClient, sender: Sender) -> None:
    for number, vector in enumerate(VECTORS):
        uri = f"nasty{number:04}"
        dirty = item(uri, headline=vector[:120], description_text=vector, byline=vector[:120])
        dirty |= {"body_xhtml": vector, "subject": [{"name": vector[:60]}]}
        assert sender.put_item(dirty).status_code == 201, vector
        body = re.search(r'<div class="prose">(.*?)</div>', reader.get(f"/a/{uri}").text, re.S)
        assert body is not None
        shown = body[1].lower()
        for bad in ("<script", "<img", "<svg", "<iframe", "<form", "<base", "<meta", "<style"):
            assert bad not in shown, vector
        assert not re.search(r"<[^>]*\s(on\w+|style|srcdoc)=", shown), vector
        assert not re.search(r'href="?\s*(javascript|data)', shown), vector
    for page in ("/", *(f"/a/nasty{number:04}" for number in range(len(VECTORS)))):
        assert "<script>alert" not in reader.get(page).text
        assert "<img src=x" not in reader.get(page).text


def test_a_withdrawn_piece_says_so_and_nothing_else(
    reader: FlaskClient, channel: Outlet, publish: Publish
) -> None:
    receipt = publish()
    channel.recall(receipt)
    page = reader.get("/a/first0001")
    assert page.status_code == 410
    assert "这篇稿件已撤下" in page.text
    assert "公园" not in page.text
    assert "公园" not in reader.get("/").text
    assert reader.get("/s/first0001").headers["Location"] == "/a/first0001"


def test_pictures_go_with_the_piece(
    reader: FlaskClient, sender: Sender, channel: Outlet, publish: Publish
) -> None:
    sender.put_media(PICTURE)
    assert reader.get(f"/media/{PICTURE_NAME}").status_code == 404
    receipt = publish()
    shown = reader.get(f"/media/{PICTURE_NAME}")
    assert (shown.status_code, shown.data, shown.mimetype) == (200, PICTURE, "image/jpeg")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age=86400" in shown.headers["Cache-Control"]
    shown.close()
    channel.recall(receipt)
    assert reader.get(f"/media/{PICTURE_NAME}").status_code == 404


def test_a_picture_that_another_piece_still_shows_stays(
    reader: FlaskClient, channel: Outlet, publish: Publish
) -> None:
    receipt = publish("first0001")
    publish("second001")
    channel.recall(receipt)
    with reader.get(f"/media/{PICTURE_NAME}") as shown:
        assert shown.status_code == 200


def test_a_picture_that_a_correction_dropped_is_gone(
    reader: FlaskClient, channel: Outlet, publish: Publish
) -> None:
    first = publish()
    better = post("second002", 2, html="<p>没有图片。</p>", pictures=())
    channel.correct(first, better, channel.prepare(better))
    assert reader.get(f"/media/{PICTURE_NAME}").status_code == 404


def test_a_film_is_played_piece_by_piece(reader: FlaskClient, publish: Publish) -> None:
    publish(video=medium(FILM, "video/mp4"))
    with reader.get(f"/media/{FILM_NAME}", headers={"Range": "bytes=8-15"}) as part:
        assert (part.status_code, part.data) == (206, FILM[8:16])
        assert part.headers["Content-Range"] == f"bytes 8-15/{len(FILM)}"
    beyond = reader.get(f"/media/{FILM_NAME}", headers={"Range": f"bytes={len(FILM)}-"})
    assert beyond.status_code == 416


def test_what_is_not_there_is_said_in_the_readers_layout(reader: FlaskClient) -> None:
    for path in (
        "/a/never",
        "/s/never",
        "/media/never",
        "/media/..%2f..%2fetc",
        "/tipp/x",
        "/leads",
    ):
        answer = reader.get(path)
        assert answer.status_code == 404, path
        assert "回到首页" in answer.text, path
        assert "工作台" not in answer.text, path


def test_a_link_of_another_channel_leads_to_the_piece(
    reader: FlaskClient, publish: Publish, house: app.House
) -> None:
    with house.database.unit() as session:
        service.link(session, "story-1", ["first0001", "weibo0001"])
    assert reader.get("/s/weibo0001").status_code == 404
    publish()
    answer = reader.get("/s/weibo0001")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/a/first0001")


PAGES = ["/", "/a/first0001", "/feeds/items.json", "/feeds/atom.xml", "/feeds/rss.xml"]


def test_nobody_is_remembered(reader: FlaskClient, publish: Publish) -> None:
    publish()
    reader.set_cookie("lang", "en")
    reader.set_cookie("session", "forged")
    for path in (*PAGES, "/?lang=en", "/a/first0001?lang=en", "/a/never", "/s/first0001"):
        assert "Set-Cookie" not in reader.get(path).headers, path


def test_what_has_not_changed_is_not_sent_again(reader: FlaskClient, sender: Sender) -> None:
    sender.put_item(item())
    tags = {}
    for path in PAGES:
        first = reader.get(path)
        tags[path] = first.headers["ETag"]
        assert first.headers["Cache-Control"] == "public, max-age=30"
        by_tag = reader.get(path, headers={"If-None-Match": tags[path]})
        by_time = reader.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})
        assert (by_tag.status_code, by_time.status_code, by_tag.data) == (304, 304, b""), path
    sender.put_item(item("first0001", "2", headline="NEW HEADLINE"), match="1")
    for path in PAGES:
        again = reader.get(path, headers={"If-None-Match": tags[path]})
        assert "NEW HEADLINE" in again.text, path


def test_the_language_is_asked_for_by_address_and_kept_from_page_to_page(
    reader: FlaskClient, sender: Sender
) -> None:
    sender.put_item(item())
    page = reader.get("/?lang=en").text
    assert '<html lang="en"' in page
    assert 'href="/a/first0001?lang=en"' in page
    assert '<html lang="zh-CN"' in reader.get("/").text
    assert '<html lang="zh-CN"' in reader.get("/?lang=xx").text
    reader.set_cookie("lang", "en")
    assert '<html lang="en"' in reader.get("/").text


def test_the_front_page_costs_the_same_however_much_it_shows(
    reader: FlaskClient, publish: Publish, house: app.House
) -> None:
    publish("first0001")
    few = queries_of(house, lambda: reader.get("/"))
    for number in range(6):
        publish(f"more{number:04}")
    assert queries_of(house, lambda: reader.get("/")) == few


def queries_of(house: app.House, act: Any) -> int:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(house.database.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(house.database.engine, "before_cursor_execute", note)
    return len(seen)


ASKED_BY_ANYBODY = ("/api/v1/questions", "/api/v1/answers")
"""What programs of the public may call: petitions, as their pages do it."""


def test_no_staff_route_is_mounted(public: Face) -> None:
    paths = {rule.rule for rule in public.url_map.iter_rules()}
    ours = {path for path in paths if not path.startswith(ASKED_BY_ANYBODY)}
    assert not [path for path in ours if path.startswith(("/api", "/login", "/leads", "/live"))]
    assert public.test_client().get("/api/v1/leads").status_code == 404


def test_a_receipt_leads_to_a_page(reader: FlaskClient, publish: Publish) -> None:
    receipt: Receipt = publish()
    assert reader.get(receipt.remote_url.removeprefix("http://127.0.0.1:8001")).status_code == 200


def test_a_recall_sent_twice_leaves_one_tombstone(sender: Sender, reader: FlaskClient) -> None:
    sender.put_item(item())
    first = sender.put_item(tombstone(), key="gone", match="1")
    again = sender.put_item(tombstone(), key="gone", match="1")
    assert (first.status_code, first.json) == (again.status_code, again.json)
    assert reader.get("/a/first0001").status_code == 410
