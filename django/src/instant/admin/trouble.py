"""What is wrong between the site and the engine, in the words of an admin page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from instant.conf import SettingsError
from instant.errors import PublishError, RefusedError

_UNKNOWN_NAMESPACE = 102
_NOT_KEPT = 108


@dataclass(frozen=True)
class Trouble:
    """Something that can't be shown."""

    trouble: str
    """What is wrong, and its cure."""


def tell_trouble(error: PublishError | SettingsError, channel: str) -> str:
    """Tell what is wrong and its cure, for the channel of this name."""
    if isinstance(error, RefusedError):
        if error.code == _UNKNOWN_NAMESPACE:
            namespace = channel.removeprefix("$").partition(":")[0]
            text = _(
                'The engine knows no namespace "%(namespace)s": add it to channel.namespaces of '
                "the engine's configuration, and start the engine again."
            )
            return text % {"namespace": namespace}
        if error.code == _NOT_KEPT:
            return _(
                "The engine's configuration does not keep this. For channels without a namespace "
                "channel.without_namespace says it, for others their entry in channel.namespaces: "
                '"presence": true, or "history_size" and "history_ttl". Then start the engine '
                "again."
            )
    return str(error)
