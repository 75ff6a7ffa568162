"""Runs a program in place of a command: its output, its end and its signals are the command's."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

from instant.engine_program.errors import EngineProgramError

_PR_SET_PDEATHSIG = 1


def run_program(
    command: Sequence[str], environment: Mapping[str, str], started: Callable[[], None]
) -> int:
    """Run a program to its end, and give the exit code; 128 and the signal's number for a signal.

    `started` is called when it runs. What it prints goes straight to where this process prints.
    Raises `EngineProgramError` when it can't be started.
    """
    # Of a session of its own, so that Ctrl-C reaches it once: by this process.
    try:
        child = subprocess.Popen(  # noqa: S603  # The engine that the site installed.
            command,
            env={**os.environ, **environment},
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  # No thread runs yet.
        )
    except OSError as error:
        raise EngineProgramError(f"{command[0]} can't be started: {error.strerror}") from error

    def pass_on(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in _signals()}
    try:
        started()
        code = child.wait()
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code


def _signals() -> list[signal.Signals]:
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
    return [getattr(signal, name) for name in names if hasattr(signal, name)]


def _end_with_parent() -> None:
    """Have Linux end the program when this process is killed, or it would keep the port."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
