"""Headers that every answer carries: what a page may load, and that nobody may frame it."""

from __future__ import annotations

from flask import Flask, Response, g, request

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)


def init_app(app: Flask) -> None:
    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), interest-cohort=()")
        response.headers.setdefault("X-Request-Id", g.get("request_id", ""))
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response
