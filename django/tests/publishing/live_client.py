"""A client on a real websocket, with all that it was told in order."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

DEADLINE = 10.0


class LiveClient:
    """Connects with a token; what it is told can be waited for."""

    def __init__(self, url: str, token: str) -> None:
        self._open = connect(url, max_size=None)
        self._socket = self._open.__enter__()
        self._told = threading.Condition()
        self._commands = 0
        self.replies: dict[int, dict[str, Any]] = {}
        self.publications: list[tuple[str, Any]] = []
        self.unsubscribed: list[str] = []
        self.closed: tuple[int, str] | None = None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        reply = self.command({"connect": {"token": token}})
        assert "connect" in reply, reply
        self.connection = reply["connect"]

    def command(self, command: dict[str, Any]) -> dict[str, Any]:
        """Ask, and give the reply."""
        self._commands += 1
        number = self._commands
        self._socket.send(json.dumps({"id": number, **command}))
        self.wait(lambda: number in self.replies or self.closed is not None)
        assert number in self.replies, f"closed: {self.closed}"
        return self.replies[number]

    def subscribe(self, channel: str, token: str) -> dict[str, Any]:
        return self.command({"subscribe": {"channel": channel, "token": token}})

    def wait(self, condition: Callable[[], bool], seconds: float = DEADLINE) -> None:
        """Wait until what it was told makes a condition true; fail when it doesn't come."""
        end = time.monotonic() + seconds
        with self._told:
            while not condition():
                left = end - time.monotonic()
                assert (left > 0 and self._told.wait(left)) or condition(), (
                    f"not told in time: {self.publications} {self.unsubscribed} {self.closed}"
                )

    def published(self, count: int, seconds: float = DEADLINE) -> list[Any]:
        """Give the first so many publications, when they are there."""
        self.wait(lambda: len(self.publications) >= count, seconds)
        return [data for _, data in self.publications[:count]]

    def close(self) -> None:
        self._open.__exit__(None, None, None)
        self._reader.join(DEADLINE)

    def __enter__(self) -> LiveClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self) -> None:
        try:
            for frame in self._socket:
                for line in str(frame).splitlines():
                    self._take(json.loads(line))
        except ConnectionClosed:
            pass
        with self._told:
            self.closed = (self._socket.close_code or 0, self._socket.close_reason or "")
            self._told.notify_all()

    def _take(self, reply: dict[str, Any]) -> None:
        if not reply:
            self._socket.send("{}")
            return
        with self._told:
            push = reply.get("push", {})
            if "id" in reply:
                self.replies[reply["id"]] = reply
            if "pub" in push:
                self.publications.append((push["channel"], push["pub"]["data"]))
            if "unsubscribe" in push:
                self.unsubscribed.append(push["channel"])
            self._told.notify_all()
