"""Words on pages: said in the visitor's language, looked up once, with values made safe."""

from __future__ import annotations

import pytest
from flask import render_template_string

from kitchen.web.face import Face


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{{ _('状态') }}", "状态"),
        ("{{ _('%(name)s 撤稿', name='<b>') }}", "&lt;b&gt; 撤稿"),
        ("{{ _('完成 50%%') }}", "完成 50%"),
        ("{{ '<b>50%'|say }}", "&lt;b&gt;50%"),
    ],
)
def test_words_are_shown_as_written_and_values_are_escaped(
    desk: Face, template: str, shown: str
) -> None:
    with desk.test_request_context("/"):
        assert render_template_string(template) == shown


def test_each_visitor_reads_their_own_language(desk: Face) -> None:
    said = {}
    for lang in ("zh", "en", "zh"):
        with desk.test_request_context("/", headers={"Cookie": f"lang={lang}"}):
            said[lang] = render_template_string("{{ _('状态') }}")
    assert said["zh"] == "状态"
    assert said["en"] != "状态"
