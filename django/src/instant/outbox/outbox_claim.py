"""Who delivers which entries of the outbox: one dispatcher at a time has a channel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connections, router, transaction
from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone

from instant.models import OutboxEntry, OutboxState


def claim(worker: str, lease: timedelta, most: int) -> Sequence[OutboxEntry]:
    """Take the next entries for a dispatcher, for the time of `lease`.

    They are the oldest of their channels, in their order, at most `most`, and tell until when they
    are claimed. Nobody else gets entries of these channels until they are released or the lease is
    over: who holds the first entry of a channel holds the channel.
    """
    using = router.db_for_write(OutboxEntry)
    pending = OutboxEntry.objects.using(using).filter(state=OutboxState.Pending)
    if not pending.exists():
        # Who looks into an empty outbox five times a second takes no lock.
        return []
    with transaction.atomic(using=using):
        _lock_without_row_locks(using)
        now = timezone.now()
        channels = _free_channels(pending, worker, now, most)
        if not channels:
            return []
        # Not those alone that nobody has: what somebody has must be seen, to stop before it.
        following = pending.filter(channel__in=channels).order_by("pk")
        entries = _unbroken(_locked(following)[:most], worker, now)
        keys = [entry.pk for entry in entries]
        pending.filter(pk__in=keys).update(claimed_by=worker, claimed_until=now + lease)
    for entry in entries:
        entry.claimed_until = now + lease
    return entries


def release(worker: str) -> None:
    """Give back what a dispatcher has claimed and not delivered."""
    OutboxEntry.objects.filter(claimed_by=worker, state=OutboxState.Pending).update(
        claimed_by="", claimed_until=None
    )


def _free_channels(
    pending: QuerySet[OutboxEntry], worker: str, now: datetime, most: int
) -> list[str]:
    """Lock the first entries of channels that nobody has, and name the channels."""
    # What was never tried is due: the clock of who put it in may be another.
    channels = (
        pending.order_by()
        .values("channel")
        .annotate(
            first=Min("pk"),
            held=Max("claimed_until", filter=~Q(claimed_by=worker)),
            due=Max("due_at", filter=Q(attempts__gt=0)),
        )
    )
    free = channels.filter(Q(held=None) | Q(held__lte=now), Q(due=None) | Q(due__lte=now))
    # A list, as within the next statement some databases ask it anew for each row.
    firsts = list(free.order_by("first").values_list("first", flat=True)[:most])
    # What another has taken in between is out.
    is_free = Q(claimed_until=None) | Q(claimed_until__lte=now) | Q(claimed_by=worker)
    heads = _locked(pending.filter(is_free, pk__in=firsts), skip_locked=True)
    return list(heads.values_list("channel", flat=True))


def _locked(entries: QuerySet[OutboxEntry], skip_locked: bool = False) -> QuerySet[OutboxEntry]:
    features = connections[entries.db].features
    if not features.has_select_for_update:
        return entries
    can_skip = features.has_select_for_update_skip_locked
    return entries.select_for_update(skip_locked=skip_locked and can_skip)


def _lock_without_row_locks(using: str) -> None:
    """Take the database's write lock where rows have none, as in SQLite."""
    if not connections[using].features.has_select_for_update:
        # It changes nothing; a transaction that begins by reading may fail to write later.
        OutboxEntry.objects.using(using).filter(pk=0).update(attempts=0)


def _unbroken(entries: Iterable[OutboxEntry], worker: str, now: datetime) -> list[OutboxEntry]:
    """Leave out what stands behind an entry that another dispatcher has, or that must wait."""
    barred: set[str] = set()
    taken: list[OutboxEntry] = []
    for entry in entries:
        is_others = (
            entry.claimed_by != worker
            and entry.claimed_until is not None
            and entry.claimed_until > now
        )
        if is_others or (entry.attempts > 0 and entry.due_at > now):
            barred.add(entry.channel)
        if entry.channel not in barred:
            taken.append(entry)
    return taken
