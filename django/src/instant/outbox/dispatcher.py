"""Delivers what is in the outbox."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import Error as DatabaseTrouble
from django.db import connections, router
from django.utils import timezone

from instant.conf import SettingsError, settings
from instant.engine_api import engine
from instant.errors import PublishError, RefusedError
from instant.models import OutboxEntry, OutboxState
from instant.outbox import outbox
from instant.outbox.outbox_claim import claim, release
from instant.publishing.envelope import Publication
from instant.publishing.publish_command import publish_command

TEMPORARY_REFUSALS: Final = frozenset({100, 111})
"""Codes of an engine in trouble (internal error, too many requests): such entries never fail."""

_logger = logging.getLogger("instant.outbox")


@dataclass(frozen=True)
class DispatcherOptions:
    """How a dispatcher goes about it. Times are in seconds."""

    lease: float = 10.0
    """How long a dispatcher that died keeps its entries from others."""
    interval: float = 0.2
    """How often the outbox is looked at when it was empty."""
    tries: int = 5
    """How often an entry is tried that the engine refuses, before it is marked as failed."""
    longest_pause: float = 10.0
    """The longest pause between tries while engine or database are down; it begins at 0.1."""
    keep: float = 86_400.0
    """How long delivered entries are kept."""
    most: int = 200
    """Entries that are claimed at once."""


class Dispatcher:
    """Delivers entries in the order of their channels; several may run at once, anywhere.

    Each entry's key makes the engine take it once, whoever sends it again in the five minutes that
    it remembers keys. Raises ValueError for a lease that is shorter than three `INSTANT_TIMEOUT`.
    """

    def __init__(self, options: DispatcherOptions | None = None) -> None:
        self.options = DispatcherOptions() if options is None else options
        if self.options.lease < 3 * settings.INSTANT_TIMEOUT:
            raise ValueError(
                f"The lease is {self.options.lease:g} s: it must be at least three times "
                f"INSTANT_TIMEOUT, which is {settings.INSTANT_TIMEOUT:g} s"
            )
        self.name: Final = f"{socket.gethostname()[:20]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
        self._pruned_at = float("-inf")
        self._sent: list[int] = []

    def run(self, stop: threading.Event) -> None:
        """Deliver until `stop` is set; what goes wrong is logged, and tried again."""
        pause = 0.0
        trouble: Exception | None
        while not stop.is_set():
            try:
                trouble = self._turn()
            except SettingsError as error:
                trouble = error
            except DatabaseTrouble as error:
                trouble = error
                _close_connection()
            if trouble is None:
                pause = 0.0
                continue
            pause = min(self.options.longest_pause, 2 * pause or 0.1)
            _logger.warning("Nothing is delivered now, next try in %.1f s: %s", pause, trouble)
            stop.wait(pause)
        self._let_go()

    def deliver_pending(self) -> int:
        """Deliver what waits now, and tell how many entries were.

        Raises `PublishError` when the engine can't be asked.
        """
        count = 0
        while entries := self._claim():
            delivered, trouble = self._deliver(entries)
            count += delivered
            if trouble is not None:
                raise trouble
        return count

    def _turn(self) -> PublishError | None:
        """Deliver some entries, or wait for some."""
        outbox.something_added.clear()
        entries = self._claim()
        if entries:
            return self._deliver(entries)[1]
        self._prune()
        outbox.something_added.wait(self.options.interval)
        return None

    def _claim(self) -> Sequence[OutboxEntry]:
        self._note()
        return claim(self.name, timedelta(seconds=self.options.lease), self.options.most)

    def _deliver(self, entries: Sequence[OutboxEntry]) -> tuple[int, PublishError | None]:
        """Send claimed entries one after the other, each only when those before it are there."""
        # Nothing is sent that could arrive when another may have the channel.
        until = time.monotonic() + _lease_left(entries) - 2 * settings.INSTANT_TIMEOUT
        barred: set[str] = set()
        trouble: PublishError | None = None
        for entry in entries:
            if time.monotonic() > until:
                break
            if entry.channel in barred:
                continue
            try:
                engine.call(*_command(entry))
                self._sent.append(entry.pk)
            except RefusedError as error:
                barred.add(entry.channel)
                self._refused(entry, error)
            except PublishError as error:
                trouble = error
                OutboxEntry.objects.filter(pk=entry.pk).update(last_error=str(error))
                break
        delivered = len(self._sent)
        self._note()
        if delivered < len(entries):
            release(self.name)
        return delivered, trouble

    def _note(self) -> None:
        """Note what was sent; when the database takes nothing, it is noted before more is sent."""
        if self._sent:
            OutboxEntry.objects.filter(pk__in=self._sent).update(
                state=OutboxState.Delivered, delivered_at=timezone.now(), last_error=""
            )
            self._sent.clear()

    def _refused(self, entry: OutboxEntry, error: RefusedError) -> None:
        attempts = entry.attempts + 1
        is_final = attempts >= self.options.tries and error.code not in TEMPORARY_REFUSALS
        pause = min(60.0, 0.5 * 2.0 ** min(attempts, 10))
        OutboxEntry.objects.filter(pk=entry.pk, state=OutboxState.Pending).update(
            attempts=attempts,
            last_error=str(error),
            due_at=timezone.now() + timedelta(seconds=pause),
            state=OutboxState.Failed if is_final else OutboxState.Pending,
        )
        if is_final:
            _logger.error('Entry %s of "%s" has failed: %s', entry.pk, entry.channel, error)

    def _prune(self) -> None:
        if time.monotonic() - self._pruned_at > _PRUNE_INTERVAL:
            outbox.prune(timedelta(seconds=self.options.keep))
            self._pruned_at = time.monotonic()

    def _let_go(self) -> None:
        try:
            self._note()
            release(self.name)
        except DatabaseTrouble:
            # The lease ends by itself, and who sends these again has their keys.
            _close_connection()


_PRUNE_INTERVAL = 60.0


def start_thread(options: DispatcherOptions | None = None) -> threading.Event:
    """Run a dispatcher in a thread of its own, until the event that is given back is set."""
    stop = threading.Event()

    def run() -> None:
        try:
            Dispatcher(options).run(stop)
        finally:
            connections.close_all()

    threading.Thread(target=run, name="instant-outbox", daemon=True).start()
    return stop


def _command(entry: OutboxEntry) -> engine.Command:
    publication = Publication(entry.channel, entry.envelope, entry.idempotency_key)
    return publish_command(publication, entry.idempotency_key)


def _lease_left(entries: Sequence[OutboxEntry]) -> float:
    """Tell for how many seconds entries are claimed; the claim itself may have taken some."""
    ends = min(entry.claimed_until for entry in entries if entry.claimed_until is not None)
    return (ends - timezone.now()).total_seconds()


def _close_connection() -> None:
    connections[router.db_for_write(OutboxEntry)].close()
