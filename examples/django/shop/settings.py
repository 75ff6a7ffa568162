"""The shop's settings.

What is ready-made is for the demo alone: a site of your own has no `DEMO`.
"""

import os
from pathlib import Path

from shop.demo_keys import demo_keys

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("SHOP_DATA", BASE_DIR))
"""Where the database and the keys are."""

DEBUG = DEMO = True
KEYS = demo_keys(DATA_DIR / "demo-keys.json")

SECRET_KEY = KEYS["SECRET_KEY"]
ROOT_URLCONF = "shop.urls"
STATIC_URL = "static/"
USE_TZ = True
LOGIN_URL = LOGOUT_REDIRECT_URL = "sign-in"
LOGIN_REDIRECT_URL = "orders"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "instant",
    "shop",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "shop.sqlite3",
        # The site and the dispatcher of the outbox write at the same time.
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
        },
    }
}

SITE_NAME = "Shop"
CENTRIFUGO_HMAC_KEY = KEYS["CENTRIFUGO_HMAC_KEY"]
CENTRIFUGO_API_KEY = KEYS["CENTRIFUGO_API_KEY"]
CENTRIFUGO_HOST = "http://127.0.0.1"
CENTRIFUGO_PORT = int(os.environ.get("SHOP_ENGINE_PORT", "8427"))
