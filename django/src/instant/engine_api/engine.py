"""The engine's HTTP API, as it is asked by the site."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException, IncompleteRead
from typing import Any, Final, TypeAlias

from instant.conf import settings
from instant.engine_api.connection_pool import ConnectionPool, Request, parse_address
from instant.errors import (
    BadAnswerError,
    EngineTimeoutError,
    EngineUnreachableError,
    RefusedError,
    UnauthorizedError,
    UnknownMethodError,
)

Result: TypeAlias = dict[str, Any]
"""What a method answers, as Centrifugo's documentation of its API has it."""

Command: TypeAlias = tuple[str, str]
"""A method of the API and the JSON of what it is asked."""

MOST_AT_ONCE: Final = 16
"""Requests of `acall` that are under way at a time; more of them wait."""

MOST_BYTES: Final = 16 * 1024 * 1024
"""The longest request that the engine takes."""

pool = ConnectionPool()
"""This process's connections to the engine."""


def call(method: str, params: Mapping[str, Any] | str) -> Result:
    """Ask a method of the engine, with its parameters or the JSON of them.

    Raises the kinds of `PublishError`, and `SettingsError` without `CENTRIFUGO_API_KEY`.
    """
    body = params if isinstance(params, str) else json.dumps(params)
    answer = _ask(method, body)
    if "error" in answer:
        raise _refusal(answer["error"])
    result = answer.get("result")
    if not isinstance(result, dict):
        raise _no_engine(f"has no result in its answer to {method}")
    return result


def batch(commands: Sequence[Command]) -> list[Result | RefusedError]:
    """Ask several things in one request, done in their order; a refusal doesn't stop the rest.

    Gives a result or a refusal for each. Raises as `call` does when the whole fails.
    """
    if not commands:
        return []
    body = ",".join(f"{{{json.dumps(method)}:{params}}}" for method, params in commands)
    replies = _ask("batch", f'{{"commands":[{body}]}}').get("replies")
    if not isinstance(replies, list) or len(replies) != len(commands):
        raise _no_engine(f"does not answer each of the {len(commands)} commands")
    pairs = zip(commands, replies, strict=True)
    return [_outcome(method, reply) for (method, _), reply in pairs]


async def acall(method: str, params: Mapping[str, Any] | str) -> Result:
    """Ask as `call` does; the event loop goes on meanwhile."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), call, method, params)


def batches(commands: Iterable[Command]) -> Iterable[list[Command]]:
    """Cut commands into batches that the engine takes, in their order."""
    cut: list[Command] = []
    size = 0
    for command in commands:
        length = len(command[1])
        if cut and (len(cut) == _MOST_COMMANDS or size + length > _MOST_CHARACTERS):
            yield cut
            cut, size = [], 0
        cut.append(command)
        size += length
    if cut:
        yield cut


_MOST_COMMANDS = 1000
# The engine's bound is 16 MiB, and what is published is ASCII; smaller pieces keep its loop free.
_MOST_CHARACTERS = 4 * 1024 * 1024

_executor: tuple[int, ThreadPoolExecutor] | None = None


def _threads() -> ThreadPoolExecutor:
    global _executor  # noqa: PLW0603  # One for the process, made when it is needed.
    if _executor is None or _executor[0] != os.getpid():
        # Threads don't come along when a process forks.
        _executor = (os.getpid(), ThreadPoolExecutor(MOST_AT_ONCE, "instant-engine"))
    return _executor[1]


def _ask(method: str, body: str) -> Result:
    address = parse_address(settings.CENTRIFUGO_URL)
    content = body.encode()
    if len(content) > MOST_BYTES:
        # The engine would cut the connection, which says less.
        raise RefusedError("The engine takes at most 16 MiB at once", _TOO_LARGE)
    request = Request(
        f"POST {address.path}/api/{method} HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"X-API-Key: {_header(settings.CENTRIFUGO_API_KEY)}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n".encode(
            "latin-1"
        )
        + content
    )
    timeout = settings.INSTANT_TIMEOUT
    try:
        status, answer = pool.exchange(address, request, timeout)
    except TimeoutError as error:
        raise EngineTimeoutError(
            f"{_where()} does not answer within {timeout:g} s: see INSTANT_TIMEOUT"
        ) from error
    except (OSError, IncompleteRead) as error:
        raise EngineUnreachableError(
            f"{_where()} is not reached: {error}. Start it with `python manage.py runws`, or say "
            "where it is with CENTRIFUGO_URL"
        ) from error
    except HTTPException as error:
        raise _no_engine(f"does not speak HTTP ({error!r})") from error
    return _read(method, status, answer)


def _read(method: str, status: int, body: bytes) -> Result:
    if status == 401:
        raise UnauthorizedError(
            f"{_where()} has another key: CENTRIFUGO_API_KEY must be its http_api.key"
        )
    if status == 404:
        raise UnknownMethodError(f"{_where()} has no /api/{method}: {_IS_IT_THERE}")
    if status == _TOO_LARGE:
        raise RefusedError("The engine refuses the request: it is too large", status)
    if status == 400:
        raise RefusedError(f"{_where()} can't read the request: {_IS_IT_THERE}", _BAD_REQUEST)
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise _no_engine(f"answers {status} and no JSON") from error
    if status != 200 or not isinstance(answer, dict):
        raise _no_engine(f"answers {status} and not as an engine")
    return answer


_BAD_REQUEST = 107
_TOO_LARGE = 413
_IS_IT_THERE = "is CENTRIFUGO_URL the engine's?"
_CURES = {
    102: "Add the channel's namespace, what is before its colon, to channel.namespaces of the "
    "engine's configuration, and start the engine again",
    108: "Set history_size and history_ttl, or presence, for the channel in the engine's "
    "configuration, and start the engine again",
}


def _outcome(method: str, reply: object) -> Result | RefusedError:
    if isinstance(reply, dict):
        if "error" in reply:
            return _refusal(reply["error"])
        result = reply.get(method)
        if isinstance(result, dict):
            return result
    raise _no_engine(f"has no result in its answer to {method}")


def _refusal(error: object) -> RefusedError:
    if isinstance(error, dict) and isinstance(error.get("code"), int):
        code: int = error["code"]
        cure = f". {_CURES[code]}" if code in _CURES else ""
        return RefusedError(f"The engine refuses: {error.get('message')}{cure}", code)
    raise _no_engine("answers with an error that has no code")


def _no_engine(does: str) -> BadAnswerError:
    return BadAnswerError(f"{_where()} {does}: {_IS_IT_THERE}")


def _header(key: str) -> str:
    if key.isascii() and key.isprintable():
        return key
    raise UnauthorizedError("CENTRIFUGO_API_KEY can't be sent: it must be ASCII without line ends")


def _where() -> str:
    return f"The engine at {settings.CENTRIFUGO_URL}"
