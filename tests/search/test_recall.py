"""The index finds what a scan of all texts finds: nothing less, nothing else."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from benchmarks import corpus
from kitchen.core.db import Database
from kitchen.search import index, queries, rules
from kitchen.search.models import SearchDoc
from kitchen.search.queries import Question
from kitchen.search.rules import Kind
from tests.fixtures.newsroom import Newsroom
from tests.search.conftest import add_leads

QUERIES = 1000
SIGNS = [
    *(
        "%",
        "_",
        "\\",
        "'",
        '"',
        "*",
        "^",
        "-",
        "+",
        ":",
        "(",
        ")",
        "{",
        "}",
        "&",
        "|",
        "!",
        "<",
        "@",
    ),
    *(
        "a_b",
        "100%",
        "C:\\x",
        '""',
        "''",
        "NEAR(",
        "title:",
        "AND",
        "or",
        "not",
        "br",
        "x2c",
        "''; --",
    ),
    *(
        "“新”",
        "，",
        "。",
        "…",
        "ＡＩ",
        "ai",
        "Python",
        "ython",
        "3.1",
        ".",
        "😀",
        "𠮷",
        "𠮷野",
        "é",
        "ß",
    ),
]
ODD = [
    (
        "百分之百 100%",
        "路径 C:\\x\\y 与 a_b，他说 \"好\" 和 'ok'；title: AND (NOT) NEAR(a, b) * ^ {x} -- |",
    ),
    ("𠮷野家开业😀", "生僻字：𠮷、㙍、䶮；cafe\u0301 与 café；Straße；ﬁne"),
    ("短", ""),
    ("", "没有标题的也要找得到"),
    ("零\u200b宽", "软\u00ad连字符，全角ＡＢＣ１２３，ⅣⅤ，①②"),
    ("英文 Kitchen", "The central kitchen of a district: AND, OR, NOT, br, x2c."),
]


def _loaded(newsroom: Newsroom, texts: list[tuple[str, str]]) -> Database:
    with newsroom.database.unit() as session:
        add_leads(session, texts)
    index.mark_what_is_stale(newsroom.database)
    while index.catch_up(newsroom.database, 60):
        pass
    return newsroom.database


def _found(session: Session, q: str) -> list[str]:
    """Uids of every page, in order; the total must be their number."""
    kinds, question = [Kind.LEADS], Question(rules.words_of(q))
    uids, cursor = list[str](), None
    while True:
        found = queries.find(session, kinds, question, shown=kinds, limit=40, cursor=cursor)
        uids += [it.uid for it in found.pages[Kind.LEADS].items]
        cursor = found.pages[Kind.LEADS].next
        if cursor is None:
            break
    assert found.totals == {Kind.LEADS: len(uids)}
    return uids


def _scan(texts: dict[str, tuple[str, str]], q: str) -> list[str]:
    """The same by hand: by title first, newer before older (``texts`` come newest first)."""
    words = rules.words_of(q)
    hits = [uid for uid, parts in texts.items() if rules.answers(words, *parts)]
    return sorted(hits, key=lambda uid: not rules.answers(words, texts[uid][0]))


def _texts(session: Session) -> dict[str, tuple[str, str]]:
    rows = session.query(SearchDoc).order_by(SearchDoc.id.desc())
    return {row.uid: (row.title, row.text) for row in rows if rules.kind_of(row.id) is Kind.LEADS}


def _asked(chance: random.Random, texts: list[tuple[str, str]]) -> Iterator[str]:
    """Words of all lengths that stand there, words that hardly do, signs, and several at once."""
    yield from SIGNS
    while True:
        whole = " ".join(chance.choice(texts))
        length = chance.choice((1, 1, 2, 2, 3, 4, 5, 8, 12))
        if len(whole) <= length:
            continue
        word = corpus.words_in(chance, whole, length)
        yield chance.choice(
            (
                word,
                word,
                word.swapcase(),
                word[::-1],
                f"{word} {corpus.words_in(chance, whole, 1)}",
                f"{chance.choice(SIGNS)} {word}",
            )
        )


def test_a_thousand_questions_are_answered_as_by_a_scan(newsroom: Newsroom) -> None:
    texts = [(text[:18], text) for text in corpus.texts(150, characters=120)] + ODD
    database = _loaded(newsroom, texts)
    asked = _asked(random.Random(20), texts)
    with database.unit(write=False) as session:
        known = _texts(session)
        assert len(known) == len(texts)
        answered = 0
        for q in (next(asked) for _ in range(QUERIES)):
            wanted = _scan(known, q)
            assert _found(session, q) == wanted, q
            answered += bool(wanted)
    assert answered > QUERIES // 2


@given(q=st.text(alphabet="中国食堂aB1%_\\\"'*:()-^𠮷é\u0301 \t，。", min_size=1, max_size=5))
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_is_typed(odd_index: Database, q: str) -> None:
    if not rules.words_of(q):
        return
    with odd_index.unit(write=False) as session:
        assert _found(session, q) == _scan(_texts(session), q)


@pytest.fixture
def odd_index(newsroom: Newsroom) -> Database:
    more = [
        ("中国食堂", "食堂在中国a"),
        ("堂食", "B1%_国中"),
        ("é", "e\u0301𠮷a"),
        ("*:()", "-^\"'\\"),
    ]
    return _loaded(newsroom, [*ODD, *more])


@pytest.mark.soak
@pytest.mark.parametrize("count", [100_000])
def test_recall_at_full_size(newsroom: Newsroom, count: int) -> None:
    texts = [(text[:18], text) for text in corpus.texts(count)]
    database = _loaded(newsroom, texts)
    asked = _asked(random.Random(count), texts)
    missed = 0
    with database.unit(write=False) as session:
        known = [f"{rules.fold(t)} {rules.fold(x)}" for t, x in _texts(session).values()]
        for q in (next(asked) for _ in range(QUERIES)):
            words = rules.words_of(q)
            wanted = sum(all(word in text for word in words) for text in known)
            found = queries.find(session, [Kind.LEADS], Question(words)).totals[Kind.LEADS]
            missed += abs(found - wanted)
    told = f"{QUERIES} questions over {count} texts, {missed} hits missed or too many"
    sys.stdout.write(f"\nrecall: {told}\n")
    assert missed == 0
