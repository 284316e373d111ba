"""``kitchen replay``: the source's own clean-up campaign, in a database that is gone afterwards."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from pathlib import Path

import click

from kitchen import models
from kitchen.core.db import Database
from kitchen.demo import campaign


@click.command()
@click.option("--json", "as_json", is_flag=True, help="输出为 JSON · print JSON")
def replay(*, as_json: bool) -> None:
    """复盘清理整顿 · replay the clean-up of 112 accounts and compare every figure"""
    with tempfile.TemporaryDirectory(prefix="kitchen-replay-") as place:
        database = Database(f"sqlite:///{Path(place) / 'replay.db'}")
        models.METADATA.create_all(database.engine)
        try:
            with database.unit() as session:
                claims = campaign.replay(session, campaign.office(session)).claims()
        finally:
            database.dispose()
    if as_json:
        click.echo(json.dumps([asdict(it) for it in claims], ensure_ascii=False, indent=2))
        return
    for line in campaign.told(claims):
        click.echo(line)
