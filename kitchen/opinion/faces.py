"""What this station mounts on the desk, by name: its pages, and its part of the API."""

from __future__ import annotations

from kitchen.opinion import (
    api,
    drill_views,
    room_api,
    room_views,
    rumour_views,
    setting_views,
    sign_views,
    views,
)

BLUEPRINTS = (
    views.bp,
    sign_views.bp,
    rumour_views.bp,
    setting_views.bp,
    room_views.bp,
    drill_views.bp,
)
APIS = (api.api, room_api.api)
