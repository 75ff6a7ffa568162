"""The channels of single users."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

PERSONAL: Final = "@me"
"""How clients know the channel of their own user."""


def personal_channel(user_id: str) -> str:
    """Give the name of the channel that only one user's connections are on.

    Nobody else can join it: it is private, no channel of that form can be made, and only the
    user's own connection token names it. The hash makes a name of fixed length and plain letters
    of any user id.
    """
    digest = hashlib.sha256(user_id.encode()).digest()
    return "$@" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
