"""The engine's configuration, in the form of Centrifugo v6."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from django.db import DatabaseError

from instant.conf import SettingsError, settings
from instant.engine_program.engine_home import EngineKind
from instant.engine_program.errors import EngineProgramError
from instant.engine_program.site_origins import site_origins
from instant.models import Channel

Config: TypeAlias = dict[str, Any]
"""A configuration as its file holds it."""

DEFAULT_PORT: Final = 8427
"""Where the engine listens unless anything says otherwise."""

KEPT: Final[Config] = {
    "history_size": 100,
    "history_ttl": "600s",
    "force_recovery": True,
    "presence": True,
}
"""What is switched on for every channel: who comes back after a cut gets what was missed."""

ENVIRONMENT: Final = {
    "CENTRIFUGO_HMAC_KEY": "CENTRIFUGO_CLIENT_TOKEN_HMAC_SECRET_KEY",
    "CENTRIFUGO_API_KEY": "CENTRIFUGO_HTTP_API_KEY",
}
"""The settings that are keys, with the variables that engines read before their file."""


def compose_config(kind: EngineKind, port: int) -> Config:
    """Make the configuration for this site, with its keys, or new ones where it has none."""
    config: Config = {
        "http_server": {"address": "127.0.0.1", "port": port},
        "client": {
            "token": {"hmac_secret_key": site_key("CENTRIFUGO_HMAC_KEY") or _new_key()},
            "allowed_origins": site_origins(),
        },
        "http_api": {"key": site_key("CENTRIFUGO_API_KEY") or _new_key()},
        "channel": {
            "without_namespace": KEPT,
            "namespaces": [{"name": name, **KEPT} for name in site_namespaces()],
        },
    }
    if kind == "instant":
        # So that a restart of the engine costs nobody an event.
        config["broker"] = {"enabled": True, "type": "disk", "disk": {"path": "history.sqlite"}}
    return config


def write_config(path: Path, config: Config) -> None:
    """Write a new file that only this user reads. Raises `EngineProgramError` when it can't.

    A folder that is made for it is one that git ignores: it is for keys and history.
    """
    try:
        if not path.parent.exists():
            path.parent.mkdir(parents=True)
            (path.parent / ".gitignore").write_text("*\n", encoding="utf-8")
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(config, indent=2) + "\n")
        # Whole, or not at all.
        Path(name).replace(path)
    except OSError as error:
        raise EngineProgramError(
            f"{path} can't be written: {error.strerror}. Name another folder with --dir"
        ) from error


def read_config(path: Path) -> Config:
    """Read a file. Raises `EngineProgramError` when it is not one of v6."""
    try:
        config = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise EngineProgramError(f"{path} can't be read: {error.strerror}") from error
    except ValueError as error:
        raise EngineProgramError(f"{path} is not JSON: {error}") from error
    if not isinstance(config, dict):
        raise EngineProgramError(f"{path} is no configuration: it must be a JSON object")
    if "token_hmac_secret_key" in config or "api_key" in config:
        raise EngineProgramError(
            f"{path} is of Centrifugo v3 to v5, whose keys v6 does not read: move it away and run "
            "`python manage.py installws`, or write it anew as docs/serve.md says"
        )
    return config


def value_at(config: Config, place: str) -> object:
    """Give what is at a place as ``http_api.key``; None when there is nothing."""
    value: object = config
    for name in place.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def site_key(name: str) -> str | None:
    """Give a key of the settings by its name; None when there is none that can be used."""
    try:
        key: str = getattr(settings, name)
    except SettingsError:
        return None
    return key


def site_port() -> int:
    """Give the port at which the settings expect the engine, if they name one."""
    return urlsplit(settings.CENTRIFUGO_URL).port or DEFAULT_PORT


def site_namespaces() -> list[str]:
    """Give the namespaces of the site's channels; none before the first migration."""
    try:
        names = list(Channel.objects.values_list("name", flat=True))
    except DatabaseError:
        return []
    bare = (name.removeprefix("$") for name in names)
    return sorted({name.partition(":")[0] for name in bare if ":" in name})


def _new_key() -> str:
    return secrets.token_urlsafe(32)
