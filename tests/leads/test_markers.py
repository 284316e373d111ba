"""What a source's files say of themselves stays with the originals: planted, and looked for.

Each kind of file carries a marker in every place where it may speak: sixty-nine words, a place on
the map, and its own name. The files come with a tip by the way that tips come; then everything
that exists outside the originals is searched, byte for byte and by exiftool.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assets.store import FolderStore
from kitchen.leads.models import Lead
from kitchen.media import queries
from kitchen.media.models import MediaAsset
from kitchen.media.outgoing import as_media
from kitchen.search import index
from tests.assets import planted
from tests.assets.planted import NAMES, NUMBERS, PLACES, file_name, files, marker, markers
from tests.fixtures.newsroom import Door, Newsroom, Visitor
from tests.fixtures.sinks import hits_in, rows_of, told_by_exiftool
from tests.media.test_tus import begin, path_of, send

REFUSED = {"docx", "pdf"}
LEAD = {"title": "河边夜里排污", "body": "连续三夜有车往河里倒东西。", "source": "hotline"}


def test_every_marker_is_where_it_is_said_to_be() -> None:
    """Without it, a search that finds nothing would prove nothing."""
    assert len(PLACES) >= 40
    assert planted.every_marker_stands_in_its_file() == []
    assert len(set(markers().values())) == len(PLACES) + len(NAMES)


def _blobs(newsroom: Newsroom, originals: set[str]) -> Iterator[Path]:
    store = newsroom.ports.store
    assert isinstance(store, FolderStore)
    for path in store.root.rglob("*"):
        if path.is_file() and path.name not in originals:
            yield path


def _pages(sign_in: Door, assets: list[MediaAsset], lead: str) -> Iterator[tuple[str, bytes]]:
    editor = sign_in("editor")
    addresses = ["/leads", f"/leads/{lead}", "/assets", "/assets/recent", "/assets/picker?as=json"]
    addresses += ["/api/v1/assets", "/api/v1/leads", f"/api/v1/leads/{lead}", "/search?q=MK"]
    for asset in assets:
        addresses += [f"/assets/{asset.uid}", f"/api/v1/assets/{asset.uid}"]
        addresses += [f"/assets/{asset.uid}/shapes", f"/assets/{asset.uid}/similar"]
        addresses += [f"/media/{asset.uid}/{each.preset}" for each in asset.renditions]
    for address in addresses:
        answer = editor.get(address)
        body, headers = answer.data, str(answer.headers).encode()
        answer.close()
        yield f"page {address} ({answer.status_code})", headers + body


def _by_the_form(reporter: Visitor) -> str:
    """The lead that came with all its files at once."""
    sent = [(io.BytesIO(raw), file_name(kind)) for kind, raw in files().items()]
    answer = reporter.post_form("/leads/new", {**LEAD, "pictures": sent})
    assert answer.status_code == 302
    told = reporter.get(answer.headers["Location"]).text  # who sent a refused file hears its name
    assert all(file_name(kind) in told for kind in REFUSED)
    return answer.headers["Location"].rpartition("/")[2]


def _in_pieces(reporter: Visitor) -> str:
    """The lead whose files came behind it, as a telephone sends them."""
    uid = reporter.post_form("/leads/new", LEAD).headers["Location"].rpartition("/")[2]
    refused = set()
    for kind, raw in files().items():
        path = path_of(begin(reporter, len(raw), filename=file_name(kind), about=f"lead:{uid}"))
        answer = send(reporter, path, 0, raw)
        if answer.status_code == 204:
            body = {"asset": answer.headers["Upload-Asset"]}
            put = reporter.call("POST", f"/api/v1/leads/{uid}/pictures", body)
            assert put.status_code == 200
        else:
            refused.add(kind)
    assert refused == REFUSED
    return uid


@pytest.mark.parametrize("way", [_by_the_form, _in_pieces])
def test_nothing_that_a_tips_files_say_is_found_outside_the_originals(
    sign_in: Door,
    newsroom: Newsroom,
    capfd: pytest.CaptureFixture[str],
    way: Callable[[Visitor], str],
) -> None:
    uid = way(sign_in("reporter"))
    with newsroom.database.unit(write=False) as session:
        lead = session.query(Lead).filter_by(uid=uid).one()
        assets = queries.of_subject(session, lead, "picture")
        outgoing = [
            str(as_media(asset, each.preset)) for asset in assets for each in asset.renditions
        ]
    assert len(assets) == len(NAMES) - len(REFUSED)
    found: dict[str, set[str]] = {}
    originals = {asset.sha256 for asset in assets}
    blobs = list(_blobs(newsroom, originals))
    assert {each.sha256 for it in assets for each in it.renditions} == {it.name for it in blobs}
    for path in blobs:
        found.setdefault(f"blob {path.name}", set()).update(hits_in(path.read_bytes()))
    home = newsroom.house.settings.home
    for path in (it for it in home.rglob("*") if it.is_file()):
        found.setdefault(f"file {path.name}", set()).update(hits_in(path.read_bytes()))
    for where, raw in (*rows_of(newsroom.database), *_pages(sign_in, assets, uid)):
        found.setdefault(where, set()).update(hits_in(raw))
    with newsroom.database.unit() as session:
        index.take_up(session)
    editor, known = sign_in("editor"), {asset.uid for asset in assets}
    assert uid in editor.get("/api/v1/search?kind=leads&q=河边夜里排污").text
    for place, word in markers().items():
        told = editor.get(f"/api/v1/search?kind=assets&q={word}")
        assert told.status_code == 200
        assert not any(it in told.text for it in known), place
    found["what is sent out"] = hits_in("\n".join(outgoing).encode())
    found["logs"] = hits_in("".join(capfd.readouterr()).encode())
    assert {where: hits for where, hits in found.items() if hits} == {}
    for told_of in told_by_exiftool(blobs):
        said = "\n".join(f"{name}={value}" for name, value in told_of.items() if "File" not in name)
        assert hits_in(said.encode()) == set()
        assert not any("GPS" in name for name in told_of)
        assert not any(number in said for number in NUMBERS)


def test_the_search_would_find_them(tmp_path: Path) -> None:
    """The same eyes on the originals see what they are to see."""
    path = tmp_path / "original.jpeg"
    path.write_bytes(files()["jpeg"])
    assert {"exif artist", "iptc city", "xmp place", "jfxx thumbnail"} <= hits_in(path.read_bytes())
    (told,) = told_by_exiftool([path])
    said = str(told)
    assert marker("exif serial") in said
    assert any(number in said for number in NUMBERS)
