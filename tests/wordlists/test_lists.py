"""Lists are kept by people: each change a version, the leaders' table by two of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest

from kitchen.core.access import Actor
from kitchen.core.audit import history
from kitchen.core.errors import Duplicate, Forbidden, Invalid, Stale, WrongState
from kitchen.wordlists import queries, service, sheets
from kitchen.wordlists.compiled import in_force
from kitchen.wordlists.models import WordlistProposal
from kitchen.wordlists.normal import Plain
from kitchen.wordlists.rules import Entry, Kind, Level, Setting, State
from kitchen.wordlists.seeds import shipped
from tests.fixtures.newsroom import Newsroom

TODAY = Setting(date(2026, 11, 23))
BANNED = Entry(Kind.BANNED, "违禁词", Level.FORBID, "合规词")
LEADER = Entry(Kind.PERSON, "林示范", title="青禾区区长", rank=1)


def add(newsroom: Newsroom, entry: Entry, actor: Actor | None = None) -> service.Outcome:
    with newsroom.database.unit() as session:
        return service.add_entry(session, actor or newsroom.chief, entry, "青委〔2026〕1号")


def words(newsroom: Newsroom, kind: Kind, number: int | None = None) -> list[str]:
    with newsroom.database.unit(write=False) as session:
        return [entry.word for entry in queries.entries(session, kind, number)]


def meets(newsroom: Newsroom, text: str) -> list[str]:
    with newsroom.database.unit(write=False) as session:
        lists = in_force(session)
        return [it.entry.word for it in lists.words.matches(Plain(text), TODAY)]


def test_a_list_that_nobody_changed_is_as_shipped(newsroom: Newsroom) -> None:
    assert words(newsroom, Kind.SUPERLATIVE) == [it.word for it in shipped(Kind.SUPERLATIVE)]
    assert words(newsroom, Kind.BANNED) == []
    assert meets(newsroom, "全网最低，违禁词") == ["全网最低"]


def test_each_change_makes_a_version_and_older_ones_can_be_read(newsroom: Newsroom) -> None:
    add(newsroom, BANNED)
    assert meets(newsroom, "违禁词") == ["违禁词"]
    with newsroom.database.unit() as session:
        (known,) = queries.entries(session, Kind.BANNED)
        longer = replace(BANNED, word="违禁长词")
        service.change_entry(session, newsroom.chief, Kind.BANNED, known.uid, longer)
    with newsroom.database.unit() as session:
        (known,) = queries.entries(session, Kind.BANNED)
        service.drop_entry(session, newsroom.chief, Kind.BANNED, known.uid)
    assert [words(newsroom, Kind.BANNED, number) for number in (0, 1, 2, 3)] == [
        [],
        ["违禁词"],
        ["违禁长词"],
        [],
    ]
    assert meets(newsroom, "违禁词违禁长词") == []
    with newsroom.database.unit(write=False) as session:
        assert in_force(session).versions["banned"] == 3
        acts = [it.action for it in history(session, queries.the_list(session, Kind.BANNED))]
    assert acts == ["drop_word", "change_word", "add_word"]


def test_a_shipped_entry_is_changed_under_the_name_it_was_shipped_with(newsroom: Newsroom) -> None:
    first = shipped(Kind.SUPERLATIVE)[0]
    with newsroom.database.unit() as session:
        care = replace(first, note="新闻里有出处可以用")
        service.change_entry(session, newsroom.chief, Kind.SUPERLATIVE, first.uid, care)
    with newsroom.database.unit(write=False) as session:
        found = queries.entries(session, Kind.SUPERLATIVE)
        assert len(found) == len(shipped(Kind.SUPERLATIVE))
        assert [it.note for it in found if it.word == first.word] == ["新闻里有出处可以用"]
        assert queries.entries(session, Kind.SUPERLATIVE, 0) == list(shipped(Kind.SUPERLATIVE))


def test_lists_are_kept_by_their_keepers_and_say_a_word_once(newsroom: Newsroom) -> None:
    with pytest.raises(Forbidden):
        add(newsroom, BANNED, newsroom.reporter)
    add(newsroom, BANNED)
    with pytest.raises(Duplicate):
        add(newsroom, BANNED)
    with pytest.raises(Invalid):
        add(newsroom, replace(BANNED, word="。。"))


def test_of_two_who_change_the_same_entry_the_second_is_told(newsroom: Newsroom) -> None:
    add(newsroom, BANNED)
    with newsroom.database.unit(write=False) as session:
        (known,) = queries.entries(session, Kind.BANNED)
    for actor, note in ((newsroom.chief, "甲"), (newsroom.head, "乙")):
        changed = replace(BANNED, note=note)
        with newsroom.database.unit() as session:
            if actor is newsroom.chief:
                service.change_entry(session, actor, Kind.BANNED, known.uid, changed)
            else:
                with pytest.raises(Stale):
                    service.change_entry(session, actor, Kind.BANNED, known.uid, changed)
    with newsroom.database.unit(write=False) as session:
        assert [it.note for it in queries.entries(session, Kind.BANNED)] == ["甲"]


def proposed(newsroom: Newsroom, entry: Entry = LEADER) -> str:
    outcome = add(newsroom, entry, newsroom.operator)
    assert isinstance(outcome, WordlistProposal)
    return outcome.uid


def test_a_change_of_the_leaders_table_is_in_force_once_another_agrees(newsroom: Newsroom) -> None:
    uid = proposed(newsroom)
    assert "林示范" not in words(newsroom, Kind.PERSON)
    with newsroom.database.unit() as session:
        service.confirm(session, newsroom.deputy, queries.the_proposal(session, uid))
    assert "林示范" in words(newsroom, Kind.PERSON)
    with newsroom.database.unit() as session, pytest.raises(WrongState):
        service.confirm(session, newsroom.head, queries.the_proposal(session, uid))
    assert words(newsroom, Kind.PERSON).count("林示范") == 1


def test_of_two_who_confirm_at_once_one_is_told(newsroom: Newsroom) -> None:
    uid, start = proposed(newsroom), Barrier(2)

    def confirm(actor: Actor) -> str:
        start.wait()
        try:
            with newsroom.database.unit() as session:
                service.confirm(session, actor, queries.the_proposal(session, uid))
        except WrongState:
            return "told"
        return "confirmed"

    with ThreadPoolExecutor(2) as both:
        outcomes = sorted(both.map(confirm, (newsroom.deputy, newsroom.head)))
    assert outcomes == ["confirmed", "told"]
    assert words(newsroom, Kind.PERSON).count("林示范") == 1


def test_nobody_confirms_their_own_proposal(newsroom: Newsroom) -> None:
    outcome = add(newsroom, LEADER, newsroom.chief)
    assert isinstance(outcome, WordlistProposal)
    with newsroom.database.unit() as session, pytest.raises(Forbidden):
        service.confirm(session, newsroom.chief, queries.the_proposal(session, outcome.uid))
    with newsroom.database.unit() as session, pytest.raises(Forbidden):
        service.confirm(session, newsroom.operator, queries.the_proposal(session, outcome.uid))
    assert "林示范" not in words(newsroom, Kind.PERSON)


def test_a_proposal_says_on_what_it_rests_and_can_be_refused_or_withdrawn(
    newsroom: Newsroom,
) -> None:
    with newsroom.database.unit() as session, pytest.raises(Invalid):
        service.add_entry(session, newsroom.operator, LEADER, " ")
    refused, withdrawn = proposed(newsroom), proposed(newsroom, replace(LEADER, word="周虚构"))
    with newsroom.database.unit() as session, pytest.raises(Invalid):
        service.refuse(session, newsroom.head, queries.the_proposal(session, refused), "")
    with newsroom.database.unit() as session:
        service.refuse(session, newsroom.head, queries.the_proposal(session, refused), "没有文件")
        with pytest.raises(Forbidden):
            service.withdraw(session, newsroom.head, queries.the_proposal(session, withdrawn))
        service.withdraw(session, newsroom.operator, queries.the_proposal(session, withdrawn))
        states = {it.uid: it.state for it in queries.proposals(session)}
    assert states == {refused: State.REFUSED, withdrawn: State.WITHDRAWN}
    assert words(newsroom, Kind.PERSON) == [it.word for it in shipped(Kind.PERSON)]


def test_of_two_proposals_for_one_entry_the_second_finds_it_gone(newsroom: Newsroom) -> None:
    first = shipped(Kind.PERSON)[0]
    uids = []
    for actor, rank in ((newsroom.operator, 5), (newsroom.chief, 6)):
        with newsroom.database.unit() as session:
            changed = replace(first, rank=rank)
            outcome = service.change_entry(
                session, actor, Kind.PERSON, first.uid, changed, "青委〔2026〕2号"
            )
            assert isinstance(outcome, WordlistProposal)
            uids.append(outcome.uid)
    with newsroom.database.unit() as session:
        service.confirm(session, newsroom.deputy, queries.the_proposal(session, uids[0]))
    with newsroom.database.unit() as session, pytest.raises(Stale):
        service.confirm(session, newsroom.deputy, queries.the_proposal(session, uids[1]))
    with newsroom.database.unit(write=False) as session:
        ranks = [it.rank for it in queries.entries(session, Kind.PERSON) if it.word == first.word]
    assert ranks == [5]


SHEET = (
    "词,级别,改成,说明,例外,生效日期\r\n"
    "违禁词,禁,合规词,依据甲,违禁词典；违禁词表,2026-01-01\r\n"
    "慎用词,慎,,,,\r\n"
    "坏级别,很坏,,,,\r\n"
    "坏日期,慎,,,,2026年13月1日\r\n"
    "。。,慎,,,,\r\n"
    ",,,,,\r\n"
    "'=SUM(A1),提示,,,,\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_good_rows_of_a_sheet_are_taken_and_the_others_told(encoding: str) -> None:
    sheet = sheets.read(Kind.BANNED, SHEET.encode(encoding))
    assert [it.word for it in sheet.entries] == ["违禁词", "慎用词", "=SUM(A1)"]
    assert sheet.entries[0].exceptions == ("违禁词典", "违禁词表")
    assert sheet.entries[0].valid_from == date(2026, 1, 1)
    assert [(it.row, it.head) for it in sheet.faults] == [
        (4, "级别"),
        (5, "生效日期"),
        (6, "词"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        *(b"\xff\xfe\x00\x01", b"PK\x03\x04\x00\x00", "没有表头\r\n违禁词".encode(), b""),
        *('词\r\n"没有收尾'.encode() + b"x" * 200_000, b"\x00"),
    ],
)
def test_what_is_no_sheet_is_refused_with_a_remedy(data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        sheets.read(Kind.BANNED, data)
    assert refused.value.fields["file"].message


def test_a_sheet_goes_out_and_comes_in_as_it_was(newsroom: Newsroom) -> None:
    taken = sheets.read(Kind.BANNED, SHEET.encode()).entries
    with newsroom.database.unit() as session:
        service.take_in(session, newsroom.chief, Kind.BANNED, taken)
    with newsroom.database.unit() as session:
        known = queries.entries(session, Kind.BANNED)
        data = sheets.written(Kind.BANNED, known)
        assert data.startswith("\ufeff词,级别".encode())
        assert b"'=SUM(A1)" in data
        again = sheets.read(Kind.BANNED, data).entries
        assert [replace(it, uid="") for it in known] == list(again)
        assert service.take_in(session, newsroom.chief, Kind.BANNED, again) is None
        more = [*again, replace(BANNED, word="新加的词"), replace(again[0], note="改过的说明")]
        outcome = service.take_in(session, newsroom.chief, Kind.BANNED, more)
        assert not isinstance(outcome, WordlistProposal)
        assert outcome is not None
        assert outcome.number == 2
    assert words(newsroom, Kind.BANNED) == ["慎用词", "=SUM(A1)", "违禁词", "新加的词"]
    assert words(newsroom, Kind.BANNED, 1) == ["违禁词", "慎用词", "=SUM(A1)"]


def test_a_sheet_of_leaders_waits_for_a_second_person_as_well(newsroom: Newsroom) -> None:
    sheet = "词,职务,排序\n林示范,青禾区区长,1\n周虚构,,2\n"
    found = sheets.read(Kind.PERSON, sheet.encode())
    assert [it.head for it in found.faults] == ["职务"]
    with newsroom.database.unit() as session:
        outcome = service.take_in(
            session, newsroom.operator, Kind.PERSON, found.entries, "青委〔2026〕3号"
        )
    assert isinstance(outcome, WordlistProposal)
    assert "林示范" not in words(newsroom, Kind.PERSON)
