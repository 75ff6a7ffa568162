"""Saves durable live objects in a second database, and prints whose events the outbox has."""

import json

import django

django.setup()

from django.core.management import call_command  # noqa: E402  # Only after setup().
from django.db import transaction  # noqa: E402

from instant.models import OutboxEntry  # noqa: E402
from tests.publishing.shop.models import Message  # noqa: E402

for database in ("default", "other"):
    call_command("migrate", database=database, run_syncdb=True, verbosity=0)

for room in ("undone", "kept"):
    with transaction.atomic(using="other"):
        Message.objects.using("other").create(room=room)
        transaction.set_rollback(room == "undone", using="other")

channels = list(OutboxEntry.objects.values_list("channel", flat=True))
print(json.dumps(channels))  # noqa: T201  # Read by the test.
