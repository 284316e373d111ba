"""Who may enter a route. Every view carries a guard; a face with one that does not won't start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask

View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Guard:
    """What a route asks of the visitor, and how it is served."""

    permission: str | None = None
    sign_in: bool = True
    by_hand: bool = False
    """The view opens its own units of work."""
    secret: bool = False
    """The answer is for the visitor's eyes only: nobody keeps it, neither we to give it again nor
    the browser. A request that comes twice is carried out twice."""


def guard(
    permission: str, *, by_hand: bool = False, secret: bool = False
) -> Callable[[View], View]:
    """Only for those who hold ``permission`` somewhere; the service checks over which unit."""
    return mark(Guard(permission=permission, by_hand=by_hand, secret=secret))


def signed_in(view: View | None = None, *, by_hand: bool = False) -> Any:
    """For everyone on the staff."""
    marked = mark(Guard(by_hand=by_hand))
    return marked if view is None else marked(view)


def anyone(view: View | None = None, *, by_hand: bool = False) -> Any:
    """For everyone, signed in or not. To be used where that was thought about."""
    marked = mark(Guard(sign_in=False, by_hand=by_hand))
    return marked if view is None else marked(view)


def mark(guard: Guard) -> Callable[[View], View]:
    """Put a guard on a view."""

    def marked(view: View) -> View:
        view.guard = guard  # type: ignore[attr-defined]
        return view

    return marked


def guard_of(app: Flask, endpoint: str) -> Guard:
    """The guard of an endpoint. Raises ``LookupError`` where somebody forgot it."""
    found = getattr(app.view_functions[endpoint], "guard", None)
    if not isinstance(found, Guard):
        raise LookupError(f"the route {endpoint!r} has no guard: add @guard, @signed_in or @anyone")
    return found


def demand_guards(app: Flask) -> None:
    """Refuse to go on with a route that nobody guards."""
    for rule in app.url_map.iter_rules():
        guard_of(app, rule.endpoint)
