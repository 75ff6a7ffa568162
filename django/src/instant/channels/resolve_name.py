"""Which channel is meant by a name: ``lobby`` is ``$lobby`` when that is the one there is."""

from __future__ import annotations

import asyncio
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from django.db import connections, router, transaction
from django.db.models.signals import post_delete, post_save

from instant.channels.channel_name import is_old_private_name, possible_names
from instant.models import Channel

MEMORY: Final = 5.0
"""How long names are remembered, in seconds: what another process changes is seen after that."""


class OldNameWarning(UserWarning):
    """Something is published to ``ns:$x``, which is now ``$ns:x``."""


class ChannelNames:
    """The names of all channels, remembered by this process for `MEMORY` seconds."""

    _changes = 0

    def __init__(self) -> None:
        self._known: tuple[float, frozenset[str]] | None = None

    @property
    def is_fresh(self) -> bool:
        """Whether the remembered names are still good, so that nobody waits for the database."""
        return self._known is not None and time.monotonic() < self._known[0]

    def current(self) -> frozenset[str]:
        """Give the names, from the database when the remembered ones are old."""
        known = self._known
        if known is not None and time.monotonic() < known[0]:
            return known[1]
        changes = self._changes
        names = _in_thread() if _is_in_event_loop() else _load()
        # What was read while another thread made a change may be without it.
        if changes == self._changes:
            self._known = (time.monotonic() + MEMORY, names)
        return names

    def forget(self, *, using: str | None = None, **_: object) -> None:
        """Ask the database the next time, and the next time after what goes on in `using`."""
        self._changes += 1
        self._known = None
        if using is not None:
            transaction.on_commit(self.forget, using=using)


channel_names = ChannelNames()
"""The names that `resolve_name` goes by."""

post_save.connect(channel_names.forget, sender=Channel, dispatch_uid="instant.channel_names")
post_delete.connect(channel_names.forget, sender=Channel, dispatch_uid="instant.channel_names")


def resolve_name(name: str) -> str:
    """Give the name of the channel that is meant. A name that no channel has stands for itself.

    The old ``ns:$x`` gives ``$ns:x``, with an `OldNameWarning`. May be called in an event loop,
    which waits meanwhile.
    """
    if name.startswith("$"):
        return name
    known = channel_names.current()
    found = next((each for each in possible_names(name) if each in known), name)
    if found != name and is_old_private_name(name):
        warnings.warn(f'"{name}" is now called "{found}"', OldNameWarning, stacklevel=2)
    return found


def _load() -> frozenset[str]:
    return frozenset(Channel.objects.values_list("name", flat=True))


def _is_in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _in_thread() -> frozenset[str]:
    """Load where Django allows it: its connections refuse to work in an event loop."""

    def load() -> frozenset[str]:
        connection = connections[router.db_for_read(Channel)]
        try:
            return _load()
        finally:
            connection.close()
            # Django leaves a database in memory open, as those of tests are.
            if connection.connection is not None:
                connection.connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(load).result()
