"""Runs Python on a site of its own, in another process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent.parent
"""Where the tests are run."""

PATIENCE = 120
"""How long a program may take, in seconds."""


def run(command: list[str], **environment: str) -> str:
    """Run a program to its end; `CalledProcessError` has what it said when it fails."""
    # The site of another version must not find ours.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(  # noqa: S603  # Only our own commands.
        command,
        capture_output=True,
        check=True,
        cwd=FOLDER,
        encoding="utf-8",
        env={**clean, **environment},
        timeout=PATIENCE,
    ).stdout


def on_site(settings: str, *arguments: str, **environment: str) -> str:
    """Run this Python with a site's settings; a warning is an error."""
    command = [sys.executable, "-W", "error", *arguments]
    return run(command, DJANGO_SETTINGS_MODULE=settings, **environment)
