"""Publishing: `publish` and its kin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal, TypeAlias

from asgiref.sync import sync_to_async
from django.contrib.auth.base_user import AbstractBaseUser

from instant.channels.personal_channel import PERSONAL, personal_channel
from instant.channels.resolve_name import channel_names, resolve_name
from instant.engine_api import engine
from instant.errors import (
    BadAnswerError,
    EngineTimeoutError,
    EngineUnreachableError,
    NotEncodableError,
    PartlyRefusedError,
    PublishError,
    RefusedError,
    UnauthorizedError,
)
from instant.publishing.delivery import deliver, is_later
from instant.publishing.envelope import Event, Publication, write_publication
from instant.publishing.publish_command import publish_command
from instant.tokens import user_id

__all__ = [
    "BadAnswerError",
    "BroadcastTarget",
    "EngineTimeoutError",
    "EngineUnreachableError",
    "Event",
    "NotEncodableError",
    "PartlyRefusedError",
    "PublishError",
    "RefusedError",
    "UnauthorizedError",
    "apublish",
    "broadcast",
    "publish",
    "publish_many",
    "publish_to",
]

BroadcastTarget: TypeAlias = Literal["users", "staff", "superuser"]
"""Who a broadcast is for."""

_BROADCAST_CHANNELS: Final[dict[BroadcastTarget | None, str]] = {
    None: "public",
    "users": "$users",
    "staff": "$staff",
    "superuser": "$superuser",
}


def publish(  # noqa: PLR0913  # What an event may carry.
    channel: str,
    message: Any = None,
    *,
    event_class: str | None = None,
    data: Any = None,
    bucket: str = "",
    site: str | None = None,
    on_commit: bool | None = None,
    durable: bool | None = None,
) -> None:
    """Publish an event to those who subscribe to a channel.

    `channel` may be said without its ``$``; a name that no channel has is published to as it is.
    `message` and `data` are any JSON, with the types of `DjangoJSONEncoder`; one of them must be
    given. With `on_commit` it is sent when the transaction is committed, and not if it is rolled
    back; that it then can't be sent is logged, as the transaction can't be undone. With `durable`
    it is put into the outbox in the transaction, and `manage.py instant_outbox` delivers it. Both
    are by `INSTANT_ON_COMMIT` and `INSTANT_DURABLE` unless said.

    Raises ValueError with neither message nor data, `NotEncodableError` (a TypeError) for what JSON
    can't say, other kinds of `PublishError` when the engine can't be asked or refuses, and
    `SettingsError` for a wrong setting.
    """
    event = Event(channel, message, event_class, data, bucket, site)
    deliver([_prepare(event)], on_commit, durable)


async def apublish(  # noqa: PLR0913  # What an event may carry.
    channel: str,
    message: Any = None,
    *,
    event_class: str | None = None,
    data: Any = None,
    bucket: str = "",
    site: str | None = None,
    on_commit: bool | None = None,
    durable: bool | None = None,
) -> None:
    """Publish as `publish` does; the event loop goes on meanwhile."""
    event = Event(channel, message, event_class, data, bucket, site)
    if is_later(on_commit, durable):
        # Django's connection and its transactions are in one thread.
        await sync_to_async(lambda: deliver([_prepare(event)], on_commit, durable))()
        return
    if not channel_names.is_fresh:
        await sync_to_async(channel_names.current)()
    await engine.acall("publish", publish_command(_prepare(event))[1])


def publish_many(
    events: Iterable[Event], *, on_commit: bool | None = None, durable: bool | None = None
) -> None:
    """Publish events in their order, many in one request.

    What can't be said in JSON is found before any is sent. Raises `PartlyRefusedError` when the
    engine refuses some: it took the others. Else as `publish`.
    """
    deliver([_prepare(event) for event in events], on_commit, durable)


def publish_to(  # noqa: PLR0913  # What an event may carry.
    user: AbstractBaseUser | str,
    message: Any = None,
    *,
    event_class: str | None = None,
    data: Any = None,
    bucket: str = "",
    site: str | None = None,
    on_commit: bool | None = None,
    durable: bool | None = None,
) -> None:
    """Publish an event to all connections of one user, given as they are or by their id in tokens.

    Clients see it in the channel ``@me``. Else as `publish`. Raises ValueError for nobody.
    """
    of = user if isinstance(user, str) else user_id(user)
    if of == "":
        raise ValueError("publish_to needs a user: who is anonymous has no channel")
    event = Event(personal_channel(of), message, event_class, data, bucket, site)
    deliver([write_publication(event, event.channel, PERSONAL)], on_commit, durable)


def broadcast(  # noqa: PLR0913  # What an event may carry.
    message: Any = None,
    *,
    event_class: str | None = None,
    target: BroadcastTarget | None = None,
    data: Any = None,
    bucket: str = "",
    site: str | None = None,
    on_commit: bool | None = None,
    durable: bool | None = None,
) -> None:
    """Publish an event to everyone of a kind: all, ``"users"``, ``"staff"`` or ``"superuser"``.

    Else as `publish`. Raises ValueError for another target.
    """
    if target not in _BROADCAST_CHANNELS:
        raise ValueError(f"There is no target {target!r}: take users, staff, superuser or None")
    publish(
        _BROADCAST_CHANNELS[target],
        message,
        event_class=event_class,
        data=data,
        bucket=bucket,
        site=site,
        on_commit=on_commit,
        durable=durable,
    )


def _prepare(event: Event) -> Publication:
    return write_publication(event, resolve_name(event.channel))
