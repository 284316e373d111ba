"""Tables of review."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kitchen.core.db import Base, Row


class Approval(Row, Base):
    """One post of a version, approved as these very bytes. ``revoked_at`` is set at most once."""

    __tablename__ = "approval"

    frozen_post_id: Mapped[int] = mapped_column(ForeignKey("frozen_post.id"), index=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("story_version.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    payload_hash: Mapped[str] = mapped_column(String(64))
    approver_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
