"""How publications go on their way: now, after the commit, or through the outbox."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db import router, transaction

from instant.conf import SettingsError, settings
from instant.engine_api import engine
from instant.errors import PartlyRefusedError, PublishError, RefusedError
from instant.models import OutboxEntry
from instant.outbox import outbox
from instant.publishing.envelope import Publication
from instant.publishing.publish_command import publish_command

_logger = logging.getLogger("instant")


def is_durable(durable: bool | None) -> bool:
    """Tell whether publications go through the outbox: by the settings unless it is said."""
    return settings.INSTANT_DURABLE if durable is None else durable


def is_later(on_commit: bool | None, durable: bool | None) -> bool:
    """Tell whether `deliver` has to do with the database."""
    return is_durable(durable) or _is_on_commit(on_commit)


def deliver(
    publications: Sequence[Publication], on_commit: bool | None, durable: bool | None
) -> None:
    """Send publications in the way that is asked for, or that the settings say. See `publish`."""
    if is_durable(durable):
        outbox.add(publications)
        return
    if _is_on_commit(on_commit):
        using = router.db_for_write(OutboxEntry)
        if transaction.get_connection(using).in_atomic_block:
            send_after_commit(publications, using)
            return
    _send(publications)


def send_after_commit(publications: Sequence[Publication], using: str) -> None:
    """Send publications after the commit, or now without a transaction.

    That they can't be sent is logged: what others do on commit is done all the same.
    """
    transaction.on_commit(lambda: _send_or_log(publications), using=using, robust=True)


def _is_on_commit(on_commit: bool | None) -> bool:
    return settings.INSTANT_ON_COMMIT if on_commit is None else on_commit


def _send(publications: Sequence[Publication]) -> None:
    commands = [publish_command(publication) for publication in publications]
    if len(commands) == 1:
        engine.call(*commands[0])
        return
    outcomes = [outcome for cut in engine.batches(commands) for outcome in engine.batch(cut)]
    refused = {
        place: outcome
        for place, outcome in enumerate(outcomes)
        if isinstance(outcome, RefusedError)
    }
    if refused:
        first = next(iter(refused.values()))
        raise PartlyRefusedError(f"{len(refused)} of {len(commands)} events: {first}", refused)


def _send_or_log(publications: Sequence[Publication]) -> None:
    try:
        _send(publications)
    except (PublishError, SettingsError) as error:
        channels = ", ".join(sorted({each.channel for each in publications}))
        _logger.error("Not published to %s after the commit: %s", channels, error)  # noqa: TRY400  # Who reads it needs no trace.
