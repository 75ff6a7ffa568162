"""The site of the tests in a process of its own; the environment says with what."""

import json
import os

from tests.settings import *  # noqa: F403  # All of them but these.

DATABASES = {"default": json.loads(os.environ["SITE_DATABASE"])}
CENTRIFUGO_URL = os.environ["SITE_ENGINE"]
INSTANT_TIMEOUT = float(os.environ["SITE_TIMEOUT"])
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"instant": {"handlers": ["stderr"], "level": "INFO"}},
}
