"""Commands of a site, each in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2]
DEADLINE = 30.0
HMAC_KEY = "hmac-key-of-the-tests-0123456789abcdef"
API_KEY = "api-key-of-the-tests-0123456789abcdef"
DJANGO = (sys.executable, "-W", "error", "-m", "django")


class CommandProcess:
    """A command that runs; its lines can be waited for."""

    def __init__(
        self, arguments: list[str], environment: dict[str, str], python: Sequence[str] = DJANGO
    ) -> None:
        self.process = subprocess.Popen(  # noqa: S603  # Only our own.
            [*python, *arguments],
            cwd=FOLDER,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._told = threading.Condition()
        self._is_over = False
        self.output = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stdout:
            while piece := os.read(stdout.fileno(), 65_536):
                with self._told:
                    self.output += piece
                    self._told.notify_all()
        with self._told:
            self._is_over = True
            self._told.notify_all()

    @property
    def text(self) -> str:
        return self.output.decode()

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Wait until it has printed something; fail when it doesn't."""
        with self._told:
            found = self._told.wait_for(
                lambda: re.search(pattern, self.text) or self._is_over, DEADLINE
            )
        assert isinstance(found, re.Match), f"{pattern!r} is not in what it printed: {self.text}"
        return found

    def serving(self) -> str:
        """Wait until the engine serves, and give its URL."""
        return self.wait_for(r'"url":"(http://[^"]+)".*"msg":"serving"\}\n')[1]

    def end(self) -> int:
        """Wait for its end, and give its exit code."""
        code = self.process.wait(DEADLINE)
        self._reader.join(DEADLINE)
        return code

    def kill(self) -> None:
        self.process.kill()
        self.end()


class CommandSite:
    """A site in a folder of its own, on which commands are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "tests.engine_program.site_settings",
            "SITE_FOLDER": str(folder),
            "SITE_HMAC_KEY": HMAC_KEY,
            "SITE_API_KEY": API_KEY,
        }
        self._running: list[CommandProcess] = []

    def start(self, *arguments: str) -> CommandProcess:
        process = CommandProcess(list(arguments), self.environment)
        self._running.append(process)
        return process

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run a command to its end; it must end with a code and without a traceback."""
        process = self.start(*arguments)
        assert process.end() == code, process.text
        assert "Traceback" not in process.text
        return process.text

    def close(self) -> None:
        for process in self._running:
            process.kill()
