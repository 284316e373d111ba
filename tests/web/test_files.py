"""Names of downloads, as a header may carry them."""

from __future__ import annotations

import pytest
from werkzeug.http import parse_options_header

from kitchen.web import files


@pytest.mark.parametrize(
    "name",
    [
        "bridge.jpg",
        "大桥.jpg",
        "桥",
        'a "b"; c.jpg',
        "résumé.docx",
        "荷塘\U0001f40b.mp4",
        "%41.jpg",
    ],
)
def test_a_download_keeps_its_name_in_a_header_that_every_server_sends(name: str) -> None:
    said = files.attached(name)
    assert said.isascii()
    assert "\n" not in said
    kind, options = parse_options_header(said)
    assert (kind, options["filename"]) == ("attachment", name)
