"""The tokens that let clients connect and subscribe."""

from __future__ import annotations

import time
from typing import TypeAlias

import jwt
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from instant.conf import SettingsError, settings
from instant.personal_channel import personal_channel

Visitor: TypeAlias = AbstractBaseUser | AnonymousUser
"""Whom a token is for."""


def user_id(user: Visitor) -> str:
    """Tell what a user is called in tokens: see `INSTANT_USER_ID`. Who is anonymous is ``""``.

    Raises `SettingsError` when the setting gives nothing for a user.
    """
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
    if value is None or value == "":
        # Without an id they would count as anonymous.
        raise SettingsError(
            f"INSTANT_USER_ID gives no id for user {user.pk}: name a field that all users have"
        )
    return str(value)


def connection_token(user: Visitor) -> str:
    """Sign the token that a user connects with, good for `INSTANT_TOKEN_LIFETIME` seconds.

    It also puts the connection on the user's personal channel. Raises `SettingsError` without
    `CENTRIFUGO_HMAC_KEY`.
    """
    sub = user_id(user)
    return _sign({"sub": sub}, {"channels": [personal_channel(sub)]} if sub else {})


def channel_token(channel: str, user: Visitor) -> str:
    """Sign the token that lets a user subscribe to a channel, good for as long.

    Whether the user may see it is for the caller to know: see `Channel.objects.for_user`. Raises
    `SettingsError` without `CENTRIFUGO_HMAC_KEY`.
    """
    return _sign({"sub": user_id(user), "channel": channel}, {})


def _sign(before: dict[str, object], after: dict[str, object]) -> str:
    now = time.time()
    exp = int(now) + settings.INSTANT_TOKEN_LIFETIME
    # To the millisecond, so that a token made just after others were refused is good.
    claims = {**before, "exp": exp, **after, "iat": round(now, 3)}
    return jwt.encode(claims, settings.CENTRIFUGO_HMAC_KEY, algorithm="HS256")
