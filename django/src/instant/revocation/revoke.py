"""Takes access back at the engine: ends connections and subscriptions, and refuses tokens."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Sequence

from django.db import transaction

from instant.conf import SettingsError, settings
from instant.engine_api import engine
from instant.errors import PublishError, RefusedError

_logger = logging.getLogger("instant")


def cut_commands(user: str) -> list[engine.Command]:
    """Make what ends all connections of a user, after their tokens are refused."""
    return [_invalidate(user), ("disconnect", json.dumps({"user": user}))]


def unsubscribe_commands(user: str, channels: Iterable[str]) -> list[engine.Command]:
    """Make what ends a user's subscriptions; their connections stay.

    Their tokens are refused, as with them they would come back in.
    """
    ends = [("unsubscribe", json.dumps({"user": user, "channel": each})) for each in channels]
    if not ends or user == "":
        # The tokens of anonymous visitors are everybody's.
        return ends
    return [_invalidate(user), *ends]


def after_commit(using: str | None, commands: Callable[[], Sequence[engine.Command]]) -> None:
    """Have the engine told when the transaction of a database is committed, or now without one.

    What can't be told is logged: access ends with the tokens then.
    """
    transaction.on_commit(lambda: _tell_or_log(commands), using=using, robust=True)


def _tell_or_log(commands: Callable[[], Sequence[engine.Command]]) -> None:
    try:
        for cut in engine.batches(commands()):
            _tell(cut)
    except (PublishError, SettingsError) as error:
        _logger.warning(
            "Access was not taken back at the engine, and ends with the tokens: %s", error
        )


def _tell(commands: list[engine.Command]) -> None:
    try:
        outcomes = engine.batch(commands)
    except RefusedError:
        # Centrifugo takes nothing back, and may refuse the whole for it.
        known = [command for command in commands if command[0] != "invalidate"]
        if len(known) == len(commands):
            raise
        commands, outcomes = known, engine.batch(known)
    for (method, _), outcome in zip(commands, outcomes, strict=True):
        if isinstance(outcome, RefusedError) and method != "invalidate":
            _logger.warning("Access was not taken back at the engine: %s", outcome)


def _invalidate(user: str) -> engine.Command:
    now = time.time()
    expire_at = int(now) + 1 + settings.INSTANT_TOKEN_LIFETIME
    # Not the engine's own now: the clocks of two machines differ, and tokens are made by this one.
    request = {"user": user, "issued_before": round(now, 3), "expire_at": expire_at}
    return "invalidate", json.dumps(request)
