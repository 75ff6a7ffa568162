"""The site of the tests with a second database."""

from tests.settings import *  # noqa: F403  # All but this.

_IN_MEMORY = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
DATABASES = {"default": _IN_MEMORY, "other": dict(_IN_MEMORY)}
