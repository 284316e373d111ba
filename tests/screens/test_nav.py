"""What stands on every page of the desk costs little: a signed-in person is known at once, and
what waits for them everywhere is one question.
"""

from __future__ import annotations

import pytest

from tests.fixtures.newsroom import Door


@pytest.mark.parametrize(
    ("url", "most"), [("/api/v1/stories", 4), ("/stories", 6), ("/stories?state=approved", 6)]
)
def test_who_comes_and_what_waits_are_few_questions(
    sign_in: Door, statements: list[str], url: str, most: int
) -> None:
    editor = sign_in("editor")
    editor.get(url)
    statements.clear()
    assert editor.get(url).status_code == 200
    asked = [it for it in statements if it.lstrip().upper().startswith(("SELECT", "WITH"))]
    assert len(asked) <= most, "\n".join(asked)
