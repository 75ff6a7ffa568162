"""What goes wrong between the site and the engine."""

from __future__ import annotations

from collections.abc import Mapping


class PublishError(Exception):
    """The engine was not reached, or did not do what it was asked; the kinds are below.

    Presence, history and all else that asks the engine raise the same kinds.
    """

    code: int | str
    """What went wrong in one word, or the engine's own number: see each kind."""

    def __init__(self, message: str, code: int | str) -> None:
        super().__init__(message)
        self.code = code


class EngineUnreachableError(PublishError):
    """No connection, or one that broke before the answer came: code ``"network"``.

    Whether the engine did what it was asked is not known when the connection broke.
    """

    def __init__(self, message: str, code: str = "network") -> None:
        super().__init__(message, code)


class EngineTimeoutError(EngineUnreachableError):
    """Nothing came for `INSTANT_TIMEOUT` seconds: code ``"timeout"``."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "timeout")


class UnauthorizedError(PublishError):
    """The engine has another API key: code ``"unauthorized"``."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "unauthorized")


class BadAnswerError(PublishError):
    """What answers is no engine, or one in trouble: code ``"bad_answer"``."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "bad_answer")


class UnknownMethodError(PublishError):
    """The engine lacks what it was asked: code ``"unknown_method"``."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "unknown_method")


class RefusedError(PublishError):
    """The engine refused; `code` is its own number.

    102 is a channel of an unknown namespace, 107 a bad request as one without a channel, 108 what
    the channel's options don't allow, 112 a position in another history, 413 a request that is too
    large.
    """

    code: int

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message, code)


class PartlyRefusedError(RefusedError):
    """The engine refused some of several events and took the others; `code` is the first one's."""

    refused: Mapping[int, RefusedError]
    """The refusals by the place of their event, from 0."""

    def __init__(self, message: str, refused: Mapping[int, RefusedError]) -> None:
        super().__init__(message, next(iter(refused.values())).code)
        self.refused = refused


class NotEncodableError(PublishError, TypeError):
    """A message or data that JSON can't say; nothing was sent. Code ``"not_encodable"``."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "not_encodable")
