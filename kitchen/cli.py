"""The command line: ``kitchen up`` and what else an operator needs.

A command's module is imported when the command is called, not before: ``kitchen up`` is there at
once, and its processes import the house for themselves.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

from kitchen.config import BadSetting
from kitchen.core.errors import Refusal

COMMANDS = {
    "up": "running:up",
    "house": "serving:house",
    "serve": "serving:serve",
    "worker": "serving:worker",
    "demo": "demo:demo",
    "doctor": "doctor:doctor",
    "db": "database:db",
    "unit": "people:unit",
    "user": "people:user",
    "channels": "channels:channels",
    "publications": "publications:publications",
    "media": "media:media",
    "search": "search:search",
    "tips": "tips:tips",
    "replay": "replay:replay",
    "index": "index:index",
    "openapi": "openapi:openapi",
}
"""Each command and where it stands in ``kitchen/commands``."""


class _Lazy(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"kitchen.commands.{module}"), name)
        return command


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
def kitchen() -> None:
    """融媒体中央厨房 · the central kitchen of a district media centre"""


def main() -> None:
    """Run a command; what is refused is said in one sentence, with exit status 1."""
    try:
        kitchen()
    except (Refusal, BadSetting) as refusal:
        click.echo(f"!! {refusal}", err=True)
        for sentence in getattr(refusal, "fields", {}).values():
            click.echo(f"   {sentence.message % dict(sentence.params)}", err=True)
        sys.exit(1)
