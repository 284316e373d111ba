"""Logs: one line per event, in colour for people or as JSON for machines, never with a secret."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

SECRET_WORDS = ("password", "secret", "token", "authorization", "cookie", "contact", "seal")


def set_up(kind: str) -> None:
    """``console`` or ``json``, on standard error."""
    shape = structlog.processors.JSONRenderer(ensure_ascii=False)
    if kind == "console":
        shape = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            exception_formatter=structlog.dev.plain_traceback,  # others print local variables
        )  # type: ignore[assignment]
    logging.basicConfig(format="%(message)s", stream=sys.stderr, level=logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _hide_secrets,
            structlog.processors.format_exc_info,
            shape,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _hide_secrets(_logger: object, _method: str, event: Any) -> Any:
    for key in event:
        if any(word in key.lower() for word in SECRET_WORDS):
            event[key] = "•••"
    return event
