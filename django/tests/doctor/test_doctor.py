from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from instant.engine_api import engine as engine_api
from instant.models import Channel
from tests.publishing.engine_process import API_KEY, HMAC_KEY, EngineProcess
from tests.publishing.scripted_server import scripted_server

pytestmark = [pytest.mark.whole, pytest.mark.django_db]

DEADLINE = 60.0
ORIGIN = "https://testserver"


def client(**options: Any) -> dict[str, Any]:
    return {
        "token": {"hmac_secret_key": HMAC_KEY},
        "allowed_origins": [ORIGIN],
        **options,
    }


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    engine = EngineProcess(tmp_path_factory.mktemp("engine"), client=client())
    yield engine
    engine.stop()


@pytest.fixture
def engine(shared: EngineProcess, settings: Settings) -> Iterator[EngineProcess]:
    """An engine that suits the site."""
    settings.CENTRIFUGO_URL = shared.url
    yield shared
    engine_api.pool.close()


def doctor(*arguments: str) -> str:
    output = io.StringIO()
    call_command("instant_doctor", *arguments, stdout=output)
    return output.getvalue()


def broken(*arguments: str) -> tuple[int, str]:
    """Run it where something is wrong; give the exit code and what it says."""
    with pytest.raises(CommandError) as raised:
        doctor(*arguments)
    return raised.value.returncode, str(raised.value)


def test_a_site_that_is_well_hears_so_link_by_link(engine: EngineProcess) -> None:
    Channel.objects.create(name="ns:team", level=Channel.Level.Users)
    lines = doctor().splitlines()
    assert [line.partition("  ")[2].split(",")[0] for line in lines] == [
        "The settings can be read",
        f"The engine answers at {engine.url}",
        "The clocks of site and engine agree",
        f"A websocket opens at {engine.socket_url}",
        f"The engine lets the pages of {ORIGIN} connect",
        "The engine takes the site's tokens",
        "The engine has the namespaces ns",
        "What was published arrived",
    ]


def test_its_exit_code_names_the_link(engine: EngineProcess, tmp_path: Path) -> None:
    ran = subprocess.run(  # Only our own.
        [sys.executable, "-m", "django", "instant_doctor"],
        check=False,
        capture_output=True,
        cwd=Path(__file__).parents[2],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.engine_program.site_settings",
            "SITE_FOLDER": str(tmp_path),
            "SITE_HMAC_KEY": HMAC_KEY,
            "SITE_API_KEY": "not-the-api-key-0123456789abcdefghijk",
            "SITE_ENGINE_URL": engine.url,
        },
        text=True,
        timeout=DEADLINE,
    )
    assert ran.returncode == 12, ran.stderr
    assert "CENTRIFUGO_API_KEY must be its http_api.key" in ran.stderr
    assert "Traceback" not in ran.stderr


class TestSettings:
    def test_without_a_key(self, settings: Settings) -> None:
        settings.CENTRIFUGO_HMAC_KEY = None
        code, text = broken()
        assert code == 10
        assert "Provide a CENTRIFUGO_HMAC_KEY in settings" in text


class TestEngine:
    def test_that_is_down(self, settings: Settings) -> None:
        settings.CENTRIFUGO_URL = "http://127.0.0.1:1"
        code, text = broken()
        assert code == 11
        assert "The engine at http://127.0.0.1:1 is not reached" in text
        assert "runws" in text

    def test_that_is_something_else(self, settings: Settings) -> None:
        with scripted_server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nHi") as server:
            settings.CENTRIFUGO_URL = server.url
            assert broken()[0] == 11


class TestKeys:
    def test_of_the_api(self, engine: EngineProcess, settings: Settings) -> None:
        settings.CENTRIFUGO_API_KEY = f"not-{API_KEY}"
        code, text = broken()
        assert code == 12
        assert "CENTRIFUGO_API_KEY must be its http_api.key" in text
        assert API_KEY not in text

    def test_of_tokens(self, engine: EngineProcess, settings: Settings) -> None:
        settings.CENTRIFUGO_HMAC_KEY = f"not-{HMAC_KEY}"
        code, text = broken()
        assert code == 16
        assert "CENTRIFUGO_HMAC_KEY must be the engine's client.token.hmac_secret_key" in text
        assert HMAC_KEY not in text


class TestClock:
    @pytest.mark.parametrize(("seconds", "side"), [(3600, "ahead of"), (-90, "behind")])
    def test_that_is_wrong(
        self, engine: EngineProcess, monkeypatch: pytest.MonkeyPatch, seconds: float, side: str
    ) -> None:
        now = time.time
        monkeypatch.setattr(time, "time", lambda: now() + seconds)
        code, text = broken()
        assert code == 13
        assert "NTP" in text
        told = re.search(rf"The site's clock is (\d+) s {side} the engine's", text)
        assert told
        # The engine tells whole seconds, and one may begin meanwhile.
        assert abs(int(told[1]) - abs(seconds)) <= 1

    def test_of_which_only_the_tokens_tell(
        self, engine: EngineProcess, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.INSTANT_WEBSOCKETS_URL = engine.socket_url
        now = time.time
        monkeypatch.setattr(time, "time", lambda: now() - 3600)
        answer = b'{"result": {"nodes": []}}'
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(answer)}\r\n\r\n".encode()
        with scripted_server(head + answer) as silent:
            settings.CENTRIFUGO_URL = silent.url
            code, text = broken()
        assert code == 13
        assert "A new token has expired by the engine's clock" in text


class TestProxy:
    @pytest.mark.parametrize(
        ("answer", "told"),
        [
            (b"HTTP/1.1 426 Upgrade Required\r\n\r\n", "HTTP 426 Upgrade Required"),
            (b"HTTP/1.1 200 OK\r\n\r\n<html>", "HTTP 200 OK"),
            (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", "not to this question"),
            (b"SSH-2.0-OpenSSH\r\n", "does not speak HTTP"),
            (b"", "does not speak HTTP"),
        ],
    )
    def test_that_does_not_pass_websockets_on(
        self, engine: EngineProcess, settings: Settings, answer: bytes, told: str
    ) -> None:
        with scripted_server(answer) as proxy:
            settings.INSTANT_WEBSOCKETS_URL = proxy.url.replace("http", "ws")
            code, text = broken()
        assert code == 14
        assert told in text
        assert "docs/serve.md" in text

    def test_that_is_not_there(self, engine: EngineProcess, settings: Settings) -> None:
        settings.INSTANT_WEBSOCKETS_URL = "ws://127.0.0.1:1"
        code, text = broken()
        assert code == 14
        assert "No websocket opens at ws://127.0.0.1:1/connection/websocket" in text

    def test_that_speaks_no_tls(self, engine: EngineProcess, settings: Settings) -> None:
        settings.INSTANT_WEBSOCKETS_URL = engine.url.replace("http", "wss")
        assert broken()[0] == 14


class TestOrigin:
    def test_of_the_sites_pages_that_is_refused(
        self, engine: EngineProcess, settings: Settings
    ) -> None:
        settings.ALLOWED_HOSTS = ["testserver", "shop.test"]
        code, text = broken()
        assert code == 15
        assert "refuses the pages of https://shop.test and http://shop.test" in text
        assert "client.allowed_origins" in text

    def test_that_is_asked_for(self, engine: EngineProcess) -> None:
        assert broken("--origin", "https://other.test")[0] == 15
        assert f"pages of {ORIGIN} connect" in doctor("--origin", ORIGIN)

    def test_is_not_known_where_every_host_is_allowed(
        self, engine: EngineProcess, settings: Settings
    ) -> None:
        settings.ALLOWED_HOSTS = ["*"]
        assert "give --origin to try one" in doctor()


class TestNamespace:
    def test_that_the_engine_lacks(self, engine: EngineProcess) -> None:
        Channel.objects.create(name="shop:orders", level=Channel.Level.Staff)
        code, text = broken()
        assert code == 17
        assert 'The engine has no namespace "shop"' in text
        assert "channel.namespaces" in text


class TestDelivery:
    @pytest.mark.long
    def test_by_way_of_two_engines(
        self, engine: EngineProcess, settings: Settings, tmp_path: Path
    ) -> None:
        other = EngineProcess(tmp_path, client=client())
        try:
            settings.INSTANT_WEBSOCKETS_URL = other.socket_url
            code, text = broken()
        finally:
            other.stop()
        assert code == 18
        assert "lead to the same engine" in text

    def test_without_recovery_is_remarked(self, settings: Settings, tmp_path: Path) -> None:
        engine = EngineProcess(tmp_path, client=client(), channel={})
        try:
            settings.CENTRIFUGO_URL = engine.url
            assert "What a browser misses in a cut is lost" in doctor()
        finally:
            engine.stop()
            engine_api.pool.close()
