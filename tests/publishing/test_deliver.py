"""One delivery from approval to receipt, and every way in which a platform may answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.base import NeedsReauth, Outcome, Rejected, Unavailable, Unsure
from kitchen.publishing import jobs, sweep
from kitchen.publishing.models import Attempt, ReceiptRow
from kitchen.publishing.rules import State

from tests.publishing.conftest import Outside, accepted, after, before, handed


def test_approved_for_six_accounts_it_goes_out_once_to_each(outside: Outside) -> None:
    outside.approve(accounts=6)
    outside.carry()
    assert outside.states() == ["live"] * 6
    assert sorted(outside.platform.copies.values()) == [1] * 6
