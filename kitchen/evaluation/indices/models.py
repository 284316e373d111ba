"""Tables of indices: formulas by version, scores with what they were worked out from, ranks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row, new_uid
from kitchen.evaluation.indices.formulas import Formula, from_json
from kitchen.evaluation.indices.windows import Kind, Window
from kitchen.matrix.models import Account
from kitchen.people.models import Staff


class IndexDefinition(Row, Base):
    """One edition of an index. It never changes: whoever wants another enters another edition.

    ``valid_from`` is the first day of the first window that is counted by it.
    """

    __tablename__ = "index_definition"
    __table_args__ = (UniqueConstraint("family", "edition"),)

    name: Mapped[str] = mapped_column(String(50), unique=True)
    family: Mapped[str] = mapped_column(String(24))
    edition: Mapped[str] = mapped_column(String(24))
    title: Mapped[str] = mapped_column(String(60))
    channel: Mapped[str] = mapped_column(String(32), default="")
    """Whose accounts it measures; empty for a mixture of other indices."""
    body: Mapped[dict[str, Any]]
    """See :func:`kitchen.evaluation.indices.formulas.as_json`."""
    source: Mapped[str]
    valid_from: Mapped[date]
    experimental: Mapped[bool] = mapped_column(default=False)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who entered it; nobody where it came with the house."""

    staff: Mapped[Staff | None] = relationship()

    @property
    def formula(self) -> Formula:
        return from_json(self.body)


class IndexScore(Base):
    """An account's index in a window, with the very inputs of which it was worked out."""

    __tablename__ = "index_score"
    __table_args__ = (
        UniqueConstraint("definition_id", "kind", "first_day", "last_day", "account_id"),
        Index("ix_index_score_account_id_kind_first_day", "account_id", "kind", "first_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(22), unique=True, default=new_uid)
    definition_id: Mapped[int] = mapped_column(ForeignKey("index_definition.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[Kind] = mapped_column(String(8))
    first_day: Mapped[date]
    last_day: Mapped[date]
    inputs: Mapped[dict[str, Any]]
    """By the names of the formula; one that nobody knew is null, and was counted as nought."""
    value: Mapped[float]
    pieces: Mapped[int]
    unknown: Mapped[int]
    """Pieces of which some figure was not known."""
    provisional: Mapped[bool]
    """Whether some input was not known, or not of every piece."""
    computed_at: Mapped[datetime]

    definition: Mapped[IndexDefinition] = relationship()
    account: Mapped[Account] = relationship()

    @property
    def window(self) -> Window:
        return Window(Kind(self.kind), self.first_day, self.last_day)


class OfficialRank(Row, Base):
    """An account's place on somebody else's list of a week; entered, never worked out."""

    __tablename__ = "official_rank"
    __table_args__ = (UniqueConstraint("week", "list_name", "account_id"),)

    list_name: Mapped[str] = mapped_column(String(60))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    week: Mapped[date]
    """Its Sunday."""
    rank: Mapped[int]
    of_how_many: Mapped[int | None]
    score: Mapped[float | None]
    source_url: Mapped[str] = mapped_column(String(500), default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who entered it last."""

    account: Mapped[Account] = relationship()
    staff: Mapped[Staff | None] = relationship()
