"""The tokens under the names of django-instant 4."""

from instant.tokens import channel_token, connection_token

__all__ = ["channel_token", "connection_token"]
