"""The site of the tests with its database in the file that `SITE_DATABASE` names."""

import os

from tests.settings import *  # noqa: F403  # All of them but one.

DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["SITE_DATABASE"]}
}
