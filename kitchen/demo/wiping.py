"""The demo newsroom emptied: tables, files and platforms as on the first day."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import inspect

from kitchen import instance, schema_version
from kitchen.config import Settings
from kitchen.core import audit
from kitchen.core.audit import Chain
from kitchen.core.db import Database
from kitchen.core.errors import N_, Refusal
from kitchen.demo import cast
from kitchen.demo.newsroom import FOUNDER, PASSWORDS


class StillRunning(Refusal):
    """Nothing is torn out from under a running instance."""

    code = "still_running"
    default = N_("系统正在运行。请先停止它（Ctrl-C），再清空演示编辑部。")


class RealPeople(Refusal):
    """Others than the demo staff have work here."""

    code = "real_people"
    default = N_(
        "这里有正式人员（%(names)s），清空会删掉他们的全部稿件和审计记录。"
        "确实要清空请加 --yes，并先做备份（见 docs/operations/backups.md）。"
    )


def wipe(settings: Settings, *, even_if_real: bool = False) -> list[str]:
    """Empty everything; answers what was done, a sentence each. Keys and settings stay.

    The audit that goes is named in the first entry of the new one. Raises :class:`StillRunning`,
    and :class:`RealPeople` unless ``even_if_real``.
    """
    if instance.running(settings.home) is not None:
        raise StillRunning
    with instance.held(settings.home):
        former = _former(settings, even_if_real=even_if_real)
        schema_version.downgrade(settings.database_url, "base")
        schema_version.upgrade(settings.database_url)
        if former is not None:
            _note(settings, former)
        told = [f"数据库已清空（原有 {former.entries if former else 0} 条审计记录）"]
        return told + _cleared(settings)


def _former(settings: Settings, *, even_if_real: bool) -> Chain | None:
    """How the audit that is about to go ends; ``None`` where there is no schema yet."""
    database = Database(settings.database_url)
    try:
        if not inspect(database.engine).has_table("staff"):
            return None
        with database.unit(write=False) as session:
            names = cast.strangers(session)
            if names and not even_if_real:
                raise RealPeople(names="、".join(names[:5]))
            return audit.verify(session)
    finally:
        database.dispose()


def _note(settings: Settings, former: Chain) -> None:
    database = Database(settings.database_url)
    try:
        with database.unit() as session:
            was = {"entries": former.entries, "head": former.head}
            audit.record(session, FOUNDER, "wipe_demo", "house", before=was)
    finally:
        database.dispose()


def _cleared(settings: Settings) -> list[str]:
    """Folders under the home are emptied; what lies elsewhere is left alone, and named."""
    places = {"平台沙箱": settings.home / "sandbox", "队列": settings.home / "redis"}
    places["没传完的文件"] = settings.home / "uploads"
    told = []
    for name, url in (("素材库", settings.store_url), ("封存库", settings.sealed_store_url)):
        store = _folder_of(url)
        if store is not None and store.is_relative_to(settings.home):
            places[name] = store
        else:
            told.append(f"{name} {url} 不在 {settings.home} 里，没有动")
    for name, place in places.items():
        shutil.rmtree(place, ignore_errors=True)
        told.append(f"{name}已清空")
    for file in (PASSWORDS, "demo-accounts.draft"):
        (settings.home / file).unlink(missing_ok=True)
    return [*told, "演示账号已删除"]


def _folder_of(store_url: str) -> Path | None:
    parts = urlsplit(store_url)
    return Path(parts.path) if parts.scheme == "file" else None
