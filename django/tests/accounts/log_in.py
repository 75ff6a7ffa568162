"""Logs an account in on a new database in memory, and prints the tokens and who they are for."""

import json

import django

django.setup()

from django.core.management import call_command  # noqa: E402  # Only after setup().
from django.test import Client  # noqa: E402

from tests.accounts.models import Account  # noqa: E402

call_command("migrate", run_syncdb=True, verbosity=0)
account = Account(email="joe@example.com")
account.set_password("x")
account.save()

client = Client(SERVER_NAME="testserver")
credentials = {"username": "joe@example.com", "password": "x"}
told = [
    client.post(path, body, content_type="application/json").json()
    for path, body in (("/login/", credentials), ("/get_token/", {}))
]
print(json.dumps({"id": str(account.pk), "told": told}))  # noqa: T201  # Read by the test.
