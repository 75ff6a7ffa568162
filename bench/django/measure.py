"""Times the publishing of whichever django-instant is installed; prints a line of JSON."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command

EVENT = {"event_class": "important", "data": {"order": 17, "total": "9.50"}}


def set_up(config: dict[str, Any]) -> None:
    """Make a site with the database of the configuration."""
    settings.configure(
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "instant"],
        DATABASES={"default": config["database"]},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        SECRET_KEY="only-for-the-bench",  # noqa: S106
        USE_TZ=True,
        CENTRIFUGO_HOST="http://127.0.0.1",
        CENTRIFUGO_PORT=config["port"],
        CENTRIFUGO_HMAC_KEY=config["hmac_key"],
        CENTRIFUGO_API_KEY=config["api_key"],
    )
    django.setup()
    call_command("migrate", verbosity=0)


def per_second(count: int, work: Callable[[], object]) -> float:
    """Tell how many a second of `count` things that are done by one call."""
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


def repeat(count: int, work: Callable[[], object]) -> Callable[[], None]:
    """Make a call that does something several times."""

    def all_of_them() -> None:
        for _ in range(count):
            work()

    return all_of_them


def measure_publish() -> dict[str, float]:
    """Time what both versions have."""
    from instant.producers import publish

    def one() -> None:
        publish("bench", "paid", **EVENT)

    repeat(100, one)()
    return {"publish": per_second(1000, repeat(1000, one))}


def measure_others() -> dict[str, float]:
    """Time what is new."""
    from django.db import transaction
    from instant.dispatcher import Dispatcher
    from instant.models import OutboxEntry
    from instant.producers import Event, apublish, publish, publish_many

    events = [Event("bench", "paid", **EVENT) for _ in range(100)]

    async def at_once() -> None:
        await asyncio.gather(*(apublish("bench", "paid", **EVENT) for _ in range(1000)))

    def durable() -> None:
        publish("bench", "paid", **EVENT, durable=True)

    def durable_in_one() -> None:
        with transaction.atomic():
            repeat(1000, durable)()

    found = {
        "publish_many of 100, events": per_second(5000, repeat(50, lambda: publish_many(events))),
        "apublish, 1000 at once": per_second(1000, lambda: asyncio.run(at_once())),
        "durable, each its transaction": per_second(300, repeat(300, durable)),
        "durable, 1000 in a transaction": per_second(1000, durable_in_one),
        "durable, publish_many of 100": per_second(
            1000, repeat(10, lambda: publish_many(events, durable=True))
        ),
    }
    waiting = OutboxEntry.objects.filter(state="pending").count()
    found["delivered from the outbox"] = per_second(waiting, Dispatcher().deliver_pending)
    return found


def main() -> None:
    """Measure what the arguments say."""
    set_up(json.loads(os.environ["BENCH_SITE"]))
    found = measure_publish()
    if "--others" in sys.argv:
        found |= measure_others()
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
