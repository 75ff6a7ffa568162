"""Stands between a dispatcher and the engine, and kills the dispatcher at a chosen request."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

When = Literal["before", "unanswered", "meanwhile", "answered"]
"""At a request: before the engine has it, when it has done it, or when its answer was passed on.

Who is not killed but asked to do something "meanwhile" gets the answer afterwards.
"""


class KillingProxy:
    """Counts requests, and calls `kill` once, at request `number`, counted from 1."""

    def __init__(self, engine_url: str, number: int, when: When, kill: Callable[[], None]) -> None:
        self._address = urlsplit(engine_url).netloc
        self._number, self._when, self._kill = number, when, kill
        self.count = 0
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"proxy": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def pass_on(self, path: str, key: str, body: bytes) -> tuple[bytes, Callable[[], None]] | None:
        """Have the engine answer; give what is to be done after it, or None for no answer."""
        with self._lock:
            self.count += 1
            when = self._when if self.count == self._number else None
        if when == "before":
            self._kill()
            return None
        connection = HTTPConnection(self._address, timeout=10)
        connection.request("POST", path, body, {"X-API-Key": key})
        answer = connection.getresponse().read()
        connection.close()
        if when in ("unanswered", "meanwhile"):
            self._kill()
        if when == "unanswered":
            return None
        return answer, self._kill if when == "answered" else _nothing


def _nothing() -> None:
    pass


class _Handler(BaseHTTPRequestHandler):
    proxy: KillingProxy
    protocol_version = "HTTP/1.1"
    # Head and body are written one after the other: the second would wait for an ACK.
    disable_nagle_algorithm = True
    timeout = 30

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        passed = self.proxy.pass_on(self.path, self.headers["X-API-Key"], body)
        if passed is None:
            self.close_connection = True
            return
        answer, afterwards = passed
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        self.wfile.flush()
        afterwards()

    def log_message(self, format: str, *args: object) -> None:
        pass

    def finish(self) -> None:
        try:
            super().finish()
        except OSError:
            self.close_connection = True
