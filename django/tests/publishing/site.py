"""A site whose processes can be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2]
DEADLINE = 30.0

TAKES = "import django; django.setup(); "


class Site:
    """Runs its commands and programs in processes of their own, on its database."""

    def __init__(self, database: dict[str, Any], engine_url: str) -> None:
        self.database = database
        self.engine_url = engine_url
        self._processes: list[subprocess.Popen[str]] = []

    def start(self, *command: str, engine_url: str | None = None) -> subprocess.Popen[str]:
        """Start Python with some arguments, as ``-m django instant_outbox``."""
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.publishing.site_settings",
            "SITE_DATABASE": json.dumps(self.database),
            "SITE_ENGINE": engine_url or self.engine_url,
        }
        process = subprocess.Popen(  # noqa: S603  # Only our own.
            [sys.executable, *command],
            cwd=FOLDER,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._processes.append(process)
        return process

    def run(self, *command: str) -> str:
        """Run Python to its end, and give what it printed."""
        process = self.start(*command)
        output = process.communicate(timeout=DEADLINE)[0]
        assert process.returncode == 0, output
        return output

    def execute(self, program: str) -> Any:
        """Run a program on the site, and give the value that it prints as JSON."""
        lines = self.run("-c", f"import django, json; django.setup()\n{program}").splitlines()
        return json.loads(lines[-1]) if lines else None

    def outbox(self, channels: str) -> list[tuple[str, str]]:
        """Tell channel and data of all entries of channels that begin so, in their order."""
        entries = self.execute(
            "from instant.models import OutboxEntry as E\n"
            f"rows = E.objects.filter(channel__startswith={channels!r}).order_by('pk')\n"
            "print(json.dumps([[e.channel, json.loads(e.envelope)['data'], e.state] for e in rows]))"
        )
        return [(channel, data) for channel, data, _ in entries]

    def close(self) -> None:
        """End all that still runs."""
        for process in self._processes:
            process.kill()
            process.communicate()


def eventually(condition: Any, seconds: float = DEADLINE) -> None:
    """Ask again until it is so; fail when it doesn't become so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not become so in time"
        time.sleep(0.02)
