"""A server that answers what a test says: for what no real engine does on cue."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class ScriptedServer:
    """Gives each connection the same bytes after its first request, then ends it.

    With a `pause`, in seconds, they come one by one.
    """

    def __init__(self, answer: bytes, pause: float = 0) -> None:
        self._answer = answer
        self._pause = pause
        self._is_closed = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.requests: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        self._is_closed.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            with connection:
                self.requests.append(connection.recv(65_536))
                self._answer_on(connection)

    def _answer_on(self, connection: socket.socket) -> None:
        if not self._pause:
            connection.sendall(self._answer)
            return
        for byte in self._answer:
            if self._is_closed.wait(self._pause):
                return
            connection.sendall(bytes([byte]))


@contextmanager
def scripted_server(answer: bytes, pause: float = 0) -> Iterator[ScriptedServer]:
    server = ScriptedServer(answer, pause)
    try:
        yield server
    finally:
        server.close()
