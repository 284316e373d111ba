"""The macros that pages are made of: what they say to eyes, to screen readers, and to attackers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from kitchen.web import parts

NOW = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def page() -> Environment:
    """Templates as the desk sees them, with the plainest stand-ins for what the desk adds."""
    templates = Path(__file__).parents[2] / "templates"
    page = Environment(
        loader=FileSystemLoader(templates), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    page.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    page.globals.update(asset=lambda name: f"/{name}", csrf_token=lambda: "a token", now=NOW)
    parts.give(page)
    page.globals["in_words"] = lambda name: Markup(page.get_template(name).render())
    page.filters.update(moment=lambda when: f"{when:%H:%M}")
    return page


def render(page: Environment, part: str, names: str, call: str, **context: Any) -> str:
    source = f'{{% from "_parts/{part}.html" import {names} with context %}}{call}'
    return page.from_string(source).render(**context)


def test_an_error_is_tied_to_its_field(page: Environment) -> None:
    shown = render(
        page, "field", "field", "{{ field('title', '标题', help='短些', error='请填写标题。') }}"
    )
    assert 'for="field-title"' in shown
    assert 'aria-describedby="field-title-help field-title-error"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'id="field-title-error"' in shown


def test_a_field_without_error_says_nothing_of_one(page: Environment) -> None:
    shown = render(page, "field", "field", "{{ field('title', '标题') }}")
    assert "aria-invalid" not in shown
    assert "aria-describedby" not in shown


def test_what_was_typed_stays_and_stays_harmless(page: Environment) -> None:
    typed = '"><script>alert(1)</script>'
    for call in ("field('a', 'A', value=typed)", "textarea('a', 'A', value=typed)"):
        shown = render(page, "field", "field, textarea", f"{{{{ {call} }}}}", typed=typed)
        assert "<script>" not in shown
        assert "&lt;script&gt;" in shown


def test_a_text_that_begins_with_an_empty_line_keeps_it(page: Environment) -> None:
    """Browsers drop the first line break in a textarea, so the macro adds one of its own."""
    shown = render(page, "field", "textarea", "{{ textarea('a', 'A', value='\n起') }}")
    assert ">\n\n起</textarea>" in shown


@pytest.mark.parametrize(
    ("value", "chosen"), [("2", ["二"]), (2, ["二"]), (None, []), ("9", []), ("", [])]
)
def test_a_choice_is_found_whatever_its_type(
    page: Environment, value: object, chosen: list[str]
) -> None:
    call = "{{ select('n', '数', [(1, '一'), (2, '二')], value=value) }}"
    shown = render(page, "field", "select", call, value=value)
    assert [word for word in ("一", "二") if f"selected>{word}<" in shown] == chosen


def test_choices_may_stand_in_groups(page: Environment) -> None:
    call = "{{ select('u', '单位', [('街镇', [('3', '青石街道')])], value='3') }}"
    shown = render(page, "field", "select", call)
    assert '<optgroup label="街镇"><option value="3" selected>青石街道</option></optgroup>' in shown


def test_several_chips_may_be_chosen(page: Environment) -> None:
    call = (
        "{{ chips('c', '渠道', [('a', '甲'), ('b', '乙'), ('c', '丙')], ['a', 'c'], many=true) }}"
    )
    assert render(page, "field", "chips", call).count("checked") == 2


@pytest.mark.parametrize(
    ("left", "done", "tone"),
    [
        (timedelta(days=1), False, "calm"),
        (timedelta(minutes=119), False, "soon"),
        (timedelta(0), False, "soon"),
        (timedelta(seconds=-1), False, "overdue"),
        (timedelta(days=-1), True, "done"),
    ],
)
def test_a_deadline_is_quiet_until_it_is_near(
    page: Environment, left: timedelta, done: bool, tone: str
) -> None:
    shown = render(
        page, "deadline", "deadline", "{{ deadline(due, done) }}", due=NOW + left, done=done
    )
    assert f"deadline--{tone}" in shown
    assert ("已超时" in shown) == (tone == "overdue")


def test_a_count_of_nothing_is_not_shown(page: Environment) -> None:
    assert render(page, "chip", "badge", "{{ badge(0) }}").strip() == ""
    assert "99+" in render(page, "chip", "badge", "{{ badge(128) }}")


@pytest.mark.parametrize(("name", "drawn"), [("林知夏", "夏"), ("ann", "A")])
def test_a_person_is_drawn_by_the_character_people_know_them_by(
    page: Environment, name: str, drawn: str
) -> None:
    shown = render(page, "avatar", "avatar", "{{ avatar(name) }}", name=name)
    assert f">{drawn}</span>" in shown


def test_every_form_carries_the_token_but_a_search_does_not(page: Environment) -> None:
    call = "{% call form('/x', METHOD) %}{% endcall %}"
    assert "a token" in render(page, "form", "form", call.replace("METHOD", "'post'"))
    assert "a token" not in render(page, "form", "form", call.replace("METHOD", "'get'"))


def test_the_summary_leads_to_each_field(page: Environment) -> None:
    shown = render(
        page,
        "form",
        "error_summary",
        "{{ error_summary(errors) }}",
        errors={"title": "请填写标题。", "body": ["太短。", "有敏感词。"]},
    )
    assert shown.count('href="#field-body"') == 2
    assert 'role="alert"' in shown
    assert "alert" not in render(page, "form", "error_summary", "{{ error_summary({}) }}")


def test_a_story_cannot_break_out_of_the_editor(page: Environment) -> None:
    doc = {"type": "doc", "content": [{"type": "text", "text": '</script><b id="x">"'}]}
    shown = render(
        page, "editor", "story_editor", "{{ story_editor(doc, 1, '/s', '', '正文') }}", doc=doc
    )
    assert shown.count("</script>") == 1
    assert '<b id="x">' not in shown


def test_a_preview_may_run_nothing(page: Environment) -> None:
    shown = render(page, "phone_frame", "phone_frame", "{{ phone_frame('预览', src='/p') }}")
    assert 'sandbox=""' in shown


def test_a_change_is_told_in_words_as_well_as_by_an_arrow(page: Environment) -> None:
    shown = render(page, "number", "change", "{{ change(-1280) }}")
    assert "降" in shown
    assert "1,280" in shown
