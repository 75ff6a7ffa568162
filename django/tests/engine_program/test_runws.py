from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from tests.engine_program.command_process import API_KEY, DEADLINE, CommandProcess, CommandSite
from tests.engine_program.free_port import free_port

pytestmark = pytest.mark.whole


def ask(url: str, method: str, body: object, key: str = API_KEY) -> dict[str, object]:
    request = Request(  # noqa: S310  # Our own engine.
        f"{url}/api/{method}", json.dumps(body).encode(), {"X-API-Key": key}
    )
    with urlopen(request, timeout=DEADLINE) as response:  # noqa: S310
        answer: dict[str, object] = json.load(response)
    return answer


def child_of(process: CommandProcess) -> int:
    pid = process.process.pid
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def is_open(url: str) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", urlsplit(url).port or 0)) == 0


def program(site: CommandSite, script: str) -> None:
    """Put a program where Centrifugo's is."""
    folder = site.folder / "centrifugo"
    folder.mkdir()
    path = folder / "centrifugo"
    path.write_text(f"#!{sys.executable}\n{script}")
    path.chmod(0o755)
    (folder / "config.json").write_text('{"http_server": {"port": 9001}}')


class TestOurOwnEngine:
    def test_runs_without_being_installed_and_with_the_keys_of_the_settings(
        self, site: CommandSite
    ) -> None:
        url = site.start("runws", "--port", "0").serving()
        assert ask(url, "publish", {"channel": "x", "data": 1})["result"]
        config = site.folder / ".instant" / "config.json"
        assert stat.S_IMODE(config.stat().st_mode) == 0o600
        written = json.loads(config.read_text())
        assert written["client"]["allowed_origins"] == [
            "https://shop.test",
            "https://shop.test:*",
            "http://shop.test",
            "http://shop.test:*",
        ]
        assert url.startswith("http://127.0.0.1:")

    def test_goes_on_with_its_history_when_it_is_run_again(self, site: CommandSite) -> None:
        first = site.start("runws", "--port", "0")
        ask(first.serving(), "publish", {"channel": "x", "data": 17})
        first.process.send_signal(signal.SIGTERM)
        assert first.end() == 0
        url = site.start("runws", "--port", "0").serving()
        told = ask(url, "history", {"channel": "x", "limit": 10})
        assert re.search(r"'data': 17", str(told))

    def test_has_the_settings_keys_when_they_have_changed(self, site: CommandSite) -> None:
        site.start("runws", "--port", "0").serving()
        site.close()
        key = "another-api-key-of-the-tests-0123456789"
        site.environment["SITE_API_KEY"] = key
        url = site.start("runws", "--port", "0").serving()
        assert "result" in ask(url, "info", {}, key)

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_ends_as_it_is_asked_to(self, site: CommandSite, number: signal.Signals) -> None:
        running = site.start("runws", "--port", "0")
        url = running.serving()
        running.process.send_signal(number)
        assert running.end() == 0
        assert f'"signal":"{number.name}"' in running.text
        assert "Traceback" not in running.text
        assert not is_open(url)

    def test_ends_when_the_command_is_killed(self, site: CommandSite) -> None:
        running = site.start("runws", "--port", "0")
        url = running.serving()
        running.kill()
        end = time.monotonic() + DEADLINE
        while is_open(url):
            assert time.monotonic() < end
            time.sleep(0.02)

    def test_that_is_killed_ends_the_command(self, site: CommandSite) -> None:
        running = site.start("runws", "--port", "0")
        running.serving()
        os.kill(child_of(running), signal.SIGKILL)
        assert running.end() == 128 + signal.SIGKILL

    def test_tells_by_its_exit_code_that_it_cannot_start(self, site: CommandSite) -> None:
        config = site.folder / "wrong.json"
        config.write_text('{"client": {"chanel_limit": 1}}')
        text = site.run("runws", "--config", str(config), code=1)
        assert "did you mean client.channel_limit?" in text

    def test_listens_where_a_configuration_of_ones_own_says(self, site: CommandSite) -> None:
        port = free_port()
        key = "the-file-s-own-key-0123456789abcdefgh"
        config = site.folder / "own.json"
        config.write_text(json.dumps({"http_server": {"port": port}, "http_api": {"key": key}}))
        url = site.start("runws", "--config", str(config), "--address", "127.0.0.1").serving()
        assert urlsplit(url).port == port
        assert "result" in ask(url, "info", {}, key)

    def test_delivers_the_outbox_meanwhile(self, site: CommandSite) -> None:
        site.environment["SITE_ENGINE_URL"] = f"http://127.0.0.1:{free_port()}"
        site.run("migrate", "--verbosity", "0")
        running = site.start("runws")
        url = running.serving()
        assert url == site.environment["SITE_ENGINE_URL"]
        publish = "from instant.producers import publish; publish('public', 'Hi', durable=True)"
        site.run("shell", "-c", publish)
        end = time.monotonic() + DEADLINE
        while "Hi" not in str(ask(url, "history", {"channel": "public", "limit": 10})):
            assert time.monotonic() < end, running.text
            time.sleep(0.02)
        running.process.send_signal(signal.SIGTERM)
        assert running.end() == 0

    def test_says_that_the_outbox_waits_for_a_migration(self, site: CommandSite) -> None:
        running = site.start("runws", "--port", "0")
        running.serving()
        running.wait_for("The outbox is not delivered: no such table")


class TestCentrifugo:
    def test_is_run_where_it_is_installed(self, site: CommandSite) -> None:
        program(site, "import sys; print(*sys.argv[1:]); print('no newline', end='')")
        site.environment["SITE_ENGINE_URL"] = "http://localhost:9002"
        text = site.run("runws", "--no-outbox")
        # The settings say where the site looks for it.
        assert text == f"-c {site.folder}/centrifugo/config.json -p 9002\nno newline"

    def test_hands_on_its_exit_code(self, site: CommandSite) -> None:
        program(site, "import sys; sys.exit(3)")
        assert site.run("runws", "--no-outbox", code=3) == ""

    def test_is_found_in_another_folder(self, site: CommandSite) -> None:
        program(site, "import sys; print(*sys.argv[1:])")
        moved = (site.folder / "centrifugo").rename(site.folder / "elsewhere")
        text = site.run("runws", "--no-outbox", "--dir", str(moved), "--port", "9003")
        assert text == f"-c {moved}/config.json -p 9003\n"

    def test_that_cannot_be_started_is_named(self, site: CommandSite) -> None:
        program(site, "")
        (site.folder / "centrifugo" / "centrifugo").chmod(0o644)
        assert "can't be started: Permission denied" in site.run("runws", code=1)


def test_says_what_to_do_without_keys(site: CommandSite) -> None:
    site.environment["SITE_API_KEY"] = ""
    text = site.run("runws", "--port", "0", code=1)
    assert "There is no CENTRIFUGO_API_KEY in settings: run `python manage.py installws`" in text
    assert not (site.folder / ".instant").exists()


def test_says_what_it_would_do_without_telling_a_key(site: CommandSite) -> None:
    text = site.run("runws", "--dry-run")
    assert "Would write" in text
    assert re.search(r"Would run .*serve -c .*/\.instant/config\.json -p 8427", text)
    assert API_KEY not in text
    assert not (site.folder / ".instant").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--config", "absent.json"], "absent.json can't be read: No such file"),
        (["--port", "80.5"], "'80.5' is no port"),
    ],
)
def test_says_what_is_wrong(site: CommandSite, arguments: list[str], told: str) -> None:
    code = 2 if "--port" in arguments else 1
    assert told in site.run("runws", *arguments, code=code)
