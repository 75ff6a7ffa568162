"""What can't be done with an engine's program."""

from __future__ import annotations


class EngineProgramError(Exception):
    """The engine can't be installed or run; the message says why, and what to do."""
