"""A visitor that connects to the engine as a browser does."""

from __future__ import annotations

import json
import time
from collections import deque
from typing import Any

import jwt

from instant.conf import settings
from instant.doctor.web_socket import WebSocket


class RefusedCommandError(Exception):
    """The engine answers a command with an error."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code


class LiveVisitor:
    """Speaks Centrifugo's protocol over an open websocket."""

    def __init__(self, socket: WebSocket, name: str) -> None:
        self._socket = socket
        self._name = name
        self._commands = 0
        self._told: deque[dict[str, Any]] = deque()

    def connect(self) -> None:
        """Connect with a token; raises `RefusedCommandError`, or `ClosedError` for a wrong one."""
        self._ask("connect", {"token": self._token({})})

    def subscribe(self, channel: str) -> dict[str, Any]:
        """Subscribe with a token, and give what the engine tells of the subscription."""
        return self._ask(
            "subscribe", {"channel": channel, "token": self._token({"channel": channel})}
        )

    def next_event(self, channel: str, deadline: float) -> Any:
        """Wait for what is published; raises TimeoutError at a time of the monotonic clock."""
        while time.monotonic() < deadline:
            told = self._next()
            push = told.get("push", {})
            if push.get("channel") == channel and "pub" in push:
                return push["pub"]["data"]
        raise TimeoutError

    def _ask(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self._commands += 1
        self._socket.send(json.dumps({"id": self._commands, method: parameters}))
        while True:
            told = self._next()
            if told.get("id") != self._commands:
                continue
            if "error" in told:
                raise RefusedCommandError(told["error"]["code"], told["error"]["message"])
            result: dict[str, Any] = told.get(method, {})
            return result

    def _next(self) -> dict[str, Any]:
        while not self._told:
            for line in self._socket.receive().splitlines():
                told = json.loads(line)
                if told == {}:
                    self._socket.send("{}")
                else:
                    self._told.append(told)
        return self._told.popleft()

    def _token(self, claims: dict[str, str]) -> str:
        now = time.time()
        told = {
            "sub": self._name,
            **claims,
            "exp": int(now) + settings.INSTANT_TOKEN_LIFETIME,
            "iat": round(now, 3),
        }
        return jwt.encode(told, settings.CENTRIFUGO_HMAC_KEY, algorithm="HS256")
