"""The OpenAPI 3.1 document, drawn from what the routes declare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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


class _Models:
    """Every model that is named; those of one name, in several stations, are told apart."""

    def __init__(self, models: Iterable[type[BaseModel]]) -> None:
        by_name = sorted(set(models), key=lambda model: (model.__name__, model.__module__))
        refs, described = models_json_schema(
            [(model, "validation") for model in by_name], ref_template=REF
        )
        self._refs = {model: ref["$ref"] for (model, _mode), ref in refs.items()}
        self.schemas: dict[str, Any] = described.get("$defs", {})

    def ref(self, model: type[BaseModel]) -> dict[str, Any]:
        return {"$ref": self._refs[model]}

    def properties(self, model: type[BaseModel]) -> dict[str, Any]:
        found: dict[str, Any] = self.schemas[self._refs[model].rsplit("/", 1)[1]]
        return found.get("properties", {})


def document(endpoints: Iterable[Endpoint], *, title: str, version: str) -> dict[str, Any]:
    """The whole document as plain data."""
    listed = list(endpoints)
    parts = (part for each in listed for part in (each.body, each.answer, each.query))
    models = _Models(part for part in parts if part)
    paths: dict[str, dict[str, Any]] = {}
    for each in listed:
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", PREFIX + each.path)
        paths.setdefault(path, {})[each.method.lower()] = _operation(each, path, models)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {**models.schemas, "Problem": PROBLEM_SCHEMA},
        },
    }


def _operation(each: Endpoint, path: str, models: _Models) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": each.summary,
        "tags": [each.tag],
        "parameters": [_in_path(name) for name in re.findall(r"{(\w+)}", path)],
        "responses": {
            str(each.status if each.answer else 204): _answer(each, models),
            "default": PROBLEM,
        },
    }
    if each.query is not None:
        operation["parameters"] += _in_query(models.properties(each.query))
    if each.body is not None:
        operation["requestBody"] = {"required": True, "content": _content(models.ref(each.body))}
    if each.guard.permission:
        operation["x-permission"] = each.guard.permission
    if not each.guard.sign_in:
        operation["security"] = []
    return operation


def _answer(each: Endpoint, models: _Models) -> dict[str, Any]:
    if each.answer is None:
        return {"description": "Done"}
    schema = models.ref(each.answer)
    if each.many:
        next_cursor = {"type": ["string", "null"]}
        items = {"type": "array", "items": schema}
        schema = {"type": "object", "properties": {"items": items, "next": next_cursor}}
    return {"description": "Done", "content": _content(schema)}


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(properties: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in properties.items()
    ]
