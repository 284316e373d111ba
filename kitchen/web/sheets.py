"""Sheets that a form takes in and that a page sends out, the same way in every station."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Response, g, render_template, request

from kitchen.core.errors import N_, Invalid, NotFound
from kitchen.web.files import attached

KINDS: Final = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""How a sheet can be written, with what each is called on the wire."""


def uploaded(most: int, missing: str = N_("请先选择一个 xlsx 或 CSV 文件。")) -> bytes:
    """What the form's ``file`` brought, a byte more than ``most`` at the most, by which its reader
    sees that it is too large.

    :raises Invalid: nothing was chosen, or the file is empty
    """
    file = request.files.get("file")
    data = file.stream.read(most + 1) if file else b""
    if not data:
        raise Invalid(fields={"file": missing})
    return data


def intake(
    take_in: Callable[[bytes], Any], most: int, *, form: str, told: str, **context: Any
) -> Any:
    """The page of ``form``, or of what was ``told`` about the sheet that it brought.

    A sheet that was refused as a whole left nothing behind and is answered by the form again.
    """
    refusal = None
    if request.method == "POST":
        try:
            return render_template(told, outcome=take_in(uploaded(most)))
        except Invalid as refused:
            g.session.rollback()
            refusal = refused
    return render_template(form, refusal=refusal, **context), 422 if refusal else 200


def sent(write: Callable[[str], bytes], kind: str, name: str) -> Response:
    """A sheet to keep under ``name``, to which its ``kind`` is put.

    :raises NotFound: there is no such kind
    """
    if kind not in KINDS:
        raise NotFound
    response = Response(write(kind), mimetype=KINDS[kind])
    response.headers["Content-Disposition"] = attached(f"{name}.{kind}")
    return response
