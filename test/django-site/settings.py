"""A site as it was written for django-instant 4.2.0, which runs on it and on ours."""

import os
from pathlib import Path

DEBUG = True
SECRET_KEY = "the-secret-key-of-a-site-of-the-tests"
ROOT_URLCONF = "urls"
STATIC_URL = "/static/"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "instant",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ]
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["SITE_DATABASE"],
        "OPTIONS": {"timeout": 20},
    }
}
# All that is ever logged, but for the rows of the database.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "DEBUG"},
    "loggers": {"django.db.backends": {"level": "INFO"}, "django.template": {"level": "INFO"}},
}

SITE_NAME = "Old site"
CENTRIFUGO_HOST = "http://127.0.0.1"
CENTRIFUGO_PORT = int(os.environ["SITE_ENGINE_PORT"])
CENTRIFUGO_HMAC_KEY = os.environ["SITE_HMAC_KEY"]
CENTRIFUGO_API_KEY = os.environ["SITE_API_KEY"]
INSTANT_ENVELOPE = os.environ["SITE_ENVELOPE"]
