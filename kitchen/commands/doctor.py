"""``kitchen doctor``: whether this machine and this home have what the product needs."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

import click
from PIL import ImageFont
from sqlalchemy.exc import SQLAlchemyError

from assets import video
from assets.fonts import TYPEFACE
from kitchen import instance, redis_server, schema_version, stores, supervisor, tasks
from kitchen.commands.house import settings as settings_of_environment
from kitchen.config import Settings
from kitchen.core.db import Database
from kitchen.core.errors import Refusal
from kitchen.evaluation.reports import queries as reports
from kitchen.evaluation.reports import wording
from kitchen.screens import searchable
from kitchen.search import index

PYTHON = (3, 11)
DISK_BYTES = 1024**3
"""What must be free: a day's pictures, clips and the database's journal."""
NAMED = 5
"""Spoilt reports that a sentence names."""
_MARKS = {True: "✓", False: "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one thing, as a sentence that also says what helps."""

    well: bool
    sentence: str


Check = Callable[[Settings], Finding]


@click.command()
def doctor() -> None:
    """体检 · check what the product needs; status 1 if anything is wrong"""
    settings = settings_of_environment()
    findings = [_found(check, settings) for check in CHECKS]
    for each in findings:
        click.echo(f"{_MARKS[each.well]} {each.sentence}")
    if not all(each.well for each in findings):
        sys.exit(1)


def _found(check: Check, settings: Settings) -> Finding:
    """A check that breaks has found something as well."""
    try:
        return check(settings)
    except (Refusal, OSError, RuntimeError, SQLAlchemyError) as error:
        words = str(error).splitlines()[0] if str(error) else type(error).__name__
        return Finding(False, f"{check.__doc__}：{words}")


def _python(settings: Settings) -> Finding:
    """Python"""
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding(sys.version_info >= PYTHON, f"Python {found}（需要 3.11 以上）")


def _redis(settings: Settings) -> Finding:
    """Redis"""
    if settings.redis_url:
        tasks.connect(settings.redis_url).ping()
        return Finding(True, f"Redis 有应答：{settings.redis_url.rpartition('@')[2]}")
    return Finding(True, f"Redis 程序：{redis_server.program()}，随系统启动")


def _encoder(settings: Settings) -> Finding:
    """视频编码器"""
    return Finding(True, f"视频编码器：{video.ffmpeg()}")


def _typeface(settings: Settings) -> Finding:
    """中文字体"""
    family, _ = ImageFont.truetype(TYPEFACE, 20).getname()
    return Finding(True, f"中文字体：{family}")


def _database(settings: Settings) -> Finding:
    """数据库"""
    database = Database(settings.database_url)
    try:
        at, head = schema_version.current(database), schema_version.head()
    finally:
        database.dispose()
    if at == head:
        return Finding(True, f"数据库可用，表结构 {at}")
    return Finding(False, f"数据库表结构是“{at or '空'}”，应为 {head}：请执行 kitchen db upgrade")


def _search(settings: Settings) -> Finding:
    """搜索索引"""
    database = Database(settings.database_url, searchable=searchable.SOURCES)
    try:
        with database.unit(write=False) as session:
            behind = index.stale(session)
    finally:
        database.dispose()
    if behind < index.BEHIND:
        return Finding(True, f"搜索索引跟得上，待编入 {behind} 条")
    return Finding(False, f"搜索索引落后 {behind} 条：请执行 kitchen search rebuild")


def _reports(settings: Settings) -> Finding:
    """定稿的报告"""
    database = Database(settings.database_url)
    try:
        with database.unit(write=False) as session:
            spoilt = reports.spoilt(session)
    finally:
        database.dispose()
    if not spoilt:
        return Finding(True, "定稿的报告都和哈希一致")
    found = "、".join(wording.address_of(each) for each in spoilt[:NAMED])
    return Finding(False, f"{len(spoilt)} 份定稿的报告和哈希不符，请对照备份：{found}")


def _store(settings: Settings) -> Finding:
    """素材库"""
    store = stores.store_of(settings)
    blob = store.put(io.BytesIO(b"kitchen doctor"))
    with store.open(blob.sha256) as kept:
        well = kept.read() == b"kitchen doctor"
    return Finding(well, f"素材库可读写：{settings.store_url}")


def _ports(settings: Settings) -> Finding:
    """端口"""
    first, last = settings.port, settings.port + 2
    if instance.running(settings.home) is not None:
        return Finding(True, f"端口 {first}–{last}：本系统正在运行")
    for port in range(first, last + 1):
        supervisor.check_port(settings.host, port, "kitchen")
    return Finding(True, f"端口 {first}–{last} 空闲")


def _disk(settings: Settings) -> Finding:
    """磁盘"""
    free = shutil.disk_usage(settings.home).free
    told = f"磁盘剩余 {free / 1024**3:.1f} GB（{settings.home}）"
    return Finding(free >= DISK_BYTES, told if free >= DISK_BYTES else f"{told}，请腾出空间")


CHECKS: tuple[Check, ...] = (
    _python,
    _redis,
    _encoder,
    _typeface,
    _database,
    _search,
    _reports,
    _store,
    _ports,
    _disk,
)
