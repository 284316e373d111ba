"""Going through the pages of the desk, and noting which of them were seen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.evaluation.month.life import Month
from tests.evaluation.month.reading import Page, page_of

Held = Iterator[tuple[object, object]]
"""What a page shows, each with what it must be."""


@dataclass
class Visit:
    """Somebody's walk, as the head of the house unless another role is said."""

    month: Month
    seen: set[str] = field(default_factory=set)
    """Endpoints that were asked for."""

    def __call__(self, endpoint: str, role: str = "head", **values: Any) -> Page:
        """A page as it is served."""
        return page_of(self.answer(endpoint, role, **values).text)

    def answer(self, endpoint: str, role: str = "head", **values: Any) -> TestResponse:
        desk = self.month.door.desk
        return self._asked(self.month.door(role).client, desk, endpoint, values)

    def told(self, endpoint: str, role: str = "head", **values: Any) -> Any:
        """What a program is told."""
        return self.answer(endpoint, role, **values).get_json()

    def sent(self, endpoint: str, address: str, role: str = "head") -> TestResponse:
        """What a form brings that is sent there with nothing in it."""
        desk = self.month.door.desk
        assert desk.url_map.bind("").match(address, method="POST")[0] == endpoint
        answer = self.month.door(role).post_form(address)
        assert answer.status_code == 200, (address, answer.status_code)
        self.seen.add(endpoint)
        return answer

    def public(self, endpoint: str, face: Flask, **values: Any) -> TestResponse:
        """The same on the readers' face."""
        return self._asked(face.test_client(), face, endpoint, values)

    def sheet(self, endpoint: str, role: str = "head", **values: Any) -> list[list[str]]:
        """A CSV as its lines."""
        body = self.answer(endpoint, role, **values).get_data()
        return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))

    def _asked(
        self, client: FlaskClient, face: Flask, endpoint: str, values: dict[str, Any]
    ) -> TestResponse:
        address = face.url_map.bind("").build(endpoint, values)
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        self.seen.add(endpoint)
        return answer
