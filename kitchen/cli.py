"""The command line: ``kitchen up`` and what else an operator needs."""

from __future__ import annotations

import sys

import click

from kitchen.commands import database, people, running
from kitchen.config import BadSetting
from kitchen.core.errors import Refusal


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def kitchen() -> None:
    """融媒体中央厨房 · the central kitchen of a district media centre"""


kitchen.add_command(running.up)
kitchen.add_command(running.serve)
kitchen.add_command(running.worker)
kitchen.add_command(database.db)
kitchen.add_command(people.user)


def main() -> None:
    """Run a command; what is refused is said in one sentence, with exit status 1."""
    try:
        kitchen()
    except (Refusal, BadSetting) as refusal:
        click.echo(f"!! {refusal}", err=True)
        sys.exit(1)
