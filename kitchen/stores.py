"""Where bytes lie, opened by the settings: the open store, what is sealed, tips and their keys."""

from __future__ import annotations

from assets.arrivals import Arrivals
from assets.erasable import ErasableVault, KeyRing
from assets.moving_store import MovingStore
from assets.sealed_store import SealedStore
from assets.store import Keeper
from assets.stores import UnknownStore, open_store
from kitchen.config import BadSetting, Settings
from kitchen.ports import TipRoom

MOST_WITH_A_TIP = 512 * 1024 * 1024
"""Bytes of the largest file that comes with a tip; ten minutes of a phone's film have that."""


def store_of(settings: Settings) -> Keeper:
    """The open store, and while one is being left, both."""
    store = _opened(settings, settings.store_url, "store")
    if not settings.former_store_url:
        return store
    return MovingStore(store, _opened(settings, settings.former_store_url, "former"))


def sealed_of(settings: Settings) -> SealedStore:
    """The store of what must be encrypted."""
    return SealedStore(_opened(settings, settings.sealed_store_url, "sealed"), settings.seal_keys)


def tips_of(settings: Settings) -> TipRoom:
    """Where tips lie: their files in one place, their keys in another."""
    kept = _opened(settings, settings.tip_store_url, "tips", by_day=True)
    return TipRoom(
        ErasableVault(ring_of(settings), kept),
        Arrivals(settings.home / "tips" / "arriving", most=MOST_WITH_A_TIP),
        settings.tips_a_minute,
        settings.tip_days,
    )


def ring_of(settings: Settings) -> KeyRing:
    """The keys of tips, under those of the house."""
    return KeyRing(settings.tip_ring, settings.tip_keys, settings.tip_keys_in)


def _opened(settings: Settings, url: str, name: str, *, by_day: bool = False) -> Keeper:
    try:
        return open_store(
            url,
            by_day=by_day,
            copies=settings.home / "copies" / name,
            most_copies=settings.store_copies * 2**20,
            endpoint=settings.s3_endpoint,
            readers=settings.s3_public_endpoint,
        )
    except UnknownStore as unknown:
        raise BadSetting(str(unknown)) from unknown
