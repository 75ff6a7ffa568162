"""A port that nobody listens at."""

from __future__ import annotations

import socket


def free_port() -> int:
    """Find one: for what must be told its port before it listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
