"""Forms that never lose what was typed: the page comes back as it was, each field with its word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from flask import Response, g, make_response, render_template, request
from pydantic import BaseModel

from kitchen.core.errors import Forbidden, Invalid, NotFound, NotSignedIn, Refusal
from kitchen.web.errors import status_of
from kitchen.web.i18n import say, say_refusal
from kitchen.web.schema import check, plain

M = TypeVar("M", bound=BaseModel)


class Form(Generic[M]):
    """One form on one page.

    ``values`` is what the fields show: what was typed, else ``start``. ``errors`` maps a field to
    its sentence, ``message`` is the sentence above the form, ``refusal`` what was refused.
    """

    def __init__(self, model: type[M], start: Mapping[str, Any] | None = None) -> None:
        self.model = model
        self.posted = request.method == "POST"
        self.values: dict[str, Any] = dict(start or {})
        if self.posted:
            self.values.update(dict.fromkeys(model.model_fields, ""))
            self.values.update(plain(model, request.form))
        self.errors: dict[str, str] = {}
        self.message = ""
        self.refusal: Refusal | None = None

    def read(self) -> M:
        """What was typed, as the model. Raises :class:`Invalid`."""
        return check(self.model, plain(self.model, request.form))

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Do what the form asks; a refusal in the block is kept for :meth:`page`."""
        try:
            yield
        except (Forbidden, NotFound, NotSignedIn):
            raise
        except Refusal as refusal:
            g.session.rollback()
            self.refuse(refusal)

    def refuse(self, refusal: Refusal) -> None:
        """Keep a refusal for :meth:`page`."""
        self.refusal = refusal
        self.message = say_refusal(refusal)
        if isinstance(refusal, Invalid):
            self.errors = {name: say(told) for name, told in refusal.fields.items()}

    def page(self, template: str, **context: Any) -> Response:
        """The page with the form in it; a refused form carries the refusal's status."""
        status = status_of(self.refusal) if self.refusal else 200
        return make_response(render_template(template, form=self, **context), status)
