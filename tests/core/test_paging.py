"""Where a page begins: what the cursor of a list may hold, and what is refused."""

from __future__ import annotations

import base64

import pytest

from kitchen.core.errors import Invalid
from kitchen.core.paging import LARGEST, cursor_at, key_of


@pytest.mark.parametrize("key", [0, 1, 40, 123_456, LARGEST])
def test_a_cursor_says_where_it_was_made(key: int) -> None:
    assert key_of(cursor_at(key)) == key


@pytest.mark.parametrize(
    "said",
    ["1e400", "NaN", "-1", "9" * 30, "9" * 5000, "[" * 5000, "null", '"x"', str(LARGEST + 1), ""],
)
def test_what_is_no_place_in_a_list_is_refused(said: str) -> None:
    with pytest.raises(Invalid) as refused:
        key_of(base64.urlsafe_b64encode(said.encode()).decode().rstrip("="))
    assert set(refused.value.fields) == {"cursor"}


@pytest.mark.parametrize("cursor", ["?", "一", "A", "\x00"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        key_of(cursor)
