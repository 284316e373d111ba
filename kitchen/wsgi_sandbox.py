"""The platforms, played, as a WSGI application; it imports nothing of the newsroom's."""

from __future__ import annotations

import os

from flask import Flask

from channels.sandbox.app import create_sandbox
from kitchen.config import Settings


def sandbox() -> Flask:
    """The sandbox of the environment's home."""
    settings = Settings.from_environment(os.environ)
    return create_sandbox(settings.home / "sandbox", settings.sandbox_url)
