"""``kitchen openapi``: the document that ``/api/v1/openapi.json`` answers with."""

from __future__ import annotations

import json

import click

from kitchen import app
from kitchen.commands.house import opened
from kitchen.web.api import PREFIX


@click.command()
def openapi() -> None:
    """打印接口文档 · print the OpenAPI 3.1 document"""
    client = app.create_desk(opened(any_schema=True)).test_client()
    document = client.get(f"{PREFIX}/openapi.json").get_json()
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
