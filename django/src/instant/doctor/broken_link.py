"""A link between site and browser that is broken."""

from __future__ import annotations

from enum import IntEnum


class Link(IntEnum):
    """The links, each with the exit code that says that it is the broken one."""

    SETTINGS = 10
    """What the site's settings say."""
    ENGINE = 11
    """The engine where `CENTRIFUGO_URL` says."""
    API_KEY = 12
    """The key of its API."""
    CLOCK = 13
    """The clocks of site and engine."""
    PROXY = 14
    """The way of websockets to the engine."""
    ORIGIN = 15
    """That the engine lets the site's pages connect."""
    TOKEN_KEY = 16
    """The key that tokens are signed with."""
    NAMESPACE = 17
    """The namespaces of the site's channels."""
    DELIVERY = 18
    """That what is published arrives."""


class BrokenLinkError(Exception):
    """A link is broken; `cure` says what to do, where the message doesn't."""

    def __init__(self, link: Link, message: str, cure: str = "") -> None:
        super().__init__(message)
        self.link = link
        self.cure = cure
