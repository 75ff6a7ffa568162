"""The tokens that let clients connect and subscribe."""

from __future__ import annotations

import time
from typing import TypeAlias

import jwt
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from instant.channels.personal_channel import personal_channel
from instant.conf import SettingsError, settings

Visitor: TypeAlias = AbstractBaseUser | AnonymousUser
"""Whom a token is for."""


def user_id(user: Visitor) -> str:
    """Tell what a user is called in tokens: see `INSTANT_USER_ID`. Who is anonymous is ``""``.

    Raises `SettingsError` when the setting gives nothing for a user.
    """
    found = user_id_if_any(user)
    if found is None:
        # Without an id they would count as anonymous.
        raise SettingsError(
            f"INSTANT_USER_ID gives no id for user {user.pk}: name a field that all users have"
        )
    return found


def user_id_if_any(user: Visitor) -> str | None:
    """Tell the same, and None for a user whom the setting gives nothing: they get no tokens."""
    if not user.is_authenticated:
        return ""
    source = settings.INSTANT_USER_ID
    value: object
    if source is None:
        value = user.get_username()
    elif isinstance(source, str):
        value = getattr(user, source, None)
    else:
        value = source(user)
    return None if value is None or value == "" else str(value)


class TokenSigner:
    """Signs the tokens of one visitor, all made now and good for ``INSTANT_TOKEN_LIFETIME``."""

    def __init__(self, user: Visitor) -> None:
        """Take the visitor's id; raises `SettingsError` without ``CENTRIFUGO_HMAC_KEY``."""
        now = time.time()
        self._key = settings.CENTRIFUGO_HMAC_KEY
        self._sub = user_id(user)
        self._exp = int(now) + settings.INSTANT_TOKEN_LIFETIME
        # To the millisecond, so that a token made just after others were refused is good.
        self._iat = round(now, 3)

    def connection(self) -> str:
        """Sign what the visitor connects with; it puts users on their personal channel too."""
        personal = {"channels": [personal_channel(self._sub)]} if self._sub else {}
        return self._sign({"sub": self._sub, "exp": self._exp, **personal, "iat": self._iat})

    def subscription(self, channel: str) -> str:
        """Sign what lets the visitor subscribe to a channel.

        Whether they may see it is for the caller to know: see ``Channel.objects.for_user``.
        """
        return self._sign(
            {"sub": self._sub, "channel": channel, "exp": self._exp, "iat": self._iat}
        )

    def _sign(self, claims: dict[str, object]) -> str:
        return jwt.encode(claims, self._key, algorithm="HS256")


def connection_token(user: Visitor) -> str:
    """Sign the token that a user connects with: see `TokenSigner`."""
    return TokenSigner(user).connection()


def channel_token(channel: str, user: Visitor) -> str:
    """Sign the token that lets a user subscribe to a channel: see `TokenSigner`."""
    return TokenSigner(user).subscription(channel)
