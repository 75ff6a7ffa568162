"""Who is in a channel now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from instant.channels.resolve_name import resolve_name
from instant.engine_api import engine


@dataclass(frozen=True)
class Present:
    """A connection that is subscribed to a channel; a user may have several."""

    client: str
    """The connection's id."""
    user: str
    """The user's id in tokens, ``""`` for who is anonymous."""
    connection_info: Any = None
    """Any JSON that its connection token told."""
    channel_info: Any = None
    """Any JSON that its subscription token told."""


def presence(channel: str) -> dict[str, Present]:
    """Tell who is subscribed to a channel, by connection id.

    The channel may be said without its ``$``. Raises `RefusedError` 108 where the engine's options
    don't keep presence, and else as `publish`.
    """
    return presence_of(resolve_name(channel))


def presence_of(name: str) -> dict[str, Present]:
    """Tell who is subscribed to the channel of exactly this name."""
    found = engine.call("presence", {"channel": name}).get("presence", {})
    return {client: _present(client, info) for client, info in found.items()}


def _present(client: str, info: dict[str, Any]) -> Present:
    return Present(client, info.get("user", ""), info.get("conn_info"), info.get("chan_info"))
