"""Fixtures of the sandbox's tests."""

from __future__ import annotations

from tests.channels.sandbox.playing import live, sandbox, standing

__all__ = ["live", "sandbox", "standing"]
