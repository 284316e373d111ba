"""Settings, read once from the environment; every one of them has a working default."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from assets.house_keys import steady

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""The machine's own names: the sandbox answers to nobody else."""
LONGEST_SOCKET = 107
"""Bytes that Linux lets the path of a Unix socket have."""


_PROOF = re.compile(r"((?:MP_verify_)?[A-Za-z0-9]{10,32})\.txt=([A-Za-z0-9_-]{8,64})")


class BadSetting(ValueError):
    """A setting cannot be used; the message names it and says what would be right."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a running instance takes from outside. Ports: desk, public face, sandbox."""

    home: Path
    host: str
    port: int
    database_url: str
    redis_url: str | None
    """``None`` means that our own supervisor starts a Redis under ``home``."""
    store_url: str
    sealed_store_url: str
    """Where the originals of sources lie, encrypted."""
    secret_key: str
    seal_keys: tuple[str, ...]
    public_url: str
    sandbox_url: str
    lang: str
    log: str
    tip_keys: tuple[str, ...] = ()
    """Wrap the keys of tips, the newest first."""
    tip_keys_in: Path | None = None
    """The file in which these lie and may change; ``None`` where the environment gives them."""
    tip_ring: Path = Path("var/tips/ring")
    """The folder of the keys of tips, one each, wrapped; never in the backups of the rest."""
    tip_store_url: str = ""
    """Where what came with tips lies, encrypted."""
    tip_days: int = 30
    """Days after which a tip that was turned down is erased."""
    tips_a_minute: int = 60
    """So many the public may send in a minute, all together."""
    site_proofs: tuple[tuple[str, str], ...] = ()
    """Names, without ``.txt``, and words of files by which platforms see that the site is ours."""
    desk_url: str = ""
    """The desk's own address, in links that leave the house."""
    smtp_url: str = ""
    """``smtp://`` or ``smtps://``, with user and password where the server wants them; empty: no
    mail leaves the house.
    """
    mail_from: str = ""
    web_workers: int = 1
    """Web processes of each face."""
    trusted_proxies: int = 0
    """How many reverse proxies stand before the faces; so many addresses of ``X-Forwarded-For``
    are believed.
    """
    former_store_url: str = ""
    """The store that is being left: read as well, until all has been moved; empty for none."""
    s3_endpoint: str = ""
    """Where stores ``s3://…`` are reached; empty for Amazon's own."""
    s3_public_endpoint: str = ""
    """Where readers' browsers reach the same: then large files are fetched from there by links that
    last minutes; empty: all bytes go through us.
    """
    store_copies: int = 4096
    """Megabytes of disk for copies of files that lie in a store elsewhere."""
    deliverers: int = 2
    """Worker processes that carry deliveries, each on a queue of its own."""

    @property
    def public_port(self) -> int:
        return self.port + 1

    @property
    def sandbox_port(self) -> int:
        return self.port + 2

    @property
    def sandbox_host(self) -> str:
        """The platforms are only played, and so only on this machine."""
        return self.host if self.host in LOOPBACK else "127.0.0.1"

    @property
    def redis_socket(self) -> Path:
        """Where our own Redis listens when none is given: at home, or, as the address of a socket
        may not be long, in a folder of ours under the system's temporary one.
        """
        near = self.redis_home / "redis.sock"
        if len(bytes(near)) <= LONGEST_SOCKET:
            return near
        mark = hashlib.sha256(bytes(self.home)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"kitchen-{os.getuid()}-{mark}" / "redis.sock"

    @property
    def redis_home(self) -> Path:
        """Where our own Redis keeps its file."""
        return self.home / "redis"

    @property
    def redis_address(self) -> str:
        return self.redis_url or f"unix://{self.redis_socket}"

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Settings:
        """Read the ``KITCHEN_*`` variables; keys that are not given are made once under ``home``.

        Raises :class:`BadSetting` naming the variable that cannot be used.
        """
        home = Path(env.get("KITCHEN_HOME", "var")).absolute()
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        host = env.get("KITCHEN_HOST", "127.0.0.1")
        port = _port(env.get("KITCHEN_PORT", "8000"))
        seal_keys = env.get("KITCHEN_SEAL_KEYS") or _kept(home / "seal.keys", _new_seal_key)
        tip_keys = env.get("KITCHEN_TIP_KEYS") or _kept(home / "tip.keys", _new_seal_key)
        return cls(
            home=home,
            host=host,
            port=port,
            database_url=env.get("KITCHEN_DATABASE_URL") or f"sqlite:///{home / 'kitchen.db'}",
            redis_url=env.get("KITCHEN_REDIS_URL") or None,
            store_url=env.get("KITCHEN_STORE_URL") or f"file://{home / 'store'}",
            sealed_store_url=env.get("KITCHEN_SEALED_STORE_URL") or f"file://{home / 'sealed'}",
            former_store_url=env.get("KITCHEN_FORMER_STORE_URL", ""),
            s3_endpoint=_endpoint(env, "KITCHEN_S3_ENDPOINT"),
            s3_public_endpoint=_endpoint(env, "KITCHEN_S3_PUBLIC_ENDPOINT"),
            store_copies=_count(env, "KITCHEN_STORE_COPIES", 4096, most=4_194_304),
            secret_key=env.get("KITCHEN_SECRET_KEY")
            or _kept(home / "secret.key", lambda: secrets.token_urlsafe(48)),
            seal_keys=_listed(seal_keys),
            tip_keys=_listed(tip_keys),
            tip_keys_in=None if env.get("KITCHEN_TIP_KEYS") else home / "tip.keys",
            tip_ring=Path(env.get("KITCHEN_TIP_RING") or home / "tips" / "ring").absolute(),
            tip_store_url=env.get("KITCHEN_TIP_STORE_URL") or f"file://{home / 'tips' / 'files'}",
            tip_days=_count(env, "KITCHEN_TIP_DAYS", 30, most=3650),
            tips_a_minute=_count(env, "KITCHEN_TIPS_A_MINUTE", 60, most=100_000),
            public_url=(env.get("KITCHEN_PUBLIC_URL") or f"http://{host}:{port + 1}").rstrip("/"),
            sandbox_url=f"http://{host if host in LOOPBACK else '127.0.0.1'}:{port + 2}",
            web_workers=_count(env, "KITCHEN_WEB_WORKERS", 1),
            site_proofs=_proofs(env.get("KITCHEN_SITE_PROOFS", "")),
            lang=_one_of(env, "KITCHEN_LANG", "zh", {"zh", "en"}),
            log=_one_of(env, "KITCHEN_LOG", "console", {"console", "json"}),
            desk_url=(env.get("KITCHEN_DESK_URL") or f"http://{host}:{port}").rstrip("/"),
            smtp_url=_smtp(env.get("KITCHEN_SMTP_URL", "")),
            mail_from=env.get("KITCHEN_MAIL_FROM") or "central-kitchen@localhost",
            trusted_proxies=_count(env, "KITCHEN_TRUSTED_PROXIES", 0, least=0),
            deliverers=_count(env, "KITCHEN_DELIVERERS", 2),
        )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _proofs(text: str) -> tuple[tuple[str, str], ...]:
    """Nothing that could be markup or a path gets to the root of the public site."""
    found = [_PROOF.fullmatch(each) for each in _listed(text)]
    if None in found or len({each[1] for each in found if each}) < len(found):
        raise BadSetting(
            f"KITCHEN_SITE_PROOFS={text!r}: name.txt=words is needed, several separated by commas;"
            " a name has 10 to 32 letters and digits, MP_verify_ may stand before them,"
            " words have 8 to 64 letters, digits, - or _"
        )
    return tuple((each[1], each[2]) for each in found if each)


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65533:
        raise BadSetting(f"KITCHEN_PORT={text!r}: a number from 1 to 65533 is needed")
    return int(text)


def _smtp(url: str) -> str:
    """The address without its password is not repeated in the complaint."""
    parts = urlsplit(url)
    if url and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
        raise BadSetting("KITCHEN_SMTP_URL: smtp://host:port or smtps://host:port is needed")
    return url


def _endpoint(env: Mapping[str, str], name: str) -> str:
    url = env.get(name, "").rstrip("/")
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise BadSetting(f"{name}: http://host:port or https://host is needed")
    return url


def _count(env: Mapping[str, str], name: str, default: int, least: int = 1, most: int = 64) -> int:
    text = env.get(name, str(default))
    if not text.isdigit() or not least <= int(text) <= most:
        raise BadSetting(f"{name}={text!r}: a number from {least} to {most} is needed")
    return int(text)


def _one_of(env: Mapping[str, str], name: str, default: str, choices: set[str]) -> str:
    value = env.get(name, default)
    if value not in choices:
        raise BadSetting(f"{name}={value!r}: one of {', '.join(sorted(choices))} is needed")
    return value


def _new_seal_key() -> str:
    return Fernet.generate_key().decode()


def _kept(path: Path, make: Callable[[], str]) -> str:
    """The secret in ``path``, made on first use with mode 0600; two starters agree on one."""
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return steady(path).decode().strip()
