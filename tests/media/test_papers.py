"""The paper of a right: sealed, for those who write rights down, every look recorded."""

from __future__ import annotations

import io
from typing import Any

import pytest

from kitchen.core import audit
from kitchen.media import papers, queries, rights_queries
from kitchen.ports import Ports
from kitchen.screens.roots import ROOTS
from tests.fixtures.newsroom import Door, Newsroom, Visitor
from tests.media.conftest import Enter

PDF = b"%PDF-1.7 " + "监护人同意，林小满".encode()


@pytest.fixture
def right(enter: Enter, sign_in: Door) -> str:
    """The address of a right that has no paper yet."""
    uid = enter()
    said = {"basis": "licensed", "consent": "given", "territory": "world"}
    made = sign_in("editor").call("POST", f"/api/v1/assets/{uid}/rights", said)
    assert made.json["has_paper"] is False
    return f"/assets/{uid}/rights/{made.json['uid']}"


def _hand_in(visitor: Visitor, right: str, data: bytes = PDF, name: str = "同意书.pdf") -> Any:
    return visitor.post_form(f"{right}/paper", {"paper": (io.BytesIO(data), name)})


def test_a_paper_is_sealed_and_read_again_and_both_are_recorded(
    sign_in: Door, newsroom: Newsroom, ports: Ports, right: str
) -> None:
    editor, uid = sign_in("editor"), right.split("/")[2]
    assert _hand_in(editor, right).status_code == 302
    taken = editor.post_form(f"{right}/paper/read")
    assert (taken.data, taken.mimetype) == (PDF, "application/pdf")
    assert taken.headers["Cache-Control"] == "no-store"
    assert "attachment" in taken.headers["Content-Disposition"]
    with newsroom.database.unit(write=False) as session:
        asset = queries.the_asset(session, uid)
        (row,) = rights_queries.rights_of(session, asset)
        acts = [entry.action for entry in audit.history(session, asset)]
        assert acts[:2] == ["read_paper", "attach_paper"]
    with ports.sealed.kept.open(row.paper_sealed_as) as kept:
        assert "林小满".encode() not in kept.read()
    assert any(root.column.key == "paper_sealed_as" for root in ROOTS["sealed"])
    assert "查看字据" in editor.get(f"/assets/{uid}").text
    assert "查看字据" not in sign_in("reporter").get(f"/assets/{uid}").text


@pytest.mark.parametrize("role", ["reporter", "town_editor"])
def test_a_paper_is_not_everybodys(sign_in: Door, right: str, role: str) -> None:
    _hand_in(sign_in("editor"), right)
    assert sign_in(role).post_form(f"{right}/paper/read").status_code == 403
    assert _hand_in(sign_in(role), right).status_code == 403


def test_what_is_no_paper_is_refused(
    sign_in: Door, right: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = sign_in("editor")
    assert editor.post_form(f"{right}/paper/read").status_code == 404
    assert editor.post_form(f"{right}/paper").status_code == 422
    assert _hand_in(editor, right, b"<html>").status_code == 422
    assert _hand_in(editor, right, b"").status_code == 422
    monkeypatch.setattr(papers, "MOST_BYTES", len(PDF) - 1)
    assert _hand_in(editor, right).status_code == 413
    assert _hand_in(editor, f"{right}x").status_code == 404


def test_another_paper_takes_the_place_of_the_first(sign_in: Door, right: str) -> None:
    editor = sign_in("editor")
    _hand_in(editor, right)
    _hand_in(editor, right, b"\x89PNG\r\n\x1a\n scan", "扫描.png")
    assert editor.post_form(f"{right}/paper/read").data.startswith(b"\x89PNG")
