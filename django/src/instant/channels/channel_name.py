"""What channels are called: the ``$`` of private ones, and which names can be."""

from __future__ import annotations

import re
from typing import Final

MAX_LENGTH: Final = 120
"""The longest name of a channel in the database, in characters, with its ``$``."""

_OLD_PRIVATE = re.compile(r"([^$:]+:)\$(.+)")
_ASCII = re.compile(r"[\x20-\x7e]*")


def private_name(name: str) -> str:
    """Give the name of a private channel: ``$`` before the whole of it.

    ``ns:x`` becomes ``$ns:x``, and so does ``ns:$x``, which was its private form before 5.0.
    """
    if name.startswith("$"):
        return name
    old = _OLD_PRIVATE.fullmatch(name)
    return "$" + (name if old is None else old[1] + old[2])


def is_old_private_name(name: str) -> bool:
    """Tell whether a name is in the form ``ns:$x``, which engines do not hold private."""
    return _OLD_PRIVATE.fullmatch(name) is not None


def possible_names(name: str) -> tuple[str, ...]:
    """Give the names that a channel may have when somebody says `name`, the likeliest first.

    As it is, as a private one, and in place of the old form ``ns:$x``.
    """
    return (name,) if name.startswith("$") else (name, f"${name}", private_name(name))


def fault_of(name: str) -> str | None:
    """Tell what is wrong with a stored name, as "is empty: …", or None when nothing is."""
    bare = name.removeprefix("$")
    if bare == "":
        return "is empty: give it at least one letter"
    if len(name) > MAX_LENGTH:
        return f"is longer than {MAX_LENGTH} characters, with its $"
    if _ASCII.fullmatch(name) is None:
        return "holds more than ASCII letters, digits and signs"
    if bare != bare.strip():
        return "begins or ends with a space"
    if "#" in name:
        return "holds #, which the engine reads as a list of users"
    if bare.startswith("@"):
        return "begins with @, which is kept for the channels of single users"
    return None
