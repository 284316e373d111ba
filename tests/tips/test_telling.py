"""A source without account or script: told once, found by code, refused in sight, kept safe."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from assets import arrivals
from kitchen.core import codes
from kitchen.tips import rules, service, telling, upkeep, words
from kitchen.tips.models import Tip, TipFile
from kitchen.tips.rules import Showing, State
from kitchen.web import valve
from kitchen.web.models import AnsweredRequest, FloodCount
from tests.assets.samples import encoded, photo
from tests.tips.conftest import CONTACT, WORDS, TipDesk


def _count(tips: TipDesk) -> int:
    with tips.unit() as session:
        return session.scalar(select(func.count(Tip.id))) or 0


def test_a_tip_gets_its_code_and_is_followed(tips: TipDesk) -> None:
    code = tips.tell(contact=CONTACT)
    one = tips.source.post("/tip/follow", data={"code": code.lower().replace("-", " ")})
    assert one.status_code == 200
    assert "已收到，编辑正在看" in one.text
    assert WORDS not in one.text
    assert tips.source.get(f"/tip/{code}").status_code == 200


def test_pages_are_told_to_nobody_and_kept_nowhere(tips: TipDesk) -> None:
    code = tips.tell()
    answers = [
        tips.source.get("/tip"),
        tips.source.get("/tip/follow"),
        tips.source.get(f"/tip/{code}"),
        tips.source.post("/tip/follow", data={"code": code}),
        tips.source.post("/tip/follow", data={"code": "x"}),
        tips.send(),
    ]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert not answer.headers.getlist("Set-Cookie")
        assert "ETag" not in answer.headers
        assert len(answer.data) < 45_000
        assert "public." not in answer.text.partition("<script")[2].partition(">")[0]
    assert "长辈版" in answers[0].text


def test_a_form_that_is_sent_twice_gets_the_same_code(tips: TipDesk) -> None:
    first, second = (tips.tell(_key="one form") for _ in range(2))
    assert first == second
    assert _count(tips) == 1
    assert tips.tell(_key="one form", words=f"{WORDS}还有气味。") != first


def test_words_and_code_stand_in_no_table(tips: TipDesk) -> None:
    code = tips.tell(contact=CONTACT)
    said = {"code": code, "words": "门卫叫王大锤，是他开的闸。"}
    assert tips.source.post("/tip/follow/say", data=said).status_code == 200
    with tips.unit() as session:
        assert session.scalar(select(func.count(AnsweredRequest.key))) == 0
        for table in ("tip", "tip_message", "audit_entry", "notice", "flood_count"):
            kept = "".join(map(str, session.execute(text(f"SELECT * FROM {table}"))))
            for trace in (WORDS[:6], "王大锤", "13800138000", code, code.replace("-", "")):
                assert trace not in kept
        assert words.told_of(session, telling.find(session, code)) == WORDS
        assert words.contact_of(session, telling.find(session, code)) == CONTACT


def test_no_time_of_a_source_is_finer_than_a_day(tips: TipDesk) -> None:
    tips.later(minutes=17)
    code = tips.tell(files=[(io.BytesIO(encoded(photo(80, 60))), "x.jpg")])
    tips.source.post("/tip/follow/say", data={"code": code, "words": "还有一件事"})
    tip = tips.find(code)
    with tips.unit() as session:
        tip = session.merge(tip)
        rows = [tip, *tip.messages, *tip.files]
        assert {clock_of(row.created_at) for row in rows} == {(16, 0, 0, 0)}
        assert session.execute(text("SELECT count(*) FROM audit_entry")).scalar() == 0
    tips.later(minutes=2)
    valve.forget(tips.newsroom.database)
    with tips.unit() as session:
        assert session.scalar(select(func.count(FloodCount.salt))) == 0
    root = tips.newsroom.house.settings.home / "tips"
    kept = [path for path in root.rglob("*") if path.is_file()]
    assert len(kept) == 2
    assert {path.stat().st_mtime % 86400 for path in kept} == {0}


def clock_of(moment: Any) -> tuple[int, int, int, int]:
    """Midnight in the newsroom is four in the afternoon of the day before, in UTC."""
    return moment.hour, moment.minute, moment.second, moment.microsecond


@pytest.mark.parametrize("length", [5, 500, 600])
def test_the_size_of_what_is_kept_tells_little(tips: TipDesk, length: int) -> None:
    tip = tips.find(tips.tell(words="河" * length))
    assert len(tip.words_sealed) == len(tip.contact_sealed)


@pytest.mark.parametrize("code", ["ABCD", "ABCD-EFGH-JKMN-PQRS", "' OR 1=1 --……………", "码" * 16])
def test_a_guessed_code_opens_nothing(tips: TipDesk, code: str) -> None:
    tips.tell()
    answer = tips.source.post("/tip/follow", data={"code": code})
    assert answer.status_code == 404
    assert "没有找到这个查询码" in answer.text


def test_what_was_typed_stays_when_it_is_refused(tips: TipDesk) -> None:
    short = tips.send(words="黑水", contact=CONTACT)
    assert short.status_code == 422
    assert CONTACT in short.text
    robot = tips.send(website="http://buy.example")
    assert (robot.status_code, WORDS in robot.text) == (422, True)
    fast = tips.send(shown=tips.shown(seconds=0))
    assert (fast.status_code, WORDS in fast.text) == (429, True)
    old = tips.send(shown=tips.shown(seconds=3 * 86400))
    assert (old.status_code, WORDS in old.text) == (422, True)
    renewed = re.search(r'name="shown" value="([^"]+)"', old.text)
    assert renewed is not None
    assert tips.send(shown=renewed[1]).status_code == 429  # good, and shown a moment ago
    forged = tips.send(shown="x")
    assert forged.status_code == 422
    assert _count(tips) == 0


def test_a_flood_is_stopped_whoever_sends_and_forgotten(tips: TipDesk) -> None:
    info = tips.newsroom.database.info
    room = tips.room
    info["tips"] = type(room)(room.vault, room.arrivals, 2, room.days)
    answers = [tips.send() for _ in range(3)]
    assert [it.status_code for it in answers] == [200, 200, 429]
    assert WORDS in answers[2].text
    assert "请 60 秒后再发" in answers[2].text or "秒后再发" in answers[2].text
    tips.later(minutes=1)
    assert tips.send().status_code == 200


def test_files_are_told_apart_and_the_refused_ones_named(tips: TipDesk) -> None:
    given = [
        (io.BytesIO(encoded(photo(240, 160))), "王老师家门口.jpg"),
        (io.BytesIO(b"%PDF-1.7 contract"), "合同.pdf"),
        (io.BytesIO("夜里两点，车牌看不清。".encode()), "说明.txt"),
        (io.BytesIO(b"MZ\x90\0 a program"), "x.exe"),
        (io.BytesIO(b"<svg onload=alert(1)>"), "x.svg"),
    ]
    answer = tips.send(files=given)
    assert answer.status_code == 200
    assert "收下 3 个文件" in answer.text
    assert answer.text.count("没有收下：") == 2
    tips.make_all()
    with tips.unit() as session:
        found = session.scalars(select(TipFile).order_by(TipFile.id)).all()
        assert [(it.family, it.showing) for it in found] == [
            ("picture", Showing.SHOWN),
            ("paper", Showing.WITHHELD),
            ("text", Showing.SHOWN),
        ]
        assert {it.leased_until for it in found} == {None}


def test_too_many_files_and_a_full_disk_are_refused_in_sight(
    tips: TipDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [(io.BytesIO(b"text of one"), f"{each}.txt") for each in range(rules.MOST_FILES + 1)]
    assert tips.send(files=many).status_code == 422

    def full(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("os.fsync", full)
    answer = tips.send(files=[(io.BytesIO(b"text of one"), "a.txt")])
    assert answer.status_code == 507
    assert WORDS in answer.text
    assert "请重新选择文件" in answer.text
    assert _count(tips) == 0


# --- files in pieces ---


def _begin(source: FlaskClient, length: int, name: str = "夜里.jpg") -> Any:
    return source.post("/tip/files", data=name.encode(), headers={"Upload-Length": str(length)})


def _put(source: FlaskClient, ticket: str, offset: int, piece: bytes) -> Any:
    headers = {"Upload-Ticket": ticket, "Upload-Offset": str(offset)}
    return source.patch("/tip/files", data=piece, headers=headers)


def test_a_file_comes_in_pieces_and_goes_on_where_it_stopped(tips: TipDesk) -> None:
    raw = encoded(photo(400, 300))
    begun = _begin(tips.source, len(raw))
    assert begun.status_code == 201
    ticket = begun.json["ticket"]
    assert _put(tips.source, ticket, 0, raw[:1000]).status_code == 204
    again = _put(tips.source, ticket, 0, raw[:1000])
    assert (again.status_code, again.headers["Upload-Offset"]) == (409, "1000")
    where = tips.source.head("/tip/files", headers={"Upload-Ticket": ticket})
    assert where.headers["Upload-Offset"] == "1000"
    unfinished = tips.send(ticket=ticket, _key="a")
    assert "没有传完" in unfinished.text
    begun = _begin(tips.source, len(raw))
    ticket = begun.json["ticket"]
    _put(tips.source, ticket, 0, raw[:1000])
    assert _put(tips.source, ticket, 1000, raw[1000:]).status_code == 204
    assert _put(tips.source, ticket, len(raw), b"more").status_code in {409, 413}
    code = tips.tell(ticket=ticket, _key="b")
    tip = tips.find(code)
    with tips.unit() as session:
        (file,) = session.merge(tip).files
        assert words.seal(session, tip.uid, "x", "y")
        assert tips.room.vault.words(tip.uid, words.FILE_NAME, file.name_sealed) == "夜里.jpg"
        with tips.room.vault.open(tip.uid, "original", file.sealed_as) as clear:
            assert clear.read() == raw
    assert tips.source.head("/tip/files", headers={"Upload-Ticket": ticket}).status_code == 404


def test_what_comes_in_pieces_is_refused_in_sight(
    tips: TipDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _begin(tips.source, 2 * 1024**3).status_code == 413
    assert _begin(tips.source, 0).status_code == 422
    assert _put(tips.source, "x", 0, b"y").status_code == 404
    monkeypatch.setattr(arrivals.shutil, "disk_usage", lambda _: os.statvfs_result(range(10)))
    monkeypatch.setattr(arrivals.Arrivals, "demand_room", _full)
    answer = _begin(tips.source, 100)
    assert answer.status_code == 507
    assert "地方不够" in answer.text


def _full(*_: object) -> None:
    raise arrivals.Full


def test_typing_stays_and_so_do_pieces_when_the_form_is_refused(tips: TipDesk) -> None:
    ticket = _begin(tips.source, 9).json["ticket"]
    _put(tips.source, ticket, 0, b"some text")
    refused = tips.send(words="短", ticket=ticket)
    assert f'value="{ticket}"' in refused.text
    assert "夜里.jpg" in refused.text


# --- what was cut off ---


def test_a_tip_that_was_cut_off_before_its_commit_is_swept_and_no_other(
    tips: TipDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tips.tell(files=[(io.BytesIO(b"some text"), "a.txt")])

    def cut_off(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(telling, "tell", cut_off)
    with pytest.raises(KeyboardInterrupt):
        tips.send(files=[(io.BytesIO(b"other text"), "b.txt")])
    room, ring = tips.room, tips.room.vault.ring
    assert len(list(ring.owners())) == 2
    now = max(path.stat().st_mtime for path in ring.root.iterdir())
    assert upkeep.sweep(tips.newsroom.database, room, now + 86400) == 0
    assert upkeep.sweep(tips.newsroom.database, room, now + 4 * 86400) == 1
    assert len(list(room.vault.kept.names())) == 1
    with tips.unit() as session:
        assert words.told_of(session, telling.find(session, kept)) == WORDS


def test_an_erased_tip_opens_to_nobody_also_from_an_old_backup(
    tips: TipDesk, tmp_path: Path
) -> None:
    code = tips.tell(files=[(io.BytesIO(b"some text"), "a.txt")])
    tips.make_all()
    backup = tips.find(code)
    copies = []
    for each in tips.room.vault.kept.names():
        with tips.room.vault.kept.open(each.sha256) as sealed:
            copies.append(sealed.read())
    chief = tips.newsroom.chief
    tips.do(code, lambda session, tip: service.erase(session, chief, tip))
    assert list(tips.room.vault.kept.names()) == []
    for raw in copies:
        tips.room.vault.kept.put(io.BytesIO(raw))
    with tips.unit() as session:
        assert words.told_of(session, backup) == ""
        assert words.contact_of(session, backup) == ""
    assert "已经销毁" in tips.source.get(f"/tip/{code}").text
    late = tips.source.post("/tip/follow/say", data={"code": code, "words": "还有"})
    assert "已经销毁" in late.text


def test_an_erasure_that_was_cut_off_is_finished_by_the_sweep(
    tips: TipDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tips.tell()
    with monkeypatch.context() as patched:
        patched.setattr(type(tips.room.vault), "erase", lambda *_: None)
        chief = tips.newsroom.chief
        uid = tips.do(code, lambda session, tip: service.erase(session, chief, tip)).uid
    assert tips.room.vault.ring.has(uid)
    upkeep.tidy(tips.newsroom.database)
    assert not tips.room.vault.ring.has(uid)


def test_what_was_turned_down_is_erased_after_its_days(tips: TipDesk) -> None:
    code = tips.tell()
    chief = tips.newsroom.chief
    tips.do(code, lambda session, tip: service.reject(session, chief, tip, "查无此事"))
    assert "查无此事" in tips.source.get(f"/tip/{code}").text
    tips.later(days=29)
    assert upkeep.erase_turned_down(tips.newsroom.database) == 0
    tips.later(days=2)
    assert upkeep.erase_turned_down(tips.newsroom.database) == 1
    assert tips.find(code).state == State.ERASED
    assert not tips.room.vault.ring.has(tips.find(code).uid)


def test_the_code_is_no_part_of_any_line_of_a_log(
    tips: TipDesk, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    code = tips.tell()

    def broken(*_: object) -> None:
        raise RuntimeError(f"{WORDS} {code}")

    monkeypatch.setattr(telling, "find", broken)
    answers = [
        tips.source.get(f"/tip/{code}"),
        tips.source.post("/tip/follow", data={"code": code}),
    ]
    assert [it.status_code for it in answers] == [500, 500]
    said = "".join(capfd.readouterr())
    assert "/tip/<code>" in said
    assert code not in said
    assert WORDS[:6] not in said
    assert codes.hash_of(code) not in said
