"""Parts that are made in Python: escaped like a template's, and in the language of the page."""

from __future__ import annotations

from typing import Any

import pytest
from flask import render_template_string
from flask_babel import force_locale
from markupsafe import Markup

from kitchen.screens.nav import Entry
from kitchen.web.face import Face
from kitchen.web.parts import Parts

EVIL = '<b onclick="x">&\''
PARTS = Parts(lambda: "/sprite.svg")


@pytest.mark.parametrize(
    "made",
    [
        PARTS.icon("bell", EVIL),
        PARTS.icon(EVIL, size=EVIL),
        PARTS.state_chip(EVIL, EVIL, EVIL),
        PARTS.badge(3, EVIL),
        PARTS.place(Entry(EVIL, EVIL, EVIL, EVIL, active=True, count=1), EVIL),
        PARTS.cell(EVIL, EVIL),
        PARTS.cell(EVIL, caller=lambda: EVIL),
        PARTS.head_cell(EVIL, EVIL, EVIL),
    ],
)
def test_nothing_of_what_is_shown_becomes_markup(made: Markup) -> None:
    assert "<b" not in made
    assert 'onclick="x"' not in made
    assert "&lt;b" in made


def test_what_is_markup_already_stays_so() -> None:
    chip = PARTS.state_chip(Markup("<time>now</time>"), "ok")
    assert chip == '<span class="chip chip--ok"><time>now</time></span>'
    assert chip in PARTS.cell("状态", chip)
    assert PARTS.cell("状态", caller=lambda: chip).endswith(f">{chip}</td>")


@pytest.mark.parametrize(
    ("value", "num", "shown"),
    [
        (None, False, '<td data-label="n">—</td>'),
        (0, True, '<td data-label="n" class="number">0</td>'),
        ("", False, '<td data-label="n"></td>'),
    ],
)
def test_a_cell_says_what_is_missing_and_shows_nought(value: Any, num: bool, shown: str) -> None:
    assert PARTS.cell("n", value, num=num) == shown


@pytest.mark.parametrize(
    ("count", "shown"), [(0, ""), (7, ">7<"), (99, ">99<"), (100, ">99+<"), (5000, ">99+<")]
)
def test_a_badge_counts_to_ninety_nine(count: int, shown: str) -> None:
    assert shown in PARTS.badge(count)
    assert bool(PARTS.badge(count)) == bool(count)


def test_a_drawing_is_hidden_from_readers_unless_it_says_something() -> None:
    assert 'aria-hidden="true"' in PARTS.icon("bell")
    assert 'role="img" aria-label="消息"' in PARTS.icon("bell", "消息")


def test_templates_import_them_and_fill_a_cell_by_a_block(desk: Face) -> None:
    source = (
        '{% from "_parts/table.html" import cell, head_cell %}'
        '{{ head_cell(it, "/x") }}{% call cell("n") %}{{ it }}{% endcall %}'
    )
    with desk.test_request_context():
        told = render_template_string(source, it="<i>")
    assert '<th scope="row"><a href="/x">&lt;i&gt;</a></th>' in told
    assert '<td data-label="n">&lt;i&gt;</td>' in told


def test_what_is_made_once_is_made_for_each_language(desk: Face) -> None:
    template = '{{ in_words("_layout/_search.html") }}'
    for _ in range(2):
        with desk.test_request_context():
            with force_locale("en"):
                assert "Search leads" in render_template_string(template)
            assert "搜线索" in render_template_string(template)
