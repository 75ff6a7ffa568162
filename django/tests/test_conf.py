from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from pytest_django import Settings

from instant.conf import settings as instant_settings


def test_defaults() -> None:
    assert instant_settings.CENTRIFUGO_URL == "http://localhost:8427"
    assert instant_settings.SITE_NAME == "Site"
    assert instant_settings.INSTANT_TOKEN_LIFETIME == 600
    assert instant_settings.INSTANT_ANONYMOUS_ACCESS is False
    assert instant_settings.INSTANT_ENVELOPE == "object"
    assert instant_settings.INSTANT_USER_ID is None
    assert instant_settings.INSTANT_DURABLE is False
    assert instant_settings.INSTANT_ON_COMMIT is False
    assert instant_settings.INSTANT_TIMEOUT == 1.0
    assert instant_settings.INSTANT_WEBSOCKETS_URL is None
    assert list(instant_settings.INSTANT_ALLOWED_ORIGINS) == []


def test_settings_are_read_when_they_are_asked_for() -> None:
    with override_settings(SITE_NAME="Shop"):
        assert instant_settings.SITE_NAME == "Shop"
    assert instant_settings.SITE_NAME == "Site"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({"CENTRIFUGO_HOST": "http://host", "CENTRIFUGO_PORT": 8001}, "http://host:8001"),
        ({"CENTRIFUGO_HOST": "http://host/", "CENTRIFUGO_PORT": "8001"}, "http://host:8001"),
        ({"CENTRIFUGO_HOST": "http://host/ws/", "CENTRIFUGO_PORT": 8001}, "http://host:8001/ws"),
        ({"CENTRIFUGO_HOST": "https://host/", "CENTRIFUGO_PORT": None}, "https://host"),
        ({"CENTRIFUGO_HOST": "http://host:8000"}, "http://host:8000"),
        ({"CENTRIFUGO_HOST": "host"}, "http://host:8427"),
        ({"CENTRIFUGO_HOST": "http://[::1]"}, "http://[::1]:8427"),
        ({"CENTRIFUGO_URL": "https://host/engine/", "CENTRIFUGO_PORT": 1}, "https://host/engine"),
        ({"CENTRIFUGO_URL": "http://host:8427/"}, "http://host:8427"),
    ],
    ids=str,
)
def test_where_the_engine_is(settings: Settings, given: dict[str, object], url: str) -> None:
    for name, value in given.items():
        setattr(settings, name, value)
    assert url == instant_settings.CENTRIFUGO_URL


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CENTRIFUGO_URL", "ftp://host"),
        ("CENTRIFUGO_URL", "http://"),
        ("CENTRIFUGO_URL", "http://host:99999"),
        ("CENTRIFUGO_URL", "http://ho st"),
        ("CENTRIFUGO_URL", "http://engine..example:8427"),
        ("CENTRIFUGO_URL", "http://host/событие"),
        ("CENTRIFUGO_HOST", f"http://{'h' * 64}"),
        ("CENTRIFUGO_URL", 8427),
        ("CENTRIFUGO_HOST", None),
        ("CENTRIFUGO_PORT", "http"),
        ("CENTRIFUGO_PORT", 0),
        ("CENTRIFUGO_HMAC_KEY", b"bytes"),
        ("CENTRIFUGO_API_KEY", 1),
        ("SITE_NAME", None),
        ("INSTANT_TOKEN_LIFETIME", 0),
        ("INSTANT_TOKEN_LIFETIME", 60.5),
        ("INSTANT_TOKEN_LIFETIME", True),
        ("INSTANT_ANONYMOUS_ACCESS", "yes"),
        ("INSTANT_ENVELOPE", "text"),
        ("INSTANT_USER_ID", 1),
        ("INSTANT_USER_ID", "tests.nothing"),
        ("INSTANT_DURABLE", None),
        ("INSTANT_ON_COMMIT", 1),
        ("INSTANT_TIMEOUT", 0),
        ("INSTANT_TIMEOUT", "1"),
        ("INSTANT_WEBSOCKETS_URL", "https://host"),
        ("INSTANT_ALLOWED_ORIGINS", "https://host"),
        ("INSTANT_ALLOWED_ORIGINS", ["https://host/"]),
        ("INSTANT_ALLOWED_ORIGINS", ["*"]),
        ("INSTANT_ALLOWED_ORIGINS", ["https://*.host"]),
        ("INSTANT_ALLOWED_ORIGINS", ["https://HOST"]),
        ("INSTANT_ALLOWED_ORIGINS", ["host"]),
        ("INSTANT_ALLOWED_ORIGINS", [None]),
    ],
)
def test_a_wrong_setting_is_named(settings: Settings, name: str, value: object) -> None:
    setattr(settings, name, value)
    with pytest.raises(ImproperlyConfigured, match=f"^{name} is "):
        getattr(instant_settings, "CENTRIFUGO_URL" if name.endswith(("HOST", "PORT")) else name)


@pytest.mark.parametrize("name", ["CENTRIFUGO_HMAC_KEY", "CENTRIFUGO_API_KEY"])
def test_a_message_never_tells_a_key(settings: Settings, name: str) -> None:
    setattr(settings, name, ["a secret"])
    with pytest.raises(ImproperlyConfigured) as refused:
        getattr(instant_settings, name)
    assert "a secret" not in str(refused.value)
