"""Addresses of our files for platforms and phones: good for one file, for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from channels.base import Media
from channels.medialinks import PREFIX, Linked, NoSuchLink, media_link, named
from tests.channels.twins import CLIP, PICTURE

NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
LINK = media_link("https://m.example.cn/", "s3cret", PICTURE, NOW + timedelta(hours=2))


def called(link: str) -> tuple[str, str, str]:
    """What whoever serves the link is asked: name, end, signature."""
    parts = urlsplit(link)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return parts.path.removeprefix(PREFIX), query["e"], query["s"]


@pytest.mark.parametrize("medium", [PICTURE, CLIP])
def test_a_link_leads_to_its_file(medium: Media) -> None:
    link = media_link("https://m.example.cn", "s3cret", medium, NOW)
    found = named("s3cret", *called(link), NOW)
    assert found == Linked(medium.sha256, medium.mime)


def test_it_is_short_enough_for_a_code_and_tells_no_secret() -> None:
    assert len(LINK) <= 120
    assert "s3cret" not in LINK


def test_it_ends() -> None:
    named("s3cret", *called(LINK), NOW + timedelta(hours=2))
    with pytest.raises(NoSuchLink):
        named("s3cret", *called(LINK), NOW + timedelta(hours=2, seconds=1))


def test_nothing_of_it_can_be_changed() -> None:
    name, end, signature = called(LINK)
    other = called(media_link("https://m.example.cn", "s3cret", CLIP, NOW))[0]
    tries = [
        (other, end, signature),
        (name, str(int(end) + 1), signature),
        (name, "never", signature),
        (name, end, signature[:-1]),
        (name, end, ""),
        (name, end, "签名"),
    ]
    for given in tries:
        with pytest.raises(NoSuchLink):
            named("s3cret", *given, NOW)
    with pytest.raises(NoSuchLink):
        named("another", name, end, signature, NOW)
