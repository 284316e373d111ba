"""Tables of groups of accounts, and of what readers are told that an account offers."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kitchen.core.db import Base, Row
from kitchen.matrix.models import Account


class AccountGroup(Row, Base):
    """Accounts that speak together (S31): one leads, the others follow."""

    __tablename__ = "account_group"

    name: Mapped[str] = mapped_column(String(60), unique=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    lead_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The unit of the account that leads: who may change the group depends on it."""

    lead: Mapped[Account] = relationship()
    followers: Mapped[list[Account]] = relationship(
        secondary="account_group_member", order_by=Account.id
    )

    @property
    def accounts(self) -> list[Account]:
        """All of them, the one that leads first."""
        return [self.lead, *(each for each in self.followers if each is not self.lead)]


class AccountGroupMember(Base):
    """That an account follows in a group."""

    __tablename__ = "account_group_member"

    group_id: Mapped[int] = mapped_column(ForeignKey("account_group.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)


class AccountOffer(Base):
    """What readers are told that an account offers them."""

    __tablename__ = "account_offer"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    words: Mapped[str] = mapped_column(String(200))
