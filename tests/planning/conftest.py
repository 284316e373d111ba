"""Stories that can be sent, with accounts on several channels, for plans over them."""

from __future__ import annotations

from tests.stories.conftest import accounts, alone, picture, write

__all__ = ["accounts", "alone", "picture", "write"]
