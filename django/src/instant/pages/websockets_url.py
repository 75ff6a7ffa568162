"""Where browsers open their socket."""

from __future__ import annotations

from instant.conf import settings


def websockets_url() -> str:
    """Give ``INSTANT_WEBSOCKETS_URL``, or the address at which the site asks the engine."""
    return settings.INSTANT_WEBSOCKETS_URL or "ws" + settings.CENTRIFUGO_URL.removeprefix("http")
