"""Every route of every face says whom it lets in; a face with one that does not won't open."""

from __future__ import annotations

import pytest

from kitchen import app
from kitchen.web.guard import demand_guards, guard_of

FACES = [name for name in vars(app) if name.startswith("create_")]


@pytest.mark.parametrize("create", FACES)
def test_every_route_has_a_guard(create: str, house: app.House) -> None:
    face = getattr(app, create)(house)
    endpoints = {rule.endpoint for rule in face.url_map.iter_rules()}
    assert len(endpoints) > 3
    for endpoint in endpoints:
        guard_of(face, endpoint)


def test_a_face_with_an_unguarded_route_does_not_open(house: app.House) -> None:
    desk = app.create_desk(house)
    desk.view_functions["forgotten"] = lambda: "anyone may read this"
    desk.url_map.add(desk.url_rule_class("/forgotten", endpoint="forgotten"))
    with pytest.raises(LookupError, match="forgotten"):
        demand_guards(desk)
