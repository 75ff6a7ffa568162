"""The configuration in the documentation, as it stands there."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from pytest_django import Settings

from instant.engine_api import engine as engine_api
from instant.history import history
from instant.models import Channel
from instant.presence import presence
from instant.producers import publish, publish_to
from instant.tokens import channel_token, connection_token
from tests.publishing.engine_process import (
    ENGINES,
    CentrifugoProcess,
    EngineProcess,
)
from tests.publishing.live_client import LiveClient

pytestmark = pytest.mark.django_db


def documented() -> dict[str, Any]:
    repository = Path(__file__).resolve().parents[3]
    page = (repository / "docs" / "django.md").read_text()
    section = page.partition("## With your own Centrifugo")[2]
    block = re.search(r"```json\n(.*?)```", section, re.DOTALL)
    assert block
    configuration: dict[str, Any] = json.loads(block[1])
    return configuration


@pytest.mark.parametrize("kind", ENGINES)
def test_it_is_all_that_the_app_needs(kind: str, settings: Settings, tmp_path: Path) -> None:
    sections = documented()
    make = CentrifugoProcess if kind == "centrifugo" else EngineProcess
    engine = make(tmp_path, **sections)
    assert json.loads((tmp_path / "config.json").read_text()) == sections
    settings.CENTRIFUGO_URL = engine.url
    settings.CENTRIFUGO_HMAC_KEY = sections["client"]["token"]["hmac_secret_key"]
    settings.CENTRIFUGO_API_KEY = sections["http_api"]["key"]
    settings.ALLOWED_HOSTS = ["shop.example"]
    try:
        expect_all(engine)
    finally:
        engine.stop()
        engine_api.pool.close()


def expect_all(engine: EngineProcess) -> None:
    channel = Channel.objects.create(name="shop:orders", level=Channel.Level.Users)
    joe = User.objects.create_user("joe")
    output = io.StringIO()
    call_command("instant_doctor", stdout=output)
    told = output.getvalue()
    assert "lets the pages of https://shop.example connect" in told
    assert "has the namespaces shop" in told
    assert "is lost" not in told
    with LiveClient(engine.socket_url, connection_token(joe)) as client:
        reply = client.subscribe(channel.name, channel_token(channel.name, joe))
        assert reply["subscribe"]["recoverable"]
        publish("shop:orders", "paid")
        publish_to(joe, "for you")
        assert [event["message"] for event in client.published(2)] == ["paid", "for you"]
        assert [present.user for present in presence("shop:orders").values()] == ["joe"]
    assert [event.envelope["message"] for event in history("shop:orders").events] == ["paid"]
