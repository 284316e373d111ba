"""Looking for a post in a platform's own list: proof of presence, and of absence where it can be.

Absence is proved only by a list that was read without a gap back to five minutes before the
request was armed; anything less is ``Unsure``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from channels.base import Unsure

T = TypeVar("T")
GRACE = timedelta(minutes=5)
"""How far two clocks may differ."""
MOST_PAGES = 100


def look_back(
    pages: Iterable[Sequence[T]],
    since: datetime,
    *,
    created: Callable[[T], datetime],
    ours: Callable[[T], bool],
) -> T | None:
    """The first item that is ``ours``, reading pages (newest first) back to ``since`` - 5 min.

    ``pages`` must end only at the true end of the list. Raises ``Unsure`` if it has more than
    :data:`MOST_PAGES` pages in that time.
    """
    pages = iter(pages)
    for page in islice(pages, MOST_PAGES):
        for item in page:
            if ours(item):
                return item
        if page and all(created(item) < since - GRACE for item in page):
            return None
    if next(pages, None) is not None:
        raise Unsure("the platform's list is too long to be read back", code="list_too_long")
    return None


def made_since(
    pages: Iterable[Sequence[T]], since: datetime, *, created: Callable[[T], datetime]
) -> Iterator[T]:
    """Every item made since then, reading pages (newest first) until one holds none.

    Raises ``Unsure`` as :func:`look_back` does.
    """
    pages = iter(pages)
    for page in islice(pages, MOST_PAGES):
        fresh = [item for item in page if created(item) >= since]
        yield from fresh
        if page and not fresh:
            return
    if next(pages, None) is not None:
        raise Unsure("the platform's list is too long to be read back", code="list_too_long")


def recent(moment: datetime, since: datetime) -> bool:
    """Whether something made at ``moment`` can come from an attempt armed at ``since``."""
    return moment >= since - GRACE
