"""A site whose processes can be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2]
DEADLINE = 30.0


class Site:
    """Runs its commands and programs in processes of their own, on its database."""

    def __init__(self, database: dict[str, Any], engine_url: str) -> None:
        self.database = database
        self.engine_url = engine_url
        self.timeout = 0.5
        self._processes: list[subprocess.Popen[str]] = []

    def start(self, *command: str, engine_url: str | None = None) -> subprocess.Popen[str]:
        """Start Python with some arguments, as ``-m django instant_outbox``."""
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.publishing.site_settings",
            "SITE_DATABASE": json.dumps(self.database),
            "SITE_ENGINE": engine_url or self.engine_url,
            "SITE_TIMEOUT": str(self.timeout),
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

    def placed(self, prefix: str, last: str | None = None) -> dict[str, list[str]]:
        """Tell the data of all entries by channel, in their order, after placing a last one."""
        return dict(
            self.execute(
                "from instant.models import OutboxEntry as E\n"
                "from instant.producers import publish\n"
                f"all = E.objects.filter(channel__startswith={prefix!r}).order_by('pk')\n"
                "names = sorted({entry.channel for entry in all})\n"
                f"last = {last!r}\n"
                "for name in names if last else ():\n"
                "    publish(name, data=last, durable=True)\n"
                "data = lambda entry: json.loads(entry.envelope)['data']\n"
                "found = {name: [data(e) for e in all.filter(channel=name)] for name in names}\n"
                "print(json.dumps(found))"
            )
        )

    def close(self) -> None:
        """End all that still runs."""
        for process in self._processes:
            process.kill()
            process.communicate()
