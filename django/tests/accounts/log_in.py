"""Logs an account in on a new database in memory, and prints the tokens and who they are for.

Then users of subclasses are renamed, one is deleted, and it prints what the engine is asked.
"""

import json
from collections.abc import Sequence

import django

django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.core.management import call_command  # noqa: E402  # Only after setup().
from django.test import Client  # noqa: E402

from instant.engine_api import engine  # noqa: E402
from instant.errors import RefusedError  # noqa: E402
from instant.models import Channel  # noqa: E402
from tests.accounts.models import Account, Clerk, Customer, Team  # noqa: E402

call_command("migrate", run_syncdb=True, verbosity=0)
account = Account(email="joe@example.com")
account.set_password("x")
account.save()
# A group and a team of the same number have nothing to do with each other.
Channel.objects.create(name="of-group", level="groups").groups.add(Group.objects.create(pk=1))
team = Team(pk=1)
team.save()
team.members.add(account)

client = Client(SERVER_NAME="testserver")
credentials = {"username": "joe@example.com", "password": "x"}
told = [
    client.post(path, body, content_type="application/json").json()
    for path, body in (("/login/", credentials), ("/get_token/", {}))
]

asked: list[str] = []


def batch(commands: Sequence[engine.Command]) -> list[engine.Result | RefusedError]:
    asked.extend(method for method, _ in commands)
    return [{} for _ in commands]


engine.batch = batch
clerk, customer = Clerk(email="clerk@example.com"), Customer(email="customer@example.com")
for person in (clerk, customer):
    person.save()
    person.email += ".org"
    person.save()
clerk.delete()

print(json.dumps({"id": str(account.pk), "told": told, "asked": asked}))  # noqa: T201  # Read by the test.
