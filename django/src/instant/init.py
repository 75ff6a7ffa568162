"""What django-instant 4 had here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from instant.channels.channel_name import private_name as ensure_channel_is_private
from instant.engine_program.engine_config import DEFAULT_PORT, value_at
from instant.engine_program.engine_home import site_folder

__all__ = ["ensure_channel_is_private", "generate_settings_from_conf"]


def generate_settings_from_conf(conf: Mapping[str, Any], site_name: str | None = None) -> list[str]:
    """Give the lines for the site's settings by an engine's configuration.

    One of v6, or a flat one of v3 to v5. The site is called as its folder is unless `site_name` is
    given.
    """
    config = dict(conf)
    hmac_key = value_at(config, "client.token.hmac_secret_key") or conf.get("token_hmac_secret_key")
    api_key = value_at(config, "http_api.key") or conf.get("api_key")
    port = value_at(config, "http_server.port") or DEFAULT_PORT
    name = site_folder().resolve().name if site_name is None else site_name
    return [
        'CENTRIFUGO_HOST = "http://localhost"',
        f"CENTRIFUGO_PORT = {port}",
        f"CENTRIFUGO_HMAC_KEY = {json.dumps(hmac_key)}",
        f"CENTRIFUGO_API_KEY = {json.dumps(api_key)}",
        f"SITE_NAME = {json.dumps(name)}",
    ]
