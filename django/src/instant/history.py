"""What a channel's past is made of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from instant.channels.resolve_name import resolve_name
from instant.engine_api import engine


@dataclass(frozen=True)
class Position:
    """A place in a channel's history. Offsets count anew in an epoch, which ends with a loss."""

    offset: int
    epoch: str


@dataclass(frozen=True)
class PastEvent:
    """An event of the past."""

    envelope: Any
    """What was published: for our events a dict with the keys of the envelope."""
    position: Position


@dataclass(frozen=True)
class History:
    """A part of a channel's history."""

    events: tuple[PastEvent, ...]
    """The oldest first."""
    position: Position
    """Where the history ends now."""


def history(channel: str, limit: int = 100, since: Position | None = None) -> History:
    """Give the newest events of a channel, or with `since` the first ones after a position.

    `channel` may be said without its ``$``. At most `limit` events, 0 gives the position alone.
    Raises ValueError for a limit below 0, `RefusedError` 108 where the engine's options keep no
    history and 112 when `since` is of another epoch, and else as `publish`.
    """
    if limit < 0:
        raise ValueError(f"limit is {limit}: it must be 0 or more")
    request: dict[str, Any] = {"channel": resolve_name(channel), "limit": limit}
    if since is None:
        request["reverse"] = True
    else:
        request["since"] = {"offset": since.offset, "epoch": since.epoch}
    answer = engine.call("history", request)
    events = past_events(answer)
    if since is None:
        events.reverse()
    return History(tuple(events), Position(answer.get("offset", 0), answer.get("epoch", "")))


def past_events(answer: engine.Result) -> list[PastEvent]:
    """Read the events of what the engine answers to ``history``, in its order."""
    epoch = answer.get("epoch", "")
    return [_event(each, epoch) for each in answer.get("publications") or ()]


def _event(publication: dict[str, Any], epoch: str) -> PastEvent:
    envelope = publication.get("data")
    if isinstance(envelope, str):
        envelope = _read(envelope)
    return PastEvent(envelope, Position(publication.get("offset", 0), epoch))


def _read(text: str) -> Any:
    """Read the string form; another publisher's text stays what it is."""
    try:
        return json.loads(text)
    except ValueError:
        return text
