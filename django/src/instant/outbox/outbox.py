"""The outbox: events that are accepted with the caller's transaction, and delivered after it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import router, transaction
from django.db.models import QuerySet
from django.utils import timezone

from instant.models import OutboxEntry, OutboxState
from instant.publishing.envelope import Publication

LONGEST_CHANNEL: Final = 255
"""The longest channel name that the outbox and the engine take, in characters."""

something_added = threading.Event()
"""Set when a transaction of this process has put something in; a dispatcher here needn't poll."""


def add(publications: Sequence[Publication]) -> None:
    """Put publications into the outbox, in the caller's transaction if there is one.

    Raises ValueError for a channel that is too long.
    """
    for publication in publications:
        if len(publication.channel) > LONGEST_CHANNEL:
            name = publication.channel[:40]
            raise ValueError(f'The channel "{name}…" is longer than {LONGEST_CHANNEL} characters')
    OutboxEntry.objects.bulk_create(
        # The key is the envelope's id: who looks for an event finds its entry.
        OutboxEntry(channel=each.channel, envelope=each.data, idempotency_key=each.id)
        for each in publications
    )
    using = router.db_for_write(OutboxEntry)
    transaction.on_commit(something_added.set, using=using, robust=True)


def retry(entries: QuerySet[OutboxEntry]) -> int:
    """Have failed entries tried again from the start; tell how many they are."""
    return entries.filter(state=OutboxState.Failed).update(
        state=OutboxState.Pending,
        attempts=0,
        due_at=timezone.now(),
        last_error="",
        claimed_by="",
        claimed_until=None,
    )


def prune(keep: timedelta) -> int:
    """Delete what was delivered longer ago than `keep`; tell how many entries they were."""
    old = OutboxEntry.objects.filter(
        state=OutboxState.Delivered, delivered_at__lt=timezone.now() - keep
    )
    return old.delete()[0]
