"""Times publishing and tokens of whichever django-instant is installed; prints a line of JSON."""

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
CHANNELS = 10


def set_up(config: dict[str, Any]) -> None:
    """Make a site with the database of the configuration."""
    settings.configure(
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "instant",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        ROOT_URLCONF="instant.urls",
        ALLOWED_HOSTS=["testserver"],
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


def timed(name: str, count: int, work: Callable[[], object]) -> dict[str, float]:
    """Tell how many a second of `count` things that one call does, and what each costs."""
    start, cpu = time.perf_counter(), time.process_time()
    work()
    cost = (time.process_time() - cpu) / count * 1e6
    return {name: count / (time.perf_counter() - start), f"{name}, CPU µs of each": cost}


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
    return timed("publish", 1000, repeat(1000, one))


def measure_get_token() -> dict[str, float]:
    """Time the tokens of a user who may see ten channels, as a page asks for them."""
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from instant.models import Channel

    Channel.objects.all().delete()
    for number in range(CHANNELS):
        Channel.objects.create(name=f"bench{number}", level="users")
    client = Client()
    client.force_login(User.objects.create_user("joe"))

    def one() -> None:
        channels = client.get("/get_token/").json()["channels"]
        if len(channels) != CHANNELS:
            raise SystemExit(f"not the ten channels: {channels}")

    repeat(50, one)()
    with CaptureQueriesContext(connection) as queries:
        one()
    count = len(queries)
    return {
        **timed("get_token", 500, repeat(500, one)),
        "get_token, queries of each": count,
    }


def measure_others() -> dict[str, float]:
    """Time what is new."""
    from django.db import transaction
    from instant.outbox.dispatcher import Dispatcher
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
        **timed("publish_many of 100, events", 5000, repeat(50, lambda: publish_many(events))),
        **timed("apublish, 1000 at once", 1000, lambda: asyncio.run(at_once())),
        **timed("durable, each its transaction", 300, repeat(300, durable)),
        **timed("durable, 1000 in a transaction", 1000, durable_in_one),
        **timed(
            "durable, publish_many of 100",
            1000,
            repeat(10, lambda: publish_many(events, durable=True)),
        ),
    }
    waiting = OutboxEntry.objects.filter(state="pending").count()
    found |= timed("delivered from the outbox", waiting, Dispatcher().deliver_pending)
    return found


def main() -> None:
    """Measure what the arguments say."""
    set_up(json.loads(os.environ["BENCH_SITE"]))
    found = measure_publish() | measure_get_token()
    if "--others" in sys.argv:
        found |= measure_others()
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
