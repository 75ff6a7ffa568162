"""Publishes durably in transactions, some of which are rolled back, until it is killed or done."""

from __future__ import annotations

import random
import sys
import time

import django

django.setup()

from django.db import transaction  # noqa: E402  # The site must be set up first.

from instant.channels.resolve_name import channel_names  # noqa: E402
from instant.producers import publish  # noqa: E402


def place_orders(prefix: str, first: int, count: int) -> None:
    """Place orders that are numbered from `first`, to three channels."""
    chance = random.Random(f"{prefix}{first}")  # noqa: S311  # The same each time.
    for number in range(first, first + count):
        # In SQLite a transaction that begins by reading may not get to write.
        channel_names.current()
        with transaction.atomic():
            for part in range(chance.randint(1, 3)):
                channel = f"{prefix}-{chance.randint(0, 2)}"
                publish(channel, data=f"{number}.{part}", durable=True)
            if chance.random() < 0.2:
                transaction.set_rollback(True)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        time.sleep(0.005)


if __name__ == "__main__":
    place_orders(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
