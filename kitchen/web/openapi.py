"""The OpenAPI 3.1 document, drawn from what the routes declare."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from kitchen.web.api import PREFIX, Endpoint

REF = "#/components/schemas/{model}"
PROBLEM = {
    "description": "A refusal (RFC 9457)",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; programs may rely on it"},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}


def document(endpoints: Iterable[Endpoint], *, title: str, version: str) -> dict[str, Any]:
    """The whole document as plain data."""
    listed = list(endpoints)
    models = {model for each in listed for model in (each.body, each.answer) if model}
    _, schemas = models_json_schema(
        [(model, "validation") for model in sorted(models, key=lambda model: model.__name__)],
        ref_template=REF,
    )
    paths: dict[str, dict[str, Any]] = {}
    for each in listed:
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", PREFIX + each.path)
        paths.setdefault(path, {})[each.method.lower()] = _operation(each, path)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {**schemas.get("$defs", {}), "Problem": PROBLEM_SCHEMA},
        },
    }


def _operation(each: Endpoint, path: str) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": each.summary,
        "tags": [each.tag],
        "parameters": [_in_path(name) for name in re.findall(r"{(\w+)}", path)],
        "responses": {str(each.status if each.answer else 204): _answer(each), "default": PROBLEM},
    }
    if each.query is not None:
        operation["parameters"] += _in_query(each.query)
    if each.body is not None:
        operation["requestBody"] = {"required": True, "content": _content(_ref(each.body))}
    if each.guard.permission:
        operation["x-permission"] = each.guard.permission
    if not each.guard.sign_in:
        operation["security"] = []
    return operation


def _answer(each: Endpoint) -> dict[str, Any]:
    if each.answer is None:
        return {"description": "Done"}
    schema = _ref(each.answer)
    if each.many:
        next_cursor = {"type": ["string", "null"]}
        items = {"type": "array", "items": schema}
        schema = {"type": "object", "properties": {"items": items, "next": next_cursor}}
    return {"description": "Done", "content": _content(schema)}


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _ref(model: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": REF.format(model=model.__name__)}


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(model: type[BaseModel]) -> list[dict[str, Any]]:
    properties = model.model_json_schema()["properties"]
    return [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in properties.items()
    ]
