"""Ports on the command line."""

from __future__ import annotations

from argparse import ArgumentTypeError


def port_number(text: str) -> int:
    """Read a port; argparse tells what is wrong with another text."""
    return _read(text, 1)


def port_or_any(text: str) -> int:
    """Read a port, or 0, which takes a free one."""
    return _read(text, 0)


def _read(text: str, lowest: int) -> int:
    if text.isascii() and text.isdigit() and lowest <= int(text) < 65_536:
        return int(text)
    raise ArgumentTypeError(f"{text!r} is no port: take a number from {lowest} to 65535")
