"""The index on PostgreSQL: which letters and pairs of letters stand in a text, as numbers.

Every text is a set of numbers: one for each letter in it and one for each two that follow each
other (16 bits a letter, as UTF-16 has them, so that the number of a pair is exact). A generalised
inverted index finds the texts that have all numbers of a word. For words of one or two letters that
is the answer; of longer ones each text is looked at. No extension is needed.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    column,
    delete,
    func,
    literal,
    literal_column,
    null,
    select,
    table,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from kitchen.search.hits import TITLE, Hits, Wanted, Written
from kitchen.search.rules import FAMILY, family_of, kind_of

DIALECT = "postgresql"
CREATE = (
    "CREATE TABLE search_index (id bigint PRIMARY KEY, title text NOT NULL, folded text NOT NULL,"
    " title_grams integer[] NOT NULL, grams integer[] NOT NULL)",
    "ALTER TABLE search_index ALTER title_grams SET STORAGE EXTERNAL,"
    " ALTER grams SET STORAGE EXTERNAL",
    "CREATE INDEX search_index_title_grams ON search_index USING gin (title_grams)",
    "CREATE INDEX search_index_grams ON search_index USING gin (grams)",
)
DROP = ("DROP TABLE search_index",)
EXACT = 2
"""Letters up to which the numbers alone are the answer."""
NEAR, FAR = 1000, 8000
"""Texts that are walked through, back from the newest: to see how common words are, and at most."""
_LOCK = 0x73656172
"""The advisory lock of whoever writes the index."""
_INDEX = table(
    "search_index",
    column("id", BigInteger),
    column("title", Text),
    column("folded", Text),
    column("title_grams", ARRAY(Integer)),
    column("grams", ARRAY(Integer)),
)


def alone(session: Session) -> bool:
    """Whether this unit may write the index; one does at a time, and nobody waits."""
    return bool(session.scalar(text(f"SELECT pg_try_advisory_xact_lock({_LOCK})")))


def grams(folded: str) -> list[int]:
    """The numbers of a folded text, as PostgreSQL's ``integer`` holds them."""
    found: set[int] = set()
    for run in folded.split():
        letters = array("H", run.encode("utf-16-le", "surrogatepass"))
        found.update(letters)
        found.update(
            (first << 16 | second) - ((first & 0x8000) << 17)
            for first, second in zip(letters, letters[1:], strict=False)
        )
    return sorted(found)


def put(session: Session, doc_id: int, _was: Written | None, now: Written) -> None:
    """Enter a text, or what has become of it."""
    folded = f"{now.title} {now.rest}"
    values = {
        "title": now.title,
        "folded": folded,
        "title_grams": _as_numbers(grams(now.title)),
        "grams": _as_numbers(grams(folded)),
    }
    entry = insert(_INDEX).values(id=doc_id, **values)
    session.execute(entry.on_conflict_do_update(index_elements=[_INDEX.c.id], set_=values))


def _as_numbers(numbers: Sequence[int]) -> ColumnElement[Sequence[int]]:
    """Many numbers as one text, which the driver sends many times faster than a list."""
    return cast(literal(f"{{{','.join(map(str, numbers))}}}", Text), ARRAY(Integer))


def remove(session: Session, doc_id: int, _was: Written) -> None:
    session.execute(delete(_INDEX).where(_INDEX.c.id == doc_id))


def empty(session: Session) -> None:
    session.execute(text("TRUNCATE search_index"))


def find(session: Session, wanted: Wanted) -> Hits:
    """All hits are found once, and then counted and put in order."""
    # The planner does not reckon with what it costs to fetch the numbers of every text from where
    # long values lie: it may not scan.
    session.execute(text("SET LOCAL enable_seqscan = off"))
    hits = _hits(wanted)
    family = hits.c.id // literal_column(str(FAMILY), BigInteger)
    counted = select(family.label("key"), func.count().label("number")).group_by(family)
    best = [_best(hits, family_of(kind), wanted) for kind in wanted.shown]
    totals, ranks = dict.fromkeys(wanted.counted, 0), list[int]()
    for key, number in session.execute(union_all(counted, *best)):
        if number is None:
            ranks.append(key)
        elif kind_of(key * FAMILY) in totals:
            totals[kind_of(key * FAMILY)] = number
    return Hits(totals, ranks)


def newest(session: Session, wanted: Wanted) -> Sequence[int]:
    """The newest ids below ``wanted.before``, wherever the words stand; nothing is counted.

    Words that many texts say are soon met on the way back from the newest text; of others the
    inverted index finds all there are. So common words cost the same however many texts there are.
    """
    session.execute(text("SET LOCAL enable_seqscan = off"))
    for most in (NEAR, FAR):
        met, walked = _met(session, wanted, most)
        if len(met) == wanted.most or walked < most:
            return met
        if len(met) * FAR < wanted.most * NEAR:
            break
    hits = _hits(wanted)
    newest = select(hits.c.id).where(hits.c.id < wanted.before).order_by(hits.c.id.desc())
    return session.scalars(newest.limit(wanted.most)).all()


def _met(session: Session, wanted: Wanted, most: int) -> tuple[list[int], int]:
    """The ids that are met among the newest ``most`` texts, and how many texts there were."""
    first, end = wanted.span
    near = (
        select(_INDEX.c.id, _INDEX.c.folded)
        .where(_within(_INDEX.c.id, (first, min(end, wanted.before))))
        .order_by(_INDEX.c.id.desc())
        .limit(most)
        .cte("near")
    )
    says = (func.strpos(near.c.folded, word) > 0 for word in wanted.words)
    met = select(near.c.id).where(*says, *wanted.where(near.c.id))
    met = met.order_by(near.c.id.desc()).limit(wanted.most)
    number = select(-func.count(near.c.id))  # less than any id
    found = sorted(session.scalars(union_all(select(met.subquery()), number)), reverse=True)
    return found[:-1], -found[-1]


def _hits(wanted: Wanted) -> CTE:
    """Found as a whole before they are put in order: else the planner would walk along all texts,
    newest first, in the hope of soon meeting enough of them.
    """
    titled = and_(*(func.strpos(_INDEX.c.title, word) > 0 for word in wanted.words))
    rank = _INDEX.c.id + case((titled, TITLE), else_=0)
    # the sum keeps the planner from walking along all ids and looking into the numbers of each
    within = _within(_INDEX.c.id + 0, wanted.span)
    query = select(_INDEX.c.id, rank.label("rank")).where(
        within, *_says(wanted.words), *wanted.where(_INDEX.c.id)
    )
    return query.cte("hits").prefix_with("MATERIALIZED")


def _best(hits: CTE, family: tuple[int, int], wanted: Wanted) -> Select[Any]:
    found = select(hits.c.rank).where(_within(hits.c.id, family), hits.c.rank < wanted.before)
    best = found.order_by(hits.c.rank.desc()).limit(wanted.most).subquery()
    return select(best.c.rank, cast(null(), BigInteger))


def _within(doc_id: ColumnElement[int], ids: tuple[int, int]) -> ColumnElement[bool]:
    return (doc_id >= ids[0]) & (doc_id < ids[1])


def _says(words: Sequence[str]) -> list[ColumnElement[bool]]:
    wanted = sorted({number for word in words for number in needed(word)})
    longer = [word for word in words if _letters(word) > EXACT]
    return [
        _INDEX.c.grams.contains(wanted),
        *(func.strpos(_INDEX.c.folded, it) > 0 for it in longer),
    ]


def needed(word: str) -> list[int]:
    """The numbers that say it: of a longer word its pairs, which bring their letters along."""
    found = grams(word)
    return found if _letters(word) == 1 else [each for each in found if not 0 <= each < 1 << 16]


def _letters(word: str) -> int:
    return len(word.encode("utf-16-le")) // 2
