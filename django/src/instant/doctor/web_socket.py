"""A websocket, as much of it as it takes to see whether one opens and what comes."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import socket
import ssl
import struct
from http.client import HTTPException, parse_headers
from types import TracebackType
from typing import Final
from urllib.parse import urlsplit

_GUID: Final = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_SWITCHING_PROTOCOLS = 101
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_LAST = 0x80
_MASKED = 0x80
_LENGTH_OF_16_BITS, _LENGTH_OF_64_BITS = 126, 127


class HandshakeError(Exception):
    """Something answers, and opens no websocket."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        """The HTTP status of the answer; None when it is no HTTP."""


class ClosedError(Exception):
    """The other side has ended the connection."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}".strip())
        self.code = code


class WebSocket:
    """An open connection. Each call waits `timeout` seconds at most, and raises `OSError` then."""

    def __init__(self, url: str, timeout: float, origin: str | None = None) -> None:
        """Open a ``ws:`` or ``wss:`` address; raises `HandshakeError`, or OSError without answer.

        With `origin` it says to come from a page of there, as browsers do.
        """
        address = urlsplit(url)
        port = address.port or (443 if address.scheme == "wss" else 80)
        self._socket = _connect(address.scheme, (address.hostname or "", port), timeout)
        self._stream = self._socket.makefile("rb")
        try:
            self._shake_hands(address.netloc, address.path or "/", origin)
        except BaseException:
            self.close()
            raise

    def _shake_hands(self, host: str, path: str, origin: str | None) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {key}",
            *([] if origin is None else [f"Origin: {origin}"]),
        ]
        self._socket.sendall("\r\n".join([*lines, "\r\n"]).encode("latin-1"))
        words = self._stream.readline(65_536).decode("latin-1").split(None, 2)
        if len(words) < 2 or not words[0].startswith("HTTP/") or not words[1].isdigit():
            raise HandshakeError("what answers does not speak HTTP")
        status = int(words[1])
        if status != _SWITCHING_PROTOCOLS:
            raise HandshakeError(f"the answer is HTTP {' '.join(words[1:]).strip()}", status)
        try:
            accepted = parse_headers(self._stream)["Sec-WebSocket-Accept"]
        except HTTPException as error:
            raise HandshakeError(f"the answer can't be read: {error}") from error
        digest = hashlib.sha1(f"{key}{_GUID}".encode(), usedforsecurity=False).digest()
        if accepted != base64.b64encode(digest).decode():
            raise HandshakeError("the answer is not to this question: something has kept it")

    def send(self, text: str) -> None:
        """Send a text."""
        self._send(_TEXT, text.encode())

    def receive(self) -> str:
        """Wait for the next text. Raises `ClosedError` at the end."""
        content = b""
        while True:
            head, payload = self._frame()
            kind = head & 0x0F
            if kind == _CLOSE:
                code = struct.unpack("!H", payload[:2])[0] if payload else 1005
                raise ClosedError(code, payload[2:].decode("utf-8", "replace"))
            if kind == _PING:
                self._send(_PONG, payload)
            elif kind != _PONG:
                content += payload
                if head & _LAST:
                    return content.decode()

    def _send(self, kind: int, payload: bytes) -> None:
        size = len(payload)
        head = bytes([_LAST | kind])
        if size < _LENGTH_OF_16_BITS:
            head += bytes([_MASKED | size])
        else:
            head += struct.pack("!BQ", _MASKED | _LENGTH_OF_64_BITS, size)
        mask = secrets.token_bytes(4)
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
        self._socket.sendall(head + mask + masked)

    def _frame(self) -> tuple[int, bytes]:
        head, size = self._read(2)
        if size == _LENGTH_OF_16_BITS:
            size = struct.unpack("!H", self._read(2))[0]
        elif size == _LENGTH_OF_64_BITS:
            size = struct.unpack("!Q", self._read(8))[0]
        return head, self._read(size)

    def _read(self, count: int) -> bytes:
        content = self._stream.read(count)
        if len(content) < count:
            raise ClosedError(1006, "the connection broke")
        return content

    def close(self) -> None:
        """Close it."""
        self._stream.close()
        self._socket.close()

    def __enter__(self) -> WebSocket:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _connect(scheme: str, address: tuple[str, int], timeout: float) -> socket.socket:
    plain = socket.create_connection(address, timeout)
    if scheme != "wss":
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=address[0])
    except BaseException:
        plain.close()
        raise
