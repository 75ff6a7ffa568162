from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from pytest_django import Settings

from instant.models import Channel

Answer = tuple[int, bytes]
Engine = Callable[[Answer], list[str]]


def found(*, deploy: bool = False, databases: list[str] | None = None) -> dict[str, str]:
    """Give what the app's own checks say, by their ids."""
    messages = run_checks(include_deployment_checks=deploy, databases=databases)
    return {
        str(message.id): f"{message.msg} {message.hint or ''}"
        for message in messages
        if str(message.id).startswith("instant.")
    }


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """Something that answers where the engine is expected, and tells which keys it was shown."""
    keys: list[str] = []
    answers: list[Answer] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            keys.append(f"{self.path} {self.headers['X-API-Key']}")
            status, body = answers[0]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        settings.CENTRIFUGO_URL = f"http://127.0.0.1:{server.server_port}"
        settings.INSTANT_WEBSOCKETS_URL = "wss://events.site.test"

        def answer(given: Answer) -> list[str]:
            answers[:] = [given]
            return keys

        yield answer
        server.shutdown()
        thread.join()


WELL = (200, b'{"result": {"nodes": []}}')


def test_nothing_is_said_of_a_site_that_is_well(settings: Settings) -> None:
    assert found() == {}


@pytest.mark.parametrize("name", ["CENTRIFUGO_HMAC_KEY", "CENTRIFUGO_API_KEY"])
def test_a_missing_key_is_named_and_stops_no_command(settings: Settings, name: str) -> None:
    setattr(settings, name, None)
    text = found()["instant.W001"]
    assert text.startswith(f"Provide a {name} in settings")
    assert "installws" in text
    call_command("check")


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [
        ("CENTRIFUGO_PORT", "http", "must be a port from 1 to 65535"),
        ("INSTANT_ALLOWED_ORIGINS", ["https://host/"], 'origins as "https://app.example.com"'),
        ("INSTANT_TOKEN_LIFETIME", "600", "a whole number of seconds"),
        ("INSTANT_ENVELOPE", "json", '"object" or "string"'),
        ("INSTANT_USER_ID", "nickname", "Name a field that all users have"),
        ("CENTRIFUGO_API_KEY", b"key", "must be a text"),
    ],
)
def test_a_wrong_setting_is_named_with_its_cure(
    settings: Settings, name: str, value: object, cure: str
) -> None:
    setattr(settings, name, value)
    text = found()["instant.E001"]
    assert text.startswith(name)
    assert cure in text
    with pytest.raises(Exception, match=name):
        call_command("check")


def test_a_setting_of_old_is_named_with_what_to_do(settings: Settings) -> None:
    settings.CENTRIFUGO_SECRET_KEY = "key"
    assert "name it CENTRIFUGO_HMAC_KEY" in found()["instant.W006"]
    del settings.CENTRIFUGO_SECRET_KEY
    settings.INSTANT_DEBUG = True
    assert "log.level" in found()["instant.W006"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("INSTANT_ALLOWED_ORIGIN", "INSTANT_ALLOWED_ORIGINS"),
        ("INSTANT_WEBSOCKET_URL", "INSTANT_WEBSOCKETS_URL"),
        ("CENTRIFUGO_APIKEY", "CENTRIFUGO_API_KEY"),
    ],
)
def test_a_misspelt_setting_is_named(settings: Settings, name: str, meant: str) -> None:
    settings.CENTRIFUGO_HOST = "http://localhost"
    settings.INSTANT_NOTES = "of the site's own"
    assert found() == {}
    setattr(settings, name, "x")
    assert f"{name} in settings is not read: is {meant} meant?" in found()["instant.W007"]


@pytest.mark.parametrize(
    ("key", "weakness"),
    [
        ("key", "is shorter than 32 characters"),
        ("change-me-0123456789abcdefghijklmnop", "is taken from an example"),
    ],
)
@pytest.mark.parametrize("name", ["CENTRIFUGO_HMAC_KEY", "CENTRIFUGO_API_KEY"])
@pytest.mark.django_db
def test_a_key_that_is_easy_to_guess_is_named_before_deployment(
    settings: Settings, engine: Engine, name: str, key: str, weakness: str
) -> None:
    engine(WELL)
    setattr(settings, name, key)
    assert found() == {}
    text = found(deploy=True)["instant.W002"]
    assert text.startswith(f"{name} {weakness}")
    assert "secrets.token_urlsafe" in text
    assert key not in text


@pytest.mark.django_db
class TestDeployment:
    def test_nothing_is_said_of_a_site_that_is_well(self, engine: Engine) -> None:
        keys = engine(WELL)
        assert found(deploy=True) == {}
        assert keys == ["/api/info api-key-of-the-tests-0123456789abcdef"]

    def test_two_keys_that_are_the_same(self, settings: Settings, engine: Engine) -> None:
        engine(WELL)
        settings.CENTRIFUGO_API_KEY = settings.CENTRIFUGO_HMAC_KEY
        assert "are the same" in found(deploy=True)["instant.W002"]

    def test_a_socket_without_tls(self, settings: Settings, engine: Engine) -> None:
        engine(WELL)
        settings.INSTANT_WEBSOCKETS_URL = "ws://events.site.test"
        assert found(deploy=True) == {}
        settings.SESSION_COOKIE_SECURE = True
        assert "as wss://" in found(deploy=True)["instant.W003"]

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
    def test_a_socket_on_the_visitors_own_machine(
        self, settings: Settings, engine: Engine, host: str
    ) -> None:
        engine(WELL)
        settings.INSTANT_WEBSOCKETS_URL = f"ws://{host}:8427"
        assert "the visitor's own machine" in found(deploy=True)["instant.W003"]

    def test_a_socket_that_nobody_has_told_of(self, settings: Settings, engine: Engine) -> None:
        engine(WELL)
        del settings.INSTANT_WEBSOCKETS_URL
        text = found(deploy=True)["instant.W003"]
        assert f"the socket at {settings.CENTRIFUGO_URL.replace('http', 'ws')}" in text
        assert "Set INSTANT_WEBSOCKETS_URL" in text

    def test_an_engine_that_refuses_the_key(self, engine: Engine) -> None:
        engine((401, b""))
        text = found(deploy=True)["instant.E002"]
        assert "has another key: CENTRIFUGO_API_KEY must be its http_api.key" in text

    def test_an_engine_that_is_down(self, settings: Settings) -> None:
        # Nothing can listen on this port, and a connection is refused at once.
        settings.CENTRIFUGO_URL = "http://127.0.0.1:1"
        text = found(deploy=True)["instant.W004"]
        assert text.startswith("The engine at http://127.0.0.1:1 is not reached")
        assert "runws" in text

    @pytest.mark.parametrize(
        "answer",
        [
            (200, b"<html>"),
            (200, b"[]"),
            (200, b"{}"),
            (200, b"\xff"),
            (302, b""),
            (400, b""),
            (403, b"<html>"),
            (404, b""),
        ],
        ids=str,
    )
    def test_something_else_in_its_place(self, engine: Engine, answer: Answer) -> None:
        keys = engine(answer)
        assert "is CENTRIFUGO_URL the engine's?" in found(deploy=True)["instant.W004"]
        assert len(keys) == 1

    def test_nothing_is_asked_without_a_key(self, settings: Settings, engine: Engine) -> None:
        keys = engine(WELL)
        settings.CENTRIFUGO_API_KEY = None
        assert list(found(deploy=True)) == ["instant.W001"]
        assert keys == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("ns:$x", "has its $ after the namespace"),
        ("smørrebrød", "holds more than ASCII"),
        ("a#b", "holds #"),
    ],
)
def test_a_channel_with_a_name_that_cannot_be(engine: Engine, name: str, fault: str) -> None:
    engine(WELL)
    channel = Channel.objects.create(name="x", level=Channel.Level.Public)
    Channel.objects.filter(pk=channel.pk).update(name=name)
    assert found() == {}
    for texts in (found(databases=["default"]), found(deploy=True)):
        assert f'The channel name "{name}" {fault}' in texts["instant.W005"]


@pytest.mark.django_db
def test_the_command_fails_where_it_is_asked_to(settings: Settings) -> None:
    settings.CENTRIFUGO_HMAC_KEY = None
    with pytest.raises((CommandError, SystemExit)):
        call_command("check", fail_level="WARNING")
