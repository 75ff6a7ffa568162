"""The site of the tests with users of its own kind."""

from tests.settings import *  # noqa: F403  # All but these.

AUTH_USER_MODEL = "accounts.Account"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "instant",
    "tests.accounts",
]
ROOT_URLCONF = "instant.urls"
