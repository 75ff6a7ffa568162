"""The site of the tests on the PostgreSQL that `PGHOST` and libpq's other variables name."""

import os

from tests.settings import *  # noqa: F403  # All of them but one.

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("PGDATABASE", "postgres"),
        "HOST": os.environ["PGHOST"],
        "USER": os.environ.get("PGUSER", "postgres"),
    }
}
