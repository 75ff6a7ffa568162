"""A PostgreSQL of the tests' own, in a folder that goes with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

DEADLINE = 60.0


class PostgresCluster:
    """Listens on a socket in its folder, and nowhere else."""

    def __init__(self) -> None:
        self._programs = _programs()
        self.folder = Path(tempfile.mkdtemp(prefix="instant-pg-"))
        # It refuses to be run by root.
        self._as: dict[str, Any] = {"user": "postgres"} if os.geteuid() == 0 else {}
        if self._as:
            shutil.chown(self.folder, "postgres")
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")
        self.start()

    def start(self) -> None:
        options = f"-c listen_addresses= -c fsync=off -k {self.folder}"
        self._control("start", "-o", options, "-l", str(self.folder / "log"))

    def stop(self) -> None:
        """End it at once, with all its connections."""
        self._control("stop", "-m", "immediate")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def make_database(self, name: str) -> dict[str, str]:
        """Make a database, and give what Django needs to connect."""
        self._run("createdb", "-h", str(self.folder), "-U", "postgres", name)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": str(self.folder),
            "USER": "postgres",
            "NAME": name,
        }

    def _control(self, action: str, *options: str) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", *options, action)

    def _run(self, program: str, *arguments: str) -> None:
        # A file, as what goes on in the background would hold a pipe open.
        with (self.folder / "output").open("w+") as output:
            done = subprocess.run(  # noqa: S603  # Only its own programs.
                [self._programs / program, *arguments],
                cwd=self.folder,
                stdout=output,
                stderr=output,
                timeout=DEADLINE,
                check=False,
                **self._as,
            )
            output.seek(0)
            assert done.returncode == 0, output.read()


def _programs() -> Path:
    found = _find()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        for arguments in (
            ["update"],
            ["install", "--yes", "--no-install-recommends", "postgresql"],
        ):
            apt_get = ["apt-get", "--quiet", *arguments]
            subprocess.run(apt_get, check=True, timeout=600)  # noqa: S603  # As written here.
        found = _find()
    if found is None:
        missing = "there is no PostgreSQL here: install your system's postgresql"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def _find() -> Path | None:
    in_path = shutil.which("initdb")
    folders = [Path(in_path).resolve().parent] if in_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((each for each in folders if (each / "initdb").exists()), None)
