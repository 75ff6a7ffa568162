"""Connections to the engine that are kept between requests."""

from __future__ import annotations

import io
import os
import select
import socket
import ssl
import time
from dataclasses import dataclass, field
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlsplit

IDLE_LIMIT: Final = 4.0
"""Seconds that an unused connection is trusted: Node and many proxies close theirs after 5."""

MAX_ANSWER: Final = 64 * 1024 * 1024
"""The longest answer that is read, in bytes."""


@dataclass(frozen=True)
class Address:
    """Where an engine listens."""

    is_secure: bool
    host: str
    port: int | None
    netloc: str
    path: str

    @classmethod
    def parse(cls, url: str) -> Address:
        """Read a URL without a slash at its end."""
        parts = urlsplit(url)
        host = parts.hostname or "localhost"
        return cls(parts.scheme == "https", host, parts.port, parts.netloc, parts.path)


parse_address = lru_cache(maxsize=8)(Address.parse)
"""`Address.parse`, remembered."""


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@dataclass(frozen=True)
class Request:
    """A request, head and body: pages and mails that tell an error's variables don't show it."""

    content: bytes = field(repr=False)
    """It holds the API key."""


class _Answering(io.RawIOBase):
    """An answer that is read from a socket, and must be whole at a moment of the monotonic clock.

    A socket's own timeout begins anew with each byte.
    """

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._sock.recv_into(buffer)


class Connection:
    """A connection that takes one request after the other."""

    def __init__(self, address: Address, timeout: float) -> None:
        self._http = (
            HTTPSConnection(address.host, address.port, timeout=timeout, context=_tls())
            if address.is_secure
            else HTTPConnection(address.host, address.port, timeout=timeout)
        )
        self._http.connect()
        self._process = os.getpid()
        self._idle_since = time.monotonic()

    def exchange(self, request: Request, timeout: float) -> tuple[int, bytes, bool]:
        """Send a request and read the answer: its status, its body, and whether to go on here.

        `timeout` is in seconds, for all of it. Raises OSError or HTTPException.
        """
        deadline = time.monotonic() + timeout
        sock = self._http.sock
        sock.settimeout(timeout)
        # Head and body in one piece: the engine has one read, and nothing waits for an ACK.
        sock.sendall(request.content)
        answering = _Answering(sock, deadline)
        # All that it does with a socket is to make a file of it.
        with HTTPResponse(answering, method="POST") as response:  # type: ignore[arg-type]
            response.begin()
            if (response.length or 0) > MAX_ANSWER:
                raise HTTPException("the answer is too long")
            # Of a known length it must be whole.
            body = response.read(MAX_ANSWER if response.length is None else None)
            may_go_on = not response.will_close
        self._idle_since = time.monotonic()
        return response.status, body, may_go_on

    def is_usable(self) -> bool:
        """Tell whether it is this process's, and the other side listens as far as can be known."""
        if self._process != os.getpid() or time.monotonic() - self._idle_since > IDLE_LIMIT:
            return False
        # What can be read before a request is the end of the connection.
        if hasattr(select, "poll"):
            poll = select.poll()
            poll.register(self._http.sock, select.POLLIN)
            return not poll.poll(0)
        return not select.select([self._http.sock], [], [], 0)[0]

    def close(self) -> None:
        """End it."""
        self._http.close()


class ConnectionPool:
    """Connections that wait for the next request, of all threads of this process.

    A process that was forked uses none of its parent's: two would mix their requests on one. Each
    connection knows its process, as servers in C fork without telling Python.
    """

    def __init__(self) -> None:
        self._idle: dict[Address, list[Connection]] = {}

    def exchange(self, address: Address, request: Request, timeout: float) -> tuple[int, bytes]:
        """Send a request on a connection that is free, or a new one; give status and body.

        Raises OSError or HTTPException. Nothing is sent a second time, as the first may have
        arrived.
        """
        connection = self._take(address) or Connection(address, timeout)
        try:
            status, body, may_go_on = connection.exchange(request, timeout)
        except BaseException:
            connection.close()
            raise
        if may_go_on:
            self._idle.setdefault(address, []).append(connection)
        else:
            connection.close()
        return status, body

    def close(self) -> None:
        """End the connections that wait."""
        for connections in list(self._idle.values()):
            while connections:
                connections.pop().close()

    def _take(self, address: Address) -> Connection | None:
        idle = self._idle.get(address, [])
        while True:
            try:
                # The one used last, so that a busy hour's other connections grow old.
                connection = idle.pop()
            except IndexError:
                return None
            if connection.is_usable():
                return connection
            connection.close()
