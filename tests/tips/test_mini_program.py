"""A mini-program shows ``/tip`` in its web-view: the site is proved ours, the page stands alone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from kitchen import app
from kitchen.config import BadSetting, Settings
from tests.fixtures.newsroom import Newsroom
from tests.tips.conftest import TipDesk

WORDS = "3f0c9a7b5d2e48816f90c1a2b3d4e5f6"


def _settings(tmp_path: object, text: str) -> Settings:
    return Settings.from_environment({"KITCHEN_HOME": f"{tmp_path}/h", "KITCHEN_SITE_PROOFS": text})


def test_the_file_is_served_as_it_was_given(newsroom: Newsroom, tmp_path: object) -> None:
    said = f"AbCdEf1234.txt={WORDS}, MP_verify_a1B2c3D4e5.txt=a1B2c3D4e5"
    proofs = _settings(tmp_path, said).site_proofs
    house = replace(newsroom.house, settings=replace(newsroom.house.settings, site_proofs=proofs))
    reader = app.create_public(house).test_client()
    served = reader.get("/AbCdEf1234.txt")
    assert (served.status_code, served.text, served.mimetype) == (200, WORDS, "text/plain")
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert not served.headers.getlist("Set-Cookie")
    assert reader.get("/MP_verify_a1B2c3D4e5.txt").text == "a1B2c3D4e5"
    for other in ("/abcdef1234.txt", "/AbCdEf1234", "/AbCdEf1234.txt/", "/x/AbCdEf1234.txt"):
        assert reader.get(other).status_code == 404
    assert "Sitemap" in reader.get("/robots.txt").text


@pytest.mark.parametrize(
    "text",
    [
        "AbCdEf1234.txt",
        "short.txt=12345678",
        "robots.txt=Disallow",
        f"../AbCdEf1234.txt={WORDS}",
        f"AbCdEf1234.html={WORDS}",
        "AbCdEf1234.txt=<script>alert(1)</script>",
        "AbCdEf1234.txt=short",
        f"AbCdEf1234.txt={'a' * 65}",
        f"AbCdEf1234.txt={WORDS},AbCdEf1234.txt={WORDS[::-1]}",
        f"AbCd Ef1234.txt={WORDS}",
        f"报料报料报料报料报料.txt={WORDS}",
    ],
)
def test_what_could_be_anything_else_is_named_and_nothing_starts(
    tmp_path: object, text: str
) -> None:
    with pytest.raises(BadSetting, match="KITCHEN_SITE_PROOFS"):
        _settings(tmp_path, text)


def test_without_a_setting_nothing_is_proved(tips: TipDesk, tmp_path: object) -> None:
    assert _settings(tmp_path, "").site_proofs == ()
    assert tips.source.get("/AbCdEf1234.txt").status_code == 404


def test_the_page_needs_nothing_but_itself(tips: TipDesk) -> None:
    """A web-view opens pages of named domains alone, and knows neither tabs nor our cookies."""
    for page in (tips.source.get("/tip"), tips.source.get("/tip/follow"), tips.send()):
        assert '<meta name="viewport"' in page.text
        assert not page.headers.getlist("Set-Cookie")
        assert 'target="_blank"' not in page.text
        assert "<iframe" not in page.text
        own = "http://127.0.0.1:8001"
        named = re.findall(r'(?:src|href|action)="((?:https?:)?//[^"]+)"', page.text)
        assert [it for it in named if not it.startswith(own)] == []
        assert "upgrade-insecure-requests" not in page.headers["Content-Security-Policy"]
