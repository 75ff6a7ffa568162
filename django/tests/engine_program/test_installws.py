from __future__ import annotations

import ast
import io
import json
import os
import platform
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from instant.engine_program.bundled_engine import engine_command
from instant.init import generate_settings_from_conf
from instant.models import Channel
from tests.engine_program.command_process import CommandProcess
from tests.engine_program.release_server import ARCHIVE, PROGRAM, ReleaseServer, archive

Install = Callable[..., str]


@pytest.fixture
def install(settings: Settings, tmp_path: Path, db: None) -> Install:
    """Run the command on a site without keys, and give what it prints."""
    settings.BASE_DIR = tmp_path
    settings.CENTRIFUGO_HMAC_KEY = None
    settings.CENTRIFUGO_API_KEY = None
    settings.ALLOWED_HOSTS = ["shop.test", ".shop.example"]

    def run(*arguments: str) -> str:
        output = io.StringIO()
        call_command("installws", *arguments, stdout=output)
        return output.getvalue()

    return run


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReleaseServer]:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    server = ReleaseServer()
    yield server
    server.close()


def config_of(folder: Path) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((folder / "config.json").read_text())
    return config


def settings_in(output: str) -> dict[str, object]:
    """Read the lines for the settings as Python does."""
    lines = [line for line in output.splitlines() if " = " in line]
    assigned = ast.parse("\n".join(lines)).body
    return {
        each.targets[0].id: ast.literal_eval(each.value)
        for each in assigned
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
    }


class TestOurOwnEngine:
    def test_is_what_is_installed_unless_another_is_named(
        self, install: Install, tmp_path: Path
    ) -> None:
        Channel.objects.create(name="news:sport", level=Channel.Level.Users)
        output = install()
        config = config_of(tmp_path / ".instant")
        kept = {
            "history_size": 100,
            "history_ttl": "600s",
            "force_recovery": True,
            "presence": True,
        }
        assert config["channel"] == {
            "without_namespace": kept,
            "namespaces": [{"name": "news", **kept}],
        }
        assert config["broker"]["type"] == "disk"
        told = settings_in(output)
        assert list(told) == [
            "CENTRIFUGO_HOST",
            "CENTRIFUGO_PORT",
            "CENTRIFUGO_HMAC_KEY",
            "CENTRIFUGO_API_KEY",
            "SITE_NAME",
        ]
        assert told["CENTRIFUGO_HMAC_KEY"] == config["client"]["token"]["hmac_secret_key"]
        assert told["CENTRIFUGO_API_KEY"] == config["http_api"]["key"]
        assert told["SITE_NAME"] == tmp_path.name
        assert "Run it with python manage.py runws" in output

    def test_finds_its_configuration_right(
        self, install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # By which the tests are told of a Centrifugo: it is no setting of an engine.
        monkeypatch.delenv("CENTRIFUGO_BIN", raising=False)
        install()
        path = tmp_path / ".instant" / "config.json"
        command = [*engine_command(), "checkconfig", "--config", str(path)]
        checked = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603  # Only our own.
        assert checked.stderr == ""

    def test_is_kept_out_of_git_where_it_makes_a_folder(
        self, install: Install, tmp_path: Path
    ) -> None:
        install()
        assert (tmp_path / ".instant" / ".gitignore").read_text() == "*\n"
        (tmp_path / "mine").mkdir()
        install("--dir", str(tmp_path / "mine"))
        assert [path.name for path in (tmp_path / "mine").iterdir()] == ["config.json"]

    def test_says_nothing_of_the_keys_that_the_site_still_lacks(self, tmp_path: Path) -> None:
        environment = {
            "DJANGO_SETTINGS_MODULE": "tests.engine_program.site_settings",
            "SITE_FOLDER": str(tmp_path),
        }
        command = CommandProcess(["installws"], environment)
        assert command.end() == 0
        assert "Append this" in command.text
        assert "instant.W001" not in command.text

    def test_has_other_keys_on_each_site_and_a_file_that_only_its_user_reads(
        self, install: Install, tmp_path: Path
    ) -> None:
        install("--dir", str(tmp_path / "a"))
        install("--dir", str(tmp_path / "b"))
        assert config_of(tmp_path / "a")["http_api"] != config_of(tmp_path / "b")["http_api"]
        mode = (tmp_path / "a" / "config.json").stat().st_mode
        assert stat.S_IMODE(mode) == 0o600

    def test_takes_the_keys_that_the_site_has(
        self, install: Install, settings: Settings, tmp_path: Path
    ) -> None:
        settings.CENTRIFUGO_HMAC_KEY = "h" * 40
        settings.CENTRIFUGO_API_KEY = "a" * 40
        output = install()
        assert config_of(tmp_path / ".instant")["http_api"]["key"] == "a" * 40
        assert "Your settings have its keys already." in output
        assert "a" * 40 not in output

    def test_that_is_installed_stays_as_it_is(self, install: Install, tmp_path: Path) -> None:
        first = install()
        before = config_of(tmp_path / ".instant")
        second = install("--port", "9000")
        assert config_of(tmp_path / ".instant") == before
        assert "is there already" in second
        assert settings_in(second) == settings_in(first)

    def test_listens_where_it_is_told(self, install: Install, tmp_path: Path) -> None:
        output = install("--port", "9000", "--config", str(tmp_path / "own.json"))
        assert settings_in(output)["CENTRIFUGO_PORT"] == 9000
        assert json.loads((tmp_path / "own.json").read_text())["http_server"]["port"] == 9000


class TestCentrifugo:
    def test_is_downloaded_checked_and_unpacked(
        self, install: Install, release: ReleaseServer, tmp_path: Path
    ) -> None:
        install("--engine", "centrifugo", "--base-url", release.url)
        folder = tmp_path / "centrifugo"
        assert sorted(os.listdir(folder)) == ["centrifugo", "config.json"]
        assert (folder / "centrifugo").read_bytes() == PROGRAM
        assert os.access(folder / "centrifugo", os.X_OK)
        # Centrifugo has no history on disk.
        assert "broker" not in config_of(folder)

    def test_that_is_there_already_is_not_downloaded(
        self, install: Install, release: ReleaseServer
    ) -> None:
        arguments = ("--engine", "centrifugo", "--base-url", release.url)
        install(*arguments)
        asked = len(release.asked)
        assert "centrifugo is there already" in install(*arguments)
        assert len(release.asked) == asked

    def test_that_is_not_what_its_checksum_says_is_thrown_away(
        self, install: Install, release: ReleaseServer, tmp_path: Path
    ) -> None:
        release.checksum = "f" * 64
        with pytest.raises(CommandError, match="is not what its SHA-256 says"):
            install("--engine", "centrifugo", "--base-url", release.url)
        assert list((tmp_path / "centrifugo").iterdir()) == []

    @pytest.mark.parametrize("knows_ranges", [True, False])
    def test_goes_on_where_the_download_broke_off(
        self, install: Install, release: ReleaseServer, tmp_path: Path, knows_ranges: bool
    ) -> None:
        release.cut_at, release.knows_ranges = 300_000, knows_ranges
        arguments = ("--engine", "centrifugo", "--base-url", release.url)
        with pytest.raises(CommandError, match=r"broke off: .*Run the command again"):
            install(*arguments)
        assert not (tmp_path / "centrifugo" / "centrifugo").exists()
        install(*arguments)
        assert release.asked[-1] == f"{ARCHIVE} bytes=300000-"
        assert (tmp_path / "centrifugo" / "centrifugo").read_bytes() == PROGRAM

    def test_goes_on_when_it_broke_off_after_the_last_byte(
        self, install: Install, release: ReleaseServer, tmp_path: Path
    ) -> None:
        folder = tmp_path / "centrifugo"
        folder.mkdir()
        (folder / f"{ARCHIVE}.part").write_bytes(release.archive)
        install("--engine", "centrifugo", "--base-url", release.url)
        assert (folder / "centrifugo").read_bytes() == PROGRAM

    def test_that_is_not_released_is_named(self, install: Install, release: ReleaseServer) -> None:
        arguments = ("--engine", "centrifugo", "--release", "v6.99.0", "--base-url", release.url)
        with pytest.raises(CommandError, match=r"6\.99\.0_checksums\.txt can't be had: HTTP 404"):
            install(*arguments)

    def test_that_cannot_be_reached_is_named(self, install: Install) -> None:
        with pytest.raises(CommandError, match=r"can't be had: .*refused"):
            install("--engine", "centrifugo", "--base-url", "http://127.0.0.1:1")
        with pytest.raises(CommandError, match="no address of the web"):
            install("--engine", "centrifugo", "--base-url", "file:///tmp")

    def test_that_is_not_made_for_this_machine_is_named(
        self, install: Install, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(platform, "machine", lambda: "riscv64")
        with pytest.raises(CommandError, match=r"There is no Centrifugo for .* on riscv64"):
            install("--engine", "centrifugo")

    def test_is_taken_for_a_processor_of_arm(
        self, install: Install, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "platform", "darwin")
        monkeypatch.setattr(platform, "machine", lambda: "arm64")
        output = install("--engine", "centrifugo", "--dry-run")
        assert "/v6.9.1/centrifugo_6.9.1_darwin_arm64.tar.gz" in output

    @pytest.mark.parametrize("content", [archive("other"), b"no archive"])
    def test_whose_archive_is_another_one_is_named(
        self, install: Install, release: ReleaseServer, content: bytes
    ) -> None:
        release.close()
        other = ReleaseServer(content)
        try:
            with pytest.raises(CommandError, match="is no archive with a centrifugo"):
                install("--engine", "centrifugo", "--base-url", other.url)
        finally:
            other.close()


def test_a_dry_run_does_nothing_and_tells_no_key(install: Install, tmp_path: Path) -> None:
    output = install("--engine", "centrifugo", "--dry-run")
    assert "Would download https://github.com/centrifugal/centrifugo/releases/" in output
    assert "Would write" in output
    assert settings_in(output) == {}
    assert list(tmp_path.iterdir()) == []


def test_a_configuration_of_old_is_named(install: Install, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"token_hmac_secret_key": "x", "api_key": "y"}')
    with pytest.raises(CommandError, match="is of Centrifugo v3 to v5"):
        install("--dir", str(tmp_path))


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_file_that_is_no_configuration_is_named(
    install: Install, tmp_path: Path, text: str
) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(CommandError, match=r"config\.json is no"):
        install("--dir", str(tmp_path))


def test_a_folder_that_cannot_be_made_is_named(install: Install, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match=r"can't be written: .*--dir"):
        install("--dir", str(tmp_path / "file" / "below"))


@pytest.mark.parametrize("name", ["A site", 'It\'s "ours" \\ mine'])
def test_the_lines_of_a_flat_configuration_are_python(name: str) -> None:
    lines = generate_settings_from_conf({"token_hmac_secret_key": "h", "api_key": "a"}, name)
    assert settings_in("\n".join(lines)) == {
        "CENTRIFUGO_HOST": "http://localhost",
        "CENTRIFUGO_PORT": 8427,
        "CENTRIFUGO_HMAC_KEY": "h",
        "CENTRIFUGO_API_KEY": "a",
        "SITE_NAME": name,
    }
