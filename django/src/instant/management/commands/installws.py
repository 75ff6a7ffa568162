"""``manage.py installws``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from instant.conf import SettingsError
from instant.engine_program.centrifugo_release import (
    BASE_URL,
    RELEASE,
    Release,
    install_release,
)
from instant.engine_program.engine_config import (
    Config,
    compose_config,
    read_config,
    site_key,
    site_port,
    value_at,
    write_config,
)
from instant.engine_program.engine_home import ENGINES, EngineHome, home_of
from instant.engine_program.errors import EngineProgramError
from instant.engine_program.port_number import port_number
from instant.init import generate_settings_from_conf


class Command(BaseCommand):
    """Installs an engine for this site: its configuration, and its program if it isn't there."""

    help = (
        "Installs the engine for this site, and prints what belongs into the settings. What is "
        "there already stays."
    )
    # They ask for the keys that it makes.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which engine, and where it goes."""
        parser.add_argument(
            "--engine", choices=ENGINES, default=ENGINES[0], help="which one (%(default)s)"
        )
        parser.add_argument("--dir", help="its folder (.instant or centrifugo beside manage.py)")
        parser.add_argument("--port", type=port_number, help="where it listens (8427)")
        parser.add_argument("--config", help="the file to write (config.json in its folder)")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be done, and do nothing"
        )
        parser.add_argument(
            "--release", default=RELEASE, help="the release of Centrifugo (%(default)s)"
        )
        parser.add_argument(
            "--base-url",
            default=os.environ.get("CENTRIFUGO_RELEASES_URL", BASE_URL),
            help="where its releases are (CENTRIFUGO_RELEASES_URL, else %(default)s)",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Install."""
        home = home_of(options["engine"], options["dir"])
        release = Release(options["release"].removeprefix("v"), options["base_url"])
        try:
            self._install_program(home, release, is_dry=options["dry_run"])
            config = self._install_config(home, options)
        except (EngineProgramError, SettingsError) as error:
            raise CommandError(str(error)) from error
        self._print_settings(config, is_dry=options["dry_run"])

    def _install_program(self, home: EngineHome, release: Release, *, is_dry: bool) -> None:
        if home.kind != "centrifugo":
            return
        if home.centrifugo.is_file():
            self.stdout.write(f"{home.centrifugo} is there already")
        elif is_dry:
            self.stdout.write(f"Would download {release.url_of(release.archive)}")
        else:
            install_release(release, home.centrifugo, self.stdout.write)

    def _install_config(self, home: EngineHome, options: dict[str, Any]) -> Config:
        path = Path(options["config"]) if options["config"] else home.config
        if path.is_file():
            config = read_config(path)
            self.stdout.write(f"{path} is there already")
            if not options["dry_run"]:
                # What was installed last is what runws runs.
                path.touch()
            return config
        config = compose_config(home.kind, options["port"] or site_port())
        if options["dry_run"]:
            self.stdout.write(f"Would write {path}")
            return config
        write_config(path, config)
        self.stdout.write(f"Wrote {path}")
        return config

    def _print_settings(self, config: Config, *, is_dry: bool) -> None:
        keys = {
            "CENTRIFUGO_HMAC_KEY": value_at(config, "client.token.hmac_secret_key"),
            "CENTRIFUGO_API_KEY": value_at(config, "http_api.key"),
        }
        self.stdout.write("")
        if all(site_key(name) == key for name, key in keys.items()):
            self.stdout.write("Your settings have its keys already.")
        elif is_dry:
            self.stdout.write("Would print the keys for your Django settings.")
        else:
            self.stdout.write("Append this to your Django settings:\n")
            for line in generate_settings_from_conf(config):
                self.stdout.write(line)
        if not is_dry:
            self.stdout.write(
                "\nThe websockets server is installed. Run it with python manage.py runws"
            )
