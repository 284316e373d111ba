"""Rules of planning: who may, and what accounts do together."""

from __future__ import annotations

from enum import StrEnum


class May(StrEnum):
    """Permissions of this station."""

    READ = "planning.read"
    PLAN = "planning.plan"


class Joint(StrEnum):
    """What a group of accounts does together (S32)."""

    VOICE = "voice"
    """重大信息集中发声: all say one story."""
    SERVICE = "service"
    """政务服务协作办理: each does its part of a service."""
    FEATURE = "feature"
    """特色化功能融合发展: each brings its own feature."""
