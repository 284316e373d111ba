"""The one SQLite file in which the sandbox remembers everything, and a folder for media.

Connections are pooled rather than bound to threads, because a development server starts a thread
per request. Writers of this process queue on a lock (fair, no busy-waiting); writers of other
processes meet at ``BEGIN IMMEDIATE`` with a busy time-out. What is committed survives a restart.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS numbers (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS accounts (
    id INTEGER PRIMARY KEY, channel TEXT NOT NULL, account TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL, credentials TEXT NOT NULL, settings TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (
    id INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, channel TEXT NOT NULL,
    account TEXT NOT NULL, kind TEXT NOT NULL, issued_at REAL NOT NULL, expires_at REAL NOT NULL,
    forced INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS tokens_of_account ON tokens (account, kind);
CREATE TABLE IF NOT EXISTS objects (
    id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, account TEXT NOT NULL,
    kind TEXT NOT NULL, remote_id TEXT NOT NULL, natural_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL, url TEXT NOT NULL,
    detail TEXT NOT NULL, made_at REAL NOT NULL, verdict TEXT NOT NULL,
    polls_left INTEGER NOT NULL, UNIQUE (channel, kind, remote_id));
CREATE INDEX IF NOT EXISTS objects_of_account ON objects (account, kind, id);
CREATE INDEX IF NOT EXISTS objects_of_channel ON objects (channel, id);
CREATE INDEX IF NOT EXISTS objects_by_key ON objects (account, kind, natural_key);
CREATE TABLE IF NOT EXISTS remarks (
    number INTEGER PRIMARY KEY AUTOINCREMENT, thing INTEGER NOT NULL, author TEXT NOT NULL,
    name TEXT NOT NULL, text TEXT NOT NULL, parent INTEGER NOT NULL, made_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS remarks_of_thing ON remarks (thing, number);
CREATE TABLE IF NOT EXISTS letters (
    number INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, person TEXT NOT NULL,
    ours INTEGER NOT NULL, text TEXT NOT NULL, made_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS letters_of_person ON letters (account, person, number);
CREATE TABLE IF NOT EXISTS media (
    id TEXT PRIMARY KEY, channel TEXT NOT NULL, account TEXT NOT NULL, kind TEXT NOT NULL,
    sha256 TEXT NOT NULL, mime TEXT NOT NULL, size INTEGER NOT NULL, width INTEGER NOT NULL,
    height INTEGER NOT NULL, seconds REAL NOT NULL, made_at REAL NOT NULL,
    expires_at REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS media_of_account ON media (account, kind, made_at);
CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, channel TEXT NOT NULL, account TEXT NOT NULL, state TEXT NOT NULL,
    media TEXT NOT NULL DEFAULT '', expires_at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (
    upload TEXT NOT NULL, number INTEGER NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
    PRIMARY KEY (upload, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS verdicts (
    channel TEXT NOT NULL, account TEXT NOT NULL, verdict TEXT NOT NULL,
    after_polls INTEGER NOT NULL, PRIMARY KEY (channel, account)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, fault TEXT NOT NULL, moment TEXT NOT NULL,
    times_left INTEGER, probability REAL, seed TEXT NOT NULL, seconds REAL NOT NULL,
    code INTEGER NOT NULL, draws INTEGER NOT NULL DEFAULT 0, hits INTEGER NOT NULL DEFAULT 0);
"""

PUBLISHED = ("objects", "remarks", "letters", "media", "uploads", "parts", "verdicts", "faults")
IDENTITIES = ("accounts", "tokens")


class Store:
    """Durable state under ``home``: ``sandbox.sqlite3`` and ``media/`` (files named by SHA-256)."""

    def __init__(self, home: Path) -> None:
        self.media_folder = home / "media"
        self.media_folder.mkdir(parents=True, exist_ok=True)
        self._file = home / "sandbox.sqlite3"
        self._idle: list[sqlite3.Connection] = []
        self._turn = threading.Lock()
        with self._borrowed() as db:
            db.executescript(SCHEMA)
        with self.writing() as db:
            db.execute("INSERT OR IGNORE INTO meta VALUES ('seed', ?)", (secrets.token_hex(16),))

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for queries; each statement sees what was last committed."""
        with self._borrowed() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed at the end of the block, rolled back if it raises."""
        with self._turn, self._borrowed() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def wipe(self, *, identities: bool) -> None:
        """Forget all that was published; accounts and their tokens only if ``identities``.

        Numbers stay, so that no remote id is ever given twice.
        """
        with self.writing() as db:
            for table in PUBLISHED + (IDENTITIES if identities else ()):
                db.execute(f"DELETE FROM {table}")  # noqa: S608 (names from this module)
        for file in self.media_folder.iterdir():
            file.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the idle connections; the store may be used again afterwards."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        try:
            db = self._idle.pop()
        except IndexError:
            db = self._open()
        try:
            yield db
        finally:
            self._idle.append(db)

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._file, isolation_level=None, check_same_thread=False)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA busy_timeout = 15000")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        return db


def next_number(db: sqlite3.Connection, name: str) -> int:
    """The next of a series that starts at 1 and never repeats, even after a reset."""
    row = db.execute(
        "INSERT INTO numbers VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1"
        " RETURNING value",
        (name,),
    ).fetchone()
    return int(row["value"])
