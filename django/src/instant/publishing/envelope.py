"""What an event looks like on its way to the clients."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from instant.conf import settings
from instant.errors import NotEncodableError
from instant.publishing.uuid7 import uuid7


@dataclass(frozen=True)
class Event:
    """Something to publish: at least one of `message` and `data`. None is none.

    Raises ValueError with neither, TypeError for a bucket that is no text.
    """

    channel: str
    message: Any = None
    """Any JSON."""
    event_class: str | None = None
    """What kind of event it is; handlers may ask for one kind."""
    data: Any = None
    """Any JSON."""
    bucket: str = ""
    """A label to sort events by."""
    site: str | None = None
    """The name of the site that publishes; None is `SITE_NAME`."""

    def __post_init__(self) -> None:
        if self.message is None and self.data is None:
            raise ValueError("Provide either a message or data argument")
        if not isinstance(self.bucket, str):
            raise TypeError(f'bucket is {self.bucket!r}: it must be a text, "" for none')


@dataclass(frozen=True)
class Publication:
    """An event as it is published: made once, so that it is the same whenever it is sent."""

    channel: str
    """The engine's name of it."""
    data: str
    """The envelope's JSON, or the JSON of its text: see `INSTANT_ENVELOPE`."""
    id: str
    """The envelope's id."""


def write_publication(event: Event, channel: str, shown_as: str | None = None) -> Publication:
    """Make the publication of an event that happens now, for a channel of the engine.

    `shown_as` is the channel's name in the envelope, if it is another. Raises `NotEncodableError`
    for a message or data that JSON can't say.
    """
    now = time.time_ns()
    event_id = str(uuid7(now))
    envelope: dict[str, Any] = {
        "channel": channel if shown_as is None else shown_as,
        "site": settings.SITE_NAME if event.site is None else event.site,
    }
    if event.message is not None:
        envelope["message"] = event.message
    if event.data is not None:
        envelope["data"] = event.data
    if event.event_class is not None:
        envelope["event_class"] = event.event_class
    if event.bucket:
        envelope["bucket"] = event.bucket
    envelope["id"] = event_id
    envelope["date"] = _iso_date(now)
    text = _encode(envelope, channel)
    data = json.dumps(text) if settings.INSTANT_ENVELOPE == "string" else text
    return Publication(channel=channel, data=data, id=event_id)


def _encode(envelope: dict[str, Any], channel: str) -> str:
    try:
        return json.dumps(envelope, cls=DjangoJSONEncoder, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise NotEncodableError(
            f'What is published to "{channel}" can\'t be said in JSON: {error}'
        ) from error


def _iso_date(nanoseconds: int) -> str:
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    date = datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)
    return f"{date.isoformat()}.{rest // 1_000_000:03d}Z"
