"""Nothing by which a source could be found leaves the sealed place: planted, and looked for.

Seventy words and more: in every place where a file may speak of itself, in the name of each file,
in what was told and how to reach whoever told it, in everything that a browser sends along. The
tip comes by the form and in pieces, is read, answered, stumbled over, and adopted with all that may
go along; then all that
exists is searched, byte for byte and by exiftool.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL.PngImagePlugin import PngInfo
from sqlalchemy import select

from assets import aigc
from assets.store import FolderStore
from kitchen.search import index
from kitchen.tips import making, telling
from kitchen.tips.models import Tip, TipFile
from kitchen.tips.rules import Showing
from tests.assets.planted import NUMBERS, file_name, files, markers
from tests.assets.samples import encoded, photo
from tests.fixtures.newsroom import Door
from tests.fixtures.sinks import hits_in, rows_of, told_by_exiftool
from tests.tips.conftest import TipDesk, code_in

TOLD = {
    "words": "MKWORDSOFTHETIP",
    "contact": "MKCONTACTOFTHESOURCE",
    "answer": "MKANSWEROFTHESOURCE",
    "question": "MKQUESTIONOFTHEDESK",
    "reply": "MKREPLYOFTHEDESK",
    "referer": "MKREFERER",
    "agent": "MKUSERAGENT",
    "cookie": "MKCOOKIE",
    "language": "MKLANGUAGE",
    "forwarded": "203.0.113.77",
    "address": "198.51.100.23",
    "key": "MKFORMKEY",
    "name in pieces": "MKNAMEINPIECES",
    "docx": "MKAUTHOROFTHEDOCX",
    "docx text": "MKTEXTOFTHEDOCX",
    "label of a model": "MKPRODUCEROFTHELABEL",
}
SENT_ALONG = {
    "Referer": f"http://127.0.0.1/{TOLD['referer']}",
    "User-Agent": f"Mozilla/5.0 ({TOLD['agent']})",
    "Cookie": f"id={TOLD['cookie']}",
    "Accept-Language": f"zh, {TOLD['language']}",
    "X-Forwarded-For": TOLD["forwarded"],
}
FROM = {"REMOTE_ADDR": TOLD["address"]}
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _docx() -> bytes:
    """A document that tells who wrote it."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="xml" ContentType="application/xml"/><Override '
        'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
        "</Relationships>",
        "docProps/core.xml": f"<core>{TOLD['docx']}</core>",
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body><w:p><w:r><w:t>'
        f"{TOLD['docx text']} 河水发黑</w:t></w:r></w:p></w:body></w:document>",
    }
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return whole.getvalue()


def _generated() -> bytes:
    """A picture whose label of generated content names an account."""
    label = {"Label": "1", "ContentProducer": TOLD["label of a model"], "ProduceID": "x"}
    return encoded(photo(90, 70), "PNG", pnginfo=_text(aigc.KEY, json.dumps(label)))


def _text(key: str, value: str) -> Any:
    info = PngInfo()
    info.add_text(key, value)
    return info


def _sent() -> list[tuple[str, bytes]]:
    told = {**files(), "docx": _docx()}
    return [(file_name(kind), raw) for kind, raw in told.items()] + [("g.png", _generated())]


def _in_pieces(tips: TipDesk, name: str, raw: bytes) -> str:
    begun = tips.source.post(
        "/tip/files",
        data=name.encode(),
        headers={**SENT_ALONG, "Upload-Length": str(len(raw))},
        environ_base=FROM,
    )
    ticket = str(begun.json["ticket"])
    for at in range(0, len(raw), 20_000):
        headers = {**SENT_ALONG, "Upload-Ticket": ticket, "Upload-Offset": str(at)}
        piece = raw[at : at + 20_000]
        put = tips.source.patch("/tip/files", data=piece, headers=headers, environ_base=FROM)
        assert put.status_code == 204
    return ticket


def _told_everything(tips: TipDesk) -> str:
    """A tip with all that can give a source away; answers its code."""
    sent = _sent()
    form: dict[str, Any] = {"_key": TOLD["key"], "shown": tips.shown(), "words": TOLD["words"]}
    form |= {"contact": TOLD["contact"]}
    form["files"] = [(io.BytesIO(raw), name) for name, raw in sent[:8]]
    along = {"headers": SENT_ALONG, "environ_base": FROM}
    answer = tips.source.post("/tip", data=form, **along)
    assert "收下 8 个文件" in answer.text
    code = code_in(answer)
    more: dict[str, Any] = {"code": code, "words": TOLD["answer"]}
    more["ticket"] = [_in_pieces(tips, name, raw) for name, raw in sent[8:]]
    more["ticket"].append(_in_pieces(tips, TOLD["name in pieces"], encoded(photo(50, 40))))
    added = tips.source.post("/tip/follow/say", data=more, **along)
    assert "没有收下" not in added.text
    unfinished = tips.source.post(
        "/tip/files",
        data=TOLD["name in pieces"].encode(),
        headers={**SENT_ALONG, "Upload-Length": "9"},
        environ_base=FROM,
    )
    headers = {**SENT_ALONG, "Upload-Ticket": unfinished.json["ticket"], "Upload-Offset": "0"}
    tips.source.patch("/tip/files", data=b"MKWORDSO", headers=headers, environ_base=FROM)
    tips.make_all()
    return code


def _handled(tips: TipDesk, sign_in: Door, tip: Tip) -> str:
    """The desk reads, asks, looks and adopts, and ticks all that may go along; answers the lead."""
    duty, chief, at = sign_in("duty"), sign_in("chief"), f"/tips/{tip.uid}"
    assert TOLD["docx text"] in duty.get(at).text
    duty.post_form(f"{at}/ask", {"words": TOLD["question"]})
    look = duty.call("POST", f"/api/v1{at}/looks", {"reason": "要当面核实"}).json["uid"]
    chief.post_form(f"/tips/looks/{look}/grant")
    assert TOLD["contact"] in duty.post_form(f"{at}/contact").text
    told = {"title": "河水发黑", "body": "有群众反映河水发黑。", "reply": TOLD["reply"]}
    ticked = re.findall(r'name="along" value="(\w+)"', duty.get(at).text)
    assert len(ticked) == len(_sent()) - 1  # all but the PDF and the document, and one in pieces
    adopted = duty.post_form(f"{at}/adopt", {**told, "along": ticked})
    assert adopted.status_code == 302
    return adopted.location


def _shown_on(lead: str, sign_in: Door) -> Iterator[tuple[str, bytes]]:
    """What the whole newsroom sees of a lead and of what came along, by page and by file."""
    editor = sign_in("editor")
    page = editor.get(lead)
    yield lead, page.data
    assets = editor.call("GET", "/api/v1/assets").json["items"]
    assert len(assets) >= 8
    for asset in assets:
        for address in (f"/assets/{asset['uid']}", f"/api/v1/assets/{asset['uid']}"):
            answer = editor.get(address)
            yield address, str(answer.headers).encode() + answer.data


def _broken(tips: TipDesk, code: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[bytes]:
    """What is said where something breaks while a source is served."""

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError(f"{TOLD['words']} {TOLD['address']} {code}")

    with monkeypatch.context() as patched:
        patched.setattr(telling, "find", breaks)
        patched.setattr(telling, "tell", breaks)
        along = {"headers": SENT_ALONG, "environ_base": FROM}
        yield tips.source.get(f"/tip/{code}", **along).data
        form = {"shown": tips.shown(), "words": TOLD["words"], "_key": "other"}
        yield tips.source.post("/tip", data=form, **along).data
    with monkeypatch.context() as patched:
        patched.setattr(making, "_made", breaks)
        with tips.unit() as session:
            file = session.scalars(select(TipFile)).first()
            assert file is not None
            file.showing = Showing.WAITING
        making.make(tips.newsroom.database, file.id)


def _elsewhere(sign_in: Door) -> Iterator[tuple[str, bytes]]:
    """What those see who may not read tips, and what lists, searches and counters say."""
    words = ("MK", *TOLD.values())
    addresses = ["/leads", "/api/v1/leads", "/assets", "/api/v1/assets", "/notices", "/"]
    addresses += ["/metrics", "/truthz", "/api/v1/openapi.json"]
    addresses += [f"/api/v1/search?q={word}&kind={kind}" for word in words for kind in ("leads",)]
    editor, duty = sign_in("editor"), sign_in("duty")
    for address in addresses:
        answer = editor.get(address)
        body = answer.data
        answer.close()
        yield address, body if "search" not in address else body.replace(b"MK", b"")
    for address in ("/tips", "/tips?state=all", "/api/v1/tips", "/tips/rows"):
        yield address, duty.get(address).data


def _found_in(raw: bytes, code: str) -> set[str]:
    secret = {**TOLD, "code": code, "bare code": code.replace("-", "")}
    return hits_in(raw) | {name for name, word in secret.items() if word.encode() in raw}


def test_nothing_of_a_source_is_found_outside_the_sealed_place(
    tips: TipDesk,
    sign_in: Door,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    assert len(markers()) + len(TOLD) >= 80
    newsroom, code = tips.newsroom, _told_everything(tips)
    tip = tips.find(code)
    lead = _handled(tips, sign_in, tip)
    found: dict[str, set[str]] = {}
    pages = b"".join(_broken(tips, code, monkeypatch))
    found["pages of errors"] = _found_in(pages, code)
    with newsroom.database.unit() as session:
        index.take_up(session)
    for where, raw in rows_of(newsroom.database):
        found.setdefault(where, set()).update(_found_in(raw, code))
    for path in tmp_path.rglob("*"):
        if path.is_file() and "kitchen.db" not in path.name:
            found.setdefault(f"file {path}", set()).update(_found_in(path.read_bytes(), code))
    for where, raw in (*_elsewhere(sign_in), *_shown_on(lead, sign_in)):
        found.setdefault(where, set()).update(_found_in(raw, code))
    rung = f"{newsroom.bell.rung} {newsroom.live.told}"
    found["bells and live messages"] = _found_in(rung.encode(), code)
    found["logs"] = _found_in("".join(capfd.readouterr()).encode(), code)
    assert {where: hits for where, hits in found.items() if hits} == {}
    store = newsroom.ports.store
    assert isinstance(store, FolderStore)
    _say_nothing([path for path in store.root.rglob("*") if path.is_file()])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_the_desk_sees_says_nothing_of_itself(tips: TipDesk, tmp_path: Path) -> None:
    tip, shown = tips.find(_told_everything(tips)), []
    with tips.unit() as session:
        rows = session.scalars(select(TipFile).order_by(TipFile.id)).all()
        for row in rows:
            for form, sha256 in row.shown_as.items():
                path = tmp_path / f"{row.id}-{form}"
                with tips.room.vault.open(tip.uid, form, sha256) as clear:
                    path.write_bytes(clear.read())
                shown.append(path)
    standing = [row.showing for row in rows]
    assert standing.count(Showing.WITHHELD) == 1  # the PDF
    assert standing.count(Showing.SHOWN) == len(_sent())
    assert sum(row.generated for row in rows) == 1
    allowed = {"docx text"}
    for path in shown:
        assert _found_in(path.read_bytes(), "no code at all") <= allowed, path.name
    _say_nothing([path for path in shown if not path.name.endswith("text")])


def _say_nothing(paths: Sequence[Path]) -> None:
    """Another reader than ours finds no marker, no place and no maker in these files."""
    assert paths
    for told_of in told_by_exiftool(paths):
        said = "\n".join(f"{name}={value}" for name, value in told_of.items() if "File" not in name)
        assert hits_in(said.encode()) == set()
        assert TOLD["label of a model"] not in said
        assert not any("GPS" in name for name in told_of)
        assert not any(number in said for number in NUMBERS)
