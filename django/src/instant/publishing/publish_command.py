"""The command that publishes."""

from __future__ import annotations

import json

from instant.engine_api.engine import Command
from instant.publishing.envelope import Publication


def publish_command(publication: Publication, idempotency_key: str | None = None) -> Command:
    """Make the command that publishes; with a key the engine takes it once in five minutes."""
    channel = json.dumps(publication.channel)
    key = "" if idempotency_key is None else f',"idempotency_key":{json.dumps(idempotency_key)}'
    return "publish", f'{{"channel":{channel},"data":{publication.data}{key}}}'
