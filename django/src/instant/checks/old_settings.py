"""The settings of versions before 4, which are not read any more."""

from __future__ import annotations

from typing import Final

_CHANNELS = "add the channels in the admin, with their level"

OLD_SETTINGS: Final = {
    "CENTRIFUGO_SECRET_KEY": "name it CENTRIFUGO_HMAC_KEY",
    "CENTRIFUGO_PROXY": "set CENTRIFUGO_URL, without a port when there is none",
    "INSTANT_PUBLIC_CHANNEL": "publish to the channel by its name",
    "INSTANT_PUBLIC_CHANNELS": _CHANNELS,
    "INSTANT_USERS_CHANNELS": _CHANNELS,
    "INSTANT_STAFF_CHANNELS": _CHANNELS,
    "INSTANT_SUPERUSER_CHANNELS": _CHANNELS,
    "INSTANT_ENABLE_PUBLIC_CHANNEL": "deactivate the channel in the admin",
    "INSTANT_ENABLE_USERS_CHANNEL": "deactivate the channel in the admin",
    "INSTANT_ENABLE_STAFF_CHANNEL": "deactivate the channel in the admin",
    "INSTANT_ENABLE_SUPERUSER_CHANNEL": "deactivate the channel in the admin",
    "INSTANT_EXCLUDE": "leave the tags out of pages that want no events",
    "INSTANT_DEBUG": "set log.level of the engine's configuration",
    "INSTANT_BROADCAST_WITH": "remove it: one connection is kept open to publish over",
}
"""What to do about each."""
