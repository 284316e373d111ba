"""Headers that every answer carries: what a page may load, and that nobody may frame it."""

from __future__ import annotations

from flask import Response, g, request

from kitchen.web.face import Face

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'{elsewhere}",
        "frame-ancestors 'self'",
    )
)


def init_app(app: Face) -> None:
    """Forms may lead to the store as well, where readers fetch large files from it."""

    @app.after_request
    def protect(response: Response) -> Response:
        elsewhere = f" {app.settings.s3_public_endpoint}".rstrip()
        policy = POLICY.format(elsewhere=elsewhere)
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), interest-cohort=()")
        response.headers.setdefault("X-Request-Id", g.get("request_id", ""))
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response
