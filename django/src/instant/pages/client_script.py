"""The client for pages that the package carries."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured

CLIENT: Final = "instant/index.min.js"
"""The client among the static files; it is ``instant/index.js`` too, as it once was."""

_ABOUT = Path(__file__).parents[1] / "static" / "instant" / "index.min.json"


@dataclass(frozen=True)
class ClientScript:
    """What a page says of the script that it loads."""

    version: str
    integrity: str
    """What the attribute ``integrity`` says."""


@functools.cache
def client_script() -> ClientScript:
    """Tell of the client that is here."""
    try:
        about = json.loads(_ABOUT.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ImproperlyConfigured(
            f"{_ABOUT} is not there: run `npm run build` in the checkout"
        ) from error
    return ClientScript(about["version"], about["integrity"])
