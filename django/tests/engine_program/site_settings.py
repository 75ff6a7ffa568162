"""A site in the folder `SITE_FOLDER`, with the keys and the engine of the environment."""

import os
from pathlib import Path

from tests.settings import *  # noqa: F403  # All but what follows.

BASE_DIR = Path(os.environ["SITE_FOLDER"])
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(BASE_DIR / "site.sqlite3")}
}
ALLOWED_HOSTS = ["shop.test"]
CENTRIFUGO_HMAC_KEY = os.environ.get("SITE_HMAC_KEY", "")
CENTRIFUGO_API_KEY = os.environ.get("SITE_API_KEY", "")
CENTRIFUGO_URL = os.environ.get("SITE_ENGINE_URL", "http://127.0.0.1:8427")
INSTANT_WEBSOCKETS_URL = os.environ.get("SITE_WEBSOCKETS_URL")
