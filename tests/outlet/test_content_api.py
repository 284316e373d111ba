"""What the content API refuses: forged, stale, broken, foreign, too large, out of turn."""

from __future__ import annotations

import hashlib
import json
import threading
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kitchen import app
from kitchen.core.audit import AuditEntry
from kitchen.outlet.models import OutletClient, OutletFingerprint, OutletItem, OutletMedia
from kitchen.web.face import Face
from tests.assets.samples import QT, archive, box
from tests.outlet.conftest import FILM, PICTURE, Sender, item, register, tombstone

PROBE = "/content/v1/items/probe"


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


FORGERIES: list[tuple[dict[str, Any], str]] = [
    ({"off": -301}, "timestamp"),
    ({"off": 330}, "timestamp"),
    ({"headers": {"X-Kitchen-Timestamp": "yesterday"}}, "timestamp"),
    ({"headers": {"X-Kitchen-Timestamp": "١٧١٤"}}, "timestamp"),
    ({"headers": {"X-Kitchen-Timestamp": ""}}, "timestamp"),
    ({"headers": {"X-Kitchen-Timestamp": "9" * 400}}, "timestamp"),
    ({"headers": {"X-Kitchen-Key": "nobody"}}, "key"),
    ({"headers": {"X-Kitchen-Key": ""}}, "key"),
    ({"headers": {"X-Kitchen-Signature": "sha256=" + "0" * 64}}, "signature"),
    ({"headers": {"X-Kitchen-Signature": ""}}, "signature"),
    ({"headers": {"X-Kitchen-Signature": "Ünsinn"}}, "signature"),
    ({"signed": {"method": "PUT"}}, "signature"),
    ({"signed": {"path": "/content/v1/items/other"}}, "signature"),
    ({"signed": {"body": b"{}"}}, "signature"),
]


def test_only_the_very_request_that_was_signed_is_let_in(sender: Sender) -> None:
    for how, code in FORGERIES:
        answer = sender.send("GET", PROBE, **how)
        assert code_of(answer) == (401, code), how


def test_the_query_is_signed_as_well(sender: Sender) -> None:
    assert sender.send("GET", f"{PROBE}?a=1").status_code == 404
    answer = sender.send("GET", f"{PROBE}?a=2", signed={"path": f"{PROBE}?a=1"})
    assert code_of(answer) == (401, "signature")


def test_a_key_that_was_switched_off_opens_nothing(sender: Sender, house: app.House) -> None:
    with house.database.unit() as session:
        session.scalars(select(OutletClient)).one().enabled = False
    assert code_of(sender.send("GET", PROBE)) == (401, "key")


def test_a_body_that_was_changed_on_its_way_is_refused_and_leaves_nothing(
    sender: Sender, house: app.House
) -> None:
    honest = json.dumps(item(), ensure_ascii=False).encode()
    forged = item(headline="假消息")
    assert code_of(sender.put_item(forged, signed={"body": honest})) == (401, "signature")
    with house.database.unit(write=False) as session:
        assert session.scalars(select(OutletItem)).all() == []


def test_a_replayed_request_changes_nothing(sender: Sender, reader: FlaskClient) -> None:
    assert sender.put_item(item(), off=-60).status_code == 201
    assert sender.put_item(item("first0001", "2", headline="更正"), match="1").status_code == 200
    replayed = sender.put_item(item(), off=-60)
    assert (replayed.status_code, replayed.json["version"]) == (200, "1")
    under_another_key = sender.put_item(item(), key="other", off=-60)
    assert code_of(under_another_key) == (409, "version")
    assert "更正" in reader.get("/a/first0001").text


def test_a_repeated_request_gets_the_first_answer(sender: Sender) -> None:
    first, again = (sender.put_item(item()) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json


def test_a_repeat_must_be_signed_too(sender: Sender) -> None:
    sender.put_item(item())
    forged = sender.put_item(item(), headers={"X-Kitchen-Signature": "sha256=00"})
    assert code_of(forged) == (401, "signature")


def test_two_newsrooms_may_use_the_same_key(sender: Sender, public: Face, house: app.House) -> None:
    other = register(public, house, "邻区")
    assert sender.put_item(item("ours00001"), key="k").status_code == 201
    assert other.put_item(item("theirs001"), key="k").status_code == 201


OUT_OF_TURN: list[tuple[dict[str, Any], str, tuple[int, str]]] = [
    (item("other0001", "2"), "1", (404, "unknown")),
    (tombstone("other0001"), "1", (404, "unknown")),
    (item("first0001", "1", headline="另一个"), "", (409, "version")),
    (item("first0001", "2"), "", (412, "mismatch")),
    (item("first0001", "3"), "2", (412, "mismatch")),
    (tombstone("first0001", "2"), "7", (412, "mismatch")),
    (item("first0001", "2"), "x", (422, "invalid")),
]


def test_versions_go_up_one_after_the_other(sender: Sender) -> None:
    sender.put_item(item())
    for sent, match, expected in OUT_OF_TURN:
        answer = sender.put_item(sent, key="next", match=match)
        assert code_of(answer) == expected, (sent["uri"], sent["version"], match)


WRONG_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"version": "0"}, "version"),
    ({"version": 1}, "version"),
    ({"version": "one"}, "version"),
    ({"pubstatus": "withheld"}, "pubstatus"),
    ({"type": "poem"}, "type"),
    ({"headline": " "}, "headline"),
    ({"headline": "长" * 121}, "headline"),
    ({"altids": {"uid": "../../etc"}}, "altids.uid"),
    ({"altids": {"uid": "another"}}, "altids.uid"),
    ({"surprise": 1}, "surprise"),
    ({"subject": [{"name": ""}]}, "subject.0.name"),
    ({"associations": {"cover": {"uri": "sha256:zz"}}}, "associations.cover.uri"),
    ({"uri": "elsewhere"}, "uri"),
]


def test_a_field_that_is_wrong_is_named(sender: Sender) -> None:
    headers = {"Idempotency-Key": "k"}
    for changes, field in WRONG_FIELDS:
        body = json.dumps({**item(), **changes}).encode()
        answer = sender.send("PUT", "/content/v1/items/first0001", body, headers=headers)
        assert code_of(answer) == (422, "invalid"), changes
        assert field in answer.json["fields"], changes


def test_what_is_no_object_is_malformed(sender: Sender) -> None:
    headers = {"Idempotency-Key": "k"}
    for body in (b"", b"{", b"[]", b'"x"', b"\xff\xfe"):
        answer = sender.send("PUT", "/content/v1/items/first0001", body, headers=headers)
        assert code_of(answer) == (400, "malformed"), body


def test_an_item_without_a_key_is_malformed(sender: Sender) -> None:
    answer = sender.put_item(item(), headers={"Idempotency-Key": ""})
    assert code_of(answer) == (400, "malformed")


def test_an_item_that_is_too_large_is_refused_unread(sender: Sender) -> None:
    answer = sender.put_item(item(body_text="长" * 800_000))
    assert code_of(answer) == (413, "too_large")


def test_the_same_uid_never_names_two_items(sender: Sender) -> None:
    sender.put_item(item("first0001"))
    sender.put_item(item("other0001"))
    stolen = item("other0001", "2", altids={"uid": "first0001"})
    answer = sender.put_item(stolen, match="1")
    assert code_of(answer) == (422, "invalid")


def test_an_item_shows_only_files_that_were_sent(sender: Sender, house: app.House) -> None:
    name = hashlib.sha256(PICTURE).hexdigest()
    body = f'<figure data-sha256="{name}"></figure>'
    assert code_of(sender.put_item(item(body_xhtml=body))) == (422, "media_unknown")
    sender.put_media(PICTURE)
    assert sender.put_item(item(body_xhtml=body)).status_code == 201


def test_a_file_is_kept_once_and_answered_with_its_address(
    sender: Sender, house: app.House
) -> None:
    first, again = sender.put_media(PICTURE), sender.put_media(PICTURE)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert first.json["size"] == len(PICTURE)
    assert first.json["url"] == f"{house.settings.public_url}/media/{first.json['sha256']}"
    with house.ports.store.open(first.json["sha256"]) as kept:
        assert kept.read() == PICTURE


def test_a_file_under_a_wrong_name_is_refused(sender: Sender, house: app.House) -> None:
    path = f"/content/v1/media/{'0' * 64}"
    answer = sender.send("PUT", path, PICTURE, headers={"Content-Type": "image/jpeg"})
    assert code_of(answer) == (409, "hash")
    assert not house.ports.store.has(hashlib.sha256(PICTURE).hexdigest())


FOREIGN_FILES = [
    (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "image/svg+xml"),
    (b"<html><script>alert(1)</script>", "image/jpeg"),
    (archive(), "application/zip"),
    (PICTURE + b"<script>alert(1)</script>", "image/jpeg"),
    (PICTURE, "text/html"),
    (FILM, "image/jpeg"),
    (b"", "image/jpeg"),
    (QT + box(b"moov", b""), "video/quicktime"),
]


def test_a_file_that_is_not_what_we_show_is_refused(sender: Sender, house: app.House) -> None:
    for data, mime in FOREIGN_FILES:
        assert code_of(sender.put_media(data, mime)) == (415, "type"), data[:40]
    with house.database.unit(write=False) as session:
        assert session.scalars(select(OutletMedia)).all() == []


def test_a_picture_that_is_too_heavy_is_refused(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kitchen.outlet.rules.MOST_PICTURE", len(PICTURE) - 1)
    assert code_of(sender.put_media(PICTURE)) == (413, "too_large")


def test_a_file_that_says_it_is_too_heavy_is_not_even_read(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kitchen.outlet.content_api.MOST_MEDIA", 10)
    assert code_of(sender.put_media(PICTURE)) == (413, "too_large")


def test_a_stranger_cannot_make_us_keep_a_file(reader: FlaskClient, house: app.House) -> None:
    name = hashlib.sha256(PICTURE).hexdigest()
    answer = reader.put(f"/content/v1/media/{name}", data=PICTURE)
    assert answer.status_code == 401
    assert not house.ports.store.has(name)


def test_two_writing_at_once_end_with_one_item(
    sender: Sender, public: Face, house: app.House
) -> None:
    """Both send a first version under the same name; one stands, the other is told to look."""
    start, codes = threading.Barrier(4), []

    def write(number: int) -> None:
        mine = Sender(public.test_client(), sender.key_id, sender.secret)
        start.wait()
        answer = mine.put_item(item(headline=f"第 {number} 稿"), key=f"k{number}")
        codes.append((answer.status_code, answer.json.get("code")))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes, key=str) == [(201, None), *[(409, "version")] * 3]
    with house.database.unit(write=False) as session:
        assert len(session.scalars(select(OutletItem)).all()) == 1
        assert len(session.scalars(select(OutletFingerprint)).all()) == 1


def test_the_audit_knows_who_sent_what(sender: Sender, house: app.House) -> None:
    sender.put_item(item())
    sender.put_item(item("first0001", "2", headline="更正"), match="1")
    sender.put_item(tombstone("first0001", "3"), match="2")
    with house.database.unit(write=False) as session:
        told = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.actor_name, entry.action) for entry in told][1:] == [
        ("编辑部", "show_item"),
        ("编辑部", "show_item"),
        ("编辑部", "withdraw_item"),
    ]
    assert all(sender.secret not in str(entry.after) for entry in told)
