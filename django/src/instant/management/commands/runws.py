"""``manage.py runws``."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from instant.conf import SettingsError, settings
from instant.engine_program.bundled_engine import engine_command
from instant.engine_program.engine_config import (
    ENVIRONMENT,
    Config,
    compose_config,
    read_config,
    site_key,
    site_port,
    value_at,
    write_config,
)
from instant.engine_program.engine_home import EngineHome, installed_home
from instant.engine_program.errors import EngineProgramError
from instant.engine_program.port_number import port_or_any
from instant.engine_program.run_program import run_program
from instant.models import OutboxEntry
from instant.outbox.dispatcher import DispatcherOptions, start_thread


class Command(BaseCommand):
    """Runs the engine, and delivers the outbox, until it is stopped."""

    help = (
        "Runs the engine that is installed, or else the one that comes with the package, and "
        "delivers the outbox meanwhile. Ends as the engine does."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where the engine is, and where it listens."""
        parser.add_argument("--dir", help="the folder that installws was told")
        parser.add_argument(
            "--config", help="a configuration of your own: its keys are used, not the settings'"
        )
        parser.add_argument(
            "--port",
            type=port_or_any,
            help="where to listen; 0 takes a free port (that of settings)",
        )
        parser.add_argument("--address", help="the interface to listen on (the configuration's)")
        parser.add_argument(
            "--no-outbox", action="store_true", help="leave the outbox to manage.py instant_outbox"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be run, and run nothing"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Run."""
        home = installed_home(options["dir"])
        is_own = options["config"] is None
        path = home.config if is_own else Path(options["config"])
        is_dry = options["dry_run"]
        try:
            config = self._config(home, path, is_new=is_own and not path.is_file(), is_dry=is_dry)
            port = options["port"]
            if port is None:
                port = (None if is_own else _port_of(config)) or site_port()
            # Both engines have these.
            command = [*_program(home), "-c", str(path), "-p", str(port)]
            if options["address"]:
                command += ["-a", options["address"]]
            if is_dry:
                self.stdout.write(f"Would run {shlex.join(command)}")
                return
            environment = _keys_of_settings() if is_own else {}
            code = run_program(command, environment, lambda: self._start_outbox(options))
        except (EngineProgramError, SettingsError) as error:
            raise CommandError(str(error)) from error
        if code != 0:
            sys.exit(code)

    def _config(self, home: EngineHome, path: Path, *, is_new: bool, is_dry: bool) -> Config:
        if not is_new:
            return read_config(path)
        # Without keys in the settings nobody would know those of the engine.
        for name in ENVIRONMENT:
            if site_key(name) is None:
                raise EngineProgramError(
                    f"There is no {name} in settings: run `python manage.py installws`, and put "
                    "what it prints into them"
                )
        config = compose_config(home.kind, site_port())
        if is_dry:
            self.stdout.write(f"Would write {path}:\n{json.dumps(_without_keys(config), indent=2)}")
        else:
            write_config(path, config)
        return config

    def _start_outbox(self, options: dict[str, Any]) -> None:
        if options["no_outbox"]:
            return
        try:
            OutboxEntry.objects.exists()
            _key = settings.CENTRIFUGO_API_KEY
        except (DatabaseError, SettingsError) as error:
            self.stderr.write(f"The outbox is not delivered: {error}".splitlines()[0])
            return
        start_thread(DispatcherOptions(lease=max(10.0, 3 * settings.INSTANT_TIMEOUT)))


def _program(home: EngineHome) -> list[str]:
    return [str(home.centrifugo)] if home.kind == "centrifugo" else [*engine_command(), "serve"]


def _port_of(config: Config) -> int | None:
    port = value_at(config, "http_server.port")
    return port if isinstance(port, int) else None


def _keys_of_settings() -> dict[str, str]:
    """Give the keys to the engine as the settings have them now, whatever its file says."""
    keys = {variable: site_key(name) for name, variable in ENVIRONMENT.items()}
    return {variable: key for variable, key in keys.items() if key is not None}


def _without_keys(config: Config) -> Config:
    client = {**config["client"], "token": {"hmac_secret_key": "…"}}
    return {**config, "client": client, "http_api": {"key": "…"}}
